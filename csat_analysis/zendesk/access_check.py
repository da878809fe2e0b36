"""Check what the credentials can access: one request per endpoint, and what to do where it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ..errors import NotAllowed, NotFound, ZendeskError
from ..settings import Settings, load_settings
from . import endpoints
from .auth import SCOPE
from .client import Zendesk
from .endpoints import Endpoint, Json
from .limits import Limits
from .texts import printable_text

FROM_THE_FIRST: Json = {"start_time": 1}  # an export from its beginning
# no organization needs to have it
ANY_ID = 1
NO_PULL = "csat pull cannot run"
NUMBERS_ONLY = "reports show ids instead of names"
NO_LEGACY = "ratings from before the current surveys are missing"
CURRENT_ASSIGNEE = (
    "if a ticket was reassigned after its rating, the rating is attributed to the current assignee"
)
ADMIN_ROLE = (
    "use the credentials of an admin (for an OAuth client: Admin Center, Apps and integrations, OAuth clients, "
    "attach the client to an admin)"
)
READ_SCOPE = (
    f"give the token the scope '{SCOPE}' (with ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET it is requested "
    "automatically)"
)
CSAT_PLAN = (
    "use a plan with customer satisfaction surveys (Support Professional, Suite Growth or higher) and the "
    "credentials of an admin"
)
FORMS_PLAN = "use a plan with ticket forms (Suite Growth, Support Enterprise or higher)"


class Check(NamedTuple):
    """The result for one endpoint.

    Attributes
    ----------
    what : str
        The data of the endpoint.
    works : bool
        Whether it can be read.
    needed : bool
        Whether `csat pull` needs it.
    advice : str
        What is missing without it and what to do; empty if it works.
    """

    what: str
    works: bool
    needed: bool
    advice: str


class _Target(NamedTuple):
    """An endpoint to check with a query: its data, whether a pull needs it, the effect of a refusal, what grants it."""

    what: str
    endpoint: Endpoint
    needed: bool
    effect: str
    grant: str
    query: Json = {}


def check(settings: Settings | None = None, *, limits: Limits | None = None) -> Iterator[Check]:
    """Check the account's endpoints one after the other.

    Parameters
    ----------
    settings : Settings, optional
        Default: those of the environment.
    limits : Limits, optional
        How long requests and waits may take.

    Yields
    ------
    Check
        As soon as the endpoint has responded.

    Raises
    ------
    ZendeskError
        If the account cannot be reached or refuses the credentials.
    SettingsError
        If no account or no credentials are set.
    """
    settings = settings or load_settings()
    with Zendesk(settings, limits=limits) as account:
        yield _check_role(account)
        for target in _targets(settings.csat_locale):
            yield _check_target(account, target)
        if (ticket_id := _any_ticket_id(account)) is not None:
            yield _check_target(account, _audits_target(ticket_id))


def _check_role(account: Zendesk) -> Check:
    user = account.me()
    role = printable_text(user.get("role") or "a user without a role")
    advice = "" if role == "admin" else ADMIN_ROLE
    return Check(f"signed in as {role} (user {printable_text(str(user['id']))})", True, True, advice)


def _targets(locale: str) -> tuple[_Target, ...]:
    return (
        _Target("tickets and their times", endpoints.TICKETS, True, NO_PULL, ADMIN_ROLE, FROM_THE_FIRST),
        _Target("survey responses", endpoints.SURVEY_RESPONSES, True, NO_PULL, CSAT_PLAN),
        _Target(
            "surveys: texts of questions and reasons",
            endpoints.surveys(locale),
            False,
            "reports show option ids instead of reasons",
            CSAT_PLAN,
        ),
        _Target("names of agents", endpoints.USERS, False, NUMBERS_ONLY, ADMIN_ROLE),
        _Target("names of groups", endpoints.GROUPS, False, NUMBERS_ONLY, ADMIN_ROLE),
        _Target("names of brands", endpoints.BRANDS, False, NUMBERS_ONLY, ADMIN_ROLE),
        _Target(
            "names of ticket forms",
            endpoints.TICKET_FORMS,
            False,
            "forms, if tickets have any, are shown as ids",
            FORMS_PLAN,
        ),
        _Target(
            "names of organizations",
            endpoints.ORGANIZATIONS_SHOW_MANY,
            False,
            NUMBERS_ONLY,
            ADMIN_ROLE,
            endpoints.ids_query([ANY_ID]),
        ),
        _Target(
            "ticket fields: time tracking, topics",
            endpoints.TICKET_FIELDS,
            False,
            "handling times of the Time Tracking app are missing",
            ADMIN_ROLE,
        ),
        _Target("legacy CSAT ratings", endpoints.SATISFACTION_RATINGS, False, NO_LEGACY, CSAT_PLAN),
    )


def _audits_target(ticket_id: int) -> _Target:
    audits = endpoints.audits(ticket_id)
    return _Target("audits: the assignee at the time of rating", audits, False, CURRENT_ASSIGNEE, ADMIN_ROLE)


def _check_target(account: Zendesk, target: _Target) -> Check:
    try:
        _read_first_page(account, target.endpoint._replace(page_size=1), target.query)
    except (NotAllowed, NotFound) as error:
        grant = READ_SCOPE if "scope" in error.server_text.lower() else target.grant
        advice = f"{error.status}: without it, {target.effect}. To fix it, {grant}"
        return Check(target.what, False, target.needed, advice)
    except ZendeskError as error:
        return Check(target.what, False, target.needed, str(error))
    return Check(target.what, True, target.needed, "")


def _any_ticket_id(account: Zendesk) -> int | None:
    """Return the id of a ticket that has audits; those of deleted tickets are gone."""
    try:
        tickets = _read_first_page(account, endpoints.TICKETS._replace(page_size=50), FROM_THE_FIRST)
    except ZendeskError:
        return None
    ids = (ticket.get("id") for ticket in tickets if ticket.get("status") != "deleted")
    return next((number for number in ids if isinstance(number, int)), None)


def _read_first_page(account: Zendesk, endpoint: Endpoint, query: Json) -> list[Json]:
    return next(account.pages(endpoint, **query)).rows
