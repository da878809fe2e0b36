"""The summary of a pull: counts, and the few lines that its user reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..history.upsert import UpsertCounts


@dataclass(repr=False)
class Summary:
    """The result of a pull; printing it shows the counts as a few lines.

    Attributes
    ----------
    tickets, deleted : int
        Tickets read, and how many of them are deleted in Zendesk.
    responses, answered : int
        Survey responses and legacy ratings read, and how many of them are answered.
    legacy : int
        How many of these are ratings of legacy CSAT.
    saved : dict of str to UpsertCounts
        Rows that were new, and rows that changed, by table.
    attributed : Counter
        Answers for which the rated agent was determined, by method (audit, unchanged, current).
    credited : Counter
        Answers for which the credit by offer and solve was determined, by how the holder when solved is known.
    credit_audits : int or None
        Tickets whose audits were requested for it, one request or more each; None if none were wanted.
    missed : int or None
        Survey responses and legacy ratings that only `reconcile` found; None without it.
    unknown : int
        Bodies that could not be read fully and are kept in `unknown_bodies`.
    calls : int
        HTTP requests.
    waited_seconds, seconds : float
        Time spent waiting for rate limits and retries, and the time of the whole pull.
    notes : list of str
        What could not be done, one sentence each.

    Examples
    --------
    >>> print(Summary(tickets=3, unknown=1))
    tickets                 0 new, 0 changed  (3 read, 0 deleted)
    survey responses        0 new, 0 changed  (0 read, 0 answered)
    rated agents            0 answers         (none new)
    requests                0 in 0.0 s        (0 s waiting for rate limits and retries)
    1 body kept, not fully read; see csat status
    """

    tickets: int = 0
    deleted: int = 0
    responses: int = 0
    answered: int = 0
    legacy: int = 0
    saved: dict[str, UpsertCounts] = field(default_factory=dict)
    attributed: Counter[str] = field(default_factory=Counter)
    credited: Counter[str] = field(default_factory=Counter)
    credit_audits: int | None = None
    missed: int | None = None
    unknown: int = 0
    calls: int = 0
    waited_seconds: float = 0.0
    seconds: float = 0.0
    notes: list[str] = field(default_factory=list)

    def add(self, saved: Mapping[str, UpsertCounts]) -> None:
        """Add the counts of one stored page."""
        for table, counts in saved.items():
            before = self.saved.get(table, UpsertCounts())
            self.saved[table] = UpsertCounts(before.new + counts.new, before.changed + counts.changed)

    def __repr__(self) -> str:
        return str(self)  # the last line of a notebook cell shows it

    def __str__(self) -> str:
        legacy = f", {self.legacy:,} legacy ratings" if self.legacy else ""
        responses = f"{self.responses:,} read, {self.answered:,} answered{legacy}"
        waited = f"{self.waited_seconds:.0f} s waiting for rate limits and retries"
        answers = f"{sum(self.attributed.values()):>7,} answers"
        requests = f"{self.calls:>7,} in {self.seconds:.1f} s"
        lines = [
            _line("tickets", self._saved("tickets"), f"{self.tickets:,} read, {self.deleted:,} deleted"),
            _line("survey responses", self._saved("survey_responses"), responses),
            _line("rated agents", answers, _shares(self.attributed)),
            _line("requests", requests, waited),
        ]
        if self.credit_audits is not None:
            credited = f"{sum(self.credited.values()):>7,} answers"
            details = f"{_shares(self.credited)}; audits of {self.credit_audits:,} tickets"
            lines.insert(-1, _line("credited agents", credited, details))
        if self.missed is not None:
            lines.append(f"{'re-read':<17} {self.missed:>7,} survey responses had been missed")
        if self.unknown:
            bodies = "body" if self.unknown == 1 else "bodies"
            lines.append(f"{self.unknown:,} {bodies} kept, not fully read; see csat status")
        return "\n".join(lines + [f"note: {note}" for note in self.notes])

    def _saved(self, table: str) -> str:
        new, changed = self.saved.get(table, UpsertCounts())
        return f"{new:>7,} new, {changed:,} changed"


def _line(name: str, counts: str, details: str) -> str:
    return f"{name:<17} {counts:<24}  ({details})"


def _shares(counts: Mapping[str, int]) -> str:
    total = sum(counts.values()) or 1
    return ", ".join(f"{name} {count / total:.0%}" for name, count in sorted(counts.items())) or "none new"
