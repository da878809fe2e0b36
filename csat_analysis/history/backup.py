"""Write a history to one file, and restore it into a DuckDB file or Postgres.

The file is a zip archive of one Parquet file per table and a manifest with schema version, account, time zone, row
counts and checksums. Restoring trusts nothing in it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, ValidationError

from ..errors import HistoryError
from ..files import delete_leftovers, reason, replace_file, temporary_folder
from ..periods import is_zone
from ..schema.tables import TABLES
from ..settings import checked_url
from . import erasure, migrations
from .database import Database, run
from .forgotten import Forgotten
from .parquet import ROWS_PER_GROUP, write_parquet

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000
ROWS_PER_BATCH = 1000
# Of one column in one row group, as Parquet's metadata says.
LARGEST_CHUNK = 1_000_000_000
CHUNK = 1 << 20


class TableEntry(BaseModel):
    """What the manifest says about one table."""

    model_config = ConfigDict(strict=True, extra="forbid")
    rows: int
    sha256: str


class Manifest(BaseModel):
    """The manifest of a backup."""

    model_config = ConfigDict(strict=True, extra="forbid")
    format: Literal["csat_analysis backup 1"]
    schema_version: int
    account: str
    timezone: str
    created_at: str
    tables: dict[str, TableEntry]


def write_backup(database: Database, path: Path) -> Manifest:
    """Write a history to a file that only its owner can read, and check the file.

    Raises HistoryError if there is no history or the file cannot be written.
    """
    if not database.exists:
        raise HistoryError(
            f"there is no history at {database.name} yet: create one with csat pull, or csat demo"
        )
    delete_leftovers(path.absolute().parent)
    try:
        with replace_file(path) as draft:
            manifest = _write(database, draft)
            with temporary_folder(path.absolute().parent) as folder:
                if read_manifest(draft) != manifest:
                    raise HistoryError(f"cannot write {path}: what was written reads differently; try again")
                for name in manifest.tables:
                    for _ in _batches(draft, manifest, name, folder):
                        pass
    except OSError as error:
        raise HistoryError(f"cannot write {path} ({reason(error)}): choose another file") from None
    return manifest


def restore_backup(database: Database, path: Path) -> Manifest:
    """Replace the contents of a history by a backup. What was forgotten since the backup stays forgotten.

    Raises HistoryError if the file is not a whole backup, if it is of another account than the history, or if a newer
    version wrote it. Then the history is as before.
    """
    try:
        manifest = read_manifest(path)
        database.create()
        with database.pull_lock(), temporary_folder() as folder, database.transaction() as con:
            _restore(database, con, path, manifest, folder)
        erasure.erase_bytes(database)
    except OSError as error:
        raise HistoryError(f"cannot restore {path} ({reason(error)}): check the file and the disk") from None
    return manifest


def read_manifest(path: Path) -> Manifest:
    """Return the manifest of a backup, whose structure is checked. Raises HistoryError."""
    if not path.is_file():
        raise HistoryError(f"{path} is not a file: give a file that csat backup wrote")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if any(entry.filename == MANIFEST and entry.file_size > LONGEST_MANIFEST for entry in entries):
                raise _damaged(path, "its manifest is too long")
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (zipfile.BadZipFile, KeyError, ValidationError, ValueError, NotImplementedError, RuntimeError):
        raise _damaged(path, "it is not a backup") from None
    _check_entries(path, entries, manifest)
    migrations.check_version(manifest.schema_version, str(path))
    return manifest


def _check_entries(path: Path, entries: list[zipfile.ZipInfo], manifest: Manifest) -> None:
    expected = sorted([MANIFEST, *(f"{name}.parquet" for name in manifest.tables)])
    if sorted(entry.filename for entry in entries) != expected or not set(manifest.tables) <= set(TABLES):
        raise _damaged(path, "its files are not those of its manifest")
    if any(entry.compress_type != zipfile.ZIP_STORED or _is_special(entry) for entry in entries):
        raise _damaged(path, "it was not written by csat backup")
    if sum(entry.file_size for entry in entries) > path.stat().st_size:
        raise _damaged(path, "it claims to be larger than it is")
    if not is_zone(manifest.timezone) or manifest.schema_version < 1:
        raise _damaged(path, "its manifest is not valid")


def _is_special(entry: zipfile.ZipInfo) -> bool:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return kind not in (0, stat.S_IFREG)


def _write(database: Database, draft: Path) -> Manifest:
    tables: dict[str, TableEntry] = {}
    with database.snapshot() as con, zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:
        version = migrations.schema_version(con, database.name)
        account = con.table("account").to_pyarrow().to_pylist()
        if not account:
            raise HistoryError(f"{database.name} is empty: run csat pull before csat backup")
        present = set(con.list_tables())
        for name in TABLES:
            if name in present:
                tables[name] = _write_table(con, archive, name)
        manifest = Manifest(
            format="csat_analysis backup 1", schema_version=version, account=account[0]["url"],
            timezone=account[0]["timezone"], created_at=dt.datetime.now(dt.UTC).isoformat(), tables=tables,
        )  # fmt: skip
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=1))
    return manifest


def _write_table(con: Any, archive: zipfile.ZipFile, name: str) -> TableEntry:
    stored = con.table(name)
    schema = ibis.schema({key: kind for key, kind in TABLES[name].schema.items() if key in stored.columns})
    ordered = stored[list(schema)].order_by(list(TABLES[name].key))
    with archive.open(f"{name}.parquet", "w", force_zip64=True) as raw:
        written = write_parquet(ordered, schema, raw)
    return TableEntry(rows=written.rows, sha256=written.sha256)


def _restore(database: Database, con: Any, path: Path, manifest: Manifest, folder: Path) -> None:
    owners = con.table("account").to_pyarrow().to_pylist() if "account" in con.list_tables() else []
    if owners and owners[0]["url"] != manifest.account:
        raise HistoryError(
            f"{path} is a backup of {manifest.account}, and {database.name} is the history of {owners[0]['url']}: "
            "set CSAT_DATABASE to another file"
        )
    migrations.create_or_migrate(con, database.name, manifest.timezone, is_postgres=database.is_postgres)
    remembered = Forgotten.load(con).rows()
    for name in TABLES:
        run(con, f'delete from "{name}"')
    for name in manifest.tables:
        for batch in _batches(path, manifest, name, folder):
            with database.staged(con, batch) as page:
                columns = ", ".join(f'"{column}"' for column in batch.column_names)
                run(con, f'insert into "{name}" ({columns}) select {columns} from {page}')
    _check_account(path, con, manifest)
    _forget_again(database, con, remembered)


def _check_account(path: Path, con: Any, manifest: Manifest) -> None:
    rows = con.table("account").to_pyarrow().to_pylist()
    if rows != [{"url": manifest.account, "timezone": manifest.timezone}]:
        raise _damaged(path, "its account is not the one of its manifest")
    try:
        checked_url(manifest.account)
    except Exception:  # noqa: BLE001 (any reason makes the address unusable)
        raise _damaged(path, "its account is not a web address") from None


def _forget_again(database: Database, con: Any, remembered: list[Any]) -> None:
    """Erase again the people who were forgotten after the backup was written."""
    forgotten = Forgotten([*Forgotten.load(con).rows(), *remembered])
    forgotten.added = list(remembered)
    if forgotten:
        people = erasure.find_remembered(con, forgotten)
        found = erasure.find(con, people, forgotten, database.name)
        erasure.erase(database, con, people, found, forgotten)


def _batches(path: Path, manifest: Manifest, name: str, folder: Path) -> Iterator[pa.Table]:
    """Yield the rows of a table of a backup, checked against the manifest."""
    file = folder / "table.parquet"
    with zipfile.ZipFile(path) as archive, archive.open(f"{name}.parquet") as raw, file.open("wb") as copy:
        shutil.copyfileobj(raw, copy, CHUNK)
    with file.open("rb") as copy:
        if hashlib.file_digest(copy, "sha256").hexdigest() != manifest.tables[name].sha256:
            raise _damaged(path, f"the checksum of {name} is wrong")
    try:
        parquet = pq.ParquetFile(file)
        _check_table(path, parquet, name, manifest)
        for batch in parquet.iter_batches(batch_size=ROWS_PER_BATCH, use_threads=False):
            yield pa.Table.from_batches([batch])
    except (pa.ArrowException, OSError):
        raise _damaged(path, f"{name} cannot be read") from None


def _check_table(path: Path, parquet: pq.ParquetFile, name: str, manifest: Manifest) -> None:
    expected = {field.name: field.type for field in ibis.schema(TABLES[name].schema).to_pyarrow()}
    found = {field.name: field.type for field in parquet.schema_arrow}
    # A backup of an earlier schema lacks the columns that were added since.
    if len(found) != len(parquet.schema_arrow) or not found.items() <= expected.items() or not found:
        raise _damaged(path, f"{name} has other columns than csat_analysis stores")
    metadata = parquet.metadata
    if metadata.num_rows != manifest.tables[name].rows:
        raise _damaged(path, f"{name} has another number of rows than its manifest says")
    for place in range(metadata.num_row_groups):
        group = metadata.row_group(place)
        chunks = [group.column(column) for column in range(group.num_columns)]
        if group.num_rows > ROWS_PER_GROUP or any(_is_suspicious(chunk) for chunk in chunks):
            raise _damaged(path, f"{name} unpacks to more than csat backup writes")


def _is_suspicious(chunk: pq.ColumnChunkMetaData) -> bool:
    return chunk.total_uncompressed_size > LARGEST_CHUNK or any(
        "DICTIONARY" in one for one in chunk.encodings
    )


def _damaged(path: Path, why: str) -> HistoryError:
    return HistoryError(f"cannot restore {path}: {why}; give a whole file that csat backup wrote")
