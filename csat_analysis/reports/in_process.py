"""A papermill engine that executes cells in this process, without starting a kernel.

For processes that run only one notebook. Outputs are the same, in the same order, as those of a kernel.
"""

from __future__ import annotations

import base64
import io
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING, Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from nbformat import NotebookNode
from nbformat.v4 import new_output
from papermill.engines import Engine
from traitlets import Type
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from papermill.engines import NotebookExecutionManager


class InProcess(Engine):
    """Executes a notebook in an IPython shell of this process. The process keeps all changes that cells make."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Execute the cells in order, and stop at an error, which papermill finds in the cell's outputs."""
        # papermill would write the notebook twice per cell. Once at the end is enough: nothing is kept if the
        # process dies.
        output_path = nb_man.output_path
        nb_man.output_path = None
        try:
            cls._execute_cells(nb_man)
        finally:
            nb_man.output_path = output_path

    @staticmethod
    def _execute_cells(nb_man: NotebookExecutionManager) -> None:
        # Do not write to the history of the user's own IPython shell.
        shell = RecordingShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        # This process may have executed another notebook before.
        shell.reset()
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            succeeded = cell.cell_type != "code" or _execute(shell, cell)
            if not succeeded:
                nb_man.cell_exception(cell, index)
            nb_man.cell_complete(cell, index)
            if not succeeded:
                break


def _execute(shell: RecordingShell, cell: NotebookNode) -> bool:
    """Run one code cell, store its outputs, and return whether it succeeded."""
    with shell.recording(cell.outputs):
        result = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = result.execution_count
    return bool(result.success)


class _Hook(DisplayHook):
    """Record the value of a cell's last line as an output."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        shown = {"data": _as_text(format_dict), "metadata": md_dict or {}}
        output = new_output("execute_result", execution_count=self.prompt_count, **shown)
        self.shell.outputs.append(output)  # type: ignore[union-attr]

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """Record what a cell displays as an output. An update of an earlier display is another output."""

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any] | None = None, source: Any = None, **options: Any
    ) -> None:
        self.shell.outputs.append(new_output("display_data", data=_as_text(data), metadata=metadata or {}))

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _Stream(io.TextIOBase):
    """Record printed text as an output, joined with the text before it if both are of the same stream."""

    def __init__(self, name: str, outputs: list[NotebookNode]):
        self._name = name
        self._outputs = outputs

    def write(self, text: str) -> int:
        last = self._outputs[-1] if self._outputs else {}
        if last.get("name") == self._name:
            last["text"] += text
        elif text:
            self._outputs.append(new_output("stream", name=self._name, text=text))
        return len(text)


class RecordingShell(InteractiveShell):
    """An IPython shell that records what a cell prints, displays and raises as outputs of a notebook."""

    outputs: list[NotebookNode]
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    @contextmanager
    def recording(self, outputs: list[NotebookNode]) -> Iterator[None]:
        """Record into `outputs` until exit."""
        self.outputs = outputs
        with redirect_stdout(_Stream("stdout", outputs)), redirect_stderr(_Stream("stderr", outputs)):
            yield

    def _showtraceback(self, etype: type, evalue: BaseException, stb: list[str]) -> None:
        self.outputs.append(new_output("error", ename=etype.__name__, evalue=str(evalue), traceback=stb))


def _as_text(data: dict[str, Any]) -> dict[str, Any]:
    return {
        kind: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in data.items()
    }
