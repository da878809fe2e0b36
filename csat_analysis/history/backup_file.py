"""Read a backup file without trusting anything in it.

Nothing is unpacked to a path from the file, and no more is held in memory than `csat backup` would have written.
"""

from __future__ import annotations

import hashlib
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from ..errors import HistoryError
from ..periods import is_zone
from ..schema.tables import TABLES
from . import migrations
from .parquet import LARGEST_GROUP, ROWS_PER_GROUP

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000
ROWS_PER_BATCH = 1000
CHUNK = 1 << 20
ENCRYPTED = 0x1
# What write_parquet uses. Others, such as dictionaries, can unpack to much more than they take in the file.
ENCODINGS = {"PLAIN", "RLE", "BIT_PACKED"}
# Table -> the schema version that added it. Every backup has the others.
ADDED_LATER = {"forgotten": 3, "rebases": 5, "definitions": 7, "credits": 8}
# First and last times in microseconds since 1970: those that Python can hold, and from this version on those that a
# pull stores.
POSSIBLE_TIMES = (-62_135_596_800_000_000, 253_402_300_799_999_999)
STORED_TIMES = (0, 7_258_118_399_999_999)
STORED_TIMES_SINCE = 6
# Errors of zipfile for files that are damaged, encrypted or compressed in an unknown way.
ZIP_ERRORS = (zipfile.BadZipFile, RuntimeError, ValueError, KeyError, EOFError, OverflowError)


class TableEntry(BaseModel):
    """What the manifest says about one table."""

    model_config = ConfigDict(strict=True, extra="forbid")
    rows: NonNegativeInt
    sha256: str


class Manifest(BaseModel):
    """The manifest of a backup."""

    model_config = ConfigDict(strict=True, extra="forbid")
    format: Literal["csat_analysis backup 1"]
    schema_version: PositiveInt
    account: str
    timezone: str
    created_at: str
    tables: dict[str, TableEntry]


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a backup, whose structure is checked. Raises HistoryError."""
    if not path.is_file():
        raise HistoryError(f"{path} is not a file: give a file that csat backup wrote")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(path, entries)
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (*ZIP_ERRORS, ValidationError):
        raise damaged(path, "it is not a backup") from None
    _check_manifest(path, entries, manifest)
    return manifest


def read_batches(path: Path, manifest: Manifest, name: str, folder: Path) -> Iterator[pa.Table]:
    """Yield the rows of a table of a backup, checked against the manifest.

    folder: where to write a copy of the table.
    """
    file = folder / "table.parquet"
    try:
        with (
            zipfile.ZipFile(path) as archive,
            archive.open(f"{name}.parquet") as raw,
            file.open("wb") as copy,
        ):
            shutil.copyfileobj(raw, copy, CHUNK)
    except ZIP_ERRORS:
        raise damaged(path, f"{name} cannot be read") from None
    with file.open("rb") as copy:
        if hashlib.file_digest(copy, "sha256").hexdigest() != manifest.tables[name].sha256:
            raise damaged(path, f"the checksum of {name} is wrong")
    try:
        parquet = pq.ParquetFile(file)
        _check_table(path, parquet, name, manifest)
        for batch in parquet.iter_batches(batch_size=ROWS_PER_BATCH, use_threads=False):
            rows = pa.Table.from_batches([batch])
            rows.validate(full=True)
            _check_times(path, rows, name, manifest.schema_version)
            yield rows
    except (pa.ArrowException, OSError):
        raise damaged(path, f"{name} cannot be read") from None


def damaged(path: Path, why: str) -> HistoryError:
    """Return the error for a file that is not a whole backup."""
    return HistoryError(f"cannot restore {path}: {why}; give a whole file that csat backup wrote")


def _check_entries(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Check what the archive says about its files, before anything is read from them."""
    if any(_is_special(entry) for entry in entries):
        raise damaged(path, "it was not written by csat backup")
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise damaged(path, "it claims to be larger than it is")
    if any(entry.filename == MANIFEST and entry.file_size > LONGEST_MANIFEST for entry in entries):
        raise damaged(path, "its manifest is too long")


def _is_special(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry is compressed, encrypted, or a link, device or folder."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    packed = entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & ENCRYPTED
    return bool(packed) or kind not in (0, stat.S_IFREG)


def _check_manifest(path: Path, entries: list[zipfile.ZipInfo], manifest: Manifest) -> None:
    migrations.check_version(manifest.schema_version, str(path))
    expected = sorted([MANIFEST, *(f"{name}.parquet" for name in manifest.tables)])
    if sorted(entry.filename for entry in entries) != expected or not set(manifest.tables) <= set(TABLES):
        raise damaged(path, "its files are not those of its manifest")
    for name in TABLES:
        if name not in manifest.tables and ADDED_LATER.get(name, 1) <= manifest.schema_version:
            raise damaged(path, f"it has no table {name!r}")
    if not is_zone(manifest.timezone):
        raise damaged(path, "its manifest is not valid")


def _check_table(path: Path, parquet: pq.ParquetFile, name: str, manifest: Manifest) -> None:
    expected = {field.name: field.type for field in ibis.schema(TABLES[name].schema).to_pyarrow()}
    found = {field.name: field.type for field in parquet.schema_arrow}
    # A backup of an earlier schema lacks the columns that were added since.
    if len(found) != len(parquet.schema_arrow) or not found.items() <= expected.items() or not found:
        raise damaged(path, f"{name} has other columns than csat_analysis stores")
    metadata = parquet.metadata
    if metadata.num_rows != manifest.tables[name].rows:
        raise damaged(path, f"{name} has another number of rows than its manifest says")
    groups = [metadata.row_group(place) for place in range(metadata.num_row_groups)]
    if sum(group.num_rows for group in groups) != metadata.num_rows or any(map(_is_suspicious, groups)):
        raise damaged(path, f"{name} unpacks to more than csat backup writes")


def _is_suspicious(group: pq.RowGroupMetaData) -> bool:
    chunks = [group.column(column) for column in range(group.num_columns)]
    return (
        group.num_rows > ROWS_PER_GROUP
        or sum(chunk.total_uncompressed_size for chunk in chunks) > 2 * LARGEST_GROUP
        or any(not set(chunk.encodings) <= ENCODINGS for chunk in chunks)
    )


def _check_times(path: Path, rows: pa.Table, name: str, version: int) -> None:
    first, last = STORED_TIMES if version >= STORED_TIMES_SINCE else POSSIBLE_TIMES
    for field in rows.schema:
        if pa.types.is_timestamp(field.type):
            found = pc.min_max(rows[field.name].cast(pa.int64())).as_py()
            if found["min"] is not None and not first <= found["min"] <= found["max"] <= last:
                raise damaged(path, f"{name} has an impossible time")
