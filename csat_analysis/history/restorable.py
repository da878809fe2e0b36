"""Copies of a history that can be restored, backups and published histories, read without trusting anything in them.

No more is held in memory than `write_parquet` would have written, and nothing is written to a path that a copy names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import HistoryError
from ..export.parquet import LARGEST_GROUP, ROWS_PER_GROUP
from ..periods import is_zone
from ..schema.tables import TABLES
from . import migrations

ROWS_PER_BATCH = 1000
# What write_parquet uses. Others, such as dictionaries, can unpack to much more than they take in the file.
ENCODINGS = {"PLAIN", "RLE", "BIT_PACKED"}
# Table -> the schema version that added it. Every copy has the others.
ADDED_LATER = {
    "forgotten": 3,
    "rebases": 5,
    "definitions": 7,
    "credits": 8,
    "ticket_forms": 9,
    "organizations": 9,
}
# First and last times in microseconds since 1970: those that Python can hold, and from this version on those that a
# pull stores.
POSSIBLE_TIMES = (-62_135_596_800_000_000, 253_402_300_799_999_999)
STORED_TIMES = (0, 7_258_118_399_999_999)
STORED_TIMES_SINCE = 6


class File(NamedTuple):
    """A Parquet file of a copy: its name there, and the rows and checksum that it should have."""

    name: str
    rows: int
    sha256: str


class Restorable(NamedTuple):
    """A copy of a history, and what it says about itself.

    Attributes
    ----------
    name
        Where it is, for messages.
    tables
        Table name -> its files.
    fetch
        Copies a file by its name to a path. Raises HistoryError if it cannot.
    lacks
        What was left out of the copy, in words.
    notes
        What to know before it is used.
    """

    name: str
    schema_version: int
    account: str
    timezone: str
    tables: dict[str, list[File]]
    fetch: Callable[[str, Path], None]
    lacks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(file.rows for files in self.tables.values() for file in files)


def tables_of(version: int) -> list[str]:
    """Return the names of the tables of a history of a schema version."""
    return [name for name in TABLES if ADDED_LATER.get(name, 1) <= version]


def check_copy(copy: Restorable, *, without: frozenset[str] = frozenset()) -> Restorable:
    """Return a copy whose version, tables and time zone are checked; `without`: tables that it never has.

    Raises HistoryError.
    """
    migrations.check_version(copy.schema_version, copy.name)
    if not set(copy.tables) <= set(TABLES) - without:
        raise damaged(copy.name, "its files are not those of its manifest")
    for name in tables_of(copy.schema_version):
        if name not in without and name not in copy.tables:
            raise damaged(copy.name, f"it has no table {name!r}")
    if not is_zone(copy.timezone):
        raise damaged(copy.name, "its manifest is not valid")
    return copy


def read_batches(copy: Restorable, name: str, folder: Path) -> Iterator[pa.Table]:
    """Yield the rows of a table of a copy, checked against what the copy says about itself.

    folder: where to write each file for a while.
    """
    target = folder / "table.parquet"
    for file in copy.tables[name]:
        copy.fetch(file.name, target)
        with target.open("rb") as fetched:
            if hashlib.file_digest(fetched, "sha256").hexdigest() != file.sha256:
                raise damaged(copy.name, f"the checksum of {file.name} is wrong")
        try:
            parquet = pq.ParquetFile(target)
            _check_file(copy.name, parquet, name, file.rows)
            for batch in parquet.iter_batches(batch_size=ROWS_PER_BATCH, use_threads=False):
                rows = pa.Table.from_batches([batch])
                rows.validate(full=True)
                _check_times(copy, rows, name)
                yield rows
        except (pa.ArrowException, OSError):
            raise damaged(copy.name, f"{name} cannot be read") from None


def damaged(name: object, why: str) -> HistoryError:
    """Return the error for something that is not a whole copy of a history."""
    return HistoryError(
        f"cannot restore {name}: {why}; give a whole file of csat backup, or a place of csat publish"
    )


def _check_file(copy: str, parquet: pq.ParquetFile, name: str, rows: int) -> None:
    expected = {field.name: field.type for field in ibis.schema(TABLES[name].schema).to_pyarrow()}
    found = {field.name: field.type for field in parquet.schema_arrow}
    # A copy of an earlier schema lacks the columns that were added since.
    if len(found) != len(parquet.schema_arrow) or not found.items() <= expected.items() or not found:
        raise damaged(copy, f"{name} has other columns than csat_analysis stores")
    metadata = parquet.metadata
    if metadata.num_rows != rows:
        raise damaged(copy, f"{name} has another number of rows than its manifest says")
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    if sum(group.num_rows for group in groups) != metadata.num_rows or any(map(_is_suspicious, groups)):
        raise damaged(copy, f"{name} unpacks to more than csat_analysis writes")


def _is_suspicious(group: pq.RowGroupMetaData) -> bool:
    chunks = [group.column(column) for column in range(group.num_columns)]
    return (
        group.num_rows > ROWS_PER_GROUP
        or sum(chunk.total_uncompressed_size for chunk in chunks) > 2 * LARGEST_GROUP
        or any(not set(chunk.encodings) <= ENCODINGS for chunk in chunks)
    )


def _check_times(copy: Restorable, rows: pa.Table, name: str) -> None:
    first, last = STORED_TIMES if copy.schema_version >= STORED_TIMES_SINCE else POSSIBLE_TIMES
    for field in rows.schema:
        if pa.types.is_timestamp(field.type):
            found = pc.min_max(rows[field.name].cast(pa.int64())).as_py()
            if found["min"] is not None and not first <= found["min"] <= found["max"] <= last:
                raise damaged(copy.name, f"{name} has an impossible time")
