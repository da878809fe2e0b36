"""csat_analysis: a Zendesk account's customer-satisfaction surveys as answers.

    import csat_analysis as csat

    csat.pull()                                     # Zendesk -> history, with a progress bar
    history = csat.open_history()                   # CSAT_DATABASE, or a path, or a postgresql:// URL
    ratings = history.ratings("2026-08-03", "2026-11-16", group="Billing")      # a DataFrame
    csat.trend(history, by="group")                 # a question: n, estimate, low, high, verdict
    csat.flatten_answers(list_of_survey_responses)  # straight from JSON, no database

Words: a *survey response* is a survey offered, answered or not; its CSAT *rating* is good, neutral or bad; the
*history* holds both with the *tickets* they are about; *measures* count in the database, *estimates* put intervals
around the counts, *questions* join the two. Everything heavier than this page is imported when it is first used.
"""

from __future__ import annotations

from importlib.metadata import version

import lazy_loader

# The public names and their modules are listed once, in __init__.pyi, for type checkers and for this line.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

__version__ = version("csat-analysis")
