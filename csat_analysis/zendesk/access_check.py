"""What these credentials can do: each endpoint tried once; where one is refused, what that costs and what grants it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .. import zendesk as api
from ..errors import NotAllowed, NotFound, ZendeskError
from ..settings import Settings, load_settings
from . import Listing, Zendesk

LONG_AGO = 1  # start_time of an export that asks for its first page


class Check(NamedTuple):
    """One thing tried: what it is for, whether it works, whether a pull needs it, and what to do if not."""

    what: str
    works: bool
    needed: bool
    advice: str


class Endpoint(NamedTuple):
    """A list to try: what it is for, whether a pull needs it, what it is like without it, and what grants it."""

    what: str
    listing: Listing
    needed: bool
    without: str
    grant: str


ROLE = (
    "make the user behind these credentials an admin (an OAuth client: Admin Center, Apps and integrations, "
    "OAuth clients, attach it to an admin)"
)
SCOPE = (
    f"give the token the scope '{api.SCOPE}': an OAuth client of ours asks for it, another token must have it"
)
PLAN = f"have a plan with customer satisfaction (Support Professional or Suite Growth and up); else {ROLE}"


def check(settings: Settings | None = None) -> Iterator[Check]:
    """Try the account's endpoints one after the other, each as soon as it is asked for.

    Raises a ZendeskError or SettingsError if the account cannot be reached or the credentials are refused.
    """
    settings = settings or load_settings()
    account = Zendesk(settings)
    me = account.me()
    is_admin = me.get("role") == "admin"
    yield Check(f"signed in as {me.get('role')} (user {me['id']})", True, True, "" if is_admin else ROLE)
    for endpoint in _endpoints(settings.csat_locale):
        yield _tried(account, endpoint)
    if (ticket_id := _some_ticket(account)) is not None:
        yield _tried(account, _audits(ticket_id))


def _endpoints(locale: str) -> tuple[Endpoint, ...]:
    one = {
        name: getattr(api, name)._replace(size=1)
        for name in ("TICKETS", "SURVEY_RESPONSES", "USERS", "GROUPS", "BRANDS", "TICKET_FIELDS",
                     "SATISFACTION_RATINGS")
    }  # fmt: skip
    numbers = "reports show numbers in place of names"
    return (
        Endpoint("tickets and their times", one["TICKETS"], True, "no pull is possible", ROLE),
        Endpoint("survey responses", one["SURVEY_RESPONSES"], True, "no pull is possible", PLAN),
        Endpoint("surveys: words of questions and reasons", api.surveys(locale), False,
                 "reasons show as option ids", PLAN),
        Endpoint("names of agents", one["USERS"], False, numbers, ROLE),
        Endpoint("names of groups", one["GROUPS"], False, numbers, ROLE),
        Endpoint("names of brands", one["BRANDS"], False, numbers, ROLE),
        Endpoint("ticket fields: time tracking, topics", one["TICKET_FIELDS"], False,
                 "there are no handling times of the Time Tracking app", ROLE),
        Endpoint("ratings of the old CSAT", one["SATISFACTION_RATINGS"], False,
                 "what was rated before the new surveys is missing", PLAN),
    )  # fmt: skip


def _audits(ticket_id: int) -> Endpoint:
    without = "where a ticket changed hands, today's assignee stands for the one who was rated"
    return Endpoint("audits: who was rated", api.audits(ticket_id), False, without, ROLE)


def _tried(account: Zendesk, endpoint: Endpoint) -> Check:
    query: dict[str, Any] = {"start_time": LONG_AGO} if endpoint.listing.paging is api.Paging.EXPORT else {}
    try:
        next(account.pages(endpoint.listing, **query), None)
    except (NotAllowed, NotFound) as error:
        grant = SCOPE if "scope" in error.said.lower() else endpoint.grant
        advice = f"{error.status}: without it {endpoint.without}. To mend it, {grant}"
        return Check(endpoint.what, False, endpoint.needed, advice)
    except ZendeskError as error:
        return Check(endpoint.what, False, endpoint.needed, str(error))
    return Check(endpoint.what, True, endpoint.needed, "")


def _some_ticket(account: Zendesk) -> int | None:
    """A ticket whose audits can be tried: those of deleted ones are gone."""
    try:
        page = next(account.pages(api.TICKETS._replace(size=50), start_time=LONG_AGO))
    except ZendeskError:
        return None
    return next((row["id"] for row in page.rows if row.get("status") != "deleted"), None)
