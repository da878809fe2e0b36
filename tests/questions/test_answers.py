"""Shares of the answers to the questions of a survey besides the one about satisfaction."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.rating_factory import WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import charts, findings
from csat_analysis.errors import CsatError, UnknownChoice
from csat_analysis.estimates import wilson_interval
from csat_analysis.history import History

pytestmark = pytest.mark.slow

EASY, WHY = "Was it easy?", "Why?"
BASE = dict.fromkeys(("headline", "alias", "sub_type", "rating", "selections", "value"))


def answer(number: int, question: str, kind: str, **columns: Any) -> dict[str, Any]:
    row = {
        "response_id": f"R{number:05}",
        "question_id": question,
        "question_type": kind,
        "answer_type": kind,
    }
    return {**BASE, **row, **columns}


def easy(number: int, points: int) -> dict[str, Any]:
    kind = {"sub_type": "other", "headline": EASY, "answer_type": "rating_scale"}
    return answer(number, "E", "rating_scale_numeric", rating=points, **kind)


ANSWERS = [
    *(easy(number, 10 if number <= 6 else 2) for number in range(1, 9)),
    *(answer(number, "W", "closed_ended", headline=WHY, selections=["a", "b"]) for number in (1, 2)),
    *(answer(number, "W", "closed_ended", headline=WHY, selections=["b"]) for number in (21, 22)),
    answer(24, "W", "closed_ended", selections=["b"]),
    answer(23, "W", "closed_ended", headline=WHY, selections=[]),
    answer(3, "N", "closed_ended", alias="channel?", selections=["chat"]),
    answer(4, "I", "closed_ended", selections=["x"]),
    answer(5, "T", "open_ended", headline="Anything else?", value="secret words"),
    *(answer(n, "S", "rating_scale_numeric", sub_type="customer_satisfaction", rating=5) for n in (1, 2)),
]


@pytest.fixture(scope="module")
def history(tmp_path_factory) -> History:
    """Return 20 ratings of Billing by customers of one rating each, and 10 of Returns by one customer."""
    made = History(str(tmp_path_factory.mktemp("answers") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    alone = [pair for number in range(20) for pair in ratings(1, 0, response={"responder_id": 100 + number})]
    return store(
        made, alone, ratings(10, 0, group="Returns", response={"responder_id": 7}), survey_answers=ANSWERS
    )


def test_the_agents_and_groups_of_answers_are_those_who_are_credited(history):
    history.save(
        {
            "credits": [
                {
                    "response_id": f"R{number:05}",
                    "offered_agent_id": 2 if number <= 3 else 1,
                    "offered_group_id": 2,
                    "offered_attribution": "audit",
                }
                for number in range(1, 9)
            ]
        }
    )
    easy = partial(csat.answers, history, WEEK, question=EASY)
    assert shares(easy(by="agent"), "agent") == {("Ada", "2"): (2, 8), ("Ada", "10"): (6, 8)}
    credited = {("Ada", "2"): (2, 5), ("Ada", "10"): (3, 5), ("Ben", "10"): (3, 3)}
    assert shares(easy(by="agent", credit="offered"), "agent") == credited
    assert shares(easy(where={"group": "Returns"}, credit="offered")) == {("2",): (2, 8), ("10",): (6, 8)}


def shares(rows: pd.DataFrame, *keys: str) -> dict[Any, tuple[int, int]]:
    names = rows[[*keys, "value"]].itertuples(index=False, name=None)
    return dict(zip(names, zip(rows["n"], rows["of"], strict=True), strict=True))


def test_each_option_and_point_is_counted_among_the_answers_to_its_question(history):
    rows = csat.answers(history, WEEK)
    assert shares(rows, "question") == {
        ("I", "x"): (1, 1),
        (EASY, "2"): (2, 8),
        (EASY, "10"): (6, 8),
        (WHY, "a"): (2, 5),
        (WHY, "b"): (5, 5),
        ("channel?", "chat"): (1, 1),
    }
    # Points are in the order of their size.
    assert rows.loc[rows["question"] == EASY, "value"].tolist() == ["2", "10"]
    assert list(rows)[:7] == ["question", "value", "n", "estimate", "low", "high", "verdict"]


def test_one_question_is_chosen_by_its_words_or_alias_and_split(history):
    rows = csat.answers(history, WEEK, question="was it easy? ", min_ratings=8)
    assert rows["estimate"].tolist() == [0.25, 0.75]
    low, high = wilson_interval(rows["n"], rows["of"], level=0.95)
    assert (rows["low"].tolist(), rows["high"].tolist()) == (list(low), list(high))
    assert set(rows["verdict"]) == {"enough ratings"}
    assert shares(csat.answers(history, WEEK, question="channel?")) == {("chat",): (1, 1)}
    split = csat.answers(history, WEEK, question=WHY, by=["group", "channel"])
    assert shares(split, "group") == {
        ("Billing", "a"): (2, 2),
        ("Billing", "b"): (2, 2),
        ("Returns", "b"): (3, 3),
    }


def test_answers_of_one_customer_count_as_one(history):
    rows = csat.answers(history, WEEK, question=WHY, group="Returns", min_ratings=2)
    assert (rows["ratings_per_customer"].item(), rows["verdict"].item()) == (3, "too few ratings")
    assert rows["low"].item() == pytest.approx(wilson_interval([1], [1], level=0.95)[0].item())


def test_filters_and_periods_hold(history):
    assert shares(csat.answers(history, WEEK, question=WHY, where={"group": "Returns"})) == {("b",): (3, 3)}
    empty = csat.answers(history, WEEK, question=EASY, group="Returns")
    assert (len(empty), list(empty)) == (0, list(csat.answers(history, WEEK, question=EASY)))
    assert findings.answers_title(empty) == "Nobody answered another question of the survey"
    assert "Nothing is drawn" in charts.answers(empty, title="").alt


def test_an_unknown_question_lists_the_valid_ones(history):
    message = (
        r"unknown question 'Was it eazy\?'; choose from: I, Was it easy\?, Why\?, channel\? .*'Was it easy\?'"
    )
    with pytest.raises(UnknownChoice, match=message):
        csat.answers(history, WEEK, question="Was it eazy?")


def test_texts_have_no_shares(history):
    with pytest.raises(
        CsatError, match="'Anything else\\?' is answered by a text, which has no shares"
    ) as caught:
        csat.answers(history, WEEK, question="Anything else?")
    assert "secret" not in str(caught.value)


def test_the_sentence_says_which_answer_was_given_most_often(history):
    rows = csat.answers(history, WEEK, question=EASY)
    assert findings.answers_title(rows) == (
        "“Was it easy?”: “10” was given most often, 6 of 8 answers (75\u00a0%); too few to judge"
    )
    both = csat.answers(history, WEEK, question=WHY, by="group")
    assert "“b” was given most often, 5 of 5 answers (100\u00a0%)" in findings.answers_title(both)
    assert (
        findings.answers_title(csat.answers(history, WEEK))
        == "Customers answered 4 other questions of the survey"
    )
    chart = charts.answers(rows, title="Easy")
    assert "10: 75\u00a0% (" in chart.alt and "6 of 8" in chart.alt
