"""Whether targets are reached, as sentences and a table."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from ..formats import ALL_RATINGS, NBSP, count, name_channel, name_group, percent
from ..verdicts import is_cannot_be_told, is_missed, is_reached, matches
from .phrases import (
    count_noun,
    format_intervals,
    interval_name,
    join_names,
    likely_rate,
    percents,
)

# Targets that a sentence names for each verdict.
MOST_NAMED = 4
ALL = "all"
VERDICTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("missed", is_missed),
    ("reached", is_reached),
    ("cannot be told", is_cannot_be_told),
)


def targets_named(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `targets` with values that readers understand: "All ratings", "Billing", "channel: e-mail"."""
    names = [
        _name(dimension, value) for dimension, value in zip(rows["dimension"], rows["value"], strict=True)
    ]
    return rows.assign(
        value=[f"{name[0].upper()}{name[1:]}" if name == ALL_RATINGS else name for name in names]
    )


def targets_title(rows: pd.DataFrame) -> str:
    """Return which targets were missed and reached, and which cannot be told."""
    if rows.empty:
        return "No target is set"
    if len(rows) == 1:
        return _sentence(rows.iloc[0])
    text = _by_verdict(rows)
    return f"{text[0].upper()}{text[1:]}"


def targets_line(rows: pd.DataFrame) -> list[str]:
    """Return the line of a summary; none without targets."""
    if rows.empty:
        return []
    if len(rows) == 1:
        return [f"{targets_title(rows)}."]
    if matches(rows["verdict"], is_cannot_be_told).all():
        return [f"Whether targets were reached cannot be told: {_list(rows)}."]
    return [f"Targets {_by_verdict(rows)}."]


def targets_of(rows: pd.DataFrame, dimension: str) -> dict[str, float]:
    """Return the targets of the values of a dimension."""
    chosen = rows[rows["dimension"] == dimension]
    return dict(zip(chosen["value"], chosen["target"], strict=True))


def targets_note(rows: pd.DataFrame) -> str:
    """Return what the verdicts mean, in one line."""
    return (
        "Reached or missed: more than chance, also if all targets are judged together. Cannot be told: the ratings "
        "allow both."
    )


def targets_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return `targets` for reading."""
    return pd.DataFrame(
        {
            "Target of": targets_named(rows)["value"],
            "Target": rows["target"].map(_exact),
            "Ratings": rows["n"],
            "Good": rows["estimate"].map(percent),
            interval_name(rows).capitalize(): format_intervals(rows, percent),
            "Verdict": rows["verdict"],
        }
    )


def _sentence(row: pd.Series) -> str:
    of = "" if row["dimension"] == ALL else f" of {_name(row['dimension'], row['value'])}"
    target = f"the target of {_exact(row['target'])} good ratings{of}"
    rates = f"{_rate(row)} of {count(row['n'])}, {_likely(row)}"
    if not row["n"]:
        return f"Whether {target} was reached cannot be told: no ratings"
    if is_cannot_be_told(row["verdict"]):
        return f"Whether {target} was reached cannot be told from {rates}"
    return f"T{target[1:]} was {'reached' if is_reached(row['verdict']) else 'missed'}: {rates}"


def _by_verdict(rows: pd.DataFrame) -> str:
    """Return the targets of each verdict: "missed: Billing (…); reached: …"."""
    parts = [
        f"{words}: {_list(rows[found])}"
        for words, predicate in VERDICTS
        if (found := matches(rows["verdict"], predicate)).any()
    ]
    return "; ".join(parts)


def _list(rows: pd.DataFrame) -> str:
    texts = [_with_rates(row) for _, row in rows.head(MOST_NAMED).iterrows()]
    rest = len(rows) - len(texts)
    return join_names([*texts, count_noun(rest, "other")] if rest else texts)


def _with_rates(row: pd.Series) -> str:
    rates = f"{_rate(row)} of {count(row['n'])}" if row["n"] else "no ratings"
    return f"{_name(row['dimension'], row['value'])} ({rates}, target {_exact(row['target'])})"


def _rate(row: pd.Series) -> str:
    """Return a rate, with as many digits as tell it from a target that is missed or reached."""
    if is_cannot_be_told(row["verdict"]):
        return percent(row["estimate"])
    return percents(row["estimate"], row["target"])[0]


def _likely(row: pd.Series) -> str:
    """Return the interval of a rate, with as many digits as tell its ends from a target that is missed or reached."""
    if is_cannot_be_told(row["verdict"]):
        return likely_rate(row["low"], row["high"])
    low, high, _ = percents(row["low"], row["high"], row["target"])
    return f"likely between {low.removesuffix(f'{NBSP}%')} and {high}"


def _exact(target: float) -> str:
    """Return a target as it was set: 92.5 % is not 92 %."""
    return f"{round(100 * target, 2):g}{NBSP}%"


def _name(dimension: str, value: str) -> str:
    if dimension == ALL:
        return ALL_RATINGS
    if dimension == "group":
        return name_group(value)
    return f"{dimension.removeprefix('field:')}: {name_channel(value) if dimension == 'channel' else value}"
