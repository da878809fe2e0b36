"""What these credentials can do: each endpoint tried once, and what an admin has to grant where one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from . import zendesk as api
from .errors import NotAllowed, NotFound, ZendeskError
from .settings import Settings, load_settings
from .zendesk import Listing, Zendesk

LONG_AGO = 1  # start_time of an export that asks for its first page


class Check(NamedTuple):
    """One thing tried: what it is for, whether it works, whether a pull needs it, and what to do if not."""

    what: str
    works: bool
    needed: bool
    advice: str


class Endpoint(NamedTuple):
    """A list to try, what it is for, and what grants it."""

    what: str
    listing: Listing
    needed: bool
    grant: str


ADMIN = "sign in as an admin (with an OAuth client: attach it to an admin user), scope 'read'"
PLAN = "needs customer satisfaction: Support Professional or Suite Growth and up; and " + ADMIN


def check(settings: Settings | None = None) -> Iterator[Check]:
    """Try the account's endpoints one after the other, each as soon as it is asked for.

    Raises a ZendeskError or SettingsError if the account cannot be reached or the credentials are refused.
    """
    settings = settings or load_settings()
    account = Zendesk(settings)
    me = account.me()
    is_admin = me.get("role") == "admin"
    yield Check(f"signed in as {me.get('role')} (user {me['id']})", True, True, "" if is_admin else ADMIN)
    for endpoint in _endpoints(settings.csat_locale):
        yield _tried(account, endpoint)
    if (ticket_id := _some_ticket(account)) is not None:
        yield _tried(account, Endpoint("audits: who was rated", api.audits(ticket_id), False, ADMIN))


def _endpoints(locale: str) -> tuple[Endpoint, ...]:
    return (
        Endpoint("tickets and their times", api.TICKETS._replace(size=1), True, ADMIN),
        Endpoint("survey responses", api.SURVEY_RESPONSES._replace(size=1), True, PLAN),
        Endpoint("surveys: words of questions and reasons", api.surveys(locale), False, PLAN),
        Endpoint("names of agents", api.USERS._replace(size=1), False, ADMIN),
        Endpoint("names of groups", api.GROUPS._replace(size=1), False, ADMIN),
        Endpoint("names of brands", api.BRANDS._replace(size=1), False, ADMIN),
        Endpoint("ticket fields: time tracking, topics", api.TICKET_FIELDS._replace(size=1), False, ADMIN),
    )


def _tried(account: Zendesk, endpoint: Endpoint) -> Check:
    query: dict[str, Any] = {"start_time": LONG_AGO} if endpoint.listing.paging is api.Paging.EXPORT else {}
    try:
        next(account.pages(endpoint.listing, **query), None)
    except (NotAllowed, NotFound) as error:
        return Check(endpoint.what, False, endpoint.needed, f"{error.status}: {endpoint.grant}")
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
