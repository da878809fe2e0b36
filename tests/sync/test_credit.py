"""Who is credited by offer and by solve: a ticket that is reassigned at every moment, by its columns and its audits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.accounts import empty_history, settings_for, small_account

import csat_analysis as csat
from csat_analysis.fake_zendesk import Account, GroundTruth, serving
from csat_analysis.flatten import ticket_steps
from csat_analysis.history import History
from csat_analysis.history.definitions import store_definition
from csat_analysis.sync import Summary, pull
from csat_analysis.sync.ticket_credit import (
    Credit,
    credit_from_columns,
    credit_from_steps,
    holder_before_answer,
)

pytestmark = pytest.mark.slow

CREATED = dt.datetime(2026, 11, 9, 8, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SOLVED, OFFERED, ANSWERED = (CREATED + hours * HOUR for hours in (2, 4, 6))
# Moments of a reassignment between the events above, and after them.
BETWEEN = {"before the solve": 1, "before the offer": 3, "before the answer": 5, "after the answer": 7}
ADA, BEN, BILLING, RETURNS = 1, 2, 11, 12
RESPONSE = "01M72CNZNTQ7M3V9K2T5W8X4Z6"


def audit(hours: float, *events: dict[str, Any]) -> dict[str, Any]:
    return {"created_at": (CREATED + hours * HOUR).isoformat(), "events": list(events)}


def change(field: str, before: object, after: object) -> dict[str, Any]:
    return {"type": "Change", "field_name": field, "previous_value": before, "value": after}


def audits_of(hours: float, *moved: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the audits of a ticket of Ada in Billing that changes hands after some hours."""
    values = {"status": "open", "assignee_id": str(ADA), "group_id": str(BILLING)}
    created = [{"type": "Create", "field_name": name, "value": value} for name, value in values.items()]
    answered = {"type": "SurveyResponseSubmitted", "survey_response_id": RESPONSE}
    found = [
        audit(0, *created),
        audit(2, change("status", "open", "solved")),
        audit(4, {"type": "SurveyOffered"}),
        audit(6, answered),
        audit(hours, *moved),
    ]
    return sorted(found, key=lambda one: one["created_at"])


def row_of(**columns: Any) -> dict[str, Any]:
    """Return a response and the columns of its ticket, which Ada held from its creation on."""
    return {
        "response_id": RESPONSE,
        "offered_at": OFFERED,
        "submitted_at": ANSWERED,
        "created_at": CREATED,
        "updated_at": CREATED + 8 * HOUR,
        "solved_at": SOLVED,
        "assigned_at": CREATED,
        "assignee_id": ADA,
        "ticket_group_id": BILLING,
        "assignee_stations": 1,
        "group_stations": 1,
        "is_deleted": False,
        **columns,
    }


@pytest.mark.parametrize(
    ("moment", "solved", "offered"),
    [
        ("before the solve", BEN, BEN),
        ("before the offer", ADA, BEN),
        ("before the answer", ADA, ADA),
        ("after the answer", ADA, ADA),
    ],
)
@pytest.mark.parametrize("with_group", [True, False])
def test_audits_tell_who_held_a_reassigned_ticket(moment, solved, offered, with_group):
    moved = [change("assignee_id", str(ADA), str(BEN))]
    moved += [change("group_id", str(BILLING), str(RETURNS))] if with_group else []
    groups = {ADA: BILLING, BEN: RETURNS if with_group else BILLING}
    row = row_of(assignee_id=BEN, ticket_group_id=groups[BEN])
    found = credit_from_steps(row, ticket_steps(audits_of(BETWEEN[moment], *moved)))
    assert found == Credit(offered, groups[offered], "audit", solved, groups[solved], "audit")


