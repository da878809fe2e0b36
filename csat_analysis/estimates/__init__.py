"""Estimates: small arrays of counts in, estimates with intervals out.

Every function is pure and takes counts or columns of numbers, never a database or a Zendesk object.
Scalars in, floats out; arrays in, arrays out; pandas Series in, Series with the same index out. Results of
several parts are named tuples or frozen dataclasses with speaking fields (`n`, `estimate`, `low`, `high`,
`note`). Shares run from 0 to 1. Where nothing is known (no ratings) the answer is nan; a count that cannot
be, such as more good than rated, is a ValueError; nulls are counted in `missing`, never lost.
Nothing here ranks people. The parts of scipy take up to a second, and are imported where they are used.

    means            the mean rating
    rates            one rate, the difference of two, non-response
    clustering       customers who rate several times: design effects
    weekly           which weeks differ from the others, and which drop could be seen
    week_spread      how much more than chance weeks vary
    lasting_changes  since when a rate is higher or lower for good
    colleagues       agents against the others of their group at the same time (outliers: who differs)
    heterogeneity    whether agents differ at all
    shrinkage        rates of agents drawn toward those of their group
    overdispersion   whether groups lie further apart than chance puts them
    case_mix         observed over expected bad ratings for a mix of tickets
    adjusted         differences of the share of bad ratings, all else equal (comparable_values: which can be compared)
    kitagawa         a change of the rate: mix of groups, and rates within groups
    times, medians   median and 90th percentile of a time, and differences of medians
    correlation      rating and time: rank correlation
    odds             odds ratio of a good rating per doubling of the time
    stratified       odds ratio of two sides within strata
    log_odds         terms that are used more often in one set of comments than in another
    targets          whether a target is reached, missed, or cannot be told
    levels           how often each kind of claim may be wrong

>>> from csat_analysis.estimates import wilson_interval
>>> low, high = wilson_interval(9, 10)
>>> f"90 % of 10 rated, 95 % interval {low:.0%} to {high:.0%}"
'90 % of 10 rated, 95 % interval 60% to 98%'
"""

from __future__ import annotations

import lazy_loader

# As in csat_analysis/__init__.py: names and modules are listed in __init__.pyi, and imported when first used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
