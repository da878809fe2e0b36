"""Write tables to CSV, Parquet and XLSX files that are safe to open in a spreadsheet.

Customers write subjects and comments, and a spreadsheet treats a CSV cell that begins with = + - @, a tab or a
carriage return as a formula. Such cells get a leading apostrophe in CSV, also where a spreadsheet of another
country would start a new cell. XLSX and Parquet have typed cells and keep the text as it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from xlsxwriter.exceptions import FileCreateError

from .errors import ExportError, UnknownChoice
from .files import delete_leftovers, reason, replace_file, temporary_folder

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Invisible characters before a formula, which a spreadsheet or the cleaning below may remove: control characters,
# joiners and directional controls.
INVISIBLE = r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
SIGNS = r"[=+\-@＝＋－＠]"
FORMULA = re.compile(rf"[\t\r]|[{INVISIBLE}]*{SIGNS}")
# Where Excel separates cells by ; (Germany, France), quotes do not protect a text: its own ; and line breaks begin
# new cells. The pattern matches a whole run of separators at once, so that many blank lines take linear time.
SEPARATORS = frozenset(";\t\n|")
CELL_START = re.compile(rf"""([{INVISIBLE};|"]+)({SIGNS}?)""")
LINE_END = re.compile(r"\r\n?")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
INVALID_IN_XLSX = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
XLSX_ROWS = 1_048_575
XLSX_CHARACTERS = 32_767
XLSX_SHEET = "Sheet1"
XLSX_YEARS = (1900, 9998)
XLSX_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


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
    UnknownChoice
        If the file has another ending.
    ExportError
        If the file cannot be written, or the table has too many rows for .xlsx.

    Examples
    --------
    >>> export(pd.DataFrame({"n": [1]}), "ratings.ods")
    Traceback (most recent call last):
    csat_analysis.errors.UnknownChoice: unknown file ending '.ods'; choose from: .csv, .parquet, .xlsx
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in _WRITERS:
        raise UnknownChoice("file ending", path.suffix, _WRITERS)
    if ending == ".xlsx" and len(frame) > XLSX_ROWS:
        raise ExportError(
            f"{len(frame):,} rows do not fit an .xlsx sheet (at most {XLSX_ROWS:,}): use .csv or .parquet"
        )
    delete_leftovers(path.parent)
    try:
        with replace_file(path) as draft:
            _WRITERS[ending](frame, draft)
    except OSError as error:
        raise ExportError(f"cannot write {path} ({reason(error)}): choose another --output") from None
    return path


def to_csv_text(frame: pd.DataFrame) -> str:
    """Return a table as CSV for a terminal or a pipe, without formulas and control characters.

    Examples
    --------
    >>> to_csv_text(pd.DataFrame({"n": [1], "comment": ["=1+1"]}))
    "n,comment\\n1,'=1+1\\n"
    """
    return CONTROL_CHARACTERS.sub("", _flatten(frame, _guard_csv_cell).to_csv(index=False))


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


def _flatten(frame: pd.DataFrame, convert: Callable[[object], object]) -> pd.DataFrame:
    """Convert lists to text, and apply `convert` to all texts and headings."""
    flat = frame.copy()

    def cell(value: object) -> object:
        return convert(_to_text(value))

    for name in flat.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in flat.dtypes]]:
        if not pd.api.types.is_datetime64_any_dtype(flat[name]):
            flat[name] = flat[name].astype(object).map(cell, na_action="ignore")
    return flat.rename(columns=cell)


def _to_text(value: object) -> object:
    text = " ".join(map(str, value)) if isinstance(value, list) else value
    # pandas does not quote a lone carriage return in CSV: the text after it would begin a new line.
    return LINE_END.sub("\n", text) if isinstance(text, str) else text


def _write_csv(frame: pd.DataFrame, path: Path) -> None:
    # Excel needs the byte order mark to read UTF-8.
    _flatten(frame, _guard_csv_cell).to_csv(path, index=False, encoding="utf-8-sig")


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False)


def _write_xlsx(frame: pd.DataFrame, path: Path) -> None:
    flat = _flatten(frame, _fit_xlsx_cell)
    for name, kind in flat.dtypes.items():
        if pd.api.types.is_datetime64_any_dtype(kind):
            flat[name] = _fit_xlsx_dates(flat[name])
    try:
        with temporary_folder() as folder:
            content = _to_workbook(flat, {**XLSX_OPTIONS, "tmpdir": str(folder)})
    except FileCreateError as error:
        # XlsxWriter wraps the error of the file system.
        raise OSError(error.args[0].errno, "") from None
    path.write_bytes(content)


def _to_workbook(frame: pd.DataFrame, options: dict[str, object]) -> bytes:
    """Return the content of a file. zipfile would print a traceback if it could not write to a full disk."""
    content = io.BytesIO()
    with pd.ExcelWriter(content, engine="xlsxwriter", engine_kwargs={"options": options}) as writer:
        sheet = writer.book.add_worksheet(XLSX_SHEET)
        sheet.add_write_handler(str, _text_writer(writer.book.add_format({"quote_prefix": True})))
        frame.to_excel(writer, sheet_name=XLSX_SHEET, index=False, freeze_panes=(1, 0))
    return content.getvalue()


def _text_writer(quoted: Format) -> Callable[..., int]:
    """Return a writer of text cells that stay text when a user edits them, as after a typed apostrophe."""

    def write(sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> int:
        return sheet.write_string(row, column, text, quoted if FORMULA.match(text) else style)

    return write


def _fit_xlsx_dates(times: pd.Series) -> pd.Series:
    """Remove the time zone, and write dates that a spreadsheet cannot hold as text."""
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    fits = times.dt.year.between(*XLSX_YEARS) | times.isna()
    return times if fits.all() else times.astype(object).where(fits, times.astype(str))


def _fit_xlsx_cell(value: object) -> object:
    """Remove characters that XML does not allow, and cut the text to what a cell can hold."""
    return INVALID_IN_XLSX.sub("", value)[:XLSX_CHARACTERS] if isinstance(value, str) else value


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    ".csv": _write_csv,
    ".parquet": _write_parquet,
    ".xlsx": _write_xlsx,
}
