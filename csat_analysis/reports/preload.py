"""Import the modules that nearly every report needs, once, in the server process that `parallel` forks from.

Nothing is opened and no thread is started here: neither would survive a fork.
"""

# ruff: noqa: F401, I001  (imported for their effect, in an order that matters)

from __future__ import annotations

import gc
import os

# pyplot figures become outputs of their cell, as in a kernel. matplotlib reads this variable when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

# First, because it avoids one second of unnecessary imports in the others.
from . import execution
from .. import charts, findings, questions
from . import in_process

import ibis.backends.duckdb
import jinja2
import nbconvert.exporters
import pyarrow.pandas_compat
import statsmodels.discrete.discrete_model

# These objects stay alive: excluding them from garbage collection saves a tenth of a report's time.
gc.freeze()
