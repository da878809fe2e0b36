"""Unknown names and odd accounts: every question gives a clear line or says "too few", and no sentence has a nan."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from conftest import ACCOUNT, ZONE
from support.every_question import ARGUMENTS, first_period, question_names
from support.rating_factory import NOON, WEEK, ratings, store

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.errors import CsatError
from csat_analysis.history import History

pytestmark = pytest.mark.slow

TIME = "first_reply_minutes"
UNKNOWN = {
    **{"by": "colour", "group": "Biling", "strata": "colour", "time": "colour", "week": "2026-W99"},
    **dict.fromkeys(("weeks", "pool", "min_ratings"), "many"),
}
ODD = {
    # Each agent is alone in a group: all good, all bad, and all ratings by one customer.
    "alone": [
        ratings(30, 0, agent=1, group="Billing", first_reply_minutes=5, response={"reason": "slow"}),
        ratings(0, 30, agent=2, group="Returns", first_reply_minutes=9, response={"reason": "slow"}),
        ratings(20, 10, agent=3, group="Voice", response={"responder_id": 7}),
    ],
    "all good": [ratings(200, 0, first_reply_minutes=5, response={"comment": "quick reply"})],
    "one customer": [ratings(20, 20, first_reply_minutes=5, response={"responder_id": 7})],
    "empty week": [
        ratings(20, 20, at=NOON - dt.timedelta(weeks=1)),
        ratings(9, 9, at=NOON + dt.timedelta(weeks=1)),
    ],
    "empty history": [],
}
Rows = pd.DataFrame
SENTENCES: dict[str, list[Callable[[Rows], str]]] = {
    "csat": [lambda rows: findings.csat_level(rows.iloc[0])],
    "targets": [findings.targets_title, lambda rows: "".join(findings.targets_line(rows))],
    "trend": [findings.trend_title, findings.trend_note],
    "compare": [findings.compare_title, findings.compare_note, findings.compare_spread],
    "answers": [findings.answers_title],
    "explain_change": [findings.explain_change_title, findings.explain_change_clause],
    "comment_terms": [findings.comment_terms_title, findings.comment_terms_clause],
    "adjusted_differences": [findings.adjusted_differences_title, findings.adjusted_differences_note],
    "agents": [findings.agents_title],
    "distribution": [findings.distribution_title],
    "time_and_rating": [lambda rows: findings.time_and_rating_title(rows, TIME)],
    "association": [lambda rows: findings.association_title(rows, TIME), findings.association_note],
    "simpson_check": [
        lambda rows: findings.simpson_check_summary(rows, "group"),
        lambda rows: findings.simpson_check_note(rows, "group"),
    ],
    "times": [findings.times_title],
    "reasons": [findings.reasons_title, findings.reasons_note],
    "low_ratings": [findings.low_ratings_title],
    "case_mix": [lambda rows: findings.case_mix_title(rows, "group")],
    "response_rate": [findings.response_rate_title, findings.response_rate_note],
    "lasting_changes": [findings.lasting_changes_title, findings.lasting_changes_short],
    "follow_up": [findings.follow_up_title, lambda rows: "".join(findings.follow_up_details(rows))],
    "call_backs": [findings.call_backs_title],
}
BY_GROUP = ("compare", "lasting_changes", "case_mix")


@pytest.fixture(scope="module")
def odd(tmp_path_factory) -> dict[str, History]:
    """Return the odd accounts by name."""
    made = {}
    for name, rows in ODD.items():
        made[name] = History(str(tmp_path_factory.mktemp("odd") / "csat.duckdb"))
        made[name].create_or_migrate(ACCOUNT, ZONE)
        store(made[name], *rows)
    return made


def parameters(name: str) -> list[str]:
    return list(inspect.signature(getattr(csat, name)).parameters)


def ask(history: History, name: str, **changes: Any) -> Rows:
    """Ask a question about the week, of groups where it can be split."""
    usual = {**ARGUMENTS.get(name, {}), first_period(name): WEEK}
    by = {"by": "group"} if name in BY_GROUP else {}
    return getattr(csat, name)(history, **{**usual, **by, **changes})


def pairs() -> list[tuple[str, str]]:
    """Return each question with each of its parameters for which an unknown value can be given."""
    return [
        (name, what)
        for name in question_names()
        for what in UNKNOWN
        if what in parameters(name) or what == "week"
    ]


@pytest.mark.parametrize(("name", "what"), pairs())
def test_an_unknown_name_is_one_clear_line(odd, name, what):
    changed = first_period(name) if what == "week" else what
    with pytest.raises(CsatError) as error:
        ask(odd["alone"], name, **{changed: UNKNOWN[what]})
    line = str(error.value)
    assert UNKNOWN[what] in line and "\n" not in line


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("name", question_names())
@pytest.mark.parametrize("account", ODD)
def test_an_odd_account_gives_sentences_without_missing_numbers(odd, account, name):
    try:
        rows = ask(odd[account], name)
    except CsatError as error:
        assert account == "empty history" and "\n" not in str(error)
        return
    for sentence in SENTENCES[name]:
        said = sentence(rows)
        assert not re.search(r"\b(nan|None(?! of)|NaT|inf)\b|–|<NA>", said), said


OF_WHY = ("explain_change", "adjusted_differences", "comment_terms", "targets")


@pytest.mark.parametrize("name", OF_WHY)
@pytest.mark.parametrize("account", ["all good", "alone", "empty week"])
def test_questions_why_say_in_words_what_they_cannot_know(odd, account, name):
    rows = ask(odd[account], name)
    for sentence in SENTENCES[name]:
        said = sentence(rows)
        assert not re.search(r"\b(nan|None|NaT|inf)\b|<NA>", said), said
    if account == "empty week" and name != "comment_terms":
        assert re.search("no ratings|too few|cannot be told", SENTENCES[name][0](rows))


@pytest.fixture(scope="module")
def many_values(tmp_path_factory) -> History:
    """Return a history whose field has 5,000 values, one per rating."""
    made = History(str(tmp_path_factory.mktemp("many") / "csat.duckdb"))
    made.create_or_migrate(ACCOUNT, ZONE)
    several = ratings(4200, 800, full_resolution_minutes=9)
    rows = [
        ({**ticket, "custom_fields": f'{{"11": "v{place}"}}'}, body)
        for place, (ticket, body) in enumerate(several)
    ]
    return store(made, rows, ticket_fields=[{"field_id": 11, "title": "Topic", "type": "text"}])


def test_a_field_with_5000_values_is_answered_or_refused_in_words(many_values):
    field = "field:Topic"
    parts = csat.explain_change(many_values, WEEK, by=field)
    assert findings.explain_change_title(parts, field) == (
        "The change is not split into parts: nothing to compare with"
    )
    differences = csat.adjusted_differences(many_values, WEEK, by=[field, "channel"])
    assert differences["value"].tolist() == ["(all others)", "email"]
    assert findings.adjusted_differences_title(differences) == (
        "Differences cannot be told: no term has two values to compare"
    )
    low = csat.low_ratings(many_values, WEEK, by=field)
    assert findings.low_ratings_title(low) == "Too few ratings to compare any kind of ticket"


@pytest.mark.parametrize("name", ["explain_change", "adjusted_differences"])
def test_an_unknown_field_is_one_clear_line(many_values, name):
    with pytest.raises(CsatError, match="unknown ticket field 'Topics'; choose from: Topic") as error:
        getattr(csat, name)(many_values, WEEK, by="field:Topics")
    assert "\n" not in str(error.value)
