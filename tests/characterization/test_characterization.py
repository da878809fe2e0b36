"""Every public question on a fixed synthetic account gives the numbers in expected.json.

A later change of a number needs a reason in CHANGELOG.md. Then write the file again, and read its diff:

    CSAT_WRITE_EXPECTED=1 python -m pytest tests/characterization

`make test` asks each question in every third of these ways, `make reliability` (`--long`) in all of them.
The test uses the public API only, so that internal modules can move. Numbers are compared to 7 digits. The sentences in
`nonresponse_note` and `note`, and those of `status`, may change their words: only their numbers are compared.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from characterization import expected
from characterization.account import pull_history
from characterization.questions import QUESTIONS, characterize

import csat_analysis as csat

pytestmark = pytest.mark.slow

EXPECTED = Path(__file__).with_name("expected.json")
ACCOUNT = {"tickets": 6000, "days": 390, "legacy_ratings": 300}
SHOWN = 20
ALL, EVERY_THIRD = slice(None), slice(None, None, 3)
NO_QUESTIONS = {"CsatError", "History", "explore", "known_changes", "open_history", "to_excel"}
SECTIONS = (
    "pull",
    "flatten_answers",
    "history",
    "status",
    "period",
    "table",
    "ratings",
    *QUESTIONS,
    "low thresholds",
    "agent_limits",
)


@pytest.fixture(scope="module")
def ways(request: pytest.FixtureRequest) -> slice:
    """Which of the ways to ask a question are asked: expected answers are written with all of them."""
    return ALL if expected.IS_WRITTEN or request.config.getoption("--long") else EVERY_THIRD


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory, ways: slice) -> dict[str, Any]:
    """Answers about the fixed account; they become the expected ones if the environment says so."""
    database = tmp_path_factory.mktemp("characterization") / "csat.duckdb"
    summaries, bodies = pull_history(str(database), **ACCOUNT)
    found = characterize(str(database), summaries, bodies, ways)
    expected.write_if_asked(EXPECTED, found)
    return found


@pytest.mark.parametrize("section", SECTIONS)
def test_the_numbers_are_the_expected_ones(answers: dict[str, Any], section: str, ways: slice) -> None:
    wanted = expected.read(EXPECTED)[section]
    if section in (*QUESTIONS, "low thresholds"):
        wanted = dict(list(wanted.items())[ways])
    found = list(islice(expected.differences(wanted, answers[section], section), SHOWN))
    assert not found, "\n".join([f"first differences from {EXPECTED.name}:", *found])


def test_every_public_function_is_asked(answers: dict[str, Any]) -> None:
    assert set(csat.__all__) - NO_QUESTIONS <= set(answers)
    assert set(answers) == set(SECTIONS) == set(expected.read(EXPECTED))
