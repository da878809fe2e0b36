"""One pull from beginning to end, and its record in the history."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import NamedTuple

from ..errors import CsatError, NotAllowed, NotFound
from ..history import History
from ..progress import Show, bar
from ..settings import Settings, load_settings
from ..zendesk import Page, Zendesk
from . import attribution, legacy, survey_responses, tickets
from .context import PullContext, PullProgress, PullSizes, ResponseInputs
from .credit import credit_answers
from .lookups import ListResult, request_lookups, store_lookups
from .names import request_names, store_names
from .since import find_start
from .storage import store_parts
from .summary import Summary
from .updates import (
    UpdateCursors,
    begin_updates,
    read_again,
    read_unexplained,
    request_changed_tickets,
    request_conversations,
    rewind_changed_tickets,
)

LOG = logging.getLogger(__name__)
# Objects of about one page of tickets. With Python's 700 a first pull takes a sixth more CPU time.
ALLOCATIONS_PER_COLLECTION = 100_000


class PullRange(NamedTuple):
    """What a pull reads beside the news: from `start` on (again), with `reconcile` the last four weeks.

    credit: also the audits of tickets whose columns do not tell who is credited with a rating.
    """

    start: dt.datetime | None
    reconcile: bool
    credit: bool


def pull(
    *,
    settings: Settings | None = None,
    since: dt.date | None = None,
    reconcile: bool = False,
    credit: bool = False,
    progress: bool = True,
    now: dt.datetime | None = None,
) -> Summary:
    """Fetch new data from Zendesk into the history, resuming from the last run.

    Parameters
    ----------
    settings : Settings, optional
        Account, credentials and database; by default from the environment, `.env` and the keyring.
    since : datetime.date, optional
        First day whose ratings are wanted, on the account's clock (default: everything); on later runs, re-fetch
        from this day. Surveys sent in the four weeks before are read too, because they can be answered that late.
    reconcile : bool
        Re-fetch all surveys and legacy ratings of the last four weeks, and the surveys of tickets with a score that no
        stored survey explains; count those that were missed.
    credit : bool
        Also request the audits of tickets that changed hands, for ratings of which it is not known who held them when
        the survey was offered and when they were solved. Needed once for a history whose definition `credit` is
        "rated"; with another one every pull does it.
    progress : bool
        Show a progress bar in a terminal or a notebook.
    now : datetime.datetime, optional
        The present, by default the server's own time, and never later than that.

    Returns
    -------
    Summary
        Counts of what was read, new and changed, and notes on what could not be done.

    Raises
    ------
    CsatError
        For anything that ends the run. Everything stored until then is kept, and the next run continues.

    Examples
    --------
    >>> import csat_analysis as csat
    >>> summary = csat.pull()                               # doctest: +SKIP
    >>> summary.responses, summary.answered                 # doctest: +SKIP
    (320, 110)
    """
    settings = settings or load_settings()
    history = History(settings.database, timezone=settings.csat_timezone, definitions=settings.definitions)
    with (
        Zendesk(settings) as account,
        history.pull_lock(),
        _rare_collections(),
        bar(visible=progress) as show,
    ):
        return run_pull(
            account,
            history,
            settings,
            show=show,
            since=since,
            reconcile=reconcile,
            credit=credit,
            now=now,
        )


def run_pull(
    account: Zendesk,
    history: History,
    settings: Settings,
    *,
    show: Show = lambda stage, share, note: None,
    since: dt.date | None = None,
    reconcile: bool = False,
    credit: bool = False,
    now: dt.datetime | None = None,
    sizes: PullSizes = PullSizes(),  # noqa: B008 (immutable)
) -> Summary:
    """Pull with an account and a history that are already open; see `pull`."""
    show("signing in", 0.0, "")
    me = account.me()
    present = account.server_time or dt.datetime.now(dt.UTC)
    started = min(now or present, present)
    progress = PullProgress(account, show, started)
    account.on_wait = progress.show_wait
    context = PullContext(account, history, settings, Summary(), progress, started, sizes)
    lists = request_lookups(context)
    context.summary.notes += history.create_or_migrate(account.url, me.get("iana_time_zone"))
    if settings.csat_keep_comments_days:
        history.text_cutoff = started - dt.timedelta(days=settings.csat_keep_comments_days)
    cursors = history.cursors()
    start, complete_from = find_start(context, cursors, since)
    pages = tickets.request_tickets(context, cursors.get(tickets.STREAM), start)
    with _recorded(context):
        _pull_all(context, cursors, lists, pages, PullRange(start, reconcile, credit))
        history.set_complete_from(complete_from)
        history.erase_old_text()
    context.summary.notes += history.compact_if_needed()
    return context.summary


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python search for unused cycles of objects rarely: rows have none, and there are millions of them."""
    before = gc.get_threshold()
    gc.set_threshold(ALLOCATIONS_PER_COLLECTION, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _pull_all(
    context: PullContext,
    cursors: dict[str, str],
    lists: Iterator[ListResult],
    pages: Iterator[Page],
    pulled: PullRange,
) -> None:
    """Run all steps in order; each page is stored together with the cursor after it.

    lists, pages: the look-ups and the tickets, which were requested.
    """
    if pulled.start:
        rewind_changed_tickets(context, cursors, pulled.start)
    lookups = store_lookups(context, lists)
    export = tickets.store_tickets(
        context,
        pages,
        lookups.time_fields,
        on_read_again=lambda since: rewind_changed_tickets(context, cursors, since),
    )
    updates = begin_updates(context, cursors, export.changed_from)
    inputs = ResponseInputs(lookups.labels, export.deleted_tickets)
    refusal = _pull_surveys(context, updates, inputs, pulled)
    if lookups.surveys_refused and refusal is None:
        context.summary.notes.append(f"skipped: {lookups.surveys_refused}")
    _pull_legacy(context, cursors, inputs, pulled, refusal)
    names = request_names(context)
    attribution.attribute_answers(context, cursors.get(attribution.REFUSED))
    credit_answers(context, read_audits=pulled.credit)
    store_names(context, names)
    context.history.update_revision_counts()


def _pull_surveys(
    context: PullContext,
    updates: UpdateCursors,
    inputs: ResponseInputs,
    pulled: PullRange,
) -> CsatError | None:
    """Pull survey responses; return the error if the account has no access to them."""
    try:
        cursor = context.history.cursors().get(survey_responses.STREAM)
        offered = survey_responses.request_survey_responses(context, cursor, pulled.start)
        # Without a cursor only the first page tells whether the account has surveys.
        first = [] if cursor else list(islice(offered, 1))
        changed = request_changed_tickets(context, updates.changed)
        conversations = request_conversations(context, updates.conversations)
        # While Zendesk answers.
        context.history.checkpoint()
        store_parts(context, chain(first, offered, changed, conversations), inputs)
        if pulled.reconcile:
            context.summary.missed = read_again(context, inputs) + read_unexplained(context, inputs)
    except (NotAllowed, NotFound) as error:
        return error
    return None


def _pull_legacy(
    context: PullContext,
    cursors: dict[str, str],
    inputs: ResponseInputs,
    pulled: PullRange,
    surveys_refused: CsatError | None,
) -> None:
    """Pull legacy ratings if the account uses legacy CSAT; raise `surveys_refused` if ratings are missing then.

    Copies of answers to surveys that were not known then are deleted, and all ratings are read again: a copy may have
    taken the place of an earlier rating.
    """
    cursor = cursors.get(legacy.STREAM)
    if cursor and not surveys_refused and context.history.delete_copies(legacy.STREAM):
        cursor = ""
    from_beginning = cursor == ""
    start = None if from_beginning else pulled.start
    try:
        if from_beginning or surveys_refused or legacy.has_unexplained_scores(context):
            legacy.pull_legacy_ratings(context, cursor, start, inputs)
        if pulled.reconcile and legacy.uses_legacy_csat(context):
            missed = legacy.read_legacy_again(context, inputs)
            context.summary.missed = (context.summary.missed or 0) + missed
    except (NotAllowed, NotFound) as error:
        if surveys_refused:
            raise surveys_refused from None
        context.summary.notes.append(f"skipped legacy ratings: {error}")
    if surveys_refused and legacy.lacks_surveys(context):
        raise surveys_refused
    if surveys_refused:
        context.summary.notes.append(f"no survey responses, only legacy ratings: {surveys_refused}")


@contextmanager
def _recorded(context: PullContext) -> Iterator[None]:
    """Store one row in `pulls`, at the start of the pull and again at its end."""
    begun = time.monotonic()
    row = {"pull_id": uuid.uuid4().hex, "started_at": context.started, "outcome": "running"}
    context.history.save({"pulls": [row]})
    error = "interrupted"
    try:
        yield
        error = ""
    except CsatError as failure:
        error = str(failure)
        raise
    finally:
        _complete_summary(context, time.monotonic() - begun)
        _log_summary(context.summary)
        ended_at = context.started + dt.timedelta(seconds=context.summary.seconds)
        context.history.save({"pulls": [row | {"ended_at": ended_at} | _outcome(context.summary, error)]})


def _complete_summary(context: PullContext, seconds: float) -> None:
    context.summary.calls = context.account.calls
    context.summary.waited_seconds = context.account.waited_seconds
    context.summary.seconds = seconds


def _log_summary(summary: Summary) -> None:
    read = (
        f"{summary.tickets:,} tickets and {summary.responses:,} responses read, {summary.unknown:,} not fully"
    )
    LOG.info("pull: %s; %s requests, %.0f s waited", read, f"{summary.calls:,}", summary.waited_seconds)
    for note in summary.notes:
        LOG.info("pull: note: %s", note)


def _outcome(summary: Summary, error: str) -> dict[str, object]:
    return {
        "outcome": "failed" if error else "done",
        "error": error or None,
        "tickets": summary.tickets,
        "responses": summary.responses,
        "calls": summary.calls,
        "waited_seconds": round(summary.waited_seconds),
        "unknown": summary.unknown,
    }
