"""The commands for notebooks: `csat lab` opens copies of them in JupyterLab, `csat notebooks` makes the copies."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..errors import CsatError
from .output import complain, result_is_saved, say, shows_progress

FOLDER = Path("csat_notebooks")
DEMO_FOLDER = Path("demo")


def notebooks(
    folder: Annotated[Path, typer.Argument(help="Folder for the copies.")] = FOLDER,
) -> None:
    """Copy the notebooks to a folder; files that exist there are kept.

    Example: csat notebooks csat_notebooks
    """
    _copy(folder)


def lab(
    context: typer.Context,
    demo: Annotated[bool, typer.Option("--demo", help="Open the demo's history.")] = False,
    folder: Annotated[Path, typer.Option(help="Folder for the copies of the notebooks.")] = FOLDER,
) -> None:
    """Open JupyterLab on the history, with copies of the notebooks. Other options go to JupyterLab.

    Example: csat lab --no-browser --port 8899
    """
    history = _demo_history() if demo else _own_history()
    _copy(folder)
    _start(folder, history, context.args)


def _copy(folder: Path) -> None:
    from ..reports.notebooks import copy_notebooks

    copied, kept = copy_notebooks(folder)
    with result_is_saved():
        say(f"{len(copied)} notebooks copied to {folder}, {len(kept)} already there and kept")


def _own_history() -> dict[str, str]:
    from ..history import open_history
    from ..settings import load_settings

    settings = load_settings()
    location = settings.database
    if "://" not in location and not location.startswith("parquet:") and not Path(location).exists():
        raise CsatError(f"there is no history at {location} yet: run csat pull, or csat lab --demo")
    history = open_history(settings=settings)
    return {"CSAT_DATABASE": history.location, "CSAT_TIMEZONE": history.timezone}


def _demo_history() -> dict[str, str]:
    from ..demo import TIMEZONE, refresh_demo

    database = refresh_demo(DEMO_FOLDER, progress=shows_progress())
    with result_is_saved():
        say(f"demo data: {database}")
    return {"CSAT_DATABASE": str(database), "CSAT_TIMEZONE": TIMEZONE}


def _start(folder: Path, history: dict[str, str], arguments: list[str]) -> None:
    """Run JupyterLab until it ends. A signal to this process ends JupyterLab and its kernels."""
    command = [sys.executable, "-m", "jupyterlab", str(folder), *arguments]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and "--allow-root" not in arguments:
        complain("warning: JupyterLab runs as root, so notebooks may change every file of this computer")
        command.append("--allow-root")
    # In a session of its own, JupyterLab gets no Ctrl-C, which it would answer with a question.
    process = subprocess.Popen(command, env={**os.environ, **history}, start_new_session=True)
    try:
        code = process.wait()
    finally:
        if process.poll() is None:
            _stop(process)
    raise typer.Exit(code)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End JupyterLab, and then the kernels that it has left."""
    import psutil

    with contextlib.suppress(psutil.Error):
        kernels = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        process.wait()
        for kernel in kernels:
            with contextlib.suppress(psutil.Error):
                kernel.kill()
