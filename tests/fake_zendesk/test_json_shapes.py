"""Every body has the keys, types and nulls of Zendesk's."""

from __future__ import annotations

import pytest
import support.zendesk_shapes as shapes
from support.api_client import TICKETS, Client

from csat_analysis.fake_zendesk import (
    Account,
    GroundTruth,
)
from csat_analysis.fake_zendesk.account.identifiers import zendesk_id

TICKETS_WITH_METRICS = shapes.incremental(
    metric_sets=[shapes.METRIC_SET], tickets=[shapes.TICKET_WITH_METRICS]
)
ONE_PAGE = {"count": int, "next_page": None, "previous_page": None}
SHOWN_USERS = {"users": [shapes.USER], **ONE_PAGE}
ORGANIZATION = zendesk_id("organization", 0)
SURVEY_RESPONSES = {"survey_responses": [shapes.SURVEY_RESPONSE], "meta": shapes.GUIDE_META}
BODIES = [
    (f"{TICKETS}?start_time=0", shapes.incremental(tickets=[shapes.TICKET])),
    (f"{TICKETS}.json?start_time=0&include=metric_sets", TICKETS_WITH_METRICS),
    ("/users?role[]=agent&role[]=admin&page[size]=100", shapes.by_cursor(users=[shapes.USER])),
    ("/users/show_many.json?ids=40000000000029", SHOWN_USERS),
    ("/users/me", {"user": shapes.USER}),
    ("/groups.json?page[size]=100", shapes.by_cursor(groups=[shapes.GROUP])),
    ("/brands?page[size]=1", shapes.by_cursor(brands=[shapes.BRAND])),
    ("/ticket_forms", shapes.by_cursor(ticket_forms=[shapes.TICKET_FORM])),
    (
        f"/organizations/show_many?ids={ORGANIZATION}",
        {"organizations": [shapes.ORGANIZATION], **ONE_PAGE},
    ),
    ("/ticket_fields?page[size]=100", shapes.by_cursor(ticket_fields=[shapes.TICKET_FIELD])),
    ("/satisfaction_ratings", shapes.by_cursor(satisfaction_ratings=[shapes.SATISFACTION_RATING])),
    ("/guide/survey_responses?page[size]=100", SURVEY_RESPONSES),
    ("/guide/survey_responses?page[size]=1&sort=id", SURVEY_RESPONSES),
    ("/guide/en-us/surveys?page[size]=50", {"surveys": [shapes.SURVEY], "meta": shapes.GUIDE_META}),
]


@pytest.mark.parametrize(("path", "shape"), BODIES, ids=[path for path, _ in BODIES])
def test_every_body_has_the_keys_types_and_nulls_of_zendesk(ask: Client, path: str, shape: dict):
    body = ask.body(path)

    assert shapes.misfits(body, shape) == []
    assert all(rows for rows in body.values() if isinstance(rows, list))


def test_the_audits_of_every_ticket_have_the_shape_of_zendesk(ask: Client):
    ids = [number for number, ticket in ask.tickets().items() if ticket["status"] != "deleted"]

    for number in ids[::10]:
        assert (
            shapes.misfits(ask.body(f"/tickets/{number}/audits"), shapes.by_cursor(audits=[shapes.AUDIT]))
            == []
        )


def test_a_single_response_shows_its_questions_in_full(account: Account, ask: Client):
    for response_id in GroundTruth(account).ratings["response_id"][:20]:
        body = ask.body(f"/guide/en-us/survey_responses/{response_id}")

        assert shapes.misfits(body, {"survey_response": shapes.FULL_SURVEY_RESPONSE}) == []
        assert body["survey_response"]["id"] == response_id


def test_the_shape_check_finds_missing_unknown_and_wrong_values():
    group = dict.fromkeys(shapes.GROUP, "text") | {"extra": 1}
    del group["name"]

    lines = shapes.misfits(group, shapes.GROUP)

    assert "body.name is missing" in lines
    assert "body.extra is unknown" in lines
    assert "body.id is str, not int" in lines
