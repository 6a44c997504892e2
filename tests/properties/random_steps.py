"""Random commands about open transfers, mostly by those who may and about what is there."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from exchange.commands import AnyCommand
from exchange.transfer_commands import (
    AcknowledgeRegistration,
    CancelTrade,
    CancelTransfer,
    DeclareSellerDefault,
    FundTransfer,
    LiftOverlay,
    RedeemTransfer,
    RescindTransfer,
    ResubmitTransfer,
    ReturnTransfer,
    SetOverlay,
    SignAgreement,
)
from exchange.types import OPERATOR_ID, Fen, PartyId, ReturnReason
from registry.transfer import Overlay, Who
from registry.types import TransferId
from tests.model.ledger import ModelTransfer
from tests.model.transfer import WHO_SETS
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_preemption import RandomAnswers

UNKNOWN = 999_999
RETURNED_TO = (Who.BUYER, Who.SELLER, Who.BUYER | Who.SELLER)
BY_PARTIES: Final[dict[str, type[SignAgreement | FundTransfer | ResubmitTransfer]]] = {
    "AGREEMENT_PENDING": SignAgreement,
    "FUNDS_PENDING": FundTransfer,
    "RETURNED": ResubmitTransfer,
}
"""What brings a transfer on that waits for its parties."""
WRONGLY_RETURNED_TO = (Who(0), Who.CLOCK, Who.BUYER | Who.OPERATOR, Who(128))


class RandomSteps:
    """Draws the next step of some transfer."""

    def __init__(self, pair: ExchangePair, key: Callable[[], str]) -> None:
        self.pair = pair
        self.key = key
        self.answers = RandomAnswers(pair, key)

    def step(self, draw: Random) -> AnyCommand:
        """Mostly what helps or hinders a pending transfer just now; at times what cannot be."""
        pending = self.pair.model.pending_transfers()
        settled = self.pair.model.unregistered_transfers()
        if settled and draw.random() < 0.25:
            return self.registration(draw, draw.choice(settled))
        offered = self.answers.offered()
        if offered and draw.random() < 0.5:
            return self.answers.answer(draw, draw.choice(offered))
        if settled and draw.random() < 0.02:  # to those who were asked it is no more
            return self.answers.answer(draw, draw.choice(settled))
        if not pending or draw.random() < 0.03:
            known = [*self.pair.model.transfers, TransferId(UNKNOWN)]
            return self.parties_step(draw, draw.choice(known), 2, self.anybody(draw))
        transfer = draw.choice(pending)
        waiting = [each for each in pending if each.state.name in BY_PARTIES]
        if waiting and draw.random() < 0.5:
            transfer = draw.choice(waiting)
        version = transfer.version if draw.random() < 0.95 else draw.choice((0, 1, 2, 9))
        if transfer.state.name == "CONFIRMED" and draw.random() < 0.3:
            return self.redemption(draw, transfer, version)
        leaves = self.way_out(draw, transfer, version)
        if leaves is not None:
            return leaves
        if draw.random() < 0.55 and transfer.state.name in BY_PARTIES:
            return self.forward(draw, transfer, version)
        if transfer.overlays and draw.random() < 0.4:
            return self.overlay(draw, transfer, version, lifts=True)
        if draw.random() < 0.45:
            return self.overlay(draw, transfer, version, lifts=False)
        if draw.random() < 0.5:
            return self.returned(draw, transfer, version)
        return self.parties_step(draw, transfer.transfer_id, version, self.party(draw, transfer))

    def way_out(self, draw: Random, transfer: ModelTransfer, version: int) -> AnyCommand | None:
        """The buyer leaves while he may, and now and then the operator ends it."""
        transfer_id, buyer_id = transfer.transfer_id, transfer.buy.party_id
        if (transfer.is_overdue or transfer.rescind_until_ns) and draw.random() < 0.4:
            return RescindTransfer(
                actor=buyer_id, key=self.key(), transfer_id=transfer_id, version=version
            )
        if transfer.state.name == "AGREEMENT_PENDING" and draw.random() < 0.1:
            return CancelTransfer(
                actor=buyer_id, key=self.key(), transfer_id=transfer_id, version=version
            )
        if draw.random() < 0.06:
            kind = draw.choice((CancelTrade, DeclareSellerDefault))
            return kind(
                actor=OPERATOR_ID,
                key=self.key(),
                transfer_id=transfer_id,
                version=version,
                officer="cheng",
            )
        return None

    def forward(self, draw: Random, transfer: ModelTransfer, version: int) -> AnyCommand:
        """What brings it nearer to a decision."""
        actor = self.party(draw, transfer)
        kind = BY_PARTIES.get(transfer.state.name, ResubmitTransfer)
        return kind(actor=actor, key=self.key(), transfer_id=transfer.transfer_id, version=version)

    def overlay(
        self, draw: Random, transfer: ModelTransfer, version: int, *, lifts: bool
    ) -> AnyCommand:
        """An overlay, mostly by one who may set it."""
        standing = sorted(transfer.overlays)
        chosen = draw.choice(standing if lifts and standing else sorted(WHO_SETS))
        movers = [who for who in WHO_SETS[chosen].split() if who != "exchange"]
        actor = self.anybody(draw)
        if movers and draw.random() < 0.9:
            actor = self.parties(transfer)[draw.choice(movers).upper()]
        overlay = Overlay[chosen] if draw.random() < 0.98 else Overlay.HELD | Overlay.HALTED
        return (LiftOverlay if lifts else SetOverlay)(
            actor=actor,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=version,
            overlay=overlay,
            officer=draw.choice(("ruan", "shen")),
        )

    def returned(self, draw: Random, transfer: ModelTransfer, version: int) -> AnyCommand:
        """The trust company wants it completed."""
        stranger, wrong = draw.random() < 0.05, draw.random() < 0.15
        return ReturnTransfer(
            actor=self.anybody(draw) if stranger else transfer.product.terms.trust_company_id,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=version,
            officer=draw.choice(("ruan", "shen")),
            reason=draw.choice(list(ReturnReason)),
            returned_to=draw.choice(WRONGLY_RETURNED_TO if wrong else RETURNED_TO),
        )

    def redemption(self, draw: Random, transfer: ModelTransfer, version: int) -> AnyCommand:
        """What is confirmed is paid out, mostly where the plan has ended."""
        stranger = draw.random() < 0.05
        return RedeemTransfer(
            actor=self.anybody(draw) if stranger else transfer.product.terms.trust_company_id,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=version,
            proceeds=Fen(draw.choice((0, 1, 999, 40_000, 10**12))),
            officer="ruan",
        )

    def registration(self, draw: Random, transfer: ModelTransfer) -> AnyCommand:
        """A settled transfer is registered, or the answer to one that is not settled yet."""
        stranger = draw.random() < 0.1
        if draw.random() < 0.1:
            transfer = draw.choice(list(self.pair.model.transfers.values()))
        return AcknowledgeRegistration(
            actor=self.anybody(draw) if stranger else transfer.product.terms.trust_company_id,
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=draw.choice([*[transfer.version] * 5, *[None] * 4, 2]),
            officer="ruan",
        )

    def parties_step(
        self, draw: Random, transfer_id: TransferId, version: int, actor: PartyId
    ) -> AnyCommand:
        """What buyer, seller or operator may do, at times by the other."""
        kind = draw.choice(
            (
                SignAgreement,
                FundTransfer,
                *[CancelTransfer] * 3,
                *[RescindTransfer] * 4,
                ResubmitTransfer,
                *[None] * 3,
            )
        )
        if kind is not None:
            return kind(actor=actor, key=self.key(), transfer_id=transfer_id, version=version)
        return draw.choice((CancelTrade, DeclareSellerDefault))(
            actor=OPERATOR_ID if draw.random() < 0.8 else actor,
            key=self.key(),
            transfer_id=transfer_id,
            version=version,
            officer="cheng",
        )

    def parties(self, transfer: ModelTransfer) -> dict[str, PartyId]:
        """Who is what in it."""
        return {
            "BUYER": transfer.buy.party_id,
            "SELLER": transfer.sell.party_id,
            "TRUST_COMPANY": transfer.product.terms.trust_company_id,
            "OPERATOR": OPERATOR_ID,
        }

    def party(self, draw: Random, transfer: ModelTransfer) -> PartyId:
        """Mostly the buyer or the seller."""
        if draw.random() < 0.08:
            return self.anybody(draw)
        return draw.choice((transfer.buy.party_id, transfer.sell.party_id))

    def anybody(self, draw: Random) -> PartyId:
        """Whoever there is, and one who is not."""
        return draw.choice([*self.pair.model.kinds, PartyId(UNKNOWN)])
