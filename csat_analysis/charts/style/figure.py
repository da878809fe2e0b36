"""The `Chart` that every figure is, its SVG and HTML, fonts, colours and the empty figure."""

from __future__ import annotations

import base64
import dataclasses
import functools
import io
import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager, get_font
from matplotlib.text import Text

Drawing = ParamSpec("Drawing")
STYLE = Path(__file__).parent
# Inches: width of all figures, that of those drawn again for phones, their common left edge, and room for labels at
# the end of a line.
WIDTH = 7.5
NARROW = 3.8
LEFT = 0.5
RIGHT = 0.95
SUBJECT = "#0072B2"
CONTEXT = "#c3cad3"
LINE = "#8b95a3"
SIGNAL = "#D55E00"
# Colours of text: contrast 4.5 or more on white.
INK = "#1c2430"
QUIET = "#5b6675"
SIGNAL_TEXT = "#B34700"
# Opacity of an interval.
BAND = 0.16
# Points: text beside and below; the style sheet has the other sizes.
SMALL = 8.25
# Behind text that may lie on lines. With outlined letters the demo's weekly report had half as many bytes again.
LEGIBLE = {"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1}
NO_RATINGS = "No ratings to draw"
# More than an eye sees.
DECIMALS = re.compile(r"(\.\d\d)\d+")
# A media query: phones, and no paper.
NARROW_SCREEN = "screen and (max-width: 40rem)"
# Inter is part of the package; the others, where installed, are used for letters that it lacks.
FALLBACKS = (
    "Noto Sans",
    "DejaVu Sans",
    "Segoe UI",
    "Arial",
    "Noto Sans Arabic",
    "Geeza Pro",
    "Noto Sans Hebrew",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Thai",
    "Noto Sans Georgian",
    "Noto Sans Armenian",
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans",
    "Yu Gothic",
    "Malgun Gothic",
    "Noto Sans Symbols2",
)
for font in (STYLE / "fonts").glob("*.ttf"):
    fontManager.addfont(font)
FAMILIES = ["Inter", *(name for name in FALLBACKS if name in {entry.name for entry in fontManager.ttflist})]
LETTERS_OF_INTER = frozenset(map(chr, get_font(STYLE / "fonts" / "Inter-Regular.ttf").get_charmap()))
# Read once: a figure enters the style three times.
LOOK = {
    **mpl.rc_params_from_file(STYLE / "csat.mplstyle", use_default_template=False),
    "font.family": ["Inter"],
    "figure.figsize": (WIDTH, WIDTH),
}


@dataclasses.dataclass(frozen=True, repr=False)
class Chart:
    """A figure with its texts. Only the plot is drawn: title and note remain text that wraps and can be copied.

    Attributes
    ----------
    figure
        The plot.
    title
        The finding.
    subtitle
        What is drawn, with unit, n and period.
    note
        Source, exclusions and how to read the figure.
    alt
        Description of the plot for readers who cannot see it, written from the numbers.
    narrow
        The same plot for a narrow screen, or None.
    """

    figure: Figure
    title: str
    subtitle: str
    note: str
    alt: str
    narrow: Figure | None = None

    def svg(self) -> str:
        """Return the plot as SVG, with text as paths. Equal numbers give equal bytes."""
        return _svg(self.figure)

    def _repr_html_(self) -> str:
        subtitle = f'<p class="csat-subtitle">{escape(self.subtitle)}</p>' if self.subtitle else ""
        note = f'<p class="csat-small">{escape(self.note)}</p>' if self.note else ""
        return (
            f'<figure class="csat csat-chart"><figcaption><p class="csat-title">{escape(self.title)}</p>'
            f"{subtitle}</figcaption>{self._picture()}{note}</figure>"
        )

    def _picture(self) -> str:
        """Return the plot as an element, with the narrow one for narrow screens; a wide one scrolls there."""
        image = f'<img alt="{escape(self.alt)}" src="{_address(self.figure)}">'
        if self.narrow is None:
            return (
                f'<div class="csat-scroll" tabindex="0" role="group" aria-label="{escape(self.title)}">'
                f"{image}</div>"
            )
        return f'<picture><source media="{NARROW_SCREEN}" srcset="{_address(self.narrow)}">{image}</picture>'

    def __repr__(self) -> str:
        return f"{self.title}: {self.alt}"


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    with look(), _without_font_warnings():
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return _compact(buffer.getvalue())


def _compact(svg: str) -> str:
    """Return an SVG without head, comments and line breaks, and with short paths of two decimals: a third smaller."""
    bare = re.sub(r">\s+<", "><", re.sub(r"<!--.*?-->|<metadata>.*?</metadata>", "", svg, flags=re.DOTALL))
    return re.sub(r' d="[^"]*"', _short_path, bare[bare.index("<svg") :])


def _short_path(path: re.Match[str]) -> str:
    """Return a path with two decimals, and without blanks around its letters."""
    places = re.sub(r"\s+", " ", DECIMALS.sub(r"\1", path[0][4:-1]))
    return f' d="{re.sub(r" ?([A-Za-z]) ?", lambda letter: letter[1], places)}"'


def _address(figure: Figure) -> str:
    return f"data:image/svg+xml;base64,{base64.b64encode(_svg(figure).encode()).decode()}"


@contextmanager
def look() -> Iterator[None]:
    """Use the style sheet within the block."""
    with mpl.rc_context(LOOK):
        yield


def with_fallback_fonts(figure: Figure) -> Figure:
    """Give texts with letters that Inter lacks the other fonts of this machine: to look these up takes time."""
    for text in figure.findobj(Text):
        if not LETTERS_OF_INTER.issuperset(text.get_text().replace("\n", "")):
            # A list of names gives matplotlib a fallback for each letter; "sans-serif" would be one font.
            text.set_fontfamily(FAMILIES)
    return figure


def in_style(draw: Callable[Drawing, Chart]) -> Callable[Drawing, Chart]:
    """Wrap a chart function so that it uses the style, and draws a second figure for narrow screens.

    If nothing can be drawn, the figures say why.
    """

    @functools.wraps(draw)
    def wrapper(*args: Drawing.args, **options: Drawing.kwargs) -> Chart:
        frame: Any = args[0] if args else options["frame"]
        with look():
            try:
                if not frame["n"].sum() > 0:
                    raise TooFew(NO_RATINGS)
                chart = draw(*args, **options)
                with mpl.rc_context({"figure.figsize": (NARROW, NARROW)}):
                    narrow = draw(*args, **options).figure
                with_fallback_fonts(chart.figure)
                return dataclasses.replace(chart, narrow=with_fallback_fonts(narrow))
            except TooFew as few:
                return _nothing(str(few), options)

    return wrapper


class TooFew(Exception):
    """No row has enough ratings to be drawn."""


def _nothing(why: str, words: Mapping[str, Any]) -> Chart:
    alt = f"Nothing is drawn: {why[0].lower()}{why[1:]}."
    texts = (words["title"], words.get("subtitle", ""), words.get("note", ""), alt)
    return Chart(_box(why, WIDTH), *texts, narrow=_box(why, NARROW))


def _box(why: str, width: float) -> Figure:
    figure = Figure(figsize=(width, 0.9))
    box = panel(figure, left=0, bottom=0.05, width=width, height=0.8)
    box.set(xticks=[], yticks=[], facecolor="#f5f7f9")
    box.spines[:].set_visible(False)
    box.text(0.5, 0.5, why, ha="center", va="center", color=QUIET, fontsize=10)
    return with_fallback_fonts(figure)


def canvas(height: float) -> Figure:
    """Return an empty figure of the width in use; `height` in inches."""
    return Figure(figsize=(mpl.rcParams["figure.figsize"][0], height))


def width_of(figure: Figure) -> float:
    """Return the width of a figure in inches."""
    return float(figure.get_size_inches()[0])


def width_of_axes(axes: Axes) -> float:
    """Return the width of axes in inches."""
    return float(axes.bbox.width / axes.figure.dpi)


def panel(figure: Figure, *, left: float, bottom: float, width: float, height: float, **options: Any) -> Axes:
    """Add axes at a place given in inches, so that all figures share their edges."""
    total_width, total_height = figure.get_size_inches()
    place = (left / total_width, bottom / total_height, width / total_width, height / total_height)
    return figure.add_axes(place, **options)


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
