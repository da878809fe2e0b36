"""csat_analysis: a Zendesk account's customer-satisfaction surveys as answers.

    import csat_analysis as csat

    csat.pull()                                     # Zendesk -> history, with a progress bar
    history = csat.open_history()                   # CSAT_DATABASE, or a path, or a postgresql:// URL
    ratings = history.ratings("2026-08-03", "2026-11-15", group="Billing")      # a DataFrame
    csat.trend(history, by="group")                 # a question: n, estimate, low, high, verdict
    csat.flatten_answers(list_of_survey_responses)  # straight from JSON, no database

The data:

    pull             fetch new data from Zendesk into the history
    open_history     open a history for questions; `History` has `ratings`, `table` and `groups`
    status           how fresh and complete a history is
    period           how a period is understood: its days, and the period before
    flatten_answers  survey answers from JSON, as a DataFrame
    to_excel         write an answer to a spreadsheet
    explore          all questions by choosing in boxes, in JupyterLab

The questions; each takes a history first, and returns a DataFrame:

    csat             how satisfied customers were
    compare          what changed against the period before
    explain_change   how much of a change comes from another mix of tickets
    distribution     how often each rating was given
    trend            week by week: which weeks stand out
    lasting_changes  what changed for good, and since when
    known_changes    what is known to have changed between two periods (csat rebase)
    targets          which targets were reached
    agents           agents beside their colleagues of the same group
    agent_limits     limits of chance for the funnel plot of agents
    response_rate    how many surveys were answered
    reasons          why customers gave bad ratings
    comment_terms    which words go with bad ratings
    answers          what customers answered to the other questions of a survey
    low_ratings      where bad ratings are more frequent
    adjusted_differences  which values go with bad ratings, all else equal
    case_mix         bad ratings beside those expected for the kinds of tickets
    times            how long replies and resolutions took
    time_and_rating  satisfaction from short to long handling times
    association      whether a time and ratings are associated
    simpson_check    whether that is reversed within groups
    follow_up        whom to call back
    call_backs       how many call-backs are waiting, week by week

`help(csat.trend)` describes one of them. An error that a user can fix is a `CsatError`.

Terms: a *survey response* is a survey offered, answered or not. Its CSAT *rating* is good, neutral or bad. The
*history* holds both with the *tickets* they are about.
"""

from __future__ import annotations

import gc
from typing import Any

import lazy_loader

# The public names and their modules are listed once, in __init__.pyi, for type checkers and for this line.
_import, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, or look up the version.

    No garbage is collected meanwhile: there is hardly any, and the search takes a tenth of a first question.
    Then all objects count as old, as after a collection.
    """
    if name == "__version__":
        from importlib.metadata import version

        return version("csat-analysis")
    if not gc.isenabled() or gc.get_freeze_count():
        # The program has its own ways.
        return _import(name)
    gc.disable()
    try:
        return globals().setdefault(name, _import(name))
    finally:
        gc.freeze()
        gc.unfreeze()
        gc.enable()
