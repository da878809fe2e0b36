"""The `csat` command: each command reads its options, calls one function, and prints what it gave.

Exit codes: 0 done, 1 failed with one line on stderr, 2 wrong usage, 130 and 143 stopped by Ctrl-C or a signal.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as RichTable

from .errors import CsatError, DeliveryError

if TYPE_CHECKING:
    import pandas as pd

    from .delivery import Delivery
    from .reports.collection import Collection
    from .reports.execution import Report

app = typer.Typer(
    help="Turn a Zendesk account's customer-satisfaction surveys into answers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
console = Console()
INTERRUPTED, TERMINATED = 130, 143  # exit codes of Ctrl-C, as typer gives it, and of SIGTERM


def main() -> None:
    """Run the command; a user's mistake becomes one line and exit code 1."""
    # As an exception, so that what is half done is cleared away: children, drafts, the copy of the history.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    try:
        app()
    except CsatError as error:
        _complain(str(error))
        sys.exit(1)
    except SystemExit as end:
        if end.code in (INTERRUPTED, TERMINATED):
            _complain("stopped; what was done is kept, and the same command goes on from there")
        raise


def _complain(line: str) -> None:
    Console(stderr=True, soft_wrap=True).print(f"csat: {line}", markup=False, highlight=False)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo's files go.")] = Path("demo"),
) -> None:
    """Try everything without an account: a synthetic Zendesk, a pull, the weekly report.

    Example: csat demo
    """
    from .demo import demo as run_demo

    summary, report = run_demo(folder, progress=sys.stderr.isatty())
    console.print(f"Pulled from a synthetic Zendesk:\n{summary}\n", markup=False, highlight=False)
    _show_report(report)


@app.command()
def check() -> None:
    """Try the credentials and say, per endpoint, what works and what to fix.

    Example: csat check
    """
    from .zendesk.access_check import check as checks

    failed = 0
    for one in checks():
        mark = "ok     " if one.works else "refused" if one.needed else "missing"
        print(f"{mark}  {one.what}" + (f"\n         {one.advice}" if one.advice else ""))
        failed += one.needed and not one.works
    if failed:
        raise CsatError(f"{failed} endpoints that a pull needs are refused: see the advice above")


@app.command()
def pull(
    since: Annotated[
        str | None, typer.Option(help="Day to begin with, such as 2026-01-01; later: to read again from.")
    ] = None,
    reconcile: Annotated[
        bool, typer.Option("--reconcile", help="Read the last four weeks again; say what had been missed.")
    ] = False,
) -> None:
    """Bring the history up to date with the account; go on where the last run stopped.

    Example: csat pull --since 2026-01-01
    """
    from .periods import day
    from .sync import pull as run_pull

    first = day(since) if since else None
    summary = run_pull(since=first, reconcile=reconcile, progress=sys.stderr.isatty())
    console.print(str(summary), markup=False, highlight=False)


@app.command()
def report(
    notebook: Annotated[str, typer.Argument(help="A notebook's name, or a path.")] = "weekly_report",
    week: Annotated[
        str | None, typer.Option(help="Week such as 2026-W46; default: the last complete one.")
    ] = None,
    group: Annotated[list[str] | None, typer.Option(help="A group's name; may be repeated.")] = None,
    each_group: Annotated[
        bool, typer.Option("--each-group", help="One report per group, and a page that leads to them.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("reports"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Also as PDF, where a Chromium is installed.")] = False,
    comments: Annotated[
        bool, typer.Option("--comments/--no-comments", help="With customers' words, or without.")
    ] = True,
    email: Annotated[
        list[str] | None, typer.Option(help="Address to mail the report to; may be repeated.")
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(help="Where to post the summary: an https address, or the word CSAT_WEBHOOK."),
    ] = None,
) -> None:
    """Execute a notebook and export it as one self-contained HTML file.

    Example: csat report --week 2026-W46 --group Billing
    """
    from .delivery import Delivery
    from .history import open_history
    from .reports.collection import make_report, make_reports
    from .settings import load_settings

    if each_group and (email or webhook is not None):
        raise typer.BadParameter("--email and --webhook hand on one report: leave out --each-group")
    settings = load_settings()
    delivery = Delivery.checked(settings, pdf=pdf, email=email or [], webhook=webhook)
    history = open_history(settings=settings)
    order: dict[str, Any] = {"week": week, "groups": group or [], "comments": comments, "output": output}
    if each_group:
        _show_collection(make_reports(notebook, history, **order, progress=sys.stderr.isatty()), delivery)
    else:
        made = make_report(notebook, history, **order)
        _show_report(made)
        for done in delivery.of(made):
            console.print(done, markup=False, highlight=False, soft_wrap=True)


