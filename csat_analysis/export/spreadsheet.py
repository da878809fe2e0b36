"""Write tables as the sheets of an XLSX workbook: typed cells, the true text, filters and readable widths.

A text is never a formula, a number or a link, except for the links into Zendesk in columns that end in `url` or `link`.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from ..files import temporary_folder

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

# Invisible characters before a formula, which a spreadsheet or a cleaning step may remove: control characters,
# joiners and directional controls.
INVISIBLE = r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff"
SIGNS = r"[=+\-@＝＋－＠]"
FORMULA = re.compile(rf"[\t\r]|[{INVISIBLE}]*{SIGNS}")
LINE_END = re.compile(r"\r\n?")
INVALID_IN_XLSX = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
MOST_LINKS = 65_530
YEARS = (1900, 9998)
WIDEST_COLUMN = 320  # pixels
LONG_TEXT = 60  # characters, beyond which a cell has several lines
LETTERS_A_LINE = 45  # of the widest column, at least
LINE_HEIGHT = 15  # points
MOST_LINES = 20
MINUTES = "yyyy-mm-dd hh:mm"
FEW_LETTERS = 6
OPEN = "open"  # instead of the address, in columns that end in `link`
LINK = re.compile(r"https?://\S{1,2000}", re.ASCII)
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


class Sheet(NamedTuple):
    """A table of a workbook; `shares` are shown in percent, `lines` drawn as a chart over the first column."""

    name: str
    frame: pd.DataFrame
    shares: Sequence[str] = ()
    lines: Sequence[str] = ()


def to_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the content of an .xlsx file with these sheets. Times are shown as they are, without their zone."""
    from xlsxwriter.exceptions import FileCreateError

    # In memory: zipfile would print a traceback if it could not write to a full disk.
    content = io.BytesIO()
    try:
        with temporary_folder() as folder:
            options = {"options": {**OPTIONS, "tmpdir": str(folder)}}
            with pd.ExcelWriter(
                content, engine="xlsxwriter", datetime_format=MINUTES, engine_kwargs=options
            ) as writer:
                for sheet in sheets:
                    _write_sheet(writer, sheet)
    except FileCreateError as error:
        # XlsxWriter wraps the error of the file system.
        raise OSError(error.args[0].errno, "") from None
    return content.getvalue()


def flatten_cells(frame: pd.DataFrame, convert: Callable[[object], object]) -> pd.DataFrame:
    """Convert lists to text, and apply `convert` to all texts and headings."""
    flat = frame.copy()

    def cell(value: object) -> object:
        return convert(_to_text(value))

    for name in flat.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in flat.dtypes]]:
        if not pd.api.types.is_datetime64_any_dtype(flat[name]):
            flat[name] = flat[name].astype(object).map(cell, na_action="ignore")
    return flat.rename(columns=cell)


def _write_sheet(writer: Any, sheet: Sheet) -> None:
    frame = flatten_cells(sheet.frame, _fit_cell)
    for name, kind in frame.dtypes.items():
        if pd.api.types.is_datetime64_any_dtype(kind):
            frame[name] = _fit_dates(frame[name])
    page = writer.book.add_worksheet(sheet.name)
    page.add_write_handler(str, _text_writer(writer.book, _links(frame)))
    frame.to_excel(writer, sheet_name=sheet.name, index=False, freeze_panes=(1, 0))
    if len(frame.columns):
        page.autofilter(0, 0, len(frame), len(frame.columns) - 1)
    page.autofit(WIDEST_COLUMN)
    percent = writer.book.add_format({"num_format": "0.0%"})
    for name in sheet.shares:
        # All digits of a share would make its column wide.
        _set_width(page, frame, name, FEW_LETTERS, percent)
    for name, kind in frame.dtypes.items():
        if pd.api.types.is_datetime64_any_dtype(kind):
            _set_width(page, frame, name, len(MINUTES))
    _fit_rows(writer.book, page, frame)
    _fit_paper(page)
    if sheet.lines:
        _draw_lines(writer.book, page, sheet, frame)


