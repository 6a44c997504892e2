"""ENGLISH_AUCTION (拍卖): one block of units goes to the highest of open bids.
Source: domain A2, D3.

State     Event       Next                 Who may cause it
OPEN      BID         LED                  any buyer, once bidding has begun
LED       BID         LED                  any buyer: above all others, or behind them
OPEN      EXTEND      OPEN                 the clock, where nobody could act at the end
LED       EXTEND      LED                  the same
LED       DROP        LED                  the venue, of one bid; others stand
LED       FALL_BACK   OPEN                 the venue, of the only bid
LED       AWARD       BACKED               the clock: the highest has it, others stand behind him
LED       KNOCK_DOWN  DEALT                the clock: the highest has it, nobody else stands
LED       LAPSE       LAPSED               the clock: no bid reaches the reserve price
OPEN      LAPSE       LAPSED               the clock: nobody has bid
OPEN      WITHDRAW    WITHDRAWN            the seller, as long as no bid stands
BACKED    REOPEN      REOPENED             the transfer of who had it has failed
BACKED    DROP        BACKED               the venue, of one bid; others stand
BACKED    RELEASE     DEALT                the transfer has settled, or nobody stands behind
REOPENED  MOVE_UP     BACKED               the seller takes the highest; others stand behind
REOPENED  DEAL        DEALT                the seller takes the only one
REOPENED  DROP        REOPENED             the venue, of one bid; others stand
REOPENED  WITHDRAW    WITHDRAWN            the seller
REOPENED  LAPSE       LAPSED               the clock, or the venue has withdrawn the only bid
all       CLOSE       WITHDRAWN_BY_VENUE   a closed product, a freeze of the units, a false title

A bid is firm: whoever made it can raise it and cannot take it back.
"""

from typing import Final

import msgspec

from exchange.modes.negotiation import (
    BACKED,
    ENDS,
    LED,
    OPEN,
    REOPENED,
    Act,
    Machine,
    Move,
    NegotiationState,
    Role,
)
from matching import Price
from registry.types import TimeNs

ENGLISH: Final = Machine(
    acts={
        (Act.OFFER, Role.TAKER): (Move.BID,),
        (Act.ACCEPT, Role.MAKER): (Move.MOVE_UP, Move.DEAL),
        (Act.WITHDRAW, Role.MAKER): (Move.WITHDRAW,),
    },
    table={
        (OPEN, Move.BID): LED,
        (LED, Move.BID): LED,
        (OPEN, Move.EXTEND): OPEN,
        (LED, Move.EXTEND): LED,
        (LED, Move.DROP): LED,
        (LED, Move.FALL_BACK): OPEN,
        (LED, Move.AWARD): BACKED,
        (LED, Move.KNOCK_DOWN): NegotiationState.DEALT,
        (LED, Move.LAPSE): NegotiationState.LAPSED,
        (BACKED, Move.REOPEN): REOPENED,
        (BACKED, Move.DROP): BACKED,
        (BACKED, Move.RELEASE): NegotiationState.DEALT,
        (REOPENED, Move.MOVE_UP): BACKED,
        (REOPENED, Move.DEAL): NegotiationState.DEALT,
        (REOPENED, Move.DROP): REOPENED,
        **ENDS,
        **{(REOPENED, move): state for (_, move), state in ENDS.items()},
        (LED, Move.CLOSE): NegotiationState.WITHDRAWN_BY_VENUE,
        (BACKED, Move.CLOSE): NegotiationState.WITHDRAWN_BY_VENUE,
    },
)
BIDDING_STATES: Final = frozenset({OPEN, LED})
"""In which the seller's units are reserved, and bids are taken."""


class Bidding(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """How units are bid for."""

    increment: int
    """Bids are the starting price, and so much more any number of times."""
    reserve_price: Price | None
    """Below which the seller does not sell; no bidder hears of it."""
    starts_ns: TimeNs
    ends_ns: TimeNs
    """As it is now."""
    latest_ns: TimeNs
    """Past which no bid moves the end."""

    def is_reached(self, price: Price) -> bool:
        """Whether the seller sells at this price. Cost: O(1)."""
        return self.reserve_price is None or price >= self.reserve_price