@app.command("follow-up")
def follow_up(
    week: Annotated[str | None, typer.Option(help="Week such as 2026-W46.")] = None,
    group: Annotated[list[str] | None, typer.Option(help="A group's name; may be repeated.")] = None,
    output: Annotated[Path | None, typer.Option(help="A .csv, .xlsx or .parquet file.")] = None,
) -> None:
    """List whom to call back: bad ratings with an open or reopened ticket, worst first.

    Example: csat follow-up --week 2026-W46 --output calls.xlsx
    """
    from .history import open_history
    from .questions import follow_up as calls

    history = open_history()
    rows = calls(history, week, group=history.validate_names("group", group or []) or None)
    _give(rows, output, nothing="nobody to call back in that week")


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="A table, or the ratings view.")] = "ratings",
    output: Annotated[Path | None, typer.Option(help="A .csv, .parquet or .xlsx file.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, such as 2026-11-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, such as 2026-11-30.")] = None,
) -> None:
    """Write any table or the ratings view to a file, safe to open in a spreadsheet.

    Example: csat export ratings --from 2026-11-01 --to 2026-11-30 --output ratings.xlsx
    """
    import datetime as dt

    from .history import open_history
    from .periods import day

    end = day(last) + dt.timedelta(days=1) if last else None
    rows = open_history().table(table, day(first) if first else None, end)
    if rows.empty:
        raise CsatError(f"{table} has no rows{' in that period' if first or last else ''}: see csat status")
    _give(rows, output, nothing="")


@app.command()
def status() -> None:
    """Show how fresh and complete the history is, and its last runs.

    Example: csat status
    """
    from .history import open_history
    from .history.status import status as look

    history = open_history()
    found = look(history)
    print(f"history      {history.name}\naccount      {found.account}, weeks in {found.timezone}")
    print(f"begins       {found.begins}, the first survey offered" if found.begins else "begins       empty")
    print(f"last pull    {found.last_done:%Y-%m-%d %H:%M} UTC" if found.last_done else "last pull    none")
    print(
        f"last rating  {found.last_rating:%Y-%m-%d %H:%M} UTC" if found.last_rating else "last rating  none"
    )
    for name, number in found.counts.items():
        print(f"{name:<17}{number:>10,}")
    for name, number in found.attribution.items():
        print(f"rated {name:<11}{number:>10,}")
    console.print(_pulls_table(found.pulls))
    for gap in found.gaps or ["none found"]:
        print(f"gap: {gap}")
    for warning in found.warnings:
        print(f"note: {warning}")


@app.command("fake-zendesk")
def fake_zendesk(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0: any free one.", min=0, max=65535)] = 8642,
    tickets: Annotated[int, typer.Option(help="Tickets of the account.", min=1)] = 5000,
    days: Annotated[int, typer.Option(help="Days of its history.", min=1)] = 126,
    seed: Annotated[int, typer.Option(help="Another seed, another account.", min=0)] = 7,
    null: Annotated[bool, typer.Option("--null", help="Plant no effects.")] = False,
    faulty: Annotated[float, typer.Option(help="Share of requests that go wrong.", min=0, max=1)] = 0,
) -> None:
    """Serve a synthetic Zendesk on this machine, for trying things out.

    Example: csat fake-zendesk --port 8642 --tickets 500
    """
    import os
    import threading

    from .fake_zendesk import CLIENT_ID, CLIENT_SECRET, faults, make_account, serving

    account = make_account(tickets=tickets, days=days, seed=seed, null=null)
    bad_day = faults.sometimes(faulty, *faults.passing(), seed=seed)
    try:
        with serving(account, port=port, faults=bad_day) as url:
            print(f"A synthetic Zendesk is at {url}; stop it with Ctrl-C. To pull from it:")
            print(
                f"ZENDESK_URL={url} ZENDESK_CLIENT_ID={CLIENT_ID} ZENDESK_CLIENT_SECRET={CLIENT_SECRET} csat pull"
            )
            threading.Event().wait()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)  # strerror tells the address again
        raise CsatError(f"cannot listen on port {port} ({reason}): try another --port") from None
    except KeyboardInterrupt:
        print("stopped")


def _show_report(found: Report) -> None:
    for line in found.lines:
        console.print(f"- {line}", markup=False, highlight=False, soft_wrap=not console.is_terminal)
    console.print(f"\nReport: {found.html}", markup=False, highlight=False, soft_wrap=True)


def _show_collection(found: Collection, delivery: Delivery) -> None:
    for one in found.failed:
        _complain(f"{one.name}: {one.failure}")
    undelivered = [made for made in found.reports if not _delivered(made, delivery)]
    console.print(
        f"{len(found.reports)} reports: {found.index}", markup=False, highlight=False, soft_wrap=True
    )
    if found.failed:
        raise CsatError(
            f"{len(found.failed)} of {len(found.outcomes)} reports failed: see above, and {found.index}"
        )
    if undelivered:
        raise CsatError(f"{len(undelivered)} of {len(found.reports)} reports have no PDF: see above")


def _delivered(made: Report, delivery: Delivery) -> bool:
    try:
        list(delivery.of(made))
    except DeliveryError as error:
        _complain(str(error))
        return False
    return True


def _give(rows: pd.DataFrame, output: Path | None, *, nothing: str) -> None:
    """Rows into a file, or as CSV to the terminal. An empty table, too, is written: it replaces last week's."""
    from .export import export as write
    from .export import to_csv_text

    if rows.empty and nothing:
        print(nothing)
    elif not output:
        print(to_csv_text(rows), end="")
    if output:
        print(f"{len(rows):,} rows: {write(rows, output)}")


def _pulls_table(pulls: pd.DataFrame) -> RichTable:
    table = RichTable(
        "started (UTC)", "outcome", "tickets", "responses", "calls", "waited s", title="last pulls"
    )
    for row in pulls.itertuples():
        cells = (row.outcome, row.tickets, row.responses, row.calls, row.waited_seconds)
        table.add_row(
            f"{row.started_at:%Y-%m-%d %H:%M}", *("" if cell is None else str(cell) for cell in cells)
        )
    return table
