"""Commands of officers: who is one, what two of them do together, and what waits for one.

`officer_id` is in each the officer who gives the command, as the edge knows him by his key. What is
proposed is a command itself, so Propose stands in exchange/commands.py, where all of them are
known.
"""

from exchange.command import Command
from exchange.late_decision import LateDecision
from exchange.types import (
    ExceptionCode,
    ExceptionId,
    ExceptionKind,
    OfficerId,
    OfficerRole,
    PartyId,
    PersonId,
    ProposalId,
)
from registry.types import TimeNs


class AppointOfficer(Command, frozen=True, kw_only=True, tag=5201):
    """Make a person an officer of a party, or the deputy of one. By the operator for itself, and
    for a trust company that has no head in office; else by the trust company's head."""

    officer_id: OfficerId | None
    """None: the operator, by a key that is no officer's."""
    party_id: PartyId
    person: PersonId
    roles: OfficerRole
    """None of a deputy: he has those of the officer for whom he stands in."""
    from_ns: TimeNs | None
    """None: at once."""
    until_ns: TimeNs | None
    """None: until he is dismissed. A deputy has an end."""
    deputy_for: OfficerId | None


class DismissOfficer(Command, frozen=True, kw_only=True, tag=5301):
    """End an office, and with it those of his deputies. By whoever may appoint him."""

    officer_id: OfficerId | None
    dismissed_id: OfficerId


class Approve(Command, frozen=True, kw_only=True, tag=3701):
    """Approve a proposal: its act is carried out in the same command, or the command is refused as
    the act would be. By an officer of the operator, the checker, who is not the maker."""

    officer_id: OfficerId
    proposal_id: ProposalId
    digest: bytes
    """Of the act that the checker has seen: the maker's."""


class WithdrawProposal(Command, frozen=True, kw_only=True, tag=3801):
    """Take a proposal back. By its maker, in whichever office, or by a head of the operator."""

    officer_id: OfficerId
    proposal_id: ProposalId


class RaiseException(Command, frozen=True, kw_only=True, tag=5401):
    """State what the engine cannot see and a person has to look at; all other kinds of exceptions
    the engine raises itself. By the edge: a LATE_DECISION for the trust company that has decided, a
    WEBHOOK for the operator, a HOLDER_BREAK for whichever of the two has sent the list."""

    kind: ExceptionKind
    subject_id: int
    """Of what the kind says."""
    party_id: PartyId
    """Whose decision, endpoint or product it is."""
    late: LateDecision | None = None
    """Of a LATE_DECISION what was decided, and of no other kind anything."""


class ResolveException(Command, frozen=True, kw_only=True, tag=5501):
    """Say what has become of an exception. By the operator, or an officer of its trust company."""

    officer_id: OfficerId | None
    """None: the operator, by a key that is no officer's."""
    exception_id: ExceptionId
    code: ExceptionCode
    note: str
