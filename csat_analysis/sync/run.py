"""One run from beginning to end, and its record in the history."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import CsatError
from ..history import History
from ..periods import midnight
from ..progress import bar
from ..settings import Settings, load_settings
from ..zendesk import Zendesk
from .audits import attribute
from .legacy import pull_legacy
from .lookups import pull_names
from .steps import Run
from .summary import Summary
from .survey_responses import pull_offers
from .tickets import pull_tickets
from .updates import mark_beginning, pull_changes, pull_conversations, read_again


def pull(
    *,
    settings: Settings | None = None,
    since: dt.date | None = None,
    reconcile: bool = False,
    progress: bool = True,
    now: dt.datetime | None = None,
) -> Summary:
    """Bring the history up to date with the account, and say what that brought.

    since: where the first run begins (default: the account's beginning); on a later run, from where to read
    again. reconcile: read again all surveys that can still change, to check that nothing was missed.
    progress: show a bar, in a terminal or a notebook. now: what counts as the present (default: the clock's).
    Raises a CsatError for anything that ends the run; what was stored until then is kept and continued.
    """
    settings = settings or load_settings()
    history = History(settings.database, timezone=settings.csat_timezone)
    with Zendesk(settings) as account, history.pull_lock(), bar(visible=progress) as show:
        run = Run(account, history, settings, show, now or dt.datetime.now(dt.UTC))
        account.on_wait = run.waiting
        _pull(run, since, again=reconcile)
    return run.summary


def _pull(run: Run, since: dt.date | None, *, again: bool) -> None:
    run.progress("signing in", 0)
    me = run.account.me()
    run.summary.notes += run.history.create_or_migrate(run.account.url, me.get("iana_time_zone"))
    start = _checked_start(since, run.history.timezone, run.started)
    run.cursors = run.history.cursors()
    with _recorded(run):
        pull_names(run)
        pull_tickets(run, start)
        mark_beginning(run)
        pull_offers(run, start)
        pull_changes(run)
        pull_conversations(run)
        pull_legacy(run, start)
        if again:
            read_again(run)
        attribute(run)
        run.history.update_revision_counts()


@contextmanager
def _recorded(run: Run) -> Iterator[None]:
    """One row in `pulls`, from the start to whatever end the run takes."""
    clock = time.monotonic()
    row = {"pull_id": uuid.uuid4().hex, "started_at": run.started, "outcome": "running"}
    run.history.save({"pulls": [row]})
    error = "interrupted"
    try:
        yield
        error = ""
    except CsatError as failure:
        error = str(failure)
        raise
    finally:
        summary = run.summary
        summary.calls, summary.waited_seconds = run.account.calls, run.account.waited_seconds
        summary.seconds = time.monotonic() - clock
        ended = row | {
            "ended_at": dt.datetime.now(dt.UTC),
            "outcome": "failed" if error else "done",
            "error": error or None,
            "tickets": summary.tickets,
            "responses": summary.responses,
            "calls": summary.calls,
            "waited_seconds": round(summary.waited_seconds),
            "unknown": summary.unknown,
        }
        run.history.save({"pulls": [ended]})


def _checked_start(since: dt.date | None, zone: str, now: dt.datetime) -> dt.datetime | None:
    start = midnight(since, zone) if since else None
    if start and start > now:
        raise CsatError(f"--since {since} lies in the future: give a day that has begun")
    return start
