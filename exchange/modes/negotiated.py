"""NEGOTIATED (协议转让): two named parties. Source: domain A2, A3.

State  Event      Next                 Who may cause it
OPEN   COUNTER    OPEN                 the other party: his offer now stands, the one before is over
OPEN   DEAL       DEALT                the other party
OPEN   DECLINE    DECLINED             the other party
OPEN   WITHDRAW   WITHDRAWN            whose offer stands
OPEN   LAPSE      LAPSED               the clock
OPEN   CLOSE      WITHDRAWN_BY_VENUE   a closed product, or a freeze of the units that are offered

The parties take turns by whose offer stands: nobody answers himself.
"""

from typing import Final

from exchange.modes.negotiation import ENDS, OPEN, Act, Machine, Move, NegotiationState, Role

NEGOTIATED: Final = Machine(
    acts={
        (Act.OFFER, Role.TAKER): (Move.COUNTER,),
        (Act.ACCEPT, Role.TAKER): (Move.DEAL,),
        (Act.DECLINE, Role.TAKER): (Move.DECLINE,),
        (Act.WITHDRAW, Role.MAKER): (Move.WITHDRAW,),
    },
    table={
        (OPEN, Move.COUNTER): OPEN,
        (OPEN, Move.DEAL): NegotiationState.DEALT,
        (OPEN, Move.DECLINE): NegotiationState.DECLINED,
        **ENDS,
    },
)
