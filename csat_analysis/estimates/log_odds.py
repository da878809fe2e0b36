"""Which terms are used more often in one set of comments than in another: weighted log-odds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .counts import (
    Numbers,
    as_floats,
    in_shape_of,
    require_same_index,
    whole_counts,
    z_value,
)


class LogOdds(NamedTuple):
    """Result of `weighted_log_odds`: above 0 where a term is used more often, in natural logarithms; `z` per term."""

    estimate: Numbers
    low: Numbers
    high: Numbers
    z: Numbers


def weighted_log_odds(
    counts: Numbers,
    total: float,
    *,
    against: tuple[Numbers, float],
    prior: Numbers,
    prior_total: float,
    level: float = 0.95,
) -> LogOdds:
    """Return the log-odds of each term in one set of comments against another.

    Parameters
    ----------
    counts : counts
        Uses of each term, or customers who used it.
    total : float
        All uses or customers in this set, those of terms that are left out included.
    against : tuple
        Counts of the same terms and total of the other set.
    prior : numbers
        Uses of each term added to both sets, above 0: usually in proportion to all comments, so that common words need
        more evidence than rare ones.
    prior_total : float
        Sum of the prior over all terms.
    level : float
        Level of the intervals.

    Returns
    -------
    LogOdds
        In the shape of the counts.

    Raises
    ------
    ValueError
        If counts are impossible, a term is used more often than there are uses, or the prior is not above 0 and below
        its total.

    Notes
    -----
    Monroe, Colaresi & Quinn 2008, Political Analysis 16:372-403, with an informative Dirichlet prior: the difference of
    ln((y + a) / (n + a0 - y - a)), with variance 1 / (y1 + a) + 1 / (y2 + a).

    Examples
    --------
    >>> found = weighted_log_odds(20, 1000, against=(5, 1500), prior=5, prior_total=500)
    >>> round(found.estimate, 3), round(found.z, 2)
    (1.216, 3.25)
    """
    require_same_index(counts=counts, against=against[0], prior=prior)
    ours, theirs = whole_counts(counts, "counts"), whole_counts(against[0], "counts of the other set")
    added = as_floats(prior)
    if (ours > total).any() or (theirs > against[1]).any():
        raise ValueError("a term must not be used more often than the total of its set")
    if not ((added > 0) & (added < prior_total)).all():
        raise ValueError("prior must be above 0 and below prior_total")
    used, used_there = ours + added, theirs + added
    not_used, not_used_there = total + prior_total - used, against[1] + prior_total - used_there
    estimate = np.log(used / not_used) - np.log(used_there / not_used_there)
    error = np.sqrt(1 / used + 1 / used_there)
    half_width = z_value(level) * error
    columns = estimate, estimate - half_width, estimate + half_width, estimate / error
    return LogOdds(*(in_shape_of(column, counts, against[0], prior) for column in columns))
