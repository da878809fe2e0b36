"""What a run brought, in counts and as the few lines that its user reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..history.upsert import UpsertCounts


@dataclass(repr=False)
class Summary:
    """What a run brought: counts of rows and calls, and what it could not do (`notes`).

    tickets, responses: rows received, `saved` how many of them were new or changed to the history, by table.
    attributed: answers by how it is known who was rated. missed: survey responses that only the re-read of
    `reconcile` brought; None without one. unknown: bodies kept raw.
    """

    tickets: int = 0
    deleted: int = 0
    responses: int = 0
    answered: int = 0
    legacy: int = 0
    saved: dict[str, UpsertCounts] = field(default_factory=dict)
    attributed: Counter[str] = field(default_factory=Counter)
    missed: int | None = None
    unknown: int = 0
    calls: int = 0
    waited_seconds: float = 0.0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def add(self, saved: Mapping[str, UpsertCounts]) -> None:
        """Count what saving a page did."""
        for table, counts in saved.items():
            before = self.saved.get(table, UpsertCounts())
            self.saved[table] = UpsertCounts(before.new + counts.new, before.changed + counts.changed)

    def __repr__(self) -> str:
        return str(self)  # the last line of a cell shows it

    def __str__(self) -> str:
        legacy = f", {self.legacy:,} of the old CSAT" if self.legacy else ""
        lines = [
            f"tickets        {self._saved('tickets')}  ({self.tickets:,} read, {self.deleted:,} deleted)",
            f"surveys        {self._saved('survey_responses')}  "
            f"({self.responses:,} read, {self.answered:,} answered{legacy})",
            f"who was rated  {sum(self.attributed.values()):>7,} answers  ({_shares(self.attributed)})",
            f"calls          {self.calls:>7,} in {self.seconds:.1f} s, {self.waited_seconds:.0f} s of them "
            "waited for limits and retries",
        ]
        if self.missed is not None:
            lines.append(f"re-read        {self.missed:>7,} survey responses had been missed")
        return "\n".join(lines + [f"note: {note}" for note in self.notes])

    def _saved(self, table: str) -> str:
        new, changed = self.saved.get(table, UpsertCounts())
        return f"{new:>7,} new, {changed:,} changed"


def _shares(counts: Mapping[str, int]) -> str:
    total = sum(counts.values()) or 1
    return ", ".join(f"{name} {count / total:.0%}" for name, count in sorted(counts.items())) or "nobody new"
