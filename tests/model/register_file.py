"""What is wrong with the rows of a register file, on paper.

The rows are gone through with a sheet of every holder beside, on which stands what he has and what
lies on it: each row is right or wrong as the sheets then stand, and is written into them for the
next.
"""

from __future__ import annotations

from collections import Counter
from typing import Final

from exchange.refusals import Refusal
from exchange.register_commands import PostRegister
from exchange.types import PartyId, PartyKind
from registry.posting import AnyRow, Convey, Freeze, Hold, LotName, Pledge, Redeem, Release
from registry.types import HolderId
from tests.model.encumbrance import Claim, Holder
from tests.model.holder import holder_of
from tests.model.ledger import Ledger
from tests.model.product import ModelProduct
from tests.model.register import day_in_shanghai

Applies = list[tuple[Refusal, bool]]

TRADERS: Final = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)
THREE_YEARS: Final = 3 * 365
NEW: Final = 10**17
"""The number of the first lot that the file makes is above all others."""


def wrongs_of_rows(ledger: Ledger, product: ModelProduct, command: PostRegister) -> list[Refusal]:
    """What is wrong with each row that is wrong; with the total, if none is."""
    sheets, wrongs = Sheets(ledger, product), list[Refusal]()
    may_have: tuple[type, ...] = (Hold, Pledge, Freeze)
    for row in command.rows:
        is_opening = command.posting.name == "OPENING"
        fits = type(row) in may_have if is_opening else type(row) is not Hold
        if not fits:
            wrongs.append(Refusal.ROWS_OUT_OF_RANGE)
        elif found := sheets.wrongs(row):
            wrongs.append(min(found))
        else:
            sheets.follow(row)
    if wrongs:
        return wrongs
    if sheets.units != command.units_outstanding:
        return [Refusal.TOTALS_DIFFER]
    exceeds = sheets.units > product.terms.units_issued
    return [Refusal.UNITS_EXCEED_ISSUE] if exceeds else []


def is_too_much_at_once(ledger: Ledger, product: ModelProduct, command: PostRegister) -> bool:
    """Whether so many lots and orders are touched that several files are wanted; one pledge or
    freeze is never too much."""
    claims = [row for row in command.rows if isinstance(row, Pledge | Freeze)]
    touched = 0
    for number, row in enumerate(claims):
        if row.lot is None:
            touched += len(holder_of(ledger, (product.product_id, row.holder_id)).units)
        earlier = [each.holder_id for each in claims[:number] if isinstance(each, Freeze)]
        if isinstance(row, Freeze) and row.holder_id not in earlier:
            touched += sum(
                HolderId(order.party_id) == row.holder_id and order.product is product
                for order in ledger.open_orders()
            )
    return len(claims) > 1 and touched > ledger.limits.encumbered_per_file_max


