"""A copy of the history, so that several reports are made of the same state while pulls go on."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..errors import CsatError
from ..files import delete_leftovers, reason, temporary_folder
from ..settings import PARQUET
from .database import Database
from .failures import no_history
from .store import History


@contextmanager
def snapshot(history: History) -> Iterator[History]:
    """Yield a history that does not change until exit.

    A DuckDB file is copied to the folder for temporary files, readable by its owner only. A Postgres database and a
    published history can be read while they are written, and are used directly.

    Parameters
    ----------
    history : History
        The history to copy.

    Raises
    ------
    CsatError
        If there is no history, or no room for its copy.
    """
    if "://" in history.location or history.location.startswith(PARQUET):
        yield history
        return
    database = Database(history.location)
    if not database.exists:
        raise no_history(database.name)
    delete_leftovers(Path(tempfile.gettempdir()))
    original = Path(history.location)
    with temporary_folder() as folder:
        # An open connection keeps other processes from writing.
        with database.connect():
            for file in (original, original.with_name(f"{original.name}.wal")):
                if file.exists():
                    _copy(file, folder)
        yield history.with_source(Database(str(folder / original.name)))


def _copy(file: Path, folder: Path) -> None:
    try:
        shutil.copyfile(file, folder / file.name)
    except OSError as error:
        remedy = "free some space there, or set TMPDIR"
        raise CsatError(f"cannot copy {file} to {folder.parent} ({reason(error)}): {remedy}") from None
