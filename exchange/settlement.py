"""A fill becomes a title leg and a money leg; together they settle or fail. The one place where
trade meets title.

Here an order's quantity becomes a holder's units and a participant a holder. Every figure
telescopes over its own order (exchange/fees.py): buyer and seller are booked the same
consideration and the same accrued income, no fill costs a buyer more than was reserved, and none
costs a seller more than it brings; what a seller's small fill could not bear, the next fill of the
order bears.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from exchange.accruals import accrue, most_accrued
from exchange.checklist import who_owes
from exchange.events import AnyEvent
from exchange.evidence_types import EvidenceSubject
from exchange.fees import BASIS_POINTS, FeeLine, FeeSchedule, lower_of, whole_fen
from exchange.pair_keeping import close_way, note_arrivals
from exchange.price_types import QuoteBasis
from exchange.slot_keeping import close_slots, recount
from exchange.state import MoneyLeg, Order, Product, State
from exchange.transfer_state import Reversal
from exchange.types import OPERATOR_ID, Fen, PartyId, Sequence
from matching import Price, Quantity
from registry.calendar import day_in_shanghai
from registry.terms import FaultFee
from registry.transfer import EITHER, Fault, MoneyEffect, Row, Transfer, UnitsEffect, Who
from registry.types import LotId, TimeNs

Emit = Callable[[AnyEvent], None]
CLEAN: Final = QuoteBasis.CLEAN


def principal(product: Product, quantity: int) -> Fen:
    """What `quantity` is worth at par, in fen, half-up."""
    return whole_fen(
        product.terms.par_value * quantity, quantity_scale=product.terms.quantity_scale
    )


def set_aside(product: Product, cost: int) -> int:
    """What of the cost of a buy order stands behind it, in fen: the product's deposit, rounded up,
    or all of it. Cost: O(1)."""
    deposit_bps = product.terms.transfer_terms.deposit_bps
    return -(-cost * deposit_bps // BASIS_POINTS) if deposit_bps else cost


def cost_to_reserve(
    state: State, product: Product, order: Order, *, price: int, open_quantity: int
) -> int:
    """What has to stand behind the open part of a buy order, in fen: of what it can still cost at
    most, fees and accrued income included, all or the product's deposit.

    The whole order at its worst, less what its fills were charged: so that charges never exceed
    the reserve.
    """
    if open_quantity == 0:
        return 0
    worst = cost_at_worst(state, product, order, price=price, open_quantity=open_quantity)
    assert worst >= order.charged, (worst, order.charged)
    return set_aside(product, worst) - set_aside(product, order.charged)


def cost_at_worst(
    state: State, product: Product, order: Order, *, price: int, open_quantity: int
) -> int:
    """What a whole buy order costs if its open part is filled at this price, on its last day if it
    is a clean one; by the schedule that it was shown when it came. Cost: O(1)."""
    fees = _shown(state, order)
    worst_value = order.filled_value + price * open_quantity
    consideration = whole_fen(worst_value, quantity_scale=product.terms.quantity_scale)
    par = principal(product, order.filled_quantity + open_quantity)
    worst = consideration + fees.venue_buyer.on(consideration) + fees.trust_company_buyer.on(par)
    if product.facts.quote_basis is CLEAN:
        worst += order.accrued + most_accrued(product, order, open_quantity=open_quantity)
    return worst


class Credits(NamedTuple):
    """What those get to whom the buyer's escrow is due."""

    seller: Fen
    """The consideration less his fees, with accrued income."""
    venue: Fen
    trust_company: Fen


def credits_of(transfer: Transfer, leg: MoneyLeg) -> Credits:
    """Who gets what when the transfer settles; together all that the buyer pays, which
    is then in escrow."""
    credits = Credits(
        seller=Fen(leg.due_to_seller - leg.seller_fee_venue - leg.seller_fee_trust_company),
        venue=Fen(leg.buyer_fee_venue + leg.seller_fee_venue),
        trust_company=Fen(leg.buyer_fee_trust_company + leg.seller_fee_trust_company),
    )
    assert sum(credits) == leg.cost == leg.paid, transfer.transfer_id
    return credits


