"""The rows of transfers, taken from a state."""

from __future__ import annotations

from exchange.state import State
from registry.store.queries import TransferRow
from registry.types import TransferId


def row_of(state: State, transfer_id: TransferId) -> TransferRow:
    """The row of an open transfer."""
    transfer, leg = state.register.transfers[transfer_id], state.money_legs[transfer_id]
    return TransferRow(
        transfer_id=transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=transfer.seller_id,
        buyer_id=transfer.buyer_id,
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        price=leg.price,
        consideration=leg.consideration,
        accrued=leg.due_to_seller - leg.consideration,
        accrued_days=None if leg.accrued is None else leg.accrued.days,
        priced_on=None if leg.accrued is None else leg.accrued.priced_on,
        buyer_fee_venue=leg.buyer_fee_venue,
        buyer_fee_trust_company=leg.buyer_fee_trust_company,
        seller_fee_venue=leg.seller_fee_venue,
        seller_fee_trust_company=leg.seller_fee_trust_company,
        paid=leg.paid,
        state=transfer.state,
        version=transfer.version,
        matched_at_ns=leg.matched_at_ns,
        deadline_ns=transfer.deadline_ns,
        notices=transfer.notices,
        overlays=transfer.overlays,
        overlay_ns=transfer.overlay_ns,
        rescindable=transfer.rescindable,
        rescind_until_ns=transfer.rescind_until_ns,
        signed=transfer.signed,
        consented=transfer.consented,
        documents_overdue=transfer.documents_overdue,
        returned_to=transfer.returned_to,
        fault=leg.fault,
        fault_fee=leg.fault_fee,
        fault_fee_owed=leg.fault_fee_owed,
        forfeited=leg.forfeited,
        returns=transfer.returns,
        return_reason=leg.return_reason,
        decided_at_ns=None,
        officer=None,
        reason=None,
        buy_order_id=leg.buy_order_id,
        sell_order_id=leg.sell_order_id,
        cost_moved=None,
        registration_due_ns=None,
        registered_at_ns=None,
    )
