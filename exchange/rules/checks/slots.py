"""Who a product may have as its holders, and how soon they turn round: HC-01, HC-02, VEN-03.

The book asks these at the match in the form of the product's caps (exchange/slot_rules.py), which
count what they look at; what is counted, HC-03 among it, is said in exchange/slots.py.
"""

from typing import Annotated, Literal

import msgspec

from exchange.limits import PRINCIPAL_MAX
from exchange.rules.check import NOT_APPLICABLE, Answer, check
from exchange.rules.checks.holding import units_worth
from exchange.rules.facts import Deal, SlotChange
from exchange.rules.types import Cure, CureKind
from exchange.types import PartyKind

HoldersMax = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class NaturalHolders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many natural persons may hold less principal than the threshold."""

    natural_holders_max: HoldersMax
    threshold_fen: Annotated[int, msgspec.Meta(ge=0, le=PRINCIPAL_MAX)]


@check("HC-01", NaturalHolders, "holders_before", "holders_after")
def small_natural_holders_are_few(deal: Deal, params: NaturalHolders) -> Answer:
    """Natural persons with little principal and those who may become so are within the maximum, or
    no more than before. Source: 集合办法 Art. 5(3)."""
    if deal.slots is None or deal.slots.natural_small is None:
        return NOT_APPLICABLE
    assert deal.buyer is not None, deal
    cures = [Cure(CureKind.TAKE_WHOLE_HOLDING)]
    missing = params.threshold_fen - deal.buyer.holding.principal
    if deal.buyer.kind is PartyKind.NATURAL_PERSON and missing > 0:
        cures.insert(0, Cure(CureKind.BUY_AT_LEAST, units_worth(deal.product, missing)))
    return _within(deal.slots.natural_small, params.natural_holders_max, *cures)


class AllHolders(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many holders there may be."""

    holders_max: HoldersMax
    count_basis: Literal["NOW", "EVER"] = "NOW"
    """EVER: those that have held count too, and nobody makes room."""


@check("HC-02", AllHolders, "holders_before", "holders_after")
def holders_are_few(deal: Deal, params: AllHolders) -> Answer:
    """All holders and buyers of open transfers are within the maximum, or no more than before.
    Source: 38号文; AMT draft Art. 8."""
    if deal.slots is None or deal.slots.now is None or deal.slots.ever is None:
        return NOT_APPLICABLE
    if params.count_basis == "EVER":
        return _within(deal.slots.ever, params.holders_max)
    return _within(deal.slots.now, params.holders_max, Cure(CureKind.TAKE_WHOLE_HOLDING))


class Turnaround(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many trading days lie between opposite trades of one party."""

    turnaround_days: Annotated[int, msgspec.Meta(ge=1, le=250)]


@check("VEN-03", Turnaround, "free_on")
def nobody_turns_round_at_once(deal: Deal, _params: Turnaround) -> Answer:
    """So many trading days lie between a party's trade and its last the other way, counted from the
    match and from the effect. Source: 38号文."""
    slots = deal.slots
    if slots is None:
        return NOT_APPLICABLE
    days = [day for day in (slots.seller_free_on, slots.buyer_free_on) if day is not None]
    if not days:
        return NOT_APPLICABLE
    free_on = max(days)
    return Answer(slots.day >= free_on, {"free_on": free_on}, (Cure(CureKind.WAIT_UNTIL, free_on),))


def _within(change: SlotChange, holders_max: int, *cures: Cure) -> Answer:
    passes = change.after <= max(holders_max, change.before)
    inputs = {"holders_before": change.before, "holders_after": change.after}
    return Answer(passes, inputs, cures)
