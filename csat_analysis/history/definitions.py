"""The definitions that a history stores, and the ratings as they define them.

Questions select their ratings here and nowhere else. The views and `History.ratings` hold what is stored.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import ibis
from ibis.expr.types import BooleanValue

from ..definitions import CHOICES, Definitions, check_definition
from ..schema.tables import BUSINESS_MINUTES, MINUTES, PERIOD_COLUMN
from .selection import select_rows
from .several import find_stored, is_of_several

if TYPE_CHECKING:
    from .store import History

DEFAULTS = Definitions()
JUDGED = ("good", "bad")
# A scale of two points has one good point.
SMALLEST_SCALE_WITH_TWO = 3
BUSINESS_NAMES = dict(zip(MINUTES, BUSINESS_MINUTES, strict=True))


class Defined(NamedTuple):
    """One definition of a history: its value, and where it comes from: call, stored, environment or default."""

    name: str
    value: str
    origin: str
    meaning: str


def list_definitions(history: History) -> list[Defined]:
    """Return the definitions of a history with their origins.

    The order is: the call (`History.with_definitions`), the stored value, the environment, the default.
    """
    stored = _read_stored(history)
    sources = {
        "call": history.called_definitions,
        "stored": stored,
        "environment": history.environment_definitions,
        "default": DEFAULTS._asdict(),
    }
    rows = []
    for name, meanings in CHOICES.items():
        origin = next(one for one, values in sources.items() if name in values)
        value = sources[origin][name]
        rows.append(Defined(name, value, origin, meanings[value]))
    return rows


def definition_notes(history: History) -> list[str]:
    """Return one sentence per environment variable that differs from what others read from the history."""
    stored = _read_stored(history)
    notes = []
    for name, value in history.environment_definitions.items():
        variable = f"CSAT_{name.upper()}={value}"
        if stored.get(name, value) != value:
            notes.append(
                f"{variable} is not used: this history stores {name}={stored[name]}; to change it for all who read it, "
                f"run csat settings {name} {value}"
            )
        elif name not in stored and value != DEFAULTS._asdict()[name]:
            notes.append(
                f"{variable} is used here only; others read this history with {name}={DEFAULTS._asdict()[name]}: to "
                f"store it for all, run csat settings {name} {value}"
            )
    return notes


def store_definition(history: History, name: str, value: str) -> None:
    """Store a definition in a history, for all who read it.

    Raises
    ------
    UnknownChoice
        If there is no such definition or value.
    HistoryError
        If the history can only be read.
    """
    check_definition(name, value)
    now = dt.datetime.now(dt.UTC)
    history.save({"definitions": [{"name": name, "value": value, "stored_at": now}]})


def _read_stored(history: History) -> dict[str, str]:
    """Return the stored definitions; those that a newer version may have written are left out."""
    rows = history.rows(lambda con: con.table("definitions"))
    known = [row for row in rows if row["value"] in CHOICES.get(row["name"], ())]
    decided = {*history.called_definitions, *history.environment_definitions}
    return find_stored(known, history.accounts() if is_of_several(known) else (), decided)


def read_definitions(history: History) -> Definitions:
    """Return the values that the questions use."""
    return Definitions(**{one.name: one.value for one in list_definitions(history)})


def select_defined(
    history: History, con: Any, view: str, start: object = None, end: object = None
) -> ibis.Table:
    """Return the rows of the `ratings` or `offers` view as the definitions of a history want them.

    Those from before `History.complete_from` are left out: they are only some of those that were given.

    `rating_category` says what counts as good or bad, `is_rated` which rows are in the denominator (see the function),
    and `agent` and `group` who is credited.
    """
    defined = history.definitions
    rows = select_rows(con, view, history.timezone, start, end, credit=defined.credit)
    if history.complete_from:
        rows = rows.filter(rows[PERIOD_COLUMN[view]] >= history.complete_from)
    if defined.good != DEFAULTS.good:
        rows = _with_best_points(con, rows, defined.good)
    if defined.neutral != "include":
        return rows
    return rows.mutate(is_rated=rows.rating_category.isin([*JUDGED, "neutral"]))


def is_rated(rows: ibis.Table) -> BooleanValue:
    """Return which rows are in the denominator of a rate: of rows of `select_defined`, or of a view as stored."""
    return rows.is_rated if "is_rated" in rows.columns else rows.rating_category.isin(JUDGED)


def survey_scales(surveys: ibis.Table) -> ibis.Table:
    """Return the points of each survey version's CSAT scale: `survey_id`, `survey_version`, `scale`."""
    asked = surveys.filter(
        surveys.rating.notnull(), surveys.sub_type.isnull() | (surveys.sub_type != "other")
    )
    return asked.aggregate(by=["survey_id", "survey_version"], scale=asked.rating.max())


def time_column(history: History, time: str) -> str:
    """Return the column of a time on the clock that the definitions name: of business hours or of the calendar."""
    return BUSINESS_NAMES.get(time, time) if history.definitions.times == "business" else time


def _with_best_points(con: Any, rows: ibis.Table, good: str) -> ibis.Table:
    """Judge ratings by their number; without one, or where the scale is not known, by Zendesk's category."""
    responses = con.table("survey_responses").filter(lambda one: one.rating.notnull())
    scales = survey_scales(con.table("surveys"))
    scored = responses.inner_join(scales, ["survey_id", "survey_version"])
    has_two = (scored.scale >= SMALLEST_SCALE_WITH_TWO) & (good == "top2")
    lowest = scored.scale - has_two.ifelse(1, 0)
    judged = (scored.rating >= lowest).ifelse("good", "bad")
    points = scored.select(of_response=scored.response_id, judged=judged)
    joined = rows.left_join(points, rows.response_id == points.of_response)
    # A survey without an answer stays without a category.
    category = joined.rating_category.isnull().ifelse(
        None, ibis.coalesce(joined.judged, joined.rating_category)
    )
    return joined.mutate(rating_category=category).drop("of_response", "judged")
