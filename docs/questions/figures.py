"""Draw the example figures of these pages, from the demo account with a fixed seed and clock.

python docs/questions/figures.py            # writes figures/*.png beside this file
"""

from __future__ import annotations

import datetime as dt
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path

from PIL import Image

import csat_analysis as csat
from csat_analysis import charts, findings
from csat_analysis.charts.style.figure import look
from csat_analysis.fake_zendesk import CLIENT_ID, CLIENT_SECRET, make_account, serving
from csat_analysis.periods import Period
from csat_analysis.settings import load_settings

FOLDER = Path(__file__).parent / "figures"
NOW, ZONE, WEEK = dt.datetime(2026, 11, 23, 6, tzinfo=dt.UTC), "Europe/Berlin", "2026-W47"
REPLY = "first_reply_minutes"
DOTS_PER_INCH, COLOURS = 100, 64  # small enough for git
LETTERS, LINE_INCHES = 108, 0.2  # of a line of the words above a figure


def demo_history(folder: Path) -> csat.History:
    """Return the history of the demo account at NOW."""
    database = str(folder / "csat.duckdb")
    with serving(make_account(now=NOW)) as url:
        settings = load_settings(
            env_file=False,
            zendesk_url=url,
            zendesk_client_id=CLIENT_ID,
            zendesk_client_secret=CLIENT_SECRET,
            csat_database=database,
            csat_timezone=ZONE,
        )
        csat.pull(settings=settings, progress=False)
    return csat.History(database, timezone=ZONE)


def figures(history: csat.History) -> dict[str, Callable[[], charts.Chart]]:
    """Return the function that draws the figure of each question."""
    week = csat.period(history, WEEK)
    window = week.and_before(11)
    return {
        "csat": lambda: _csat(history, window),
        "trend": lambda: _trend(history),
        "compare": lambda: _compare(history),
        "explain_change": lambda: _explain_change(history, week.and_before(3)),
        "distribution": lambda: _distribution(history),
        "agents": lambda: _agents(history, window),
        "times": lambda: _times(history, week),
        "time_and_rating": lambda: _time_and_rating(history, window),
        "association": lambda: _association(history, window),
        "simpson_check": lambda: _simpson_check(history, window),
        "reasons": lambda: _reasons(history, week.and_before(3)),
        "adjusted_differences": lambda: _adjusted_differences(history, week.and_before(51)),
        "comment_terms": lambda: _comment_terms(history, week.and_before(25)),
        "answers": lambda: _answers(history, window),
        "low_ratings": lambda: _low_ratings(history, window),
        "case_mix": lambda: _case_mix(history, window),
        "targets": lambda: _targets(history, week),
        "response_rate": lambda: _response_rate(history),
        "follow_up": lambda: _follow_up(history),
    }


