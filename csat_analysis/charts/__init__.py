"""The figures of a report: a tidy frame in, a `Chart` out; they draw and know no statistics.

Over the weeks: `trend`, `small_multiples` (one panel a group), `response_rate`.
Side by side: `differences` (this period against the one before), `reasons`, `funnel` (agents within limits).
Of the ratings: `distribution`, `rate_by_time` (rate against a duration).

Each takes `(frame, *, title, subtitle="", note="")`: the title says the finding, the subtitle what is drawn
with unit, n and period, the note source and exclusions. Shares are 0-1. A frame without ratings gives a
figure that says so.
"""

from .agents import funnel
from .chart import Chart
from .compared import differences, reasons
from .panels import small_multiples
from .ratings import distribution, rate_by_time
from .weekly import response_rate, trend

__all__ = [
    "Chart",
    "differences",
    "distribution",
    "funnel",
    "rate_by_time",
    "reasons",
    "response_rate",
    "small_multiples",
    "trend",
]
