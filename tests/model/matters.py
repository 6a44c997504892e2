"""What no rule ends, so that a person has to look at it: read off the events, by a list of what
must be looked at.

A thing that is on somebody's table already is not laid there twice, it is only counted. Who owns
the trust company's matters sees them, and the operator sees all. The payments that nobody owns are
on the table until they are somebody's or gone; a registration until it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange import events as said
from exchange.claim_events import MarketClaimRaised
from exchange.desk_commands import RaiseException, ResolveException
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.evidence_events import EvidenceInvalidated
from exchange.evidence_types import EvidenceStatus
from exchange.late_decision import LateDecision
from exchange.money_events import (
    MoneyReconciled,
    PaymentResolved,
    PaymentUnmatched,
    WithdrawalAdvanced,
)
from exchange.money_types import BreakCause
from exchange.payouts import WithdrawalEvent
from exchange.refusals import Refusal
from exchange.types import ExceptionId, ExceptionKind, PartyId, PartyKind
from registry.transfer import TransferEvent
from registry.types import ProductId, TransferId
from tests.model.deals import Deals
from tests.model.ledger import OPERATOR
from tests.model.limits import Limits

Applies = list[tuple[Refusal, bool]]
Thing = tuple[str, int, PartyId | None]
"""The kind by name, the number of what it is about, and whose it is."""
NOTE_LENGTHS = range(1, 201)


@dataclass(kw_only=True, eq=False)
class Matter:
    """Something on the table, or that was."""

    number: int
    thing: Thing
    raised_at_ns: int
    times: int = 1
    resolved_at_ns: int | None = None
    said: ResolveException | None = None
    late: LateDecision | None = None

    @property
    def is_open(self) -> bool:
        return self.resolved_at_ns is None


class Matters(Deals):
    """The deals with what came of them that somebody has to look at."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.matters: list[Matter] = []

    def with_matters(self) -> tuple[said.AnyEvent, ...]:
        """The events, each followed by what it puts on the table or takes from it."""
        told: list[said.AnyEvent] = []
        for event in self.events:
            told.append(event)
            told += [self.lay_down(thing) for thing in self.to_look_at(event)]
            told += [self.pick_up(matter) for matter in self.over_with(event)]
        return tuple(told)

    def to_look_at(self, event: said.AnyEvent) -> list[Thing]:
        match event:
            case PaymentUnmatched():
                return [("PAYMENT", event.payment_id, None)]
            case WithdrawalAdvanced(event=WithdrawalEvent.REFUSE, payment_id=None):
                return [("PAYOUT", event.withdrawal_id, event.party_id)]
            case WithdrawalAdvanced(event=WithdrawalEvent.REFUSE):
                assert event.payment_id is not None
                return [("PAYMENT", event.payment_id, None)]
            case MoneyReconciled():
                unknown = any(each.cause is BreakCause.UNKNOWN for each in event.breaks)
                return [("MONEY_BREAK", self.sequence, None)] if unknown else []
            case EvidenceInvalidated(reason=EvidenceStatus.FAULTY):
                return [("EVIDENCE", event.link_id, self.whose_paper(event))]
            case said.TransferFailed() if event.fault_fee_owed > 0:
                return [("MONEY_CLAIM", event.transfer_id, None)]
            case MarketClaimRaised():
                return [("MARKET_CLAIM", event.transfer_id, event.trust_company_id)]
            case said.TransferAdvanced(event=TransferEvent.ALARM):
                return [("REGISTRATION_LATE", event.transfer_id, event.trust_company_id)]
            case _:
                return []

    def over_with(self, event: said.AnyEvent) -> list[Matter]:
        match event:
            case PaymentResolved():
                kind = "PAYMENT"
                numbers: set[int | None] = {event.payment_id, event.against}
            case said.TransferAdvanced(event=TransferEvent.REGISTER) | said.TransferReversed():
                kind, numbers = "REGISTRATION_LATE", {event.transfer_id}
            case _:
                return []
        over = [each for each in self.on_table() if each.thing[0] == kind]
        over = [each for each in over if each.thing[1] in numbers]
        first = getattr(event, "payment_id", None)
        return sorted(over, key=lambda each: each.thing[1] != first)

    def whose_paper(self, event: EvidenceInvalidated) -> PartyId:
        match event.subject.name:
            case "TRANSFER":
                product = self.transfers[TransferId(event.subject_id)].product
            case "PRODUCT":
                product = self.products[ProductId(event.subject_id)]
            case _:
                return PartyId(event.subject_id)
        return product.terms.trust_company_id

    def on_table(self) -> list[Matter]:
        return [each for each in self.matters if each.is_open]

    def lay_down(self, thing: Thing, late: LateDecision | None = None) -> ExceptionRaised:
        same = [each for each in self.on_table() if each.thing[:2] == thing[:2]]
        for matter in same:
            matter.times += 1
        if not same:
            of_this = [each for each in self.matters if each.number // 1_000 == self.sequence]
            number = self.sequence * 1_000 + len(of_this)
            same = [Matter(number=number, thing=thing, raised_at_ns=self.at_ns)]
            self.matters += same
        (matter,) = same
        matter.late = late
        return ExceptionRaised(
            exception_id=ExceptionId(matter.number),
            kind=ExceptionKind[thing[0]],
            subject_id=thing[1],
            trust_company_id=company_of(self, matter),
            times=matter.times,
            late=late,
        )

    def pick_up(self, matter: Matter) -> ExceptionResolved:
        matter.resolved_at_ns = self.at_ns
        return ExceptionResolved(
            exception_id=ExceptionId(matter.number),
            kind=ExceptionKind[matter.thing[0]],
            subject_id=matter.thing[1],
            trust_company_id=company_of(self, matter),
            code=None if matter.said is None else matter.said.code,
            officer_id=None if matter.said is None else matter.said.officer_id,
        )

    def attend(self, command: RaiseException | ResolveException) -> None:
        """The edge lays something down, or somebody says what has become of it."""
        if isinstance(command, RaiseException):
            thing = command.kind.name, command.subject_id, command.party_id
            self.events.append(self.lay_down(thing, command.late))
            return
        (matter,) = [each for each in self.on_table() if each.number == command.exception_id]
        matter.said = command
        self.events.append(self.pick_up(matter))


def company_of(matters: Deals, matter: Matter) -> PartyId | None:
    """The trust company that sees it, if it is one's."""
    owner = matter.thing[2]
    is_company = owner is not None and matters.kinds.get(owner) is PartyKind.TRUST_COMPANY
    return owner if is_company else None


def rules_for_raising(matters: Matters, command: RaiseException) -> Applies:
    """A trust company's late decision, an endpoint that the operator had to give up, or a list of
    holders with differences, which either may send."""
    kind, owner = command.kind.name, command.party_id
    by_company = command.actor == owner and matters.kinds.get(owner) is PartyKind.TRUST_COMPANY
    by_operator = command.actor == OPERATOR
    product = matters.products.get(ProductId(command.subject_id))
    is_of_product = product is not None and product.terms.trust_company_id == owner
    may = {
        "LATE_DECISION": by_company,
        "WEBHOOK": by_operator,
        "HOLDER_BREAK": is_of_product and (by_company or by_operator),
    }
    open_transfers = [each.transfer_id for each in matters.pending_transfers()]
    mine = [each for each in matters.on_table() if company_of(matters, each) == owner]
    same = [each for each in matters.on_table() if each.thing[:2] == (kind, command.subject_id)]
    return [
        (Refusal.NOT_PERMITTED, not may.get(kind, False)),
        (Refusal.NOT_PERMITTED, (command.late is None) is (kind == "LATE_DECISION")),
        (Refusal.UNKNOWN_PARTY, owner not in matters.kinds),
        (
            Refusal.TRANSFER_NOT_IN_STATE,
            kind == "LATE_DECISION" and command.subject_id in open_transfers,
        ),
        (
            Refusal.EXCEPTIONS_OPEN_MAX,
            not same and len(mine) >= matters.limits.exceptions_open_per_party_max,
        ),
    ]


def rules_for_resolving(matters: Matters, command: ResolveException) -> Applies:
    """Who sees it may say what has become of it; not of what must be put in order elsewhere."""
    seen = [
        each
        for each in matters.on_table()
        if each.number == command.exception_id
        and command.actor in (OPERATOR, company_of(matters, each))
    ]
    note = command.note
    control = any(ord(each) < 32 or 127 <= ord(each) < 160 for each in note)
    said = len(note.strip()) > 0
    return [
        (Refusal.UNKNOWN_EXCEPTION, not seen),
        (
            Refusal.NOTE_OUT_OF_RANGE,
            len(note) not in NOTE_LENGTHS
            or not said
            or control
            or "\u2028" in note
            or "\u2029" in note,
        ),
        (Refusal.EXCEPTION_STANDS, any(each.thing[0] == "PAYMENT" for each in seen)),
    ]
