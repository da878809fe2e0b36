"""What making a report returns, in a module that imports nothing: the process that waits for a report stays small."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Report:
    """The files of a report, and the summary that the notebook displayed.

    Attributes
    ----------
    html : Path
        The page.
    notebook : Path
        The executed notebook.
    lines : tuple of str
        The sentences of the summary.
    numbers : dict
        The numbers behind them.
    workbook : Path, optional
        The answers as an .xlsx file.
    """

    html: Path
    notebook: Path
    lines: tuple[str, ...]
    numbers: dict[str, object]
    workbook: Path | None = None


class Environment(dict[str, str]):
    """Environment variables, which are not shown in a traceback."""

    def __repr__(self) -> str:
        return f"Environment({len(self)} variables)"
