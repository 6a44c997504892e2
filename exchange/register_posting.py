"""What happens to a product's register and standing outside the market: files are posted, the
product is signed off, opened, suspended, closed."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Final

from exchange.codec import terms_digest
from exchange.commands import CreateProduct
from exchange.handler import Handler
from exchange.limits import (
    LOTS_PER_HOLDING_MAX,
    PRINCIPAL_MAX,
    QUANTITY_MAX,
    REGISTER_ROWS_MAX,
    TRANSFER_IDS_PER_COMMAND,
)
from exchange.orders import withdraw_order
from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    OpenProduct,
    PostRegister,
    ResumeProduct,
    SignOffProduct,
    SuspendProduct,
)
from exchange.register_events import ProductAdvanced, RegisterPosted
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.types import TRADING_KINDS, Fen, PartyId, PartyKind, Sequence
from matching import Side
from registry.calendar import day_in_shanghai
from registry.posting import Bounds, Posting, RowFault, RowTrouble, check_rows, post
from registry.product import POSTING_STATES, ProductEvent, ProductState
from registry.types import HolderId, LotId, ProductId, TimeNs, Units

REFUSALS: Final = {
    RowTrouble.UNKNOWN_HOLDER: Refusal.UNKNOWN_PARTY,
    RowTrouble.UNKNOWN_LOT: Refusal.UNKNOWN_LOT,
    RowTrouble.UNITS_OUT_OF_RANGE: Refusal.QUANTITY_OUT_OF_RANGE,
    RowTrouble.AMOUNT_OUT_OF_RANGE: Refusal.AMOUNT_OUT_OF_RANGE,
    RowTrouble.CONTRACT_TAKEN: Refusal.LOTS_CONFLICT,
    RowTrouble.ROW_OUT_OF_RANGE: Refusal.ROWS_OUT_OF_RANGE,
    RowTrouble.DATE_OUT_OF_RANGE: Refusal.DATES_OUT_OF_RANGE,
    RowTrouble.TOTALS_DIFFER: Refusal.TOTALS_DIFFER,
    RowTrouble.UNITS_EXCEED_ISSUE: Refusal.UNITS_EXCEED_ISSUE,
    RowTrouble.LOT_NOT_HELD: Refusal.LOT_NOT_HELD,
    RowTrouble.UNITS_NOT_FREE: Refusal.UNITS_NOT_AVAILABLE,
    RowTrouble.LOTS_MAX: Refusal.LOTS_MAX,
}
"""The refusal of a file with this trouble in it; of several the first in order."""


def post_register(
    state: State, command: PostRegister, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Post all rows of a file, or none. Cost: some 4 µs a row."""
    product = product_for(state, command.actor, command.product_id, by_trust_company=True)
    if isinstance(product, Refusal):
        return product
    if not 0 < len(command.rows) <= REGISTER_ROWS_MAX:
        return Refusal.ROWS_OUT_OF_RANGE
    faults: list[RowFault] = []
    is_known = command.file_sha256 in state.register_files.known
    if not is_known:  # its rows would only tell that they are there
        faults = check_rows(
            state.register,
            command.product_id,
            command.rows,
            posting=command.posting,
            units_outstanding=command.units_outstanding,
            bounds=bounds_of(product.terms, partial(_is_holder, state), at_ns),
        )
    against = refusals_of_file(
        command.posting,
        state=product.standing.state,
        is_known=is_known,
        units_outstanding=state.register.units_outstanding[command.product_id],
    )
    refusal = min(chain((REFUSALS[fault.trouble] for fault in faults), against), default=None)
    if refusal is not None:
        return refusal
    register = state.register
    first_lot_id = LotId(sequence * TRANSFER_IDS_PER_COMMAND)
    lots = post(register, command.product_id, command.rows, first_lot_id=first_lot_id)
    state.touched.products[command.product_id] = product
    state.register_files.add(
        command.file_sha256,
        product_id=command.product_id,
        sequence=sequence,
        posting=command.posting,
        rows=len(command.rows),
        units_outstanding=command.units_outstanding,
        key_id=command.key_id,
        signature=command.signature,
    )
    emit(
        RegisterPosted(
            product_id=command.product_id,
            trust_company_id=product.terms.trust_company_id,
            posting=command.posting,
            file_sha256=command.file_sha256,
            key_id=command.key_id,
            rows=len(command.rows),
            lots=lots,
            units_outstanding=Units(register.units_outstanding[command.product_id]),
            principal_outstanding=Fen(register.principal_outstanding[command.product_id]),
        )
    )
    return None


