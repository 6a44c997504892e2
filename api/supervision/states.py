"""What becomes of an alert.

State      Event     Next       Who may cause it
OPEN       ESCALATE  ESCALATED  an officer of compliance: it is to be reported to the authority
OPEN       RESOLVE   RESOLVED   an officer of compliance
ESCALATED  RESOLVE   RESOLVED   the same, as REPORTED; as anything else another person

A pair without a row is a refusal: somebody was faster.
"""

from enum import IntEnum
from typing import Final


class AlertState(IntEnum):
    """How an alert stands. The numbers are stored: never reuse one."""

    OPEN = 1  # nobody has said what it comes to
    ESCALATED = 2  # it is to be reported to the authority
    RESOLVED = 3  # somebody has said what it came to


class AlertEvent(IntEnum):
    """What can happen to an alert. The numbers are stored: never reuse one."""

    ESCALATE = 1  # compliance has looked, and will report it
    RESOLVE = 2  # compliance has looked, and is done with it


class AlertCode(IntEnum):
    """What an alert came to. The numbers are stored: never reuse one."""

    REPORTED = 1  # the authority has the report: its number is in the note
    EXPLAINED = 2  # there is an ordinary reason
    OTHER = 9  # stated in the note


TRANSITIONS: Final = {
    (AlertState.OPEN, AlertEvent.ESCALATE): AlertState.ESCALATED,
    (AlertState.OPEN, AlertEvent.RESOLVE): AlertState.RESOLVED,
    (AlertState.ESCALATED, AlertEvent.RESOLVE): AlertState.RESOLVED,
}
