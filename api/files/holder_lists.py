"""A trust company's list of holders comes in and is set beside the register as of its day.

The register is not changed by it. The same list, sent again, is compared anew, for of its day more
may have become known; what no transfer explains is laid before people once for a file.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from api.auth.principal import Principal
from api.batches import Submission
from api.dependencies import Services, keeps
from api.files.profiles import profile_of
from api.files.received import columns_in, read_sheet_of, sha256_of, unreadable_rows
from api.files.returned_sheets import KEY_LENGTH
from api.schemas.decimals import format_day
from api.schemas.holder_lists import (
    HolderBreak,
    HolderReconciliation,
    ReconciledProduct,
    break_of,
    reconciled_product_of,
)
from api.store.files import FileKind
from exchange.desk_commands import RaiseException
from exchange.product_view import ProductView
from exchange.store.queries import kinds_of, sequence_at
from exchange.types import OPERATOR_ID, TRADING_KINDS, ExceptionKind, Sequence
from registry.calendar import day_in_shanghai, start_in_shanghai
from registry.store.as_of import HolderAsOf, holders_as_of
from registry.store.queries import Reader, TransferRow, transfers_among, transfers_settled
from registry.trust_company.holder_list import (
    Break,
    HolderList,
    Move,
    Stated,
    find_breaks,
    move_of,
    read_holder_list,
)
from registry.trust_company.sheets import Sheet
from registry.types import DayNumber, HolderId, ProductId, TransferId

logger = logging.getLogger("trustex.exceptions")

BREAKS_MAX: Final = 10_000
"""That are told: as many as a list has rows."""
REGISTERED_DAYS: Final = 60
"""A registration is due after ten working days: what settled so long before the list's day, and is
registered by now, is not searched for, and the answer says so."""


async def reconcile_holders(services: Services, registrar: Principal, content: bytes) -> bytes:
    """The breaks of a list, as JSON.

    Raises:
        ApiProblem: the list cannot be read whole, or there is no time for it.
        OutcomeUnknown: the venue stopped.
    """
    services.batches.begin(registrar.party_id)
    try:
        sheet = await read_sheet_of(services, content)
        theirs = await run_in_threadpool(_read, services, registrar, sheet)
        products = [services.product(symbol) for symbol in theirs.products]
        # Here and not in the thread, which would read the view while the loop changes it.
        waiting = _waiting_transfers(services, products)
        found = await run_in_threadpool(_reconcile, services, theirs, products, waiting)
        sha256 = await run_in_threadpool(sha256_of, content)
        await _raise_unexplained(services, registrar, found, sha256)
        return await run_in_threadpool(_answer, theirs, found, sha256)
    finally:
        services.batches.end(registrar.party_id)


def _read(services: Services, registrar: Principal, sheet: Sheet) -> HolderList:
    """What the list says; ends the request if a part of it cannot be read."""

    def scale_of(symbol: str) -> int | None:
        product = services.exchange.view.product(symbol)
        if product is None or not keeps(registrar, product):
            return None
        return product.terms.quantity_scale

    columns = columns_in(sheet, profile_of(services, registrar.party_id, FileKind.HOLDERS))
    today = day_in_shanghai(services.clock.now_ns())
    read = read_holder_list(sheet.rows[1:], columns, scale_of=scale_of, today=today)
    if isinstance(read, list):
        raise unreadable_rows(read, columns)
    return read


def _waiting_transfers(services: Services, products: list[ProductView]) -> list[TransferId]:
    """Those that are open, and those that wait for their registration, however long ago they
    settled."""
    wanted = {product.product_id for product in products}
    view = services.exchange.view
    return [
        transfer.transfer_id
        for transfers in (view.transfers, view.unregistered)
        for transfer in transfers.values()
        if transfer.product_id in wanted
    ]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the list is compared with."""

    sequence: Sequence
    ours: dict[ProductId, dict[HolderId, HolderAsOf]]
    moves: dict[ProductId, list[Move]]
    known: frozenset[HolderId]
    """Of those whom only the list has, the venue's holders."""


@dataclass(frozen=True, slots=True)
class _Reconciled:
    """One product, as of the same command as the others."""

    product: ProductView
    theirs: Mapping[HolderId, Stated]
    ours: Mapping[HolderId, HolderAsOf]
    breaks: list[Break]
    sequence: Sequence