@pytest.mark.parametrize(("hours", "rated"), [(5, BEN), (6, ADA), (7, ADA)])
def test_changes_tell_who_was_rated_where_no_event_names_the_answer(hours, rated):
    """At 6 hours a trigger moves the ticket in the second of the answer."""
    steps = ticket_steps(audits_of(hours, change("assignee_id", str(ADA), str(BEN))))
    assert holder_before_answer(row_of(assignee_id=BEN), steps) == (rated, BILLING)
    assert holder_before_answer(row_of(), [one for one in steps if not one.changes]) is None
    assert holder_before_answer(row_of(assignee_id=BEN), steps[:1]) is None


@pytest.mark.parametrize("moment", BETWEEN)
def test_a_change_of_the_group_alone_is_told_by_audits_only(moment):
    row = row_of(ticket_group_id=RETURNS, group_stations=2)
    assert credit_from_columns(row).sources == ("unknown", "unknown")
    moved = change("group_id", str(BILLING), str(RETURNS))
    found = credit_from_steps(row, ticket_steps(audits_of(BETWEEN[moment], moved)))
    expected = [RETURNS if BETWEEN[moment] < hours else BILLING for hours in (4, 2)]
    assert [found.offered_group_id, found.solved_group_id] == expected
    assert [found.offered_agent_id, found.solved_agent_id] == [ADA, ADA]


@pytest.mark.parametrize("moment", BETWEEN)
def test_columns_tell_it_where_the_last_assignment_came_before(moment):
    assigned = CREATED + BETWEEN[moment] * HOUR
    found = credit_from_columns(row_of(assigned_at=assigned, assignee_stations=2, assignee_id=BEN))
    assert found.sources == tuple(
        "unchanged" if assigned <= asked else "unknown" for asked in (OFFERED, SOLVED)
    )
    assert found.offered_agent_id == (BEN if assigned <= OFFERED else None)


def test_an_agent_who_was_removed_and_a_ticket_without_agents():
    assert credit_from_columns(row_of(assignee_id=None)).sources == ("unknown", "unknown")
    never = row_of(assignee_id=None, assigned_at=None, assignee_stations=0)
    assert credit_from_columns(never) == Credit(None, BILLING, "unchanged", None, BILLING, "unchanged")


def test_the_last_solve_before_the_answer_counts():
    reopened = [
        *audits_of(3, change("status", "solved", "open"), change("assignee_id", str(ADA), str(BEN))),
        audit(3.5, change("status", "open", "solved")),
        audit(9, change("status", "solved", "open")),
        audit(10, change("assignee_id", str(BEN), str(ADA))),
        audit(11, change("status", "open", "solved")),
    ]
    row = row_of(solved_at=CREATED + 11 * HOUR, assigned_at=CREATED + 10 * HOUR, assignee_stations=3)
    assert credit_from_columns(row).sources == ("unknown", "unknown")
    found = credit_from_steps(row, ticket_steps(reopened))
    assert (found.offered_agent_id, found.solved_agent_id) == (BEN, BEN)


def test_without_a_solve_nobody_is_credited_and_first_audits_may_be_missing():
    open_ticket = [audit(5, change("assignee_id", str(ADA), str(BEN)))]
    row = row_of(solved_at=None, assignee_id=BEN)
    found = credit_from_steps(row, ticket_steps(open_ticket))
    assert (found.offered_agent_id, found.offered_attribution) == (ADA, "audit")
    assert (found.solved_agent_id, found.solved_attribution) == (None, "unknown")


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([None, ADA]), st.integers(0, 60), st.booleans())
def test_without_reassignment_all_three_rules_agree(agent, minutes, by_audits):
    assigned = CREATED + minutes * dt.timedelta(minutes=1) if agent else None
    row = row_of(assignee_id=agent, assigned_at=assigned, assignee_stations=int(bool(agent)))
    if by_audits:
        created = {"type": "Create", "field_name": "group_id", "value": str(BILLING)}
        given_to = change("assignee_id", None, str(agent)) if agent else {"type": "Comment"}
        solved = audit(2, change("status", "open", "solved"))
        found = credit_from_steps(
            row, ticket_steps([audit(0, created), audit(minutes / 60, given_to), solved])
        )
    else:
        found = credit_from_columns(row)
    assert found[:2] == found[3:5] == (agent, BILLING)


