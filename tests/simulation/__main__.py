"""Run the crash simulation by hand: `python -m tests.simulation --seed N` repeats a failed story,
without a seed it runs many.
"""

import argparse
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.simulation.story import CYCLES_PER_STORY, Story


def main() -> None:
    """Run the stories that were asked for and print what each went through."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("--seed", type=int, help="only this story")
    parser.add_argument("--stories", type=int, default=50)
    parser.add_argument("--cycles", type=int, default=CYCLES_PER_STORY, help="of each story")
    options = parser.parse_args()
    seeds = range(options.stories) if options.seed is None else [options.seed]
    with TemporaryDirectory() as folder:
        total: Counter[str] = Counter()
        for seed in seeds:
            figures = asdict(Story(seed, Path(folder)).run(options.cycles))
            sys.stdout.write(f"seed {seed}: {figures}\n")
            total.update(figures)
    sys.stdout.write(f"in all: {dict(total)}\n")


if __name__ == "__main__":
    main()
