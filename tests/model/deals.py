"""What becomes of a deal after the match, as the rulebook of tests/model/transfer.py tells it."""

from __future__ import annotations

from enum import IntFlag
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import TypeVar

from exchange import events as said
from exchange.price_types import AccruedIncome
from exchange.types import Fen, PartyKind, RejectionReason
from registry.calendar import Calendar
from registry.terms import ChecklistItem
from registry.transfer import Overlay, TransferEvent, TransferState, Who
from registry.types import HolderId, TimeNs, TransferId
from tests.model.cases import review_of, turn
from tests.model.days import days_left, end_after, end_of_days, matures_ns, settles_ns
from tests.model.holder import may_lack_units, take_what_waits
from tests.model.ledger import Ledger, ModelTransfer
from tests.model.limits import Limits
from tests.model.register import day_in_shanghai
from tests.model.transfer import ENDED, outcome

Flags = TypeVar("Flags", bound=IntFlag)

Timer = tuple[int, int, int, int, str]
"""When; a look at what other papers mean (-1) before papers (0), these before orders (1), these
before transfers (2); of a transfer its number, which of its clocks comes first, and what happens.
"""


KEEP_CLAIM = {"NOTICE", "SET_OVERLAY", "LIFT_OVERLAY", "OVERDUE", "CONSENT"}
"""Whoever works on an application still does after these."""


