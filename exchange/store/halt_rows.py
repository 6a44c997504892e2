"""The rows of halts: column order of halt_tables.py."""

from exchange.halt_types import Halt
from exchange.ports import Row


def halt_row(halt: Halt) -> Row:
    """A halt as it is now."""
    return (
        halt.halt_id,
        int(halt.level),
        halt.subject_id,
        halt.given_by,
        int(halt.reason),
        halt.note,
        halt.review_ns,
        halt.officer,
        halt.given_at_ns,
        halt.lifted_at_ns,
        halt.lifted_note,
        halt.lifted_officer,
    )