def _set_width(
    page: Worksheet, frame: pd.DataFrame, name: Any, letters: int, style: Format | None = None
) -> None:
    """Make a column as wide as so many letters, or as its head with the button of the filter."""
    place = frame.columns.get_loc(name)
    page.set_column(place, place, max(letters, len(str(name)) + 2) + 2, style)


def _fit_rows(book: Any, page: Worksheet, frame: pd.DataFrame) -> None:
    """Make rows as high as their long texts: not every program does so when it opens a file."""
    texts = frame.select_dtypes(exclude="number").map(lambda cell: len(cell) if isinstance(cell, str) else 0)
    longest, top = texts.max(axis=1), book.add_format({"valign": "top"})
    for row, letters in enumerate(longest, 1):
        if letters > LONG_TEXT:
            page.set_row(row, LINE_HEIGHT * min(MOST_LINES, math.ceil(letters / LETTERS_A_LINE)), top)


def _fit_paper(page: Worksheet) -> None:
    """Print all columns on one page, with the heading on each."""
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)


def _draw_lines(book: Any, page: Worksheet, sheet: Sheet, frame: pd.DataFrame) -> None:
    """Add a line chart below the table."""
    chart = book.add_chart({"type": "line"})
    rows = len(frame)
    for name in sheet.lines:
        place = frame.columns.get_loc(name)
        chart.add_series(
            {
                "name": [sheet.name, 0, place],
                "categories": [sheet.name, 1, 0, rows, 0],
                "values": [sheet.name, 1, place, rows, place],
            }
        )
    chart.set_x_axis({"num_format": "d mmm"})
    chart.set_y_axis({"num_format": "0%", "max": 1})
    chart.set_size({"width": 900, "height": 360})
    page.insert_chart(rows + 2, 0, chart)


def _links(frame: pd.DataFrame) -> dict[int, str | None]:
    """Return where links are and what is shown for the address; nothing if a sheet cannot hold so many links."""
    ends = {place: str(name)[-4:] for place, name in enumerate(frame.columns)}
    places = {
        place: OPEN if end == "link" else None for place, end in ends.items() if end.endswith(("url", "link"))
    }
    return places if len(places) * len(frame) <= MOST_LINKS else {}


def _text_writer(book: Any, links: dict[int, str | None]) -> Callable[..., int]:
    """Return a writer of text cells that stay text when a user edits them, as after a typed apostrophe."""
    quoted = book.add_format({"quote_prefix": True})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    head = book.add_format({"bold": True, "bottom": 1, "quote_prefix": True})

    def write(sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> int:
        if not row:
            return sheet.write_string(row, column, text, head)
        if column in links and LINK.fullmatch(text):
            return sheet.write_url(row, column, text, string=links[column])
        if FORMULA.match(text):
            return sheet.write_string(row, column, text, quoted)
        return sheet.write_string(row, column, text, wrapped if len(text) > LONG_TEXT else style)

    return write


def _to_text(value: object) -> object:
    text = " ".join(map(str, value)) if isinstance(value, list) else value
    # pandas does not quote a lone carriage return in CSV: the text after it would begin a new line.
    return LINE_END.sub("\n", text) if isinstance(text, str) else text


def _fit_dates(times: pd.Series) -> pd.Series:
    """Remove the time zone, the time of days, and write dates that a spreadsheet cannot hold as text."""
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    fits = times.dt.year.between(*YEARS) | times.isna()
    if fits.all() and times.notna().any() and (times.dropna() == times.dropna().dt.normalize()).all():
        return times.dt.date
    return times if fits.all() else times.astype(object).where(fits, times.astype(str))


def _fit_cell(value: object) -> object:
    """Remove characters that XML does not allow, and cut the text to what a cell can hold."""
    return INVALID_IN_XLSX.sub("", value)[:MOST_CHARACTERS] if isinstance(value, str) else value
