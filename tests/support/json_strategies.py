"""Hypothesis strategies for JSON: bodies that fit a shape, mutated bodies, and the number of examples."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from support import zendesk_shapes as shapes

JSON = dict[str, Any]

repeatable = settings(
    deadline=None, derandomize=True, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
thorough = settings(repeatable, max_examples=120)  # the values that decide a rating

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MOMENT = "2026-11-10T10:15:30.125Z"

times = st.datetimes(dt.datetime(2015, 1, 1), dt.datetime(2035, 1, 1))  # noqa: DTZ001 (a zone is written below)
seconds = times.map(lambda time: time.isoformat(timespec="seconds") + "Z")
milliseconds = times.map(lambda time: time.isoformat(timespec="milliseconds") + "Z")
words = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
texts = words | st.sampled_from(["a\0b", "half a \ud83d character"])  # databases cannot store these
numbers = st.integers(0, 10**15)
ulids = st.integers(0, 2**121 - 1).map(  # until the year 2039
    lambda number: "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
)
STRATEGIES = {
    None: st.none(),
    bool: st.booleans(),
    int: numbers,
    str: texts,
    shapes.stamp: seconds,
    shapes.stamp_ms: milliseconds,
    shapes.epoch: st.integers(0, 2 * 10**9),
    shapes.ulid: ulids,
    shapes.url: st.just("https://acme.zendesk.com/api/v2/x.json"),
}


def fitting(shape: Any) -> st.SearchStrategy[Any]:
    """Return a strategy for every JSON value that fits a shape."""
    if isinstance(shape, dict):
        optional = {key: one.shape for key, one in shape.items() if isinstance(one, shapes.Optional)}
        required = {key: one for key, one in shape.items() if key not in optional}
        return st.fixed_dictionaries(
            {key: fitting(one) for key, one in required.items()},
            optional={key: fitting(one) for key, one in optional.items()},
        )
    if isinstance(shape, list):
        return st.lists(fitting(shape[0]), max_size=3)
    if isinstance(shape, tuple):
        return st.one_of([fitting(one) for one in shape])
    return STRATEGIES[shape]


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)
    | st.sampled_from(
        [2**63, -1, 0, 10**30, "9" * 30, "", "\ud800", "0001-01-01", "9999-12-31T23:59:59-23:59"]
    )
    | st.sampled_from(
        ["good", "rating_scale", "customer_satisfaction", "deleted", "offered", MOMENT, "zen:ticket:1"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(body: Any) -> list[tuple[Any, Any]]:
    """Yield every (container, key) of a body."""
    return [place for key in keys(body) for place in [(body, key), *places(body[key])]]


def keys(container: Any) -> list[Any]:
    if isinstance(container, dict):
        return list(container)
    return list(range(len(container))) if isinstance(container, list) else []


@st.composite
def mutated(draw: Any, bodies: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Return a body with one to three parts deleted, replaced, added, doubled or swapped."""
    body = copy.deepcopy(draw(bodies))
    for _ in range(draw(st.integers(1, 3))):
        if not (there := places(body)):
            break
        inside, key = draw(st.sampled_from(there))
        match draw(st.sampled_from(["delete", "replace", "add", "double", "swap"])):
            case "delete":
                del inside[key]
            case "replace":
                inside[key] = draw(junk)
            case "add" if isinstance(inside, dict):
                inside[draw(st.text(max_size=8))] = draw(junk)
            case "add":
                inside.insert(key, draw(junk))
            case "double" if isinstance(inside, list):
                inside.append(copy.deepcopy(inside[key]))
            case "double":  # an object holds a key once: the other place gets the same value
                other, there_key = draw(st.sampled_from(there))
                other[there_key] = copy.deepcopy(inside[key])
            case "swap":
                _swap(inside, key, *draw(st.sampled_from(there)))
    return body


def _swap(inside: Any, key: Any, other: Any, there_key: Any) -> None:
    one, two = copy.deepcopy(inside[key]), copy.deepcopy(other[there_key])
    inside[key] = two
    if there_key in keys(other):
        other[there_key] = one
