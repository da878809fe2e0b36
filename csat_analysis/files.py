"""Write files completely or not at all, with permissions that do not depend on the umask.

A file is written under a temporary name in its own folder and renamed when it is complete. Temporary names carry
the host and the process id, so that the next run can delete what a killed process left behind.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

PRIVATE = 0o600  # data and executed notebooks: only for their owner
SHARED = 0o640  # report pages: a web server's group may read them
DAY_SECONDS = 86_400
LEFTOVER = re.compile(r"\.?csat-(?P<pid>\d+)-(?P<host>[0-9a-f]{8})-.+")
# Processes of another host cannot be looked up, so their files are kept for a day.
_own_files: set[Path] = set()
HOST = f"{zlib.crc32(socket.gethostname().encode()):08x}"


def temporary_name(purpose: str = "") -> str:
    """Return a hidden file name for this process, recognized by `delete_leftovers`."""
    return f".csat-{os.getpid()}-{HOST}-{purpose}"


@contextlib.contextmanager
def temporary_folder(parent: Path | None = None) -> Iterator[Path]:
    """Create a folder that only the owner can read, and delete it on exit.

    Parameters
    ----------
    parent : Path, optional
        Where to create it; by default the system's folder for temporary files.
    """
    folder = Path(tempfile.mkdtemp(prefix=temporary_name(), dir=parent))
    _own_files.add(folder)
    try:
        yield folder
    finally:
        _delete(folder)
        _own_files.discard(folder)


@contextlib.contextmanager
def replace_file(path: Path, *, mode: int = PRIVATE) -> Iterator[Path]:
    """Yield a temporary path to write to, and rename it to `path` if no exception occurs.

    Parameters
    ----------
    path : Path
        The file to create or replace. Its folder is created if it does not exist.
    mode : int
        Permissions of the file; the umask can only reduce them.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{temporary_name()}{zlib.crc32(path.name.encode()):08x}{path.suffix}")
    _own_files.add(draft)
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
        yield draft
        publish(draft, path, mode=mode)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
        _own_files.discard(draft)


def delete_own_files() -> None:
    """Delete the temporary files of this process, which is about to end."""
    for path in list(_own_files):
        with contextlib.suppress(OSError):
            _delete(path)


def publish(draft: Path, path: Path, *, mode: int) -> None:
    """Rename a complete file to its final name and set its permissions."""
    draft.chmod(mode & ~_umask() | PRIVATE)
    draft.replace(path)


def delete_leftovers(folder: Path) -> None:
    """Delete temporary files and folders of processes that no longer run."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            found = LEFTOVER.fullmatch(path.name)
            if found and _is_leftover(path, int(found["pid"]), found["host"]):
                _delete(path)


def expand_home(path: str | Path) -> Path:
    """Return a path with ~ as the home folder. That of an unknown user stays as it is, as in a shell."""
    # `Path.expanduser` raises RuntimeError there.
    return Path(os.path.expanduser(path))  # noqa: PTH111


def reason(error: OSError) -> str:
    """Return why a file could not be used, such as "No space left on device"."""
    return os.strerror(error.errno) if error.errno else error.strerror or type(error).__name__


def _is_leftover(path: Path, pid: int, host: str) -> bool:
    written = path.lstat().st_mtime
    if host != HOST:
        return time.time() - written > DAY_SECONDS
    import psutil

    try:
        process = psutil.Process(pid)
        # A process that started later than the file was written has reused the process id.
        return process.status() == psutil.STATUS_ZOMBIE or process.create_time() > written + 1
    except psutil.NoSuchProcess:
        return True
    except psutil.Error:
        return False


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
