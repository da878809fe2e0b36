"""Every Python block of the documentation runs, page by page, on the demo account."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from support.accounts import SIGNED_IN, ZONE

import csat_analysis as csat
from csat_analysis import fake_zendesk
from csat_analysis.settings import load_settings

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
# Pages of questions have a test of their own.
PAGES = [
    path
    for path in sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "docs/questions/README.md"])
    if BLOCK.search(path.read_text("utf-8"))
]
# The pages name days from here on; words such as "last month" need the present.
FIRST_DAY = dt.datetime(2026, 8, 1, tzinfo=dt.UTC)
DAYS = 126


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Iterator[dict[str, str]]:
    """Yield the settings of the demo account, which has been pulled and is still served."""
    now = dt.datetime.now(dt.UTC)
    days = max(DAYS, (now - FIRST_DAY).days)
    with fake_zendesk.serving(fake_zendesk.make_account(tickets=16 * days, days=days)) as url:
        database = tmp_path_factory.mktemp("blocks") / "csat.duckdb"
        given = {"zendesk_url": url, "csat_database": str(database), "csat_timezone": ZONE, **SIGNED_IN}
        csat.pull(settings=load_settings(env_file=False, **given), progress=False)
        given["csat_mapping"] = str(write_mapping(csat.open_history(str(database))))
        yield {name.upper(): value for name, value in given.items()}


def write_mapping(history: csat.History) -> Path:
    """Write the agents of the account as two teams at two sites, and return the file."""
    agents = sorted(history.table("agents")["agent_id"])
    places = cycle(["Nord,Hamburg", "Süd,München"])
    lines = [f"{agent},{place}" for agent, place in zip(agents, places, strict=False)]
    path = Path(history.location).with_name("csat_mapping.csv")
    path.write_text("\n".join(["agent_id,team,site", *lines]), "utf-8")
    return path


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_the_blocks_of_a_page_run_from_top_to_bottom(demo, monkeypatch, page):
    for name, value in demo.items():
        monkeypatch.setenv(name, value)
    names: dict[str, Any] = {**vars(fake_zendesk), "datetime": dt.datetime, "UTC": dt.UTC}
    names |= {"csat": csat, "history": csat.open_history(), "survey_responses": []}
    blocks = BLOCK.findall(page.read_text("utf-8"))
    for block in blocks:
        exec(compile(block, page.name, "exec"), names)


def test_the_pages_with_blocks_are_found():
    assert {"README", "tutorial", "recipes", "settings", "CONTRIBUTING"} <= {path.stem for path in PAGES}
