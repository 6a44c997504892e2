"""What an order or a deal would mean before it is one, on the wire."""

from typing import Annotated

from pydantic import Field

from api.refusal_kinds import REFUSALS
from api.schemas.accrued import AccruedIncome
from api.schemas.base import Answer
from api.schemas.decimals import Decimal, IdText, format_decimal
from api.schemas.orders import OrderTerms
from api.schemas.rules import Finding
from api.schemas.slots import SLOTS_OF_TRADER, HolderSlots
from api.schemas.taxes import TaxEstimate
from exchange.refusals import Refusal
from registry.types import Draw


class PreviewBody(OrderTerms):
    """An order that is not placed."""

    in_mode: Annotated[
        bool,
        Field(
            description="As what the product's market mode takes: where parties deal by name, an "
            "offer, listing, quote or bid of these terms, and no order."
        ),
    ] = False
    negotiation_id: Annotated[
        IdText | None,
        Field(
            description="Of a deal in the making: as your answer to what stands in it, on the "
            "terms on which it stands. `in_mode` then follows."
        ),
    ] = None
    offer_id: Annotated[
        IdText | None,
        Field(
            description="In that negotiation: the offer to which you would say yes; null: you take "
            "what is listed, ask for it, quote or bid."
        ),
    ] = None


class PreviewRefusal(Answer):
    """Why the order would be refused, as things are."""

    code: str
    title: str


def preview_refusal(refusal: Refusal, *, chinese: bool) -> PreviewRefusal:
    """A refusal in the caller's language."""
    kind = REFUSALS[refusal]
    return PreviewRefusal(code=kind.code, title=kind.title_zh if chinese else kind.title_en)


class LotDraw(Answer):
    """Units of one lot."""

    lot_id: str
    units: Decimal


def draw_of(draw: Draw, scale: int) -> LotDraw:
    """A draw as the wire shows it."""
    lot_id, units = draw
    return LotDraw(lot_id=str(lot_id), units=format_decimal(units, scale=scale))


class Preview(Answer):
    """What an order would mean: nothing is promised, and nothing was journaled."""

    accepted: Annotated[bool, Field(description="As things are; the order itself decides.")]
    refusal: PreviewRefusal | None
    worst_price: Annotated[Decimal, Field(description="The limit: no fill is worse.")]
    fillable_quantity: Annotated[Decimal, Field(description="Would match at once, as things are.")]
    fillable_worst_price: Annotated[Decimal | None, Field(description="Of those matches.")]
    consideration: Annotated[Decimal, Field(description="Wholly filled at the limit.")]
    accrued: Annotated[
        AccruedIncome | None,
        Field(
            description="What the buyer would pay besides, were it wholly filled today, where the "
            "price is clean; else null."
        ),
    ]
    full: Annotated[Decimal, Field(description="Both, before fees: what is called dirty.")]
    fee_venue: Decimal
    fee_trust_company: Decimal
    total: Annotated[
        Decimal, Field(description="With fees: what a buyer pays, or a seller gets, today.")
    ]
    reserve_money: Annotated[
        Decimal | None,
        Field(
            description="Of a buy: with fees and, where the price is clean, all that accrues until "
            "its last valid day; where the product takes a deposit, that."
        ),
    ]
    missing_money: Annotated[
        Decimal | None, Field(description="Of a buy: what of it is not available.")
    ]
    rest_due: Annotated[
        Decimal | None,
        Field(
            description="Of a buy: what a deposit leaves to be paid, in the product's funding_days "
            "after the match or, where it has one, the agreement."
        ),
    ]
    reserve_units: Annotated[Decimal | None, Field(description="Of a sell.")]
    proceeds: Annotated[
        Decimal | None, Field(description="Of a sell: after fees, with income accrued today.")
    ]
    fault_fee: Annotated[
        Decimal,
        Field(
            description="What you would pay the other side, were it matched in one transfer and "
            "that failed by your fault."
        ),
    ]
    available_money: Decimal
    available_units: Decimal
    draws: Annotated[
        list[LotDraw] | None,
        Field(description="Of a sell that would be accepted: which lots, first filled first."),
    ]
    taxes: Annotated[
        TaxEstimate | None,
        Field(
            description="Of a sell that would be accepted, wholly filled at its limit today: "
            "information, and no advice."
        ),
    ]
    findings: Annotated[
        list[Finding], Field(description="What each rule of the product says, as things are.")
    ]
    pair: Annotated[
        list[Finding],
        Field(
            description="Where a negotiation is named: what each rule of two parties says of the "
            "deal. Empty where none would be asked yet. Holder slots are seen when it is made."
        ),
    ]
    holder_slots: Annotated[HolderSlots | None, SLOTS_OF_TRADER]
