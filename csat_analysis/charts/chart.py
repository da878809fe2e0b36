"""What all figures share: the `Chart` they return, its SVG and HTML, fonts, canvas and rate axis."""

from __future__ import annotations

import base64
import functools
import io
import logging
import math
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis, XAxis
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.ticker import FixedLocator, FuncFormatter, MultipleLocator, NullLocator

from ..formats import BIDI_CONTROLS, NBSP, count, minutes, percent

Drawing = ParamSpec("Drawing")
STYLE = Path(__file__).parent / "style"
WIDTH, LEFT, RIGHT = (
    7.5,
    0.5,
    0.95,
)  # inches; one left edge for all figures, room for labels at the line's end
SUBJECT, CONTEXT, LINE, SIGNAL = "#0072B2", "#c3cad3", "#8b95a3", "#D55E00"
INK, QUIET, SIGNAL_TEXT = "#1c2430", "#5b6675", "#B34700"  # as text: contrast 4.5 or more on white
BAND = 0.16  # opacity of an interval
SMALL = 8.25  # points: what stands beside or below; the style sheet has the size of the rest
NO_RATINGS = "No ratings to draw"
ALL_DRAWN = 12  # so few rows or panels are drawn even if none has enough ratings
MOST = 60  # panels or rows in a figure; more are pages that nobody reads
# Where a time axis may have ticks: the durations people say, in minutes.
TIMES = (1, 2, 5, 10, 20, 30, 60, 120, 240, 480, 1440, 2 * 1440, 4 * 1440, 7 * 1440, 14 * 1440, 28 * 1440)
SHORTEST_MINUTES = 0.5  # a logarithmic axis has no place for 0
FEW = 10  # with fewer ratings an interval is too wide to set a scale by

# Inter comes with the package; the others, where installed, stand in for the letters it lacks.
FALLBACKS = (
    "Noto Sans", "DejaVu Sans", "Segoe UI", "Arial", "Noto Sans Arabic", "Geeza Pro", "Noto Sans Hebrew",
    "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Thai", "Noto Sans Georgian", "Noto Sans Armenian",
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "WenQuanYi Micro Hei", "Microsoft YaHei",
    "PingFang SC", "Hiragino Sans", "Yu Gothic", "Malgun Gothic", "Noto Sans Symbols2",
)  # fmt: skip
for font in (STYLE / "fonts").glob("*.ttf"):
    fontManager.addfont(font)
FAMILIES = ["Inter", *(name for name in FALLBACKS if name in {entry.name for entry in fontManager.ttflist})]


@dataclass(frozen=True, repr=False)
class Chart:
    """A figure with its words: only the plot is drawn, title and note stay text that wraps and can be copied.

    title: the finding; subtitle: what is drawn, unit, n, period; note: source, exclusions, how to read it.
    alt: the same in words for who cannot see the plot, written from the numbers.
    """

    figure: Figure
    title: str
    subtitle: str
    note: str
    alt: str

    def svg(self) -> str:
        """The plot as SVG, the same bytes for the same numbers; text is drawn as paths."""
        buffer = io.StringIO()
        with look(), _without_font_warnings():
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        source = base64.b64encode(self.svg().encode()).decode()
        subtitle = f'<p class="csat-subtitle">{escape(self.subtitle)}</p>' if self.subtitle else ""
        note = f'<p class="csat-small">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<figure class="csat csat-chart"><figcaption><p class="csat-title">{escape(self.title)}</p>'
            f'{subtitle}</figcaption><div class="csat-scroll"><img alt="{escape(self.alt)}" '
            f'src="data:image/svg+xml;base64,{source}"></div>{note}</figure>'
        )

    def __repr__(self) -> str:
        return f"{self.title}: {self.alt}"


@contextmanager
def look() -> Iterator[None]:
    """The style sheet of `style/` and this machine's fonts, for as long as the block lasts."""
    with mpl.rc_context(fname=STYLE / "csat.mplstyle"):
        # Only a list of names gives matplotlib a fallback for each letter; "sans-serif" would be one font.
        mpl.rcParams["font.family"] = FAMILIES
        yield


def drawn(draw: Callable[Drawing, Chart]) -> Callable[Drawing, Chart]:
    """Wrap a chart function: it draws in our look; where nothing can be drawn, the figure says why."""

    @functools.wraps(draw)
    def wrapper(*args: Drawing.args, **options: Drawing.kwargs) -> Chart:
        frame: Any = args[0] if args else options["frame"]
        with look():
            try:
                return draw(*args, **options) if frame["n"].sum() > 0 else _nothing(NO_RATINGS, options)
            except TooFew as few:
                return _nothing(str(few), options)

    return wrapper


class TooFew(Exception):
    """Raised inside a chart function where no row has enough ratings to be drawn; says so in a few words."""


def _nothing(why: str, words: Mapping[str, Any]) -> Chart:
    figure = Figure(figsize=(WIDTH, 0.9))
    box = panel(figure, left=0, bottom=0.05, width=WIDTH, height=0.8)
    box.set(xticks=[], yticks=[], facecolor="#f5f7f9")
    box.spines[:].set_visible(False)
    box.text(0.5, 0.5, why, ha="center", va="center", color=QUIET, fontsize=10)
    alt = f"Nothing is drawn: {why[0].lower()}{why[1:]}."
    return Chart(figure, words["title"], words.get("subtitle", ""), words.get("note", ""), alt)


def canvas(height: float) -> Figure:
    """An empty figure of the common width; `height` in inches."""
    return Figure(figsize=(WIDTH, height))


