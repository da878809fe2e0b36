"""How often a weekly report claims something where nothing is, and how often it finds what is there.

    python benchmarks/whole_reports.py          # 200 undisturbed accounts, 50 with each effect: 15 minutes

An account is drawn by the fake Zendesk: 15,000 tickets in 54 weeks, some 65 ratings a week, 87 % of them good. Its
JSON is flattened into a history without the detour over HTTP. A report is what `notebooks/weekly_report.ipynb` asks
about the last week: the assignments of the notebook that can claim something are executed as they stand there. A
false alarm is a claim that no report made before; an effect is found by a claim, made before or not.
"""

from __future__ import annotations

import argparse
import ast
import datetime as dt
import json
import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import machine
import pandas as pd
from scipy.special import logit
from tqdm import tqdm

import csat_analysis as csat
from csat_analysis import findings
from csat_analysis.estimates import wilson_interval
from csat_analysis.fake_zendesk import Account, make_account
from csat_analysis.fake_zendesk.account import Effects, no_effects, week_before
from csat_analysis.fake_zendesk.account.identifiers import id_or_null, zendesk_id
from csat_analysis.fake_zendesk.account.people import STAFF
from csat_analysis.fake_zendesk.account.records import (
    CHANNELS,
    NOBODY,
    PRIORITIES,
    Response,
)
from csat_analysis.fake_zendesk.server.settings_bodies import brand_bodies, group_bodies
from csat_analysis.fake_zendesk.server.survey_bodies import response_body, survey_body
from csat_analysis.fake_zendesk.server.ticket_bodies import metric_set_body, ticket_body
from csat_analysis.fake_zendesk.server.users import user_body
from csat_analysis.flatten import (
    Labels,
    flatten_agent,
    flatten_brand,
    flatten_group,
    flatten_response,
    flatten_survey,
    flatten_ticket,
)
from csat_analysis.history import History
from csat_analysis.verdicts import do_differ, is_claim

NOTEBOOK = Path(__file__).parents[1] / "notebooks" / "weekly_report.ipynb"
NOW, WEEK, ZONE = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC), "2026-W47", "Europe/Berlin"
TICKETS, DAYS = 15_000, 378
RECENT = dt.timedelta(weeks=17)  # twelve weeks of answers to surveys that stay open for four
SEEN_GOOD = 0.87  # share of good ratings in an undisturbed account
AGENT, BUSY_AGENT, GROUP = 3, 4, 1  # positions; the busy agent has five times the usual load


class Planted(NamedTuple):
    """Something that is so in an account, and which verdict of a report (variable, words) says it."""

    name: str
    effects: Callable[[], Effects]
    found_by: dict[str, str]


def fall(points: float) -> float:
    """Return the change of the logit that takes so many points off the usual share of good ratings."""
    return float(logit(SEEN_GOOD - points / 100) - logit(SEEN_GOOD))


def worse_agent(position: int, *, busy: bool = False) -> Effects:
    """One agent ten points below the others, all year."""
    agents = no_effects().agent.copy()
    agents[position] = fall(10)
    return replace(no_effects(), agent=agents, worse_agent=position if busy else None)


def worse_week() -> Effects:
    """Return the week of the report twelve points below the others."""
    return replace(no_effects(), week=fall(12), week_start=week_before(int(NOW.timestamp()), weeks=1))


def drifting_group() -> Effects:
    """One group losing two points a week over the twelve weeks of the report, 24 in all."""
    drift = no_effects().drift.copy()
    drift[GROUP] = fall(24) / 12
    return replace(no_effects(), drift=drift, drift_start=week_before(int(NOW.timestamp()), weeks=12))


def slow_replies(per_doubling: float) -> Effects:
    """Each doubling of the first reply time takes so much off the logit."""
    return replace(no_effects(), per_reply_doubling=per_doubling)


PLANTED = (
    Planted("a busy agent 10 points lower", partial(worse_agent, BUSY_AGENT, busy=True), {"agents": "lower"}),
    Planted("a usual agent 10 points lower", partial(worse_agent, AGENT), {"agents": "lower"}),
    Planted("the week 12 points lower", worse_week, {"change": "lower", "trend": "lower"}),
    Planted(
        "a group losing 2 points a week",
        drifting_group,
        {"by_group": "lower", "change": "lower", "trend": "lower"},
    ),
    Planted(
        "odds 5 % lower per doubling of the reply", partial(slow_replies, -0.05), {"reply_goes": "lower"}
    ),
    Planted(
        "odds 15 % lower per doubling of the reply", partial(slow_replies, -0.16), {"reply_goes": "lower"}
    ),
)


