"""How the tests of the stand-in ask it: plain HTTP, and no code of the package's own client."""

from __future__ import annotations

from datetime import UTC, datetime

import requests

from csat_analysis.stand_in import ADMIN_OAUTH_TOKEN, Account

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
TICKETS = "/incremental/tickets/cursor"


class Client:
    """Asks a stand-in as an admin with an OAuth token, or as told by `authorization`."""

    def __init__(self, url: str, *, authorization: str | None = f"Bearer {ADMIN_OAUTH_TOKEN}"):
        self.url = url
        self.session = requests.Session()
        if authorization:
            self.session.headers["Authorization"] = authorization

    def __call__(self, path: str, **parameters: object) -> requests.Response:
        return self.session.get(f"{self.url}/api/v2{path}", params=parameters, timeout=10)

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
    """A survey offered in the last days that nobody has answered."""
    answered = set(account.truth.ratings["response_id"])
    return [response_id for response_id in account.truth.offers if response_id not in answered][-1]
