"""The definitions of an account: what counts as good, and what rates and times are. Only this module holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .errors import check_choice


class Definitions(NamedTuple):
    """What the numbers of a history mean.

    Attributes
    ----------
    good
        Which ratings count as good: "zendesk" (Zendesk's category), "top" (the best point of the survey's scale) or
        "top2" (the two best points; of a scale of two points the best one).
    neutral
        Whether neutral ratings are in the denominator: "exclude" or "include".
    times
        The clock of handling times: "calendar" or "business".
    credit
        Who is credited with a rating: the agent and group that held the ticket when it was "rated", when its survey was
        "offered", or when it was "solved" last before the answer.
    """

    good: str = "zendesk"
    neutral: str = "exclude"
    times: str = "calendar"
    credit: str = "rated"


# Name -> value -> its meaning, as one part of a sentence.
CHOICES: dict[str, dict[str, str]] = {
    "good": {
        "zendesk": "Zendesk's category",
        "top": "only the best point of the survey's scale, and Zendesk's category for ratings without a number",
        "top2": "the two best points of the survey's scale (of two points the best one), and Zendesk's category for "
        "ratings without a number",
    },
    "neutral": {
        "exclude": "left out of the denominator",
        "include": "counted in the denominator, as not good",
    },
    "times": {"calendar": "calendar clock", "business": "business hours of the account's schedules"},
    "credit": {
        "rated": "the agent and group that held the ticket when it was rated",
        "offered": "the agent and group that held the ticket when its survey was offered",
        "solved": "the agent and group that held the ticket when it was solved last before the answer",
    },
}


def check_definition(name: str | None, value: str | None) -> None:
    """Raise InvalidChoice if there is no such definition, or if it has no such value; None is not checked."""
    if name is None:
        return
    check_choice("definition", name, CHOICES)
    if value is not None:
        check_choice(f"value of {name}", value, CHOICES[name])


def given_definitions(values: Mapping[str, str | None]) -> dict[str, str]:
    """Return the definitions that have a value. Raises InvalidChoice for an invalid one."""
    given = {name: value for name, value in values.items() if value is not None}
    for name, value in given.items():
        check_definition(name, value)
    return given


def describe_definitions(defined: Definitions) -> str:
    """Return all definitions in one line.

    >>> describe_definitions(Definitions(neutral="include")).split("; ")[1]
    'neutral ratings: counted in the denominator, as not good (include)'
    """
    labels = {"good": "good", "neutral": "neutral ratings", "times": "times", "credit": "credit"}
    parts = [f"{labels[name]}: {CHOICES[name][value]} ({value})" for name, value in defined._asdict().items()]
    return "; ".join(parts)