def history_of(account: Account, path: Path) -> History:
    """Return a history with the rows that a report of the last week needs; see `rows_of`."""
    history = History(str(path), timezone=ZONE)
    history.create_or_migrate("http://127.0.0.1", ZONE)
    for table, rows in rows_of(account):
        history.save({table: rows})
    return history


def rows_of(account: Account) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Rows by table, flattened from the fake Zendesk's JSON; who was rated comes from its records.

    All ratings; of the last months also the surveys without an answer. Tickets that were not rated have only the
    columns by which response rates are split.
    """
    yield "agents", [flatten_agent(user_body(account, position)) for position in range(STAFF)]
    yield "groups", [flatten_group(body) for body in group_bodies(account.founded)]
    yield "brands", [flatten_brand(body) for body in brand_bodies(account.founded)]
    responses = account.tables.responses_at(account.indexes.response_order)
    labels = Labels.of(flatten_survey(survey_body(account.survey)))
    recent = [one for one in responses if one.offered_ms > 1000 * (account.clock - RECENT.total_seconds())]
    unanswered = [one for one in recent if not one.rating]
    rated = [one for one in responses if one.rating]
    yield "survey_responses", [_response_row(account, one, labels) for one in rated + unanswered]
    whole = {one.ticket for one in recent if one.rating} - {NOBODY}
    rest = {one.ticket for one in unanswered} - {NOBODY} - whole
    yield "tickets", [_ticket_row(account, row) for row in sorted(whole)]
    yield "tickets", [_short_ticket_row(account, row) for row in sorted(rest)]


def _response_row(account: Account, response: Response, labels: Labels) -> dict[str, Any]:
    body = response_body(account.survey, response, comment=account.comment_of(response))
    rated = bool(response.rating)
    return flatten_response(body, labels).response | {
        "agent_id": id_or_null("user", response.agent) if rated else None,
        "group_id": id_or_null("group", response.group) if rated else None,
    }


def _ticket_row(account: Account, row: int) -> dict[str, Any]:
    ticket = account.tables.ticket_at(row)
    body = ticket_body(ticket, row + 1, organization=NOBODY, rating={"score": "offered"})
    return flatten_ticket(body, metric_set_body(ticket, row + 1))


def _short_ticket_row(account: Account, row: int) -> dict[str, Any]:
    ticket = account.tables.ticket_at(row)
    return {
        "ticket_id": row + 1,
        "assignee_id": id_or_null("user", ticket.agent),
        "group_id": id_or_null("group", ticket.group),
        "brand_id": zendesk_id("brand", ticket.brand),
        "channel": CHANNELS[ticket.channel],
        "priority": PRIORITIES[ticket.priority],
    }


def asked_by(notebook: Path, names: Collection[str]) -> ast.Module:
    """Those assignments of a notebook's code that make these names, and those that they build on, in order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    statements = [one for source in code for one in ast.parse(source).body if isinstance(one, ast.Assign)]
    needed, kept = {*names}, []
    for statement in reversed(statements):
        made = {
            name.id for target in statement.targets for name in ast.walk(target) if isinstance(name, ast.Name)
        }
        if made & needed - {"history"}:
            kept.insert(0, statement)
            needed |= {name.id for name in ast.walk(statement.value) if isinstance(name, ast.Name)}
    return ast.Module(kept, type_ignores=[])


def report(history: History, names: Collection[str]) -> dict[str, pd.DataFrame]:
    """Answers of a weekly report by the notebook's names for them."""
    answers: dict[str, Any] = {
        "csat": csat,
        "findings": findings,
        "history": history,
        "week": WEEK,
        "group": "",
        "where": {},
    }
    answers["min_ratings"] = history.thresholds.min_ratings
    exec(compile(asked_by(NOTEBOOK, names), NOTEBOOK.name, "exec"), answers)
    found = {name: answers[name] for name in names}
    return {name: one.to_frame().T if isinstance(one, pd.Series) else one for name, one in found.items()}


def claims(answers: dict[str, pd.DataFrame], *, only_news: bool) -> dict[str, list[str]]:
    """Return the claims of each answer: its verdicts that claim a difference, those reported before or not.

    One answer says something of all its rows beside that: "agents: all_agents".
    """
    kept = {name: _news(frame) if only_news else frame for name, frame in answers.items()}
    said = {name: list(frame["verdict"]) for name, frame in kept.items()}
    said |= {
        f"{name}: {column}": list(frame[column].unique())
        for name, frame in answers.items()
        for column in ("all_agents",)
        if column in frame
    }
    return {name: [one for one in words if is_claim(one) or do_differ(one)] for name, words in said.items()}


