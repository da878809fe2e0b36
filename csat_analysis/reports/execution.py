"""Execute a notebook and export it as one HTML page, or fail with one clear error and without a page.

The page and the executed notebook contain the parameters, so parameters must not hold secrets.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from .. import errors
from ..errors import CsatError, ReportError
from ..files import PRIVATE, SHARED, delete_leftovers, publish, reason, temporary_folder
from ..history.answers import unchanged
from ..redaction import Secrets
from ..settings import load_settings
from .components import SUMMARY_MIME
from .html_export import to_html
from .kernels import execute_in_kernel, execute_in_process
from .notebooks import find_notebook
from .parameters import check_parameters
from .report import Environment, Report

if TYPE_CHECKING:
    from nbformat import NotebookNode

# python-jsonschema builds some 35 grammars for a URI format that Jupyter never checks, which costs 1.0 s at each
# start of papermill (python-jsonschema issue 1428). It skips them if the module is marked as absent.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

LOG = logging.getLogger(__name__)
CSAT_ERRORS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, CsatError)
}
PATHS_OF_PAPERMILL = ("input_path", "output_path")


def run(
    notebook: str | Path,
    *,
    parameters: Mapping[str, object],
    output: str | Path,
    environment: Mapping[str, str] | None = None,
    notice: str = "",
    cell_timeout_seconds: int = 600,
    in_process: bool = False,
) -> Report:
    """Execute a notebook and export it as an HTML page, with the executed notebook next to it.

    Parameters
    ----------
    notebook : str or Path
        The name of a notebook in `notebooks/`, or a path.
    parameters : mapping
        Values for the cell tagged "parameters": JSON types, and dates as ISO text.
    output : str or Path
        The page to write. Its folder is created if it does not exist.
    environment : mapping, optional
        Environment variables for the notebook, added to those of this process. Use them for settings and secrets.
    notice : str
        A line for the top of the page.
    cell_timeout_seconds : int
        The longest time for one cell. Does not apply in this process.
    in_process : bool
        Execute the cells in this process instead of a kernel. This is faster, but no cell can be stopped, and the
        notebook's changes to the process remain. Meant for a process that runs only this report.

    Returns
    -------
    Report
        The files and the summary.

    Raises
    ------
    InvalidChoice
        If there is no such notebook or parameter.
    ReportError
        If a file cannot be written, a cell fails or takes too long, or its process ends. The message of a
        CsatError is kept. `output` is not changed, and the notebook is kept as `*.failed.ipynb` if it was started.

    Examples
    --------
    >>> run("weekly_reprot", parameters={}, output="out.html")
    Traceback (most recent call last):
    csat_analysis.errors.InvalidChoice: unknown notebook 'weekly_reprot'; choose from: ...
    """
    source = find_notebook(notebook)
    page = Path(output).resolve()
    if page.with_suffix(".ipynb") == source:
        raise ReportError(f"{page} would replace the notebook {source}: choose another folder or name")
    check_parameters(source, parameters)
    variables = Environment({**os.environ, **(environment or {})})
    secrets = Secrets.find(variables, load_settings().secrets)
    timeout = None if in_process else cell_timeout_seconds
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        delete_leftovers(page.parent)
        with temporary_folder(page.parent) as folder:
            executed = _execute(source, page, parameters, variables, secrets, folder=folder, timeout=timeout)
            report = _publish(executed, page, folder, secrets, notice)
    except OSError as error:
        remedy = "free some space or choose another folder with --output"
        raise ReportError(f"cannot write the report to {page.parent} ({reason(error)}): {remedy}") from None
    LOG.info("report: page of %d kB written", report.html.stat().st_size // 1000)
    return report


def _execute(
    source: Path,
    page: Path,
    parameters: Mapping[str, object],
    environment: Mapping[str, str],
    secrets: Secrets,
    *,
    folder: Path,
    timeout: int | None,
) -> NotebookNode:
    """Execute the notebook; without a timeout in this process."""
    draft = folder / source.name
    try:
        if timeout is None:
            with unchanged(environment.get("CSAT_DATABASE", "")):
                return execute_in_process(source, draft, parameters, environment)
        return execute_in_kernel(source, draft, parameters, environment, cell_timeout_seconds=timeout)
    except _notebook_failures() as failure:
        kept = page.with_suffix(".failed.ipynb")
        message = secrets.redact(_explain(failure, source, draft, kept))
        _keep_failed(draft, kept, message, secrets)
        raise ReportError(message) from None


def _notebook_failures() -> tuple[type[Exception], ...]:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    return PapermillExecutionError, CellTimeoutError, DeadKernelError


def _explain(failure: Exception, source: Path, draft: Path, kept: Path) -> str:
    """Return one line: the message of a CsatError, else which cell failed and how, and the notebook to look at."""
    name = getattr(failure, "ename", "")
    message = " ".join(str(getattr(failure, "evalue", "")).split())
    if name in CSAT_ERRORS:
        return message
    what = {
        "CellTimeoutError": "took too long and was stopped",
        "DeadKernelError": "ended its process, perhaps because of too little memory",
    }.get(type(failure).__name__, f"failed: {name}: {message}")
    return f"{source.name}: code cell {_count_started_cells(draft)} {what} (see {kept})"


def _count_started_cells(draft: Path) -> int:
    cells = json.loads(draft.read_text("utf-8"))["cells"]
    return sum(
        cell["cell_type"] == "code"
        and "injected-parameters" not in cell["metadata"].get("tags", ())
        and cell["metadata"].get("papermill", {}).get("start_time") is not None
        for cell in cells
    )


def _keep_failed(draft: Path, kept: Path, message: str, secrets: Secrets) -> None:
    """Keep a failed notebook, with the failure in its metadata: papermill can mark it as completed."""
    notebook = json.loads(draft.read_text("utf-8"))
    notebook["metadata"]["csat_failed"] = message
    _remove_paths(notebook["metadata"])
    draft.write_text(secrets.redact(json.dumps(notebook, indent=1)), "utf-8")
    publish(draft, kept, mode=PRIVATE)


def _publish(executed: NotebookNode, page: Path, folder: Path, secrets: Secrets, notice: str) -> Report:
    """Write the page and the notebook, and rename both when they are complete."""
    _remove_paths(executed["metadata"])
    notebook = page.with_suffix(".ipynb")
    texts = {
        page: to_html(executed, notice=notice),
        notebook: json.dumps(executed, indent=1, ensure_ascii=False) + "\n",
    }
    for target, text in texts.items():
        (folder / target.name).write_text(secrets.redact(text), "utf-8")
    publish(folder / notebook.name, notebook, mode=PRIVATE)
    publish(folder / page.name, page, mode=SHARED)
    page.with_suffix(".failed.ipynb").unlink(missing_ok=True)
    summary = json.loads(secrets.redact(json.dumps(_last_summary(executed))))
    return Report(page, notebook, tuple(summary["lines"]), summary["numbers"])


def _last_summary(executed: NotebookNode) -> dict[str, object]:
    """Return what `page.summary` displayed last."""
    found: dict[str, object] = {"lines": [], "numbers": {}}
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            found = output.get("data", {}).get(SUMMARY_MIME, found)
    return found


def _remove_paths(metadata: dict[str, dict[str, str]]) -> None:
    """Replace the absolute paths that papermill records by file names."""
    recorded = metadata.get("papermill", {})
    for name in PATHS_OF_PAPERMILL:
        if recorded.get(name):
            recorded[name] = Path(recorded[name]).name
