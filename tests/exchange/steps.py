"""Commands about a transfer as its parties would give them, on the version that is true."""

from __future__ import annotations

from collections.abc import Sequence as Listed
from hashlib import sha256
from typing import Final

import msgspec

from exchange.commands import AnyCommand
from exchange.events import AnyEvent, TransferAdvanced, TransferFailed
from exchange.transfer_commands import (
    AcknowledgeRegistration,
    AnswerPreemption,
    CancelTrade,
    CancelTransfer,
    DeclareSellerDefault,
    FundTransfer,
    LiftOverlay,
    RedeemTransfer,
    RescindTransfer,
    ResubmitTransfer,
    ReturnTransfer,
    ReverseTransfer,
    SetOverlay,
    SignAgreement,
)
from exchange.types import (
    OPERATOR_ID,
    Fen,
    OfficerId,
    OfficerRole,
    PartyId,
    PreemptionAnswer,
    ReturnReason,
)
from registry.terms import SANDBOX, TransferTerms
from registry.transfer import Overlay, Step, Transfer, TransferEvent, Who
from registry.types import EncumbranceId, HolderId, TimeNs, TransferId, Units
from tests.exchange.deadlines import calendar
from tests.exchange.offices import QIAN
from tests.exchange.venue import SECOND_NS, START_NS, TERMS, Venue, the

DAYS: Final = calendar("DAYS", day_ns=SECOND_NS, a_day_begins_ns=START_NS)
"""Working days of a second, the first of which begins with the venue."""
DAY_NS: Final = SECOND_NS
RIGHT_HOLDERS: Final = (HolderId(5), HolderId(6))
"""Two institutions, for terms that name who has a right of pre-emption."""
JUDGMENT: Final = sha256(b"a judgment").digest()
BOTH: Final = Who.BUYER | Who.SELLER


def terms(**changes: object) -> TransferTerms:
    """The sandbox's terms with these changes, in short days."""
    return msgspec.structs.replace(SANDBOX, calendar_id=DAYS.calendar_id, **changes)


def trading(
    transfer_terms: TransferTerms, *, maturity_date: str | None = None, four_eyes: bool = False
) -> Venue:
    """A venue whose product has these terms, and no transfer yet."""
    product = msgspec.structs.replace(
        TERMS, transfer_terms=transfer_terms, maturity_date=maturity_date
    )
    named = set(transfer_terms.right_holders) & set(RIGHT_HOLDERS)
    return Venue(
        terms=product, calendars=(DAYS,), four_eyes=four_eyes, institutions=max(1, len(named))
    )


def matched(venue: Venue, quantity: int = 100, *, buyer: PartyId | None = None) -> TransferId:
    """The seller's units are sold to the buyer, or to somebody else."""
    before = set(venue.pending())
    venue.sells(quantity)
    venue.buys(quantity, by=buyer)
    (transfer_id,) = set(venue.pending()) - before
    return transfer_id


def transfer_of(venue: Venue, transfer_id: TransferId) -> Transfer:
    """The open transfer."""
    return venue.state.register.transfers[transfer_id]


