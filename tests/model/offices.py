"""Who holds an office, what he has proposed, and the keys under which people ask for things."""

from __future__ import annotations

from dataclasses import dataclass, field

from exchange.commands import AnyCommand, PlaceOrder, Propose
from exchange.desk_commands import AppointOfficer
from exchange.types import OfficerId, PartyId, PersonId, ProposalId, ProposalOutcome
from registry.types import TimeNs

Key = tuple[PartyId, str, str]
"""Who made the key, for an order or for anything else, and the key."""


def key_of(command: AnyCommand) -> Key:
    """Orders have a namespace of their own: their key is the client's order id."""
    kind = "order" if isinstance(command, PlaceOrder) else "request"
    return command.actor, kind, command.key


@dataclass(kw_only=True, eq=False)
class ModelOfficer:
    """An appointment, for ever; who is dismissed has it no more."""

    officer_id: OfficerId
    appointed: AppointOfficer
    from_ns: TimeNs
    dismissed_at_ns: TimeNs | None = None


@dataclass(kw_only=True, eq=False)
class ModelProposal:
    """An act that somebody proposed, and what became of it."""

    proposal_id: ProposalId
    proposed: Propose
    person: PersonId
    proposed_at_ns: TimeNs
    lapses_ns: TimeNs
    outcome: ProposalOutcome | None = None
    closed_by: OfficerId | None = None
    closed_at_ns: TimeNs | None = None
    closed_sequence: int | None = None
    keys: list[Key] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.outcome is None
