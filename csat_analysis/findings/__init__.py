"""Answers as sentences and tables: frames of `questions` in, headings, summary lines and tables out.

A sentence names a change or a difference only where the verdict claims one. No sentence gives a cause, and none orders
people. Each theme is one module, with the name of its question as prefix of each function: `trend_title`, `trend_note`,
`compare_table`. `summary` holds the numbers on top of a report and its definitions, `phrases` what sentences share.
"""

from .adjusted_differences import (
    adjusted_differences_named,
    adjusted_differences_note,
    adjusted_differences_table,
    adjusted_differences_title,
)
from .advice import compare_advice
from .agents import agents_judged, agents_table, agents_title
from .change_parts import (
    explain_change_clause,
    explain_change_note,
    explain_change_parts,
    explain_change_table,
    explain_change_title,
)
from .comment_terms import (
    comment_terms_clause,
    comment_terms_largest,
    comment_terms_note,
    comment_terms_table,
    comment_terms_title,
)
from .durations import TIME_NAMES, time_name, times_named, times_table, times_title
from .follow_up import (
    call_backs_title,
    comments_by_group,
    comments_count,
    comments_table,
    comments_title,
    count_customers,
    customers_per_group,
    follow_up_details,
    follow_up_headline,
    follow_up_links,
    follow_up_table,
    follow_up_tiles,
    follow_up_title,
)
from .handling_time import (
    association_coverage,
    association_note,
    association_points,
    association_ratios,
    association_title,
    simpson_check_note,
    simpson_check_strata,
    simpson_check_summary,
    simpson_check_title,
    time_and_rating_title,
)
from .headlines import compare_headline, compare_overview
from .known_changes import known_changes_clause, last_year_clause
from .lasting_changes import lasting_changes_short, lasting_changes_title
from .next_steps import next_steps_table
from .phrases import (
    count_noun,
    interval_name,
    join_names,
    name_channels,
    name_filters,
    name_periods,
    name_week,
)
from .reasons import reasons_note, reasons_title
from .response_rate import response_rate_note, response_rate_title
from .satisfaction import (
    compare_change,
    compare_note,
    compare_spread,
    compare_table,
    compare_title,
    compare_with_trend,
    csat_level,
    describe_changes,
    distribution_title,
)
from .summary import DEFINITIONS, report_definitions, report_numbers, report_tiles
from .survey_answers import answers_note, answers_title
from .targets import targets_line, targets_named, targets_note, targets_of, targets_table, targets_title
from .ticket_mix import (
    case_mix_table,
    case_mix_title,
    low_ratings_joined,
    low_ratings_largest,
    low_ratings_note,
    low_ratings_table,
    low_ratings_title,
)
from .trend import trend_caution, trend_note, trend_title

__all__ = [
    "adjusted_differences_named",
    "adjusted_differences_note",
    "adjusted_differences_table",
    "adjusted_differences_title",
    "agents_judged",
    "agents_table",
    "agents_title",
    "answers_note",
    "answers_title",
    "association_coverage",
    "association_note",
    "association_points",
    "association_ratios",
    "association_title",
    "call_backs_title",
    "case_mix_table",
    "case_mix_title",
    "comment_terms_clause",
    "comment_terms_largest",
    "comment_terms_note",
    "comment_terms_table",
    "comment_terms_title",
    "comments_by_group",
    "comments_count",
    "comments_table",
    "comments_title",
    "compare_advice",
    "compare_change",
    "compare_headline",
    "compare_note",
    "compare_overview",
    "compare_spread",
    "compare_table",
    "compare_title",
    "compare_with_trend",
    "count_customers",
    "count_noun",
    "csat_level",
    "customers_per_group",
    "DEFINITIONS",
    "describe_changes",
    "distribution_title",
    "explain_change_clause",
    "explain_change_note",
    "explain_change_parts",
    "explain_change_table",
    "explain_change_title",
    "follow_up_details",
    "follow_up_headline",
    "follow_up_links",
    "follow_up_table",
    "follow_up_tiles",
    "follow_up_title",
    "interval_name",
    "join_names",
    "known_changes_clause",
    "last_year_clause",
    "lasting_changes_short",
    "lasting_changes_title",
    "low_ratings_joined",
    "low_ratings_largest",
    "low_ratings_note",
    "low_ratings_table",
    "low_ratings_title",
    "name_channels",
    "name_filters",
    "name_periods",
    "name_week",
    "next_steps_table",
    "reasons_note",
    "reasons_title",
    "report_definitions",
    "report_numbers",
    "report_tiles",
    "response_rate_note",
    "response_rate_title",
    "simpson_check_note",
    "simpson_check_strata",
    "simpson_check_summary",
    "simpson_check_title",
    "targets_line",
    "targets_named",
    "targets_note",
    "targets_of",
    "targets_table",
    "targets_title",
    "time_and_rating_title",
    "time_name",
    "TIME_NAMES",
    "times_named",
    "times_table",
    "times_title",
    "trend_caution",
    "trend_note",
    "trend_title",
]
