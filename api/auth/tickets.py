"""Tickets: how a page signs in on the feed, where a browser sends no header of its own.

A ticket is for one connection, at once; the feed's frames carry it, never an address.
"""

import secrets
from dataclasses import dataclass
from typing import Final

from api.auth.keys import digest_of
from api.auth.sessions import Session

TICKET_LIFE_NS: Final = 30_000_000_000
TICKETS_PER_SESSION_MAX: Final = 20
"""A page that opens a connection anew each second and a half has as many."""


@dataclass(frozen=True, slots=True)
class _Ticket:
    session: Session
    expires_at_ns: int


class TicketBox:
    """The tickets that were given out and not used yet. A restart forgets them."""

    __slots__ = ("_tickets",)

    def __init__(self) -> None:
        self._tickets: dict[bytes, _Ticket] = {}

    def issue(self, session: Session, now_ns: int) -> tuple[str, int] | None:
        """A new ticket and its end; None if the session has too many. Cost: O(tickets)."""
        for digest, each in list(self._tickets.items()):
            if now_ns >= each.expires_at_ns:
                del self._tickets[digest]
        mine = sum(each.session is session for each in self._tickets.values())
        if mine >= TICKETS_PER_SESSION_MAX:
            return None
        ticket, expires_at_ns = secrets.token_urlsafe(32), now_ns + TICKET_LIFE_NS
        self._tickets[digest_of(ticket)] = _Ticket(session, expires_at_ns)
        return ticket, expires_at_ns

    def redeem(self, ticket: str, now_ns: int) -> Session | None:
        """Whose ticket it is, once; None if it is unknown, used or too old."""
        found = self._tickets.pop(digest_of(ticket), None)
        return None if found is None or now_ns >= found.expires_at_ns else found.session
