"""Cells executed in this very process, for a process that is given to one notebook: no kernel is started.

An engine of papermill, like the one that speaks to a kernel; a cell leaves the same outputs in the same order.
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
    """Executes a notebook in an IPython shell of this process, which keeps what the cells have done to it."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any
    ) -> None:
        """Execute the cells in order; an error in one ends it, as papermill finds by that cell's outputs."""
        # papermill would write the notebook twice for each cell; once is enough, as a process that dies keeps none.
        output_path, nb_man.output_path = nb_man.output_path, None
        try:
            cls._execute_cells(nb_man)
        finally:
            nb_man.output_path = output_path

    @staticmethod
    def _execute_cells(nb_man: NotebookExecutionManager) -> None:
        # The history of a person's own shell is not ours to write to.
        shell = RecordingShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        for index, cell in enumerate(nb_man.nb.cells):
            nb_man.cell_start(cell, index)
            succeeded = cell.cell_type != "code" or _execute(shell, cell)
            if not succeeded:
                nb_man.cell_exception(cell, index)
            nb_man.cell_complete(cell, index)
            if not succeeded:
                break


def _execute(shell: RecordingShell, cell: NotebookNode) -> bool:
    """Run one code cell and fill in its outputs; whether it came to its end."""
    with shell.recording(cell.outputs):
        result = shell.run_cell(cell.source, store_history=True)
    cell.execution_count = result.execution_count
    return bool(result.success)


class _Hook(DisplayHook):
    """The value of a cell's last line as an output."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: dict[str, Any] | None = None) -> None:
        shown = {"data": _as_text(format_dict), "metadata": md_dict or {}}
        output = new_output("execute_result", execution_count=self.prompt_count, **shown)
        self.shell.outputs.append(output)  # type: ignore[union-attr]

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Publisher(DisplayPublisher):
    """What a cell displays as an output; an update of an earlier display is one more."""

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any] | None = None, source: Any = None, **options: Any
    ) -> None:
        self.shell.outputs.append(new_output("display_data", data=_as_text(data), metadata=metadata or {}))

    def clear_output(self, wait: bool = False) -> None:
        self.shell.outputs.clear()


class _Stream(io.TextIOBase):
    """Printed text as an output; what follows directly on its own kind joins it."""

    def __init__(self, name: str, outputs: list[NotebookNode]):
        self._name, self._outputs = name, outputs

    def write(self, text: str) -> int:
        last = self._outputs[-1] if self._outputs else {}
        if last.get("name") == self._name:
            last["text"] += text
        elif text:
            self._outputs.append(new_output("stream", name=self._name, text=text))
        return len(text)


class RecordingShell(InteractiveShell):
    """An IPython shell that keeps what a cell prints, displays and fails with as a notebook's outputs."""

    outputs: list[NotebookNode]
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    @contextmanager
    def recording(self, outputs: list[NotebookNode]) -> Iterator[None]:
        """Put what comes into `outputs` for as long as the block lasts."""
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
