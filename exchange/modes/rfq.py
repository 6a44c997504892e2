"""RFQ (询价): one asks for quotes, others quote, and he picks. Source: domain A2, D3.

State  Event      Next                 Who may cause it
OPEN   QUOTE      OPEN                 who was named, or anybody where nobody was: once
OPEN   DEAL       DEALT                who has asked: the other quotes are freed
OPEN   DROP       OPEN                 who has asked, of one quote; the clock; a freeze of its units
OPEN   WITHDRAW   WITHDRAWN            who has asked
OPEN   LAPSE      LAPSED               the clock
OPEN   CLOSE      WITHDRAWN_BY_VENUE   a closed product

A quote is firm: whoever made it cannot take it back before it lapses.
"""

from typing import Final

from exchange.modes.negotiation import ENDS, OPEN, Act, Machine, Move, NegotiationState, Role

RFQ: Final = Machine(
    acts={
        (Act.OFFER, Role.TAKER): (Move.QUOTE,),
        (Act.ACCEPT, Role.MAKER): (Move.DEAL,),
        (Act.DECLINE, Role.MAKER): (Move.DROP,),
        (Act.WITHDRAW, Role.MAKER): (Move.WITHDRAW,),
    },
    table={
        (OPEN, Move.QUOTE): OPEN,
        (OPEN, Move.DEAL): NegotiationState.DEALT,
        (OPEN, Move.DROP): OPEN,
        **ENDS,
    },
)
