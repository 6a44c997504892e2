"""The rows that say in SQL what the state says in memory, taken once a batch from what the batch
touched.

An object that several commands of a batch touched gives one row. Column order is that of the
tables.
"""

import msgspec

from exchange.codec import encode_coming, encode_command, encode_terms
from exchange.ports import Row
from exchange.state import MoneyLeg, Order, State
from exchange.store import evidence_rows, rules_rows
from exchange.store.calendar_rows import calendar_row
from exchange.store.claim_rows import claim_row as market_claim_row
from exchange.store.client_rows import take_client_rows
from exchange.store.desk_rows import take_desk_rows
from exchange.store.fee_rows import fee_row
from exchange.store.halt_rows import halt_row
from exchange.store.money_rows import take_money_rows
from exchange.store.negotiation_rows import take_negotiation_rows
from exchange.store.price_rows import disclosure_row
from registry.store.rows import claim_row, encode_sources, encumbrance_row, lot_row
from registry.transfer import Transfer


def take_rows(state: State) -> dict[str, list[Row]]:
    """The changed rows by table; the state then counts as written. Cost: O(objects touched)."""
    touched, cash, register = state.touched, state.cash, state.register
    announced = state.coming_modes.by_product
    rows: dict[str, list[Row]] = {
        "parties": [(party_id, int(party.kind)) for party_id, party in touched.parties.items()],
        "products": [
            (
                product_id,
                product.terms.symbol,
                encode_command(product.terms),
                register.units_outstanding[product_id],
                product.standing.state._value_,
                product.standing.version,
                product.mode._value_,
                None if product.mode_terms is None else encode_terms(product.mode_terms),
                None if (coming := announced.get(product_id)) is None else encode_coming(coming),
            )
            for product_id, product in touched.products.items()
        ],
        "accounts": [
            (
                party_id,
                account.deposited,
                account.available,
                account.reserved,
                account.escrow,
                account.frozen,
                account.withdrawn,
            )
            for party_id, account in cash.touched.items()
        ],
        "lots": [lot_row(lot) for lot in register.touched_lots.values()],
        "lot_claims": [claim_row(lot) for lot in register.touched_claims.values()],
        "encumbrances": [encumbrance_row(each) for each in register.encumbrances.touched.values()],
        "register": list[Row](register.entries),
        "register_files": list[Row](state.register_files.added),
        "orders": [_order_row(order) for order in touched.orders.values()],
        "transfers": [_transfer_row(*pair) for pair in touched.transfers.values()],
        "reversals": [msgspec.structs.astuple(each) for each in touched.reversals],
        **take_desk_rows(state.desk),
        **take_money_rows(touched.money),
        **evidence_rows.rows(state.evidence),
        **take_client_rows(state.clients),
        **take_negotiation_rows(state.negotiations),
        "disclosures": [disclosure_row(each) for each in touched.disclosures],
        **rules_rows.rows(state.rules),
        "halts": [halt_row(each) for each in touched.halts.values()],
        "market_claims": [market_claim_row(each) for each in touched.claims],
        "calendars": [calendar_row(each) for each in state.days.touched.values()],
        "fee_schedules": [fee_row(each) for each in touched.fees],
    }
    touched.parties.clear()
    touched.products.clear()
    touched.orders.clear()
    touched.transfers.clear()
    touched.reversals.clear()
    touched.disclosures.clear()
    touched.halts.clear()
    touched.claims.clear()
    touched.fees.clear()
    state.days.touched.clear()
    cash.touched.clear()
    register.touched_lots.clear()
    register.touched_claims.clear()
    register.encumbrances.touched.clear()
    register.entries.clear()
    state.register_files.added.clear()
    return rows


def _order_row(order: Order) -> Row:
    terms = order.size_terms
    # Enum's `value` is a property in Python, ten times dearer than the attribute that it reads; and
    # the driver looks for an adapter of every truth value.
    return (
        order.order_id,
        order.party_id,
        order.client_order_id,
        order.product_id,
        order.side._value_,
        order.price,
        order.quantity,
        order.open_quantity,
        order.filled_quantity,
        order.reserved,
        order.consideration,
        order.fee_venue + order.fee_trust_company,
        order.time_in_force._value_,
        1 if order.post_only else 0,
        0 if terms is None else terms.minimum_quantity,
        1 if terms is not None and terms.all_or_none else 0,
        1 if terms is not None and terms.whole_only else 0,
        order.expires_at_ns,
        order.status._value_,
        order.version,
        order.placed_at_ns,
        order.changed_at_ns,
        order.accrued,
    )


def _transfer_row(transfer: Transfer, leg: MoneyLeg) -> Row:
    return (
        transfer.transfer_id,
        transfer.product_id,
        leg.trade_number,
        transfer.seller_id,
        transfer.buyer_id,
        leg.trust_company_id,
        transfer.units,
        leg.price,
        leg.consideration,
        leg.buyer_fee_venue,
        leg.buyer_fee_trust_company,
        leg.seller_fee_venue,
        leg.seller_fee_trust_company,
        leg.paid,
        transfer.state._value_,
        transfer.version,
        leg.matched_at_ns,
        transfer.deadline_ns,
        transfer.notices,
        leg.submitted_at_ns,
        leg.answered_at_ns,
        *_marks(transfer, leg),
        leg.decided_at_ns,
        leg.officer,
        None if leg.reason is None else int(leg.reason),
        encode_sources(transfer.sources),
        leg.decided_sequence,
        leg.cost_moved,
        transfer.transfer_id if leg.cost_moved is not None else None,
        transfer.registration_due_ns,
        leg.registered_at_ns,
        transfer.preempts,
        *_accrued(leg),
        leg.buy_order_id,
        leg.sell_order_id,
    )


def _accrued(leg: MoneyLeg) -> Row:
    accrued = leg.accrued
    if accrued is None:
        return (0, None, None)
    return (accrued.amount, accrued.days, accrued.priced_on)


def _marks(transfer: Transfer, leg: MoneyLeg) -> Row:
    return (
        transfer.overlays._value_,
        transfer.overlay_ns,
        1 if transfer.rescindable else 0,
        transfer.rescind_until_ns,
        transfer.signed._value_,
        transfer.consented._value_,
        1 if transfer.documents_overdue else 0,
        transfer.disputed_by._value_,
        transfer.returned_to._value_,
        leg.fault._value_,
        leg.fault_fee,
        leg.fault_fee_owed,
        leg.forfeited,
        transfer.returns,
        leg.return_reason,
    )