def _csat(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.trend(history, until=WEEK, by="group", pool=4)
    now = csat.csat(history, window).iloc[0]
    return charts.small_multiples(
        rows,
        by="group",
        title=findings.csat_level(now),
        subtitle=f"Share of good ratings by group, four weeks at each point; band: {findings.interval_name(rows)}",
    )


def _trend(history: csat.History) -> charts.Chart:
    rows = csat.trend(history, until=WEEK)
    return charts.trend(
        rows,
        title=findings.trend_title(rows),
        subtitle=f"Share of good ratings by week, n = {rows['n'].sum()}",
    )


def _compare(history: csat.History) -> charts.Chart:
    rows = csat.compare(history, "2026-W44", by="group")
    subtitle = f"Share of good ratings in 2026-W44 and the four weeks before. {findings.compare_note(rows)}"
    return charts.differences(rows, by="group", title=findings.compare_title(rows), subtitle=subtitle)


def _explain_change(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.explain_change(history, window, window.before(8))
    subtitle = f"Points of the change of all ratings, {window} and the eight weeks before"
    title, note = findings.explain_change_title(rows), findings.explain_change_note(rows)
    return charts.change_parts(rows, title=title, subtitle=subtitle, note=note)


def _distribution(history: csat.History) -> charts.Chart:
    rows = csat.distribution(history, WEEK)
    return charts.distribution(rows, title=findings.distribution_title(rows), subtitle=f"Ratings of {WEEK}")


def _agents(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.agents(history, window)
    subtitle = f"Each dot an agent: points above or below colleagues, by number of ratings, {window}"
    return charts.funnel(rows, csat.agent_limits(rows), title=findings.agents_title(rows), subtitle=subtitle)


def _times(history: csat.History, week: Period) -> charts.Chart:
    rows = csat.times(history, week, week.before(4))
    subtitle = f"Median calendar time of rated tickets, {week} and four weeks before"
    return charts.medians(findings.times_named(rows), title=findings.times_title(rows), subtitle=subtitle)


def _time_and_rating(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.time_and_rating(history, window, time=REPLY)
    title = findings.association_title(csat.association(history, window, time=REPLY), REPLY)
    return charts.rate_by_time(
        rows, title=title, subtitle=f"Share of good ratings by time to first reply, {window}"
    )


def _association(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.association(history, window, time=REPLY)
    subtitle = f"Odds ratio of a good rating per doubling of the first reply, {window}"
    return charts.odds_ratios(
        findings.association_ratios(rows),
        by="method",
        title=findings.association_title(rows, REPLY),
        subtitle=subtitle,
    )


def _simpson_check(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.simpson_check(history, window, time=REPLY, by="channel")
    subtitle = f"Odds ratio of a good rating, slower half of first replies against the quicker, {window}"
    return charts.odds_ratios(rows, title=findings.simpson_check_title(rows, "channel"), subtitle=subtitle)


def _reasons(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.reasons(history, window, window.before(8))
    subtitle = f"Share of bad ratings with a reason, {window} and the eight weeks before"
    return charts.reasons(rows, title=findings.reasons_title(rows), subtitle=subtitle)


def _adjusted_differences(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.adjusted_differences(history, window)
    return charts.adjusted_differences(
        findings.adjusted_differences_named(rows),
        title=findings.adjusted_differences_title(rows),
        subtitle=f"Difference of the share of bad ratings from the reference of each term, points, {window}",
        note=findings.adjusted_differences_note(rows),
    )


def _comment_terms(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.comment_terms(history, window)
    subtitle = f"Use of each term with bad ratings, relative to good ones, {window}"
    return charts.comment_terms(
        findings.comment_terms_largest(rows, 12),
        title=findings.comment_terms_title(rows),
        subtitle=subtitle,
        note=findings.comment_terms_note(rows),
    )


def _answers(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.answers(history, window, question="Select a reason regarding your experience")
    subtitle = f"Answers of {window}. {findings.answers_note(rows)}"
    return charts.answers(rows, title=findings.answers_title(rows), subtitle=subtitle)


def _low_ratings(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.low_ratings(history, window, by="channel")
    subtitle = f"Share of bad ratings by channel and among all others, {window}"
    return charts.low_ratings(rows, title=findings.low_ratings_title(rows), subtitle=subtitle)


def _case_mix(history: csat.History, window: Period) -> charts.Chart:
    rows = csat.case_mix(history, window, by="group", strata=("channel", "priority"))
    subtitle = f"Bad ratings observed over expected, given channel and priority, {window}"
    return charts.observed_over_expected(
        rows, by="group", title=findings.case_mix_title(rows, "group"), subtitle=subtitle
    )


def _targets(history: csat.History, week: Period) -> charts.Chart:
    with tempfile.TemporaryDirectory() as folder:
        history.target, history.targets = 0.9, Path(folder) / "csat_targets.csv"
        history.targets.write_text("dimension,value,target\ngroup,Billing,0.85\nchannel,email,0.75\n")
        rows = csat.targets(history, week.and_before(3))
    history.target = history.targets = None
    title, note = findings.targets_title(rows), findings.targets_note(rows)
    subtitle = f"Share of good ratings in the four weeks to {WEEK}, and the targets"
    return charts.targets(findings.targets_named(rows), title=title, subtitle=subtitle, note=note)


def _response_rate(history: csat.History) -> charts.Chart:
    rows = csat.response_rate(history, until=WEEK)
    subtitle = f"Share of surveys answered, by week of the offer. {findings.response_rate_note(rows)}"
    return charts.response_rate(rows, title=findings.response_rate_title(rows), subtitle=subtitle)


def _follow_up(history: csat.History) -> charts.Chart:
    rows = csat.call_backs(history, until=WEEK)
    subtitle = "Bad ratings by week, and how many have an open or reopened ticket"
    return charts.waiting(rows, title=findings.call_backs_title(rows), subtitle=subtitle)


def save(chart: charts.Chart, path: Path) -> None:
    """Save the plot as PNG, with its title and subtitle above it."""
    title, subtitle = (textwrap.wrap(words, LETTERS) for words in (chart.title, chart.subtitle))
    height = chart.figure.get_figheight()
    with look():
        for place, line in enumerate(reversed([*title, *subtitle])):
            heading = place >= len(subtitle)
            chart.figure.text(
                0,
                1 + (0.12 + place * LINE_INCHES) / height,
                line,
                size=10 if heading else 8.5,
                weight=600 if heading else 400,
                color="#1c2430",
            )
        chart.figure.savefig(path, dpi=DOTS_PER_INCH, bbox_inches="tight", pad_inches=0.1)
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> None:
    """Write all figures."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, draw in figures(demo_history(Path(folder))).items():
            save(draw(), FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
