"""Make the reports of a week: one for all or some groups, or one per group with an index page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from .. import findings, questions
from ..errors import CsatError, ReportError
from ..files import SHARED, reason, replace_file
from ..history import History
from ..history.filters import Filter, Where, describe_filter, find_filter
from ..history.snapshot import snapshot
from ..periods import Period
from ..progress import bar
from .execution import run
from .file_names import make_unique, shorten, to_file_name
from .html_export import Origin, pieces_to_html
from .index_page import index_pieces
from .notebooks import find_notebook, is_own
from .notices import describe_unread_answers
from .parallel import Outcome, Task, fan_out
from .parameters import check_parameters
from .report import Report
from .workbook import write_workbook

INDEX = "index.html"
# The longest time for one report of a collection.
TIMEOUT_SECONDS = 900.0


@dataclass(frozen=True)
class Collection:
    """The reports of several groups in alphabetical order, and their index page."""

    index: Path
    outcomes: tuple[Outcome, ...]

    @property
    def reports(self) -> list[Report]:
        """The reports that were made."""
        return [outcome.report for outcome in self.outcomes if outcome.report]

    @property
    def failed(self) -> list[Outcome]:
        """The groups without a report."""
        return [outcome for outcome in self.outcomes if not outcome.report]


def make_report(
    notebook: str,
    history: History,
    *,
    week: str | None = None,
    groups: Sequence[str] = (),
    where: Where = None,
    comments: bool = True,
    values: Mapping[str, object] | None = None,
    output: Path = Path("reports"),
    workbook: bool = False,
    in_process: bool = False,
) -> Report:
    """Make one report of a week.

    Parameters
    ----------
    notebook : str
        The name of a notebook, or a path.
    history : History
        Where the data comes from.
    week : str, optional
        An ISO week such as "2026-W46", or any other period of `csat.period`; by default the last complete week.
    groups : sequence of str
        Names of groups; by default all.
    where : mapping, optional
        Filters, as in `csat.csat`.
    comments : bool
        False leaves customers' comments out.
    values : mapping, optional
        Values of other parameters of the notebook, such as {"weeks": 26}.
    output : Path
        The folder for the page and the executed notebook.
    workbook : bool
        Write the answers about the period as an .xlsx file too.
    in_process : bool
        Execute the notebook in this process instead of a kernel, see `execution.run`.

    Returns
    -------
    Report
        The files and the summary.

    Raises
    ------
    UnknownChoice
        If there is no such group, notebook or parameter.
    ReportError
        If the report cannot be made.

    Examples
    --------
    >>> make_report("weekly_report", history, week="2026-W46")  # doctest: +SKIP
    Report(html=PosixPath('/home/ana/reports/weekly_report_2026-W46.html'), ...)
    """
    source = find_notebook(notebook)
    chosen = history.validate_names("group", groups)
    period = questions.period(history, week)
    kept = find_filter(history, where)
    name = _file_name(source, period, chosen, kept, values or {})
    report = run(
        source,
        parameters={**(values or {}), **_parameters(period, chosen, comments, where)},
        output=output / f"{name}.html",
        environment=_environment(history),
        notice=describe_unread_answers(history),
        in_process=in_process,
    )
    if not workbook:
        return report
    file = report.html.with_suffix(".xlsx")
    write_workbook(history, period, file, summary=report.lines, groups=chosen, where=where, comments=comments)
    return replace(report, workbook=file)


def make_reports(
    notebook: str,
    history: History,
    *,
    week: str | None = None,
    groups: Sequence[str] = (),
    where: Where = None,
    comments: bool = True,
    values: Mapping[str, object] | None = None,
    output: Path = Path("reports"),
    progress: bool = True,
) -> Collection:
    """Make one report per group, and an index page, in a folder named after the notebook and the week.

    All reports are made of the same state of the history. A report that fails or takes longer than 15 minutes
    does not affect the others; the index page lists it.

    Parameters
    ----------
    notebook, history, week, comments, values, output
        As in `make_report`.
    groups : sequence of str
        Names of groups; by default every group with ratings.
    where : mapping, optional
        Filters, as in `csat.csat`.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Collection
        The index page, and each group's report or the reason why there is none.

    Raises
    ------
    UnknownChoice
        If there is no such group, notebook or parameter.
    CsatError
        If the history has no ratings, or a file cannot be written.

    Examples
    --------
    >>> make_reports("weekly_report", history).index  # doctest: +SKIP
    PosixPath('/home/ana/reports/weekly_report_2026-W46/index.html')
    """
    source = find_notebook(notebook)
    period = questions.period(history, week)
    names = sorted(history.validate_names("group", groups) or history.groups(), key=str.casefold)
    if not names:
        raise CsatError(f"{history.name} holds no ratings, so there are no groups: see csat status")
    values = values or {}
    check_parameters(source, {**values, **_parameters(period, names, comments, where)})
    kept = find_filter(history, where)
    folder = output.resolve() / _file_name(source, period, [], kept, values)
    with snapshot(history) as copy:
        tasks = _tasks(source, copy, period, names, comments, folder, where, values)
        # A notebook of the user's own may change what others find in its process.
        shared = copy.location if is_own(source) else None
        found = Collection(folder / INDEX, _run_all(tasks, shared, visible=progress))
        _write_index(found, source, copy, period, where)
    return found


def _tasks(
    source: Path,
    history: History,
    period: Period,
    names: Sequence[str],
    comments: bool,
    folder: Path,
    where: Where,
    values: Mapping[str, object],
) -> list[Task]:
    kept = find_filter(history, where)
    files = make_unique(_file_name(source, period, [name], kept, values) for name in names)
    notice = describe_unread_answers(history)
    return [
        Task(
            name,
            partial(
                run,
                source,
                parameters={**values, **_parameters(period, [name], comments, where)},
                output=folder / f"{file}.html",
                environment=_environment(history),
                notice=notice,
                in_process=True,
            ),
            folder,
        )
        for name, file in zip(names, files, strict=True)
    ]


def _file_name(
    source: Path, period: Period, groups: Sequence[str], kept: Filter, values: Mapping[str, object]
) -> str:
    """Return the name of a report without its ending: notebook, period, groups, filters and other values."""
    filters = [describe_filter((one,)) for one in kept]
    others = [f"{name} {value}" for name, value in values.items()]
    return shorten("_".join([source.stem, period.label, *map(to_file_name, [*groups, *filters, *others])]))


def _parameters(period: Period, groups: Sequence[str], comments: bool, where: Where) -> dict[str, object]:
    parameters: dict[str, object] = {"week": period.label}
    if groups:
        parameters["group"] = list(groups)
    if where:
        parameters["where"] = dict(where)
    if not comments:
        parameters["comments"] = False
    return parameters


def _environment(history: History) -> dict[str, str]:
    """Return the settings of this history: a notebook in another folder would find another `.env`, or none."""
    return {
        "CSAT_DATABASE": history.location,
        "CSAT_TIMEZONE": history.timezone,
        "CSAT_AGENT_NAMES": str(history.agent_names),
        "CSAT_MAPPING": str(history.mapping or ""),
        "CSAT_TARGET": str(history.target or ""),
        "CSAT_TARGETS": str(history.targets or ""),
        **{f"CSAT_{name.upper()}": value for name, value in history.environment_definitions.items()},
        **history.thresholds.environment(),
    }


def _run_all(tasks: Sequence[Task], history: str | None, *, visible: bool) -> tuple[Outcome, ...]:
    """Run the tasks, and return their outcomes in the order of the tasks."""
    outcomes: dict[str, Outcome] = {}
    stage = findings.count_noun(len(tasks), "report")
    with bar(visible=visible) as show:
        show(stage, 0, "")
        for outcome in fan_out(tasks, timeout_seconds=TIMEOUT_SECONDS, history=history):
            outcomes[outcome.name] = outcome
            show(stage, len(outcomes) / len(tasks), outcome.name)
    return tuple(outcomes[task.name] for task in tasks)


def _write_index(found: Collection, source: Path, history: History, period: Period, where: Where) -> None:
    origin = Origin(source.name, _parameters(period, [], True, where), dt.datetime.now(dt.UTC))
    notice = describe_unread_answers(history)
    pieces = index_pieces(found.outcomes, history, period, found.index.parent, where)
    try:
        with replace_file(found.index, mode=SHARED) as draft:
            draft.write_text(pieces_to_html(pieces, origin, notice=notice), "utf-8")
    except OSError as error:
        raise ReportError(
            f"cannot write {found.index} ({reason(error)}): free some space or choose another --output"
        ) from None
