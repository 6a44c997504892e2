"""Pledges and freezes at the exchange, on paper: who enters and ends them, which orders they end
and which transfers they hold. Which units they take is in tests/model/encumbrance.py.

Domain D5: a pledge takes what is available; a freeze is never refused for want of units, lasts
three years at most, ends orders that it leaves without units, the newest first, and holds such
transfers.
"""

from __future__ import annotations

from exchange.refusals import Refusal
from exchange.register_commands import Encumber, EncumbranceCommand, ReleaseEncumbrance
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.types import PartyId, PartyKind
from matching import OrderId
from registry.types import EncumbranceId, HoldingKey, TimeNs, TransferId, Units
from tests.model.deals import Deals, Timer
from tests.model.encumbrance import ModelClaim
from tests.model.holder import holder_of, sales, take_what_waits
from tests.model.ledger import OPERATOR, Ledger
from tests.model.register import day_in_shanghai

Applies = list[tuple[Refusal, bool]]
TRADERS = (PartyKind.NATURAL_PERSON, PartyKind.INSTITUTION)
THREE_YEARS = 3 * 365
NUMBERS_A_COMMAND = 1_000
"""A command has so many numbers for what it makes."""
DAY_S = 86_400
SHANGHAI_S = 8 * 3_600


class Liens(Deals):
    """The deals with what lies on units."""

    def encumber(self, command: Encumber) -> list[OrderId]:
        """A pledge or freeze stands. Returns: the orders that cannot stay, in the order in which
        the venue withdraws them."""
        claim = self.claim(command, number=self.sequence * NUMBERS_A_COMMAND)
        self.tell(claim)
        return self.without_units(claim.key)

    def claim(self, entered: Encumber, *, number: int) -> ModelClaim:
        """It stands, and takes what there is for it."""
        ends_ns = None
        if entered.until_on is not None:
            ends_ns = TimeNs(((entered.until_on + 1) * DAY_S - SHANGHAI_S) * 10**9)
        claim = ModelClaim(
            number,
            entered.kind.name == "FREEZE",
            entered.lot_id,
            entered.units,
            entered=entered,
            placed_at_ns=self.at_ns,
            ends_ns=ends_ns,
        )
        self.claims.append(claim)
        take_what_waits(self, claim.key)
        return claim

    def without_units(self, key: HoldingKey) -> list[OrderId]:
        """The holder's orders that cannot stay."""
        return [OrderId(number) for number in holder_of(self, key).withdrawn()]

    def release(self, claim: ModelClaim, authority: bytes | None) -> None:
        """It stands no longer, and who is concerned is told."""
        self.let_go(claim, authority)
        self.tell(claim)

    def let_go(self, claim: ModelClaim, authority: bytes | None) -> None:
        """It stands no longer; what waits behind it takes its units."""
        claim.ended_at_ns, claim.release_authority = self.at_ns, authority
        for lot_id, units in claim.has.items():
            self.register.encumber(
                lot_id,
                -units,
                sequence=self.sequence,
                is_freeze=claim.is_freeze,
                cause_id=claim.number,
            )
        claim.has.clear()
        take_what_waits(self, claim.key)

    def tell(self, claim: ModelClaim) -> None:
        """What has become of it; whose transfers have their units is to be seen."""
        entered = claim.entered
        company_id = self.products[entered.product_id].terms.trust_company_id
        event: UnitsEncumbered | EncumbranceReleased
        if claim.ended_at_ns is None:
            event = UnitsEncumbered(
                encumbrance_id=EncumbranceId(claim.number),
                product_id=entered.product_id,
                trust_company_id=company_id,
                holder_id=PartyId(entered.holder_id),
                kind=entered.kind,
                lot_id=entered.lot_id,
                units=entered.units,
                held=Units(claim.has.total()),
                authority=entered.authority,
                until_on=entered.until_on,
            )
        else:
            event = EncumbranceReleased(
                encumbrance_id=EncumbranceId(claim.number),
                product_id=entered.product_id,
                trust_company_id=company_id,
                holder_id=PartyId(entered.holder_id),
                kind=entered.kind,
                units=entered.units,
                authority=claim.release_authority,
            )
        self.events.append(event)
        self.marking[claim.key] = None

    def timers_of_freezes(self) -> list[Timer]:
        return [
            (each.ends_ns, 3, each.number, 0, "FREEZE ENDS")
            for each in self.standing_claims()
            if each.ends_ns is not None
        ]

    def mark_at_once(self) -> None:
        """At the end of a command: those of the holding that was named last, if they are few."""
        if self.marking:
            key = list(self.marking)[-1]
            if len(sales(self, key)) <= self.limits.sales_marked_at_once_max:
                self.mark(key, most=self.limits.sales_marked_at_once_max)

    def mark_in_time(self) -> None:
        """When time passes: the holding that has waited longest first, so many in all."""
        left = self.limits.marks_per_command_max
        while self.marking and left > 0:
            left -= self.mark(next(iter(self.marking)), most=left)

    def mark(self, key: HoldingKey, *, most: int) -> int:
        """Hold who lacks units, newest first; then let go on who has them, oldest first."""
        del self.marking[key]
        lack = holder_of(self, key).without_units()
        held = [each.transfer_id for each in sales(self, key) if "COURT_FREEZE" in each.overlays]
        to_hold = [number for number in reversed(lack) if number not in held]
        to_let_go = [number for number in held if number not in lack]
        for number in (to_hold + to_let_go)[:most]:
            transfer = self.transfers[TransferId(number)]
            if number in to_hold:
                transfer.overlays.add("COURT_FREEZE")
                self.happens(transfer, "SET_OVERLAY")
            else:
                transfer.overlays.remove("COURT_FREEZE")
                self.happens(transfer, "LIFT_OVERLAY")
        found = len(to_hold) + len(to_let_go)
        if found > most:
            self.marking[key] = None
        return min(found, most)


