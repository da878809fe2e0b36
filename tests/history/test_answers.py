"""While a DuckDB file is kept open, equal queries are executed once; otherwise each time."""

from __future__ import annotations

import pandas as pd
import pytest
from support.rating_factory import GROUPS, ratings, store

from csat_analysis.errors import HistoryBusy, HistoryError
from csat_analysis.history import History, answers
from csat_analysis.history.answers import execute, unchanged
from csat_analysis.history.opening import open_history
from csat_analysis.history.place import Place
from csat_analysis.history.publish import publish
from csat_analysis.history.views import VIEWS


def count_tickets(history: History):
    with history._open() as con:
        return execute(history, lambda con: con.table("tickets").count().as_table(), con)


def test_equal_queries_of_a_file_that_is_kept_open_are_executed_once(history):
    with unchanged(history.location):
        first = count_tickets(history)
        assert count_tickets(history) is first
        assert count_tickets(history.with_definitions(good="top")) is first
    assert count_tickets(history) is not first


def test_equal_queries_of_a_published_history_are_executed_once_while_it_is_kept_open(history, tmp_path):
    publish(history, Place(str(tmp_path / "lake")))
    published = open_history(f"parquet:{tmp_path / 'lake'}")
    with published.keep_open():
        first = count_tickets(published)
        with published.keep_open():
            assert count_tickets(published) is first
    with published.keep_open():
        assert count_tickets(published) is not first


def test_a_file_that_is_kept_open_cannot_be_changed(history):
    writer = History(history.location, wait_seconds=0)
    with unchanged(history.location), pytest.raises(HistoryBusy):
        writer.save({"groups": [{"group_id": 1, "name": "Other", "is_deleted": False}]})


def test_another_database_is_asked_each_time(history, empty_file):
    other = History(str(empty_file))
    with unchanged(history.location):
        assert count_tickets(other) is not count_tickets(other)


@pytest.mark.parametrize("most", [0, answers.MOST_SURVEYS])
def test_views_of_a_file_that_is_kept_open_are_the_same(history, monkeypatch, most):
    monkeypatch.setattr(answers, "MOST_SURVEYS", most)
    for name in VIEWS:
        stored = history.table(name).sort_values("response_id", ignore_index=True)
        with unchanged(history.location):
            kept = history.table(name).sort_values("response_id", ignore_index=True)
        pd.testing.assert_frame_equal(kept, stored)


def test_an_error_of_a_query_is_told_in_one_line(history):
    with unchanged(history.location), pytest.raises(HistoryError), history._open() as tables:
        tables.con.raw_sql("select no_such_column from tickets")


def test_a_query_is_built_once_for_all_names_that_it_asks_for(history, monkeypatch):
    prepared = []
    prepare = answers._prepare
    monkeypatch.setattr(
        answers, "_prepare", lambda con, query, names: prepared.append(names) or prepare(con, query, names)
    )
    store(history, ratings(3, 1), ratings(2, 0, group="Returns"), ratings(1, 4, group="Voice"))
    hostile = "it's \\' or true -- $name_0"
    history.save({"groups": [{"group_id": GROUPS["Voice"], "name": hostile}]})
    expected = {("Billing",): 4, ("Returns",): 2, (hostile,): 5, ("Billing", hostile): 9}
    with unchanged(history.location):
        assert {names: len(history.ratings(group=names)) for names in expected} == expected
        assert len(history.ratings(where={"not group": hostile})) == 6
        assert len(history.ratings()) == 11
    # The ratings of one group, of two, and of all but one.
    assert [len(names) for names in prepared if names] == [1, 2, 1]


def test_a_query_of_a_user_is_built_each_time(history):
    store(history, ratings(3, 1))
    counts = []
    with unchanged(history.location):
        for number in (1, 2):
            counts.append(len(history.read(lambda con: con.table("tickets").limit(number))))  # noqa: B023
    assert counts == [1, 2]


def test_other_places_are_asked_each_time():
    with unchanged("postgresql://db.example.com/csat"):
        pass
