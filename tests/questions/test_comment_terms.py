"""Terms that go with bad ratings: planted ones are found, chance is not, and nobody is recognised or named."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from support.rating_factory import NOON, WEEK, ratings, store
from terms_of_comments import PLANTED, judge, make_comments

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.verdicts import Verdict, is_claim, matches

pytestmark = pytest.mark.slow


def comment(good, bad, text, **more):
    """Return ratings of different customers who wrote the same."""
    return ratings(good, bad, response={"comment": text, **more})


def test_planted_terms_are_the_first_ones():
    rows = judge(make_comments(np.random.default_rng(4), 3000, lift=4.0))
    assert rows["term"].head(25).isin(PLANTED).sum() >= 18
    assert set(rows["term"][matches(rows["verdict"], is_claim)]) <= set(PLANTED)


@pytest.mark.slow
def test_chance_gives_no_term():
    rng = np.random.default_rng(5)
    claims = [matches(judge(make_comments(rng, 400))["verdict"], is_claim).sum() for _ in range(25)]
    assert sum(claims) == 0


def test_customers_are_counted_and_not_their_comments(history):
    store(
        history,
        comment(0, 50, "slow parcel", responder_id=7),
        *(comment(0, 1, f"slow answer {number}", responder_id=number) for number in range(20, 24)),
        *(comment(1, 0, "quick answer", responder_id=number) for number in range(30, 50)),
    )
    rows = csat.comment_terms(history, WEEK).set_index("term")
    assert rows.loc["slow", ["n", "bad", "good", "of_bad", "of_good"]].tolist() == [5, 5, 0, 5, 20]
    assert "parcel" not in rows.index and rows.loc["answer", "n"] == 24


def test_who_is_not_known_counts_once_each_and_who_rates_both_ways_counts_on_both_sides(history):
    store(
        history,
        comment(0, 5, "late parcel"),
        *(comment(1, 1, "strange parcel", responder_id=number) for number in range(5)),
    )
    rows = csat.comment_terms(history, WEEK).set_index("term")
    assert rows.loc["parcel", ["n", "bad", "good"]].tolist() == [10, 10, 5]
    assert rows.loc["strange parcel", ["n", "bad", "good"]].tolist() == [5, 5, 5]


def test_terms_of_fewer_than_five_customers_are_not_shown(history):
    store(history, comment(0, 4, "secret"), comment(0, 9, "crash"))
    assert csat.comment_terms(history, WEEK)["term"].tolist() == ["crash"]


def test_addresses_numbers_and_names_of_agents_are_no_terms(history):
    store(
        history,
        comment(0, 9, "Ben ignored me, mail ana@example.com or +49 30 1234567 about 4711"),
        comment(9, 0, "Ben helped quickly"),
    )
    rows = csat.comment_terms(history, WEEK)
    assert not {"ben", "ana", "example", "com", "4711"} & {
        word for term in rows["term"] for word in term.split()
    }
    assert not rows["example"].str.contains("ana@|1234567").any()
    hidden = csat.History(history.location, agent_names=False)
    assert csat.comment_terms(hidden, WEEK)["term"].tolist() == rows["term"].tolist()


def test_a_word_of_one_phrase_is_left_to_the_phrase_and_each_term_has_an_example(history):
    store(
        history, comment(0, 20, "Lost parcel!"), comment(0, 10, "Rude"), comment(30, 0, "Kindness, rude joke")
    )
    rows = csat.comment_terms(history, WEEK).set_index("term")
    assert {"lost parcel", "rude"} <= set(rows.index) and not {"lost", "parcel"} & set(rows.index)
    assert rows.loc["lost parcel", "example"] == "Lost parcel!"
    assert rows.loc["lost parcel", "verdict"] == Verdict.HIGHER
    assert rows.loc["kindness", "example"] == "Kindness, rude joke"


def test_the_share_of_customers_is_compared_with_the_period_before(history):
    before = NOON - dt.timedelta(weeks=1)
    old = ratings(0, 10, at=before, response={"comment": "late"}) + ratings(
        0, 30, at=before, response={"comment": "rude"}
    )
    store(history, old, comment(0, 30, "late"), comment(0, 10, "rude"))
    rows = csat.comment_terms(history, WEEK, that="2026-W45").set_index("term")
    assert rows["bad_before"].to_dict() == {"late": 10, "rude": 30}
    assert rows["change"].to_dict() == pytest.approx({"late": 0.5, "rude": -0.5})
    assert (rows["change_low"] < rows["change"]).all() and (rows["change"] < rows["change_high"]).all()


def test_few_comments_one_comment_and_no_comments_are_said(history):
    store(history, ratings(9, 9))
    assert (
        findings.comment_terms_title(csat.comment_terms(history, WEEK))
        == "No word was used by five or more customers"
    )
    store(history, comment(0, 1, "late"))
    assert csat.comment_terms(history, WEEK).empty
    store(history, comment(0, 8, "late"), comment(3, 0, "quick"))
    rows = csat.comment_terms(history, WEEK)
    assert list(rows["verdict"]) == [Verdict.TOO_FEW]
    assert findings.comment_terms_title(rows) == (
        "Too few comments to compare words: 8 customers commented on bad ratings, 3 on good ones"
    )
    assert findings.comment_terms_clause(rows) == ""


def test_filters_and_min_ratings(history):
    store(
        history,
        ratings(0, 6, channel="chat", response={"comment": "late"}),
        ratings(6, 6, channel="email", response={"comment": "quick"}),
    )
    rows = csat.comment_terms(history, WEEK, where={"channel": "email"}, min_ratings=5)
    assert rows[["term", "bad", "good", "verdict"]].values.tolist() == [
        ["quick", 6, 6, Verdict.NO_DIFFERENCE]
    ]


def test_the_sentence_names_both_sides_and_how_many_more(history):
    bad = [comment(0, 60, f"gl{letter}mp") for letter in "aeiou"]
    store(history, *bad, comment(180, 0, "Kindness"))
    title = findings.comment_terms_title(csat.comment_terms(history, WEEK))
    assert title.replace("\xa0", " ") == (
        "In comments, a larger share of 300 customers with bad ratings than of 180 with good ones wrote “glamp” "
        "(20 % against 0 %), "
        "“glemp” (20 % against 0 %), “glimp” (20 % against 0 %), “glomp” (20 % against 0 %) and 1 other term; "
        "a smaller share wrote “kindness” (0 % against 100 %)"
    )


def test_the_sentence_of_one_side_alone():
    terms = pd.DataFrame(
        {
            "term": ["crash", "parcel", "kindness"],
            **{"bad": [8, 9, 0], "good": [0, 18, 20], "of_bad": 10, "of_good": 20},
            "verdict": [Verdict.HIGHER, Verdict.NO_DIFFERENCE, Verdict.LOWER],
        }
    )
    titles = [findings.comment_terms_title(terms.head(2)), findings.comment_terms_title(terms.tail(2))]
    assert [title.replace("\xa0", " ") for title in titles] == [
        "In comments, a larger share of 10 customers with bad ratings than of 20 with good ones wrote “crash” "
        "(80 % against 0 %)",
        "In comments, a smaller share of 10 customers with bad ratings than of 20 with good ones wrote “kindness” "
        "(0 % against 100 %)",
    ]


def test_a_term_that_an_earlier_week_named_is_known_and_no_news(history):
    rows = [
        *(comment_at(weeks, 0, 90, "late parcel") for weeks in range(4)),
        *(comment_at(weeks, 150, 0, "kindness") for weeks in range(4)),
        comment_at(0, 0, 90, "broken screen"),
    ]
    store(history, *rows)
    found = csat.comment_terms(history, WEEK)
    assert found.set_index("term")["is_news"].to_dict() == {
        "broken screen": True,
        "late parcel": False,
        "kindness": False,
    }
    assert findings.comment_terms_clause(found).replace("\xa0", " ") == (
        " In comments, a larger share of 180 customers with bad ratings than of 150 with good ones wrote "
        "“broken screen” (50 % against 0 %); more often with bad ratings, as reported before: “late parcel”."
    )
    first = csat.comment_terms(history, "2026-W43").set_index("term")["is_news"]
    assert first.to_dict() == {"late parcel": True, "kindness": True}
    # Nothing is known of the weeks between, if they are not read.
    assert csat.comment_terms(history, WEEK, than="last year")["is_news"].all()


def comment_at(weeks, good, bad, text):
    """Return ratings of some weeks before with a comment."""
    return ratings(good, bad, at=NOON - dt.timedelta(weeks=weeks), response={"comment": text})


def test_a_term_that_turns_round_is_news(history):
    store(
        history,
        *(comment_at(1, *pair) for pair in ((0, 40, "robot"), (40, 0, "kindness"))),
        *(comment_at(0, *pair) for pair in ((60, 0, "robot"), (0, 60, "crash"))),
    )
    rows = csat.comment_terms(history, WEEK, that="2026-W45").set_index("term")
    assert rows.loc["robot", ["verdict", "is_news"]].tolist() == [Verdict.LOWER, True]
