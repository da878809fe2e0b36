"""Zendesk's JSON as tidy rows: the only place that knows Zendesk's field names.

Pure functions: one body in, rows out, the columns of `tables`. Both generations of the survey response are
read (2024: `survey_id` on top; since: a `survey` object). What is not understood never becomes a rating: a
body that breaks the documented shape raises `Misshapen`; one with unknown types or fields gives its rows and
says so in `problem`, so that the caller can keep the body itself.

    values      one field: a text, a whole number, a time, or Misshapen
    surveys     the questions, and the words that a list of responses leaves out
    responses   what a customer answered
    tickets     what it was about, and who held it
    lookups     agents, groups, brands, ticket fields
    legacy      ratings of the old CSAT
    raw         what was not understood
"""

from __future__ import annotations

from .legacy import flatten_legacy_rating
from .lookups import flatten_agent, flatten_brand, flatten_field, flatten_group
from .responses import Response, flatten_answers, flatten_response, without_words
from .surveys import Labels, flatten_survey
from .tickets import TIME_TRACKING_TITLE, flatten_ticket, survey_events
from .unknown_bodies import kept_raw
from .values import Json, Misshapen, Row, ulid_time

__all__ = [
    "TIME_TRACKING_TITLE",
    "Json",
    "Labels",
    "Misshapen",
    "Response",
    "Row",
    "flatten_agent",
    "flatten_answers",
    "flatten_brand",
    "flatten_field",
    "flatten_group",
    "flatten_legacy_rating",
    "flatten_response",
    "flatten_survey",
    "flatten_ticket",
    "kept_raw",
    "survey_events",
    "ulid_time",
    "without_words",
]