def sign_off_product(
    state: State, command: SignOffProduct, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The trust company stands by the terms as it has read them."""
    product = state.products.get(command.product_id)
    if not _is(state, command.actor, PartyKind.TRUST_COMPANY):
        return Refusal.NOT_PERMITTED
    if product is None or product.terms.trust_company_id != command.actor:
        return Refusal.UNKNOWN_PRODUCT
    if command.terms_digest != terms_digest(product.terms):
        return Refusal.CRITERIA_STALE
    return _advance(state, product, ProductEvent.SIGN_OFF, emit=emit)


def open_product(
    state: State, command: OpenProduct, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Trade begins on the register that is posted."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    if command.units_outstanding <= 0:
        return Refusal.QUANTITY_OUT_OF_RANGE
    if command.units_outstanding != state.register.units_outstanding[command.product_id]:
        return Refusal.TOTALS_DIFFER
    return _advance(state, product, ProductEvent.OPEN, emit=emit)


def suspend_product(
    state: State, command: SuspendProduct, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """No order is taken; those that rest keep their place, and transfers go on."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    return _advance(state, product, ProductEvent.SUSPEND, emit=emit)


def resume_product(
    state: State, command: ResumeProduct, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Orders are taken again."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    return _advance(state, product, ProductEvent.RESUME, emit=emit)


def close_product(
    state: State, command: CloseProduct, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Trade has ended for good; no transfer may be open. The orders that rest are withdrawn by the
    clock, which spreads them over as many commands as they need. Cost: O(buyers of the venue's open
    transfers)."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    if any(product_id == command.product_id for product_id, _ in state.register.purchases):
        return Refusal.PRODUCT_NOT_IN_STATE
    refusal = _advance(state, product, ProductEvent.CLOSE, emit=emit)
    if refusal is None:
        product.closed_at_ns = at_ns
        state.note_due(at_ns)
    return refusal


def withdraw_next_order(state: State, product: Product, *, at_ns: TimeNs, emit: Emit) -> None:
    """Withdraw the first order of a closed product: bids before asks, each the best first."""
    resting = next(chain(product.book.orders(Side.BUY), product.book.orders(Side.SELL)))
    withdraw_order(state, state.orders[resting.order_id], at_ns=at_ns, emit=emit)


def bounds_of(terms: CreateProduct, is_holder: Callable[[HolderId], bool], at_ns: TimeNs) -> Bounds:
    """What the venue lets the product's register have."""
    return Bounds(
        is_holder=is_holder,
        today=day_in_shanghai(at_ns),
        units_issued=terms.units_issued,
        units_max=QUANTITY_MAX,
        principal_max=PRINCIPAL_MAX,
        lots_per_holding_max=LOTS_PER_HOLDING_MAX,
    )


def refusals_of_file(
    posting: Posting, *, state: ProductState, is_known: bool, units_outstanding: int
) -> Iterator[Refusal]:
    """What stands against a file as a whole, whatever its rows are.

    Args:
        is_known: whether the same bytes were posted before.
        units_outstanding: what the product's register has.
    """
    if state not in POSTING_STATES[posting]:
        yield Refusal.PRODUCT_NOT_IN_STATE
    if is_known:
        yield Refusal.FILE_ALREADY_IMPORTED
    if posting is Posting.OPENING and units_outstanding > 0:
        yield Refusal.REGISTER_NOT_EMPTY


def product_for(
    state: State, actor: PartyId, product_id: ProductId, *, by_trust_company: bool = False
) -> Product | Refusal:
    """The product, if the actor is the operator, or perhaps its trust company. Refuses
    NOT_PERMITTED and UNKNOWN_PRODUCT. Cost: O(1)."""
    product = state.products.get(product_id)
    if _is(state, actor, PartyKind.OPERATOR):
        return Refusal.UNKNOWN_PRODUCT if product is None else product
    if not by_trust_company or not _is(state, actor, PartyKind.TRUST_COMPANY):
        return Refusal.NOT_PERMITTED
    if product is None or product.terms.trust_company_id != actor:
        return Refusal.UNKNOWN_PRODUCT
    return product


HANDLERS: Final[dict[type, Handler]] = {
    PostRegister: post_register,
    SignOffProduct: sign_off_product,
    OpenProduct: open_product,
    SuspendProduct: suspend_product,
    ResumeProduct: resume_product,
    CloseProduct: close_product,
}


def _is_holder(state: State, holder_id: HolderId) -> bool:
    party = state.parties.get(PartyId(holder_id))
    return party is not None and party.kind in TRADING_KINDS


def _is(state: State, actor: PartyId, kind: PartyKind) -> bool:
    party = state.parties.get(actor)
    return party is not None and party.kind is kind


def _advance(state: State, product: Product, event: ProductEvent, *, emit: Emit) -> Refusal | None:
    standing = product.standing
    if not standing.may(event):
        return Refusal.PRODUCT_NOT_IN_STATE
    standing.advance(event)
    state.touched.products[product.product_id] = product
    emit(
        ProductAdvanced(
            product_id=product.product_id,
            trust_company_id=product.terms.trust_company_id,
            event=event,
            state=standing.state,
            version=standing.version,
        )
    )
    return None
