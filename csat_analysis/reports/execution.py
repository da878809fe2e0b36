"""A notebook becomes an executed notebook and a self-contained HTML page, or one clear error and no page.

papermill executes; `webpage` exports what it returned. Both files hold the parameters: no place for secrets.
"""

from __future__ import annotations

import ast
import html
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import errors
from ..errors import CsatError, ReportError, UnknownChoice
from ..settings import load_settings
from .components import SUMMARY_MIME
from .html_export import to_html

if TYPE_CHECKING:
    from nbformat import NotebookNode

# python-jsonschema builds some 35 grammars for a URI format that Jupyter never checks: 1.0 s at each start of
# papermill (python-jsonschema issue 1428). It does without where the module is marked as absent.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
CSAT_ERRORS = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, CsatError)
}
SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|API_KEY|SMTP_URL|WEBHOOK", re.IGNORECASE)
PASSWORD_IN_URL = re.compile(r"://[^/@:\s]*:([^/@\s]+)@")


@dataclass(frozen=True)
class Report:
    """What a run has left: the page, the executed notebook, and the summary that the notebook displayed."""

    html: Path
    notebook: Path
    lines: tuple[str, ...]
    numbers: dict[str, Any]


def run(
    notebook: str | Path,
    *,
    parameters: Mapping[str, Any],
    output: str | Path,
    environment: Mapping[str, str] | None = None,
    cell_timeout_seconds: int = 600,
    in_process: bool = False,
) -> Report:
    """Execute a notebook and export it as the page `output`, with the executed notebook beside it.

    notebook: the name of one in `notebooks/`, or a path.
    parameters: values for the notebook's tagged cell; JSON types, dates as ISO text.
    environment: variables for the notebook's process on top of this one's: the way for settings and secrets.
    in_process: execute the cells in this very process, not in a kernel: quick, but no cell is stopped for its
        time, and whatever the notebook does to the process stays. For a process made for this one report.
    Raises UnknownChoice for a notebook or parameter that is not there; ReportError if the folder of `output`
    cannot be made, a cell fails (with a CsatError in its own words), runs too long or its process dies: then
    `output` is untouched, and the notebook, if it began, is kept as `*.failed.ipynb`, as far as it came.
    """
    source, page = find_notebook(notebook), Path(output).resolve()
    if page.with_suffix(".ipynb") == source:
        raise ReportError(f"{page} would replace the notebook {source} itself: choose another folder or name")
    check_parameters(source, parameters)
    environment = {**os.environ, **(environment or {})}
    secrets = _secrets(environment, load_settings().secrets)
    _make_folder(page.parent)
    with tempfile.TemporaryDirectory(prefix=f".csat-{os.getpid()}-", dir=page.parent) as folder:
        draft = Path(folder) / source.name
        how = (
            _here(source, environment)
            if in_process
            else _in_kernel(source, environment, cell_timeout_seconds)
        )
        try:
            executed = _execute(source, draft, parameters, how)
        except _failures() as failure:
            kept = page.with_suffix(".failed.ipynb")
            message = _redacted(_explain(failure, source, draft, kept), secrets)
            _keep_failed(draft, kept, message, secrets)
            raise ReportError(message) from None
        return _publish(executed, page, Path(folder), secrets)


def find_notebook(name: str | Path) -> Path:
    """The notebook at a path, or the one of that name in `notebooks/`.

    Raises UnknownChoice with the names there are.
    """
    path = Path(name)
    if path.suffix == ".ipynb" and path.is_file():
        return path.resolve()
    known = {notebook.stem: notebook for notebook in sorted(NOTEBOOKS.glob("*.ipynb"))}
    stem = path.name.removesuffix(".ipynb").replace("-", "_")
    if str(path.parent) != "." or stem not in known:
        raise UnknownChoice("notebook", name, known)
    return known[stem]


def check_parameters(source: Path, parameters: Iterable[str]) -> None:
    """Raise UnknownChoice if a notebook has no such parameter, ReportError if it is no notebook."""
    # papermill only warns of a name that the notebook does not know, and runs with the default.
    try:
        cells = json.loads(source.read_text("utf-8"))["cells"]
        tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", ())]
        known = [name for cell in tagged for name in _assigned("".join(cell["source"]))]
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise ReportError(f"{source} is no notebook that can run: {error}; open it in JupyterLab") from None
    for name in parameters:
        if name not in known:
            raise UnknownChoice("parameter", name, known)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        remedy = "name another folder with --output"
        raise ReportError(f"cannot make the folder {folder} ({error.strerror}): {remedy}") from None


def _assigned(code: str) -> list[str]:
    targets: list[ast.expr] = []
    for statement in ast.parse(code).body:
        targets += getattr(statement, "targets", None) or [getattr(statement, "target", ast.Constant(None))]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _execute(
    source: Path, draft: Path, parameters: Mapping[str, Any], how: Mapping[str, Any]
) -> NotebookNode:
    from papermill import execute_notebook

    return execute_notebook(
        str(source),
        str(draft),
        parameters=dict(parameters),
        kernel_name="python3",
        language="python",
        progress_bar=False,
        **how,
    )


