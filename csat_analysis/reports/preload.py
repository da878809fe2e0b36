"""What nearly every report needs, imported once by the process from which a fan-out forks its children.

Nothing is opened here and no thread is started: neither would outlive a fork.
"""

# ruff: noqa: F401, I001  (imported to be there, in an order that matters)

from __future__ import annotations

import gc
import os

# Pictures of pyplot become outputs of their cell, as in a kernel; matplotlib reads this when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

from . import execution as report  # first: it spares the others a second of needless import
from .. import charts, findings, questions
from . import in_process

import ibis.backends.duckdb
import nbconvert.exporters
import pyarrow.pandas_compat
import statsmodels.discrete.discrete_model

gc.freeze()  # all this stays: a child's collections need not walk it, which takes a tenth of a report's time
