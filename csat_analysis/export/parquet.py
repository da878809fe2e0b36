"""Write Parquet in batches, so that memory does not grow with the number of rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_PER_GROUP = 10_000
# Bytes in memory of one row group, unless a single row has more.
LARGEST_GROUP = 64_000_000


class Written(NamedTuple):
    """How many rows were written, and the size in bytes and the checksum of the file."""

    rows: int
    size: int
    sha256: str


def write_parquet(batches: Iterable[pa.RecordBatch], schema: pa.Schema, raw: Any) -> Written:
    """Write batches of at most ROWS_PER_GROUP rows to an open binary file, with the columns of `schema`.

    There are no dictionaries: so a file that someone else made cannot unpack to much more than its metadata says.
    """
    count, stream = 0, _Hashing(raw)
    target = pa.PythonFile(stream, mode="w")
    with pq.ParquetWriter(target, schema, compression="zstd", use_dictionary=False) as out:
        for batch in batches:
            for part in _split(pa.Table.from_batches([batch]).cast(schema)):
                out.write_table(part)
            count += batch.num_rows
    return Written(count, stream.tell(), stream.digest.hexdigest())


def _split(rows: pa.Table) -> Iterator[pa.Table]:
    """Yield parts of at most LARGEST_GROUP bytes, or single rows."""
    if rows.nbytes <= LARGEST_GROUP or rows.num_rows <= 1:
        yield rows
        return
    middle = rows.num_rows // 2
    yield from _split(rows.slice(0, middle))
    yield from _split(rows.slice(middle))


class _Hashing:
    """A file that hashes what is written to it."""

    closed = False

    def __init__(self, raw: Any):
        self._raw = raw
        self.digest = hashlib.sha256()
        self._size = 0

    def write(self, data: Any) -> int:
        part = bytes(data)
        self.digest.update(part)
        self._size += len(part)
        return int(self._raw.write(part))

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        self._raw.flush()

    def close(self) -> None:
        self.closed = True
