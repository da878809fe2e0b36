"""Values for the parameters of a notebook: of the types of its defaults, and refused in one line."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from csat_analysis.errors import CsatError
from csat_analysis.reports.parameters import read_values

DEFAULTS = """
week: str = ""  # a week with "#" and "="
weeks: int = 12
share: float = 0.5
comments: bool = True
names: list = ["a", "b"]
where: dict = {}
field = None
made = len("not a literal")
"""


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    path = tmp_path / "own.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(DEFAULTS, metadata={"tags": ["parameters"]})]), path)
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("weeks=26", 26),
        (" weeks = 26 ", 26),
        ("share=1", 1.0),
        ("comments=no", False),
        ("comments=True", True),
        ("week=007", "007"),
        ("week=a=b", "a=b"),
        ("week=", ""),
        ('names=["x"]', ["x"]),
        ('where={"not agent": "Bot"}', {"not agent": "Bot"}),
        ("field=Topic", "Topic"),
        ("made=3", "3"),
    ],
)
def test_a_value_has_the_type_of_the_default(notebook, text, value):
    (found,) = read_values(notebook, [text]).values()
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["wekks=3"], "unknown parameter 'wekks'; choose from: week, weeks, .*did you mean 'weeks'"),
        (["weeks"], "invalid value 'weeks'; expected NAME=VALUE"),
        (["=3"], "expected NAME=VALUE"),
        (["weeks=many"], "invalid weeks 'many'; expected a whole number"),
        (["weeks=2.5"], "expected a whole number"),
        (["share=much"], "expected a number"),
        (["comments=perhaps"], "expected yes or no"),
        (["where=channel"], "expected a dictionary in JSON"),
        (["where=[]"], "expected a dictionary in JSON"),
        (["names={}"], "expected a list in JSON"),
        (["weeks=3", "weeks=4"], "weeks is given twice"),
    ],
)
def test_another_value_is_refused_in_one_line(notebook, texts, message):
    with pytest.raises(CsatError, match=message) as caught:
        read_values(notebook, texts)
    assert "\n" not in str(caught.value)
