"""Import scipy.special without two modules of numpy that it never uses, and which take a tenth of a first question."""

import sys

import numpy as np

# scipy.special copies every name of numpy, and numpy imports these two when they are asked for.
_UNUSED = [name for name in ("f2py", "testing") if f"numpy.{name}" not in sys.modules]

for _name in _UNUSED:
    setattr(np, _name, None)
try:
    import scipy.special  # noqa: F401
finally:
    for _name in _UNUSED:
        # Another import may have set it meanwhile.
        if getattr(np, _name) is None:
            delattr(np, _name)
