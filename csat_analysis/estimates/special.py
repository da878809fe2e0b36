"""The functions of scipy.special. SciPy is imported when the first of them is used, as few questions need it."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    import scipy

    return getattr(scipy.special, name)
