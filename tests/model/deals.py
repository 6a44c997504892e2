"""What becomes of a deal after the match, as the rulebook of tests/model/transfer.py tells it."""

from __future__ import annotations

from exchange import events as said
from exchange.types import Fen, PartyId, RejectionReason
from registry.calendar import Calendar
from registry.transfer import TransferEvent, TransferState
from registry.types import HolderId, LotId, ProductId, TransferId
from tests.model.days import end_after, matures_ns, settles_ns
from tests.model.ledger import Ledger, Limits, ModelTransfer
from tests.model.register import ModelLot, day_in_shanghai
from tests.model.transfer import ENDED, outcome

Timer = tuple[int, int, int, int, str]
"""When; orders (1) before transfers (2); of a transfer its number, which of its clocks comes first,
and what happens."""


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
        found = outcome(transfer.state.name, event, transfer.product.uses)
        assert found is not None, (transfer.state, event)
        transfer.state = TransferState[found.to]
        transfer.version += 1
        if officer is not None:
            transfer.officer, transfer.reason = officer, reason
        if transfer.submitted_at_ns is None and found.to == "SUBMITTED":
            transfer.submitted_at_ns = self.at_ns
        if event in {"CONFIRM", "REJECT"}:
            transfer.answered_at_ns = self.at_ns
        self.move_clocks(transfer, event)
        if found.to in ENDED:
            transfer.decided_at_ns = self.at_ns
            transfer.decided_sequence = self.sequence
        if event == "CONFIRM" and found.to == "CONFIRMED" and transfer.settles_ns is None:
            self.happens(transfer, "SETTLE")
        elif event == "BEGIN":
            self.events.append(opened(transfer))
        elif event == "SETTLE":
            self.register.settle(
                self.new_lot(
                    transfer.transfer_id, transfer.product.product_id, transfer.buy.party_id
                ),
                transfer.sources,
                sequence=self.sequence,
                cost=transfer.in_escrow,
            )
            self.events.append(settled(transfer))
        elif found.to in ENDED:
            self.events.append(failed(transfer, TransferEvent[event]))
        else:
            told = officer if event == "CONFIRM" else None
            self.events.append(advanced(transfer, TransferEvent[event], officer=told))

    def move_clocks(self, transfer: ModelTransfer, event: str) -> None:
        terms, calendar = transfer.product.terms.transfer_terms, self.calendar_of(transfer)
        match transfer.state.name, event:
            case "SUBMITTED", "NOTICE":
                transfer.reminders_ns.pop(0)
                transfer.notices += 1
            case "SUBMITTED", _:
                transfer.lapses_ns = end_after(calendar, self.at_ns, terms.decide_days)
                days = (terms.acknowledge_days, terms.remind_days, terms.escalate_days)
                reminders_ns = [end_after(calendar, self.at_ns, each) for each in days]
                transfer.reminders_ns = [each for each in reminders_ns if each < transfer.lapses_ns]
            case "CONFIRMED", _:
                transfer.lapses_ns, transfer.reminders_ns = None, []
                transfer.settles_ns = settles_ns(calendar, terms.cut_off_minute, self.at_ns)
            case _:
                transfer.lapses_ns, transfer.settles_ns, transfer.reminders_ns = None, None, []

    def calendar_of(self, transfer: ModelTransfer) -> Calendar:
        """The product's, which the venue opened with."""
        assert self.opened is not None
        wanted = transfer.product.terms.transfer_terms.calendar_id
        (found,) = [each for each in self.opened.calendars if each.calendar_id == wanted]
        return found

    def begin(self, transfer: ModelTransfer) -> None:
        """The match: the transfer takes its way."""
        terms = transfer.product.terms
        transfer.matures_ns = matures_ns(
            self.calendar_of(transfer), terms.maturity_date, terms.transfer_terms.maturity_days
        )
        self.happens(transfer, "BEGIN")

    def timers_of(self, transfer: ModelTransfer) -> list[Timer]:
        """The clocks of an open transfer, and what each will cause."""
        may_mature = outcome(transfer.state.name, "MATURE", set()) is not None
        clocks = [
            (transfer.matures_ns if may_mature else None, 1, "MATURE"),
            (min(transfer.reminders_ns, default=None), 2, "NOTICE"),
            (transfer.lapses_ns, 3, "LAPSE"),
            (transfer.settles_ns, 4, "SETTLE"),
        ]
        return [
            (ends_ns, 2, int(transfer.transfer_id), rank, event)
            for ends_ns, rank, event in clocks
            if ends_ns is not None
        ]

    def ring(self, timer: Timer) -> None:
        """A clock ends; nobody loses a deadline that passed while the venue was down."""
        ends_ns, _, number, _, event = timer
        transfer = self.transfers[TransferId(number)]
        if event == "LAPSE" and self.gap is not None and self.gap[0] < ends_ns <= self.gap[1]:
            transfer.lapses_ns = end_after(self.calendar_of(transfer), self.at_ns, 1)
            self.events.append(advanced(transfer, None, officer=None))
        else:
            self.happens(transfer, event)

    def new_lot(self, number: int, product_id: ProductId, holder_id: PartyId) -> ModelLot:
        """A lot that somebody gets today."""
        return ModelLot(
            lot_id=LotId(number),
            product_id=product_id,
            holder_id=HolderId(holder_id),
            acquired_on=day_in_shanghai(self.at_ns),
        )


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
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        version=transfer.version,
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
        event=event,
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        notices=transfer.notices,
        officer=officer,
        version=transfer.version,
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
        refund=Fen(transfer.in_escrow),
        reason=transfer.reason,
        officer=transfer.officer,
        version=transfer.version,
    )
