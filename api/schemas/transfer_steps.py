"""What may be done with an open transfer besides deciding it, on the wire."""

from typing import Annotated, Literal

from pydantic import Field

from api.auth.principal import Principal
from api.schemas.base import Answer, Body
from api.schemas.decimals import DecimalText, Moment, format_moment
from api.schemas.transfers import OverlayShown, SideName, StateShown, overlays_told
from exchange.commands import CreateProduct
from exchange.events import TransferAdvanced, TransferFailed, TransferSettled
from registry.transfer import TransferState

OverlayName = Literal["HELD", "AML_HOLD", "HALTED", "DISPUTED", "CORPORATE_EVENT", "OPERATOR_HOLD"]
ReturnReasonName = Literal[
    "DOCUMENT_MISSING", "DOCUMENT_ILLEGIBLE", "SIGNATURE", "DATA_DIFFERS", "OTHER"
]


class OverlayBody(Body):
    """What stops the clocks of a transfer. A court's freeze comes from the register."""

    overlay: OverlayName


class ReturnBody(Body):
    """What is to be completed, and by whom."""

    reason: ReturnReasonName
    returned_to: Annotated[list[SideName], Field(min_length=1, max_length=2)]


class RedemptionBody(Body):
    """What the units of a confirmed transfer are paid out for."""

    proceeds: Annotated[
        DecimalText, Field(description="Yuan, from the trust company's money to the buyer.")
    ]


class TransferStep(Answer):
    """What became of a transfer."""

    transfer_id: str
    symbol: str
    state: StateShown
    version: int
    deadline: Annotated[
        Moment | None, Field(description="When the state ends by itself; null while it is held.")
    ]
    overlays: list[OverlayShown]
    at: Moment


def step_of(
    event: TransferAdvanced | TransferSettled | TransferFailed,
    terms: CreateProduct,
    reader: Principal,
    *,
    at_ns: int,
) -> TransferStep:
    """The answer to a step, for `reader` who took it."""
    advanced = event if isinstance(event, TransferAdvanced) else None
    deadline_ns = None if advanced is None else advanced.deadline_ns
    # What was held when it was to settle settles when nothing holds it any more.
    state = TransferState.SETTLED if isinstance(event, TransferSettled) else event.state
    return TransferStep(
        transfer_id=str(event.transfer_id),
        symbol=terms.symbol,
        state=state.name,
        version=event.version,
        deadline=None if deadline_ns is None else format_moment(deadline_ns),
        overlays=[] if advanced is None else overlays_told(advanced.overlays, reader),
        at=format_moment(at_ns),
    )
