"""The example of each public question runs and gives the output that it shows."""

from __future__ import annotations

import datetime as dt
import doctest
import inspect
from collections.abc import Iterator

import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.every_question import question, question_names
from support.rating_factory import NOON, ratings, store

import csat_analysis as csat
from csat_analysis import questions
from csat_analysis.errors import CsatError
from csat_analysis.history import History

pytestmark = pytest.mark.slow

PUBLIC = sorted(name for name in questions.__all__ if inspect.isfunction(getattr(questions, name)))
# What tells the rows of the answers apart.
KEYS = {
    *(
        "dimension",
        "group",
        "agent",
        "week",
        "since",
        "rating",
        "time",
        "method",
        "part",
        "term",
        "question",
        "value",
        "reason",
    ),
    *("low_minutes", "high_minutes", "median_minutes"),
}
LISTS = ("follow_up", "call_backs")
SHARE = {"distribution": "share"}
SECTIONS = ("Parameters\n", "Returns\n", "Examples\n")


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[History]:
    """Yield a history of two groups and twelve weeks."""
    made = History(str(tmp_path_factory.mktemp("examples") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    weeks = [NOON - dt.timedelta(weeks=number) for number in range(12)]
    rows = []
    for at in weeks:
        for minutes in (5, 60, 600):
            times = dict.fromkeys(["first_reply_minutes", "full_resolution_minutes"], minutes)
            rows.append(ratings(5, 1, at=at, channel="chat", **times))
            rows.append(ratings(4, 2, at=at, agent=2, group="Returns", **times))
    store(made, *rows)
    # Each question would open it again.
    with made.keep_open():
        yield made


@pytest.mark.parametrize("name", PUBLIC)
def test_a_question_is_documented_and_its_example_runs(demo, name):
    question = getattr(questions, name)
    text = inspect.getdoc(question)
    assert all(section in text for section in SECTIONS)
    (example,) = doctest.DocTestFinder(recurse=False).find(
        question, name, globs={"csat": csat, "history": demo}
    )
    failures: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=failures.append)
    assert result.attempted and not result.failed, "".join(failures)


@pytest.mark.parametrize("name", question_names())
def test_the_estimate_and_its_verdict_come_right_after_the_keys(demo, name):
    rows = question(demo, name)
    names = list(rows.columns)
    if "verdict" in names:
        place = names.index("n")
        first = [one for one in ("n", SHARE.get(name, "estimate"), "low", "high", "verdict") if one in names]
        assert names[place : place + len(first)] == first and len(first) >= 3
        assert set(names[:place]) <= KEYS
        assert rows.attrs["level"] == 0.95
    else:
        assert name in LISTS


@pytest.mark.parametrize("name", [name for name in PUBLIC if name != "agent_limits"])
@pytest.mark.parametrize("given", ["csat.duckdb", pd.DataFrame({"n": [1]}), None])
def test_a_question_about_something_else_than_a_history_says_how_to_open_one(name, given):
    with pytest.raises(CsatError, match=rf"{name}\(\) needs a history, not a .*csat.open_history"):
        getattr(questions, name)(given)


def test_status_is_a_table_in_jupyterlab_and_plain_lines_elsewhere(demo, monkeypatch):
    monkeypatch.setenv("CSAT_DATABASE", demo.location)
    shown = csat.status()
    assert f">{demo.name}</td>" in shown._repr_html_() and ">rows</td>" in shown._repr_html_()
    assert repr(shown).splitlines()[0] == f"history       {demo.name}"
