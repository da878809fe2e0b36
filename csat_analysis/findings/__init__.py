"""What the numbers say, as sentences: frames of `questions` in, headings, summary lines and tables out.

A change is named only where its verdict allows it; everything else is said to be no clear change. No sentence
gives a reason, and none orders people.

    phrases         what sentences share: a number with its noun, names in a row
    satisfaction    level, change, unusual weeks, groups, agents
    handling        how ratings go with times, and the times themselves
    kinds           what goes with low ratings
    answers         reasons, comments, response rate, whom to call back
    summary         the tiles on top, the numbers for programs, the definitions at the end
"""

from .answers import (
    bounds,
    call_table,
    call_tiles,
    calls,
    comment_table,
    comments,
    per_group,
    reasons,
    response,
    to_call,
    waiting,
)
from .handling import (
    TIME_NAMES,
    association,
    coverage,
    ends,
    how_associated,
    name_of,
    named,
    per_doubling,
    pooled,
    time_table,
    times,
    turns,
    within,
)
from .kinds import case_mix, largest, left_out, low_ratings, mix_table, together, value_table
from .phrases import counted, interval_of, listed
from .satisfaction import (
    agent_table,
    agents,
    caution,
    change,
    change_table,
    distribution,
    headline,
    how_judged,
    level,
    movement,
    movers,
    signals,
    spread,
    unseen,
    with_enough,
)
from .summary import DEFINITIONS, definitions, numbers, tiles

__all__ = [
    "DEFINITIONS",
    "TIME_NAMES",
    "agent_table",
    "agents",
    "association",
    "bounds",
    "call_table",
    "call_tiles",
    "calls",
    "case_mix",
    "caution",
    "change",
    "change_table",
    "comment_table",
    "comments",
    "counted",
    "coverage",
    "definitions",
    "distribution",
    "ends",
    "headline",
    "how_associated",
    "how_judged",
    "interval_of",
    "largest",
    "left_out",
    "level",
    "listed",
    "low_ratings",
    "mix_table",
    "movement",
    "movers",
    "name_of",
    "named",
    "numbers",
    "per_doubling",
    "per_group",
    "pooled",
    "reasons",
    "response",
    "signals",
    "spread",
    "tiles",
    "time_table",
    "times",
    "to_call",
    "together",
    "turns",
    "unseen",
    "value_table",
    "waiting",
    "with_enough",
    "within",
]