def follow(state: State, transfer: Transfer, row: Row, *, at_ns: TimeNs) -> None:
    """Do with units and money what the row says, after it has led to the next state. The one place
    where title and money move together. Cost: O(1)."""
    leg = state.leg_of(transfer)
    cost_moved = state.register.follow(
        transfer, row, acquired_on=day_in_shanghai(at_ns), cost=leg.cost
    )
    if cost_moved is not None:
        leg.cost_moved = cost_moved
    match row.money:  # the most common first
        case MoneyEffect.HOLD:
            state.cash.escrow(PartyId(transfer.buyer_id), leg.paid)
        case MoneyEffect.KEEP:
            pass
        case MoneyEffect.PAY:
            credits = credits_of(transfer, leg)
            state.cash.pay(
                PartyId(transfer.buyer_id),
                (
                    (PartyId(transfer.seller_id), credits.seller),
                    (OPERATOR_ID, credits.venue),
                    (leg.trust_company_id, credits.trust_company),
                ),
            )
        case MoneyEffect.FUND:
            state.cash.fund(PartyId(transfer.buyer_id), leg.rest_due)
            leg.paid = leg.cost
        case MoneyEffect.REFUND:
            state.cash.refund(PartyId(transfer.buyer_id), leg.paid)
            if row.fault is not None:
                _charge_fault(state, transfer, leg, row.fault)
        case MoneyEffect.FORFEIT:
            _forfeit(state, transfer, leg)
        case _:
            raise AssertionError(row)
    if row.decides:
        del state.money_legs[transfer.transfer_id]
        state.evidence.close(EvidenceSubject.TRANSFER, transfer.transfer_id)
        leg.decided_at_ns = at_ns
        leg.decided_sequence = Sequence(state.register.sequence)
        state.count_transfer(transfer, -1)
        close_slots(state, transfer, row, at_ns=at_ns)
        close_way(state, transfer, row)


def follow_back(
    state: State, transfer: Transfer, row: Row, reversal: Reversal, *, cost: Fen
) -> None:
    """The inverse, of a settled transfer: its units back to the seller as a new lot, and the stated
    amount to the buyer. Cost: O(log lots).

    Args:
        cost: what the units had cost the seller, and cost him again.
    """
    assert row.units is UnitsEffect.MOVE_BACK, row
    assert row.money is MoneyEffect.PAY_BACK, row
    state.register.move_back(
        transfer,
        lot_id=reversal.lot_id,
        acquired_on=day_in_shanghai(reversal.reversed_at_ns),
        cost=cost,
    )
    recount(state, transfer.product_id, (transfer.buyer_id, transfer.seller_id))
    note_arrivals(state, transfer.product_id, (transfer.seller_id,))
    if reversal.amount > 0:
        state.cash.give(
            reversal.amount,
            debtor_id=reversal.payer_id,
            creditor_id=PartyId(transfer.buyer_id),
        )


def redeem(state: State, transfer: Transfer, *, proceeds: Fen, trust_company_id: PartyId) -> None:
    """The units that a transfer has moved just now exist no more, and the trust company pays the
    buyer what they bring. Cost: O(log lots)."""
    product_id, buyer_id = transfer.product_id, transfer.buyer_id
    bought = state.register.holdings[product_id, buyer_id].lots[LotId(transfer.transfer_id)]
    state.register.redeem(bought, transfer.units)
    recount(state, product_id, (buyer_id,))
    state.touched.products[product_id] = state.products[product_id]
    state.cash.give(proceeds, debtor_id=trust_company_id, creditor_id=PartyId(buyer_id))


def fault_fee(terms: FaultFee, consideration: Fen) -> Fen:
    """What the party at fault for a lapse pays to the other, in fen, rounded up. Cost: O(1)."""
    return Fen(FeeLine(terms.rate_bps, Fen(0), Fen(terms.maximum)).on(consideration))


def _forfeit(state: State, transfer: Transfer, leg: MoneyLeg) -> None:
    """Who has signed an agreement that the other has signed too loses his deposit to him."""
    buyer_id, seller_id = PartyId(transfer.buyer_id), PartyId(transfer.seller_id)
    if transfer.signed == EITHER:
        leg.forfeited = leg.paid
        state.cash.pay(buyer_id, ((seller_id, leg.forfeited),))
    else:
        state.cash.refund(buyer_id, leg.paid)


