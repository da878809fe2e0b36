"""Read the user's own mapping of agents, a CSV file: agent, period, and columns such as team or region."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..errors import CsatError
from ..periods import day
from .csv_file import Kind, read_csv_file, values_of_line

AGENT_ID, AGENT, FIRST, LAST = "agent_id", "agent", "valid_from", "valid_to"
OWN = (AGENT_ID, AGENT, FIRST, LAST)
KIND = Kind("mapping", "CSAT_MAPPING", OWN, "agent_id,team", "agent")
# A name of a column that every engine and the command line take.
COLUMN = re.compile(r"\w[\w -]{0,29}")
# Excel writes a number as 101, 101.0 or, in Germany, 101,0.
NUMBER = re.compile(r"(\d{1,18})([.,]0+)?", re.ASCII)
ROUNDED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)


class Line(NamedTuple):
    """A line of the file: its number, an agent by id or name, both days (None: no bound), a value per column."""

    number: int
    agent_id: int | str | None
    agent: str
    first: dt.date | None
    last: dt.date | None
    values: tuple[str, ...]

    @property
    def who(self) -> str:
        """The agent, as the file names it."""
        return self.agent or str(self.agent_id)


@dataclass(frozen=True)
class MappingFile:
    """The columns of a mapping besides agent and days, and its lines."""

    path: Path
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read_mapping_file(path: Path) -> MappingFile:
    """Read a mapping.

    The file is text in UTF-8 (or UTF-16 with a mark), separated by commas, semicolons or tabs.

    Raises
    ------
    CsatError
        If it cannot be read or a line is malformed: one line with the file and the number of the line.
    """
    found = read_csv_file(path, KIND)
    _check_header(found.names, found.where)
    columns = tuple(name for name in found.names if name not in OWN)
    lines = tuple(_line(path, number, found.names, cells) for number, cells in found.body)
    return MappingFile(path, columns, lines)


def _check_header(names: Sequence[str], where: str) -> None:
    folded = [name.casefold() for name in names]
    twice = next((name for name in names if folded.count(name.casefold()) > 1), None)
    if twice is not None:
        raise CsatError(f"{where}: the column {twice!r} is there twice: rename or remove one")
    if not {AGENT_ID, AGENT} & set(names):
        raise CsatError(f"{where}: there is no column agent_id or agent; found: {', '.join(names)[:200]}")
    others = [name for name in names if name not in OWN]
    if not others:
        raise CsatError(f"{where}: there is no column besides agent and days: add one, such as team")
    for name in others:
        if not COLUMN.fullmatch(name):
            raise CsatError(
                f"{where}: {name[:40]!r} cannot name a column: use up to 30 letters, digits, spaces, - and _"
            )


def _line(path: Path, number: int, names: Sequence[str], cells: Sequence[str]) -> Line:
    where = f"{path}, line {number}"
    given = values_of_line(path, number, names, cells)
    first, last = (_day(given.get(name, ""), name, where) for name in (FIRST, LAST))
    if first and last and last < first:
        raise CsatError(f"{where}: valid_to {last} is before valid_from {first}")
    agent_id = _agent_id(given.get(AGENT_ID, ""), where)
    agent = given.get(AGENT, "")
    if agent_id is None and not agent:
        raise CsatError(f"{where} names no agent")
    values = tuple(given[name] for name in names if name not in OWN)
    return Line(number, agent_id, agent, first, last, values)


def _agent_id(text: str, where: str) -> int | str | None:
    """Return an id as a number, or as text where it names an account, as acme/360001234567."""
    if not text:
        return None
    account, _, number = text.rpartition("/")
    if match := NUMBER.fullmatch(number):
        return f"{account}/{match[1]}" if account else int(match[1])
    if ROUNDED.fullmatch(text):
        raise CsatError(
            f"{where}: agent_id {text} was rounded by a spreadsheet: format the column as text, and enter it again"
        )
    raise CsatError(f"{where}: agent_id {text[:40]!r} is not a number; expected for example 360001234567")


def _day(text: str, name: str, where: str) -> dt.date | None:
    try:
        return day(text) if text else None
    except CsatError as error:
        raise CsatError(f"{where}, {name}: {error}") from None
