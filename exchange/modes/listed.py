"""LISTED_PRICE (挂牌): a seller states price and block. Source: domain A2, head of D.

FIRST_PASSING: the listing is firm.

State    Event       Next                 Who may cause it
OPEN     DEAL_PART   OPEN                 any buyer, where parts are sold
OPEN     DEAL        DEALT                any buyer
OPEN     WITHDRAW    WITHDRAWN            the seller
OPEN     LAPSE       LAPSED               the clock
OPEN     CLOSE       WITHDRAWN_BY_VENUE   a closed product, or a freeze of the units

SELLER_CONFIRMS: buyers ask and reserve nothing; those not picked wait as back-ups, in the order in
which they have asked. When all is sold they stand behind the deal until its transfer is decided.

State    Event       Next                 Who may cause it
OPEN     ASK         OPEN                 any buyer, once
OPEN     PICK        OFFERED              the seller
OPEN     DROP        OPEN                 the seller, the buyer who has asked, the clock
OFFERED  ASK         OFFERED              any buyer, once
OFFERED  DEAL_PART   OPEN                 who was picked, where parts are sold
OFFERED  DEAL        DEALT                who was picked
OFFERED  DROP        OFFERED              the seller, a buyer who waits, the clock
OFFERED  PASS_ON     OFFERED              the seller, who was picked, the clock; somebody waits
OFFERED  FALL_BACK   OPEN                 the same; nobody waits
OFFERED  AWARD       BACKED               who was picked, of all that is left; others wait
BACKED   ASK         BACKED               any buyer but who has it, once
BACKED   DROP        BACKED               the seller, a buyer who waits, the clock; others wait
BACKED   RELEASE     DEALT                the transfer has settled; the seller; nobody waits now
BACKED   REOPEN      OFFERED              the transfer has failed: the next is offered the units
BACKED   RELIST      OPEN                 the same, and none who waits may have them
BACKED   LAPSE       LAPSED               the transfer has failed after the listing's own time
BACKED   CLOSE       WITHDRAWN_BY_VENUE   it has failed, for the seller's part or with units taken
both     WITHDRAW, LAPSE, CLOSE           as above
"""

from collections.abc import Mapping
from typing import Final

from exchange.modes.negotiation import (
    BACKED,
    ENDS,
    OFFERED,
    OPEN,
    Acceptance,
    Act,
    Machine,
    Move,
    NegotiationState,
    Role,
)

LISTED: Final[Mapping[Acceptance, Machine]] = {
    Acceptance.FIRST_PASSING: Machine(
        acts={
            (Act.OFFER, Role.TAKER): (Move.DEAL_PART, Move.DEAL),
            (Act.WITHDRAW, Role.MAKER): (Move.WITHDRAW,),
        },
        table={
            (OPEN, Move.DEAL_PART): OPEN,
            (OPEN, Move.DEAL): NegotiationState.DEALT,
            **ENDS,
        },
    ),
    Acceptance.SELLER_CONFIRMS: Machine(
        acts={
            (Act.OFFER, Role.TAKER): (Move.ASK,),
            (Act.ACCEPT, Role.MAKER): (Move.PICK,),
            (Act.ACCEPT, Role.TAKER): (Move.DEAL_PART, Move.DEAL, Move.AWARD),
            (Act.DECLINE, Role.MAKER): (Move.DROP, Move.PASS_ON, Move.FALL_BACK, Move.RELEASE),
            (Act.WITHDRAW, Role.MAKER): (Move.WITHDRAW, Move.RELEASE),
            (Act.WITHDRAW, Role.TAKER): (Move.DROP, Move.PASS_ON, Move.FALL_BACK, Move.RELEASE),
        },
        table={
            (OPEN, Move.ASK): OPEN,
            (OPEN, Move.PICK): OFFERED,
            (OPEN, Move.DROP): OPEN,
            (OFFERED, Move.ASK): OFFERED,
            (OFFERED, Move.DEAL_PART): OPEN,
            (OFFERED, Move.DEAL): NegotiationState.DEALT,
            (OFFERED, Move.DROP): OFFERED,
            (OFFERED, Move.PASS_ON): OFFERED,
            (OFFERED, Move.FALL_BACK): OPEN,
            (OFFERED, Move.AWARD): BACKED,
            (BACKED, Move.ASK): BACKED,
            (BACKED, Move.DROP): BACKED,
            (BACKED, Move.RELEASE): NegotiationState.DEALT,
            (BACKED, Move.REOPEN): OFFERED,
            (BACKED, Move.RELIST): OPEN,
            (BACKED, Move.LAPSE): NegotiationState.LAPSED,
            (BACKED, Move.CLOSE): NegotiationState.WITHDRAWN_BY_VENUE,
            **ENDS,
            **{(OFFERED, move): state for (_, move), state in ENDS.items()},
        },
    ),
}