def _in_kernel(source: Path, environment: Mapping[str, str], timeout: int) -> dict[str, Any]:
    """papermill's options for a kernel of its own."""
    from traitlets.config import Config

    return {
        "kernel_manager_class": _kernel_manager(source.parent, environment),
        # Encrypts where the kernel can, which also silences its warning of plain TCP.
        "config": Config({"KernelManager": {"transport_encryption": "auto"}}),
        "execution_timeout": timeout,
    }


def _here(source: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """papermill's options for this process, made like a kernel's: its variables, its folder."""
    from papermill.engines import papermill_engines

    from .in_process import InProcess

    papermill_engines.register("in-process", InProcess)
    os.environ.update(environment)
    os.chdir(source.parent)
    sys.path.insert(0, str(source.parent))
    return {"engine_name": "in-process"}


def _kernel_manager(folder: Path, environment: Mapping[str, str]) -> type:
    """A kernel of this very interpreter, whatever is installed as "python3", started in `folder`.

    The folder is not given to papermill, which would change that of the whole process, of other reports too.
    """
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class OwnInterpreter(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            # At its end a kernel is interrupted and would say so as an error; failures come by message, not log.
            return KernelSpec(**get_kernel_dict(["--log-level=50"]))

        async def _async_pre_start_kernel(self, **launch: Any) -> tuple[list[str], dict[str, Any]]:
            return await super()._async_pre_start_kernel(
                **{**launch, "cwd": str(folder), "env": dict(environment)}
            )

    return OwnInterpreter


def _failures() -> tuple[type[Exception], ...]:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    return PapermillExecutionError, CellTimeoutError, DeadKernelError


def _explain(failure: Exception, source: Path, draft: Path, kept: Path) -> str:
    """One line: a CsatError in its own words, else which cell failed, how, and where to look."""
    name, words = getattr(failure, "ename", ""), " ".join(str(getattr(failure, "evalue", "")).split())
    if name in CSAT_ERRORS:
        return words
    what = {
        "CellTimeoutError": "ran too long and was stopped",
        "DeadKernelError": "ended its process: perhaps the memory was not enough",
    }.get(type(failure).__name__, f"failed: {name}: {words}")
    return f"{source.name}: code cell {_cells_started(draft)} {what} (see {kept})"


def _cells_started(draft: Path) -> int:
    cells = json.loads(draft.read_text("utf-8"))["cells"]
    return sum(
        cell["cell_type"] == "code"
        and "injected-parameters" not in cell["metadata"].get("tags", ())
        and cell["metadata"].get("papermill", {}).get("start_time") is not None
        for cell in cells
    )


def _keep_failed(draft: Path, kept: Path, message: str, secrets: set[str]) -> None:
    """The notebook as far as it came; a stopped one would otherwise say that it was completed."""
    notebook = json.loads(draft.read_text("utf-8"))
    notebook["metadata"]["csat_failed"] = message
    draft.write_text(_redacted(json.dumps(_without_paths(notebook), indent=1), secrets), "utf-8")
    draft.replace(kept)


def _publish(executed: NotebookNode, page: Path, folder: Path, secrets: set[str]) -> Report:
    """Write page and notebook under other names and move them into place when both are whole."""
    _without_paths(executed)
    drafts = {
        page: to_html(executed),
        page.with_suffix(".ipynb"): json.dumps(executed, indent=1, ensure_ascii=False) + "\n",
    }
    for target, text in drafts.items():
        (folder / target.name).write_text(_redacted(text, secrets), "utf-8")
    for target in drafts:
        (folder / target.name).replace(target)
    page.with_suffix(".failed.ipynb").unlink(missing_ok=True)
    summary = json.loads(_redacted(json.dumps(_summary(executed)), secrets))
    return Report(page, page.with_suffix(".ipynb"), tuple(summary["lines"]), summary["numbers"])


def _summary(executed: NotebookNode) -> dict[str, Any]:
    """What `page.summary` displayed last."""
    found: dict[str, Any] = {"lines": [], "numbers": {}}
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            found = output.get("data", {}).get(SUMMARY_MIME, found)
    return found


def _without_paths(notebook: Any) -> Any:
    """papermill notes absolute paths; the name says enough and does not tell of this machine."""
    made = notebook["metadata"].get("papermill", {})
    for name in ("input_path", "output_path"):
        if made.get(name):
            made[name] = Path(made[name]).name
    return notebook


def _secrets(environment: Mapping[str, str], known: set[str]) -> set[str]:
    """What must not be shown: what is known, values by the name of their variable, passwords in addresses."""
    named = {value for name, value in environment.items() if SECRET_NAME.search(name)}
    inside = {password for value in environment.values() for password in PASSWORD_IN_URL.findall(value)}
    return {secret for secret in known | named | inside if len(secret) >= 6}


def _redacted(text: str, secrets: set[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        for written in (secret, json.dumps(secret)[1:-1], html.escape(secret)):
            text = text.replace(written, "[secret]")
    return text
