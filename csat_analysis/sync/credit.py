"""Credit: the agent and group that held a ticket when its survey was offered, and when it was solved last before.

The columns of most tickets show that they did not change hands since. Only for the others, and only if the account
credits ratings in this way or `csat pull --credit` asks for it, the ticket's audits are requested.
"""

from __future__ import annotations

from collections import Counter

from ..flatten import Step
from ..history.definitions import read_definitions
from .audits import Audits
from .context import PullContext, Row
from .ticket_credit import MISSING, UNKNOWN, Credit, credit_from_columns, credit_from_steps
from .ticket_holder import is_outdated

ANSWERS_PER_BATCH = 10_000
WITHOUT_CREDIT = f"""
select r.*, t.assignee_id, t.created_at, t.generated_at, t.updated_at, t.solved_at, t.assigned_at, t.assignee_stations,
  t.group_stations, t.is_deleted, t.group_id as ticket_group_id
from (
  select response_id, ticket_id, offered_at, submitted_at from survey_responses as answers
  where submitted_at is not null and response_id > $1 and ticket_id in (select ticket_id from tickets)
    and not exists (
      select 1 from credits where credits.response_id = answers.response_id
        and not ($2 and '{UNKNOWN}' in (offered_attribution, solved_attribution))
    )
  order by response_id limit {ANSWERS_PER_BATCH}
) as r join tickets as t on t.ticket_id = r.ticket_id order by r.response_id
"""


def credit_answers(context: PullContext, *, read_audits: bool) -> None:
    """Determine who is credited by offer and by solve, for every answer without that information.

    read_audits: also request the audits of tickets whose columns do not tell. They are requested in any case if the
    definition `credit` of the history needs them.
    """
    wanted = read_audits or read_definitions(context.history).credit != "rated"
    audits = Audits(context) if wanted else None
    last_id = ""
    while batch := _without_credit(context, after=last_id, again=wanted):
        last_id = batch[-1]["response_id"]
        _store(context, [row for row in batch if not is_outdated(row)], audits)
        context.progress.update("credited agents", len(batch) / ANSWERS_PER_BATCH)
        if len(batch) < ANSWERS_PER_BATCH:
            break
    if audits is None:
        return
    context.summary.credit_audits = audits.requested
    if audits.problem:
        context.summary.notes.append(
            f"credit by offer or solve is not known where it may differ: {audits.problem}"
        )


def _store(context: PullContext, batch: list[Row], audits: Audits | None) -> None:
    by_columns = [credit_from_columns(row) for row in batch]
    pairs = list(zip(batch, by_columns, strict=True))
    asked = {row["ticket_id"] for row, one in pairs if UNKNOWN in one.sources and not row["is_deleted"]}
    steps = {ticket_id: told.steps for ticket_id, told in audits.of_tickets(asked)} if audits else {}
    rows = [
        {"response_id": row["response_id"], **_complete(row, one, steps.get(row["ticket_id"]))._asdict()}
        for row, one in pairs
    ]
    context.history.save({"credits": rows})
    context.summary.credited.update(Counter(row["solved_attribution"] for row in rows))


def _complete(row: Row, known: Credit, steps: list[Step] | None) -> Credit:
    """Return the credit by columns, and where these do not tell by audits."""
    if steps is None or UNKNOWN not in known.sources:
        return known
    told = credit_from_steps(row, steps) if steps else known
    return known.filled_with(told).with_unknown_as(MISSING)


def _without_credit(context: PullContext, *, after: str, again: bool) -> list[Row]:
    """Return the next answers without credit, with the columns of their tickets.

    again: also those whose tickets' audits were not read yet.
    """
    return context.history.fetch(WITHOUT_CREDIT, after, again)
