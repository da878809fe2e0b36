"""From the texts of boxes to a question with its arguments, as the question's own signature has them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from .. import questions
from ..errors import CsatError
from ..history import History
from ..history.filters import parse_where

# These come first, the others in alphabetical order.
MAIN = ("csat", "compare", "trend", "agents", "times", "response_rate", "reasons", "low_ratings", "follow_up")
NOT_QUESTIONS = ("known_changes", "period")
# Used where a question needs a dimension and the box is empty.
DIMENSION = "channel"
# A comma between two filters: one in a name or value is not followed by NAME=.
BETWEEN_FILTERS = re.compile(r"[,;]\s*(?=[^,;=]+=)")


def _read_by(text: str) -> str | list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    return names[0] if len(names) == 1 else names


def _read_where(text: str) -> dict[str, Any]:
    found = parse_where(one.strip() for one in BETWEEN_FILTERS.split(text))
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _read_number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise CsatError(f"invalid number {text!r}; expected a whole number, for example 12") from None


# Parameter of a question -> the box that sets it, and how its text is read.
BOXES: dict[str, tuple[str, Callable[[str], Any]]] = {
    "when": ("period", str),
    "this": ("period", str),
    "until": ("period", str),
    "than": ("than", str),
    "by": ("by", _read_by),
    "where": ("where", _read_where),
    "time": ("time", str),
    "every": ("every", str),
    "weeks": ("weeks", _read_number),
}


def question_names() -> list[str]:
    """Return the names of all questions about a history, the main ones first."""
    public = [name for name in questions.__all__ if inspect.isfunction(getattr(questions, name))]
    found = [name for name in public if "history" in _parameters(name) and name not in NOT_QUESTIONS]
    return [*(name for name in MAIN if name in found), *sorted(set(found) - set(MAIN))]


def describe(question: str) -> str:
    """Return a question with the first line of its documentation."""
    line = (inspect.getdoc(getattr(questions, question)) or "").splitlines()[0]
    return f"{question}: {line.removeprefix('Return ').rstrip('.')}"


def boxes_of(question: str) -> list[str]:
    """Return the names of the boxes that a question uses, in the order of `BOXES`."""
    parameters = _parameters(question)
    return list(dict.fromkeys(box for name, (box, _) in BOXES.items() if name in parameters))


@dataclass(frozen=True)
class Call:
    """A question with its arguments."""

    question: str
    arguments: Mapping[str, Any]

    @property
    def code(self) -> str:
        """The line of Python that gives the same answer."""
        given = "".join(f", {name}={value!r}" for name, value in self.arguments.items())
        return f"csat.{self.question}(history{given})"

    def ask(self, history: History) -> pd.DataFrame:
        """Return the answer."""
        answer: pd.DataFrame = getattr(questions, self.question)(history, **self.arguments)
        return answer

    def get(self, name: str) -> Any:
        """Return an argument, or the default of the question."""
        parameter = _parameters(self.question).get(name)
        return self.arguments.get(name, parameter.default if parameter else None)


def read_call(question: str, texts: Mapping[str, str]) -> Call:
    """Return the question with the arguments of the boxes that are not empty.

    Parameters
    ----------
    question
        Name of a public question.
    texts
        Name of a box -> its text.

    Raises
    ------
    CsatError
        If a text is malformed.
    """
    arguments = {}
    for name, parameter in _parameters(question).items():
        if name not in BOXES:
            continue
        box, read = BOXES[name]
        if text := texts.get(box, "").strip():
            value = read(text)
            if isinstance(value, list) and str(parameter.annotation) in ("str", "str | None"):
                raise CsatError(f"{question} splits by one dimension, for example {value[0]}")
            if value != parameter.default:
                arguments[name] = value
        elif name == "by" and parameter.default is parameter.empty:
            arguments[name] = DIMENSION
    return Call(question, arguments)


def _parameters(question: str) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(getattr(questions, question)).parameters
