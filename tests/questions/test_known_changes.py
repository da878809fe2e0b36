"""Comparisons start again at a known change (`csat rebase`): all of them, the row of a group, and the reports."""

from __future__ import annotations

import datetime as dt
import shutil

import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import InvalidValue
from csat_analysis.history import History
from csat_analysis.history.rebases import add_rebase, read_rebases, remove_rebase
from csat_analysis.verdicts import Verdict

pytestmark = pytest.mark.slow

RATES = {"Billing": (60, 20), "Returns": (70, 10), "Voice": (30, 6)}


@pytest.fixture(scope="module")
def stored(tmp_path_factory) -> History:
    """Return eight weeks of three groups, all lower since 2026-W45, and a week of the year before."""
    made = History(str(tmp_path_factory.mktemp("known") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    weeks = [
        ratings(good if week < 2 else good + 10, bad + 10 if week < 2 else bad, at=_before(week), group=group)
        for week in range(8)
        for group, (good, bad) in RATES.items()
    ]
    return store(made, *weeks, ratings(40, 10, at=_before(52)))


def _before(weeks: int) -> dt.datetime:
    return NOON - dt.timedelta(weeks=weeks)


@pytest.fixture
def history(stored: History):
    """Yield the history, and take back the known changes of a test."""
    yield stored
    for one in read_rebases(stored):
        remove_rebase(stored, one.day.isoformat(), group=one.group)


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def before(rows) -> dict[str, int]:
    return dict(zip(rows["group"], rows["n_before"], strict=True))


def test_ratings_from_before_a_known_change_are_left_out(history):
    # The Wednesday of 2026-W44, on which the ratings of that week came.
    add_rebase(history, "2026-10-28", "new survey")
    rows = csat.compare(history, WEEK)
    assert rows[["n", "n_before", "verdict"]].values.tolist() == [[226, 452, Verdict.NO_DIFFERENCE]]
    assert plain(findings.known_changes_clause(rows)) == (
        " Ratings from before a known change are left out of the comparison: new survey (28 Oct 2026)."
    )
    # Also of a period that is named, and in the other answers about the two periods.
    assert csat.compare(history, WEEK, ("2026-W43", "2026-W45"))["n_before"].item() == 452
    assert csat.explain_change(history, WEEK)["n_before"].iloc[-1] == 452
    assert csat.distribution(history, WEEK)["n_before"].sum() == 452


def test_known_changes_of_a_call_take_the_place_of_the_stored_ones(history):
    add_rebase(history, "2026-10-28", "new survey")
    rows = csat.compare(history, WEEK, rebase=[])
    assert rows[["n_before", "verdict"]].values.tolist() == [[904, Verdict.LOWER]]
    assert rows.attrs["known_changes"] == []
    assert csat.compare(history, WEEK, rebase="2026-10-29")["n_before"].item() == 226


@pytest.mark.parametrize("day", ["2026-11-09", "2026-11-11"])
def test_nothing_is_compared_in_the_period_in_which_a_change_began(history, day):
    add_rebase(history, day, "new survey")
    row = csat.compare(history, WEEK).iloc[0]
    assert row[["n", "n_before", "verdict"]].tolist() == [226, 0, Verdict.TOO_FEW]
    since = f"nothing to compare with yet since a known change, new survey ({int(day[-2:])} Nov 2026)"
    assert plain(findings.compare_change(row)) == since
    assert findings.known_changes_clause(row) == ""
    span = csat.period(history, WEEK)
    assert plain(findings.compare_headline(row, where="All groups", span=span)) == (
        f"All groups, 9–15 Nov 2026: 160 of 226 ratings good, {since}"
    )
    parts = csat.explain_change(history, WEEK)
    assert parts["change"].isna().all() and findings.explain_change_clause(parts) == ""
    assert plain(findings.explain_change_title(parts)) == f"The change is not split into parts: {since}"
    groups = csat.compare(history, WEEK, by="group")
    assert set(groups["verdict"]) == {Verdict.TOO_FEW}
    assert plain(findings.compare_title(groups)) == f"No group is compared: {since}"
    overview = findings.compare_overview(row, groups, groups.head(0), week=row)
    assert plain(overview) == f"160 of 226 ratings good, {since}"


def test_a_change_of_one_group_counts_for_its_own_ratings(history):
    add_rebase(history, "2026-11-02", "new phones", group="Billing")
    groups = csat.compare(history, WEEK, by=["group", "channel"])
    assert before(groups) == {"Billing": 90, "Returns": 360, "Voice": 184}
    assert "left out of the comparison: new phones in Billing" in findings.compare_note(groups)
    assert csat.compare(history, WEEK, where={"group": ["Billing"]})["n_before"].item() == 90
    # All ratings together are compared with all of the weeks before.
    rows = csat.compare(history, WEEK)
    assert rows["n_before"].item() == 904
    assert plain(findings.known_changes_clause(rows)) == (
        " Known to have changed since: new phones in Billing (2 Nov 2026)."
    )


def test_a_filter_without_the_group_of_a_change_names_none(history):
    add_rebase(history, "2026-11-02", "new phones", group="Billing")
    assert csat.known_changes(history, WEEK)[["group", "text"]].values.tolist() == [["Billing", "new phones"]]
    assert csat.known_changes(history, WEEK, group="Returns").empty
    assert csat.compare(history, WEEK, where={"not group": "Billing"}).attrs["known_changes"] == []


def test_parts_of_a_change_add_up_and_the_row_of_a_group_is_judged_as_compare_does(history):
    add_rebase(history, "2026-11-02", "new phones", group="Billing")
    parts, whole = csat.explain_change(history, WEEK), csat.compare(history, WEEK).iloc[0]
    assert before(parts) == {"Billing": 360, "Returns": 360, "Voice": 184, "all": 904}
    assert parts["change"].iloc[-1] == pytest.approx(whole["change"], abs=1e-15)
    assert parts["change"].iloc[:-1].sum() == pytest.approx(whole["change"], abs=1e-15)
    groups = csat.compare(history, WEEK, by="group")
    assert parts["verdict"].tolist() == [*groups["verdict"], whole["verdict"]]


def test_a_group_with_a_change_of_its_own_is_in_no_sum_of_groups(empty_file, tmp_path):
    made = History(str(shutil.copy(empty_file, tmp_path / "csat.duckdb")))
    now = {"Billing": (20, 80), "Returns": (60, 40), "Voice": (90, 10)}
    rows = [ratings(*counts, group=group) for group, counts in now.items()]
    store(made, *rows, *(ratings(360, 40, group=group, at=_before(1)) for group in now))
    add_rebase(made, "2026-11-09", "new phones", group="Billing")
    rows = csat.compare(made, WEEK, by="group")
    assert rows["verdict"].tolist() == [Verdict.TOO_FEW, Verdict.LOWER, Verdict.NO_DIFFERENCE]
    assert rows.attrs["explained_by"] == ["Returns"]


def test_last_year_is_not_compared_after_a_known_change(history):
    week = csat.period(history, WEEK)
    row = csat.csat(history, week.year_before).iloc[0]
    unchanged = csat.known_changes(history, WEEK, than="last year")
    assert plain(findings.last_year_clause(row, week, unchanged, history)) == (
        " A year before, in the same week of 2025 (first survey 11 Nov 2025): 80 % of 50 good, "
        "likely between 67 and 89 %."
    )
    add_rebase(history, "2026-10-05", "new survey", group="Returns")
    known = csat.known_changes(history, WEEK, than="last year")
    assert plain(findings.last_year_clause(row, week, known, history)) == (
        " The same week of 2025 is not compared: known to have changed since, new survey in Returns (5 Oct 2026)."
    )
    assert csat.known_changes(history, WEEK, than="last year", group="Billing").empty
    assert csat.known_changes(history, WEEK).empty
    add_rebase(history, "2026-10-05", "new survey")
    assert csat.compare(history, WEEK, than="last year")["n_before"].item() == 0


def test_weeks_from_before_a_known_change_are_no_caution(history):
    trend = csat.trend(history, until=WEEK, weeks=6, rebase="2026-11-02")
    trend["signal"] = trend["week"].dt.strftime("%m-%d").isin(["10-19", "11-02"])
    span = csat.period(history, WEEK).baseline
    assert findings.trend_caution(trend, span).replace("\xa0", " ") == (
        " The weeks before include 2–8 Nov (W45), which was unusual."
    )


@pytest.mark.parametrize(
    "rebase", ["01.11.2026", "2026-W45", "", 3, True, float("nan"), pd.NaT, [None], {"day": 1}]
)
def test_a_day_that_is_not_one_is_one_line(history, rebase):
    for question in (csat.compare, csat.trend):
        with pytest.raises(InvalidValue, match="^invalid date .*; expected YYYY-MM-DD"):
            question(history, rebase=rebase)


@pytest.mark.parametrize("day", [dt.date(2026, 10, 28), pd.Timestamp("2026-10-28")])
def test_a_day_is_a_text_a_date_or_a_time_at_midnight(history, day):
    of_text = csat.compare(history, WEEK, rebase="2026-10-28")
    pd.testing.assert_frame_equal(csat.compare(history, WEEK, rebase=day), of_text)
