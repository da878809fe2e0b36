"""Flatten Zendesk's JSON to rows: the only package that uses Zendesk's field names.

All functions are pure: one body in, rows with the columns of `schema.tables` out. Both generations of the survey
response are read (2024: `survey_id` at the top level; since then a `survey` object). Any part that cannot be read
becomes null and is named as a problem, so that the caller can keep the body itself. Only a body without a
readable id, or a response without a list of answers, raises `UnexpectedShape`.

values          readers of single values
surveys         questions, options, and their labels by survey version
answers         one answer of a response
responses       one response with its answers
legacy          one rating of legacy CSAT
tickets         one ticket with its metric set, and the survey events of its audits
audits          who held a ticket, by the changes in its audits
lookups         agents, groups, brands, forms, organizations, ticket fields
unknown_bodies  a body that was not read fully
"""

from __future__ import annotations

from .audits import Step, ticket_steps
from .legacy import find_no_reason_ids, flatten_legacy_rating
from .lookups import (
    flatten_agent,
    flatten_brand,
    flatten_field,
    flatten_form,
    flatten_group,
    flatten_organization,
    with_former_options,
)
from .responses import Response, flatten_answers, flatten_response, versions_of, without_text
from .surveys import Labels, flatten_survey
from .tickets import (
    TIME_TRACKING_TITLE,
    Holder,
    find_metric_set,
    flatten_ticket,
    match_metric_sets,
    survey_events,
)
from .unknown_bodies import keep_raw
from .values import Json, Problems, Row, UnexpectedShape, ulid_time

__all__ = [
    "TIME_TRACKING_TITLE",
    "Holder",
    "Json",
    "Labels",
    "Problems",
    "Response",
    "Row",
    "Step",
    "UnexpectedShape",
    "find_metric_set",
    "find_no_reason_ids",
    "flatten_agent",
    "flatten_answers",
    "flatten_brand",
    "flatten_field",
    "flatten_form",
    "flatten_group",
    "flatten_legacy_rating",
    "flatten_organization",
    "flatten_response",
    "flatten_survey",
    "flatten_ticket",
    "keep_raw",
    "match_metric_sets",
    "survey_events",
    "ticket_steps",
    "ulid_time",
    "versions_of",
    "with_former_options",
    "without_text",
]
