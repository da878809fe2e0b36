"""What the numbers say, as sentences: frames of `questions` in, headings, summary lines and tables out.

A change is named only where its verdict allows it; everything else is said to be no clear change. No sentence
gives a reason, and none orders people.

    phrases         what sentences share: a number with its noun, names in a row
    satisfaction    level, change, unusual weeks, groups, agents
    handling        how ratings go with times, and the times themselves
    answers         reasons, response rate, whom to call back
    summary         the tiles on top, the numbers for programs, the definitions at the end
"""

from .answers import call_table, calls, reasons, response
from .handling import TIME_NAMES, association, how_associated, time_table, times
from .phrases import counted, listed
from .satisfaction import (
    agent_table,
    agents,
    caution,
    change,
    distribution,
    headline,
    how_judged,
    level,
    movers,
    signals,
)
from .summary import DEFINITIONS, definitions, numbers, tiles

__all__ = [
    "DEFINITIONS",
    "TIME_NAMES",
    "agent_table",
    "agents",
    "association",
    "call_table",
    "calls",
    "caution",
    "change",
    "counted",
    "definitions",
    "distribution",
    "headline",
    "how_associated",
    "how_judged",
    "level",
    "listed",
    "movers",
    "numbers",
    "reasons",
    "response",
    "signals",
    "tiles",
    "time_table",
    "times",
]
