"""Make one report of the history of some settings. Imports little: another process does the work."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .notebooks import is_own
from .parallel import Task, make_apart
from .report import Report

if TYPE_CHECKING:
    from ..settings import Settings


def make_report_of(settings: Settings, notebook: str, *, output: Path, **options: Any) -> Report:
    """Make one report, with the options of `collection.make_report`.

    A notebook of this package is executed in a new process without a kernel. Others get a kernel of their own, in which
    each cell can be stopped.

    Raises
    ------
    CsatError
        As `collection.make_report`.
    """
    make = partial(_make, settings, notebook, output=output, **options)
    if not is_own(notebook):
        return make()
    return make_apart(Task(notebook, partial(make, in_process=True), output))


def _make(settings: Settings, notebook: str, **options: Any) -> Report:
    from ..history import open_history
    from .collection import make_report

    return make_report(notebook, open_history(settings=settings), **options)
