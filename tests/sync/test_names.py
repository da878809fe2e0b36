"""Names of forms and organizations: few requests, kept when Zendesk does not have them any more."""

from __future__ import annotations

import pytest
from support.accounts import NOW, ZONE, pull_with

import csat_analysis as csat
from csat_analysis.fake_zendesk import Account, ApiVariant
from csat_analysis.fake_zendesk.account.identifiers import zendesk_id
from csat_analysis.history import History

pytestmark = pytest.mark.slow
WEEKS = ("2026-10-05", "2026-11-22")


def requests(account: Account, part: str) -> list[str]:
    return [call.path for call in account.calls if part in call.path]


def names(history: History) -> dict[int, str | None]:
    rows = history.rows(lambda con: con.table("organizations"))
    return {row["organization_id"]: row["name"] for row in rows}


def test_ratings_are_split_by_the_names_of_forms_and_organizations_after_one_request_each(account, history):
    assert not pull_with(account, history).notes
    assert (len(requests(account, "/ticket_forms")), len(requests(account, "/organizations"))) == (1, 1)
    rated = csat.csat(history, WEEKS, by="form").set_index("form")["n"]
    assert set(rated.index) == {"(not set)", "Default ticket form", "Refund request"}
    assert csat.csat(history, WEEKS, where={"form": "Refund request"})["n"].item() == rated["Refund request"]
    found = csat.csat(history, WEEKS, by="organization").set_index("organization")["n"]
    assert {"Acme", "(not set)"} <= set(found.index)
    number = zendesk_id("organization", account.organizations.index("Acme"))
    assert csat.csat(history, WEEKS, where={"organization": number})["n"].item() == found["Acme"]


def test_renamed_organizations_get_their_new_name_and_deleted_ones_keep_the_last(account, pulled):
    acme, other, unknown = (zendesk_id("organization", place) for place in (5, 2, 3))
    before = names(pulled)
    account.rename_organization(acme, "Acme Holding")
    account.rename_organization(other, None)
    pull_with(account, pulled)
    assert names(pulled) == before | {acme: "Acme Holding"}
    account.rename_organization(unknown, None)
    again = History(pulled.location + ".new", timezone=ZONE)
    pull_with(account, again)
    assert {names(again)[other], names(again)[unknown]} == {None}
    assert str(other) in set(csat.csat(again, WEEKS, by="organization")["organization"])


def test_only_new_organizations_are_requested_and_one_call_of_known_ones(account, pulled):
    many = range(1, 251)
    pulled.save(
        {
            "tickets": [
                {"ticket_id": 9000 + number, "organization_id": number, "updated_at": NOW} for number in many
            ],
            "survey_responses": [
                {"response_id": f"R{number}", "ticket_id": 9000 + number} for number in many
            ],
        }
    )
    for expected in (3, 1):
        account.calls.clear()
        pull_with(account, pulled)
        assert len(requests(account, "/organizations")) == expected
    assert set(many) < set(names(pulled))


@pytest.mark.parametrize("forms", ["forbidden", "not_found"])
def test_an_account_whose_plan_has_no_forms_is_pulled_with_one_note(account, history, forms):
    summary = pull_with(account, history, variant=ApiVariant(forms=forms))
    assert len(summary.notes) == 1 and "names of ticket forms are missing" in summary.notes[0]
    assert "\n" not in summary.notes[0]
    assert str(zendesk_id("form", 1)) in set(csat.csat(history, WEEKS, by="form")["form"])


def test_an_account_whose_tickets_have_no_form_does_not_ask_for_any(account, history):
    def change(path: str, body: dict) -> None:
        for ticket in body.get("tickets", []) if "incremental" in path else []:
            ticket["ticket_form_id"] = ticket["organization_id"] = None

    assert not pull_with(account, history, change=change, variant=ApiVariant(forms="forbidden")).notes
    assert not requests(account, "/ticket_forms") + requests(account, "/organizations")
