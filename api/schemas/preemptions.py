"""Offers to those who have a right of pre-emption, and their answers, on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.accrued import AccruedIncome, accrued_of
from api.schemas.base import Answer, Body
from api.schemas.decimals import (
    Decimal,
    Moment,
    format_decimal,
    format_moment,
    format_money,
    format_price,
)
from api.schemas.transfers import FeesCharged
from exchange.commands import CreateProduct
from exchange.product_view import TransferView
from exchange.types import PartyId
from registry.types import HolderId

AnswerName = Literal["WAIVE", "EXERCISE"]


class PreemptionBody(Body):
    """What becomes of a right of pre-emption."""

    answer: AnswerName


class Preemption(Answer):
    """A transfer whose buyer's place somebody may take, as one of those who may, or an office."""

    transfer_id: str
    symbol: str
    units: Decimal
    price: Decimal
    consideration: Decimal
    accrued: Annotated[
        AccruedIncome | None,
        Field(description="What the buyer pays besides, where the price is clean; else null."),
    ]
    buyer_fees: FeesCharged
    cost: Annotated[
        Decimal,
        Field(description="All of it: what has to be there when the right is used."),
    ]
    deadline: Annotated[
        Moment | None, Field(description="When silence waives; null while the transfer is held.")
    ]
    version: Annotated[int, Field(description="The ETag; an answer names it in If-Match.")]
    waived: Annotated[bool, Field(description="Whether you have waived.")]
    waived_by: Annotated[
        list[str] | None, Field(description="Who has; null to those who have the right.")
    ]


class PreemptionAnswered(Answer):
    """What became of an answer."""

    transfer_id: str
    symbol: str
    answer: AnswerName
    new_transfer_id: Annotated[
        str | None,
        Field(description="Yours, on the same terms, if you have taken the buyer's place."),
    ]
    at: Moment


def preemption_of(
    view: TransferView, terms: CreateProduct, *, reader_id: PartyId, is_office: bool
) -> Preemption:
    """An offer as the wire shows it to a right-holder, or to an office."""
    fees = view.buyer_fee_venue + view.buyer_fee_trust_company
    return Preemption(
        transfer_id=str(view.transfer_id),
        symbol=terms.symbol,
        units=format_decimal(view.units, scale=terms.quantity_scale),
        price=format_price(view.price),
        consideration=format_money(view.consideration),
        accrued=accrued_of(view.accrued),
        buyer_fees=FeesCharged(
            venue=format_money(view.buyer_fee_venue),
            trust_company=format_money(view.buyer_fee_trust_company),
        ),
        cost=format_money(view.due_to_seller + fees),
        deadline=None if view.deadline_ns is None else format_moment(view.deadline_ns),
        version=view.version,
        waived=HolderId(reader_id) in view.waived,
        waived_by=[str(each) for each in view.waived] if is_office else None,
    )
