"""Write a history to one file, and restore it, or a published history, into a DuckDB file or Postgres.

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
from ..export.parquet import ROWS_PER_GROUP, write_parquet
from ..files import delete_leftovers, reason, replace_file, temporary_folder
from ..schema.tables import TABLES
from ..settings import checked_url
from . import erasure, migrations
from .backup_file import MANIFEST, Manifest, TableEntry, file_name, read_backup
from .database import Database, first_row, run
from .failures import no_history
from .forgotten import Forgotten
from .place import Place
from .publication import read_published_copy
from .restorable import Restorable, damaged, read_batches, tables_of


def write_backup(database: Database, path: Path) -> Restorable:
    """Write a history to a file that only its owner can read, and check the file.

    Raises HistoryError if there is no history or the file cannot be written.
    """
    if not database.exists:
        raise no_history(database.name)
    delete_leftovers(path.absolute().parent)
    try:
        with replace_file(path) as draft:
            manifest = _write(database, draft)
            with temporary_folder(path.absolute().parent) as folder:
                written = read_backup(draft)
                if written.rows != sum(table.rows for table in manifest.tables.values()):
                    raise HistoryError(f"cannot write {path}: what was written reads differently; try again")
                for name in written.tables:
                    for _ in read_batches(written, name, folder):
                        pass
    except OSError as error:
        raise HistoryError(f"cannot write {path} ({reason(error)}): choose another file") from None
    return written


def restore_backup(database: Database, source: Path | Place) -> Restorable:
    """Replace the contents of a history by a copy. What was forgotten since then stays forgotten.

    Parameters
    ----------
    database
        The history to replace.
    source
        A file of `write_backup`, or a place where a history is published.

    Raises
    ------
    HistoryError
        If the source is not a whole copy, if it is of another account than the history, if a newer version wrote it,
        or if it lacks what the history may hold. Then the history is as before.
    """
    delete_leftovers(Path(tempfile.gettempdir()))
    is_new = not database.exists
    try:
        found = read_published_copy(source) if isinstance(source, Place) else read_backup(source)
        database.create()
        with database.pull_lock():
            _restore_or_leave(database, found, is_new=is_new)
            erasure.erase_bytes(database)
    except OSError as error:
        name = source.name if isinstance(source, Place) else source
        raise HistoryError(f"cannot restore {name} ({reason(error)}): check the file and the disk") from None
    return found


def _restore_or_leave(database: Database, source: Restorable, *, is_new: bool) -> None:
    """Restore in one transaction; after a failure the history is as before, and a new file is deleted."""
    try:
        with temporary_folder() as folder, database.transaction() as con:
            _restore(database, con, source, folder)
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
        for name in tables_of(version):
            if name not in present:
                raise HistoryError(
                    f"{database.name} has no table {name!r} that this role may read: let the role that pulls run "
                    "csat backup"
                )
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
    with archive.open(file_name(name), "w", force_zip64=True) as raw:
        batches = ordered.to_pyarrow_batches(chunk_size=ROWS_PER_GROUP)
        written = write_parquet(batches, schema.to_pyarrow(), raw)
    return TableEntry(rows=written.rows, sha256=written.sha256)


def _restore(database: Database, con: Any, source: Restorable, folder: Path) -> None:
    _check_fits(database, con, source)
    migrations.create_or_migrate(con, database.name, source.timezone)
    remembered = Forgotten.load(con).rows()
    for name in TABLES:
        run(con, f'delete from "{name}"')
    for name in source.tables:
        _restore_table(database, con, source, name, folder)
    migrations.migrate_rows(con, source.schema_version)
    _check_account(source, con)
    _forget_again(database, con, remembered)


def _check_fits(database: Database, con: Any, source: Restorable) -> None:
    """Raise HistoryError if the history holds another account, or what the source lacks."""
    owners = con.table("account").to_pyarrow().to_pylist() if "account" in con.list_tables() else []
    remedy = "set CSAT_DATABASE to another file"
    if owners and owners[0]["url"] != source.account:
        raise HistoryError(
            f"{source.name} is a copy of {source.account}, and {database.name} is the history of "
            f"{owners[0]['url']}: {remedy}"
        )
    if owners and source.lacks:
        lacks = " and ".join(source.lacks)
        raise HistoryError(
            f"{source.name} was published without {lacks}, which {database.name} may hold: {remedy}"
        )


def _restore_table(database: Database, con: Any, source: Restorable, name: str, folder: Path) -> None:
    try:
        for batch in read_batches(source, name, folder):
            database.append(con, name, batch)
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        # Keys twice or missing, or characters that Postgres cannot store.
        raise damaged(source.name, f"rows of {name} cannot be stored ({type(error).__name__})") from None
    key = ", ".join(f'"{column}"' for column in TABLES[name].key)
    missing = " or ".join(f'"{column}" is null' for column in TABLES[name].key)
    twice = f'select {key} from "{name}" group by {key} having count(*) > 1'
    wrong = (
        f'select (select count(*) from ({twice}) as twice) + (select count(*) from "{name}" where {missing})'
    )
    if first_row(con, wrong)[0]:
        raise damaged(source.name, f"keys of {name} are missing or twice")


def _check_account(source: Restorable, con: Any) -> None:
    rows = con.table("account").to_pyarrow().to_pylist()
    if rows != [{"url": source.account, "timezone": source.timezone}]:
        raise damaged(source.name, "its account is not the one of its manifest")
    try:
        checked_url(source.account)
    except (CsatError, ValueError):
        raise damaged(source.name, "its account is not a web address") from None


def _forget_again(database: Database, con: Any, remembered: list[Any]) -> None:
    """Erase again the people who were forgotten after the backup was written."""
    forgotten = Forgotten([*Forgotten.load(con).rows(), *remembered])
    forgotten.added = list(remembered)
    if forgotten:
        people = erasure.find_remembered(con, forgotten)
        found = erasure.find(con, people, forgotten, database.name)
        erasure.erase(database, con, people, found, forgotten)
