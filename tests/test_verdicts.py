"""Verdicts are data: another text of a member changes no finding."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import csat_analysis
from csat_analysis import verdicts
from csat_analysis.verdicts import Verdict

PACKAGE = Path(csat_analysis.__file__).parent
TESTS = Path(__file__).parent
MEMBER = re.compile(r'^(    [A-Z_]+ = ")(.+)"$', re.MULTILINE)
# Print the sentences about the fixed answers, without any text of a verdict.
SCRIPT = """
import datetime as dt
import json
import csat_analysis
from support.fixed_answers import fixed_answers
from csat_analysis import charts, findings
from csat_analysis.periods import Period
answers = fixed_answers()
week = Period(dt.date(2026, 11, 9), dt.date(2026, 11, 15))
words = {"title": "", "subtitle": ""}
bold = [text.get_text() for chart in (
    charts.differences(answers["compare_groups"], **words), charts.low_ratings(answers["low_ratings"], **words),
    charts.medians(answers["times"], **words), charts.reasons(answers["reasons"], **words),
) for axes in chart.figure.axes for text in axes.texts if text.get_weight() == 600]
print(json.dumps([
    csat_analysis.__file__,
    findings.compare_headline(answers["compare"].iloc[0], where="All groups", span=week),
    findings.csat_level(answers["csat"].iloc[0]), findings.compare_change(answers["compare"].iloc[0]),
    findings.compare_title(answers["compare_groups"]), findings.compare_title(answers["compare_agents"], "agent"),
    findings.compare_overview(
        answers["compare"].iloc[0],
        answers["compare_groups"],
        answers["compare_agents"],
        week=findings.compare_with_trend(answers["compare"].iloc[0], answers["trend"]),
    ),
    findings.answers_title(answers["answers"]),
    findings.explain_change_title(answers["explain_change"]),
    findings.adjusted_differences_title(answers["adjusted_differences"]),
    findings.adjusted_differences_note(answers["adjusted_differences"]),
    findings.comment_terms_title(answers["comment_terms"]),
    findings.trend_title(answers["trend"]), findings.trend_note(answers["trend"]),
    findings.agents_title(answers["agents"]),
    findings.distribution_title(answers["distribution"]), findings.compare_note(answers["compare_groups"]),
    findings.association_title(answers["association"], "first_reply_minutes"),
    findings.time_and_rating_title(answers["time_and_rating"], "first_reply_minutes"),
    findings.simpson_check_strata(answers["simpson_check"], "group"),
    findings.simpson_check_title(answers["simpson_check"], "group"),
    findings.targets_title(answers["targets"]),
    findings.times_title(answers["times"]), findings.reasons_title(answers["reasons"]),
    findings.low_ratings_title(answers["low_ratings"]), findings.case_mix_title(answers["case_mix"], "group"),
    findings.response_rate_title(answers["response_rate"]), bold,
    charts.funnel(answers["agents"], answers["agent_limits"], **words).alt,
]))
"""


def sentences(package: Path) -> list:
    """Return what the findings and charts of a package say about the fixed answers."""
    paths = os.pathsep.join([str(package.parent), str(TESTS)])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": paths, "PYTHONSAFEPATH": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    imported, *said = json.loads(done.stdout)
    assert Path(imported).parent == package
    return said


@pytest.mark.long
def test_no_finding_changes_when_every_member_has_another_text(tmp_path):
    changed = tmp_path / "csat_analysis"
    shutil.copytree(PACKAGE, changed, ignore=shutil.ignore_patterns("__pycache__"))
    source, members = MEMBER.subn(r'\1otherwise \2"', (PACKAGE / "verdicts.py").read_text("utf-8"))
    (changed / "verdicts.py").write_text(source, encoding="utf-8")
    assert members == len(Verdict)
    assert sentences(changed) == sentences(PACKAGE)


def test_only_higher_and_lower_claim_a_difference():
    assert {one for one in Verdict if verdicts.is_claim(one)} == {"higher", "lower"}


def test_a_frame_of_no_rows_is_masked_without_losing_its_columns():
    empty = pd.DataFrame({"n": [], "verdict": []})
    assert list(empty[verdicts.matches(empty["verdict"], verdicts.is_claim)]) == ["n", "verdict"]


@pytest.mark.parametrize("ask", [verdicts.is_claim, verdicts.has_enough_data, verdicts.direction])
def test_a_text_that_is_not_a_verdict_is_refused(ask):
    with pytest.raises(ValueError, match="'no clear change' is not a valid Verdict"):
        ask("no clear change")
