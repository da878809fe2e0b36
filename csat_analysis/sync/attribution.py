"""Attribution: the agent and group that held a ticket when its survey was answered.

Survey responses name neither. The columns of most tickets show that they did not change hands since the answer;
only for the others the ticket's audits are requested, where an event names both. Where that event is missing, the
changes of the ticket until the answer tell.
"""

from __future__ import annotations

from ..flatten import Holder
from .audits import Audits
from .context import PullContext, Row
from .storage import store
from .ticket_credit import holder_before_answer
from .ticket_holder import find_holder, is_unchanged
from .updates import EXPORT_DELAY

REFUSED = "refused_audits"  # the stream that stores since when Zendesk refuses audits
ANSWERS_PER_BATCH = 10_000
UNATTRIBUTED = f"""
select r.*, t.assignee_id, t.generated_at, t.updated_at, t.assigned_at, t.assignee_stations, t.group_stations,
  t.is_deleted, t.group_id as ticket_group_id
from (
  select response_id, ticket_id, submitted_at from survey_responses
  where submitted_at is not null and ticket_id is not null and response_id > $1
    and (attribution is null or attribution = 'current' and $2)
  order by response_id limit {ANSWERS_PER_BATCH}
) as r left join tickets as t on t.ticket_id = r.ticket_id order by r.response_id
"""


def attribute_answers(context: PullContext, refused_since: str | None) -> None:
    """Determine who was rated, for every answer without that information.

    refused_since: when an earlier pull was refused audits, or None; then the answers that were attributed to the
    current assignee are tried again.
    """
    audits = Audits(context)
    exported_until = context.started - EXPORT_DELAY
    last_id = ""
    while batch := _unattributed(context, after=last_id, again=bool(refused_since)):
        moved = [row for row in batch if not (is_unchanged(row) or row["is_deleted"])]
        told = dict(audits.of_tickets({row["ticket_id"] for row in moved}))
        holders: dict[str, Holder | None] = {}
        for row in moved:
            if row["ticket_id"] in told:
                named, steps = told[row["ticket_id"]]
                holders[row["response_id"]] = named.get(row["response_id"], holder_before_answer(row, steps))
        rated = [find_holder(row, holders.get(row["response_id"]), exported_until) for row in batch]
        pairs = zip(batch, rated, strict=True)
        rows = [{"response_id": row["response_id"], **one._asdict()} for row, one in pairs]
        context.history.save({"survey_responses": rows})
        context.summary.attributed.update(one.attribution for one in rated if one.attribution)
        context.progress.update("rated agents", len(batch) / ANSWERS_PER_BATCH)
        if len(batch) < ANSWERS_PER_BATCH:
            break
        last_id = batch[-1]["response_id"]
    _store_refusal(context, audits, refused_since)


def _store_refusal(context: PullContext, audits: Audits, refused_since: str | None) -> None:
    """Note a refusal or failure for the user and store it for the next pull; remove one that is over."""
    if audits.problem:
        context.summary.notes.append(
            f"ratings of tickets that changed hands count for the current assignee: {audits.problem}"
        )
    if audits.requested and bool(audits.problem) != bool(refused_since):
        since = context.started.isoformat() if audits.problem else None
        store(context, {}, {REFUSED: since})


def _unattributed(context: PullContext, *, after: str, again: bool) -> list[Row]:
    """Return the next answers without attribution, with the columns of their tickets."""
    return context.history.fetch(UNATTRIBUTED, after, again)