def rules_for_encumbrance(ledger: Ledger, command: EncumbranceCommand) -> Applies:
    """Who keeps the register, the operator or the product's trust company, and what there is."""
    by_operator = ledger.opened is not None and command.actor == OPERATOR
    by_company = ledger.kinds.get(command.actor) is PartyKind.TRUST_COMPANY
    if not by_operator and not by_company:
        return [(Refusal.NOT_PERMITTED, True)]
    without_document = (Refusal.EVIDENCE_OUT_OF_RANGE, len(command.authority) != 32)
    if isinstance(command, ReleaseEncumbrance):
        found = [
            each
            for each in ledger.standing_claims()
            if each.number == command.encumbrance_id
            and (by_operator or _company_of(ledger, each.entered) == command.actor)
        ]
        return [(Refusal.UNKNOWN_ENCUMBRANCE, not found), without_document]
    product = ledger.products.get(command.product_id)
    is_theirs = product is not None and (
        by_operator or product.terms.trust_company_id == command.actor
    )
    is_holder = ledger.kinds.get(PartyId(command.holder_id)) in TRADERS
    if not is_theirs or not is_holder:
        return [
            (Refusal.UNKNOWN_PARTY, not is_holder),
            (Refusal.UNKNOWN_PRODUCT, not is_theirs),
        ]
    key = command.product_id, command.holder_id
    holder = holder_of(ledger, key)
    free = {lot: max(0, -holder.missing(lot)) for lot in holder.units}
    is_pledge = command.kind.name == "PLEDGE"
    days = None if command.until_on is None else command.until_on - day_in_shanghai(ledger.at_ns)
    if command.lot_id is not None and command.lot_id not in free:
        return [(Refusal.UNKNOWN_LOT, True)]
    there = sum(free.values()) if command.lot_id is None else free[command.lot_id]
    most = ledger.limits.encumbrances_per_holding_max
    return [
        (Refusal.QUANTITY_OUT_OF_RANGE, not 1 <= command.units <= 10**15),
        without_document,
        (Refusal.DATES_OUT_OF_RANGE, is_pledge is not (days is None)),
        (Refusal.DATES_OUT_OF_RANGE, days is not None and not 0 <= days <= THREE_YEARS),
        (Refusal.UNITS_NOT_AVAILABLE, is_pledge and command.units > there),
        (Refusal.ENCUMBRANCES_MAX, len(holder.claims) >= most),
    ]


def _company_of(ledger: Ledger, command: Encumber) -> PartyId:
    return ledger.products[command.product_id].terms.trust_company_id
