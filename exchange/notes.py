"""What people write down in the journal: a line that says why."""

import re
from typing import Final

from exchange.limits import NOTE_LENGTH_MAX

NOTE: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]+")
"""Any script, no control characters."""


def is_note(note: str) -> bool:
    """Whether it says something, in one line of bounded length. Cost: O(its length)."""
    if len(note) > NOTE_LENGTH_MAX or note.isspace():
        return False
    return NOTE.fullmatch(note) is not None
