"""Where settings come from: files in the working folder or a folder above, and the system's keyring.

A folder above may be shared. A file there that another user has written, or can change, could send credentials to
another address or show a false history. So it is refused, as git refuses such repositories.
"""

from __future__ import annotations

import os
import re
import shlex
import stat
from pathlib import Path

from ..errors import SettingsError
from .values import SecretText

KEYRING_SERVICE = "csat"
ENV_LINE = re.compile(r"\s*(#|(export\s+)?\w+\s*=)")
WRITABLE_BY_OTHERS = 0o022


def find_file(name: str, *, otherwise: str) -> Path | None:
    """Return a file in the working folder or the nearest folder above it: a notebook runs in its own folder.

    Parameters
    ----------
    name : str
        The file's name, or its path below one of these folders.
    otherwise : str
        What to do if the file is refused.

    Raises
    ------
    SettingsError
        If another user has written the nearest file, or can change it.
    """
    working = Path.cwd()
    for folder in (working, *working.parents):
        path = folder / name
        if _is_file_or_link(path):
            _check_owner(path, otherwise)
            return path
    return None


def read_env_file(path: Path) -> dict[str, SecretText]:
    """Return the variables of a `.env` file that have a value. Raises SettingsError if it is malformed."""
    from dotenv import dotenv_values

    try:
        malformed = _find_malformed_line(path)
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{path} cannot be read; it must be a UTF-8 text file that you own") from None
    if malformed:
        raise SettingsError(f"{path}, line {malformed} is not NAME=value: fix or remove it")
    variables = dotenv_values(path, encoding="utf-8-sig")
    return {name: SecretText(value) for name, value in variables.items() if value}


def _find_malformed_line(path: Path) -> int | None:
    """Return the number of the first line that dotenv would ignore silently.

    The lines are local to this function: a traceback that shows variables must not show them.
    """
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    numbered = enumerate(lines, 1)
    return next((number for number, line in numbered if line.strip() and not ENV_LINE.match(line)), None)


def read_keyring(name: str) -> SecretText | None:
    """Return an entry of the system's keyring; None without one."""
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        # Not every machine has a keyring.
        return None
    return SecretText(value) if value else None


def _is_file_or_link(path: Path) -> bool:
    """Return whether a path is a file, or a link to one: its target may be missing if a disk is not mounted."""
    try:
        mode = path.lstat().st_mode
        return stat.S_ISREG(mode) or (stat.S_ISLNK(mode) and not path.is_dir())
    except OSError:
        # A folder above may be closed to this user.
        return False


def _check_owner(path: Path, otherwise: str) -> None:
    """Raise SettingsError if a file, or the link to it, is another user's, or if others can change it."""
    if not hasattr(os, "geteuid"):
        # Windows has other permissions.
        return
    target = path.stat() if path.exists() else None
    if any(one.st_uid != os.geteuid() for one in (path.lstat(), target) if one):
        raise SettingsError(f"{path} belongs to another user, so it is not used: {otherwise}")
    if target and target.st_mode & WRITABLE_BY_OTHERS:
        command = f"chmod go-w {shlex.quote(str(path))}"
        raise SettingsError(
            f"other users can change {path}, so it is not used: run {command}, or {otherwise}"
        )
