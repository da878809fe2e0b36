"""The commands: each reads its options, calls one function and prints the result.

Exit codes: 0 done, 1 failed with one line on standard error, 2 wrong usage, 129, 130 and 143 stopped by a closed
terminal, Ctrl-C and SIGTERM.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CsatError, DeliveryError, InvalidValue
from . import lifecycle, notebooks
from .histories import open_to_read, say_if_demo
from .log import with_log
from .output import complain, result_is_saved, say, shows_progress
from .scope_options import (
    AnyPeriod,
    Filters,
    First,
    Last,
    Month,
    Quarter,
    Values,
    Week,
    choose_period,
    read_filters,
    read_notebook_values,
)
from .status_text import status_lines
from .usage import Commands, check_folder

if TYPE_CHECKING:
    import pandas as pd

    from ..delivery import Delivery
    from ..reports.collection import Collection
    from ..reports.report import Report
    from ..settings import Settings

app = typer.Typer(
    cls=Commands,
    help="Turn the customer satisfaction surveys of a Zendesk account into a history, answers and reports.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Groups = Annotated[list[str] | None, typer.Option(help="Name of a group. May be repeated.")]

NoAgentNames = Annotated[
    bool, typer.Option("--no-agent-names", help="Show pseudonyms in place of the names of agents.")
]


def _print_version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        say(f"csat {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn the customer satisfaction surveys of a Zendesk account into a history, answers and reports."""


@app.command()
@with_log
def demo(
    folder: Annotated[Path, typer.Option(help="Folder for the demo's files.")] = Path("demo"),
) -> None:
    """Try everything without an account: a fake Zendesk, a pull and the weekly report.

    Example: csat demo
    """
    from ..demo import demo as run_demo

    summary, report = run_demo(folder, progress=shows_progress())
    with result_is_saved():
        say(f"Pulled from a fake Zendesk:\n{summary}\n")
        _print_report(report)


@app.command()
@with_log
def check() -> None:
    """Check what these credentials can access, endpoint by endpoint.

    Example: csat check
    """
    from ..zendesk.access_check import check as checks

    refused = 0
    for result in checks():
        mark = "ok     " if result.works else "refused" if result.needed else "missing"
        say(f"{mark}  {result.what}" + (f"\n         {result.advice}" if result.advice else ""))
        refused += result.needed and not result.works
    if refused:
        raise CsatError(
            f"{refused} required endpoints are refused: follow the advice above, then run csat check again"
        )
    say("\nNext: csat pull, then csat report")


@app.command()
@with_log
def pull(
    since: Annotated[
        str | None,
        typer.Option(
            help="First day whose ratings are wanted (YYYY-MM-DD). On later runs, re-fetch from this day."
        ),
    ] = None,
    reconcile: Annotated[
        bool,
        typer.Option(
            "--reconcile",
            help="Re-fetch the last four weeks, and the surveys that rated tickets lack; report how many were missed.",
        ),
    ] = False,
    credit: Annotated[
        bool,
        typer.Option("--credit", help="Read audits to credit ratings by offer and solve; see csat settings."),
    ] = False,
) -> None:
    """Fetch new data from Zendesk, resuming from the last run.

    Example: csat pull --since 2026-01-01
    """
    from ..periods import day
    from ..sync import pull as run_pull

    first = day(since) if since else None
    summary = run_pull(since=first, reconcile=reconcile, credit=credit, progress=shows_progress())
    with result_is_saved():
        say(summary)


