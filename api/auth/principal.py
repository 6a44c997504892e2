"""A principal: whoever a request is made for, as known from the key that came with it."""

from dataclasses import dataclass
from typing import Final

from exchange.types import OfficerId, PartyId, PartyKind

READERS_OF_ALL: Final = frozenset({PartyKind.OPERATOR, PartyKind.REGULATOR})
"""Who reads what is anybody's."""


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
    def reads_all(self) -> bool:
        """Whether it sees everybody's things."""
        return self.kind in READERS_OF_ALL

    @property
    def shown_party_id(self) -> PartyId | None:
        """Whose things it is shown: its own; None of who sees everybody's."""
        return None if self.reads_all else self.party_id
