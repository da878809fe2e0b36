"""Who may call what: tokens, roles, scopes."""

from __future__ import annotations

import base64

import pytest
import requests
import support.zendesk_shapes as shapes
from support.api_client import TICKETS, Client, ManualClock

from csat_analysis.fake_zendesk import (
    ADMIN_OAUTH_TOKEN,
    AGENT_OAUTH_TOKEN,
    API_TOKEN,
    CLIENT_ID,
    CLIENT_SECRET,
    EMAIL,
    Account,
    GroundTruth,
    serving,
)

NARROW_SCOPES = "tickets:read users:read organizations:read groups:read brands:read account_settings:read"


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "authorization",
    [basic(f"{EMAIL}/token", API_TOKEN), f"Bearer {ADMIN_OAUTH_TOKEN}"],
    ids=["basic", "bearer"],
)
def test_an_admin_signs_in_with_an_api_token_or_an_oauth_token(ask: Client, authorization: str):
    me = Client(ask.url, authorization=authorization).body("/users/me")["user"]

    assert (me["role"], me["email"]) == ("admin", EMAIL)


@pytest.mark.parametrize(
    "authorization",
    [basic(f"{EMAIL}/token", "wrong"), basic(EMAIL, API_TOKEN), "Bearer wrong", "Basic !", "nonsense"],
)
def test_wrong_credentials_are_refused_in_the_envelope_of_each_api(ask: Client, authorization: str):
    stranger = Client(ask.url, authorization=authorization)

    for path in ("/users/me", "/groups"):
        assert stranger(path).status_code == 401
        assert stranger(path).json() == {"error": "Couldn't authenticate you"}
    guide = stranger("/guide/survey_responses")
    assert (guide.status_code, guide.json()["errors"][0]["code"]) == (401, "Unauthorized")


def test_without_credentials_me_is_an_anonymous_user_and_everything_else_is_refused(ask: Client):
    stranger = Client(ask.url, authorization=None)

    me = stranger.body("/users/me")

    assert shapes.misfits(me, {"user": shapes.ANONYMOUS}) == []
    assert stranger(TICKETS, start_time=0).status_code == 401


def test_an_agent_can_read_audits_but_neither_exports_nor_survey_responses(ask: Client):
    agent = Client(ask.url, authorization=f"Bearer {AGENT_OAUTH_TOKEN}")
    number = next(number for number, ticket in ask.tickets().items() if ticket["status"] != "deleted")

    assert agent.body("/users/me")["user"]["role"] == "agent"
    for path in (f"/tickets/{number}/audits", "/guide/en-us/surveys", "/groups", "/users"):
        assert agent(path).status_code == 200
    for path in (
        f"{TICKETS}?start_time=0",
        "/satisfaction_ratings",
    ):
        assert (agent(path).status_code, agent(path).json()["error"]["title"]) == (403, "Forbidden")
    guide = agent("/guide/survey_responses")
    assert (guide.status_code, guide.json()["errors"][0]["code"]) == (403, "Forbidden")


def grant(url: str, **body: object) -> requests.Response:
    client = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return requests.post(f"{url}/oauth/tokens", json=client | body, timeout=10)


def test_client_credentials_give_a_token_that_expires(account: Account):
    clock = ManualClock()
    with serving(account, clock=clock) as url:
        answer = grant(url, grant_type="client_credentials", scope="read", expires_in=600)
        client = Client(url, authorization=f"Bearer {answer.json()['access_token']}")
        assert answer.status_code == 200
        assert set(answer.json()) == {"access_token", "expires_in", "scope", "token_type"}
        clock.seconds += 599
        assert client("/groups").status_code == 200
        clock.seconds += 1
        assert client("/groups").status_code == 401


def test_a_wrong_client_gets_no_token_and_neither_does_an_odd_expiry(ask: Client):
    wrong = grant(ask.url, grant_type="client_credentials", scope="read", client_secret="wrong")

    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    for seconds in (300, 172_800, "600"):
        assert (
            grant(ask.url, grant_type="client_credentials", scope="read", expires_in=seconds).status_code
            == 400
        )
    assert grant(ask.url, grant_type="password").status_code == 400


@pytest.mark.parametrize(
    ("scope", "export", "audits"),
    [("read", 200, 200), (NARROW_SCOPES, 200, 403), ("raed", 403, 403), (["read"], 403, 403)],
)
def test_each_scope_allows_the_endpoints_that_it_allows_at_zendesk(
    ask: Client, account: Account, scope: object, export: int, audits: int
):
    token = grant(ask.url, grant_type="client_credentials", scope=scope).json()["access_token"]
    client = Client(ask.url, authorization=f"Bearer {token}")
    number = GroundTruth(account).ratings["ticket_id"].dropna().iloc[0]

    assert client(TICKETS, start_time=0).status_code == export
    assert client("/guide/survey_responses").status_code == export
    assert client(f"/tickets/{number}/audits").status_code == audits
