"""One incremental pull: Zendesk -> rows -> history. The only package that joins the three.

Look-ups and the ticket export come first. Then survey responses offered since the last pull, and then the
responses of tickets that changed: an offer, an answer and an edit each change the ticket, so the export shows which
tickets to ask about, many in one request. Each page is stored together with the cursor after it, so that an
interrupted pull resumes where it stopped.

run               the order of the steps, and the record of the pull
since             from when a pull with --since reads, and since when no rating is missing then
context           what every step uses
storage           flatten the bodies of a page, store the rows with the cursor
lookups           agents, groups, brands, fields, surveys
names             former agents, forms and organizations
tickets           the ticket export
survey_responses  surveys offered since the last pull, in parallel windows where there are many
updates           answers and edits since the last pull; the re-read that counts missed ones
legacy            ratings of legacy CSAT
attribution       who was rated
audits            audits of tickets, which name agents and groups
ticket_holder     who held a ticket when it was rated
credit            who is credited by offer and by solve
ticket_credit     who held a ticket at other moments, by its columns or its audits
prefetch          fetch the next page while the current one is stored, a few things at once
summary           the counts of a pull
"""

from __future__ import annotations

from .run import pull
from .summary import Summary

__all__ = ["Summary", "pull"]
