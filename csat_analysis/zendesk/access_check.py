"""What these credentials can do: each endpoint tried once; where one is refused, what that costs and what grants it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from .. import zendesk as api
from ..errors import NotAllowed, NotFound, ZendeskError
from ..settings import Settings, load_settings
from . import Zendesk

LONG_AGO = 1  # start_time of an export that asks for its first page


class Check(NamedTuple):
    """One thing tried: what it is for, whether it works, whether a pull needs it, and what to do if not."""

    what: str
    works: bool
    needed: bool
    advice: str


class Trial(NamedTuple):
    """A list to try: what it is for, whether a pull needs it, what it is like without it, and what grants it."""

    what: str
    endpoint: api.Endpoint
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
    for trial in _trials(settings.csat_locale):
        yield _tried(account, trial)
    if (ticket_id := _some_ticket(account)) is not None:
        yield _tried(account, _audits(ticket_id))


def _trials(locale: str) -> tuple[Trial, ...]:
    one = {
        name: getattr(api, name)._replace(page_size=1)
        for name in ("TICKETS", "SURVEY_RESPONSES", "USERS", "GROUPS", "BRANDS", "TICKET_FIELDS",
                     "SATISFACTION_RATINGS")
    }  # fmt: skip
    numbers = "reports show numbers in place of names"
    return (
        Trial("tickets and their times", one["TICKETS"], True, "no pull is possible", ROLE),
        Trial("survey responses", one["SURVEY_RESPONSES"], True, "no pull is possible", PLAN),
        Trial("surveys: words of questions and reasons", api.surveys(locale), False,
                 "reasons show as option ids", PLAN),
        Trial("names of agents", one["USERS"], False, numbers, ROLE),
        Trial("names of groups", one["GROUPS"], False, numbers, ROLE),
        Trial("names of brands", one["BRANDS"], False, numbers, ROLE),
        Trial("ticket fields: time tracking, topics", one["TICKET_FIELDS"], False,
                 "there are no handling times of the Time Tracking app", ROLE),
        Trial("ratings of the old CSAT", one["SATISFACTION_RATINGS"], False,
                 "what was rated before the new surveys is missing", PLAN),
    )  # fmt: skip


def _audits(ticket_id: int) -> Trial:
    without = "where a ticket changed hands, today's assignee stands for the one who was rated"
    return Trial("audits: who was rated", api.audits(ticket_id), False, without, ROLE)


def _tried(account: Zendesk, trial: Trial) -> Check:
    query: dict[str, Any] = {"start_time": LONG_AGO} if trial.endpoint.paging is api.Paging.EXPORT else {}
    try:
        next(account.pages(trial.endpoint, **query), None)
    except (NotAllowed, NotFound) as error:
        grant = SCOPE if "scope" in error.said.lower() else trial.grant
        advice = f"{error.status}: without it {trial.without}. To mend it, {grant}"
        return Check(trial.what, False, trial.needed, advice)
    except ZendeskError as error:
        return Check(trial.what, False, trial.needed, str(error))
    return Check(trial.what, True, trial.needed, "")


def _some_ticket(account: Zendesk) -> int | None:
    """A ticket whose audits can be tried: those of deleted ones are gone."""
    try:
        page = next(account.pages(api.TICKETS._replace(page_size=50), start_time=LONG_AGO))
    except ZendeskError:
        return None
    return next((row["id"] for row in page.rows if row.get("status") != "deleted"), None)