class Deals(Ledger):
    """The ledger with the transfers' way through it."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.events: list[said.AnyEvent] = []
        self.gap: tuple[int, int] | None = None

    def happens(
        self,
        transfer: ModelTransfer,
        event: str,
        *,
        officer: str | None = None,
        reason: RejectionReason | None = None,
    ) -> None:
        """The event, with what the rulebook says of it, and what follows at once."""
        was = transfer.state.name
        found = outcome(was, event, uses(transfer))
        assert found is not None, (transfer.state, event)
        transfer.state = TransferState[found.to]
        transfer.version += 1
        if officer is not None and event in {"CONFIRM", "REJECT", "CANCEL", "SELLER_DEFAULT"}:
            transfer.officer, transfer.reason = officer, reason
        if transfer.submitted_at_ns is None and found.to == "SUBMITTED":
            transfer.submitted_at_ns = self.at_ns
        if event in {"CONFIRM", "REJECT"}:
            transfer.answered_at_ns = self.at_ns
        self.move_clocks(transfer, event)
        self.events += turn(transfer, event, now=self.all_that_is_read)
        if found.to in ENDED and was not in ENDED:
            transfer.decided_at_ns = self.at_ns
            transfer.decided_sequence = self.sequence
            self.decided.append(transfer)
        if self.leads_on(transfer, event, officer=officer):
            return
        if event in {"BEGIN", "SUCCEED"}:
            self.events.append(opened(transfer))
        elif event in {"SETTLE", "REDEEM"}:
            self.register.settle(
                self.lot(
                    transfer.transfer_id,
                    transfer.product.product_id,
                    transfer.buy.party_id,
                    acquired_on=day_in_shanghai(self.at_ns),
                ),
                transfer.sources,
                sequence=self.sequence,
                cost=transfer.cost,
            )
            take_what_waits(self, (transfer.product.product_id, HolderId(transfer.buy.party_id)))
            self.events.append(settled(transfer))
        elif found.to in ENDED and was not in ENDED:
            self.blame(transfer, event, was)
            self.events.append(failed(transfer, TransferEvent[event]))
            if event != "EXERCISE" and self.standing_claims(transfer.sold):
                self.marking[transfer.sold] = None
        else:
            self.events.append(advanced(transfer, TransferEvent[event], officer=officer))

    def leads_on(self, transfer: ModelTransfer, event: str, *, officer: str | None) -> bool:
        """What follows at once, and is told in its place; whether anything does."""
        confirmed = transfer.state.name == "CONFIRMED" and transfer.settles_ns is None
        if confirmed and not transfer.overlays:
            self.settle_or_hold(transfer, officer=officer)
        elif event == "SIGN" and len(transfer.signed) == 2 and not self.cools_off(transfer):
            self.cooled_off(transfer)
        elif event == "DECLINE" and set(asked(transfer)) == set(transfer.waived):
            self.happens(transfer, "WAIVE")
        elif event == "LIFT_OVERLAY" and self.lacks_no_paper_any_more(transfer):
            self.happens(transfer, "AGREED", officer=officer)
        else:
            return False
        return True

    def settle_or_hold(self, transfer: ModelTransfer, *, officer: str | None) -> None:
        """It takes effect, unless it is still to be seen whether it has its units."""
        if may_lack_units(self, transfer):
            transfer.overlays.add("COURT_FREEZE")
            self.happens(transfer, "SET_OVERLAY", officer=officer)
        else:
            self.happens(transfer, "SETTLE")

    def cooled_off(self, transfer: ModelTransfer) -> None:
        """Nobody thinks better of it any more: it is agreed, or papers are late."""
        self.happens(transfer, "OVERDUE_DOCUMENTS" if self.lacking(transfer) else "AGREED")

    def lacks_no_paper_any_more(self, transfer: ModelTransfer) -> bool:
        """Whether only papers were waited for, and all of them are there now."""
        waits = transfer.waits_for_papers and not transfer.overlays
        return waits and not self.lacking(transfer)

    def lacking(self, transfer: ModelTransfer) -> list[ChecklistItem]:
        """Which papers of the product's list the transfer has not: tests/model/evidence.py."""
        raise NotImplementedError

    def all_that_is_read(self, transfer: ModelTransfer) -> dict[str, bytes]:
        """What officers read of it, thing by thing: tests/model/reading.py."""
        raise NotImplementedError

    def move_clocks(self, transfer: ModelTransfer, event: str) -> None:
        terms, calendar = transfer.product.terms.transfer_terms, self.calendar_of(transfer)
        self.await_registration(transfer, event)
        if self.move_claim(transfer, event):
            return
        match transfer.state.name, event:
            case _, "SET_OVERLAY" | "LIFT_OVERLAY" | "OVERDUE":
                self.hold_clocks(transfer, event)
            case _, "CONSENT" | "DECLINE":
                pass
            case _, "NOTICE":
                transfer.reminders_ns.pop(0)
                transfer.notices += 1
            case ("AGREEMENT_PENDING", "BEGIN") | ("FUNDS_PENDING", _):
                signs = transfer.state.name == "AGREEMENT_PENDING"
                days = terms.signing_days if signs else terms.funding_days
                transfer.agrees_ns, transfer.waits_for_papers = None, False
                transfer.lapses_ns = end_after(calendar, self.at_ns, days)
            case "AGREEMENT_PENDING", "OVERDUE_DOCUMENTS":
                transfer.agrees_ns, transfer.waits_for_papers = None, True
                transfer.lapses_ns = end_after(calendar, self.at_ns, terms.returning_days)
            case "AGREEMENT_PENDING", _:
                if transfer.signed == {"BUYER", "SELLER"}:
                    hours_ns = terms.cooling_off_hours * calendar.day_ns // 24
                    transfer.agrees_ns = TimeNs(self.at_ns + hours_ns)
                    transfer.lapses_ns = None
            case "RETURNED", _:
                assert transfer.lapses_ns is not None
                left = days_left(calendar, self.at_ns, transfer.lapses_ns)
                transfer.decision_days_left = max(1, left)
                transfer.lapses_ns = end_after(calendar, self.at_ns, terms.returning_days)
                transfer.reminders_ns = []
            case "SUBMITTED", _:
                days = transfer.decision_days_left if event == "RESUBMIT" else terms.decide_days
                transfer.agrees_ns, transfer.waits_for_papers = None, False
                transfer.lapses_ns = end_after(calendar, self.at_ns, days)
                transfer.notices = 0
                self.remind(transfer, end_after(calendar, self.at_ns, terms.acknowledge_days))
            case "PREEMPTION_OPEN" | "CONFIRMED", _:
                transfer.lapses_ns, transfer.reminders_ns = None, []
                self.offer_or_wait(transfer)
            case _:
                transfer.lapses_ns, transfer.settles_ns, transfer.reminders_ns = None, None, []
                transfer.agrees_ns, transfer.overdue_ns, transfer.stopped_ns = None, None, None
                transfer.is_overdue, transfer.rescind_until_ns = False, None
                transfer.waives_ns = None
                transfer.waits_for_papers = False

    def offer_or_wait(self, transfer: ModelTransfer) -> None:
        """Others may buy it for so many days, then it settles after the cut-off."""
        terms, calendar = transfer.product.terms.transfer_terms, self.calendar_of(transfer)
        if transfer.state.name == "PREEMPTION_OPEN":
            transfer.waives_ns = end_of_days(calendar, self.at_ns, terms.preemption_days)
            return
        transfer.waives_ns = transfer.rescind_until_ns = None
        transfer.settles_ns = settles_ns(calendar, terms.cut_off_minute, self.at_ns)

    def move_claim(self, transfer: ModelTransfer, event: str) -> bool:
        """Who has claimed it has it for a time; whether that is all that this means."""
        ends_ns = transfer.claim_ns
        if event not in KEEP_CLAIM:
            transfer.claim_ns = None
        if event == "CLAIM":
            transfer.claim_ns = self.claimed_until_ns(transfer)
        if event == "NOTICE" and ends_ns is not None:
            if any(earlier_ns < ends_ns for earlier_ns in transfer.reminders_ns):
                return False
            transfer.claim_ns = None
            return True
        return event in {"CLAIM", "RELEASE", "MAKE", "RESET"}

    def await_registration(self, transfer: ModelTransfer, event: str) -> None:
        """Where the product waits for it, the registration is due ten working days after the
        effect; seven after it, and when it is late, the trust company is told so."""
        terms, calendar = transfer.product.terms.transfer_terms, self.calendar_of(transfer)
        if event == "ALARM":
            transfer.alarms_ns.pop(0)
        elif event == "REGISTER":
            transfer.alarms_ns, transfer.registered_at_ns = [], self.at_ns
        elif event in {"SETTLE", "REDEEM"} and terms.registration:
            days = {terms.registration_alarm_days, terms.registration_days}
            transfer.alarms_ns = [end_after(calendar, self.at_ns, each) for each in sorted(days)]
            transfer.registration_due_ns = transfer.alarms_ns[-1]

    def hold_clocks(self, transfer: ModelTransfer, event: str) -> None:
        """What overlays do to the clocks."""
        if event == "SET_OVERLAY":
            self.stop_clocks(transfer)
        elif event == "OVERDUE":
            transfer.overdue_ns, transfer.is_overdue = None, True
        elif not transfer.overlays:
            self.resume_clocks(transfer)

    def remind(self, transfer: ModelTransfer, first_ns: TimeNs) -> None:
        """The trust company will be told at this moment, and of what is left of the three times
        again, as many working days later as lie between them."""
        terms, calendar = transfer.product.terms.transfer_terms, self.calendar_of(transfer)
        days = (terms.acknowledge_days, terms.remind_days, terms.escalate_days)[transfer.notices :]
        moments = [first_ns]
        for earlier, later in pairwise(days):
            gap = later - earlier
            last_ns = moments[-1]
            moments.append(end_after(calendar, last_ns - 1, gap) if gap else last_ns)
        lapses_ns = transfer.lapses_ns
        assert lapses_ns is not None
        transfer.reminders_ns = [each for each in moments if each < lapses_ns]

    def stop_clocks(self, transfer: ModelTransfer) -> None:
        """All stand still but the one that counts how long overlays may stand, in all."""
        if transfer.stopped_ns is not None:
            return
        transfer.stopped_ns = self.at_ns
        left = transfer.overlay_days_left
        if left is None:
            left = transfer.product.terms.transfer_terms.overlay_days
        if left == 0:
            transfer.is_overdue = True
        else:
            transfer.overdue_ns = end_after(self.calendar_of(transfer), self.at_ns, left)

    def resume_clocks(self, transfer: ModelTransfer) -> None:
        """What was left when they stopped is left now, a working day at least."""
        calendar, stopped_ns = self.calendar_of(transfer), transfer.stopped_ns
        assert stopped_ns is not None
        used_up = transfer.overdue_ns is None
        left = 0 if used_up else days_left(calendar, self.at_ns, transfer.overdue_ns or 0)
        transfer.overlay_days_left = left
        transfer.overdue_ns, transfer.is_overdue, transfer.stopped_ns = None, False, None

        def anew(ends_ns: TimeNs) -> TimeNs:
            return end_after(calendar, self.at_ns, max(1, days_left(calendar, stopped_ns, ends_ns)))

        for clock in ("lapses_ns", "agrees_ns", "settles_ns", "waives_ns"):
            ends_ns = getattr(transfer, clock)
            setattr(transfer, clock, None if ends_ns is None else anew(ends_ns))
        if transfer.reminders_ns:
            self.remind(transfer, anew(transfer.reminders_ns[0]))
        if transfer.claim_ns is not None:
            transfer.claim_ns = self.claimed_until_ns(transfer)

    def blame(self, transfer: ModelTransfer, event: str, was: str) -> None:
        """Whoever is at fault pays the other a share of the price; two at fault pay nobody."""
        if event == "SELLER_DEFAULT":
            transfer.fault = {"SELLER"}
        elif (was, event) == ("AGREEMENT_PENDING", "LAPSE"):
            late = {"BUYER", "SELLER"} - transfer.signed
            for paper in self.lacking(transfer) if not late else []:
                late |= {"BUYER", "SELLER"} if paper.of is None else {str(paper.of.name)}
            transfer.fault = late
        elif (was, event) == ("RETURNED", "LAPSE"):
            transfer.fault = transfer.returned_to
        if len(transfer.fault) != 1:
            return
        terms = transfer.product.terms.transfer_terms.fault_fee
        share = Fraction(transfer.consideration * terms.rate_bps, 10_000)
        due = min(ceil(share), terms.maximum)
        party = transfer.buy if transfer.fault == {"BUYER"} else transfer.sell
        paid = min(due, self.money_available(party.party_id))
        transfer.fault_fee, transfer.fault_fee_owed = paid, due - paid

    def claimed_until_ns(self, transfer: ModelTransfer) -> TimeNs:
        """So many minutes of a day, which has 1440 of them however long it is."""
        minutes = transfer.product.terms.transfer_terms.claim_minutes
        return TimeNs(self.at_ns + minutes * self.calendar_of(transfer).day_ns // 1_440)

    def cools_off(self, transfer: ModelTransfer) -> bool:
        """Only natural persons may think better of it, where the product gives them time."""
        hours = transfer.product.terms.transfer_terms.cooling_off_hours
        return hours > 0 and self.kinds[transfer.buy.party_id] is PartyKind.NATURAL_PERSON

    def calendar_of(self, transfer: ModelTransfer) -> Calendar:
        """That of its product."""
        return self.calendar_for(transfer.product)

    def begin(self, transfer: ModelTransfer) -> None:
        """The match: the transfer takes its way."""
        terms = transfer.product.terms
        transfer.matures_ns = matures_ns(
            self.calendar_of(transfer), terms.maturity_date, terms.transfer_terms.maturity_days
        )
        self.happens(transfer, "BEGIN")

    def timers_of(self, transfer: ModelTransfer) -> list[Timer]:
        """The clocks of an open transfer, and what each will cause."""
        alarms: list[Timer] = [
            (rings_ns, 2, int(transfer.transfer_id), 4, "ALARM")
            for rings_ns in transfer.alarms_ns[:1]
        ]
        may_mature = outcome(transfer.state.name, "MATURE", set()) is not None
        clocks = [
            (transfer.matures_ns if may_mature else None, 1, "MATURE"),
            (transfer.overdue_ns, 2, "OVERDUE"),
        ]
        if transfer.stopped_ns is None:
            clocks += [
                (transfer.claim_ns, 3, "NOTICE"),
                (min(transfer.reminders_ns, default=None), 3, "NOTICE"),
                (transfer.lapses_ns, 4, end_of(transfer)),
                (transfer.agrees_ns, 4, "AGREED"),
                (transfer.settles_ns, 4, "SETTLE"),
                (transfer.waives_ns, 4, "WAIVE"),
            ]
        return alarms + [
            (ends_ns, 2, int(transfer.transfer_id), rank, event)
            for ends_ns, rank, event in clocks
            if ends_ns is not None
        ]

    def ring(self, timer: Timer) -> None:
        """A clock ends; nobody loses a deadline that passed while the venue was down."""
        ends_ns, _, number, _, event = timer
        transfer = self.transfers[TransferId(number)]
        put_off = {"LAPSE": "lapses_ns", "AGREED": "agrees_ns", "OVERDUE": "overdue_ns"}
        put_off |= {"DEFAULT": "lapses_ns", "WAIVE": "waives_ns"}
        if event in put_off and self.was_down_at(ends_ns):
            setattr(transfer, put_off[event], end_after(self.calendar_of(transfer), self.at_ns, 1))
            self.events.append(advanced(transfer, None, officer=None))
        elif event == "SETTLE":
            self.settle_or_hold(transfer, officer=None)
        elif event == "AGREED":
            self.cooled_off(transfer)
        else:
            self.happens(transfer, event)

    def was_down_at(self, at_ns: int) -> bool:
        """Whether nobody could act then."""
        return self.gap is not None and self.gap[0] < at_ns <= self.gap[1]


def end_of(transfer: ModelTransfer) -> str:
    """What it means that nobody has done anything in time."""
    return "DEFAULT" if transfer.state.name == "FUNDS_PENDING" else "LAPSE"


def asked(transfer: ModelTransfer) -> list[HolderId]:
    """Who may take the buyer's place: nobody, where he is one of those who may."""
    may = transfer.product.terms.transfer_terms.right_holders
    if HolderId(transfer.buy.party_id) in may:
        return []
    return [each for each in may if each != HolderId(transfer.sell.party_id)]


def uses(transfer: ModelTransfer) -> set[str]:
    """The steps of the product, less an offer to nobody."""
    return transfer.product.uses - (set() if asked(transfer) else {"PREEMPTION"})


def flags(kind: type[Flags], names: set[str]) -> Flags:
    """The names as the wire has them, all in one number."""
    return kind(sum(kind[name].value for name in names))


def opened(transfer: ModelTransfer) -> said.TransferOpened:
    return said.TransferOpened(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product.product_id,
        trade_number=transfer.trade_number,
        seller_id=transfer.sell.party_id,
        buyer_id=transfer.buy.party_id,
        trust_company_id=transfer.product.terms.trust_company_id,
        units=transfer.units,
        price=transfer.price,
        consideration=Fen(transfer.consideration),
        buyer_fee_venue=Fen(transfer.buyer_fee_venue),
        buyer_fee_trust_company=Fen(transfer.buyer_fee_trust_company),
        seller_fee_venue=Fen(transfer.seller_fee_venue),
        seller_fee_trust_company=Fen(transfer.seller_fee_trust_company),
        paid=Fen(transfer.paid),
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        version=transfer.version,
        preempts=transfer.preempts,
        accrued=(
            None
            if transfer.income is None
            else AccruedIncome(
                amount=Fen(transfer.income.amount),
                days=transfer.income.days,
                priced_on=transfer.income.priced_on,
            )
        ),
    )


def advanced(
    transfer: ModelTransfer, event: TransferEvent | None, *, officer: str | None
) -> said.TransferAdvanced:
    return said.TransferAdvanced(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product.product_id,
        trade_number=transfer.trade_number,
        seller_id=transfer.sell.party_id,
        buyer_id=transfer.buy.party_id,
        trust_company_id=transfer.product.terms.trust_company_id,
        units=transfer.units,
        paid=Fen(transfer.paid),
        event=event,
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        notices=transfer.notices,
        officer=officer,
        overlays=flags(Overlay, transfer.overlays),
        overlay_ns=transfer.overdue_ns,
        rescindable=transfer.is_overdue,
        rescind_until_ns=transfer.rescind_until_ns,
        signed=flags(Who, transfer.signed),
        consented=flags(Who, transfer.consented),
        documents_overdue=transfer.waits_for_papers,
        returns=transfer.returns,
        returned_to=flags(Who, transfer.returned_to),
        return_reason=transfer.return_reason,
        version=transfer.version,
        review=review_of(transfer),
        waived=tuple(transfer.waived),
    )


def settled(transfer: ModelTransfer) -> said.TransferSettled:
    assert transfer.officer is not None
    return said.TransferSettled(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product.product_id,
        trade_number=transfer.trade_number,
        seller_id=transfer.sell.party_id,
        buyer_id=transfer.buy.party_id,
        trust_company_id=transfer.product.terms.trust_company_id,
        units=transfer.units,
        seller_credit=Fen(transfer.seller_credit),
        venue_credit=Fen(transfer.venue_credit),
        trust_company_credit=Fen(transfer.trust_company_credit),
        officer=transfer.officer,
        registration_due_ns=transfer.registration_due_ns,
        version=transfer.version,
    )


def failed(transfer: ModelTransfer, event: TransferEvent) -> said.TransferFailed:
    return said.TransferFailed(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product.product_id,
        trade_number=transfer.trade_number,
        seller_id=transfer.sell.party_id,
        buyer_id=transfer.buy.party_id,
        trust_company_id=transfer.product.terms.trust_company_id,
        units=transfer.units,
        event=event,
        state=transfer.state,
        refund=Fen(transfer.paid - transfer.forfeited),
        forfeited=Fen(transfer.forfeited),
        reason=transfer.reason,
        officer=transfer.officer,
        fault=flags(Who, transfer.fault),
        fault_fee=Fen(transfer.fault_fee),
        fault_fee_owed=Fen(transfer.fault_fee_owed),
        version=transfer.version,
    )