@app.command()
@with_log
def report(
    notebook: Annotated[str, typer.Argument(help="Name or path of a notebook.")] = "weekly_report",
    week: Week = None,
    month: Month = None,
    quarter: Quarter = None,
    first: First = None,
    last: Last = None,
    period: AnyPeriod = None,
    group: Groups = None,
    where: Filters = None,
    sets: Values = None,
    each_group: Annotated[
        bool, typer.Option("--each-group", help="One report per group, plus an index page.")
    ] = False,
    output: Annotated[Path, typer.Option(help="Folder for the report.")] = Path("reports"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Also write a PDF. Needs Chromium.")] = False,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="Also write the answers as a workbook.")] = False,
    comments: Annotated[
        bool, typer.Option("--comments/--no-comments", help="Include customer comments.")
    ] = True,
    no_agent_names: NoAgentNames = False,
    email: Annotated[
        list[str] | None, typer.Option(help="Address to send the report to. May be repeated.")
    ] = None,
    webhook: Annotated[
        str | None,
        typer.Option(help="https address to post the summary to, or CSAT_WEBHOOK for the setting."),
    ] = None,
) -> None:
    """Execute a notebook and export it as one self-contained HTML file.

    Example: csat report --month 2026-11 --group Billing
    """
    from ..reports import apart, parallel

    when = choose_period(week=week, month=month, quarter=quarter, first=first, last=last, period=period)
    filters = read_filters(where)
    values = read_notebook_values(notebook, sets)
    check_folder(output)
    if each_group and (email or webhook is not None):
        raise InvalidValue("--email and --webhook deliver one report: omit --each-group")
    if each_group and xlsx:
        raise InvalidValue("--xlsx writes the workbook of one report: omit --each-group")
    settings = _settings(no_agent_names)
    delivery = _prepare_delivery(settings, pdf, email or [], webhook)
    if each_group:
        parallel.start_server()
        from ..reports.collection import make_reports

        collection = make_reports(
            notebook,
            open_to_read(settings),
            week=when,
            groups=group or [],
            where=filters,
            comments=comments,
            values=values,
            output=output,
            progress=shows_progress(),
        )
        _finish_collection(collection, delivery)
        return
    say_if_demo(settings)
    made = apart.make_report_of(
        settings,
        notebook,
        week=when,
        groups=group or [],
        where=filters,
        comments=comments,
        values=values,
        output=output,
        workbook=xlsx,
    )
    with result_is_saved():
        _print_report(made)
    for step in delivery.deliver(made) if delivery else ():
        with result_is_saved():
            say(step)


@app.command("follow-up")
@with_log
def follow_up(
    week: Week = None,
    month: Month = None,
    quarter: Quarter = None,
    first: First = None,
    last: Last = None,
    period: AnyPeriod = None,
    group: Groups = None,
    where: Filters = None,
    output: Annotated[Path | None, typer.Option(help="A .csv, .xlsx or .parquet file.")] = None,
    no_agent_names: NoAgentNames = False,
) -> None:
    """List customers to call back: bad ratings whose ticket is open or was reopened, worst first.

    Example: csat follow-up --week 2026-W46 --output calls.xlsx
    """
    from ..export import check_ending
    from ..questions import follow_up as calls

    check_ending(output)
    when = choose_period(week=week, month=month, quarter=quarter, first=first, last=last, period=period)
    filters = read_filters(where)
    history = open_to_read(_settings(no_agent_names))
    rows = calls(history, when, group=group, where=filters)
    if rows.empty:
        say("nobody to call back in that period")
    # An empty file is written too: it replaces the list of the week before.
    if output or not rows.empty:
        _write_table(rows, output)


@app.command()
@with_log
def export(
    table: Annotated[str, typer.Argument(help="A table, or the ratings or offers view.")] = "ratings",
    output: Annotated[Path | None, typer.Option(help="A .csv, .parquet or .xlsx file.")] = None,
    first: First = None,
    last: Last = None,
    field: Annotated[
        list[str] | None,
        typer.Option(help="Title of a custom ticket field, as a further column. May be repeated."),
    ] = None,
    no_agent_names: NoAgentNames = False,
) -> None:
    """Write a table to a file that is safe to open in a spreadsheet.

    Example: csat export ratings --from 2026-11-01 --to 2026-11-30 --output ratings.xlsx
    """
    from ..export import check_ending

    check_ending(output)
    when = choose_period(first=first, last=last)
    history = open_to_read(_settings(no_agent_names))
    rows = history.table(table, when, fields=field)
    if rows.empty:
        raise CsatError(f"{table} has no rows{' in that period' if when else ''}: see csat status")
    _write_table(rows, output)


@app.command()
@with_log
def status() -> None:
    """Show how recent and complete the history is, and its last pulls.

    Example: csat status
    """
    from ..history.status import status as read_status

    for line in status_lines(read_status(open_to_read())):
        say(line)


app.command()(with_log(lifecycle.rebase))
app.command()(with_log(lifecycle.settings))
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}
app.command(context_settings=PASS_ON)(with_log(notebooks.lab))
app.command()(with_log(notebooks.notebooks))
app.command()(with_log(lifecycle.publish))
app.command()(with_log(lifecycle.backup))
app.command()(with_log(lifecycle.restore))
app.command()(with_log(lifecycle.forget))


