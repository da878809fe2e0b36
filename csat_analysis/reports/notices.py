"""What a reader must know about the data before reading a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from .. import findings
from ..history import History
from ..history.engines import Tables

if TYPE_CHECKING:
    from ibis.expr.types import Table

ANSWER_KINDS = ("survey_response", "satisfaction_rating")


def describe_unread_answers(history: History) -> str:
    """Return one sentence if the history has survey answers that could not be read fully, else an empty text."""

    def query(connection: Tables) -> Table:
        bodies = connection.table("unknown_bodies")
        return bodies.filter(bodies.kind.isin(ANSWER_KINDS)).aggregate(n=ibis._.count())

    number = int(history.rows(query)[0]["n"])
    if not number:
        return ""
    return f"{findings.count_noun(number, 'survey answer')} could not be read fully; see csat status"
