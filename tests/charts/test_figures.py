"""Test figures by their pixels: compare every chart of fixed data with a reviewed image.

After an intended change, write the images again and review them:
python -m pytest tests/charts/test_figures.py --mpl-generate-path=$PWD/tests/charts/baseline
"""

from __future__ import annotations

from functools import partial

import matplotlib as mpl
import pytest
from support.chart_frames import FRAMES, WORDS, agents, by_group, compared, draw

import csat_analysis as csat
from csat_analysis import charts
from csat_analysis.charts.style.figure import STYLE

pytestmark = pytest.mark.slow

# The letters of the package's own font, drawn without hinting, which differs between versions of FreeType. A week
# two points higher, or a difference no longer bold, is 6 or more from its picture; the tolerance is half of that.
STYLE = {
    **mpl.rc_params_from_file(STYLE / "csat.mplstyle", use_default_template=False),
    "font.family": ["Inter"],
    "text.hinting": "no_hinting",
}
DRAWN = {
    **{name: partial(draw, name) for name in FRAMES},
    "funnel_300": lambda: charts.funnel(agents(300), csat.agent_limits(agents(300)), **WORDS),
    "small_multiples_14": lambda: charts.small_multiples(by_group(14), **WORDS),
    "differences_long_names": lambda: charts.differences(
        compared(["Billing and refunds, Europe, the Middle East and Africa", "Returns"]), **WORDS
    ),
}


NARROW = (
    "trend",
    "small_multiples",
    "response_rate",
    "funnel",
    "distribution",
    "change_parts",
    "comment_terms",
    "targets",
    "waiting",
)
looks_the_same = pytest.mark.mpl_image_compare(
    baseline_dir="baseline", tolerance=3, style=STYLE, savefig_kwargs={"dpi": 60}, deterministic=True
)


@looks_the_same
@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_looks_as_it_did(name):
    return DRAWN[name]().figure


@looks_the_same
@pytest.mark.parametrize("name", NARROW)
def test_a_figure_for_phones_looks_as_it_did(name):
    return draw(name).narrow