class Steps:
    """What may be done with one transfer of a venue: commands, to be given or altered."""

    def __init__(self, venue: Venue, transfer_id: TransferId) -> None:
        self.venue = venue
        self.transfer_id = transfer_id

    @property
    def version(self) -> int:
        """The true one; of a transfer that the state has forgotten, any."""
        transfer = self.venue.state.transfer(self.transfer_id)
        return 2 if transfer is None else transfer.version

    def sign(self, by: PartyId) -> SignAgreement:
        """Somebody signs."""
        return SignAgreement(
            actor=by, key=self.venue.key(), transfer_id=self.transfer_id, version=self.version
        )

    def fund(self, by: PartyId | None = None) -> FundTransfer:
        """The buyer pays the rest."""
        return FundTransfer(
            actor=by or self.venue.buyer,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
        )

    def cancel(self, by: PartyId) -> CancelTransfer:
        """Somebody agrees to cancel, or withdraws."""
        return CancelTransfer(
            actor=by, key=self.venue.key(), transfer_id=self.transfer_id, version=self.version
        )

    def rescind(self, by: PartyId | None = None) -> RescindTransfer:
        """The buyer has waited long enough."""
        return RescindTransfer(
            actor=by or self.venue.buyer,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
        )

    def resubmit(self, by: PartyId | None = None) -> ResubmitTransfer:
        """The pack is complete again."""
        return ResubmitTransfer(
            actor=by or self.venue.seller,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
        )

    def send_back(self, to: Who = BOTH, *, by: PartyId | None = None) -> ReturnTransfer:
        """The trust company wants it completed."""
        return ReturnTransfer(
            actor=by or self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="shen",
            reason=ReturnReason.SIGNATURE,
            returned_to=to,
        )

    def hold(self, overlay: Overlay = Overlay.HELD, *, by: PartyId | None = None) -> SetOverlay:
        """Somebody, or the trust company, stops the clocks."""
        return SetOverlay(
            actor=by or self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            overlay=overlay,
            officer="shen",
        )

    def let_go(self, overlay: Overlay = Overlay.HELD, *, by: PartyId | None = None) -> LiftOverlay:
        """What stopped them is over."""
        return LiftOverlay(
            actor=by or self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            overlay=overlay,
            officer="ruan",
        )

    def redeem(self, proceeds: int = 100_00, *, by: PartyId | None = None) -> RedeemTransfer:
        """The plan has ended, and the units bring so much."""
        return RedeemTransfer(
            actor=by or self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            proceeds=Fen(proceeds),
            officer="ruan",
        )

    def register(self, by: PartyId | None = None) -> AcknowledgeRegistration:
        """The change registration is done."""
        return AcknowledgeRegistration(
            actor=by or self.venue.trust_company,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="ruan",
        )

    def answer(
        self, answer: PreemptionAnswer = PreemptionAnswer.WAIVE, *, by: PartyId | None = None
    ) -> AnswerPreemption:
        """The institution, or somebody else, says what becomes of its right of pre-emption."""
        return AnswerPreemption(
            actor=by or self.venue.other,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            answer=answer,
        )

    def exercise(self, by: PartyId | None = None) -> AnswerPreemption:
        """It takes the buyer's place."""
        return self.answer(PreemptionAnswer.EXERCISE, by=by)

    def cancel_trade(self, by: PartyId = OPERATOR_ID) -> CancelTrade:
        """The trade was a mistake."""
        return CancelTrade(
            actor=by,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="cheng",
        )

    def default(self, by: PartyId = OPERATOR_ID) -> DeclareSellerDefault:
        """The units were not the seller's."""
        return DeclareSellerDefault(
            actor=by,
            key=self.venue.key(),
            transfer_id=self.transfer_id,
            version=self.version,
            officer="cheng",
        )

    def reverse(
        self,
        amount: int = 100_00,
        *,
        payer: PartyId | None = None,
        by: PartyId = OPERATOR_ID,
        released: tuple[EncumbranceId, ...] = (),
    ) -> ReverseTransfer:
        """It is undone as a court says: of a transfer of 100 units for 100 yuan."""
        venue = self.venue
        transfer = venue.state.transfer(self.transfer_id)
        product = venue.state.products[venue.product_id]
        return ReverseTransfer(
            actor=by,
            key=venue.key(),
            transfer_id=self.transfer_id,
            version=3 if transfer is None else transfer.version,
            registered=transfer is None and Step.REGISTRATION in product.steps,
            product_id=venue.product_id,
            trade_number=1,
            seller_id=HolderId(venue.seller),
            buyer_id=HolderId(venue.buyer),
            units=Units(100),
            cost_moved=Fen(100_00),
            payer_id=payer or venue.seller,
            amount=Fen(amount),
            authority=JUDGMENT,
            confirmed_by=self.trust_officer(),
            released=released,
            officer="cheng",
        )

    def trust_officer(self) -> OfficerId:
        """An officer of the trust company's, appointed when he is first asked for."""
        venue = self.venue
        for officer in venue.state.desk.officers.values():
            if officer.party_id == venue.trust_company:
                return officer.officer_id
        return venue.appoints(QIAN, OfficerRole.CHECKER, of=venue.trust_company)


def steps(**changes: object) -> Steps:
    """A transfer of 100 units for 100 yuan, between natural persons, matched as the first day
    begins."""
    venue = trading(terms(**changes))
    return Steps(venue, matched(venue))


def end_of_day(number: int) -> TimeNs:
    """When the so-manieth day after the first is over."""
    return TimeNs(START_NS + (number + 1) * DAY_NS)


def happened(events: Listed[AnyEvent]) -> list[TransferEvent | None]:
    """What became of transfers, in order."""
    return [event.event for event in events if isinstance(event, TransferAdvanced | TransferFailed)]


def told(on: Steps, command: AnyCommand) -> TransferAdvanced:
    """What the command made true of the transfer, which goes on."""
    return the(TransferAdvanced, on.venue.does(command))


def failed(events: Listed[AnyEvent]) -> TransferFailed:
    """How the transfer ended."""
    return the(TransferFailed, events)
