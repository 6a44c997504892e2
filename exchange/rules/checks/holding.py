"""What buyer and seller have afterwards: QI-04, QI-05.

Each transfer by itself, as it settles, leaves both with nothing or the minimum. Of two who would
meet no finding says how much either has: the other reads it too.
"""

from typing import Annotated, Final

import msgspec

from exchange.fees import VALUE_UNITS_PER_FEN, whole_fen
from exchange.limits import PRINCIPAL_MAX
from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, check
from exchange.rules.facts import Deal, ProductFacts
from exchange.rules.types import Cure, CureKind

ASK_FOR_ALL: Final = (Cure(CureKind.TAKE_WHOLE_HOLDING),)
MinimumFen = Annotated[int, msgspec.Meta(ge=0, le=PRINCIPAL_MAX)]


class Minimum(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The least principal that a holder has, in fen."""

    minimum_fen: MinimumFen
    by_product_type: dict[str, MinimumFen] = {}
    """Where a type of product has another."""
    contract_minimum_fen: MinimumFen = 0
    """The product's own; it counts where it is more."""

    def of(self, product: ProductFacts) -> int:
        """The product's minimum."""
        by_type = self.minimum_fen
        if self.by_product_type:
            by_type = self.by_product_type.get(product.product_type, by_type)
        own = self.contract_minimum_fen
        return by_type if by_type > own else own  # noqa: FURB136  every order asks: no call


@check("QI-04", Minimum, "minimum_fen", "principal_after_fen", looks_at={Aspect.HOLDING})
def buyer_holds_the_minimum(deal: Deal, params: Minimum) -> Answer:
    """The buyer has the minimum afterwards, by principal: what he has now and what he buys, all of
    it. What other bids may bring him does not count. Of two who would meet, what is on its way to
    him does, and what is on its way from him is gone. Source: 资管新规 Art. 5; 集合办法 Art. 6."""
    if deal.buyer is None:
        return NOT_APPLICABLE
    assert deal.offer is not None, deal
    product, has, minimum = deal.product, deal.buyer.holding.principal, params.of(deal.product)
    if deal.seller is not None:
        assert deal.pair is not None, deal
        gets = deal.pair.buyer_gets + deal.offer.quantity
        return Answer(has + principal_of(product, gets) >= minimum, {"minimum_fen": minimum})
    after = has + principal_of(product, deal.offer.quantity)
    inputs = {"minimum_fen": minimum, "principal_after_fen": after}
    if after >= minimum:
        return Answer(passes=True, inputs=inputs)
    least = units_worth(product, minimum - has)
    return Answer(passes=False, inputs=inputs, cures=(Cure(CureKind.BUY_AT_LEAST, least),))


@check(
    "QI-05", Minimum, "minimum_fen", "units_after", "principal_after_fen", looks_at={Aspect.HOLDING}
)
def seller_keeps_nothing_or_the_minimum(deal: Deal, params: Minimum) -> Answer:
    """The seller has nothing left afterwards, or the minimum by principal at par; what his other
    orders offer and his pending transfers take away counts as gone. Of two who would meet, only the
    latter does: what is offered may never be sold."""
    if deal.seller is None:
        return NOT_APPLICABLE
    assert deal.offer is not None, deal
    product, minimum, holding = deal.product, params.of(deal.product), deal.seller.holding
    if deal.buyer is not None:
        assert deal.pair is not None, deal
        left = holding.units - deal.pair.seller_sells - deal.offer.quantity
        passes = left <= 0 or principal_of(product, left) >= minimum
        return Answer(passes, {"minimum_fen": minimum}, () if passes else ASK_FOR_ALL)
    has = holding.units - holding.leaving
    left = has - deal.offer.quantity
    after = principal_of(product, left) if left > 0 else 0
    inputs = {"minimum_fen": minimum, "units_after": left, "principal_after_fen": after}
    if left <= 0 or after >= minimum:
        return Answer(passes=True, inputs=inputs)
    at_most = (has - least_worth(product, minimum)) // product.lot * product.lot
    part = (Cure(CureKind.SELL_AT_MOST, at_most),) if at_most > 0 else ()
    return Answer(passes=False, inputs=inputs, cures=(*part, Cure(CureKind.SELL_EXACTLY, has)))


def principal_of(product: ProductFacts, units: int) -> int:
    """What so many units are at par, in fen, half-up."""
    return whole_fen(product.par_value * units, quantity_scale=product.quantity_scale)


def least_worth(product: ProductFacts, amount: int) -> int:
    """The fewest units that are worth so many fen at par, which is rounded half-up. Cost: O(1)."""
    divisor: int = VALUE_UNITS_PER_FEN[product.quantity_scale]
    return max(0, -(-(amount * divisor - divisor // 2) // product.par_value))


def units_worth(product: ProductFacts, amount: int) -> int:
    """These, and as many more as make whole lots. Cost: O(1)."""
    return -(-least_worth(product, amount) // product.lot) * product.lot