@app.command("fake-zendesk")
@with_log
def fake_zendesk(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 for a free one.", min=0, max=65535)] = 8642,
    tickets: Annotated[int, typer.Option(help="Number of tickets.", min=1)] = 5000,
    days: Annotated[int, typer.Option(help="Days of history.", min=1)] = 126,
    seed: Annotated[int, typer.Option(help="Random seed.", min=0)] = 7,
    null: Annotated[bool, typer.Option("--null", help="No built-in effects.")] = False,
    faulty: Annotated[float, typer.Option(help="Fraction of requests that fail.", min=0, max=1)] = 0,
) -> None:
    """Serve a fake Zendesk with synthetic data on this computer.

    Example: csat fake-zendesk --port 8642 --tickets 500
    """
    import os

    from ..fake_zendesk import CLIENT_ID, CLIENT_SECRET, faults, make_account, serving
    from .process import wait_for_interrupt

    account = make_account(tickets=tickets, days=days, seed=seed, null=null)
    failures = faults.sometimes(faulty, *faults.passing(), seed=seed)
    try:
        with serving(account, port=port, faults=failures) as url:
            say(f"The fake Zendesk is at {url}. Stop it with Ctrl-C. To pull from it:")
            say(
                f"ZENDESK_URL={url} ZENDESK_CLIENT_ID={CLIENT_ID} ZENDESK_CLIENT_SECRET={CLIENT_SECRET} csat pull"
            )
            wait_for_interrupt()
            say("stopped")
    except OSError as error:
        # `strerror` of the error repeats the address.
        cause = os.strerror(error.errno) if error.errno else str(error)
        raise CsatError(f"cannot listen on port {port} ({cause}): try another --port") from None


def _settings(no_agent_names: bool) -> Settings:
    """Return the settings, with pseudonyms for agents if an option asks for them."""
    from ..settings import load_settings

    return load_settings(csat_agent_names=False) if no_agent_names else load_settings()


def _prepare_delivery(
    settings: Settings, pdf: bool, email: list[str], webhook: str | None
) -> Delivery | None:
    """Check what is needed for a delivery before the report is made; None if nothing but files is wanted."""
    if not (pdf or email or webhook is not None):
        return None
    from ..delivery import Delivery

    return Delivery.prepare(settings, pdf=pdf, email=email, webhook=webhook)


def _print_report(report: Report) -> None:
    for line in report.lines:
        say(f"- {line}")
    say(f"\nReport: {report.html}")
    if report.workbook:
        say(f"Workbook: {report.workbook}")


def _finish_collection(collection: Collection, delivery: Delivery | None) -> None:
    """Deliver the reports of all groups, print what was made, and fail if any report failed."""
    undelivered = _deliver_all(collection, delivery) if delivery else 0
    with result_is_saved():
        say(f"{len(collection.reports)} reports: {collection.index}")
    for outcome in collection.failed:
        complain(f"{outcome.name}: {outcome.failure}")
    if collection.failed:
        raise CsatError(
            f"{len(collection.failed)} of {len(collection.outcomes)} reports failed: "
            f"see above, and {collection.index}"
        )
    if undelivered:
        raise CsatError(f"{undelivered} of {len(collection.reports)} reports have no PDF: see above")


def _deliver_all(collection: Collection, delivery: Delivery) -> int:
    """Deliver each report, and return how many could not be delivered."""
    failures = 0
    for report in collection.reports:
        try:
            list(delivery.deliver(report))
        except DeliveryError as error:
            complain(str(error))
            failures += 1
    return failures


def _write_table(rows: pd.DataFrame, output: Path | None) -> None:
    """Write rows to a file, or print them as CSV."""
    from ..export import export as write_file
    from ..export import to_csv_text

    if output is None:
        say(to_csv_text(rows).removesuffix("\n"))
        return
    path = write_file(rows, output)
    with result_is_saved():
        say(f"{len(rows):,} rows: {path}")
