"""Estimates: small arrays of counts in, estimates with intervals out.

Every function is pure and takes counts or columns of numbers, never a database or a Zendesk object.
Scalars in, floats out; arrays in, arrays out; pandas Series in, Series with the same index out. Results of
several parts are named tuples or frozen dataclasses with speaking fields (`n`, `estimate`, `low`, `high`,
`note`). Shares run from 0 to 1. Where nothing is known (no ratings) the answer is nan; a count that cannot
be, such as more good than rated, is a ValueError; nulls are counted in `missing`, never lost.
Nothing here ranks people.

    rates         one rate, the difference of two, non-response
    weekly        which weeks stand out, whether the level shifted, which drop stays invisible
    agents        whether agents differ at all, their shrunken rates, whether one stands out
    funnel        limits of chance against the number of ratings; spread beyond chance
    times         median and 90th percentile of a time, satisfaction by time bin
    correlation   rating and time: rank correlation
    odds          odds ratio of a good rating per doubling of the time; a check for Simpson's paradox
    casemix       observed over expected bad ratings for an agent's mix of tickets

>>> from csat_analysis.estimates import wilson_interval
>>> low, high = wilson_interval(9, 10)
>>> f"90 % of 10 rated, 95 % interval {low:.0%} to {high:.0%}"
'90 % of 10 rated, 95 % interval 60% to 98%'
"""

from .agents import (
    BetaPrior,
    ShrunkenRates,
    exact_p_values,
    shrunken_rates,
)
from .case_mix import compare_with_mix
from .casemix import ObservedOverExpected, expected_bad, observed_over_expected
from .change_point import ChangePoint, find_change_point
from .clustering import design_effect, intraclass_correlation
from .colleagues import Colleagues, compare_with_colleagues
from .correlation import Correlation, minimum_detectable_correlation, spearman
from .counts import Interval
from .false_discovery import benjamini_hochberg
from .funnel import Overdispersion, funnel_limits, overdispersion
from .heterogeneity import Heterogeneity, measure_heterogeneity
from .lasting_changes import LastingChanges, find_lasting_changes
from .medians import DifferenceOfMedians, difference_of_medians
from .odds import OddsRatio, odds_ratio_per_doubling
from .rates import (
    Difference,
    newcombe_difference,
    response_bounds,
    wilson_interval,
)
from .shrinkage import shrink_rates
from .stratified import StratifiedOddsRatio, mantel_haenszel
from .times import (
    TimeBins,
    TimeEstimate,
    median_interval,
    p90_interval,
    parting_level,
    quantile_interval,
    time_bins,
)
from .week_spread import WeekSpread, measure_week_spread, week_inflation
from .weekly import RunRule, WeeklyChart, minimum_detectable_drop, run_rule, weekly_chart

__all__ = [
    "BetaPrior",
    "ChangePoint",
    "Colleagues",
    "Correlation",
    "Difference",
    "DifferenceOfMedians",
    "Heterogeneity",
    "Interval",
    "LastingChanges",
    "ObservedOverExpected",
    "OddsRatio",
    "Overdispersion",
    "RunRule",
    "ShrunkenRates",
    "StratifiedOddsRatio",
    "TimeBins",
    "TimeEstimate",
    "WeekSpread",
    "WeeklyChart",
    "benjamini_hochberg",
    "compare_with_colleagues",
    "compare_with_mix",
    "design_effect",
    "difference_of_medians",
    "exact_p_values",
    "expected_bad",
    "find_change_point",
    "find_lasting_changes",
    "funnel_limits",
    "intraclass_correlation",
    "mantel_haenszel",
    "measure_week_spread",
    "measure_heterogeneity",
    "median_interval",
    "minimum_detectable_correlation",
    "minimum_detectable_drop",
    "newcombe_difference",
    "observed_over_expected",
    "odds_ratio_per_doubling",
    "overdispersion",
    "p90_interval",
    "parting_level",
    "quantile_interval",
    "response_bounds",
    "run_rule",
    "shrink_rates",
    "shrunken_rates",
    "spearman",
    "time_bins",
    "week_inflation",
    "weekly_chart",
    "wilson_interval",
]
