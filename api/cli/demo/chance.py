"""Where the demo's randomness comes from: one seed, and a stream of its own for each purpose."""

from random import Random

Chance = Random
"""A source of repeatable choices."""


def chance(seed: int, purpose: str) -> Chance:
    """The choices that this seed makes for this purpose, the same at every start."""
    # Repeatable is what a simulation needs; nothing secret is drawn from it.
    return Random(f"{seed}/{purpose}")  # noqa: S311  a simulated market, not a secret
