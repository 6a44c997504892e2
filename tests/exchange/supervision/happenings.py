"""Events for detectors: deals among a few parties, told to a watch one after the other."""

from __future__ import annotations

from typing import Any, Final

from msgspec import structs

from exchange.client_events import ProfileChanged
from exchange.commands import CreateProduct
from exchange.events import (
    AnyEvent,
    PartyRegistered,
    TransferFailed,
    TransferOpened,
    TransferSettled,
)
from exchange.money_events import DepositRecorded, PaymentUnmatched, WithdrawalAdvanced
from exchange.money_types import PaymentId, UnmatchedReason, WithdrawalId
from exchange.payouts import WithdrawalEvent, WithdrawalState
from exchange.price_events import FactsPublished
from exchange.price_state import first_facts
from exchange.price_types import Nav
from exchange.supervision.alerts import Alert
from exchange.supervision.known import Moment
from exchange.supervision.parameters import DEFAULTS, Parameters
from exchange.supervision.watch import Watch
from exchange.types import Fen, PartyId, PartyKind, Sequence
from matching import Price
from registry.calendar import DAY_NS, day_in_shanghai, day_of_date, start_in_shanghai
from registry.transfer import TransferEvent, TransferState, Who
from registry.types import ProductId, TimeNs, TransferId, Units
from tests.exchange.venue import TERMS

PAR: Final = 10_000
"""One yuan a unit: 100 fen."""
COMPANY: Final = PartyId(2)
AN, BAI, CAO, DENG = (PartyId(10 + number) for number in range(4))
"""Natural persons."""
FUND, HOUSE = PartyId(20), PartyId(21)
"""Institutions."""
PRODUCT, OTHER_PRODUCT = ProductId(30), ProductId(31)
WAN: Final = 1_000_000
"""Ten thousand yuan, in fen."""
HOUR_NS: Final = 3_600_000_000_000
FIRST_NS: Final = TimeNs(start_in_shanghai(day_of_date("2026-11-23")))


class Happenings:
    """A watch, and what is told to it; all that a test does not say is unremarkable."""

    def __init__(self, parameters: Parameters = DEFAULTS) -> None:
        self.watch = Watch(parameters)
        self.at_ns = FIRST_NS
        self.sequence = 100
        for party_id in (AN, BAI, CAO, DENG):
            self.tell(PartyRegistered(party_id=party_id, kind=PartyKind.NATURAL_PERSON))
        for party_id in (FUND, HOUSE):
            self.tell(PartyRegistered(party_id=party_id, kind=PartyKind.INSTITUTION))

    def tell(self, event: AnyEvent) -> list[Alert]:
        """What the watch says of an event, a second after the last one."""
        self.sequence += 1
        self.at_ns = TimeNs(self.at_ns + 1_000_000_000)
        return self.watch.observe((event,), Moment(Sequence(self.sequence), self.at_ns))

    def waits(self, *, days: int = 0, hours: int = 0) -> None:
        """Time goes by."""
        self.at_ns = TimeNs(self.at_ns + days * DAY_NS + hours * HOUR_NS)

    def opens(
        self,
        seller: PartyId,
        buyer: PartyId,
        amount: int,
        *,
        price: int = PAR,
        product_id: ProductId = PRODUCT,
        preempts: TransferId | None = None,
    ) -> tuple[TransferOpened, list[Alert]]:
        """A match for so many fen, and what is said of it."""
        opened = TransferOpened(
            transfer_id=TransferId(self.sequence * 1_000),
            product_id=product_id,
            trade_number=1,
            seller_id=seller,
            buyer_id=buyer,
            trust_company_id=COMPANY,
            units=Units(amount * 100 // price),
            price=Price(price),
            consideration=Fen(amount),
            buyer_fee_venue=Fen(0),
            buyer_fee_trust_company=Fen(0),
            seller_fee_venue=Fen(0),
            seller_fee_trust_company=Fen(0),
            paid=Fen(amount),
            state=TransferState.SUBMITTED,
            deadline_ns=None,
            version=2,
            preempts=preempts,
        )
        return opened, self.tell(opened)

    def settles(self, opened: TransferOpened) -> list[Alert]:
        """The trust company confirms it; what is said of that."""
        return self.tell(
            TransferSettled(
                **_of_transfer(opened),
                seller_credit=opened.consideration,
                venue_credit=Fen(0),
                trust_company_credit=Fen(0),
                officer="ruan",
                registration_due_ns=None,
            )
        )

    def fails(self, opened: TransferOpened) -> list[Alert]:
        """The trust company rejects it."""
        return self.tell(
            TransferFailed(
                **_of_transfer(opened),
                event=TransferEvent.REJECT,
                state=TransferState.REJECTED,
                refund=opened.consideration,
                forfeited=Fen(0),
                reason=None,
                officer=None,
                fault=Who(0),
                fault_fee=Fen(0),
                fault_fee_owed=Fen(0),
            )
        )

    def deals(self, seller: PartyId, buyer: PartyId, amount: int, **more: Any) -> list[Alert]:
        """Match and confirmation; all that is said of either."""
        opened, alerts = self.opens(seller, buyer, amount, **more)
        return alerts + self.settles(opened)

    def belongs(self, party_id: PartyId, owner_id: int) -> None:
        """Compliance has established who owns the party."""
        self.tell(
            ProfileChanged(
                party_id=party_id,
                certification=None,
                risk=None,
                assessments=(),
                professional=False,
                due_diligence=None,
                owner_id=owner_id,
                affiliate_of=(),
                layers=0,
                officer_id=None,
            )
        )

    def values(self, value: int, *, product_id: ProductId = PRODUCT) -> None:
        """A net asset value of today is disclosed."""
        nav = Nav(Price(value), day_in_shanghai(self.at_ns))
        terms: CreateProduct = TERMS
        self.tell(
            FactsPublished(
                product_id=product_id,
                trust_company_id=COMPANY,
                published_by=COMPANY,
                facts=structs.replace(first_facts(terms), nav=nav),
                documents=(),
                text_zh="",
                text_en="",
            )
        )

    def deposits(self, party_id: PartyId, amount: int) -> list[Alert]:
        """Money comes from the party's bank."""
        return self.tell(
            DepositRecorded(party_id=party_id, amount=Fen(amount), payment_id=None, bank_ref=None)
        )

    def withdraws(
        self, party_id: PartyId | None, amount: int, event: WithdrawalEvent = WithdrawalEvent.BOOK
    ) -> list[Alert]:
        """Money goes to the party's bank."""
        return self.tell(
            WithdrawalAdvanced(
                withdrawal_id=WithdrawalId(1),
                party_id=party_id,
                payment_id=None,
                amount=Fen(amount),
                event=event,
                state=WithdrawalState.PAID,
            )
        )

    def pays_unmatched(
        self, party_id: PartyId | None, amount: int, reason: UnmatchedReason
    ) -> list[Alert]:
        """A statement has a payment that is nobody's."""
        return self.tell(
            PaymentUnmatched(
                payment_id=PaymentId(77),
                bank_ref="B-1",
                amount=Fen(amount),
                reason=reason,
                party_ref=party_id,
                withdrawal_ref=None,
            )
        )


def _of_transfer(opened: TransferOpened) -> dict[str, Any]:
    names = (
        *("transfer_id", "product_id", "trade_number", "seller_id", "buyer_id"),
        *("trust_company_id", "units", "version"),
    )
    return {name: getattr(opened, name) for name in names}
