"""csat_analysis: a Zendesk account's customer-satisfaction surveys as answers.

    import csat_analysis as csat

    csat.pull()                                     # Zendesk -> history, with a progress bar
    history = csat.open_history()                   # CSAT_DATABASE, or a path, or a postgresql:// URL
    ratings = history.ratings("2026-08-03", "2026-11-16", group="Billing")      # a DataFrame
    csat.trend(history, by="group")                 # a question: n, estimate, low, high, verdict
    csat.flatten_answers(list_of_survey_responses)  # straight from JSON, no database

Words: a *survey response* is a survey offered, answered or not; its CSAT *rating* is good, neutral or bad; the
*history* holds both with the *tickets* they are about; *measures* count in the database, *estimates* put intervals
around the counts, *questions* join the two. Everything heavier than this page is imported when it is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .errors import CsatError
    from .flatten import flatten_answers
    from .history import History, open_history
    from .pull import pull
    from .questions import (
        agent_limits,
        agents,
        association,
        call_backs,
        case_mix,
        compare,
        csat,
        distribution,
        follow_up,
        low_ratings,
        period,
        reasons,
        response_rate,
        simpson_check,
        time_and_rating,
        times,
        trend,
    )
    from .status import status

__version__ = version("csat-analysis")

_ROOMS = {
    "errors": ["CsatError"],
    "flatten": ["flatten_answers"],
    "history": ["History", "open_history"],
    "pull": ["pull"],
    "questions": [
        "agent_limits", "agents", "association", "call_backs", "case_mix", "compare", "csat", "distribution",
        "follow_up", "low_ratings", "period", "reasons", "response_rate", "simpson_check", "time_and_rating", "times",
        "trend",
    ],
    "status": ["status"],
}  # fmt: skip
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


class _Package(ModuleType):
    """Keeps `csat.pull` the function: importing the submodule of that name would put the module in its place."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
