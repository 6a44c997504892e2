"""The holder slots of a product on the wire."""

from typing import Annotated, Final

from pydantic import Field

from api.schemas.base import Answer, name_of
from api.schemas.decimals import Decimal, format_money
from exchange.product_view import ProductView, SlotsView
from exchange.slots import Count, CountBasis


class SlotCount(Answer):
    """Holders of one sort, and how many more there may be."""

    slots_max: Annotated[int | None, Field(description="null: any number.")]
    held: int
    reserved: Annotated[
        int, Field(description="For buyers of pending transfers; free again when these fail.")
    ]
    left: Annotated[
        int | None, Field(description="0 also above the maximum. null: any number, or not shown.")
    ]
    text_zh: str
    text_en: str


class HolderSlots(Answer):
    """How many holders a product has, and may have."""

    symbol: str
    natural_small: Annotated[
        SlotCount | None,
        Field(description="Natural persons with little principal; null: uncapped."),
    ]
    natural_threshold: Annotated[
        Decimal | None, Field(description="Of principal: who has as much is not counted as small.")
    ]
    holders: Annotated[
        SlotCount | None, Field(description="All that hold now; null: the product has no caps.")
    ]
    natural_large: int | None
    institutions: int | None
    count_basis: Annotated[
        str,
        name_of(CountBasis),
        Field(description="What the maximum of all holders counts: those of now, or all ever."),
    ]
    ever: Annotated[
        SlotCount | None, Field(description="All that have ever held. For the operator alone.")
    ]
    turnaround_days: Annotated[
        int, Field(description="Trading days between opposite trades of one party; 0: none.")
    ]


SLOTS_OF_TRADER: Final = Field(
    description="How many more may hold the product; null: any number. Whether there is one for a "
    "deal is seen when two orders meet."
)
"""In what a trader is told before he orders."""


def slots_of_trader(product: ProductView) -> HolderSlots | None:
    """The slots of a product whose holders are capped."""
    return None if product.slots is None else slots_shown(product, is_operator=False)


def slots_shown(product: ProductView, *, is_operator: bool) -> HolderSlots:
    """The slots of a product, as of the last committed command."""
    slots = product.slots
    if slots is None:
        return HolderSlots(
            symbol=product.terms.symbol,
            natural_small=None,
            natural_threshold=None,
            holders=None,
            natural_large=None,
            institutions=None,
            count_basis=CountBasis.NOW.name,
            ever=None,
            turnaround_days=0,
        )
    caps, counts = slots.caps, slots.counts
    is_small_capped = caps.natural_small_max is not None
    counts_ever = caps.count_basis is CountBasis.EVER
    return HolderSlots(
        symbol=product.terms.symbol,
        natural_small=_count(counts.natural_small, caps.natural_small_max)
        if is_small_capped
        else None,
        natural_threshold=format_money(caps.natural_threshold) if is_small_capped else None,
        holders=_count(counts.now, None if counts_ever else caps.holders_max),
        natural_large=counts.natural_large if is_small_capped else None,
        institutions=counts.institutions,
        count_basis=caps.count_basis.name,
        ever=_ever(slots) if is_operator else None,
        turnaround_days=caps.turnaround_days,
    )


def _ever(slots: SlotsView) -> SlotCount:
    counts_ever = slots.caps.count_basis is CountBasis.EVER
    return _count(slots.counts.ever, slots.caps.holders_max if counts_ever else None)


def _count(count: Count, slots_max: int | None) -> SlotCount:
    left = None if slots_max is None else max(0, slots_max - count.used)
    if left is None:
        text_zh = f"持有人 {count.held} 名，另有 {count.reserved} 名待过户"
        text_en = f"{count.held} holders, {count.reserved} more by pending transfers"
    else:
        text_zh = f"{slots_max} 个名额剩余 {left} 个，{count.reserved} 个由待过户交易占用"
        pending = "a pending transfer" if count.reserved == 1 else "pending transfers"
        text_en = f"{left} of {slots_max} slots left, {count.reserved} held by {pending}"
    return SlotCount(
        slots_max=slots_max,
        held=count.held,
        reserved=count.reserved,
        left=left,
        text_zh=text_zh,
        text_en=text_en,
    )
