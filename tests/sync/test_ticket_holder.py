"""The rated agent: by the ticket's columns, by its audits, or the current assignee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import pytest

from csat_analysis.errors import ZendeskError
from csat_analysis.sync.audits import Audits
from csat_analysis.sync.ticket_holder import RatedHolder, find_holder, held_since, is_unchanged
from csat_analysis.zendesk import Endpoint, Page

ANSWERED = dt.datetime(2026, 11, 10, 10, 15, 30, 125_000, tzinfo=dt.UTC)


def after(seconds: float) -> dt.datetime:
    return ANSWERED + dt.timedelta(seconds=seconds)


def row(**more: Any) -> dict[str, Any]:
    """Return a ticket that was reassigned several times, the last time after the answer, and updated since."""
    moved = {
        "submitted_at": ANSWERED,
        "generated_at": after(86_400),
        "updated_at": after(86_400),
        "assigned_at": after(3_600),
        "assignee_id": 8,
        "ticket_group_id": 4,
        "assignee_stations": 2,
        "group_stations": 2,
    }
    return moved | more


UNTOUCHED = {"updated_at": after(1), "generated_at": after(1)}
EXPORTED_UNTIL = after(200_000)
SETTLED = {"assigned_at": after(-3_600), "group_stations": 1}
NEVER_ASSIGNED = {"assigned_at": None, "assignee_stations": 0, "group_stations": 1}
SECOND_BEFORE = SETTLED | {"assigned_at": after(-1.125)}


@pytest.mark.parametrize("proof", [SETTLED, SETTLED | UNTOUCHED, NEVER_ASSIGNED, SECOND_BEFORE])
def test_an_unchanged_ticket_names_the_rated_agent(proof):
    assert is_unchanged(row(**proof))
    assert find_holder(row(**proof), None, EXPORTED_UNTIL) == RatedHolder(8, 4, "unchanged")


def test_a_reassigned_ticket_names_its_current_assignee():
    assert not is_unchanged(row())
    assert find_holder(row(), None, EXPORTED_UNTIL) == RatedHolder(8, 4, "current")


def test_an_audit_is_used_before_the_ticket_even_if_it_names_nobody():
    assert find_holder(row(**SETTLED), (7, 3), EXPORTED_UNTIL) == RatedHolder(7, 3, "audit")
    assert find_holder(row(**SETTLED), (None, None), EXPORTED_UNTIL) == RatedHolder(None, None, "audit")


@pytest.mark.parametrize("change", [{"assigned_at": after(-0.125)}, {"group_stations": 2}])
def test_a_trigger_in_the_second_of_the_answer_may_have_given_the_ticket_to_others(change):
    assert not is_unchanged(row(**SETTLED | UNTOUCHED | change))


@pytest.mark.parametrize(("exported_until", "attribution"), [(after(60), "current"), (after(-60), None)])
def test_a_ticket_whose_export_is_awaited_has_no_known_holder_yet(exported_until, attribution):
    outdated = row(**SETTLED, generated_at=after(-3_600))
    assert find_holder(outdated, None, exported_until) == RatedHolder(8, 4, attribution)


def test_a_first_assignment_after_the_answer_does_not_name_the_rated_agent():
    assert not is_unchanged(row(assignee_stations=1, group_stations=1))


@pytest.mark.parametrize("stations", [2, None])
def test_a_ticket_of_several_groups_may_have_changed_its_group_after_the_answer(stations):
    """Zendesk keeps the agent if the agent is in the new group too, and then `assigned_at` stays."""
    assert not is_unchanged(row(**SETTLED | {"group_stations": stations}))


def test_a_ticket_unassigned_after_the_answer_does_not_name_the_rated_agent():
    assert not is_unchanged(row(**SETTLED, assignee_id=None))


@pytest.mark.parametrize(
    ("seconds", "proven"), [(-60, True), (0, True), (2, True), (2.1, False), (60, False)]
)
def test_the_update_by_an_offer_itself_is_not_a_change(seconds, proven):
    assert held_since(row(updated_at=after(seconds)), ANSWERED) is proven


@pytest.mark.parametrize("generated_at", [None, after(-3_600), after(-1.2)])
@pytest.mark.parametrize("proof", [SETTLED, NEVER_ASSIGNED])
def test_a_copy_of_the_ticket_older_than_the_answer_is_not_used(generated_at, proof):
    assert not is_unchanged(row(**proof) | {"generated_at": generated_at})


def test_a_copy_from_the_second_of_the_answer_is_used():
    assert is_unchanged(row(**SETTLED, generated_at=ANSWERED.replace(microsecond=0)))


def test_a_ticket_without_times_names_its_current_assignee():
    silent = dict.fromkeys(["updated_at", "assigned_at", "assignee_stations", "group_stations"])
    assert not is_unchanged(row(**silent))


def test_a_ticket_whose_audits_fail_does_not_keep_other_answers_from_their_agents():
    event = {"type": "SurveyResponseSubmitted", "survey_response_id": "R"}
    event |= {"assigned_user_id": 7, "assigned_group_id": 3}

    def pages(endpoint: Endpoint, **query: object) -> Iterator[Page]:
        if endpoint.path != "tickets/14/audits":
            raise ZendeskError("Zendesk fails", status=504)
        yield Page([{"events": [event]}], {}, None)

    audits = Audits(Mock(account=Mock(pages=pages)))
    assert dict(audits.of_tickets([13, 14])) == {14: ({"R": (7, 3)}, [])}
    assert (audits.problem, audits.requested) == ("Zendesk fails", 2)
    with pytest.raises(ZendeskError):
        dict(audits.of_tickets(range(100, 104)))
