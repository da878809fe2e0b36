"""Words and phrases of comments that go with bad ratings, or with good ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import ibis
import numpy as np
import pandas as pd

from ..estimates import newcombe_difference, weighted_log_odds
from ..estimates.levels import Source, level_of
from ..estimates.log_odds import LogOdds
from ..history import History
from ..history.engines import Tables
from ..history.filters import Filter, Where, find_filter
from ..periods import Period
from ..settings import Thresholds
from ..verdicts import is_claim, matches
from . import measures
from .judging import judge_rows, with_verdicts
from .repeat_customers import select_with_customer
from .scope import Names, When, join_periods, one_connection, thresholds, two_periods
from .term_counts import SIDES, Counts, Written, count_terms, find_examples, find_uses
from .tokens import find_words
from .vocabulary import Vocabulary, is_phrase, words_of

# Fewer customers could be recognised by what they wrote.
FEWEST_CUSTOMERS = 5
# Uses added to both sets, as a part of all uses. With a smaller part a term that only one set has shows later.
PRIOR_SHARE = 0.3
# A word is left out if so many of its customers used it in one phrase.
SAME_CUSTOMERS = 0.9
DAYS_OF_A_WEEK = 7


@one_connection
def comment_terms(
    history: History,
    when: When = None,
    that: When = None,
    *,
    than: str | None = None,
    group: Names = None,
    where: Where = None,
    min_ratings: int | None = None,
) -> pd.DataFrame:
    """Return the words and two-word phrases that customers use more often in comments on bad ratings than on good ones.

    Customers are counted, not uses: who writes the same fifty times counts once. Of scripts without blanks, such as
    Japanese and Thai, pairs of characters are terms. E-mail addresses and phone numbers are removed first; stop words,
    numbers and the names of agents are no terms, and neither is what fewer than five customers wrote.

    Parameters
    ----------
    history
        The history to ask.
    when
        The period; by default the last complete week.
    that
        The period to compare with; by default before `when`, as in `compare`.
    than
        In place of `that`: "before" (the default) or "last year" (the same week, month or days of the year before).
    group
        Names of groups, one or several; None for all.
    where
        Filters, such as {"channel": "email", "not agent": "Bot"}: all must hold, and any value of a list.
    min_ratings
        Customers with a comment that bad ratings and good ratings need for verdicts; by default the setting
        CSAT_MIN_RATINGS.

    Returns
    -------
    pandas.DataFrame
        One row per term of at least five customers, those that go with bad ratings most clearly first: `term`, `n`
        (customers who used it), `estimate`, `low`, `high` (log-odds in comments on bad ratings against good ones;
        above 0: more often with bad ones), `verdict` (higher: goes with bad ratings; lower: with good ones), `bad`,
        `good` (customers who used it with such a rating), `of_bad`, `of_good` (customers with a comment), `bad_before`,
        `change`, `change_low`, `change_high` (of the share of customers with a comment on a bad rating; nan without
        such comments before), `is_news` (whether the verdict is a claim that no equally long period made which ended
        one or more weeks earlier and began within `that`), `example` (a redacted comment with the term). With k terms,
        each verdict has a confidence level of 1 - 0.0025/k.

    Raises
    ------
    CsatError
        If a period is malformed or outside the history.

    Examples
    --------
    >>> csat.comment_terms(history, "2026-W46").columns[:4].tolist()
    ['term', 'n', 'estimate', 'low']
    """
    kept = find_filter(history, where, group=group)
    spans = two_periods(history, when, that, than)
    needed = thresholds(history, min_ratings)
    vocabulary = Vocabulary(_words_of_agents(history))
    # Periods side by side are read at once, which shows what reports of the weeks between them said.
    both = join_periods(*spans)
    comments = pd.concat([_read_comments(history, span, kept) for span in ([both] if both else spans)])
    comments["customer"] = comments.groupby(list(measures.CUSTOMER), dropna=False, sort=False).ngroup()
    written = find_uses(comments, vocabulary)
    now, before = (count_terms(written, span) for span in spans)
    rows = _with_changes(judge_terms(now, needed, vocabulary), now, before, level=needed.level)
    rows["is_news"] = _find_news(rows, written, _weeks_earlier(*spans) if both else [], needed)
    rows["example"] = find_examples(written, spans[0], rows)
    rows.attrs |= {"level": needed.level, "verdict_level": needed.verdict_level}
    return rows.reset_index(drop=True)


def _weeks_earlier(this: Period, that: Period) -> list[Period]:
    """Return the periods as long as `this` that ended one or more weeks earlier and do not begin before `that`."""
    most = (this.first - that.first).days // DAYS_OF_A_WEEK
    shifts = [dt.timedelta(weeks=number) for number in range(1, most + 1)]
    return [replace(this, first=this.first - shift, last=this.last - shift) for shift in shifts]


def _find_news(
    rows: pd.DataFrame, written: Written, earlier: Iterable[Period], needed: Thresholds
) -> pd.Series:
    """Return which terms are claimed, and were not claimed in one of the earlier periods."""
    news = pd.Series(matches(rows["verdict"].tolist(), is_claim), rows.index)
    for span in earlier:
        if not news.any():
            break
        counts = count_terms(written, span)
        terms = _choose_terms(counts)
        of_news = terms[terms.index.isin(news.index[news])]
        known = _judge(of_news, counts, needed, comparisons=len(terms))["verdict"]
        news &= known.reindex(rows.index) != rows["verdict"]
    return news


def _read_comments(history: History, span: Period, kept: Filter) -> pd.DataFrame:
    """Return the comments on good or bad ratings, in no order."""

    def query(con: Tables) -> ibis.Table:
        return measures.comments(select_with_customer(history, con, span.start, span.end, kept))

    return history.read(query)


def _words_of_agents(history: History) -> set[str]:
    """Return the words of the names of all agents: no word of a comment should judge a person."""

    def query(con: Tables) -> ibis.Table:
        return con.true_agents()[["name"]]

    return find_words(history.read(query)["name"].dropna())


def judge_terms(now: Counts, needed: Thresholds, vocabulary: Vocabulary) -> pd.DataFrame:
    """Return the terms of enough customers with their log-odds and verdicts, indexed by their numbers.

    Sorted by z: the terms that differ most towards bad ratings come first.
    """
    terms = _choose_terms(now)
    terms.insert(0, "term", pd.Series(vocabulary.texts(terms.index.to_numpy()), terms.index, dtype="str"))
    rows = _judge(terms.sort_values("term"), now, needed, comparisons=len(terms))
    order = (-rows.pop("z")).argsort(kind="stable")
    return rows.iloc[order]


def _choose_terms(counts: Counts) -> pd.DataFrame:
    """Return the terms of enough customers, without words that nearly all used in one and the same phrase."""
    terms = counts.terms[counts.terms["n"] >= FEWEST_CUSTOMERS]
    phrases = terms[is_phrase(terms.index.to_numpy())]
    parts = []
    for words in words_of(phrases.index.to_numpy()):
        used = terms["n"].reindex(words).to_numpy()
        parts.append(words[phrases["n"] >= SAME_CUSTOMERS * used])
    return terms[~terms.index.isin(np.concatenate(parts))]


def _judge(terms: pd.DataFrame, counts: Counts, needed: Thresholds, *, comparisons: int) -> pd.DataFrame:
    """Add log-odds (`z`: in standard deviations) and verdicts to some of the terms that are compared."""
    enough = min(counts.customers.values()) >= needed.min_ratings
    strict = level_of(Source.TERMS, verdict_level=needed.verdict_level, comparisons=comparisons)
    compare = partial(_log_odds, terms, counts.terms[[*SIDES]].sum())
    shown = compare(level=needed.level)
    verdicts = judge_rows(shown, compare(level=strict), [enough] * len(terms))
    of_sides = {f"of_{side}": number for side, number in counts.customers.items()}
    rows = terms.assign(**of_sides, estimate=shown.estimate, low=shown.low, high=shown.high, z=shown.z)
    return with_verdicts(rows, verdicts, level=needed.level)


def _log_odds(terms: pd.DataFrame, uses: pd.Series, *, level: float) -> LogOdds:
    return weighted_log_odds(
        terms["bad"],
        float(uses["bad"]),
        against=(terms["good"], float(uses["good"])),
        prior=PRIOR_SHARE * (terms["bad"] + terms["good"]),
        prior_total=PRIOR_SHARE * float(uses.sum()) + 1,  # one use of all terms that nobody used
        level=level,
    )


def _with_changes(rows: pd.DataFrame, now: Counts, before: Counts, *, level: float) -> pd.DataFrame:
    """Add how many customers with bad ratings used each term before, and the change of their share."""
    used = before.terms["bad"].reindex(rows.index, fill_value=0).to_numpy()
    totals = [np.full(len(rows), one.customers["bad"]) for one in (now, before)]
    change = newcombe_difference(rows["bad"].to_numpy(), totals[0], minus=(used, totals[1]), level=level)
    judged = rows.pop("verdict")
    return rows.assign(
        bad_before=used,
        change=change.estimate,
        change_low=change.low,
        change_high=change.high,
        verdict=judged,
    )
