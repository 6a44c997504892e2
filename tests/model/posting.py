"""Register files and the standing of products, on paper: what a file may say, and what a product
may become.

What is wrong with a file's rows says tests/model/register_file.py.
"""

from __future__ import annotations

from typing import Final

from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    Encumber,
    OpenProduct,
    PostRegister,
    RegisterCommand,
    ResumeProduct,
    SignOffProduct,
    SuspendProduct,
)
from exchange.register_events import ProductAdvanced, RegisterPosted
from exchange.types import Fen, PartyKind
from matching import OrderId
from registry.encumbrance import EncumbranceKind
from registry.posting import (
    Convey,
    Freeze,
    Hold,
    LotName,
    Pledge,
    Redeem,
    Release,
    Subscribe,
)
from registry.product import ProductEvent, ProductState
from registry.types import LotId, ProductId, Units
from tests.model.encumbrance import ModelClaim
from tests.model.holder import take_what_waits
from tests.model.ledger import OPERATOR, Ledger
from tests.model.liens import Liens
from tests.model.product import ModelProduct
from tests.model.register_file import is_too_much_at_once, wrongs_of_rows

ProductCommand = SignOffProduct | OpenProduct | SuspendProduct | ResumeProduct | CloseProduct
Applies = list[tuple[Refusal, bool]]

BECOMES: Final = {
    "DRAFT": {"SIGN_OFF": "SIGNED_OFF"},
    "SIGNED_OFF": {"OPEN": "LIVE"},
    "LIVE": {"SUSPEND": "SUSPENDED"},
    "SUSPENDED": {"RESUME": "LIVE", "CLOSE": "CLOSED"},
    "CLOSED": {},
}
"""What a product becomes by what."""
TAKES: Final = {"OPENING": ("SIGNED_OFF", "LIVE"), "CHANGES": ("LIVE", "SUSPENDED")}
"""In which standing a product takes a file of each kind."""
MEANS: Final = {
    SignOffProduct: "SIGN_OFF",
    OpenProduct: "OPEN",
    SuspendProduct: "SUSPEND",
    ResumeProduct: "RESUME",
    CloseProduct: "CLOSE",
}


def rules(ledger: Ledger, command: RegisterCommand) -> Applies:
    """Who may, and what else stands against it."""
    by_operator = ledger.opened is not None and command.actor == OPERATOR
    by_company = ledger.kinds.get(command.actor) is PartyKind.TRUST_COMPANY
    may = {PostRegister: by_operator or by_company, SignOffProduct: by_company}
    if not may.get(type(command), by_operator):
        return [(Refusal.NOT_PERMITTED, True)]
    product = ledger.products.get(command.product_id)
    if product is None or (by_company and product.terms.trust_company_id != command.actor):
        return [(Refusal.UNKNOWN_PRODUCT, True)]
    if isinstance(command, PostRegister):
        return _rules_for_file(ledger, product, command)
    units, _ = ledger.outstanding(command.product_id)
    transfers = [each for each in ledger.pending_transfers() if each.product is product]
    return [
        (
            Refusal.CRITERIA_STALE,
            isinstance(command, SignOffProduct) and command.terms_digest != product.digest,
        ),
        (
            Refusal.QUANTITY_OUT_OF_RANGE,
            isinstance(command, OpenProduct) and command.units_outstanding < 1,
        ),
        (
            Refusal.TOTALS_DIFFER,
            isinstance(command, OpenProduct) and command.units_outstanding != units,
        ),
        (Refusal.PRODUCT_NOT_IN_STATE, MEANS[type(command)] not in BECOMES[product.standing]),
        (Refusal.PRODUCT_NOT_IN_STATE, isinstance(command, CloseProduct) and bool(transfers)),
    ]


def _rules_for_file(ledger: Ledger, product: ModelProduct, command: PostRegister) -> Applies:
    if len(command.rows) not in range(1, 1_001):
        return [(Refusal.ROWS_OUT_OF_RANGE, True)]
    kind = command.posting.name
    units, _ = ledger.outstanding(product.product_id)
    known = command.file_sha256 in ledger.files
    wrongs = [] if known else wrongs_of_rows(ledger, product, command)
    return [
        *((why, True) for why in wrongs),
        (Refusal.ROWS_OUT_OF_RANGE, is_too_much_at_once(ledger, product, command)),
        (Refusal.PRODUCT_NOT_IN_STATE, product.standing not in TAKES[kind]),
        (Refusal.FILE_ALREADY_IMPORTED, known),
        (Refusal.REGISTER_NOT_EMPTY, kind == "OPENING" and units > 0),
    ]


