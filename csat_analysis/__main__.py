"""`python -m csat_analysis` is the `csat` command."""

from .cli import main

main()
