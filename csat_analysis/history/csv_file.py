"""Read a user's own file of settings, as a spreadsheet writes it: CSV in UTF-8 or UTF-16, with any usual delimiter."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ..errors import CsatError
from ..files import reason

MAX_BYTES = 5_000_000
DELIMITERS = ",;\t"
# Excel writes this line before the header to name the delimiter.
DELIMITER_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Kind(NamedTuple):
    """A kind of file.

    Attributes
    ----------
    name
        What it is, such as "mapping".
    setting
        The setting that holds its path.
    columns
        Columns by which its delimiter is found, in lower case: a header with one of them has the right one.
    example
        A header, as an example.
    per_line
        What a line is about.
    """

    name: str
    setting: str
    columns: Collection[str]
    example: str
    per_line: str


class CsvFile(NamedTuple):
    """The header of a file, where it is, and its other lines: each with its number and cells."""

    names: list[str]
    where: str
    body: list[tuple[int, list[str]]]


def read_csv_file(path: Path, kind: Kind) -> CsvFile:
    """Read a file. Cells have single spaces and no others; names of `kind.columns` are in lower case.

    Raises
    ------
    CsatError
        If it cannot be read, is not CSV, or has no header or no other lines: one line with the file and the number of
        the line.
    """
    rows = _read_rows(path, kind)
    number, header = next(rows, (1, []))
    if not header:
        raise CsatError(f"{path} is empty: add a line with the names of its columns, such as {kind.example}")
    names = [name.casefold() if name.casefold() in kind.columns else name for name in header]
    body = list(rows)
    where = f"{path}, line {number}"
    names = _drop_unnamed(names, body, where)
    if not body:
        raise CsatError(f"{path} has no lines below its header: add one per {kind.per_line}")
    return CsvFile(names, where, body)


def values_of_line(path: Path, number: int, names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """Return the cells of a line by the names of their columns. Raises CsatError if their number differs."""
    if len(cells) < len(names) or any(cells[len(names) :]):
        raise CsatError(f"{path}, line {number} has {len(cells)} cells, and the header has {len(names)}")
    return dict(zip(names, cells, strict=False))


def _read_rows(path: Path, kind: Kind) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each line that is not blank, with single spaces and no others."""
    text = _read_text(path, kind)
    before, first, start = _find_header(text)
    reader = csv.reader(
        io.StringIO(text[start:], newline=""), delimiter=_find_delimiter(first, kind.columns), strict=True
    )
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


def _read_text(path: Path, kind: Kind) -> str:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise CsatError(f"{path} has {size:,} bytes: a {kind.name} has at most {MAX_BYTES:,}")
        stored = path.read_bytes()
    except OSError as error:
        raise CsatError(
            f"cannot read the {kind.name} {path} ({reason(error)}): check {kind.setting}"
        ) from None
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


def _find_delimiter(header: str, columns: Collection[str]) -> str:
    """Return the delimiter by which the header has one of these columns, else the most frequent one."""
    for delimiter in DELIMITERS:
        names = {name.strip(' "\r\n').casefold() for name in header.split(delimiter)}
        if len(names) > 1 and names & set(columns):
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
