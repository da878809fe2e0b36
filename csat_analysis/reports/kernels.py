"""Where a notebook's cells run: in a kernel of their own, or in this process."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jupyter_client.manager import AsyncKernelManager
    from nbformat import NotebookNode

STOP_SECONDS = 2.0


def execute_in_kernel(
    source: Path,
    draft: Path,
    parameters: Mapping[str, object],
    environment: Mapping[str, str],
    *,
    cell_timeout_seconds: int,
) -> NotebookNode:
    """Execute a notebook in a new kernel, which is killed if this process is interrupted.

    papermill runs in a thread because nbclient would replace this process's signal handlers in the main thread.
    """
    from traitlets.config import Config

    kernels: list[AsyncKernelManager] = []
    options = {
        "kernel_manager_class": _kernel_manager(source.parent, environment, kernels),
        # Encrypts the connection where the kernel can, which also avoids its warning about plain TCP.
        "config": Config({"KernelManager": {"transport_encryption": "auto"}}),
        "execution_timeout": cell_timeout_seconds,
    }
    pool = ThreadPoolExecutor(1, thread_name_prefix="papermill")
    running = pool.submit(_execute_in_thread, source, draft, parameters, options)
    try:
        return running.result()
    except (KeyboardInterrupt, SystemExit):
        _kill(kernels)
        with contextlib.suppress(Exception):
            running.exception(timeout=STOP_SECONDS)
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def execute_in_process(
    source: Path, draft: Path, parameters: Mapping[str, object], environment: Mapping[str, str]
) -> NotebookNode:
    """Execute a notebook in this process, which is expected to end after it.

    The process gets the environment and the working folder that a kernel would have.
    """
    from papermill.engines import papermill_engines

    from .in_process import InProcess

    papermill_engines.register("in-process", InProcess)
    os.environ.update(environment)
    os.chdir(source.parent)
    if str(source.parent) not in sys.path:
        sys.path.insert(0, str(source.parent))
    return _execute(source, draft, parameters, {"engine_name": "in-process"})


def _execute_in_thread(
    source: Path, draft: Path, parameters: Mapping[str, object], options: Mapping[str, object]
) -> NotebookNode:
    """Execute a notebook, and close the event loop that nbclient leaves open."""
    from jupyter_core.utils import ensure_event_loop

    # Without a handler, Python prints their errors to the terminal. Failures are reported by exceptions.
    for name in ("papermill", "traitlets"):
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        return _execute(source, draft, parameters, options)
    finally:
        ensure_event_loop().close()


def _execute(
    source: Path, draft: Path, parameters: Mapping[str, object], options: Mapping[str, object]
) -> NotebookNode:
    from papermill import execute_notebook

    return execute_notebook(
        str(source),
        str(draft),
        parameters=dict(parameters),
        kernel_name="python3",
        language="python",
        progress_bar=False,
        **options,
    )


def _kernel_manager(folder: Path, environment: Mapping[str, str], started: list[AsyncKernelManager]) -> type:
    """Return a class of kernels with this interpreter, a folder to run in and an environment.

    papermill's own option for the folder changes the working folder of the whole process.
    """
    from ipykernel.kernelspec import get_kernel_dict
    from jupyter_client.kernelspec import KernelSpec
    from jupyter_client.manager import AsyncKernelManager

    class OwnInterpreter(AsyncKernelManager):
        @property
        def kernel_spec(self) -> KernelSpec:
            # A kernel is interrupted at its end and would log that as an error. Failures arrive as messages.
            return KernelSpec(**get_kernel_dict(["--log-level=50"]))

        async def _async_pre_start_kernel(self, **launch: Any) -> tuple[list[str], dict[str, Any]]:
            started.append(self)
            changes = {"cwd": str(folder), "env": dict(environment)}
            return await super()._async_pre_start_kernel(**{**launch, **changes})

    return OwnInterpreter


def _kill(kernels: list[AsyncKernelManager]) -> None:
    """Kill the processes of kernels, and the processes that they started."""
    import psutil

    for process in _processes(kernels):
        with contextlib.suppress(psutil.Error):
            for child in process.children(recursive=True):
                child.kill()
        with contextlib.suppress(psutil.Error):
            process.kill()


def _processes(kernels: list[AsyncKernelManager]) -> Iterator[Any]:
    import psutil

    for kernel in kernels:
        pid = getattr(kernel.provisioner, "pid", None)
        if pid and psutil.pid_exists(pid):
            yield psutil.Process(pid)