# A pull from the fake Zendesk --------------------------------------------------------------------------------


def run(url: str, history: History, **options: Any) -> Summary:
    return pull(settings=settings_for(url, history.location), progress=False, **options)


def rate_moved_tickets(account: Account) -> dict[str, str]:
    """Let new tickets be solved, moved, answered and moved in several orders; return their response ids."""
    agents = [int(one) for one in GroundTruth(account).ratings["agent_id"].dropna().unique()[:2]]
    found = {}
    for moment in (*BETWEEN, "never", "deleted"):
        (ticket,) = account.new_tickets(1)
        account.reassign(ticket, agents[0])
        account.advance(minutes=5)
        account.reopen(ticket)
        account.advance(minutes=5)
        if moment == "before the solve":
            account.reassign(ticket, agents[1])
            account.advance(minutes=5)
        response = account.solve(ticket)
        account.advance(minutes=5)
        if moment in ("before the offer", "before the answer", "deleted"):
            account.reassign(ticket, agents[1])
            account.advance(minutes=5)
        account.answer(response, 5)
        account.advance(minutes=5)
        if moment == "after the answer":
            account.reassign(ticket, agents[1])
        if moment == "deleted":
            account.delete(ticket)
        account.advance(minutes=5)
        found[moment] = response
    return found


@pytest.mark.slow
def test_a_history_is_filled_by_pull_credit_and_questions_follow_the_setting(tmp_path):
    account = small_account(tickets=60)
    responses = rate_moved_tickets(account)
    history = empty_history(tmp_path / "csat.duckdb")
    with serving(account) as url:
        first = run(url, history)
        assert first.credit_audits is None
        before = history.table("credits").set_index("response_id")
        assert before["solved_attribution"].eq("unchanged").mean() > 0.5
        assert before.loc[responses["after the answer"], "solved_attribution"] == "unknown"
        filled = run(url, history, credit=True)
        again = run(url, history, credit=True)
    unknown = before[["offered_attribution", "solved_attribution"]].eq("unknown").any(axis=1)
    # One request for each ticket that changed hands; none for the deleted one, and none the second time.
    assert filled.credit_audits == unknown.sum() - 1
    assert again.credit_audits == 0
    assert f"audits of {filled.credit_audits} tickets" in str(filled)
    rows = history.ratings().set_index("response_id")
    after = history.table("credits").set_index("response_id")
    rated, solved = rows["agent_id"], after["solved_agent_id"]
    for moment in ("before the solve", "never"):
        assert rated[responses[moment]] == solved[responses[moment]]
    assert solved[responses["after the answer"]] == solved[responses["never"]]
    assert (
        solved[responses["before the answer"]]
        == solved[responses["never"]]
        != rated[responses["before the answer"]]
    )
    assert after.loc[responses["deleted"], "solved_attribution"] == "unknown"
    assert (
        csat.status(history).credits["solved differs"]
        == (rated.ne(solved[rated.index]) & after["solved_attribution"].ne("unknown")[rated.index]).sum()
    )
    by_rule = {
        rule: csat.csat(history, "2026", by="agent", credit=rule) for rule in ("rated", "offered", "solved")
    }
    assert {rule: rows["n"].sum() for rule, rows in by_rule.items()} == dict.fromkeys(by_rule, len(rows))
    solved_rows = by_rule["solved"].set_index("agent")
    assert solved_rows.loc["not known", "n"] == after["solved_attribution"].isin(["unknown", "missing"]).sum()
    store_definition(history, "credit", "solved")
    names = history.table("agents").set_index("agent_id")["name"]
    credited = names[solved[responses["before the answer"]]]
    kept = csat.csat(history, "2026", where={"agent": credited})
    assert kept["n"].item() == (solved == solved[responses["before the answer"]]).sum()
