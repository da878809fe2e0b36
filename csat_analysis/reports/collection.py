"""The reports of a week: one of all or of some groups, or one of each group and a page that leads to them."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from .. import findings, questions
from ..errors import CsatError
from ..findings.phrases import interval_of
from ..formats import NBSP, percent, points
from ..history import History
from ..history.database import Database
from ..periods import Period
from ..progress import bar
from ..verdicts import Verdict
from . import components as page
from .execution import Report, check_parameters, find_notebook, run
from .html_export import of_pieces
from .parallel import Outcome, Task, fan_out

INDEX = "index.html"
LONGEST_NAME = 150  # bytes; file systems take 255, and drafts and endings need some


@dataclass(frozen=True)
class Collection:
    """A report of each group, in alphabetical order, and the page that leads to them."""

    index: Path
    outcomes: tuple[Outcome, ...]

    @property
    def reports(self) -> list[Report]:
        """Those that were made."""
        return [one.report for one in self.outcomes if one.report]

    @property
    def failed(self) -> list[Outcome]:
        """Those that were not."""
        return [one for one in self.outcomes if not one.report]


def make(
    notebook: str, history: History, *, week: str | None = None, groups: Sequence[str] = (),
    comments: bool = True, output: Path = Path("reports"),
) -> Report:  # fmt: skip
    """One report of a week (by default the last complete one) and of groups (by default all of them).

    comments: False leaves customers' words out. output: the folder for page and executed notebook.
    Raises UnknownChoice for a group or notebook that is not there; what `report.run` raises.
    """
    source, chosen = find_notebook(notebook), history.validate_names("group", groups)
    task = _task(source, history, questions.period(history, week), chosen, comments, output)
    return run(task.notebook, parameters=task.parameters, output=task.output, environment=task.environment)


def make_each(
    notebook: str, history: History, *, week: str | None = None, groups: Sequence[str] = (),
    comments: bool = True, output: Path = Path("reports"), progress: bool = True,
    timeout_seconds: float = 900,
) -> Collection:  # fmt: skip
    """One report of each group (by default of all that ever had a rating), in a folder named after the week.

    All are made of one state of the history. A report that fails, or takes longer than `timeout_seconds`, stops
    no other; `index.html` lists it.
    Raises UnknownChoice for a group or notebook that is not there.
    """
    source, this = find_notebook(notebook), questions.period(history, week)
    names = sorted(history.validate_names("group", groups) or history.groups(), key=str.casefold)
    if not names:
        raise CsatError(
            f"{history.name} holds no ratings, so there is no group to report on: see csat status"
        )
    folder = output.resolve() / f"{source.stem}_{this.label}"
    files = _unlike(_fitting(f"{source.stem}_{this.label}_{_file_name(name)}") for name in names)
    outcomes: dict[str, Outcome] = {}
    with _snapshot(history) as frozen, bar(visible=progress) as show:
        tasks = [
            _task(source, frozen, this, [name], comments, folder, file)
            for name, file in zip(names, files, strict=True)
        ]
        check_parameters(source, {name for task in tasks for name in task.parameters})
        show(f"{len(tasks)} reports", 0, "")
        for outcome in fan_out(tasks, timeout_seconds=timeout_seconds):
            outcomes[outcome.name] = outcome
            show(f"{len(tasks)} reports", len(outcomes) / len(tasks), outcome.name)
        found = Collection(folder / INDEX, tuple(outcomes[name] for name in names))
        made = {"input_path": source.name, "parameters": {"week": this.label}, "end_time": _now()}
        _replace(found.index, of_pieces(_index(found, frozen, this), made))
    return found


def _task(
    source: Path, history: History, this: Period, chosen: Sequence[str], comments: bool,
    folder: Path, file: str = "",
) -> Task:  # fmt: skip
    parameters: dict[str, Any] = {"week": this.label}
    if chosen:
        parameters["group"] = list(chosen)
    if not comments:
        parameters["comments"] = False
    name = file or _fitting("_".join([source.stem, this.label, *map(_file_name, chosen)]))
    environment = {
        "CSAT_DATABASE": history.location,
        "CSAT_TIMEZONE": history.timezone,
        **history.thresholds.environment(),  # a notebook in another folder would find another .env, or none
    }
    return Task(
        findings.listed(chosen or ["all groups"]), source, parameters, folder / f"{name}.html", environment
    )


@contextmanager
def _snapshot(history: History) -> Iterator[History]:
    """The same history for as long as the block lasts: all reports are of one state, and a pull need not wait.

    A DuckDB file is copied; a server can be read and written at once, and is taken as it is.
    """
    if "://" in history.location:
        yield history
        return
    with tempfile.TemporaryDirectory(prefix="csat-") as folder:  # for its owner alone
        original = Path(history.location)
        with Database(history.location).connect():  # nobody writes meanwhile
            for file in (original, original.with_name(f"{original.name}.wal")):
                if file.exists():
                    _copy(file, Path(folder))
        yield History(
            str(Path(folder) / original.name), timezone=history.timezone, thresholds=history.thresholds
        )


def _copy(file: Path, folder: Path) -> None:
    try:
        shutil.copyfile(file, folder / file.name)
    except OSError as error:
        raise CsatError(
            f"cannot copy {file} to {folder.parent} ({error.strerror}): make room there, or set TMPDIR"
        ) from None


def _index(found: Collection, history: History, this: Period) -> list[page.Piece]:
    """The page's pieces: headline numbers of each group in alphabetical order, and what could not be made."""
    names = [one.name for one in found.outcomes]
    rows = questions.compare(history, this, by="group", group=names)
    pieces = [
        page.headline(
            f"{findings.movers(rows)} in {this.label}",
            f"{findings.counted(len(names), 'group')} in alphabetical order; each name leads to that group's report.",
            kicker=f"Customer satisfaction · {this} · {history.describe_source()}",
        ),
        page.table(
            _headline_numbers(found, rows, _calls(history, this, names)), limit=None, link={"Group": "file"}
        ),
        page.note(
            "Good: share of good ratings. Change: percentage points against the four weeks before. "
            f"{findings.how_judged(rows)} A group's own report judges that group alone."
        ),
    ]
    if found.failed:
        here = f"{found.index.parent}{os.sep}"  # a page for others to read does not tell of this machine's folders
        reasons = [(one.name, one.failure.replace(here, "")) for one in found.failed]
        why = pd.DataFrame(reasons, columns=["Group", "Why"])
        pieces += [page.finding(f"{_reports(len(why))} could not be made"), page.table(why, limit=None)]
    return pieces


