"""Compare both implementations: ``python -m benchmarks.third scenarios/broadband.yaml``."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from benchmarks.third.compare import agreements, run_ours, run_third, settings_of_size


def main() -> int:
    """Run the command; return 1 if a measure differs by more than ``--tolerance``."""
    a = _parser().parse_args()
    settings = settings_of_size(a.scenario, a.people) if a.people else []
    settings += [f"months={a.months}", *a.set] if a.months else a.set
    worst = 0.0
    for policy in a.policy or ["equal"]:
        began = time.perf_counter()
        third = run_third(a.scenario, policy, settings, a.seed, a.n, a.workers)
        between = time.perf_counter()
        ours = run_ours(a.scenario, policy, settings, a.seed, a.n)
        ended = time.perf_counter()
        print(f"{policy}, {a.n} replications; {' '.join(settings)}")
        print(f"{'measure':28}{'sim':>12}{'+-':>10}{'third':>12}{'+-':>10}{'z':>7}")
        for row in agreements(ours, third):
            worst = max(worst, abs(row.z))
            mark = " *" if abs(row.z) > a.tolerance else ""
            print(
                f"{row.measure:28}{row.ours:12.5g}{row.ours_error:10.3g}"
                f"{row.third:12.5g}{row.third_error:10.3g}{row.z:7.2f}{mark}"
            )
        print(f"seconds: sim {ended - between:.1f}, third {between - began:.1f}\n")
    return int(worst > a.tolerance)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.third", description=__doc__)
    parser.add_argument("scenario", type=Path)
    parser.add_argument("--policy", action="append", help="repeatable; by default equal")
    parser.add_argument("--people", type=int, help="a smaller world, its agents as busy")
    parser.add_argument("--months", type=int)
    parser.add_argument("-n", type=int, default=10, help="replications")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tolerance", type=float, default=3.0, help="in standard errors")
    return parser


sys.exit(main())