def panel(figure: Figure, *, left: float, bottom: float, width: float, height: float, **options: Any) -> Axes:
    """Axes at a place given in inches, so that all figures share their edges."""
    total_width, total_height = figure.get_size_inches()
    place = (left / total_width, bottom / total_height, width / total_width, height / total_height)
    return figure.add_axes(place, **options)


def rate_floor(values: Any, *, floor: float | None = None) -> float:
    """Where a rate axis starts: `floor` if given, else the full ten per cent below the smallest value."""
    if floor is not None:
        return floor
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    return min(max(math.floor(known.min() * 10 - 1e-9) / 10, 0.0), 0.9) if known.size else 0.0


def shared_floor(*frames: pd.DataFrame) -> float:
    """Where the rate axes of several figures start, so that one page has one scale.

    frames: with `n`, `estimate` and `low`, perhaps `n_before` and `estimate_before` (shares 0-1). Rates and
    intervals of fewer than 10 ratings do not widen the scale; the figures draw them at its edge.
    """
    columns = (("n", "estimate"), ("n", "low"), ("n_before", "estimate_before"))
    known = [frame[rate][frame[n] >= FEW] for frame in frames for n, rate in columns if rate in frame]
    return rate_floor(np.concatenate([np.asarray(rates, dtype=float) for rates in known]))


def drawable(frame: pd.DataFrame, by: str, *, enough: pd.Series) -> tuple[pd.DataFrame, str]:
    """The rows of those `by` that are worth drawing, and what that leaves out, in words.

    enough: which rows have enough ratings; a `by` without any such row is left out, unless it is one of few
    and none has enough. Of very many the first in alphabetical order are drawn. Raises TooFew.
    """
    names = sorted(frame[by].unique(), key=lambda name: str(name).casefold())
    known = set(frame.loc[enough, by])
    few = [label(name) for name in names if name not in known]
    if not known and len(names) > ALL_DRAWN:
        raise TooFew(f"Too few ratings to draw any of {count(len(names))}")
    kept = [name for name in names if name in known] or names
    left = f"Drawn: the first {MOST} of {count(len(kept))} in alphabetical order." if len(kept) > MOST else ""
    named = f"Too few ratings to draw: {listed(few)}" if few and known else ""
    return frame[frame[by].isin(kept[:MOST])], sentences(named, left)


def on_axis(frame: pd.DataFrame, low: float) -> pd.DataFrame:
    """The frame with rates below the start of their axis moved to its edge."""
    rates = [name for name in ("estimate", "low", "high", "estimate_before") if name in frame]
    return frame.assign(**{name: frame[name].clip(lower=low) for name in rates})


def rate_top(values: Any) -> float:
    """Where an axis of small rates ends: the full ten per cent above the largest value."""
    return min(math.ceil(np.nanmax([0.1, *values]) * 10) / 10, 1.0)


def rate_axis(axis: Axis, low: float, high: float = 1.0, *, ticks: int = 6) -> None:
    """An x or y axis from `low` to `high` with at most `ticks` ticks at whole steps of per cent."""
    set_limits = axis.axes.set_xlim if isinstance(axis, XAxis) else axis.axes.set_ylim
    set_limits(low, high)
    steps = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)
    axis.set_major_locator(MultipleLocator(next(step for step in steps if (high - low) / step < ticks - 0.5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))


def time_axis(axes: Axes, first: float, last: float, *, ticks: int) -> None:
    """A logarithmic x axis of durations in minutes, with at most `ticks` ticks at durations that people say."""
    first, last = first / 1.15, last * 1.15
    axes.set_xscale("log")
    axes.set_xlim(first, last)
    inside = [time for time in TIMES if first <= time <= last]
    every = math.ceil(len(inside) / ticks) or 1
    axes.xaxis.set_major_locator(FixedLocator(inside[::every] or [math.sqrt(first * last)]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: minutes(value)))


def n_is(n: float) -> str:
    """The number of ratings beside a rate, never broken over two lines."""
    return f"n{NBSP}={NBSP}{count(n)}"


def starts_at(low: float, *rates: pd.Series) -> str:
    """The sentence that says where a rate axis starts, and what becomes of rates below; empty if at zero."""
    below = any((rate < low).any() for rate in rates)
    edge = " What lies below stands at its edge." if below else ""
    return f"The rate axis starts at {percent(low)}.{edge}" if low > 0 else ""


def sentences(*parts: str) -> str:
    """The parts that are not empty as one line."""
    return " ".join(part for part in parts if part)


def listed(entries: Sequence[str], most: int = 12) -> str:
    """The first entries of an alternative text, and how many more there are: a listener cannot skim."""
    more = f"; and {len(entries) - most} more" if len(entries) > most else ""
    return "; ".join(entries[:most]) + more + "."


def label(name: Any, width: int = 100) -> str:
    r"""A name on one line of at most `width` Latin letters; wide letters count twice.

    Controls are dropped, those of direction too: a name must not turn round the text beside it.

    >>> label("Ana\u202e\n$x$"), label("Technical support, second line", 18)
    ('Ana $x$', 'Technical support…')
    """
    text = " ".join(str(name).translate(BIDI_CONTROLS).split())
    text = "".join(letter for letter in text if unicodedata.category(letter) not in {"Cc", "Cs"})
    if reach(text) <= width:
        return text
    while reach(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…"


def reach(text: str) -> int:
    """How wide a text is, in Latin letters: the wide ones of East Asia count twice."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


@contextmanager
def _without_font_warnings() -> Iterator[None]:
    # A name in a script without an installed font is drawn as boxes; the table beside it has the letters.
    logger = logging.getLogger("matplotlib.font_manager")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"Glyph \d+")
            yield
    finally:
        logger.setLevel(level)
