"""Whether the rules of a product would hold transfers that its trust company confirms: foretold by
the engine's own steps, on a small state made of rows.

The state has one product with its rules, holders and open transfers. Decisions are tried on it one
after the other, each as the engine would take it, so that what an earlier one changes counts for
the later ones: who has sold the rest to the same buyer by then splits nothing any more. Nothing of
it is ever committed, and no clock of a transfer runs in it.

Not in rows, and so not foretold: a freeze of which it is not yet seen whose units it takes
(exchange/marking.py).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from exchange.cash import Account
from exchange.commands import CreateProduct
from exchange.events import AnyEvent
from exchange.evidence_state import EvidenceLink
from exchange.modes.types import MarketMode
from exchange.money_state import BankAccount
from exchange.price_types import AccruedIncome, PriceFacts
from exchange.profile import Profile
from exchange.rules.checks import CHECKS
from exchange.rules.types import RULE_INCIDENT, Finding, Stage, Verdict
from exchange.rules_events import TransferJudged
from exchange.rules_following import follow_rules
from exchange.rules_state import RulesState
from exchange.state import MoneyLeg, Party, Product, State
from exchange.transfer_desk import advance
from exchange.types import OPERATOR_ID, Fen, PartyId, PartyKind, Sequence
from matching import OrderId, Price
from registry.calendar import Calendar, day_in_shanghai
from registry.lots import Lot
from registry.transfer import Overlay, Transfer, TransferEvent, TransferState, Who
from registry.types import DayNumber, Draw, HolderId, ProductId, TimeNs, TransferId, Units

TRYING: Final = "preview"
"""In the place of an officer's key."""


class TransferFacts(Protocol):
    """A transfer as it is committed, its money in fen."""

    @property
    def transfer_id(self) -> TransferId: ...
    @property
    def product_id(self) -> ProductId: ...
    @property
    def trade_number(self) -> int: ...
    @property
    def seller_id(self) -> HolderId: ...
    @property
    def buyer_id(self) -> HolderId: ...
    @property
    def units(self) -> Units: ...
    @property
    def price(self) -> int: ...
    @property
    def state(self) -> TransferState: ...
    @property
    def version(self) -> int: ...
    @property
    def overlays(self) -> Overlay: ...
    @property
    def signed(self) -> Who: ...
    @property
    def consideration(self) -> int: ...
    @property
    def accrued(self) -> int: ...
    @property
    def accrued_days(self) -> int | None: ...
    @property
    def priced_on(self) -> DayNumber | None: ...
    @property
    def due_to_seller(self) -> int: ...
    @property
    def buyer_fee_venue(self) -> int: ...
    @property
    def buyer_fee_trust_company(self) -> int: ...
    @property
    def seller_fee_venue(self) -> int: ...
    @property
    def seller_fee_trust_company(self) -> int: ...
    @property
    def paid(self) -> int: ...
    @property
    def matched_at_ns(self) -> TimeNs: ...
    @property
    def buy_order_id(self) -> int | None: ...
    @property
    def sell_order_id(self) -> int | None: ...


class KnownParty(NamedTuple):
    """A party as rules see it."""

    kind: PartyKind
    profile: Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class RuledFacts:
    """What is committed of a product that has rules."""

    terms: CreateProduct
    disclosed: PriceFacts
    mode: MarketMode
    rules: RulesState
    """With those of the product, and what a person has let the parties do that decisions are
    about."""
    calendars: Mapping[str, Calendar]
    lots: Iterable[Lot]
    """Everybody's, with what lies on them."""
    transfers: Iterable[TransferFacts]
    """The open ones."""
    sources: Mapping[TransferId, tuple[Draw, ...]]
    """Of these."""
    parties: Mapping[PartyId, KnownParty]
    """Those of lots and transfers."""
    held_before: Iterable[HolderId]
    """Who has ever had units."""
    documents: Iterable[EvidenceLink]
    """Those that count, of the transfers that decisions are about."""
    bank_accounts: Iterable[BankAccount]
    """Those that are proven, of their parties."""


class Held(NamedTuple):
    """Why a transfer that is confirmed would be held."""

    transfer_id: TransferId
    product_id: ProductId
    stage: Stage
    findings: tuple[Finding, ...]
    """Of the rules that stand against it, as far as somebody outside the venue may read them."""
    has_untold: bool
    """There is something else that nobody outside the venue is told: a confidential rule, or one
    that could not be asked."""
    lacks_slots: bool
    """It would make another holder of a product that has too many."""