class Sheets:
    """The holders of a product, each with his lots and what lies on them."""

    def __init__(self, ledger: Ledger, product: ModelProduct) -> None:
        self.ledger = ledger
        self.product_id = product.product_id
        self.holders: dict[HolderId, Holder] = {}
        self.principals: dict[int, int] = {}
        self.named: dict[str, tuple[HolderId, int]] = {}
        """Holder and number of the lot with this contract."""
        for lot_id, (units, principal, _) in ledger.register.amounts(ledger.sequence).items():
            lot = ledger.register.lots[lot_id]
            if lot.product_id == product.product_id and units > 0:
                self.principals[lot_id] = principal
                if lot.contract is not None:
                    self.named[lot.contract] = lot.holder_id, lot_id
        self.bought = Counter(
            HolderId(transfer.buy.party_id)
            for transfer in ledger.pending_transfers()
            if transfer.product is product
        )
        self.units, self.principal = ledger.outstanding(product.product_id)

    def holder(self, holder_id: HolderId) -> Holder:
        if holder_id not in self.holders:
            holder = holder_of(self.ledger, (self.product_id, holder_id))
            holder.claims = [
                Claim(each.number, each.is_freeze, each.lot, each.wanted, Counter(each.has))
                for each in holder.claims
            ]
            self.holders[holder_id] = holder
        return self.holders[holder_id]

    def find(self, holder_id: HolderId, name: LotName) -> tuple[HolderId, int] | None:
        """Whose the lot is, and its number. One that has a contract goes by that alone."""
        if isinstance(name, str):
            return self.named.get(name)
        has = name in self.holder(holder_id).units and self.ledger.register.lots[name].contract
        return (holder_id, name) if has is None else None

    def free(self, holder_id: HolderId, lot: int) -> int:
        return max(0, -self.holder(holder_id).missing(lot))

    def wrongs(self, row: AnyRow) -> list[Refusal]:
        """All that is wrong with the row as the sheets stand."""
        rules: Applies = []
        if isinstance(row, Release):
            standing = [claim.number for claim in self.holder(row.holder_id).claims]
            return [] if row.encumbrance_id in standing else [Refusal.UNKNOWN_ENCUMBRANCE]
        rules.append((Refusal.QUANTITY_OUT_OF_RANGE, not 1 <= row.units <= 10**15))
        if isinstance(row, Redeem | Convey):
            rules += self.rules_of_lot(row.holder_id, row.lot, row.units)
        elif isinstance(row, Pledge):
            rules += self.rules_of_claim(row)
        if isinstance(row, Hold):
            rules += self.rules_of_new(row.holder_id, row.contract)
            rules += [
                (Refusal.AMOUNT_OUT_OF_RANGE, not 0 <= row.cost <= 10**18),
                (Refusal.AMOUNT_OUT_OF_RANGE, row.principal < 0),
                (Refusal.AMOUNT_OUT_OF_RANGE, self.principal + row.principal > 10**18),
            ]
        if isinstance(row, Convey):
            rules += self.rules_of_new(row.to_holder_id, row.to_contract)
            rules.append((Refusal.AMOUNT_OUT_OF_RANGE, not 0 <= (row.cost or 0) <= 10**18))
        if isinstance(row, Hold | Convey):
            today = day_in_shanghai(self.ledger.at_ns)
            rules.append((Refusal.DATES_OUT_OF_RANGE, row.acquired_on > today))
        return [why for why, applies in rules if applies]

    def rules_of_lot(self, holder_id: HolderId, name: LotName, units: int) -> Applies:
        found = self.find(holder_id, name)
        if found is None:
            return [(Refusal.UNKNOWN_LOT, True)]
        return [
            (Refusal.LOT_NOT_HELD, found[0] != holder_id),
            (Refusal.UNITS_NOT_AVAILABLE, units > self.free(*found)),
        ]

    def rules_of_claim(self, row: Pledge) -> Applies:
        kind = self.ledger.kinds.get(PartyId(row.holder_id))
        holder = self.holder(row.holder_id)
        most = self.ledger.limits.encumbrances_per_holding_max
        rules = [
            (Refusal.UNKNOWN_PARTY, kind not in TRADERS),
            (Refusal.ENCUMBRANCES_MAX, len(holder.claims) >= most),
        ]
        if row.lot is not None:
            rules += self.rules_of_lot(row.holder_id, row.lot, row.units)
        else:
            there = sum(self.free(row.holder_id, lot) for lot in holder.units)
            rules.append((Refusal.UNITS_NOT_AVAILABLE, row.units > there))
        if not isinstance(row, Freeze):
            return rules
        days = row.until_on - day_in_shanghai(self.ledger.at_ns)
        # A freeze may be of more than there is.
        rules = [(why, applies) for why, applies in rules if why != Refusal.UNITS_NOT_AVAILABLE]
        return [*rules, (Refusal.DATES_OUT_OF_RANGE, not 0 <= days <= THREE_YEARS)]

    def rules_of_new(self, holder_id: HolderId, contract: str) -> Applies:
        kind = self.ledger.kinds.get(PartyId(holder_id))
        readable = contract.isprintable() and contract.strip() == contract
        lots = len(self.holder(holder_id).units) + self.bought[holder_id]
        return [
            (Refusal.UNKNOWN_PARTY, kind not in TRADERS),
            (Refusal.LOTS_CONFLICT, contract in self.named),
            (Refusal.ROWS_OUT_OF_RANGE, not readable or len(contract) not in range(1, 65)),
            (Refusal.ROWS_OUT_OF_RANGE, contract[:1] == "#"),
            (Refusal.LOTS_MAX, lots >= self.ledger.limits.lots_per_holding_max),
        ]

    def follow(self, row: AnyRow) -> None:
        """Write down what the row does."""
        holder = self.holder(row.holder_id)
        if isinstance(row, Release):
            holder.claims = [claim for claim in holder.claims if claim.number != row.encumbrance_id]
        elif isinstance(row, Pledge):
            lot = None if row.lot is None else self.number(row.holder_id, row.lot)
            holder.claims.append(Claim(0, isinstance(row, Freeze), lot, row.units))
        elif isinstance(row, Redeem):
            self.units -= row.units
            self.principal -= self.take(row.holder_id, row.lot, row.units)
        elif isinstance(row, Convey):
            principal = self.take(row.holder_id, row.lot, row.units)
            self.add(row.to_holder_id, row.to_contract, row.units, principal)
        else:
            self.units += row.units
            self.principal += row.principal
            self.add(row.holder_id, row.contract, row.units, row.principal)
        holder.all_take()

    def number(self, holder_id: HolderId, name: LotName) -> int:
        found = self.find(holder_id, name)
        assert found is not None, (holder_id, name)
        return found[1]

    def take(self, holder_id: HolderId, name: LotName, units: int) -> int:
        """Units leave a lot; their part of its principal."""
        lot, has = self.number(holder_id, name), self.holder(holder_id).units
        principal = self.principals[lot] * units // has[lot]
        self.principals[lot] -= principal
        has[lot] -= units
        if has[lot] == 0:
            del has[lot]
            self.named = {each: of for each, of in self.named.items() if of[1] != lot}
        return principal

    def add(self, holder_id: HolderId, contract: str, units: int, principal: int) -> None:
        number = NEW + len(self.principals)
        self.principals[number] = principal
        self.named[contract] = holder_id, number
        self.holder(holder_id).units[number] = units
        self.holder(holder_id).all_take()
