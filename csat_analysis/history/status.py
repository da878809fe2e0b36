"""Describe how fresh and how complete a history is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import ibis
import pandas as pd

from ..definitions import Definitions
from ..errors import CsatError, HistoryError
from ..settings import LOOPBACK
from .completeness import begins, gaps
from .definitions import definition_notes
from .dimensions import find_mapping
from .mapping import MappingStatus, describe_mapping
from .opening import open_history
from .rebases import Rebase, read_rebases
from .store import History
from .targets import check_values, read_targets

# Agents that are listed; all of them are in `Status.mapping`.
SHOWN_AGENTS = 10
STALE = dt.timedelta(days=8)  # a weekly pull that is a day late
# Rules of the definition `credit` that differ from the holder when rated.
OTHER_CREDITS = ("offered", "solved")
COUNTED = (
    "tickets",
    "survey_responses",
    "survey_answers",
    "rating_changes",
    "agents",
    "groups",
    "unknown_bodies",
)


@dataclass(frozen=True)
class Status:
    """The state of a history: whose it is, what it holds, its last pulls, and what is wrong. JupyterLab shows a table.

    name: where it is, without a password. begins: day of the first survey. gaps: what is missing in it. warnings: what
    to know of its pulls. rebases: known changes. definitions: what counts as good, and so on. credits: how many ratings
    other rules credit to another agent or group, or to nobody who is known. mapping: what does not fit between it and
    the mapping of agents; None without one, its error where it is malformed. targets: the error of the file of targets.
    """

    name: str
    account: str
    timezone: str
    counts: dict[str, int]
    last_rating: dt.datetime | None
    last_done: dt.datetime | None
    attribution: dict[str, int]
    pulls: pd.DataFrame
    begins: dt.date | None
    gaps: list[str]
    warnings: list[str]
    rebases: list[Rebase]
    definitions: Definitions
    credits: dict[str, int]
    mapping: MappingStatus | CsatError | None = None
    targets: CsatError | None = None

    @property
    def facts(self) -> dict[str, str]:
        """What the history is and holds: label -> text."""
        return {
            "history": self.name,
            "account": f"{_owner(self.account)}, weeks in {self.timezone}",
            "first survey": f"{self.begins or 'none'}",
            "last pull": _minute(self.last_done),
            "last rating": _minute(self.last_rating),
            "rows": _counts(self.counts),
            "rated agent": _counts(self.attribution) or "none",
            "definitions": ", ".join(f"{name} {value}" for name, value in self.definitions._asdict().items()),
            "credit": "; ".join(
                f"{rule}: {self.credits[f'{rule} differs']:,} differ, {self.credits[f'{rule} not known']:,} not known"
                for rule in OTHER_CREDITS
            ),
        }

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """What is missing, what changed and what else to know: pairs of label and text."""
        return [
            *(("gap", gap) for gap in self.gaps or ["none found"]),
            *(("rebase", f"{one.day} {one.group or 'all groups'}: {one.text}") for one in self.rebases),
            *(("mapping", text) for text in _mapping_remarks(self.mapping)),
            *([("targets", str(self.targets))] if self.targets else []),
            *(("note", warning) for warning in self.warnings),
        ]

    def __repr__(self) -> str:
        return "\n".join(f"{label:<14}{text}" for label, text in [*self.facts.items(), *self.remarks])

    def _repr_html_(self) -> str:
        rows = pd.DataFrame([*self.facts.items(), *self.remarks])
        # JupyterLab aligns cells to the right, as numbers.
        return rows.to_html(header=False, index=False, border=0).replace(
            "<td>", '<td style="text-align: left">'
        )


def _owner(url: str) -> str:
    return f"demo data at {url}" if urlsplit(url).hostname in LOOPBACK else url


def status(history: History | None = None, *, now: dt.datetime | None = None) -> Status:
    """Describe what a history holds and how fresh it is.

    Parameters
    ----------
    history
        The history; by default the one that `open_history` finds.
    now
        The present, in UTC; by default that of the clock.

    Returns
    -------
    Status
        Account, time zone, rows per table, last pulls, gaps and warnings.

    Raises
    ------
    HistoryError
        If there is no history.

    Examples
    --------
    >>> csat.status().facts["account"]  # doctest: +SKIP
    'https://acme.zendesk.com, weeks in Europe/Berlin'
    """
    history = open_history() if history is None else history
    # Each part would open the history again.
    with history.keep_open():
        return _describe(history, now or dt.datetime.now(dt.UTC))


def _describe(history: History, now: dt.datetime) -> Status:
    url, _ = history.account()
    of_each = history.accounts() or {"": history}
    return Status(
        name=history.name,
        account=url,
        timezone=history.timezone,
        counts={name: _count(history, name) for name in COUNTED},
        last_rating=_last_rating(history),
        last_done=history.last_pull(),
        attribution=_attribution(history),
        pulls=_last_pulls(history),
        begins=max(filter(None, map(begins, of_each.values())), default=None),
        gaps=_named({name: gaps(one) for name, one in of_each.items()}),
        warnings=[
            *_named({name: _warnings(one, now) for name, one in of_each.items()}),
            *definition_notes(history),
        ],
        rebases=read_rebases(history),
        mapping=_mapping(history),
        targets=_targets(history),
        definitions=history.definitions,
        credits=_credits(history),
    )


def _mapping(history: History) -> MappingStatus | CsatError | None:
    try:
        found = find_mapping(history)
        return describe_mapping(history, found) if found else None
    except HistoryError:
        raise
    except CsatError as error:
        return error


def _targets(history: History) -> CsatError | None:
    try:
        check_values(history, read_targets(history))
    except HistoryError:
        raise
    except CsatError as error:
        return error
    return None


def _mapping_remarks(found: MappingStatus | CsatError | None) -> list[str]:
    if found is None:
        return []
    if isinstance(found, CsatError):
        return [str(found)]
    texts = []
    if found.unknown:
        texts.append(f"{found.path} names agents that are not in the history: {_list(found.unknown)}")
    if found.unmapped:
        texts.append(f"agents with ratings on days without a line in {found.path}: {_list(found.unmapped)}")
    return texts or [f"{found.path} has all agents with ratings"]


def _list(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN_AGENTS} more" if len(names) > SHOWN_AGENTS else ""
    return ", ".join(names[:SHOWN_AGENTS]) + more


def _count(history: History, name: str) -> int:
    return int(history.rows(lambda con: con.table(name).aggregate(n=ibis._.count()))[0]["n"])


def _last_rating(history: History) -> dt.datetime | None:
    def query(con: Any) -> Any:
        responses = con.table("survey_responses")
        return responses.aggregate(moment=responses.updated_at.max())

    return history.rows(query)[0]["moment"]


def _attribution(history: History) -> dict[str, int]:
    def query(con: Any) -> Any:
        answers = con.table("survey_responses").filter(ibis._.attribution.notnull())
        return answers.aggregate(by="attribution", n=ibis._.count()).order_by("attribution")

    return {row["attribution"]: row["n"] for row in history.rows(query)}


def _credits(history: History) -> dict[str, int]:
    """Count the ratings that are credited otherwise by offer and by solve, and those of which it is not known."""

    def query(con: Any) -> Any:
        r, c = con.table("survey_responses"), con.table("credits")
        rated = r.filter(r.submitted_at.notnull(), r.rating_category.notnull()).left_join(c, "response_id")
        counts = {}
        for rule in OTHER_CREDITS:
            known = rated[f"{rule}_attribution"].isin(["unchanged", "audit"]).fill_null(False)
            same = [rated[f"{rule}_{one}"].identical_to(rated[one]) for one in ("agent_id", "group_id")]
            counts[f"{rule} differs"] = (known & ~(same[0] & same[1])).ifelse(1, 0).sum()
            counts[f"{rule} not known"] = known.ifelse(0, 1).sum()
        return rated.aggregate(**counts)

    return {name: number or 0 for name, number in history.rows(query)[0].items()}


def _minute(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "none"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number:,}" for name, number in counts.items())


def _named(texts: Mapping[str, list[str]]) -> list[str]:
    """Return the texts of each account with its name before them; a history of one account has none."""
    return [f"{name}: {text}" if name else text for name, listed in texts.items() for text in listed]


def _last_pulls(history: History) -> pd.DataFrame:
    return history.read(lambda con: con.table("pulls").order_by(ibis.desc("started_at")).limit(5))


def _warnings(history: History, now: dt.datetime) -> list[str]:
    pulls, last_done = _last_pulls(history), history.last_pull()
    unknown = _count(history, "unknown_bodies")
    found = []
    if last_done is None:
        found.append("no pull has come to its end yet: run csat pull")
    elif now - last_done > STALE:
        found.append(f"the last complete pull is {(now - last_done).days} days old: run csat pull")
    if len(pulls) and pulls["outcome"].iloc[0] == "failed":
        found.append(f"the last pull failed: {pulls['error'].iloc[0]}")
    if len(pulls) and pulls["outcome"].iloc[0] == "running":
        found.append("a pull is running, or was killed; the next one goes on from there")
    if unknown:
        found.append(f"{unknown:,} bodies kept, not fully read; see the table unknown_bodies")
    return found
