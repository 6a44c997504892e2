"""Deals between named parties: the words that negotiated, listed, quoted and auctioned deals share.

A *negotiation* is one deal in the making: its opener offers, lists, asks for quotes or auctions. An
*offer* is what one party would trade at: of a negotiated deal the one that stands, of a listing a
buyer's wish, of a request for quotes a quote, of an auction a bid. What each mode allows is a table
over these words (negotiated.py, listed.py, rfq.py, english.py); what becomes of money and units is
in exchange/negotiations.py.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import NamedTuple


class NegotiationState(IntEnum):
    """Where a negotiation stands. The numbers are stored: never reuse one."""

    OPEN = 1  # an offer stands, units are listed, or quotes are asked for
    OFFERED = 2  # listed units are offered to one of those who have asked
    DEALT = 3  # all of it was agreed
    DECLINED = 4  # who was to answer said no
    WITHDRAWN = 5  # by whose word stood
    LAPSED = 6  # nobody agreed in time
    WITHDRAWN_BY_VENUE = 7  # the product was closed, or the units are not free any more
    LED = 8  # somebody has bid for what is auctioned
    BACKED = 9  # it went to one of them, and others stand behind him
    REOPENED = 10  # his transfer has failed: the seller may take the highest of the others


class OfferState(IntEnum):
    """What became of an offer. The numbers are stored: never reuse one."""

    STANDING = 1  # it may be accepted, or waits to be picked
    PICKED = 2  # the seller offers the units to who has asked: he is to say yes
    ACCEPTED = 3  # it became a deal
    COUNTERED = 4  # the other side has made one in its place
    DECLINED = 5  # by the other side
    WITHDRAWN = 6  # by whose it is
    LAPSED = 7  # its time came
    FREED = 8  # the deal was made with another, or will not be made
    WITHDRAWN_BY_VENUE = 9  # the units behind it are not free any more
    RAISED = 10  # who bid has bid more


STANDING_STATES = frozenset({OfferState.STANDING, OfferState.PICKED})


class Acceptance(IntEnum):
    """How a listing is taken. The numbers are stored: never reuse one."""

    FIRST_PASSING = 1  # it is firm: the first acceptance that passes trades
    SELLER_CONFIRMS = 2  # buyers ask by name, and the seller picks one


class Act(IntEnum):
    """What a party can do in a negotiation that is open; one command each."""

    OFFER = 1  # MakeOffer
    ACCEPT = 2  # AcceptOffer
    DECLINE = 3  # DeclineOffer
    WITHDRAW = 4  # WithdrawOffer


class Role(IntEnum):
    """Who a party is to the word that stands."""

    MAKER = 1  # whose offer, listing or request it is
    TAKER = 2  # whoever it is made to


class Move(IntEnum):
    """What happens to a negotiation. The numbers are stored: never reuse one."""

    COUNTER = 1  # an offer is made in the place of the one that stood
    ASK = 2  # a buyer would take listed units
    QUOTE = 3  # somebody says at what price
    PICK = 4  # the seller offers the units to one who has asked
    PASS_ON = 5  # he is out: they are offered to who has asked next
    FALL_BACK = 6  # he is out, and nobody else has asked
    DROP = 7  # one of several offers stands no longer
    DEAL_PART = 8  # part of what is listed was agreed, or all of it, piece by piece
    DEAL = 9  # it was agreed, and nothing is left
    DECLINE = 10  # the other side says no
    WITHDRAW = 11  # whose word it was takes it back
    LAPSE = 12  # its time came
    CLOSE = 13  # the venue ends it
    BID = 14  # somebody bids for what is auctioned, or raises his bid
    EXTEND = 15  # nobody could bid at the end: there is a little more time
    AWARD = 16  # it goes to the highest bidder, or to who was picked; others stand behind him
    KNOCK_DOWN = 17  # the time is over: it goes to the highest, and nobody stands behind him
    REOPEN = 18  # the transfer of who got it has failed
    MOVE_UP = 19  # the seller takes the highest who stood behind; others still do
    RELEASE = 20  # the deal holds, or their time is over: nobody stands behind it any more
    RELIST = 21  # the transfer has failed, and none of those behind it may have the units


Table = Mapping[tuple[NegotiationState, Move], NegotiationState]


class Machine(NamedTuple):
    """What may happen to a negotiation of one kind, and by whose word."""

    acts: Mapping[tuple[Act, Role], tuple[Move, ...]]
    """Which moves a party's word may cause; the rest is the clock's and the venue's."""
    table: Table
    """A state and move without a row cannot be."""

    def may(self, state: NegotiationState, act: Act, role: Role) -> bool:
        """Whether this party can do this now. Cost: O(1)."""
        return any((state, move) in self.table for move in self.acts.get((act, role), ()))


OPEN, OFFERED = NegotiationState.OPEN, NegotiationState.OFFERED
LED, BACKED = NegotiationState.LED, NegotiationState.BACKED
REOPENED = NegotiationState.REOPENED
OPEN_STATES = frozenset({OPEN, OFFERED, LED, BACKED, REOPENED})
"""In which something can still happen; every other state is an end."""

ENDS: Table = {
    (OPEN, Move.WITHDRAW): NegotiationState.WITHDRAWN,
    (OPEN, Move.LAPSE): NegotiationState.LAPSED,
    (OPEN, Move.CLOSE): NegotiationState.WITHDRAWN_BY_VENUE,
}
"""How every open negotiation may end without a deal."""
