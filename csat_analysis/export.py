"""Tables as files: CSV, Parquet and XLSX, safe to open in a spreadsheet.

Customers write subjects and comments; a cell that begins with = + - @, a tab or a carriage return is a
formula to a spreadsheet. Such cells get a leading apostrophe in CSV and XLSX; in CSV so does a formula behind
what another country's spreadsheet takes for the end of a cell. Parquet keeps every value as it is.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from .errors import ExportError, UnknownChoice

# Controls, joiners and turns of direction: a spreadsheet, or the cleaning below, may drop these.
UNSEEN = r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
SIGNS = r"[=+\-@＝＋－＠]"
FORMULA = re.compile(rf"[\t\r]|[{UNSEEN}]*{SIGNS}")
# Where Excel parts cells at ; (Germany, France) a quoted text is none to it: its own ; and lines begin new cells,
# and the quotation marks that follow may go. The whole run is read at once, or many blank lines would take hours.
SEPARATORS = frozenset(";\t\n|")
CELL_BEGINS = re.compile(rf"""([{UNSEEN};|"]+)({SIGNS}?)""")
LINE_END = re.compile(r"\r\n?")
UNPRINTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # a terminal may obey them
ILLEGAL_IN_XLSX = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
XLSX_ROWS, XLSX_CHARACTERS = 1_048_575, 32_767


def export(frame: pd.DataFrame, path: str | Path) -> Path:
    """Write `frame` to a .csv, .parquet or .xlsx file, by its ending; whole or not at all.

    Times stay UTC (text with offset in CSV, plain UTC in XLSX, which knows no time zones); in both, lists are
    joined by spaces and every line of a text ends in a newline alone. Raises UnknownChoice for another
    ending, ExportError if the file cannot be written.
    """
    path = Path(path)
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise UnknownChoice("file ending", path.suffix, _WRITERS)
    if path.suffix.lower() == ".xlsx" and len(frame) > XLSX_ROWS:
        raise ExportError(
            f"{len(frame):,} rows do not fit an .xlsx sheet ({XLSX_ROWS:,}): use .csv or .parquet"
        )
    draft = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(frame, draft)
        draft.replace(path)
    except OSError as error:
        raise ExportError(f"cannot write {path} ({error.strerror}): choose another --output") from None
    finally:
        with contextlib.suppress(OSError):  # what could not be made cannot be removed
            draft.unlink(missing_ok=True)
    return path


def to_csv_text(frame: pd.DataFrame) -> str:
    """`frame` as CSV for a terminal or a pipe, as harmless as in a file and without control characters."""
    return UNPRINTED.sub("", _flat(frame, _harmless_in_csv).to_csv(index=False))


def harmless(value: object) -> object:
    """A cell that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("fine"), harmless(-3)
    ("'=1+1", 'fine', -3)
    """
    return f"'{value}" if isinstance(value, str) and FORMULA.match(value) else value


def _harmless_in_csv(value: object) -> object:
    """The same, wherever a spreadsheet may let a cell begin within the text."""
    whole = harmless(value)
    return CELL_BEGINS.sub(_guarded, whole) if isinstance(whole, str) else whole


def _guarded(found: re.Match[str]) -> str:
    between, sign = found.groups()
    return f"{between}'{sign}" if sign and SEPARATORS & set(between) else found[0]


def _flat(frame: pd.DataFrame, guard: Callable[[object], object]) -> pd.DataFrame:
    """Lists as text and texts as `guard` has them, headings too; other columns as they are."""
    flat = frame.copy()

    def cell(value: object) -> object:
        return guard(_text(value))

    for name in flat.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in flat.dtypes]]:
        if not pd.api.types.is_datetime64_any_dtype(flat[name]):
            flat[name] = flat[name].astype(object).map(cell, na_action="ignore")
    return flat.rename(columns=cell)


def _text(value: object) -> object:
    text = " ".join(map(str, value)) if isinstance(value, list) else value
    # a lone carriage return would go into a CSV unquoted, and what follows it begin a line there
    return LINE_END.sub("\n", text) if isinstance(text, str) else text


def _to_csv(frame: pd.DataFrame, path: Path) -> None:
    _flat(frame, _harmless_in_csv).to_csv(
        path, index=False, encoding="utf-8-sig"
    )  # Excel needs the mark to read UTF-8


def _to_parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False)


def _to_xlsx(frame: pd.DataFrame, path: Path) -> None:
    flat = _flat(frame, harmless)
    for name, kind in flat.dtypes.items():
        if isinstance(kind, pd.DatetimeTZDtype):
            flat[name] = flat[name].dt.tz_convert("UTC").dt.tz_localize(None)
        elif not (pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_datetime64_any_dtype(kind)):
            flat[name] = flat[name].map(_fitting, na_action="ignore")
    flat.rename(columns=_fitting).to_excel(path, index=False, freeze_panes=(1, 0))


def _fitting(value: object) -> object:
    """Text that an .xlsx cell can hold: no control characters, not too long."""
    return ILLEGAL_IN_XLSX.sub("", value)[:XLSX_CHARACTERS] if isinstance(value, str) else value


_WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    ".csv": _to_csv,
    ".parquet": _to_parquet,
    ".xlsx": _to_xlsx,
}
