"""How a transfer looks to people after what has happened to it: one value from another.

Whose it is to see, and for how long it is kept, is exchange/market_view.py's.
"""

import msgspec

from exchange.events import (
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferReversed,
    TransferSettled,
)
from exchange.product_view import Trade, TradeState, TransferView
from matching import Quantity, Side
from registry.transfer import TransferEvent, TransferState
from registry.types import TimeNs


def opened_view(event: TransferOpened, *, aggressor: Side, at_ns: TimeNs) -> TransferView:
    """A new one, of a trade that this side made by coming second, at this moment."""
    return TransferView(
        transfer_id=event.transfer_id,
        product_id=event.product_id,
        trade_number=event.trade_number,
        seller_id=event.seller_id,
        buyer_id=event.buyer_id,
        trust_company_id=event.trust_company_id,
        units=event.units,
        price=event.price,
        aggressor=aggressor,
        consideration=event.consideration,
        buyer_fee_venue=event.buyer_fee_venue,
        buyer_fee_trust_company=event.buyer_fee_trust_company,
        seller_fee_venue=event.seller_fee_venue,
        seller_fee_trust_company=event.seller_fee_trust_company,
        paid=event.paid,
        opened_at_ns=at_ns,
        deadline_ns=event.deadline_ns,
        version=event.version,
        state=event.state,
        preempts=event.preempts,
        accrued=event.accrued,
    )


def advanced_view(pending: TransferView, event: TransferAdvanced) -> TransferView:
    """A pending one to which something has happened that decides nothing."""
    confirmed = event.event is TransferEvent.CONFIRM
    return msgspec.structs.replace(
        pending,
        paid=event.paid,
        version=event.version,
        state=event.state,
        deadline_ns=event.deadline_ns,
        notices=event.notices,
        officer=event.officer if confirmed else pending.officer,
        overlays=event.overlays,
        overlay_ns=event.overlay_ns,
        rescindable=event.rescindable,
        rescind_until_ns=event.rescind_until_ns,
        signed=event.signed,
        consented=event.consented,
        documents_overdue=event.documents_overdue,
        returns=event.returns,
        returned_to=event.returned_to,
        return_reason=event.return_reason,
        review=event.review,
        waived=event.waived,
    )


def decided_view(
    pending: TransferView, event: TransferSettled | TransferFailed, *, at_ns: TimeNs
) -> TransferView:
    """A pending one that has settled or failed."""
    failure = event if isinstance(event, TransferFailed) else None
    return msgspec.structs.replace(
        pending,
        version=event.version,
        state=TransferState.SETTLED if failure is None else failure.state,
        deadline_ns=None,
        officer=event.officer,
        decided_at_ns=at_ns,
        rejection_reason=None if failure is None else failure.reason,
        overlay_ns=None,
        rescindable=False,
        rescind_until_ns=None,
        documents_overdue=False,
        fault=pending.fault if failure is None else failure.fault,
        fault_fee=pending.fault_fee if failure is None else failure.fault_fee,
        fault_fee_owed=pending.fault_fee_owed if failure is None else failure.fault_fee_owed,
        forfeited=pending.forfeited if failure is None else failure.forfeited,
        registration_due_ns=(
            event.registration_due_ns if isinstance(event, TransferSettled) else None
        ),
    )


def registered_view(
    settled: TransferView, event: TransferAdvanced, *, at_ns: TimeNs
) -> TransferView:
    """A settled one whose registration is late, or acknowledged."""
    return msgspec.structs.replace(
        settled,
        version=event.version,
        state=event.state,
        registered_at_ns=at_ns if event.event is TransferEvent.REGISTER else None,
    )


def reversed_view(settled: TransferView, event: TransferReversed) -> TransferView:
    """A settled one that is undone."""
    return msgspec.structs.replace(settled, version=event.version, state=TransferState.REVERSED)


def trade_of(decided: TransferView) -> Trade:
    """The trade that the transfer was made of, which may have left the recent ones long ago."""
    settled = decided.state is TransferState.SETTLED
    return Trade(
        decided.trade_number,
        decided.price,
        Quantity(decided.units),
        decided.aggressor,
        decided.opened_at_ns,
        TradeState.SETTLED if settled else TradeState.CANCELLED,
    )
