"""The user's own mapping of agents (CSAT_MAPPING) as dimensions: team, region or site on the day of a rating.

Both views name the agent of a row, so the expressions compare names: no table is created, and a role that only reads
can use them on every engine.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import ibis
from ibis.expr.types import BooleanValue, StringValue

from ..errors import CsatError
from .mapping_file import Line, MappingFile, read_mapping_file
from .views import unique_names

if TYPE_CHECKING:
    from .store import History


# Id of an agent -> name.
Names = Mapping[int | str, str]


class Case(NamedTuple):
    """A value, and the agents that have it from the first to the last day (None: no bound)."""

    value: str
    agents: tuple[str, ...]
    first: dt.date | None
    last: dt.date | None


class Placed(NamedTuple):
    """A line of the mapping with the agent's name in the views, and whether the history has this agent."""

    line: Line
    agent: str
    is_known: bool


class MappingStatus(NamedTuple):
    """What does not fit between a mapping and a history: names of agents.

    unknown: in the file only. unmapped: with ratings on days without a line.
    """

    path: str
    unknown: list[str]
    unmapped: list[str]


def find_cases(found: MappingFile, placed: Sequence[Placed], column: str) -> tuple[Case, ...]:
    """Return the values of a column with their agents and days. An empty cell is no value."""
    index = found.columns.index(column)
    agents: dict[tuple[str, dt.date | None, dt.date | None], list[str]] = defaultdict(list)
    for one in placed:
        if value := one.line.values[index]:
            agents[value, one.line.first, one.line.last].append(one.agent)
    return tuple(Case(value, tuple(names), *days) for (value, *days), names in agents.items())


def value_of(table: ibis.Table, cases: Sequence[Case]) -> StringValue:
    """Return the value of each row of a view, by its agent and its day; null without one."""
    if not cases:
        return ibis.null("string")
    return ibis.cases(*((_holds(table, case), case.value) for case in cases), else_=ibis.null("string"))


def _holds(table: ibis.Table, case: Case) -> BooleanValue:
    holds = table.agent.isin(case.agents)
    if case.first:
        holds = holds & (table.day >= case.first)
    if case.last:
        holds = holds & (table.day <= case.last)
    return holds


def read_mapping(history: History, reserved: Mapping[str, str]) -> MappingFile | None:
    """Return the mapping of a history; None without one.

    reserved: names in lower case that a column must not have -> what has that name.
    Raises CsatError if the file is malformed.
    """
    if history.mapping is None:
        return None
    found = read_mapping_file(history.mapping)
    for name in found.columns:
        if what := reserved.get(name.casefold()):
            raise CsatError(f"{found.path}: the column {name!r} has the name of {what}: rename it")
    return found


def place_agents(history: History, found: MappingFile) -> list[Placed]:
    """Return the lines of a mapping with the agents of the history.

    Raises CsatError if a name is that of several agents, or if periods of one agent overlap.
    """
    shown = _names(history.rows(lambda con: con.table("agents")))
    true = _names(history.rows(lambda con: con.true_agents()))
    in_views = _names_in_views(shown)
    ids: dict[str, set[int | str]] = defaultdict(set)
    for names in (true, _names_in_views(true), shown, in_views):
        for number, name in names.items():
            if name:
                ids[" ".join(name.split()).casefold()].add(number)
    placed = [_place(found, line, ids, in_views) for line in found.lines]
    _check_overlaps(found, placed)
    return placed


def describe_mapping(history: History, found: MappingFile) -> MappingStatus:
    """Return which agents only the mapping has, and which agents with ratings it lacks."""
    placed = place_agents(history, found)
    days = defaultdict(list)
    for one in placed:
        days[one.line.first, one.line.last].append(one.agent)
    cases = [Case("mapped", tuple(names), *bounds) for bounds, names in days.items()]

    def query(con: Any) -> ibis.Table:
        rows = history.select(con, "ratings")
        rows = rows.filter(rows.agent_id.notnull())
        is_mapped = value_of(rows, cases).notnull().ifelse(1, 0)
        return rows.aggregate(by="agent", n=rows.count(), mapped=is_mapped.sum())

    rated = history.rows(query)
    names = {row["agent"] for row in rated}
    unknown = dict.fromkeys(one.line.who for one in placed if not one.is_known and one.agent not in names)
    unmapped = sorted(row["agent"] for row in rated if row["mapped"] < row["n"])
    return MappingStatus(str(found.path), list(unknown), unmapped)


def _names(rows: Sequence[Mapping[str, Any]]) -> Names:
    return {row["agent_id"]: row["name"] or "" for row in rows}


def _names_in_views(names: Names) -> Names:
    """Return the names that the views give to agents: one without a name has its id."""
    return {number: f"agent {number}" for number in names} | unique_names(names)


def _place(found: MappingFile, line: Line, ids: Mapping[str, set[int | str]], names: Names) -> Placed:
    number = line.agent_id
    if number is None:
        alike = sorted(ids.get(line.agent.casefold(), ()), key=str)
        if len(alike) > 1:
            numbers = " and ".join(map(str, alike))
            raise CsatError(
                f"{found.path}, line {line.number}: {line.agent!r} is the name of agents {numbers}: give agent_id"
            )
        if not alike:
            return Placed(line, line.agent, is_known=False)
        number = alike[0]
    return Placed(line, names.get(number, f"agent {number}"), is_known=number in names)


def _check_overlaps(found: MappingFile, placed: Sequence[Placed]) -> None:
    of_agent = defaultdict(list)
    for one in placed:
        of_agent[one.agent.casefold()].append(one.line)
    for lines in of_agent.values():
        for before, after in pairwise(sorted(lines, key=lambda line: line.first or dt.date.min)):
            if before.last is None or before.last >= (after.first or dt.date.min):
                earlier, later = sorted((before.number, after.number))
                raise CsatError(
                    f"{found.path}, lines {earlier} and {later}: the days of agent {after.who!r} overlap; "
                    "both days of a line are included"
                )
