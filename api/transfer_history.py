"""Through which states a transfer has come, and when: what the journal says of it. Pure."""

from collections.abc import Iterable

from api.schemas.decimals import format_moment, format_money
from api.schemas.transfers import StateEntered, sides_of
from api.workers.journal_index import Journaled
from exchange.events import (
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferRedeemed,
    TransferReversed,
    TransferSettled,
)
from registry.transfer import TransferState, Who
from registry.types import TransferId

TOLD = (TransferOpened, TransferAdvanced, TransferSettled, TransferFailed, TransferReversed)


def states_entered(transfer_id: TransferId, found: Iterable[Journaled]) -> list[StateEntered]:
    """The states of the transfer in their order, and again where somebody has signed.

    What stops its clocks is not among them: that is for each to know as far as he may.

    Args:
        found: the events about it, in the order of the journal.
    """
    entered: list[StateEntered] = []
    last: tuple[TransferState, Who] | None = None
    for each in found:
        event = each.event
        if isinstance(event, TransferRedeemed) and event.transfer_id == transfer_id:
            # It follows the settlement, in the same command.
            paid_out = {"redeemed_for": format_money(event.proceeds)}
            entered[-1] = entered[-1].model_copy(update=paid_out)
            continue
        if not isinstance(event, TOLD) or event.transfer_id != transfer_id:
            continue
        signed = Who(0) if last is None else last[1]
        if isinstance(event, TransferAdvanced):
            signed = event.signed
        now = (_state_after(event), signed)
        if now != last:
            entered.append(
                StateEntered(
                    state=now[0].name,
                    at=format_moment(each.at_ns),
                    signed=sides_of(signed),
                    redeemed_for=None,
                )
            )
            last = now
    return entered


def _state_after(
    event: TransferOpened | TransferAdvanced | TransferSettled | TransferFailed | TransferReversed,
) -> TransferState:
    match event:
        case TransferSettled():
            return TransferState.SETTLED
        case TransferReversed():
            return TransferState.REVERSED
        case _:
            return event.state
