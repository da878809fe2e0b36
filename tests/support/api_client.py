"""Plain HTTP to a fake Zendesk for its own tests; shares no code with the package's client."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import requests

from csat_analysis.fake_zendesk import ADMIN_OAUTH_TOKEN, Account, GroundTruth

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TICKETS = "/incremental/tickets/cursor"


class Client:
    """A caller with an admin's OAuth token, or with another `authorization`. It asks for pages of 100 rows."""

    def __init__(self, url: str, *, authorization: str | None = f"Bearer {ADMIN_OAUTH_TOKEN}"):
        self.url = url
        self.session = requests.Session()
        if authorization:
            self.session.headers["Authorization"] = authorization

    def __call__(self, path: str, **parameters: object) -> requests.Response:
        query = {"page[size]": 100} | parameters
        return self.session.get(f"{self.url}/api/v2{path}", params=query, timeout=10)

    def body(self, path: str, **parameters: object) -> dict:
        response = self(path, **parameters)
        assert response.status_code == 200, response.text
        return response.json()

    def tickets(self, **parameters: object) -> dict[int, dict]:
        body = self.body(TICKETS, **({"start_time": 0} | parameters))
        assert body["end_of_stream"]
        return {ticket["id"]: ticket for ticket in body["tickets"]}

    def responses(self, **parameters: object) -> list[dict]:
        rows, more = [], {"page[size]": 100, "sort": "id"} | parameters
        while more:
            body = self.body("/guide/survey_responses", **more)
            rows += body["survey_responses"]
            more = body["meta"]["has_more"] and more | {"page[after]": body["meta"]["after_cursor"]}
        return rows


def unanswered(account: Account) -> str:
    """Return the id of the latest survey without an answer."""
    answered = set(GroundTruth(account).ratings["response_id"])
    return [response_id for response_id in GroundTruth(account).offers if response_id not in answered][-1]


def submission_event(ask: Client, ticket_id: int, response_id: str) -> dict:
    """Return the one event of the ticket's audits that names the response."""
    audits = ask.body(f"/tickets/{ticket_id}/audits")["audits"]
    events = [event for audit in audits for event in audit["events"]]
    (found,) = (event for event in events if event.get("survey_response_id") == response_id)
    return found


class ManualClock:
    """A clock for limits and tokens that moves only when `seconds` is changed."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds


@contextmanager
def raw_response(url: str, path: str, *, timeout: float = 10) -> Iterator[http.client.HTTPResponse]:
    """Yield the response of the standard library to a list, with its headers read and its body unread."""
    with closing(http.client.HTTPConnection(url.removeprefix("http://"), timeout=timeout)) as connection:
        headers = {"Authorization": f"Bearer {ADMIN_OAUTH_TOKEN}"}
        connection.request("GET", f"/api/v2{path}?page[size]=100", headers=headers)
        yield connection.getresponse()
