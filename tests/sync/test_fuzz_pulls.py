"""Fuzzed pulls: mutated bodies, envelopes, headers and servers end in a pull or in one clear line.

No traceback, no hang, less than 600 MB, and every body is a row, or is kept as it came and counted.
`make test` runs a few seeds, `make fuzz` many more.
"""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from support.fuzz_pulls import Fuzzer


@pytest.mark.slow
def test_mutated_answers_end_in_a_pull_or_in_one_line_and_lose_no_body(tmp_path, request, capsys):
    seeds = range(request.config.getoption("fuzz_pulls"))
    with Fuzzer(tmp_path) as fuzzer:
        cases = [fuzzer.run(seed) for seed in seeds]
    faults = [f"seed {case.seed}: {fault}" for case in cases for fault in case.faults]
    outcomes = Counter(case.outcome for case in cases)
    with capsys.disabled():
        sys.stdout.write(f"\n{len(cases)} fuzzed pulls: {dict(outcomes)}, {len(faults)} faults, ")
        sys.stdout.write(f"at most {max(case.memory_mb for case in cases):.0f} MB and ")
        sys.stdout.write(f"{max(case.seconds for case in cases):.0f} s\n")
    assert {"done", "failed"} <= set(outcomes), "the mutations are too weak or too strong"
    assert not faults, "\n\n".join(faults[:20])
