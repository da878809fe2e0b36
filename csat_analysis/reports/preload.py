"""Import the modules that nearly every report needs, once, in the server process that `parallel` forks from.

Nothing is opened and no thread is started here: neither would survive a fork.
"""

# ruff: noqa: E402, F401, I001  (imported for their effect, in an order that matters)

from __future__ import annotations

import gc
import logging
import os
import signal

# Nothing that is imported is garbage, and looking for it takes a tenth of the time.
gc.disable()
# Ctrl-C ends the process that waits, which then kills this one.
signal.signal(signal.SIGINT, signal.SIG_IGN)
# pyplot figures become outputs of their cell, as in a kernel. matplotlib reads this variable when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
# Where the home cannot be written, as that of a service, matplotlib would say so at length in each report.
logging.getLogger("matplotlib").setLevel(logging.ERROR)

# First, because it avoids one second of unnecessary imports in the others.
from . import execution
from .. import charts, findings, questions
from . import in_process

import ibis.backends.duckdb.converter
import jinja2
import nbconvert.exporters
import pyarrow.pandas_compat
import regex
import scipy.optimize
import scipy.sparse.csgraph
import stop_words

# These objects stay alive: excluding them from garbage collection saves a tenth of a report's time.
gc.freeze()
# Queries and figures are made of many small objects: looking for garbage less often saves a tenth, and costs 12 MB.
gc.set_threshold(50_000, 20, 50)
gc.enable()
