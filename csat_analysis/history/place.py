"""A place that holds a published history: a folder, or an object store by its URL.

A file appears whole or not at all. On a local disk it is renamed when it is complete; an object store shows an object
only when its upload is complete.
"""

from __future__ import annotations

import contextlib
import copy
import os
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import filelock
import pyarrow as pa
import pyarrow.fs as fs

from ..errors import HistoryBusy, HistoryError
from ..files import SHARED, delete_leftovers, expand_home, reason, replace_file
from ..settings import PARQUET

LOCK = ".publish.lock"
# Bytes of a file that is read into memory. A pointer to the parts of ten years takes 200 kB.
LARGEST_READ = 64_000_000
CHUNK = 1 << 20
STORE_ERROR = re.compile(r"AWS Error (?:UNKNOWN \()?([A-Z_]+(?: status \d+)?)")
# Nothing, a character that no name has, no bucket, or an address with too few slashes, such as s3:bucket.
NOT_A_PLACE = re.compile(r"^\s*$|\0|^\w+:/+$|^[a-z][\w+.-]+:(?!//)", re.IGNORECASE)
# Kind of pyarrow's file system -> how an address of it begins for Hadoop, which Spark uses.
HADOOP = {"local": "file", "s3": "s3a", "gcs": "gs"}
# What Hadoop's file system loads.
MISSING_LIBRARY = re.compile(r"libjvm|libhdfs")
GIVE_REGION = "check the address and the network, or add ?region=eu-central-1 with the region of the bucket"
RETRY_SECONDS = 30
CHOOSE_PLACE = "check the address, its key and its rights, or choose another place"


