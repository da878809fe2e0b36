"""Estimates: small arrays of counts in, estimates with intervals out.

Every function is pure and takes counts or columns of numbers, never a database or a Zendesk object.
Scalars in, floats out; arrays in, arrays out; pandas Series in, Series with the same index out. Results of
several parts are named tuples or frozen dataclasses with speaking fields (`n`, `estimate`, `low`, `high`,
`note`). Shares run from 0 to 1. Where nothing is known (no ratings) the answer is nan; a count that cannot
be, such as more good than rated, is a ValueError; nulls are counted in `missing`, never lost.
Nothing here ranks people. Only numpy and pandas are imported at once; the parts of scipy take up to a second, and are
imported where they are used.

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

from .adjusted import Adjusted, adjust_differences
from .case_mix import compare_with_mix
from .change_point import ChangePoint, find_change_point
from .clustering import correlation_of_choices, design_effect, intraclass_correlation
from .colleagues import Colleagues, compare_with_colleagues
from .correlation import Correlation, minimum_detectable_correlation, spearman
from .counts import Interval
from .false_discovery import benjamini_hochberg
from .heterogeneity import Heterogeneity, measure_heterogeneity
from .kitagawa import ChangeParts, decompose_change
from .lasting_changes import LastingChanges, find_lasting_changes
from .log_odds import LogOdds, weighted_log_odds
from .means import Mean, mean_interval
from .medians import DifferenceOfMedians, difference_of_medians
from .odds import OddsRatio, odds_ratio_per_doubling
from .overdispersion import Overdispersion, overdispersion
from .rates import (
    Difference,
    newcombe_difference,
    response_bounds,
    wilson_interval,
)
from .shrinkage import shrink_rates
from .stratified import StratifiedOddsRatio, mantel_haenszel
from .targets import Assurance, TargetResult, compare_with_target
from .times import (
    TimeBins,
    TimeEstimate,
    median_interval,
    p90_interval,
    quantile_interval,
    time_bins,
)
from .week_spread import WeekSpread, measure_week_spread, week_inflation
from .weekly import WeeklyChart, minimum_detectable_drop, weekly_chart

__all__ = [
    "Adjusted",
    "Assurance",
    "ChangeParts",
    "ChangePoint",
    "Colleagues",
    "Correlation",
    "Difference",
    "DifferenceOfMedians",
    "Heterogeneity",
    "Interval",
    "LastingChanges",
    "LogOdds",
    "Mean",
    "OddsRatio",
    "Overdispersion",
    "StratifiedOddsRatio",
    "TargetResult",
    "TimeBins",
    "TimeEstimate",
    "WeekSpread",
    "WeeklyChart",
    "adjust_differences",
    "benjamini_hochberg",
    "compare_with_colleagues",
    "compare_with_mix",
    "compare_with_target",
    "decompose_change",
    "correlation_of_choices",
    "design_effect",
    "difference_of_medians",
    "find_change_point",
    "find_lasting_changes",
    "intraclass_correlation",
    "mantel_haenszel",
    "mean_interval",
    "measure_week_spread",
    "measure_heterogeneity",
    "median_interval",
    "minimum_detectable_correlation",
    "minimum_detectable_drop",
    "newcombe_difference",
    "odds_ratio_per_doubling",
    "overdispersion",
    "p90_interval",
    "quantile_interval",
    "response_bounds",
    "shrink_rates",
    "spearman",
    "time_bins",
    "week_inflation",
    "weekly_chart",
    "weighted_log_odds",
    "wilson_interval",
]
