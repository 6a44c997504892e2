"""Register files and the standing of products, on paper: what a file may say, and what a product
may become.

A file's rows are gone through with a list of all contracts beside: each is right or wrong as the
list then stands, and changes the list for the next.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    OpenProduct,
    PostRegister,
    RegisterCommand,
    ResumeProduct,
    SignOffProduct,
    SuspendProduct,
)
from exchange.register_events import ProductAdvanced, RegisterPosted
from exchange.types import Fen, PartyId, PartyKind
from registry.posting import AnyRow, Convey, Hold, Redeem, Subscribe
from registry.product import ProductEvent, ProductState
from registry.types import HolderId, LotId, ProductId, Units
from tests.model.holder import take_what_waits
from tests.model.ledger import OPERATOR, Ledger, ModelProduct
from tests.model.register import day_in_shanghai

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
TRADERS: Final = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)


class Contract:
    """One line of the list: whose, how many units nothing lies on."""

    def __init__(self, holder_id: HolderId, free: int) -> None:
        self.holder_id = holder_id
        self.free = free


class ContractList:
    """All contracts of a product, by the name under which a row may speak of them."""

    def __init__(self, ledger: Ledger, product: ModelProduct) -> None:
        self.ledger = ledger
        self.terms = product.terms
        self.named: dict[str, Contract] = {}
        self.own: dict[int, Contract] = {}
        self.lots = Counter[HolderId]()
        for lot_id, (units, _, _, *claims) in ledger.lots().items():
            lot = ledger.register.lots[lot_id]
            if lot.product_id == product.product_id and units > 0:
                contract = Contract(lot.holder_id, units - sum(claims))
                if lot.contract is None:
                    self.own[lot_id] = contract
                else:
                    self.named[lot.contract] = contract
                self.lots[lot.holder_id] += 1
        for transfer in ledger.pending_transfers():
            if transfer.product is product:
                self.lots[HolderId(transfer.buy.party_id)] += 1
        self.units, self.principal = ledger.outstanding(product.product_id)

    def find(self, row: Redeem | Convey) -> Contract | None:
        if isinstance(row.lot, str):
            return self.named.get(row.lot)
        found = self.own.get(row.lot)
        return found if found is not None and found.holder_id == row.holder_id else None

    def wrongs(self, row: AnyRow) -> list[Refusal]:
        """All that is wrong with the row as the list stands."""
        wrongs = [(Refusal.QUANTITY_OUT_OF_RANGE, not 1 <= row.units <= 10**15)]
        if isinstance(row, Redeem | Convey):
            contract = self.find(row)
            if contract is None:
                wrongs.append((Refusal.UNKNOWN_LOT, True))
            else:
                wrongs += [
                    (Refusal.LOT_NOT_HELD, contract.holder_id != row.holder_id),
                    (Refusal.UNITS_NOT_AVAILABLE, row.units > contract.free),
                ]
        if isinstance(row, Hold):
            wrongs += self.new(row.holder_id, row.contract)
            wrongs += [
                (Refusal.AMOUNT_OUT_OF_RANGE, not 0 <= row.cost <= 10**18),
                (Refusal.AMOUNT_OUT_OF_RANGE, row.principal < 0),
                (Refusal.AMOUNT_OUT_OF_RANGE, self.principal + row.principal > 10**18),
            ]
        if isinstance(row, Convey):
            wrongs += self.new(row.to_holder_id, row.to_contract)
            cost = row.cost or 0
            wrongs.append((Refusal.AMOUNT_OUT_OF_RANGE, not 0 <= cost <= 10**18))
        if not isinstance(row, Redeem):
            today = day_in_shanghai(self.ledger.at_ns)
            wrongs.append((Refusal.DATES_OUT_OF_RANGE, row.acquired_on > today))
        return [why for why, applies in wrongs if applies]

    def new(self, holder_id: HolderId, contract: str) -> Applies:
        kind = self.ledger.kinds.get(PartyId(holder_id))
        readable = contract.isprintable() and contract.strip() == contract
        return [
            (Refusal.UNKNOWN_PARTY, kind not in TRADERS),
            (Refusal.LOTS_CONFLICT, contract in self.named),
            (Refusal.ROWS_OUT_OF_RANGE, not readable or len(contract) not in range(1, 65)),
            (Refusal.ROWS_OUT_OF_RANGE, contract[:1] == "#"),
            (Refusal.LOTS_MAX, self.lots[holder_id] >= self.ledger.limits.lots_per_holding_max),
        ]

    def follow(self, row: AnyRow) -> None:
        """Write down what the row does."""
        if isinstance(row, Redeem | Convey):
            contract = self.find(row)
            assert contract is not None
            contract.free -= row.units
        if isinstance(row, Redeem):
            self.units -= row.units
        elif isinstance(row, Convey):
            self.named[row.to_contract] = Contract(row.to_holder_id, row.units)
            self.lots[row.to_holder_id] += 1
        else:
            self.named[row.contract] = Contract(row.holder_id, row.units)
            self.lots[row.holder_id] += 1
            self.units += row.units
            self.principal += row.principal


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
    wrongs = [] if known else _wrongs(ContractList(ledger, product), command)
    return [
        *((why, True) for why in wrongs),
        (Refusal.PRODUCT_NOT_IN_STATE, product.standing not in TAKES[kind]),
        (Refusal.FILE_ALREADY_IMPORTED, known),
        (Refusal.REGISTER_NOT_EMPTY, kind == "OPENING" and units > 0),
    ]


def _wrongs(contracts: ContractList, command: PostRegister) -> list[Refusal]:
    wrongs: list[Refusal] = []
    opening = command.posting.name == "OPENING"
    for row in command.rows:
        if opening is not (type(row) is Hold):
            wrongs.append(Refusal.ROWS_OUT_OF_RANGE)
        elif found := contracts.wrongs(row):
            wrongs.append(min(found))
        else:
            contracts.follow(row)
    if wrongs:
        return wrongs
    if contracts.units != command.units_outstanding:
        return [Refusal.TOTALS_DIFFER]
    exceeds = contracts.units > contracts.terms.units_issued
    return [Refusal.UNITS_EXCEED_ISSUE] if exceeds else []


def post(ledger: Ledger, command: PostRegister, *, first_number: int) -> RegisterPosted:
    """The file is in the register."""
    lots = enter(ledger, command, first_number=first_number)
    ledger.files.append(command.file_sha256)
    units, principal = ledger.outstanding(command.product_id)
    return RegisterPosted(
        product_id=command.product_id,
        trust_company_id=ledger.products[command.product_id].terms.trust_company_id,
        posting=command.posting,
        file_sha256=command.file_sha256,
        key_id=command.key_id,
        rows=len(command.rows),
        lots=tuple(map(LotId, lots)),
        units_outstanding=Units(units),
        principal_outstanding=Fen(principal),
    )


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


def enter(ledger: Ledger, command: PostRegister, *, first_number: int) -> tuple[int, ...]:
    """What the file's rows make of the register, row by row; the new lots' numbers."""
    made: list[int] = []
    for number, row in enumerate(command.rows, start=first_number):
        if isinstance(row, Redeem):
            ledger.register.redeem(
                _lot_number(ledger, command.product_id, row), row.units, sequence=ledger.sequence
            )
            continue
        made.append(number)
        if isinstance(row, Convey):
            contract, holder_id = row.to_contract, row.to_holder_id
        else:
            contract, holder_id = row.contract, row.holder_id
        lot = ledger.lot(
            number,
            command.product_id,
            holder_id,
            contract=contract,
            acquired_on=row.acquired_on,
        )
        if isinstance(row, Convey):
            source = _lot_number(ledger, command.product_id, row)
            ledger.register.convey(lot, source, row.units, sequence=ledger.sequence, cost=row.cost)
        else:
            amounts = row.units, row.principal, row.cost
            cause = "SUBSCRIPTION" if isinstance(row, Subscribe) else "OPENING"
            ledger.register.take_over(lot, amounts, sequence=ledger.sequence, cause=cause)
        take_what_waits(ledger, (command.product_id, holder_id))
    return tuple(made)


def _lot_number(ledger: Ledger, product_id: ProductId, row: Redeem | Convey) -> int:
    if not isinstance(row.lot, str):
        return row.lot
    (found,) = [
        lot_id
        for lot_id, (units, _, _) in ledger.register.amounts(ledger.sequence).items()
        if units > 0
        and (ledger.register.lots[lot_id].product_id, ledger.register.lots[lot_id].contract)
        == (product_id, row.lot)
    ]
    return found
