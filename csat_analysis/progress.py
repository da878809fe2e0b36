"""Show progress as a bar in a terminal or a notebook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm.auto import tqdm

from .formats import printable

# Called with the stage, the share of it that is done (0 to 1), and a note.
Show = Callable[[str, float, str], None]

STAGE_WIDTH = 28
NOTE_WIDTH = 24
FORMAT = f"{{desc:<{STAGE_WIDTH}}}{{percentage:3.0f}} %|{{bar}}|{{elapsed}}, {{remaining}} left{{postfix}}"


@contextmanager
def bar(*, visible: bool = True) -> Iterator[Show]:
    """Yield a function that shows progress in one line of at most 80 characters.

    Parameters
    ----------
    visible : bool
        False shows nothing.

    Yields
    ------
    callable
        Takes a stage, the share of it that is done and a note. A new stage starts a new bar; a part of the stage's
        name after a comma says how far it is and does not start one.
    """
    with tqdm(total=100, bar_format=FORMAT, leave=False, disable=not visible, dynamic_ncols=True) as shown:
        current = ""

        def show(stage: str, share: float, note: str) -> None:
            nonlocal current
            if stage.partition(",")[0] != current:
                current = stage.partition(",")[0]
                shown.reset(total=100)
            shown.set_description_str(_fit(stage, STAGE_WIDTH), refresh=False)
            shown.set_postfix_str(_fit(note, NOTE_WIDTH), refresh=False)
            shown.update(max(0.0, min(100.0, 100 * share) - shown.n))

        yield show
        # JupyterLab shows a bar that ends early in red.
        shown.update(shown.total - shown.n if visible else 0)


def _fit(text: str, width: int) -> str:
    """Return a text without line breaks and control characters, cut to a number of characters."""
    line = " ".join(printable(text).split())
    return line if len(line) <= width else f"{line[: width - 1]}…"
