"""The examples of docs/scheduling have the syntax of their schedulers and valid csat commands."""

from __future__ import annotations

import ast
import datetime as dt
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from typer.main import get_command

from csat_analysis.cli.commands import app
from csat_analysis.periods import last_complete_week
from csat_analysis.settings import READERS

EXAMPLES = Path(__file__).parents[2] / "docs" / "scheduling"
FILES = sorted(EXAMPLES.iterdir())
FIELDS = {"minute": (0, 59), "hour": (0, 23), "day": (1, 31), "month": (1, 12), "weekday": (0, 7)}
COMMANDS = get_command(app).commands


def text(name: str) -> str:
    return (EXAMPLES / name).read_text("utf-8")


def cron_fields(line: str) -> dict[str, set[int]]:
    """Return the times of a cron line by field; raise ValueError for lines that cron refuses."""
    *fields, command = line.split(None, 5)
    if len(fields) != 5 or not command:
        raise ValueError("five fields and a command")
    return {name: cron_values(field, *FIELDS[name]) for name, field in zip(FIELDS, fields, strict=True)}


def cron_values(field: str, low: int, high: int) -> set[int]:
    values: set[int] = set()
    for part in field.split(","):
        match = re.fullmatch(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?", part)
        if not match:
            raise ValueError(f"no cron field: {field}")
        first, last, step = (int(one) if one else None for one in match.groups())
        end = last if last is not None else high if first is None else first
        values |= set(range(first if first is not None else low, end + 1, step or 1))
    if not values or min(values) < low or max(values) > high:
        raise ValueError(f"out of range: {field}")
    return values


@pytest.mark.parametrize("line", ["60 6 * * 1 x", "15 6 * * x", "15 6 * * 8 x", "15 6 * 1 x", "a 6 * * 1 x"])
def test_the_cron_parser_refuses_lines_that_cron_refuses(line):
    with pytest.raises(ValueError, match="cron field|range|five fields"):
        cron_fields(line)


def test_the_cron_line_runs_on_monday_morning_and_makes_no_report_after_a_failed_pull():
    (line,) = [one for one in text("crontab").splitlines() if one and not one.startswith("#")]
    assert cron_fields(line) | {"day": 0, "month": 0} == {
        "minute": {15},
        "hour": {6},
        "day": 0,
        "month": 0,
        "weekday": {1},
    }
    assert "%" not in line  # cron would read it as the end of the line
    assert "csat pull && .venv/bin/csat report" in line
    assert subprocess.run(["sh", "-n", "-c", line.split(None, 5)[5]], check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd on this machine")
def test_systemd_accepts_the_units(tmp_path):
    for name in ("csat-weekly.service", "csat-weekly.timer"):
        here = (
            text(name)
            .replace("/srv/csat/.venv/bin/csat", shutil.which("true"))
            .replace("/srv/csat", str(tmp_path))
        )
        (tmp_path / name).write_text(here)
    units = [tmp_path / "csat-weekly.service", tmp_path / "csat-weekly.timer"]
    found = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")
    when = re.search(r"^OnCalendar=(.+)$", text("csat-weekly.timer"), re.MULTILINE)[1]
    assert (
        subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, check=False).returncode
        == 0
    )


def test_the_workflow_has_the_structure_that_github_expects():
    workflow = yaml.load(text("github-actions.yml"), yaml.BaseLoader)  # YAML 1.1 would read "on" as true
    assert {"name", "on", "permissions", "jobs"} <= set(workflow)
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    assert {"runs-on", "timeout-minutes", "steps"} <= set(job)
    assert all(("uses" in step) != ("run" in step) for step in job["steps"])
    assert cron_fields(workflow["on"]["schedule"][0]["cron"] + " x")["weekday"] == {1}
    (upload,) = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert upload["if"] == "always()"  # or a webhook that fails would lose the report
    known = {name.upper() for name in READERS}
    assert set(job["env"]) - known == {"WEEK"}
    secret = {name for name in job["env"] if re.search("SECRET|DATABASE|WEBHOOK|TOKEN", name)}
    assert all(job["env"][name].startswith("${{ secrets.") for name in secret)


def test_the_dag_is_valid_python_and_reports_the_week_before_each_run():
    tree = ast.parse(text("airflow_dag.py"))
    zone = next(
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "ZONE"
    )
    runs_at = dt.datetime(2026, 11, 16, 6, 15, tzinfo=ZoneInfo(zone))
    interval_start = runs_at - dt.timedelta(weeks=1)
    form = re.search(r"strftime\('(.+?)'\)", text("airflow_dag.py"))[1]
    assert interval_start.strftime(form) == last_complete_week(runs_at, zone).label == "2026-W46"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_csat_command_line_parses(path):
    lines = re.findall(r"csat ((?:pull|report)\b[^&;}\n\"#]*)", _without_comments(path.read_text("utf-8")))
    assert lines or path.suffix == ".timer"
    for line in lines:
        name, *arguments = shlex.split(line.replace("{WEEK}", "2026-W46").replace("$WEEK", "2026-W46"))
        assert COMMANDS[name].make_context(name, arguments, resilient_parsing=False).params is not None


def _without_comments(source: str) -> str:
    return "\n".join(
        line for line in source.replace('"$WEEK"', "$WEEK").splitlines() if not line.lstrip().startswith("#")
    )


def test_the_guide_shows_every_example():
    guide = (EXAMPLES.parent / "scheduling.md").read_text("utf-8")
    assert all(f"(scheduling/{path.name})" in guide for path in FILES)
    for line in re.findall(r"^    csat (report.*?)(?:  +#.*)?$", guide, re.MULTILINE):
        name, *arguments = shlex.split(line)
        assert COMMANDS[name].make_context(name, arguments, resilient_parsing=False)
