"""The benchmark of false alarms in short form: the weekly report has few false alarms and finds large effects."""

from __future__ import annotations

import json
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
import whole_reports
from support.accounts import history_of, small_account

from csat_analysis.fake_zendesk.account import draw_effects, no_effects

pytestmark = pytest.mark.slow


def claimed(effects, seed, names=whole_reports.JUDGING):
    """Return the claims of the report on a small account of four months."""
    return whole_reports.drawn(effects, names, seed, only_news=True, tickets=3000, days=112)


def test_a_history_made_without_http_is_the_one_that_a_pull_makes(tmp_path):
    account = small_account()
    pulled = history_of(account, tmp_path / "pulled.duckdb")
    made = whole_reports.history_of(account, tmp_path / "made.duckdb")
    alike = [
        name
        for name in pulled.ratings().columns
        if name not in ("attribution", "ticket_url", "handle_seconds")
    ]
    kept = pulled.ratings().query("status != 'deleted'")["response_id"]  # the pull erases their text
    first, second = (
        one.ratings()[alike].set_index("response_id").loc[kept].sort_index() for one in (pulled, made)
    )
    pd.testing.assert_frame_equal(first, second)
    asked = ["response_id", "week", "group", "agent", "brand", "channel", "priority", "is_answered"]
    offers = (
        one.table("offers")[asked].sort_values("response_id", ignore_index=True) for one in (pulled, made)
    )
    pd.testing.assert_frame_equal(*offers)


@pytest.mark.long
def test_accounts_without_effects_rarely_raise_an_alarm():
    alarms = Counter(name for seed in range(1, 5) for name, said in claimed(no_effects, seed).items() if said)
    assert alarms.total() <= 1, alarms


def test_every_question_of_the_report_is_counted_or_makes_no_claim():
    cells = json.loads(whole_reports.NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    asked = dict(re.findall(r"^(\w+) = csat\.(\w+)\(", code, re.MULTILINE))
    judge_nothing = {
        "csat",
        "distribution",
        "explain_change",  # splits the change that "change" claims
        "follow_up",
        "known_changes",  # what users stored
        "open_history",
        "period",
        "response_rate",
        "targets",  # accounts without a target
        "time_and_rating",
    }
    pooled = {"group_trends"}  # its points overlap, so none is judged
    assert {name for name in asked if asked[name] not in judge_nothing} - pooled == {*whole_reports.JUDGING}
    assert {name for planted in whole_reports.PLANTED for name in planted.found_by} <= set(asked)


def test_a_large_effect_is_found_by_the_questions_about_it():
    effects = draw_effects(np.random.default_rng(7), now=int(whole_reports.NOW.timestamp()))
    claims = whole_reports.drawn(
        lambda: effects, ("agents", "trend", "reply_goes"), 7, only_news=False, tickets=15_000, days=126
    )
    assert "lower" in claims["agents"]
    assert claims["trend"] == ["lower"]
    assert "lower" in claims["reply_goes"]