def post(liens: Liens, command: PostRegister, *, first_number: int) -> list[OrderId]:
    """The file is in the register. Returns: the orders that its freezes leave without units."""
    lots, claims = enter(liens, command, first_number=first_number)
    liens.files.append(command.file_sha256)
    units, principal = liens.outstanding(command.product_id)
    liens.events.append(
        RegisterPosted(
            product_id=command.product_id,
            trust_company_id=liens.products[command.product_id].terms.trust_company_id,
            posting=command.posting,
            file_sha256=command.file_sha256,
            key_id=command.key_id,
            rows=len(command.rows),
            lots=tuple(map(LotId, lots)),
            units_outstanding=Units(units),
            principal_outstanding=Fen(principal),
        )
    )
    for claim in claims:
        liens.tell(claim)
    entered = {claim.key: None for claim in claims if claim.ended_at_ns is None}
    return [number for key in entered for number in liens.without_units(key)]


def take_step(ledger: Ledger, command: ProductCommand) -> ProductAdvanced:
    """The product becomes what the step makes of it."""
    product = ledger.products[command.product_id]
    event = MEANS[type(command)]
    product.standing = BECOMES[product.standing][event]
    product.version += 1
    product.closed_at_ns = ledger.at_ns if event == "CLOSE" else None
    return ProductAdvanced(
        product_id=command.product_id,
        trust_company_id=product.terms.trust_company_id,
        event=ProductEvent[event],
        state=ProductState[product.standing],
        version=product.version,
    )


def enter(
    liens: Liens, command: PostRegister, *, first_number: int
) -> tuple[list[int], list[ModelClaim]]:
    """What the file's rows make of the register, row by row: the new lots' numbers, and the pledges
    and freezes that were entered or have ended."""
    lots: list[int] = []
    claims: list[ModelClaim] = []
    for number, row in enumerate(command.rows, start=first_number):
        if isinstance(row, Redeem):
            source = _lot_number(liens, command.product_id, row.lot)
            liens.register.redeem(source, row.units, sequence=liens.sequence)
        elif isinstance(row, Pledge):
            claims.append(liens.claim(_encumber(liens, command, row), number=number))
        elif isinstance(row, Release):
            (claim,) = [each for each in liens.claims if each.number == row.encumbrance_id]
            liens.let_go(claim, command.file_sha256)
            claims.append(claim)
        else:
            lots.append(number)
            _enter_lot(liens, command.product_id, row, number=number)
    return lots, claims


def _encumber(ledger: Ledger, command: PostRegister, row: Pledge) -> Encumber:
    """As if it were entered by itself; the file is the document that says so."""
    lot = None if row.lot is None else LotId(_lot_number(ledger, command.product_id, row.lot))
    is_freeze = isinstance(row, Freeze)
    return Encumber(
        actor=command.actor,
        key=command.key,
        product_id=command.product_id,
        holder_id=row.holder_id,
        kind=EncumbranceKind.FREEZE if is_freeze else EncumbranceKind.PLEDGE,
        lot_id=lot,
        units=Units(row.units),
        authority=command.file_sha256,
        until_on=row.until_on if isinstance(row, Freeze) else None,
    )


def _enter_lot(ledger: Ledger, product_id: ProductId, row: Hold | Convey, *, number: int) -> None:
    if isinstance(row, Convey):
        contract, holder_id = row.to_contract, row.to_holder_id
    else:
        contract, holder_id = row.contract, row.holder_id
    lot = ledger.lot(number, product_id, holder_id, contract=contract, acquired_on=row.acquired_on)
    if isinstance(row, Convey):
        source = _lot_number(ledger, product_id, row.lot)
        ledger.register.convey(lot, source, row.units, sequence=ledger.sequence, cost=row.cost)
    else:
        amounts = row.units, row.principal, row.cost
        cause = "SUBSCRIPTION" if isinstance(row, Subscribe) else "OPENING"
        ledger.register.take_over(lot, amounts, sequence=ledger.sequence, cause=cause)
    take_what_waits(ledger, (product_id, holder_id))


def _lot_number(ledger: Ledger, product_id: ProductId, name: LotName) -> int:
    if not isinstance(name, str):
        return name
    (found,) = [
        lot_id
        for lot_id, (units, _, _) in ledger.register.amounts(ledger.sequence).items()
        if units > 0
        and (ledger.register.lots[lot_id].product_id, ledger.register.lots[lot_id].contract)
        == (product_id, name)
    ]
    return found
