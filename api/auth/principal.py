"""A principal: whoever a request is made for, as known from the key that came with it."""

from dataclasses import dataclass

from exchange.types import OPERATOR_ID, OfficerId, PartyId, PartyKind


@dataclass(frozen=True, slots=True)
class Principal:
    """A party of the venue, and the key by which it signed in."""

    party_id: PartyId
    kind: PartyKind
    key_id: str
    """Names the officer in a trust company's decisions."""
    officer_id: OfficerId | None = None
    """Whose key it is; None: the party's, and nobody's in person."""

    @property
    def shown_party_id(self) -> PartyId | None:
        """Whose things it is shown: its own; None of the operator, who sees everybody's."""
        return None if self.party_id == OPERATOR_ID else self.party_id
