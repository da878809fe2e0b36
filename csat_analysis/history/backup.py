"""Write a history to one file, and restore it into a DuckDB file or Postgres.

The file is a zip archive of one Parquet file per table and a manifest with schema version, account, time zone, row
counts and checksums. Restoring trusts nothing in it.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import ibis
import psycopg

from ..errors import CsatError, HistoryError
from ..files import delete_leftovers, reason, replace_file, temporary_folder
from ..schema.tables import TABLES
from ..settings import checked_url
from . import erasure, migrations
from .backup_file import MANIFEST, Manifest, TableEntry, damaged, read_batches, read_manifest
from .database import Database, first_row, run
from .forgotten import Forgotten
from .parquet import write_parquet


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
                    for _ in read_batches(draft, manifest, name, folder):
                        pass
    except OSError as error:
        raise HistoryError(f"cannot write {path} ({reason(error)}): choose another file") from None
    return manifest


def restore_backup(database: Database, path: Path) -> Manifest:
    """Replace the contents of a history by a backup. What was forgotten since the backup stays forgotten.

    Raises HistoryError if the file is not a whole backup, if it is of another account than the history, or if a newer
    version wrote it. Then the history is as before.
    """
    delete_leftovers(Path(tempfile.gettempdir()))
    is_new = not database.exists
    try:
        manifest = read_manifest(path)
        database.create()
        with database.pull_lock():
            _restore_or_leave(database, path, manifest, is_new=is_new)
            erasure.erase_bytes(database)
    except OSError as error:
        raise HistoryError(f"cannot restore {path} ({reason(error)}): check the file and the disk") from None
    return manifest


def _restore_or_leave(database: Database, path: Path, manifest: Manifest, *, is_new: bool) -> None:
    """Restore in one transaction; after a failure the history is as before, and a new file is deleted."""
    try:
        with temporary_folder() as folder, database.transaction() as con:
            _restore(database, con, path, manifest, folder)
    except BaseException:
        if is_new:
            database.delete()
        raise


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
        _restore_table(database, con, path, manifest, name, folder)
    migrations.migrate_rows(con, manifest.schema_version)
    _check_account(path, con, manifest)
    _forget_again(database, con, remembered)


def _restore_table(
    database: Database, con: Any, path: Path, manifest: Manifest, name: str, folder: Path
) -> None:
    try:
        for batch in read_batches(path, manifest, name, folder):
            with database.staged(con, batch) as page:
                columns = ", ".join(f'"{column}"' for column in batch.column_names)
                run(con, f'insert into "{name}" ({columns}) select {columns} from {page}')
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        # Keys twice or missing, or characters that Postgres cannot store.
        raise damaged(path, f"rows of {name} cannot be stored ({type(error).__name__})") from None
    key = ", ".join(f'"{column}"' for column in TABLES[name].key)
    missing = " or ".join(f'"{column}" is null' for column in TABLES[name].key)
    twice = f'select {key} from "{name}" group by {key} having count(*) > 1'
    wrong = (
        f'select (select count(*) from ({twice}) as twice) + (select count(*) from "{name}" where {missing})'
    )
    if first_row(con, wrong)[0]:
        raise damaged(path, f"keys of {name} are missing or twice")


def _check_account(path: Path, con: Any, manifest: Manifest) -> None:
    rows = con.table("account").to_pyarrow().to_pylist()
    if rows != [{"url": manifest.account, "timezone": manifest.timezone}]:
        raise damaged(path, "its account is not the one of its manifest")
    try:
        checked_url(manifest.account)
    except (CsatError, ValueError):
        raise damaged(path, "its account is not a web address") from None


def _forget_again(database: Database, con: Any, remembered: list[Any]) -> None:
    """Erase again the people who were forgotten after the backup was written."""
    forgotten = Forgotten([*Forgotten.load(con).rows(), *remembered])
    forgotten.added = list(remembered)
    if forgotten:
        people = erasure.find_remembered(con, forgotten)
        found = erasure.find(con, people, forgotten, database.name)
        erasure.erase(database, con, people, found, forgotten)
