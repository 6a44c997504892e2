"""Who may sell what to whom: CN-SPLIT-01 to 03, ORD-02, PTY-01; and who stands on both sides:
VEN-06.

What a seller keeps is counted over all his lots of the product, which is the plan. No finding says
how much that is but to himself: the buyer reads it too.
"""

from typing import Final, Literal

import msgspec

from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, NoParams, check
from exchange.rules.facts import Deal
from exchange.rules.types import Cure, CureKind, Stage
from exchange.types import PartyKind

NATURAL_PERSON: Final = PartyKind.NATURAL_PERSON
INSTITUTION: Final = PartyKind.INSTITUTION
ASK_FOR_ALL: Final = (Cure(CureKind.TAKE_WHOLE_HOLDING),)
PART: Final = "PART"
NOTHING: Final = "NOTHING"
EVERYBODY: Final = "EVERYBODY"
INSTITUTIONS: Final = "INSTITUTIONS"
ALLOW: Final = "ALLOW"


class Whole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of what all is to be sold for it not to be split."""

    split_scope: Literal["PER_PLAN"] = "PER_PLAN"
    """All lots of the plan; each contract by itself is a reading that nobody has asked for yet."""


@check("CN-SPLIT-01", Whole, "seller_keeps", looks_at={Aspect.PAIR, Aspect.BOTH})
def natural_persons_take_all_or_nothing(deal: Deal, _params: Whole) -> Answer:
    """A natural person gets no part of a holding, nor makes one of what he buys while he sells
    it. Source: 集合办法 Art. 29."""
    if deal.seller is None or deal.buyer is None:
        return NOT_APPLICABLE
    assert deal.pair is not None, deal
    if deal.buyer.kind is not NATURAL_PERSON and NATURAL_PERSON not in deal.pair.buyer_sells_to:
        return NOT_APPLICABLE
    keeps_part = deal.pair.kept > 0
    is_split = keeps_part and deal.buyer.kind is NATURAL_PERSON
    return Answer(
        not is_split and NATURAL_PERSON not in deal.pair.buyer_sells_to,
        {"seller_keeps": PART if keeps_part else NOTHING},
        ASK_FOR_ALL if is_split else (),
    )


@check("CN-SPLIT-02", NoParams, "seller_kind", "buyer_kind", looks_at={Aspect.PAIR, Aspect.BOTH})
def institutions_sell_to_institutions(deal: Deal, _params: NoParams) -> Answer:
    """An institution's units never go to a natural person. Source: 集合办法 Art. 29."""
    if deal.seller is None or deal.buyer is None or deal.seller.kind is not INSTITUTION:
        return NOT_APPLICABLE
    kinds = {"seller_kind": deal.seller.kind.name, "buyer_kind": deal.buyer.kind.name}
    return Answer(deal.buyer.kind is not NATURAL_PERSON, kinds)


class Split(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an institution may sell a part of what it has to another."""

    inst_split_to_inst: Literal["ALLOW", "BLOCK"] = "ALLOW"


def _blocks_splitting(params: Split, _stage: Stage) -> bool:
    return params.inst_split_to_inst != ALLOW


@check("CN-SPLIT-03", Split, "seller_keeps", looks_at={Aspect.PAIR}, may_fail=_blocks_splitting)
def institutions_split(deal: Deal, params: Split) -> Answer:
    """An institution sells parts to institutions, or does not: of a listing too, as natural persons
    take nothing of it. Source: 集合办法 Art. 29, two readings."""
    if deal.seller is None:
        return NOT_APPLICABLE
    assert deal.pair is not None, deal
    is_taken = deal.buyer is not None and deal.buyer.kind is INSTITUTION
    is_sold = deal.seller.kind is INSTITUTION and (deal.buyer is None or is_taken)
    makes_part = is_taken and INSTITUTION in deal.pair.buyer_sells_to
    if not is_sold and not makes_part:
        return NOT_APPLICABLE
    keeps_part = deal.pair.kept > 0
    is_split = is_sold and keeps_part
    sell_all = (Cure(CureKind.SELL_EXACTLY, deal.seller.holding.units),)
    cures = sell_all if deal.buyer is None else ASK_FOR_ALL
    return Answer(
        params.inst_split_to_inst == ALLOW or not (is_split or makes_part),
        {"seller_keeps": PART if keeps_part else NOTHING},
        cures if is_split else (),
    )


def _is_standing(_params: NoParams, stage: Stage) -> bool:
    return stage is Stage.CONTINUOUS


@check("ORD-02", NoParams, "reach", "whole_units", looks_at={Aspect.PAIR}, may_fail=_is_standing)
def natural_persons_are_offered_all(deal: Deal, _params: NoParams) -> Answer:
    """A person's listing that natural persons may take is of all that he has, for one buyer. Any
    other is for institutions alone; one that was of all and no longer is does not stand (X).
    Source: 集合办法 Art. 29."""
    if deal.seller is None or deal.buyer is not None or deal.seller.kind is not NATURAL_PERSON:
        return NOT_APPLICABLE
    assert deal.pair is not None, deal
    is_whole = deal.pair.kept <= 0
    units = deal.seller.holding.units
    return Answer(
        is_whole or deal.stage is not Stage.CONTINUOUS,
        {
            "reach": EVERYBODY if is_whole and deal.pair.is_for_one else INSTITUTIONS,
            "whole_units": units,
        },
        (Cure(CureKind.SELL_EXACTLY, units),),
    )


class SameOwner(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of an order that would meet one of its own beneficial owner."""

    stp: Literal["SKIP", "REJECT_INCOMING"] = "REJECT_INCOMING"
    """It passes it over; or it is not taken."""


@check("PTY-01", SameOwner, looks_at={Aspect.PAIR})
def nobody_trades_with_himself(deal: Deal, params: SameOwner) -> Answer:
    """Seller and buyer do not have one beneficial owner. Source: market integrity."""
    if deal.seller is not None and deal.buyer is not None:
        assert deal.pair is not None, deal
        return Answer(not deal.pair.have_one_owner, {})
    if deal.own is None or params.stp == "SKIP":
        return NOT_APPLICABLE
    return Answer(not deal.own.meets_owner, {})


class MarketMaking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether one party may stand on both sides."""

    mm_allowed: bool = False


@check("VEN-06", MarketMaking)
def nobody_quotes_both_ways(deal: Deal, params: MarketMaking) -> Answer:
    """No party has firm orders on both sides of one product. Source: 38号文."""
    if deal.own is None:
        return NOT_APPLICABLE
    return Answer(params.mm_allowed or not deal.own.is_two_way, {})
