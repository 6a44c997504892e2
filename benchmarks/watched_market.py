"""A market for supervision to watch: the engine in memory, where a deal between two named parties
is two orders that meet in an empty book, and one confirmation."""

from collections.abc import Sequence as Listed
from hashlib import sha256
from typing import Final, NamedTuple

from api import calendars
from benchmarks.venue import DEPOSIT, product_terms, register_files
from benchmarks.workload import LOT, TICK
from exchange.client_commands import RecordFacts
from exchange.client_types import EstablishedFacts, Ownership
from exchange.commands import (
    AnyCommand,
    ConfirmTransfer,
    OpenVenue,
    PlaceOrder,
    RecordDeposit,
    RegisterParty,
)
from exchange.desk_commands import AppointOfficer
from exchange.engine import apply
from exchange.events import AnyEvent, CommandRefused, TransferOpened
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.money_commands import (
    ImportStatement,
    RegisterBankAccount,
    StatementEntry,
    VerifyBankAccount,
)
from exchange.money_events import PaymentUnmatched
from exchange.money_types import BankAccountId, PaymentId
from exchange.price_commands import PublishDisclosure
from exchange.price_types import Nav
from exchange.state import State
from exchange.supervision.known import Moment
from exchange.types import (
    OPERATOR_ID,
    Fen,
    OfficerId,
    OfficerRole,
    PartyId,
    PartyKind,
    PersonId,
    Sequence,
    VenueProfile,
)
from matching import Price, Quantity, Side, TimeInForce
from registry.calendar import day_in_shanghai
from registry.terms import SANDBOX
from registry.types import ProductId, TimeNs, TransferId

PRICE_PER_FEN: Final = 100
"""Of 1/10000 yuan, in which prices are."""
SECOND_NS: Final = 1_000_000_000


class Happened(NamedTuple):
    """What one command has caused."""

    at: Moment
    events: tuple[AnyEvent, ...]