class Foretelling:
    """A product with rules, on which decisions are tried. To make one costs O(lots + open transfers
    of the product)."""

    __slots__ = ("_at_ns", "_events", "_state")

    def __init__(self, facts: RuledFacts, product_id: ProductId, *, at_ns: TimeNs) -> None:
        self._at_ns = at_ns
        self._events: list[AnyEvent] = []
        self._state = _small_state(facts, product_id, at_ns=at_ns)

    def confirm(self, transfer_id: TransferId) -> Held | None:
        """What holds it once it is confirmed; None: nothing, and it goes on. Cost: some 100 µs."""
        transfer = self._advance(transfer_id, TransferEvent.CONFIRM)
        if Overlay.HELD not in transfer.overlays:
            return None
        judged = [each for each in self._events if isinstance(each, TransferJudged)]
        against = [
            found for each in judged for found in each.findings if found.verdict > Verdict.WARN
        ]
        told = [each for each in against if _may_be_told(each)]
        return Held(
            transfer_id,
            transfer.product_id,
            judged[0].stage if judged else Stage.SETTLE,
            # Of two parties the rules may say the same: who it is of is then nobody's to know.
            tuple(dict.fromkeys(told)),
            has_untold=len(told) < len(against),
            lacks_slots=not judged,
        )

    def reject(self, transfer_id: TransferId) -> None:
        """Its units are free again, and nobody waits for them."""
        self._advance(transfer_id, TransferEvent.REJECT)

    def _advance(self, transfer_id: TransferId, event: TransferEvent) -> Transfer:
        state = self._state
        transfer = state.register.transfers[transfer_id]
        self._events.clear()
        state.register.sequence = Sequence(state.register.sequence + 1)
        refusal = advance(
            state, transfer, event, officer=TRYING, at_ns=self._at_ns, emit=self._events.append
        )
        assert refusal is None, (transfer_id, refusal)
        return transfer


def _may_be_told(finding: Finding) -> bool:
    is_confidential = CHECKS[finding.rule_id].confidential
    return not is_confidential and finding.reason_code != RULE_INCIDENT


def _small_state(facts: RuledFacts, product_id: ProductId, *, at_ns: TimeNs) -> State:
    state = State()
    state.calendars, state.rules = dict(facts.calendars), facts.rules
    for party_id in (*facts.parties, OPERATOR_ID, facts.terms.trust_company_id):
        state.cash.accounts[party_id] = Account()
    for party_id, known in facts.parties.items():
        party = state.parties[party_id] = Party(party_id, known.kind)
        party.profile = known.profile
    product = Product(product_id, facts.terms)
    product.facts, product.mode = facts.disclosed, facts.mode
    state.add_product(product)
    state.register.open_product(product_id)
    for lot in facts.lots:
        state.register.restore_lot(lot)
    for row in facts.transfers:
        transfer = _transfer(row, facts.sources[row.transfer_id])
        state.register.restore_transfer(transfer)
        state.money_legs[transfer.transfer_id] = _money_leg(row, facts.terms.trust_company_id)
        state.cash.accounts[PartyId(transfer.buyer_id)].escrow += row.paid
        state.count_transfer(transfer, 1)
    for link in facts.documents:
        state.evidence.add(link)
    for account in facts.bank_accounts:
        state.money.add_bank_account(account)
    follow_rules(state, (product_id,), day_in_shanghai(at_ns), lambda _: None)
    slots = state.slots.get(product_id)
    if slots is not None:
        for holder_id in facts.held_before:
            slots.note_held(holder_id)
    return state


def _transfer(row: TransferFacts, sources: tuple[Draw, ...]) -> Transfer:
    return Transfer(
        transfer_id=row.transfer_id,
        product_id=row.product_id,
        seller_id=row.seller_id,
        buyer_id=row.buyer_id,
        units=row.units,
        state=row.state,
        version=row.version,
        sources=sources,
        overlays=row.overlays,
        signed=row.signed,
    )


def _money_leg(row: TransferFacts, trust_company_id: PartyId) -> MoneyLeg:
    accrued = None
    if row.accrued_days is not None:
        assert row.priced_on is not None, row.transfer_id
        accrued = AccruedIncome(Fen(row.accrued), row.accrued_days, row.priced_on)
    assert row.sell_order_id is not None, row.transfer_id
    return MoneyLeg(
        trade_number=row.trade_number,
        buy_order_id=None if row.buy_order_id is None else OrderId(row.buy_order_id),
        sell_order_id=OrderId(row.sell_order_id),
        trust_company_id=trust_company_id,
        price=Price(row.price),
        consideration=Fen(row.consideration),
        buyer_fee_venue=Fen(row.buyer_fee_venue),
        buyer_fee_trust_company=Fen(row.buyer_fee_trust_company),
        seller_fee_venue=Fen(row.seller_fee_venue),
        seller_fee_trust_company=Fen(row.seller_fee_trust_company),
        paid=Fen(row.paid),
        matched_at_ns=row.matched_at_ns,
        accrued=accrued,
    )