def _charge_fault(state: State, transfer: Transfer, leg: MoneyLeg, fault: Fault) -> None:
    """Whoever is at fault pays the other what he has of the product's fee; where both are, neither
    pays. A buyer has had his escrow back before."""
    match fault:
        case Fault.UNSIGNED:
            unsigned = EITHER & ~transfer.signed
            leg.fault = unsigned or who_owes(state, transfer)
        case Fault.NAMED:
            leg.fault = transfer.returned_to
        case Fault.SELLER:
            leg.fault = Who.SELLER
    assert leg.fault & EITHER == leg.fault != Who(0), (transfer.transfer_id, leg.fault)
    if leg.fault == EITHER:
        return
    terms = state.products[transfer.product_id].terms.transfer_terms
    due = fault_fee(terms.fault_fee, leg.consideration)
    buyer_id, seller_id = PartyId(transfer.buyer_id), PartyId(transfer.seller_id)
    if leg.fault is Who.BUYER:
        debtor_id, creditor_id = buyer_id, seller_id
    else:
        debtor_id, creditor_id = seller_id, buyer_id
    leg.fault_fee = Fen(min(due, state.cash.accounts[debtor_id].available))
    leg.fault_fee_owed = Fen(due - leg.fault_fee)
    if leg.fault_fee > 0:
        state.cash.give(leg.fault_fee, debtor_id=debtor_id, creditor_id=creditor_id)


def charge(
    state: State,
    product: Product,
    *,
    buy: Order,
    sell: Order,
    price: Price,
    quantity: Quantity,
    at_ns: TimeNs,
) -> MoneyLeg:
    """Book one fill on both orders: what it costs whom."""
    present = state.fees.in_force(product.product_id, day_in_shanghai(at_ns))
    of_buy = lower_of(shown=_shown(state, buy), present=present)
    of_sell = lower_of(shown=_shown(state, sell), present=present)
    set_aside_before = set_aside(product, buy.charged)
    buy.filled_value += price * quantity
    for order in (buy, sell):
        order.filled_quantity += quantity
    total = whole_fen(buy.filled_value, quantity_scale=product.terms.quantity_scale)
    consideration = Fen(total - buy.consideration)
    buy.consideration = total
    sell.consideration += consideration
    buyer_venue = max(of_buy.venue_buyer.on(total) - buy.fee_venue, 0)
    par_bought = principal(product, buy.filled_quantity)
    buyer_trust = max(of_buy.trust_company_buyer.on(par_bought) - buy.fee_trust_company, 0)
    seller_venue_due = max(of_sell.venue_seller.on(sell.consideration) - sell.fee_venue, 0)
    seller_venue = min(seller_venue_due, consideration)
    par_sold = principal(product, sell.filled_quantity)
    seller_trust_due = max(of_sell.trust_company_seller.on(par_sold) - sell.fee_trust_company, 0)
    seller_trust = min(seller_trust_due, consideration - seller_venue)
    buy.fee_venue += buyer_venue
    buy.fee_trust_company += buyer_trust
    sell.fee_venue += seller_venue
    sell.fee_trust_company += seller_trust
    accrued = None
    if product.facts.quote_basis is CLEAN:
        accrued = accrue(product, buy=buy, sell=sell, quantity=quantity, at_ns=at_ns)
    return MoneyLeg(
        trade_number=product.trades,
        buy_order_id=buy.order_id,
        sell_order_id=sell.order_id,
        trust_company_id=product.terms.trust_company_id,
        price=price,
        consideration=consideration,
        buyer_fee_venue=Fen(buyer_venue),
        buyer_fee_trust_company=Fen(buyer_trust),
        seller_fee_venue=Fen(seller_venue),
        seller_fee_trust_company=Fen(seller_trust),
        paid=Fen(set_aside(product, buy.charged) - set_aside_before),
        matched_at_ns=at_ns,
        accrued=accrued,
    )


def _shown(state: State, order: Order) -> FeeSchedule:
    """What was in force when the order came: it never pays more."""
    return state.fees.in_force(order.product_id, day_in_shanghai(order.placed_at_ns))


def free_excess(state: State, product: Product, buy: Order, *, spent: int) -> None:
    """Keep reserved only what has to stand behind the rest of the order."""
    needed = cost_to_reserve(state, product, buy, price=buy.price, open_quantity=buy.open_quantity)
    excess = buy.reserved - spent - needed
    assert excess >= 0, (buy.order_id, excess)
    buy.reserved = needed
    state.cash.release(buy.party_id, excess)
