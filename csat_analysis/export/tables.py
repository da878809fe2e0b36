"""Write tables to CSV, Parquet and XLSX files that are safe to open in a spreadsheet.

Customers write subjects and comments, and a spreadsheet treats a CSV cell that begins with = + - @, a tab or a
carriage return as a formula. Such cells get a leading apostrophe in CSV, also where a spreadsheet of another
country would start a new cell. XLSX and Parquet have typed cells and keep the text as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from ..errors import ExportError, InvalidChoice
from ..files import delete_leftovers, reason, replace_file
from .parquet import ROWS_PER_GROUP, write_parquet
from .spreadsheet import FORMULA, INVISIBLE, MOST_ROWS, SIGNS, Sheet, flatten_cells, to_workbook

# Where Excel separates cells by ; (Germany, France), quotes do not protect a text: its own ; and line breaks begin
# new cells. The pattern matches a whole run of separators at once, so that many blank lines take linear time.
SEPARATORS = frozenset(";\t\n|")
CELL_START = re.compile(rf"""([{INVISIBLE};|"]+)({SIGNS}?)""")
XLSX = ".xlsx"
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def export(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a table to a file that only its owner can read.

    The file is complete or not written at all. Times stay in UTC: CSV has text with an offset, XLSX has plain UTC
    because it has no time zones. In CSV and XLSX, lists are joined by spaces and line breaks become newlines.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table; its index is not written.
    path : str or Path
        A file that ends in .csv, .parquet or .xlsx.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InvalidChoice
        If the file has another ending.
    ExportError
        If the file cannot be written, or the table has too many rows for .xlsx.

    Examples
    --------
    >>> export(pd.DataFrame({"n": [1]}), "ratings.ods")
    Traceback (most recent call last):
    csat_analysis.errors.InvalidChoice: unknown file ending '.ods'; choose from: .csv, .parquet, .xlsx
    """
    path = Path(path)
    check_ending(path)
    ending = path.suffix.lower()
    if ending == XLSX and len(frame) > MOST_ROWS:
        raise ExportError(
            f"{len(frame):,} rows do not fit an .xlsx sheet (at most {MOST_ROWS:,}): use .csv or .parquet"
        )
    delete_leftovers(path.parent)
    try:
        with replace_file(path) as draft:
            _WRITERS[ending](frame, draft)
    except OSError as error:
        raise ExportError(f"cannot write {path} ({reason(error)}): choose another --output") from None
    return path


def check_ending(path: Path | None) -> None:
    """Raise InvalidChoice unless a table can be written to this file; None is not checked."""
    if path is not None and path.suffix.lower() not in _WRITERS:
        raise InvalidChoice("file ending", path.suffix, _WRITERS)


def to_excel(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write a table, such as the answer of a question, to an .xlsx file that only its owner can read.

    Headings stay in view, columns have filters, and cells hold the true text. Times are plain UTC.

    Parameters
    ----------
    frame : pandas.DataFrame
        The table; its index is not written.
    path : str or Path
        A file that ends in .xlsx.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    ExportError
        If the file has another ending, cannot be written, or the table has too many rows.

    Examples
    --------
    >>> to_excel(pd.DataFrame({"n": [1]}), "satisfaction.xls")
    Traceback (most recent call last):
    csat_analysis.errors.ExportError: satisfaction.xls does not end in .xlsx: give the file that ending
    """
    if Path(path).suffix.lower() != XLSX:
        raise ExportError(f"{path} does not end in .xlsx: give the file that ending")
    return export(frame, path)


def to_csv_text(frame: pd.DataFrame) -> str:
    """Return a table as CSV for a terminal or a pipe, without formulas and control characters.

    Examples
    --------
    >>> to_csv_text(pd.DataFrame({"n": [1], "comment": ["=1+1"]}))
    "n,comment\\n1,'=1+1\\n"
    """
    return CONTROL_CHARACTERS.sub("", flatten_cells(frame, _guard_csv_cell).to_csv(index=False))


def guard_formula(value: object) -> object:
    """Return a cell with a leading apostrophe if a spreadsheet would treat it as a formula.

    Examples
    --------
    >>> guard_formula("=1+1"), guard_formula("fine"), guard_formula(-3)
    ("'=1+1", 'fine', -3)
    """
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def _guard_csv_cell(value: object) -> object:
    """Guard the cell, and every place within it where a spreadsheet may start a new cell."""
    guarded = guard_formula(value)
    return CELL_START.sub(_guard_cell_start, guarded) if isinstance(guarded, str) else guarded


def _guard_cell_start(match: re.Match[str]) -> str:
    between, sign = match.groups()
    return f"{between}'{sign}" if sign and SEPARATORS & set(between) else match[0]


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    # Excel needs the byte order mark to read UTF-8.
    flatten_cells(frame, _guard_csv_cell).to_csv(path, index=False, encoding="utf-8-sig")


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with path.open("wb") as raw:
        write_parquet(table.to_batches(ROWS_PER_GROUP), table.schema, raw)


def _write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    path.write_bytes(to_workbook([Sheet("Sheet1", frame)]))


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    XLSX: _write_xlsx,
}