def _headline_numbers(found: Collection, rows: pd.DataFrame, calls: pd.Series) -> pd.DataFrame:
    known = rows.set_index("group").reindex([one.name for one in found.outcomes])
    known[["n", "n_before"]] = known[["n", "n_before"]].fillna(0).astype(int)
    before, interval = known[["n", "n_before"]].min(axis=1) > 0, interval_of(rows)
    return pd.DataFrame(index=known.index, data={
        "Group": known.index,
        "file": [quote(one.report.html.name) if one.report else "" for one in found.outcomes],
        "Ratings": known["n"],
        f"Good ({interval})": _with_interval(known[["estimate", "low", "high"]], percent),
        f"Change ({interval})": _with_interval(known[["change", "change_low", "change_high"]][before], points),
        "Against the four weeks before": known["verdict"].fillna(Verdict.TOO_FEW),
        "To call back": calls.reindex(known.index, fill_value=0),
    })  # fmt: skip


def _calls(history: History, this: Period, names: list[str]) -> pd.Series:
    return questions.follow_up(history, this, group=names)["group"].value_counts()


def _with_interval(rows: pd.DataFrame, write: Callable[[float], str]) -> pd.Series:
    texts = {
        name: f"{write(estimate)} ({write(low)} to {write(high)})".replace(" ", NBSP)
        for name, estimate, low, high in rows.dropna().itertuples()
    }
    return pd.Series(texts, dtype=object)


def _reports(number: int) -> str:
    return findings.counted(number, "report")


def _fitting(name: str) -> str:
    """A name that a file system takes: a long one is cut, and what was cut still tells two apart."""
    if len(name.encode()) <= LONGEST_NAME:
        return name
    kept = name.encode()[:LONGEST_NAME].decode(errors="ignore")
    return f"{kept}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _file_name(text: str) -> str:
    return re.sub(r"\W+", "-", text).strip("-")[:60] or "group"


def _unlike(names: Iterable[str]) -> list[str]:
    """The names, numbered where a file system might take two for one."""
    taken: dict[str, str] = {}
    for name in names:
        numbered = itertools.chain([name], (f"{name}-{number}" for number in itertools.count(2)))
        free = next(one for one in numbered if one.casefold() not in taken)
        taken[free.casefold()] = free
    return list(taken.values())


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat()
