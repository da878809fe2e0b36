"""Which words and phrases go with bad or good ratings, as sentences and a table."""

from __future__ import annotations

import pandas as pd

from ..formats import count, percent, points, shortened
from ..verdicts import describe, has_enough_data, is_higher, is_lower, is_possible, matches
from .phrases import count_noun, join_names

WITH_BAD = "more often with bad ratings"
WITH_GOOD = "more often with good ratings"
# Terms that a sentence names for each side.
MOST_NAMED = 4
LONGEST_EXAMPLE = 200
# Scripts without spaces, from Thai on, come after all others with short words in Unicode.
FIRST_WITHOUT_SPACES = "\u0e00"


def comment_terms_title(rows: pd.DataFrame) -> str:
    """Return which terms go with bad ratings, and which with good ones."""
    if rows.empty:
        return "No word was used by five or more customers"
    if not matches(rows["verdict"], has_enough_data).any():
        return f"Too few comments to compare words: {_customers(rows)}"
    bad, good = (rows[matches(rows["verdict"], one)] for one in (is_higher, is_lower))
    if bad.empty and good.empty:
        possible = int(matches(rows["verdict"], is_possible).sum())
        possibly = f"; {count(possible)} possibly {'does' if possible == 1 else 'do'}, not certain"
        none = "No word goes detectably more often with bad ratings or with good ones"
        return f"{none}{possibly if possible else ''}"
    parts = [f"a larger share of {_who(rows)} wrote {_name(bad)}"] if len(bad) else []
    if len(good):
        parts.append(f"a smaller share{'' if parts else f' of {_who(rows)}'} wrote {_name(good[::-1])}")
    return f"In comments, {'; '.join(parts)}"


def comment_terms_clause(rows: pd.DataFrame) -> str:
    """Return the terms that go with bad ratings as a sentence that follows another; empty if there are none.

    Terms that a report of an earlier week named are known: without their numbers.
    """
    bad = rows[matches(rows["verdict"], is_higher)]
    news, known = (bad[bad["is_news"] == new] for new in (True, False))
    parts = [f"a larger share of {_who(rows)} wrote {_name(news)}"] if len(news) else []
    if len(known):
        parts.append(f"more often with bad ratings, as reported before: {_list(known)}")
    return f" In comments, {'; '.join(parts)}." if parts else ""


def comment_terms_note(rows: pd.DataFrame) -> str:
    """Return what is counted, in one line."""
    has_pairs = any(len(term) == 2 and min(term) >= FIRST_WITHOUT_SPACES for term in rows["term"])
    pairs = " Of scripts without spaces, pairs of characters are counted, not words." if has_pairs else ""
    return (
        "Customers are counted, not uses. Terms of fewer than five customers, stop words, numbers and names of agents "
        f"are left out.{pairs}"
    )


def comment_terms_largest(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the terms that go with bad ratings and with good ones most clearly, at most so many in all."""
    bad, good = (rows[matches(rows["verdict"], one)] for one in (is_higher, is_lower))
    shown = pd.concat(
        [bad.head(max(most // 2, most - len(good))), good.tail(max(most // 2, most - len(bad)))]
    )
    return shown if len(shown) else rows.head(most)


def comment_terms_table(rows: pd.DataFrame, *, comments: bool = True) -> pd.DataFrame:
    """Return `comment_terms` for reading; comments: with an example of each term."""
    table = pd.DataFrame(
        {
            "Term": rows["term"],
            "Customers, bad": rows["bad"],
            "Customers, good": rows["good"],
            "Of bad": (rows["bad"] / rows["of_bad"].where(rows["of_bad"] > 0)).map(percent),
            "Of good": (rows["good"] / rows["of_good"].where(rows["of_good"] > 0)).map(percent),
            "Of bad, change in points": rows["change"].map(points),
            "Verdict": [describe(one, higher=WITH_BAD, lower=WITH_GOOD) for one in rows["verdict"]],
            "Example": rows["example"].map(lambda text: shortened(text, LONGEST_EXAMPLE)),
        }
    )
    return table if comments else table.drop(columns="Example")


def _who(rows: pd.DataFrame) -> str:
    """Return whose comments are compared: shares are of customers who commented."""
    row = rows.iloc[0]
    return f"{count_noun(row['of_bad'], 'customer')} with bad ratings than of {count(row['of_good'])} with good ones"


def _name(rows: pd.DataFrame) -> str:
    named = rows.head(MOST_NAMED)
    shares = [[row[side] / row[f"of_{side}"] for side in ("bad", "good")] for _, row in named.iterrows()]
    terms = [
        f"“{term}” ({percent(bad)} against {percent(good)})"
        for term, (bad, good) in zip(named["term"], shares, strict=True)
    ]
    rest = len(rows) - len(named)
    return join_names([*terms, count_noun(rest, "other term")] if rest else terms)


def _list(rows: pd.DataFrame) -> str:
    """Return terms without their numbers."""
    texts = [f"“{term}”" for term in rows["term"].head(MOST_NAMED)]
    rest = len(rows) - len(texts)
    return join_names([*texts, count_noun(rest, "other term")] if rest else texts)


def _customers(rows: pd.DataFrame) -> str:
    row = rows.iloc[0]
    return f"{count_noun(row['of_bad'], 'customer')} commented on bad ratings, {count(row['of_good'])} on good ones"