def _reconcile(
    services: Services,
    theirs: HolderList,
    products: list[ProductView],
    waiting: list[TransferId],
) -> list[_Reconciled]:
    facts = _facts(services, theirs, products, waiting)
    reconciled: list[_Reconciled] = []
    for product in products:
        stated, held = theirs.products[product.terms.symbol], facts.ours[product.product_id]
        moves = facts.moves.get(product.product_id, ())
        breaks = find_breaks(stated, held, known=facts.known, moves=moves)
        reconciled.append(_Reconciled(product, stated, held, breaks, facts.sequence))
    return reconciled


async def _raise_unexplained(
    services: Services, registrar: Principal, found: list[_Reconciled], sha256: bytes
) -> None:
    """Let somebody look at the products in which something differs that no transfer explains, once
    for a file."""
    commands = [
        RaiseException(
            actor=registrar.party_id,
            key=f"holders-{sha256.hex()[:KEY_LENGTH]}-{each.product.product_id}",
            kind=ExceptionKind.HOLDER_BREAK,
            subject_id=each.product.product_id,
            party_id=each.product.terms.trust_company_id,
        )
        for each in found
        if any(broken.transfer_id is None for broken in each.breaks)
    ]
    outcomes = await Submission(services.exchange, commands).run()
    for command, outcome in zip(commands, outcomes, strict=True):
        if outcome.refusal is not None:
            logger.warning("product %s: %s", command.subject_id, outcome.refusal.name)


def _answer(theirs: HolderList, found: list[_Reconciled], sha256: bytes) -> bytes:
    products: list[ReconciledProduct] = []
    breaks: list[HolderBreak] = []
    for each in found:
        symbol, scale = each.product.terms.symbol, each.product.terms.quantity_scale
        products.append(
            reconciled_product_of(
                each.theirs, each.ours, symbol=symbol, scale=scale, breaks=len(each.breaks)
            )
        )
        room = BREAKS_MAX - len(breaks)
        breaks += [break_of(broken, symbol=symbol, scale=scale) for broken in each.breaks[:room]]
    answer = HolderReconciliation(
        file_sha256=sha256.hex(),
        as_of=format_day(theirs.as_of),
        as_of_sequence=str(found[0].sequence),
        registered_since=format_day(_searched_from(theirs)),
        products=products,
        breaks=breaks,
    )
    return answer.model_dump_json().encode()


def _searched_from(theirs: HolderList) -> DayNumber:
    """From when on transfers that have settled are searched, registered or not."""
    return DayNumber(theirs.as_of - REGISTERED_DAYS)


def _facts(
    services: Services,
    theirs: HolderList,
    products: list[ProductView],
    waiting: list[TransferId],
) -> _Facts:
    begins_ns = start_in_shanghai(theirs.as_of)
    settled_from_ns = start_in_shanghai(_searched_from(theirs))
    ends_ns = start_in_shanghai(DayNumber(theirs.as_of + 1))
    moves: dict[ProductId, list[Move]] = {}
    with services.reader.connect() as connection:
        # One transaction: transfers and holdings as of the same command.
        connection.exec_driver_sql("BEGIN")
        sequence = sequence_at(connection, ends_ns - 1)
        ours = {
            product.product_id: {
                holder.holder_id: holder
                for holder in holders_as_of(connection, product.product_id, sequence=sequence)
            }
            for product in products
        }
        for transfer in _transfers(connection, products, waiting, settled_from_ns=settled_from_ns):
            move = move_of(transfer, begins_ns=begins_ns, ends_ns=ends_ns)
            if move is not None:
                moves.setdefault(transfer.product_id, []).append(move)
        kinds = kinds_of(
            connection, {each for stated in theirs.products.values() for each in stated}
        )
    known = frozenset(HolderId(each) for each, kind in kinds.items() if kind in TRADING_KINDS)
    return _Facts(sequence, ours, moves, known)


def _transfers(
    connection: Connection,
    products: list[ProductView],
    waiting: list[TransferId],
    *,
    settled_from_ns: int,
) -> list[TransferRow]:
    """The transfers by which list and register may differ."""
    found = transfers_among(
        connection, reader=Reader.OPERATOR, party_id=OPERATOR_ID, transfer_ids=waiting
    )
    for company_id in {product.terms.trust_company_id for product in products}:
        settled = transfers_settled(
            connection,
            trust_company_id=company_id,
            from_ns=settled_from_ns,
        )
        found |= {transfer.transfer_id: transfer for transfer in settled}
    return list(found.values())