class Place:
    """A folder or an object store.

    Parameters
    ----------
    location
        A path, or a URL that `pyarrow.fs` understands, such as s3://bucket/folder, or fsspec+az://container/folder.
        "parquet:" before it is left out.

    Raises
    ------
    HistoryError
        If the URL is of an unknown kind or malformed.
    """

    def __init__(self, location: str):
        location = location.removeprefix(PARQUET)
        self.name = _without_secrets(location)
        try:
            if NOT_A_PLACE.search(location):
                raise ValueError
            if "://" in location:
                self._files, self._root = fs.FileSystem.from_uri(_complete(location))
            else:
                self._files, self._root = fs.LocalFileSystem(), str(expand_home(location).absolute())
        except ImportError:
            raise HistoryError(
                f"{self.name} needs a package that is missing: pip install fsspec and that of its store, such as adlfs"
            ) from None
        except (OSError, ValueError, pa.ArrowException) as error:
            if missing := MISSING_LIBRARY.search(str(error)):
                raise HistoryError(
                    f"{self.name} needs {missing[0]}, which is missing: apt install default-jre-headless, and Hadoop"
                ) from None
            if found := STORE_ERROR.search(str(error)):
                raise HistoryError(f"cannot reach {self.name} ({_in_words(found)}): {GIVE_REGION}") from None
            options = ", with options that pyarrow knows" if "?" in location else ""
            raise HistoryError(
                f"{self.name!r} is not an address of files: give a folder or s3://bucket/folder{options}"
            ) from None
        self._root = self._root.rstrip("/")

    @property
    def is_local(self) -> bool:
        """Whether it is a folder of this machine."""
        return isinstance(self._files, fs.LocalFileSystem)

    def path(self, name: str) -> str:
        """Return the path of a file, as its file system knows it."""
        return f"{self._root}/{name}"

    def address(self, name: str) -> str:
        """Return the address of a file, for an engine with file systems of its own."""
        scheme = HADOOP.get(self._files.type_name)
        return f"{scheme}://{self.path(name)}" if scheme else f"{self.name}/{name}"

    def folder(self, name: str) -> Place:
        """Return a folder of this place as a place of its own."""
        below = copy.copy(self)
        below.name, below._root = f"{self.name.rstrip('/')}/{name}", self.path(name)
        return below

    def folders(self) -> dict[str, Place]:
        """Return the folders directly below, by name; hidden ones are left out."""
        with self._explained("read"):
            found = self._files.get_file_info(fs.FileSelector(self._root, allow_not_found=True))
        names = sorted(one.base_name for one in found if one.type == fs.FileType.Directory)
        return {name: self.folder(name) for name in names if not name.startswith(".")}

    def parent(self) -> Place | None:
        """Return the folder above; None for the root of a file system or the bucket itself."""
        above = copy.copy(self)
        above._root = self._root.rpartition("/")[0]
        above.name = self.name.rstrip("/").rpartition("/")[0]
        return above if above._root else None

    def dataset(self, names: list[str]) -> Any:
        """Return Parquet files as one Arrow dataset."""
        import pyarrow.dataset

        with self._explained("read"):
            return pyarrow.dataset.dataset([self.path(name) for name in names], filesystem=self._files)

    def read(self, name: str) -> bytes | None:
        """Return the content of a small file; None if there is none."""
        with self._explained("read"):
            info = self._files.get_file_info(self.path(name))
            if info.type == fs.FileType.NotFound:
                return None
            if info.type != fs.FileType.File or info.size > LARGEST_READ:
                raise OSError(f"{name} is not a small file")
            with self._files.open_input_stream(self.path(name)) as stream:
                return bytes(stream.read(LARGEST_READ))

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to a path. Raises HistoryError if it is missing, a link, a device or a pipe."""
        with self._explained("read"):
            info = self._files.get_file_info(self.path(name))
            is_link = self.is_local and Path(self.path(name)).is_symlink()
            if info.type != fs.FileType.File or is_link:
                raise OSError(f"{name} is not a file")
            with self._files.open_input_stream(self.path(name)) as stream, target.open("wb") as copy:
                while chunk := stream.read(CHUNK):
                    copy.write(chunk)

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole, in place of one of the same name."""
        with self.writing(name) as stream:
            stream.write(content)

    @contextlib.contextmanager
    def writing(self, name: str) -> Iterator[Any]:
        """Yield a stream to a file, which appears under its name if no exception occurs."""
        with self._explained("write to"):
            if not self.is_local:
                with self._files.open_output_stream(self.path(name)) as stream:
                    yield stream
                return
            with replace_file(Path(self.path(name)), mode=SHARED) as draft, draft.open("wb") as stream:
                yield stream
                stream.flush()
                os.fsync(stream.fileno())

    def list(self) -> dict[str, fs.FileInfo]:
        """Return file name -> its size and the time of its last change, of all files below the place."""
        with self._explained("read"):
            found = self._files.get_file_info(
                fs.FileSelector(self._root, allow_not_found=True, recursive=True)
            )
        files = [one for one in found if one.type == fs.FileType.File]
        return {one.path.removeprefix(f"{self._root}/"): one for one in files}

    def delete(self, name: str) -> None:
        """Delete a file, if it is there."""
        with self._explained("delete from"), contextlib.suppress(FileNotFoundError):
            self._files.delete_file(self.path(name))

    def delete_leftovers(self) -> None:
        """Delete drafts of processes that were killed."""
        if self.is_local:
            for folder in {Path(self.path(name)).parent for name in ("x", *self.list())}:
                delete_leftovers(folder)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock of a folder, so that one process at a time publishes there; an object store has none.

        Raises HistoryBusy if another process has it.
        """
        if not self.is_local:
            yield
            return
        with self._explained("write to"):
            Path(self._root).mkdir(parents=True, exist_ok=True)
            lock = filelock.FileLock(self.path(LOCK))
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:
                raise HistoryBusy(
                    f"another csat publish to {self.name} is running: wait until it ends",
                    holder="csat publish",
                ) from None
        try:
            yield
        finally:
            lock.release()

    @contextlib.contextmanager
    def _explained(self, verb: str) -> Iterator[None]:
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            why = reason(error) if isinstance(error, OSError) and error.errno else _in_short(error)
            raise HistoryError(f"cannot {verb} {self.name} ({why}): {CHOOSE_PLACE}") from None


def _in_short(error: Exception) -> str:
    """Return the kind of error that an object store names, such as "access denied", or else its first line."""
    found = STORE_ERROR.search(str(error))
    if found:
        return _in_words(found)
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def _in_words(found: re.Match[str]) -> str:
    return found[1].replace("_", " ").lower()


def _complete(location: str) -> str:
    """Return an address as pyarrow needs it: spaces and other letters than those of ASCII as %20 and so on.

    Google's store gets a limit: without one its client tries for 15 minutes.
    """
    location = quote(location, safe=string.punctuation)
    if not location.startswith(("gs://", "gcs://")) or "retry_limit_seconds" in location:
        return location
    return f"{location}{'&' if '?' in location else '?'}retry_limit_seconds={RETRY_SECONDS}"


def _without_secrets(location: str) -> str:
    """Return an address without user, password and query, which may hold keys."""
    if "://" not in location:
        return location
    try:
        parts = urlsplit(location)
    except ValueError:
        # A bracket that is not closed.
        return f"{location.partition('://')[0]}://"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
