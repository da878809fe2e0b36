"""Find notebooks by name, and check the names of their parameters."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable
from pathlib import Path

from ..errors import ReportError, UnknownChoice

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def find_notebook(name: str | Path, *, folder: Path = NOTEBOOKS) -> Path:
    """Return the path of a notebook.

    Parameters
    ----------
    name : str or Path
        The path of a notebook, or the name of one in `folder`, such as "weekly_report" or "weekly-report".
    folder : Path
        Where to look for names.

    Raises
    ------
    UnknownChoice
        If neither exists.

    Examples
    --------
    >>> find_notebook("weekly-report").name
    'weekly_report.ipynb'
    """
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    notebooks = {notebook.stem: notebook for notebook in sorted(folder.glob("*.ipynb"))}
    stem = path.name.removesuffix(".ipynb").replace("-", "_")
    if str(path.parent) != "." or stem not in notebooks:
        raise UnknownChoice("notebook", name, notebooks)
    return notebooks[stem]


def check_parameters(source: Path, names: Iterable[str]) -> None:
    """Check that a notebook has all these parameters.

    papermill only warns of an unknown parameter and runs with the default.

    Raises
    ------
    UnknownChoice
        If the notebook has no such parameter.
    ReportError
        If the file is not a notebook.
    """
    valid = parameter_names(source)
    for name in names:
        if name not in valid:
            raise UnknownChoice("parameter", name, valid)


def parameter_names(source: Path) -> list[str]:
    """Return the names assigned in the cells tagged "parameters".

    `papermill.inspect_notebook` is not used: it needs a kernel name, and skips parameters whose default contains
    "#" or "=".

    Raises
    ------
    ReportError
        If the file is not a notebook.
    """
    try:
        cells = json.loads(source.read_text("utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
        return [name for cell in tagged for name in _assigned_names("".join(cell["source"]))]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, SyntaxError) as error:
        reason = " ".join(str(error).split())
        raise ReportError(f"{source} is not a notebook ({reason}): open it in JupyterLab") from None


def _assigned_names(code: str) -> list[str]:
    targets: list[ast.expr] = []
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Assign):
            targets += statement.targets
        elif isinstance(statement, ast.AnnAssign):
            targets.append(statement.target)
    return [target.id for target in targets if isinstance(target, ast.Name)]
