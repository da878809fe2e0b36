"""Read the user's own mapping of agents, a CSV file: agent, period, and columns such as team or region."""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..errors import CsatError
from ..files import reason
from ..periods import day

MAX_BYTES = 5_000_000
AGENT_ID, AGENT, FIRST, LAST = "agent_id", "agent", "valid_from", "valid_to"
OWN = (AGENT_ID, AGENT, FIRST, LAST)
DELIMITERS = ",;\t"
# Excel writes this line before the header to name the delimiter.
DELIMITER_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
# A name of a column that every engine and the command line take.
COLUMN = re.compile(r"\w[\w -]{0,29}")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
# Excel writes a number as 101, 101.0 or, in Germany, 101,0.
NUMBER = re.compile(r"(\d{1,18})([.,]0+)?", re.ASCII)
ROUNDED = re.compile(r"\d+([.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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
    rows = _read_rows(path)
    number, header = next(rows, (1, []))
    if not header:
        raise CsatError(f"{path} is empty: add a line with the names of its columns, such as agent_id,team")
    names = [name.casefold() if name.casefold() in OWN else name for name in header]
    body = [(line, cells) for line, cells in rows]
    names = _drop_unnamed(names, body, f"{path}, line {number}")
    _check_header(names, f"{path}, line {number}")
    if not body:
        raise CsatError(f"{path} has no lines below its header: add one per agent")
    columns = tuple(name for name in names if name not in OWN)
    return MappingFile(path, columns, tuple(_line(path, one, names, cells) for one, cells in body))


def _read_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank, with single spaces and no others."""
    text = _read_text(path)
    before, first, start = _find_header(text)
    reader = csv.reader(io.StringIO(text[start:], newline=""), delimiter=_find_delimiter(first), strict=True)
    begun = before
    while True:
        number = begun + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise CsatError(
                f"{path}, line {number} is not CSV ({error}): check its quotation marks"
            ) from None
        if cells is None:
            return
        begun = before + reader.line_num
        if CONTROL.search("".join(cells)):
            raise CsatError(f"{path}, line {number} holds control characters: remove them")
        cleaned = [" ".join(cell.split()) for cell in cells]
        if any(cleaned):
            yield number, cleaned


def _read_text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CsatError(f"{path} has {size:,} bytes: a mapping has at most {MAX_BYTES:,}")
        stored = path.read_bytes()
    except OSError as error:
        raise CsatError(f"cannot read the mapping {path} ({reason(error)}): check CSAT_MAPPING") from None
    try:
        return stored.decode("utf-16" if stored.startswith(UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        number = len(stored[: error.start].splitlines()) or 1
        raise CsatError(
            f"{path}, line {number} is not UTF-8 text: save the file as CSV UTF-8, in Excel under Save As"
        ) from None


def _find_header(text: str) -> tuple[int, str, int]:
    """Return how many lines are before the header (blank, or the one for Excel), the header and where it starts."""
    start = 0
    for number, line in enumerate(io.StringIO(text, newline="")):
        if line.strip() and not DELIMITER_LINE.fullmatch(line):
            return number, line, start
        start += len(line)
    return 0, "", start


def _find_delimiter(header: str) -> str:
    """Return the delimiter by which the header has a column of agents, else the most frequent one."""
    for delimiter in DELIMITERS:
        names = {name.strip(' "\r\n').casefold() for name in header.split(delimiter)}
        if len(names) > 1 and names & {AGENT_ID, AGENT}:
            return delimiter
    return max(DELIMITERS, key=header.count)


def _drop_unnamed(names: list[str], body: Sequence[tuple[int, list[str]]], where: str) -> list[str]:
    """Return the names without those at the end that name nothing and have no values, as Excel leaves them."""
    kept = len(names)
    while kept and not names[kept - 1] and not any(any(cells[kept - 1 :]) for _, cells in body):
        kept -= 1
    if "" in names[:kept]:
        raise CsatError(f"{where}: column {names.index('') + 1} has no name")
    return names[:kept]


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
    if len(cells) < len(names) or any(cells[len(names) :]):
        raise CsatError(f"{where} has {len(cells)} cells, and the header has {len(names)}")
    given = dict(zip(names, cells, strict=False))
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
