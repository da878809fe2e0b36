"""One incremental run: Zendesk -> rows -> history. The only place that joins the three.

The order makes each run exact and cheap. Names and the ticket export come first; then survey responses offered
since the last run, read on from the last one's id; then the responses of tickets that changed: an offer, an
answer and an edit each move the ticket, so the export tells which ones to ask about, many in one call. Every
page is stored together with the cursor behind it, so a run that stops anywhere is continued by the next one.

    run         the order of a run, and its record
    parts       what the steps share: the account, the history, and what is not understood
    names       agents, groups, brands, fields, surveys
    tickets     the ticket export
    offers      survey responses offered since the last run, in windows where there are many
    changes     answers and edits since the last run; the re-read that checks for missed ones
    legacy      ratings of the old CSAT
    rated       who was rated
    ahead       fetching the next while the last is stored, and a few at a time
    summary     what a run brought
"""

from __future__ import annotations

from .run import pull
from .summary import Summary

__all__ = ["Summary", "pull"]
