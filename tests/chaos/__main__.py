"""`python -m tests.chaos`: see its help."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from tests.chaos.run import chaos, summary


def main() -> int:
    """The exit code: 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", choices=["embedded", "shared"])
    options = parser.parse_args()
    faults: list[str] = []
    for kind in ("embedded", "shared"):
        if options.only in (None, kind):
            say = partial(_say, kind)
            say(f"{options.rounds} rounds, seed {options.seed}")
            world = chaos(rounds=options.rounds, seed=options.seed, is_shared=kind == "shared", say=say)
            faults += [f"{kind}: {fault}" for fault in world.faults]
            say(summary(world))
    for fault in faults:
        sys.stderr.write(f"{fault}\n")
    return 1 if faults else 0


def _say(kind: str, what: str) -> None:
    sys.stdout.write(f"{kind}: {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