class WatchedMarket:
    """The engine's state, and all that has happened in it."""

    def __init__(self, at_ns: TimeNs) -> None:
        self.at_ns = at_ns
        self.past: list[Happened] = []
        self._state = State()
        self._keys = 0
        self.does(
            OpenVenue(
                actor=OPERATOR_ID,
                key="open",
                profile=VenueProfile.SANDBOX,
                fee_schedule=DEFAULT_FEE_SCHEDULE,
                calendars=(calendars.load(SANDBOX.calendar_id),),
            )
        )
        self.company = self.registers(PartyKind.TRUST_COMPANY)
        appointment = AppointOfficer(
            actor=OPERATOR_ID,
            key=self._key(),
            officer_id=None,
            party_id=OPERATOR_ID,
            person=PersonId(1),
            roles=OfficerRole.COMPLIANCE,
            from_ns=None,
            until_ns=None,
            deputy_for=None,
        )
        self._officer = OfficerId(self.does(appointment).at.sequence)

    def does(self, command: AnyCommand) -> Happened:
        """Have a command done a second later that is not refused."""
        self.at_ns = TimeNs(self.at_ns + SECOND_NS)
        sequence = Sequence(self._state.sequence + 1)
        events = apply(self._state, command, sequence=sequence, at_ns=self.at_ns)
        assert not any(isinstance(event, CommandRefused) for event in events), (command, events)
        happened = Happened(Moment(sequence, self.at_ns), events)
        self.past.append(happened)
        return happened

    def registers(self, kind: PartyKind) -> PartyId:
        """A new party."""
        command = RegisterParty(actor=OPERATOR_ID, key=self._key(), kind=kind)
        return PartyId(self.does(command).at.sequence)

    def furnishes(self, products: int, traders: Listed[PartyId]) -> list[ProductId]:
        """New products, of which the traders have units; and money, and a bank account each."""
        made = [
            ProductId(self.does(product_terms(number, self.company)).at.sequence)
            for number in range(products)
        ]
        for party_id in traders:
            deposit = RecordDeposit(
                actor=OPERATOR_ID, key=self._key(), party_id=party_id, amount=DEPOSIT
            )
            self.does(deposit)
            account = RegisterBankAccount(
                actor=party_id, key=self._key(), account_digest=account_of(party_id), tail="0001"
            )
            registered = self.does(account).at.sequence
            verified = VerifyBankAccount(
                actor=OPERATOR_ID,
                key=self._key(),
                bank_account_id=BankAccountId(registered),
                proof_sha256=account_of(party_id),
            )
            self.does(verified)
        for file in register_files(made, traders):
            self.does(file)
        return made

    def belongs(self, party_id: PartyId, owner_id: PartyId) -> None:
        """Compliance has established who stands for the party's beneficial owner."""
        ownership = Ownership(owner_id=owner_id, affiliate_of=(), layers=0)
        facts = EstablishedFacts(
            certification=None, due_diligence=None, ownership=ownership, professional=None
        )
        command = RecordFacts(
            actor=OPERATOR_ID,
            key=self._key(),
            officer_id=self._officer,
            party_id=party_id,
            facts=facts,
        )
        self.does(command)

    def values(self, product_id: ProductId, value: Price) -> None:
        """The trust company discloses a net asset value as of today."""
        command = PublishDisclosure(
            actor=self.company,
            key=self._key(),
            product_id=product_id,
            nav=Nav(value, day_in_shanghai(self.at_ns)),
            last_distribution_on=None,
            next_income=None,
            benchmark=None,
            risk_level=None,
            documents=(),
            text_zh="",
            text_en="",
        )
        self.does(command)

    def deals(
        self, seller: PartyId, buyer: PartyId, product_id: ProductId, price: Price, units: Quantity
    ) -> TransferOpened:
        """A deal, confirmed at once."""
        told: tuple[AnyEvent, ...] = ()
        for party_id, side in ((seller, Side.SELL), (buyer, Side.BUY)):
            order = PlaceOrder(
                actor=party_id,
                key=self._key(),
                product_id=product_id,
                side=side,
                price=price,
                quantity=units,
                time_in_force=TimeInForce.GOOD_TILL_CANCELLED,
                post_only=False,
                expires_at_ns=None,
            )
            told = self.does(order).events
        (opened,) = (each for each in told if isinstance(each, TransferOpened))
        self._confirms(opened.transfer_id, opened.version)
        return opened

    def pays_for(self, party_id: PartyId, payer: PartyId, amount: Fen) -> list[PaymentId]:
        """The bank's next statement has a payment for the party from the payer's account; what of
        it is nobody's."""
        opening = self._state.money.statement_balance
        name = self._key()
        entry = StatementEntry(
            bank_ref=name,
            amount=amount,
            booked_on=day_in_shanghai(self.at_ns),
            account_digest=account_of(payer),
            party_ref=party_id,
            withdrawal_ref=None,
        )
        command = ImportStatement(
            actor=OPERATOR_ID,
            key=name,
            statement_id=name,
            file_sha256=sha256(name.encode()).digest(),
            page=1,
            pages=1,
            account_digest=account_of(OPERATOR_ID),
            opening_balance=opening,
            closing_balance=Fen(opening + amount),
            entries=(entry,),
        )
        events = self.does(command).events
        return [each.payment_id for each in events if isinstance(each, PaymentUnmatched)]

    def _confirms(self, transfer_id: TransferId, version: int) -> None:
        command = ConfirmTransfer(
            actor=self.company,
            key=self._key(),
            transfer_id=transfer_id,
            version=version,
            officer="ruan",
        )
        self.does(command)

    def _key(self) -> str:
        self._keys += 1
        return f"key-{self._keys}"


def account_of(party_id: PartyId) -> bytes:
    """The digest of the party's bank account."""
    return sha256(f"account {party_id}".encode()).digest()


def on_tick(price: int) -> Price:
    """The price, on the products' tick."""
    return Price(max(TICK, price // TICK * TICK))


def units_for(amount: Fen, price: Price) -> Quantity:
    """As many whole lots as cost no more than the amount, one at least."""
    return Quantity(max(LOT, amount * PRICE_PER_FEN // price // LOT * LOT))
