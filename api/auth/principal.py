"""A principal: whoever a request is made for, as known from the key or the session of it."""

from dataclasses import dataclass
from typing import Final

from exchange.types import OfficerId, PartyId, PartyKind

READERS_OF_ALL: Final = frozenset({PartyKind.OPERATOR, PartyKind.REGULATOR})
"""Who reads what is anybody's."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A party of the venue, and the key or the login by which it signed in."""

    party_id: PartyId
    kind: PartyKind
    key_id: str
    """Names the officer in a trust company's decisions. Of who signed in by a session it is the
    login's, which is the same in the next session."""
    officer_id: OfficerId | None = None
    """Whose key it is; None: the party's, and nobody's in person."""
    session_id: str | None = None
    """By which it signed in; None: by a key."""

    @property
    def reads_all(self) -> bool:
        """Whether it sees everybody's things."""
        return self.kind in READERS_OF_ALL

    @property
    def shown_party_id(self) -> PartyId | None:
        """Whose things it is shown: its own; None of who sees everybody's."""
        return None if self.reads_all else self.party_id
