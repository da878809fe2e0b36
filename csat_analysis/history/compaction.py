"""Copy a DuckDB file, so that it shrinks and no erased text is left in its free space.

Its rows are written again, which takes a hundred times as long as to copy its bytes, as `snapshot` does: a copy of the
bytes would have the same free space. Both write into a folder of `files.temporary_folder`, which only the owner can
read, and which the next run deletes if the process is killed.

Readers can use the file meanwhile. The copy takes the file's place in one step: a process killed at any moment leaves
the old file or the new one. The caller holds the pull lock, so nothing is written meanwhile.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import duckdb

from ..errors import HistoryError
from ..files import delete_leftovers, reason, temporary_folder
from .database import WRITE_MEMORY, WRITE_ROW_GROUP, Database, first_row, quoted
from .locks import owner_only

# In `cursors`: text was erased since the file was last copied.
ERASED = "erased_text"
FREE_SHARE = 0.25
FREE_BYTES = 4_000_000


def compact_if_needed(database: Database) -> list[str]:
    """Copy the file if text was erased or a quarter of it is free; return what the user should know.

    Does nothing on Postgres, which reclaims space by itself (autovacuum).
    """
    if database.is_postgres or not _is_due(database):
        return []
    try:
        compact(database)
    except HistoryError as error:
        return [f"{error}. Erased text stays in the file's free space until then; the next pull tries again"]
    return []


def compact(database: Database) -> None:
    """Replace a DuckDB file by a copy without free space. Raises HistoryError if the copy cannot be written."""
    path = Path(database.location).resolve()
    delete_leftovers(path.parent)
    # The write-ahead log holds old text too.
    database.checkpoint()
    database.close_kept()
    try:
        with (
            owner_only(),
            temporary_folder(path.parent) as folder,
            contextlib.closing(database.retry_while_locked(lambda: _attach(path))) as con,
        ):
            _copy(con, folder / path.name)
            (folder / path.name).replace(path)
    except (duckdb.Error, OSError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error).splitlines()[0]
        raise HistoryError(
            f"cannot write a copy of {database.name} beside it ({why}): make room there"
        ) from None


def _attach(path: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"memory_limit": WRITE_MEMORY, "temp_directory": f"{path}.tmp"})
    try:
        con.execute(f"attach {quoted(path)} as history (read_only)")
    except BaseException:
        con.close()
        raise
    return con


def _copy(con: duckdb.DuckDBPyConnection, draft: Path) -> None:
    con.execute(f"attach {quoted(draft)} as compacted (row_group_size {WRITE_ROW_GROUP})")
    con.execute("copy from database history to compacted")
    con.execute(f"delete from compacted.cursors where stream = '{ERASED}'")
    con.execute("checkpoint compacted")
    con.execute("detach compacted")
    with draft.open("rb+") as file:
        os.fsync(file.fileno())


def _is_due(database: Database) -> bool:
    erased = f"select count(*) from cursors where stream = '{ERASED}'"
    # All blocks are in the write-ahead log while a first, small pull keeps the file open.
    sizes = "select free_blocks, total_blocks, block_size from pragma_database_size() where database_name = 'history'"
    with database.connect() as con:
        if first_row(con, erased)[0]:
            return True
        free, total, size = first_row(con, sizes)
    return bool(free >= total * FREE_SHARE and free * size >= FREE_BYTES)