def _news(frame: pd.DataFrame) -> pd.DataFrame:
    if "is_news" not in frame:
        return frame
    shared = frame.get("is_shared", pd.Series(False, frame.index)).astype(bool)
    return frame[frame["is_news"].astype(bool) & ~shared]


def drawn(
    effects: Callable[[], Effects],
    names: Collection[str],
    seed: int,
    *,
    only_news: bool,
    tickets: int = TICKETS,
    days: int = DAYS,
) -> dict[str, list[str]]:
    """Return the claims of these answers about one account."""
    account = make_account(tickets=tickets, days=days, seed=seed, now=NOW, effects=effects())
    with tempfile.TemporaryDirectory() as folder:
        answers = report(history_of(account, Path(folder) / "csat.duckdb"), names)
        return claims(answers, only_news=only_news)


def reports(
    effects: Callable[[], Effects],
    names: Collection[str],
    seeds: Sequence[int],
    workers: int,
    *,
    only_news: bool,
) -> list[dict[str, list[str]]]:
    """Return the claims about one account for each seed."""
    with ProcessPoolExecutor(workers) as pool:
        claimed = pool.map(partial(drawn, effects, tuple(names), only_news=only_news), seeds)
        return list(tqdm(claimed, total=len(seeds), leave=False))


KINDS = {  # the notebook's name -> what it can claim, and how often it may where nothing is so
    "change": ("this week against the four before", "1 % by its level"),
    "by_group": ("a group against its four weeks before", "1 % by Bonferroni"),
    "trend": ("a week outside ordinary variation", "3 to 7 % a year"),
    "lasting": ("a lasting change", "10 % a year"),
    "agents": ("an agent unlike the others", "1 % by Benjamini-Hochberg"),
    "agents: all_agents": ("agents differ", "1 % by its level"),
    "times": ("a median time changed", "1 % by Bonferroni"),
    "reasons": ("a reason more or less often", "1 % by Bonferroni"),
    "terms": ("a word goes with bad ratings", "0.5 % by Bonferroni"),
    "reply_goes": ("first reply and rating go together", "1 % by its level"),
    "resolution_goes": ("full resolution and rating go together", "1 % by its level"),
}
JUDGING = tuple(name for name in KINDS if ":" not in name)


def share(hits: int, n: int) -> str:
    """Return a share with its count and interval, for a cell of a table."""
    low, high = wilson_interval(hits, n)
    return f"{hits / n:.1%} ({hits} of {n}) | {low:.1%} to {high:.1%}"


def false_alarms(found: list[dict[str, list[str]]]) -> str:
    """Return the table of accounts without effects."""
    lines = ["| claim | reports with it | 95 % interval | limit |", "|---|---|---|---|"]
    for name, (what, limit) in KINDS.items():
        lines.append(f"| {what} | {share(sum(bool(one[name]) for one in found), len(found))} | {limit} |")
    total = sum(any(one.values()) for one in found)
    return "\n".join([*lines, f"| **any of them** | {share(total, len(found))} | |"])


def power(found: dict[str, list[dict[str, list[str]]]]) -> str:
    """Return the table of accounts with an effect."""
    lines = ["| planted | found by | reports that say so | 95 % interval |", "|---|---|---|---|"]
    for planted in PLANTED:
        for name, word in planted.found_by.items():
            hits = [any(word in said for said in one[name]) for one in found[planted.name]]
            lines.append(f"| {planted.name} | {KINDS[name][0]} | {share(sum(hits), len(hits))} |")
    return "\n".join(lines)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--accounts", type=int, default=200, help="undisturbed accounts")
    parser.add_argument("--planted", type=int, default=50, help="accounts with each effect")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    print(machine.describe_run(), flush=True)
    if options.accounts:
        seeds = range(1, options.accounts + 1)
        found = reports(no_effects, JUDGING, seeds, options.workers, only_news=True)
        print("\n" + false_alarms(found), flush=True)
    if options.planted:
        seeds = range(1001, 1001 + options.planted)
        found_in = {
            one.name: reports(one.effects, one.found_by, seeds, options.workers, only_news=False)
            for one in PLANTED
        }
        print("\n" + power(found_in))


if __name__ == "__main__":
    main()
