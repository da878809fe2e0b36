"""Histories of the simulated accounts of the benchmark, and what the public questions claim about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from accounts_without_effects import Account
from weekly_claims import FIRST_DAY, WINDOW, Claim, Counts, claims_of_report

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.estimates import find_lasting_changes
from csat_analysis.estimates.levels import Source
from csat_analysis.history import History
from csat_analysis.verdicts import Verdict

DIRECTIONS = {Verdict.LOWER: -1, Verdict.HIGHER: 1}
TIMES = ["first_reply_minutes", "requester_wait_minutes", "full_resolution_minutes"]
# Not claimed by a public question: the histories have no targets.
NOT_JUDGED = {Source.TARGETS}


def history_of(account: Account, path: Path) -> History:
    """Return a history with the ratings of an account: groups "G0", "G1" ... and agents "A00", "A01" ..."""
    history = History(str(path))
    history.create_or_migrate("https://example.zendesk.com", "UTC")
    days = FIRST_DAY + 7 * account.week + account.day
    at = pd.DatetimeIndex(days.astype("datetime64[ns]")).tz_localize("UTC") + pd.Timedelta(hours=12)
    ticket, agent, group = np.arange(at.size) + 1, account.agent + 1, account.group + 1
    tickets = pd.DataFrame({"ticket_id": ticket, "assignee_id": agent, "group_id": group, "created_at": at})
    tickets = tickets.assign(status="solved", channel="email", reopens=0)
    tickets = tickets.assign(**dict(zip(TIMES, account.minutes.astype(int), strict=True)))
    responses = pd.DataFrame({"ticket_id": ticket, "agent_id": agent, "group_id": group, "submitted_at": at})
    reasons = [None if good else str(code) for good, code in zip(account.good, account.reason, strict=True)]
    responses = responses.assign(
        response_id=[f"R{number:06}" for number in ticket],
        offered_at=at - pd.Timedelta(hours=1),
        updated_at=at,
        responder_id=account.customer + 1,
        rating=np.where(account.good, 5, 1),
        rating_category=np.where(account.good, "good", "bad"),
        reason=pd.Series(reasons, dtype=object),
        survey_id="S",
        survey_version=1,
        attribution="unchanged",
        revisions=0,
        source="survey",
    )
    history.save(
        {
            "groups": [{"group_id": one + 1, "name": f"G{one}"} for one in range(group.max())],
            "agents": [{"agent_id": one + 1, "name": f"A{one:02}"} for one in range(agent.max())],
            "tickets": as_rows(tickets),
            "survey_responses": as_rows(responses),
        }
    )
    return history


def as_rows(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a table with Python's own types."""
    columns = {
        name: values.dt.to_pydatetime() if name.endswith("_at") else values.tolist()
        for name, values in table.items()
    }
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def claims_from_counts(account: Account, week: int) -> set[Claim]:
    """Return the claims of the benchmark about one week."""
    counts = Counts(account)
    table = find_lasting_changes(counts.with_all(counts.good), counts.with_all(counts.rated), whole=0).table
    claims = set(claims_of_report(counts, week, list(table.itertuples())))
    if any(one.source is Source.AGENTS for one in claims):
        claims.add(Claim(week, Source.AGENTS_DIFFER, -1, 0))
    return {one for one in claims if one.source not in NOT_JUDGED}


def claims_from_questions(history: History, week: int) -> set[Claim]:
    """Return the claims of the public questions about one week."""
    return {Claim(week, *one) for one in read_questions(history, label_of(week))}


def label_of(week: int) -> str:
    """Return the label of a week, such as 2025-W07."""
    year, number, _ = (FIRST_DAY + 7 * week).item().isocalendar()
    return f"{year}-W{number:02}"


def read_questions(history: History, label: str) -> Iterator[tuple[Source, int, int]]:
    """Yield source, subject and direction of each claim about a week."""
    twelve = csat.period(history, label).and_before(WINDOW - 1)
    yield from judged(Source.CHANGE, csat.compare(history, label).assign(about=-1))
    groups = csat.compare(history, label, by="group")
    yield from judged(Source.GROUPS, about_names(groups, "group"))
    if findings.compare_spread(groups) and groups.attrs["differ"]:
        yield Source.GROUPS_DIFFER, -1, 0
    weeks = csat.trend(history, until=label)
    yield from judged(Source.WEEK, weeks[weeks["is_news"]].assign(about=-1))
    changes = about_names(csat.lasting_changes(history, until=label), "group")
    yield from judged(
        Source.LASTING, changes[changes["is_news"].astype(bool) & ~changes["is_shared"].astype(bool)]
    )
    agents = about_names(csat.agents(history, twelve), "agent")
    yield from judged(Source.AGENTS, agents)
    if (agents["all_agents"] == Verdict.DIFFER).any():
        yield Source.AGENTS_DIFFER, -1, 0
    yield from judged(Source.TIMES, csat.times(history, label).assign(about=range(len(TIMES))))
    reasons = csat.reasons(history, label)
    yield from judged(Source.REASONS, reasons.assign(about=reasons["reason"].astype(int)))
    for source, time in ((Source.FIRST_REPLY, TIMES[0]), (Source.RESOLUTION, TIMES[2])):
        within = csat.association(history, twelve, time=time).tail(1)
        yield from judged(source, within.assign(about=-1))


def about_names(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Add the number in a name as what a row is about; -1 for all."""
    return rows.assign(about=[-1 if name == "all" else int(name[1:]) for name in rows[column]])


def judged(source: Source, rows: pd.DataFrame) -> Iterator[tuple[Source, int, int]]:
    """Yield a claim per row with a verdict of higher or lower."""
    for row in rows.itertuples():
        if row.verdict in DIRECTIONS:
            yield source, row.about, DIRECTIONS[Verdict(row.verdict)]
