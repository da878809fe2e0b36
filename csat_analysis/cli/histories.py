"""Open the history that a command reads, and say so where it is the demo's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .output import complain

if TYPE_CHECKING:
    from ..history import History
    from ..settings import Settings


def open_to_read(settings: Settings | None = None) -> History:
    """Return the history of the settings. Where that is the demo's, because nothing else is set, say it."""
    from ..history import open_history
    from ..settings import load_settings

    settings = settings or load_settings()
    say_if_demo(settings)
    return open_history(settings=settings)


def say_if_demo(settings: Settings) -> None:
    """Say that the demo's history is read, because nothing else is set."""
    if settings.database_to_read != settings.database:
        complain(f"demo data: {settings.database_to_read}")
