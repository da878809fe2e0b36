"""Cases that are run by `make reliability` only."""

from __future__ import annotations

import pytest


def long_test(*values: object) -> object:
    """Return the parameters of a test as a case that is marked long."""
    return pytest.param(*values, marks=pytest.mark.long)
