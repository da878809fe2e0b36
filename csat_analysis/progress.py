"""A progress bar in a terminal or a notebook: what is being pulled and how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm.auto import tqdm

Show = Callable[[str, float, str], None]  # what is being done, which share of it (0 to 1), and a note


@contextmanager
def bar(*, visible: bool = True) -> Iterator[Show]:
    """A function to call with a stage, its share done and a note; a new stage starts the bar anew."""
    form = "{desc:<28}{percentage:3.0f} %|{bar}| {elapsed}, {remaining} left{postfix}"
    with tqdm(total=100, bar_format=form, leave=False, disable=not visible) as shown:
        current = ""

        def show(stage: str, share: float, note: str) -> None:
            nonlocal current
            if stage.partition(",")[0] != current:  # behind a comma: how far the stage has come
                current = stage.partition(",")[0]
                shown.reset(total=100)
            shown.set_description_str(stage, refresh=False)
            shown.set_postfix_str(note, refresh=False)
            shown.update(max(0.0, min(100.0, 100 * share) - shown.n))

        yield show
        shown.update(
            shown.total - shown.n if visible else 0
        )  # JupyterLab leaves a bar that ends early, in red
