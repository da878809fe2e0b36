"""Read a backup file without trusting anything in it."""

from __future__ import annotations

import shutil
import stat
import zipfile
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, NonNegativeInt, PositiveInt, ValidationError

from ..errors import HistoryError
from .restorable import File, Restorable, check_copy, damaged

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 1_000_000
CHUNK = 1 << 20
ENCRYPTED = 0x1
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


def read_backup(path: Path) -> Restorable:
    """Return a backup, whose structure is checked. Raises HistoryError."""
    if not path.is_file():
        raise HistoryError(f"{path} is not a file: give a file that csat backup wrote")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(path, entries)
            manifest = Manifest.model_validate_json(archive.read(MANIFEST))
    except (*ZIP_ERRORS, ValidationError):
        raise damaged(path, "it is not a backup") from None
    expected = sorted([MANIFEST, *map(file_name, manifest.tables)])
    if sorted(entry.filename for entry in entries) != expected:
        raise damaged(path, "its files are not those of its manifest")
    tables = {
        name: [File(file_name(name), entry.rows, entry.sha256)] for name, entry in manifest.tables.items()
    }
    return check_copy(
        Restorable(
            name=str(path),
            schema_version=manifest.schema_version,
            account=manifest.account,
            timezone=manifest.timezone,
            tables=tables,
            fetch=partial(_fetch, path),
        )
    )


def file_name(table: str) -> str:
    """Return the name of a table's file in a backup."""
    return f"{table}.parquet"


def _fetch(path: Path, name: str, target: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive, archive.open(name) as raw, target.open("wb") as copy:
            shutil.copyfileobj(raw, copy, CHUNK)
    except ZIP_ERRORS:
        raise damaged(path, f"{name} cannot be read") from None


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
