"""What every step of a pull uses: the account, the history, the settings, the summary and the progress bar."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..flatten import Labels, Row
from ..history import History
from ..progress import Show
from ..settings import Settings
from ..zendesk import Zendesk
from .summary import Summary

__all__ = ["EPOCH", "Json", "PullContext", "PullProgress", "PullSizes", "ResponseInputs", "Row"]

Json = dict[str, Any]

LOG = logging.getLogger(__name__)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class PullSizes(NamedTuple):
    """How much one request or transaction holds."""

    tickets_per_page: int = 1000  # the most that the export allows
    surveys_per_window: int = 500  # ten pages
    rows_per_transaction: int = 5000
    legacy_rows_per_transaction: int = 1000


class ResponseInputs(NamedTuple):
    """What is needed to store survey responses: labels, and the deleted tickets whose text is left out."""

    labels: Labels
    deleted_tickets: frozenset[int]


@dataclass
class PullProgress:
    """Shows what is being pulled, how far it is, how many requests were sent, and how long it waits."""

    account: Zendesk
    show: Show
    started: dt.datetime
    _begun: dict[str, dt.datetime] = field(default_factory=dict)
    _shown: tuple[str, float] = ("signing in", 0.0)

    def update(self, stage: str, share: float) -> None:
        """Show a stage and the share of it that is done."""
        step = stage.partition(",")[0]
        if step != self._shown[0].partition(",")[0]:
            LOG.info("pull: %s", step)
        self._shown = stage, share
        self.show(stage, share, f"{self.account.calls:,} requests")

    def update_to(self, stage: str, moments: Iterable[dt.datetime | None]) -> None:
        """Show how far a stage is between its first moment and the present."""
        known = [moment for moment in moments if moment]
        if not known:
            return
        first = self._begun.setdefault(stage, known[0])
        span = self.started - first
        self.update(f"{stage}, {known[-1]:%Y-%m-%d}", (known[-1] - first) / span if span else 1.0)

    def show_wait(self, seconds: float) -> None:
        """Show for how long the pull waits for a rate limit or a retry."""
        self.show(*self._shown, f"waits {seconds:.0f} s")


@dataclass(frozen=True)
class PullContext:
    """What every step of a pull uses. started: the present, by the clock of the server."""

    account: Zendesk
    history: History
    settings: Settings
    summary: Summary
    progress: PullProgress
    started: dt.datetime
    sizes: PullSizes
