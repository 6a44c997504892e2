"""A trust company's register files are posted, each whole or not at all."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import Final

from exchange.commands import CreateProduct
from exchange.encumbrances import follow_encumbrances
from exchange.handler import Handler
from exchange.limits import (
    ENCUMBERED_PER_FILE_MAX,
    ENCUMBRANCES_PER_HOLDING_MAX,
    FREEZE_DAYS_MAX,
    LOTS_PER_HOLDING_MAX,
    PRINCIPAL_MAX,
    QUANTITY_MAX,
    REGISTER_ROWS_MAX,
    TRANSFER_IDS_PER_COMMAND,
)
from exchange.pair_keeping import note_arrivals
from exchange.product_desk import product_for
from exchange.refusals import Refusal
from exchange.register_commands import PostRegister
from exchange.register_events import RegisterPosted
from exchange.settlement import Emit
from exchange.slot_keeping import recount
from exchange.state import State
from exchange.types import TRADING_KINDS, Fen, PartyId, Sequence
from registry.calendar import day_in_shanghai
from registry.posting import AnyRow, Freeze, Pledge, Posting, Stamp, post
from registry.posting_check import Bounds, RowFault, RowTrouble, check_rows
from registry.product import POSTING_STATES, ProductState
from registry.types import HolderId, ProductId, TimeNs, Units

REFUSALS: Final = {
    RowTrouble.UNKNOWN_HOLDER: Refusal.UNKNOWN_PARTY,
    RowTrouble.UNKNOWN_LOT: Refusal.UNKNOWN_LOT,
    RowTrouble.UNKNOWN_ENCUMBRANCE: Refusal.UNKNOWN_ENCUMBRANCE,
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
    RowTrouble.ENCUMBRANCES_MAX: Refusal.ENCUMBRANCES_MAX,
}
"""The refusal of a file with this trouble in it; of several the first in order."""


def post_register(
    state: State, command: PostRegister, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Post all rows of a file, or none. Cost: some 8 µs a row; of a row that freezes O(sell orders
    of the holder)."""
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
        command,
        state=product.standing.state,
        is_known=is_known,
        units_outstanding=state.register.units_outstanding[command.product_id],
        lots_of=partial(_lots_of, state, command.product_id),
        orders_of=partial(_orders_of, state, command.product_id),
    )
    refusal = min(chain((REFUSALS[fault.trouble] for fault in faults), against), default=None)
    if refusal is not None:
        return refusal
    register = state.register
    posted = post(
        register,
        command.product_id,
        command.rows,
        first_number=sequence * TRANSFER_IDS_PER_COMMAND,
        stamp=Stamp(at_ns, command.file_sha256),
    )
    holders = [holder_id for row in command.rows for holder_id in row.holders()]
    recount(state, command.product_id, holders)
    note_arrivals(state, command.product_id, holders)
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
            lots=posted.lots,
            units_outstanding=Units(register.units_outstanding[command.product_id]),
            principal_outstanding=Fen(register.principal_outstanding[command.product_id]),
        )
    )
    follow_encumbrances(state, posted.encumbrances, at_ns=at_ns, emit=emit)
    return None


def bounds_of(terms: CreateProduct, is_holder: Callable[[HolderId], bool], at_ns: TimeNs) -> Bounds:
    """What the venue lets the product's register have."""
    return Bounds(
        is_holder=is_holder,
        today=day_in_shanghai(at_ns),
        units_issued=terms.units_issued,
        units_max=QUANTITY_MAX,
        principal_max=PRINCIPAL_MAX,
        lots_per_holding_max=LOTS_PER_HOLDING_MAX,
        encumbrances_per_holding_max=ENCUMBRANCES_PER_HOLDING_MAX,
        freeze_days_max=FREEZE_DAYS_MAX,
    )


def refusals_of_file(
    command: PostRegister,
    *,
    state: ProductState,
    is_known: bool,
    units_outstanding: int,
    lots_of: Callable[[HolderId], int],
    orders_of: Callable[[HolderId], int],
) -> Iterator[Refusal]:
    """What stands against a file as a whole, whether or not a row of it is wrong. Cost: O(rows).

    Args:
        is_known: whether the same bytes were posted before.
        units_outstanding: what the product's register has.
        lots_of: how many lots of the product a holder has.
        orders_of: how many of his orders of the product are open.
    """
    if _encumbers_too_much(command.rows, lots_of=lots_of, orders_of=orders_of):
        yield Refusal.ROWS_OUT_OF_RANGE
    posting = command.posting
    if state not in POSTING_STATES[posting]:
        yield Refusal.PRODUCT_NOT_IN_STATE
    if is_known:
        yield Refusal.FILE_ALREADY_IMPORTED
    if posting is Posting.OPENING and units_outstanding > 0:
        yield Refusal.REGISTER_NOT_EMPTY


HANDLERS: Final[dict[type, Handler]] = {PostRegister: post_register}


def _encumbers_too_much(
    rows: Iterable[AnyRow],
    *,
    lots_of: Callable[[HolderId], int],
    orders_of: Callable[[HolderId], int],
) -> bool:
    """Whether the rows are to come in several files. A pledge or freeze of whatever a holder has
    looks at all of his lots, and a freeze may withdraw all that he sells."""
    encumbering = [row for row in rows if isinstance(row, Pledge)]
    if len(encumbering) <= 1:
        return False
    lots = sum(lots_of(row.holder_id) for row in encumbering if row.lot is None)
    frozen = dict.fromkeys(row.holder_id for row in encumbering if isinstance(row, Freeze))
    return lots + sum(map(orders_of, frozen)) > ENCUMBERED_PER_FILE_MAX


def _lots_of(state: State, product_id: ProductId, holder_id: HolderId) -> int:
    holding = state.register.holdings.get((product_id, holder_id))
    return 0 if holding is None else len(holding.lots)


def _orders_of(state: State, product_id: ProductId, holder_id: HolderId) -> int:
    return len(state.own_orders.get((PartyId(holder_id), product_id), ()))


def _is_holder(state: State, holder_id: HolderId) -> bool:
    party = state.parties.get(PartyId(holder_id))
    return party is not None and party.kind in TRADING_KINDS
