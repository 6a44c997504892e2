"""A fill becomes a title leg and a money leg; together they settle or fail. The one place where
trade meets title.

Here an order's quantity becomes a holder's units and a participant a holder. Every figure
telescopes over its own order (exchange/fees.py): buyer and seller are booked the same
consideration, no fill costs a buyer more than was reserved, and none costs a seller more than it
brings; what a seller's small fill could not bear, the next fill of the order bears.
"""

from collections.abc import Callable
from typing import Final

from exchange.events import (
    AnyEvent,
    TransferLapsed,
    TransferOpened,
    TransferRejected,
    TransferSettled,
)
from exchange.fees import whole_fen
from exchange.limits import DAY_NS
from exchange.state import MoneyLeg, Order, Product, State
from exchange.types import OPERATOR_ID, Fen, PartyId, RejectionReason, Sequence
from matching import BUY, Price, Quantity
from registry.lots import split
from registry.transfer import Transfer, TransferEvent
from registry.types import DayNumber, HolderId, TimeNs, TransferId, Units

Emit = Callable[[AnyEvent], None]

ZONE_OFFSET_NS: Final = DAY_NS // 3
"""Of Asia/Shanghai, eight hours ahead of UTC."""


def day_of(at_ns: TimeNs) -> DayNumber:
    """The day in Asia/Shanghai."""
    return DayNumber((at_ns + ZONE_OFFSET_NS) // DAY_NS)


def principal(product: Product, quantity: int) -> Fen:
    """What `quantity` is worth at par, in fen, half-up."""
    return whole_fen(
        product.terms.par_value * quantity, quantity_scale=product.terms.quantity_scale
    )


def cost_to_reserve(
    state: State, product: Product, order: Order, *, price: int, open_quantity: int
) -> int:
    """What the open part of a buy order can still cost at most, fees included, in fen.

    The whole order at its worst, less what its fills were charged: so that charges never exceed
    the reserve.
    """
    fees = state.fee_schedule
    worst_value = order.filled_value + price * open_quantity
    consideration = whole_fen(worst_value, quantity_scale=product.terms.quantity_scale)
    par = principal(product, order.filled_quantity + open_quantity)
    worst = consideration + fees.venue_buyer.on(consideration) + fees.trust_company_buyer.on(par)
    charged = order.consideration + order.fee_venue + order.fee_trust_company
    assert worst >= charged, (worst, charged)
    return worst - charged


def open_transfer(
    state: State,
    product: Product,
    *,
    maker: Order,
    taker: Order,
    price: Price,
    quantity: Quantity,
    transfer_id: TransferId,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Book one fill on both orders, lock the units, put the buyer's money in escrow, submit to the
    trust company."""
    buy, sell = (maker, taker) if maker.side is BUY else (taker, maker)
    product.trades += 1
    leg = _charge(state, product, buy=buy, sell=sell, price=price, quantity=quantity, at_ns=at_ns)
    sources, sell.draws = split(sell.draws, quantity)
    transfer = Transfer(
        transfer_id=transfer_id,
        product_id=product.product_id,
        seller_id=HolderId(sell.party_id),
        buyer_id=HolderId(buy.party_id),
        units=Units(quantity),
        confirmation_deadline_ns=TimeNs(at_ns + product.terms.confirmation_timeout_ns),
        sources=sources,
    )
    sell.reserved -= quantity
    state.register.open_transfer(transfer)
    state.cash.escrow(buy.party_id, leg.in_escrow)
    _free_excess(state, product, buy, spent=leg.in_escrow)
    state.money_legs[transfer_id] = leg
    state.touched.transfers[transfer_id] = (transfer, leg)
    state.count_transfer(transfer, 1)
    state.note_due(transfer.confirmation_deadline_ns)
    emit(
        TransferOpened(
            transfer_id=transfer_id,
            product_id=product.product_id,
            trade_number=leg.trade_number,
            seller_id=sell.party_id,
            buyer_id=buy.party_id,
            trust_company_id=leg.trust_company_id,
            units=transfer.units,
            price=price,
            consideration=leg.consideration,
            buyer_fee_venue=leg.buyer_fee_venue,
            buyer_fee_trust_company=leg.buyer_fee_trust_company,
            seller_fee_venue=leg.seller_fee_venue,
            seller_fee_trust_company=leg.seller_fee_trust_company,
            confirmation_deadline_ns=transfer.confirmation_deadline_ns,
            version=transfer.version,
        )
    )


def settle(state: State, transfer: Transfer, *, officer: str, at_ns: TimeNs, emit: Emit) -> None:
    """Title to the buyer and money to the seller, in one record. The buyer's money is already in
    escrow."""
    leg = _close_leg(state, transfer, officer=officer, at_ns=at_ns)
    seller_fees = leg.seller_fee_venue + leg.seller_fee_trust_company
    seller_credit = Fen(leg.consideration - seller_fees)
    venue_credit = Fen(leg.buyer_fee_venue + leg.seller_fee_venue)
    trust_company_credit = Fen(leg.buyer_fee_trust_company + leg.seller_fee_trust_company)
    assert seller_credit + venue_credit + trust_company_credit == leg.in_escrow, (
        transfer.transfer_id
    )
    leg.cost_moved = state.register.settle(transfer, acquired_on=day_of(at_ns), cost=leg.in_escrow)
    state.cash.pay(
        _buyer(transfer),
        (
            (_seller(transfer), seller_credit),
            (OPERATOR_ID, venue_credit),
            (leg.trust_company_id, trust_company_credit),
        ),
    )
    emit(
        TransferSettled(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product_id,
            trade_number=leg.trade_number,
            seller_id=_seller(transfer),
            buyer_id=_buyer(transfer),
            trust_company_id=leg.trust_company_id,
            units=transfer.units,
            seller_credit=seller_credit,
            venue_credit=venue_credit,
            trust_company_credit=trust_company_credit,
            officer=officer,
            version=transfer.version,
        )
    )


def reject(
    state: State,
    transfer: Transfer,
    *,
    reason: RejectionReason,
    officer: str,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Everything back: units to the seller, consideration and all fees to the buyer."""
    leg = _close_leg(state, transfer, officer=officer, at_ns=at_ns)
    leg.reason = reason
    _give_back(state, transfer, leg, TransferEvent.REJECT)
    emit(
        TransferRejected(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product_id,
            trade_number=leg.trade_number,
            seller_id=_seller(transfer),
            buyer_id=_buyer(transfer),
            trust_company_id=leg.trust_company_id,
            units=transfer.units,
            refund=leg.in_escrow,
            reason=reason,
            officer=officer,
            version=transfer.version,
        )
    )


def lapse(state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit) -> None:
    """Nobody decided in time: everything back, like a rejection."""
    leg = _close_leg(state, transfer, officer=None, at_ns=at_ns)
    _give_back(state, transfer, leg, TransferEvent.LAPSE)
    emit(
        TransferLapsed(
            transfer_id=transfer.transfer_id,
            product_id=transfer.product_id,
            trade_number=leg.trade_number,
            seller_id=_seller(transfer),
            buyer_id=_buyer(transfer),
            trust_company_id=leg.trust_company_id,
            units=transfer.units,
            refund=leg.in_escrow,
            version=transfer.version,
        )
    )


def _charge(
    state: State,
    product: Product,
    *,
    buy: Order,
    sell: Order,
    price: Price,
    quantity: Quantity,
    at_ns: TimeNs,
) -> MoneyLeg:
    fees = state.fee_schedule
    buy.filled_value += price * quantity
    for order in (buy, sell):
        order.filled_quantity += quantity
    total = whole_fen(buy.filled_value, quantity_scale=product.terms.quantity_scale)
    consideration = Fen(total - buy.consideration)
    buy.consideration = total
    sell.consideration += consideration
    buyer_venue = fees.venue_buyer.on(total) - buy.fee_venue
    par_bought = principal(product, buy.filled_quantity)
    buyer_trust = fees.trust_company_buyer.on(par_bought) - buy.fee_trust_company
    seller_venue_due = fees.venue_seller.on(sell.consideration) - sell.fee_venue
    seller_venue = min(seller_venue_due, consideration)
    par_sold = principal(product, sell.filled_quantity)
    seller_trust_due = fees.trust_company_seller.on(par_sold) - sell.fee_trust_company
    seller_trust = min(seller_trust_due, consideration - seller_venue)
    buy.fee_venue += buyer_venue
    buy.fee_trust_company += buyer_trust
    sell.fee_venue += seller_venue
    sell.fee_trust_company += seller_trust
    return MoneyLeg(
        trade_number=product.trades,
        trust_company_id=product.terms.trust_company_id,
        price=price,
        consideration=consideration,
        buyer_fee_venue=Fen(buyer_venue),
        buyer_fee_trust_company=Fen(buyer_trust),
        seller_fee_venue=Fen(seller_venue),
        seller_fee_trust_company=Fen(seller_trust),
        matched_at_ns=at_ns,
    )


def _free_excess(state: State, product: Product, buy: Order, *, spent: int) -> None:
    """Keep reserved only what the rest of the order can still cost."""
    needed = cost_to_reserve(state, product, buy, price=buy.price, open_quantity=buy.open_quantity)
    excess = buy.reserved - spent - needed
    assert excess >= 0, (buy.order_id, excess)
    buy.reserved = needed
    state.cash.release(buy.party_id, excess)


def _close_leg(state: State, transfer: Transfer, *, officer: str | None, at_ns: TimeNs) -> MoneyLeg:
    leg = state.money_legs.pop(transfer.transfer_id)
    leg.officer = officer
    leg.decided_at_ns = at_ns
    leg.decided_sequence = Sequence(state.register.sequence)
    state.touched.transfers[transfer.transfer_id] = (transfer, leg)
    state.count_transfer(transfer, -1)
    return leg


def _give_back(state: State, transfer: Transfer, leg: MoneyLeg, event: TransferEvent) -> None:
    state.register.fail(transfer, event)
    state.cash.refund(_buyer(transfer), leg.in_escrow)


def _buyer(transfer: Transfer) -> PartyId:
    return PartyId(transfer.buyer_id)


def _seller(transfer: Transfer) -> PartyId:
    return PartyId(transfer.seller_id)
