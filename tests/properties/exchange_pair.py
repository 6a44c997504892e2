"""The engine and the model of the exchange under the same commands, compared after every step.

After every command: the same events, the same balances, holdings, orders, transfers, books and
keys, every invariant, commands and events that survive their bytes, and rows that say what the
state says: `Rows` keeps what the engine reports as touched, as the store does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exchange.check import check
from exchange.codec import (
    bound_key,
    decode_command,
    decode_events,
    encode_command,
    encode_events,
)
from exchange.commands import AdvanceTime, AnyCommand
from exchange.engine import apply
from exchange.events import AnyEvent
from exchange.market_view import MarketView
from exchange.recovery import view_of
from exchange.register_state import FileRow
from exchange.snapshot import decode_state, digest, encode_state
from exchange.state import MoneyLeg, Order, State, Touched
from exchange.types import PartyId, Sequence
from matching import OrderId, Side
from registry.entries import Entry
from registry.store.rows import LotRow, lot_row
from registry.transfer import Transfer
from registry.types import LotId, ProductId, TimeNs, TransferId
from tests.model.exchange import ModelExchange
from tests.model.holder import holdings
from tests.model.ledger import ModelOrder, ModelTransfer
from tests.model.limits import Limits
from tests.model.offices import key_of
from tests.model.register import ModelLot
from tests.model.rules import size_terms
from tests.properties.bank_pair import BankRows, balance_row
from tests.properties.claims_pair import ClaimRows, check_claims
from tests.properties.clients_pair import ClientRows
from tests.properties.desk_rows import DeskRows, check_desk
from tests.properties.evidence_pair import EvidenceRows, check_evidence
from tests.properties.halt_pair import HaltRows, check_halts
from tests.properties.history import look_back
from tests.properties.negotiation_rows import (
    NegotiationRows,
    check_negotiations,
)
from tests.properties.price_pair import PriceRows, check_prices
from tests.properties.standings import check_standings, model_standings, standing_of
from tests.properties.transfer_marks import marks_row, model_marks_row

Row = tuple[object, ...]

LEVELS_ALL: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """One command as the market view hears of it."""

    sequence: Sequence
    at_ns: TimeNs
    command: AnyCommand
    events: tuple[AnyEvent, ...]


class Rows:
    """The last that was reported of every order, transfer, account and lot, and every entry."""

    def __init__(self) -> None:
        self.orders: dict[OrderId, Row] = {}
        self.transfers: dict[TransferId, Row] = {}
        self.accounts: dict[PartyId, Row] = {}
        self.lots: dict[LotId, LotRow] = {}
        self.claims: dict[LotId, Row] = {}
        self.entries: list[Entry] = []
        self.files: list[FileRow] = []
        self.reversals: list[Row] = []
        self.parties: dict[PartyId, object] = {}
        self.products: dict[ProductId, Row] = {}
        self.desk = DeskRows()
        self.bank = BankRows()
        self.evidence, self.clients = EvidenceRows(), ClientRows()
        self.negotiations = NegotiationRows()
        self.encumbrances = ClaimRows()
        self.prices, self.halts = PriceRows(), HaltRows()

    def take(self, state: State) -> None:
        """Write down what was touched; nothing is touched any more."""
        touched, state.touched = state.touched, Touched()
        self.bank.take(touched.money)
        self.prices.take(touched.disclosures)
        self.halts.take(touched.halts.values())
        for order_id, order in touched.orders.items():
            self.orders[order_id] = order_row(order)
        for transfer_id, (transfer, leg) in touched.transfers.items():
            self.transfers[transfer_id] = transfer_row(transfer, leg)
        self.reversals += [
            (each.transfer_id, each.payer_id, each.amount) for each in touched.reversals
        ]
        for party_id, party in touched.parties.items():
            self.parties[party_id] = party.kind
        for product_id in touched.products:
            self.products[product_id] = standing_of(state, product_id)
        for party_id, account in state.cash.touched.items():
            self.accounts[party_id] = balance_row(account)
        register = state.register
        self.lots.update((lot_id, lot_row(lot)) for lot_id, lot in register.touched_lots.items())
        for lot_id, lot in register.touched_claims.items():
            self.claims[lot_id] = (lot.reserved, lot.locked)
        self.entries += register.entries
        self.desk.take(state.desk)
        self.evidence.take(state.evidence)
        self.negotiations.take(state.negotiations)
        self.clients.take(state.clients)
        self.encumbrances.take(register.encumbrances)
        self.files += state.register_files.added
        state.cash.touched.clear()
        register.touched_lots.clear()
        register.touched_claims.clear()
        register.entries.clear()
        state.register_files.added.clear()


class ExchangePair:
    """An engine's state and the model, given the same commands."""

    def __init__(self, limits: Limits) -> None:
        self.state = State()
        self.model = ModelExchange(limits)
        self.view = MarketView()
        self.rows = Rows()
        self.at_ns = TimeNs(1_700_000_000_000_000_000)
        self.journal: list[tuple[TimeNs, bytes, bytes]] = []
        self.commands: list[AnyCommand] = []
        self.beginning: bytes | None = None
        """The state from which the journal is replayed; None: nothing has happened in it."""
        self.begins_behind = 0
        """The last sequence of which the beginning knows."""

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        """Give the command to both, unless its key says that it was given before."""
        encoded = encode_command(command)
        assert decode_command(encoded) == command
        assert encode_command(decode_command(encoded)) == encoded
        if not isinstance(command, AdvanceTime):
            known = self.state.keys.find(bound_key(command))
            assert (known is not None) == (key_of(command) in self.model.keys)
            if known is not None:
                journaled = self.journal[known - 1][1]
                assert (encoded == journaled) == (decode_command(journaled) == command)
                return ()
        sequence = Sequence(self.state.sequence + 1)
        expected = self.model.apply(command, sequence=sequence, at_ns=self.at_ns)
        events = apply(self.state, command, sequence=sequence, at_ns=self.at_ns)
        assert expected == events, (command, expected, events)
        told = encode_events(events)
        assert decode_events(told) == events
        self.journal.append((self.at_ns, encoded, told))
        self.commands.append(command)
        self.view.apply(
            Committed(sequence=sequence, at_ns=self.at_ns, command=command, events=events)
        )
        self.check()
        return events

    def wait(self, duration_ns: int) -> None:
        """Let time pass, without anybody being told."""
        self.at_ns = TimeNs(self.at_ns + duration_ns)

    def check(self) -> None:
        """Assert that both say the same of everything that can be asked."""
        check(self.state)
        model, state = self.model, self.state
        assert state.next_due_ns() == model.next_due_ns()
        assert state.keys.entries.keys() == {
            bound_key(self.commands[sequence - 1]) for sequence in model.keys.values()
        }
        accounts = model.accounts()
        assert {
            party_id: balance_row(account) for party_id, account in state.cash.accounts.items()
        } == accounts
        assert {
            key: (
                *(holding.available, holding.reserved, holding.locked),
                *(holding.pledged, holding.frozen),
            )
            for key, holding in state.register.holdings.items()
        } == holdings(model)
        check_claims(model, state.register.encumbrances)
        check_standings(state, self.view, model)
        check_prices(state, self.view, model)
        check_halts(state, self.view, model)
        orders = {key: model_order_row(model, order) for key, order in model.orders.items()}
        assert {key: order_row(order) for key, order in state.orders.items()} == {
            order.order_id: orders[order.order_id] for order in model.open_orders()
        }
        settled = {each.transfer_id for each in model.settled_transfers()}
        transfers = {
            key: model_transfer_row(model, transfer, has_settled=key in settled)
            for key, transfer in model.transfers.items()
        }
        assert {
            key: transfer_row(transfer, state.money_legs[key])
            for key, transfer in state.register.transfers.items()
        } == {each.transfer_id: transfers[each.transfer_id] for each in model.pending_transfers()}
        assert {
            key: transfer_row(transfer, state.settled_legs[key])
            for key, transfer in state.register.unregistered.items()
        } == {
            each.transfer_id: transfers[each.transfer_id] for each in model.unregistered_transfers()
        }
        check_desk(state.desk, self.view, model)
        check_evidence(model, state.evidence)
        check_negotiations(state.negotiations, model)
        self.check_books()
        self.check_rows(orders, transfers, accounts)

    def check_books(self) -> None:
        """The engine's books, the model's, and those folded from the published events."""
        assert self.state.products.keys() == self.model.products.keys() == self.view.products.keys()
        for product_id, product in self.state.products.items():
            model = self.model.products[product_id].book
            for side in Side:
                assert list(product.book.orders(side)) == model.orders(side)
                assert product.book.depth(side, LEVELS_ALL) == model.depth(side)
            book = self.view.products[product_id].book
            assert [tuple(level) for level in book.bids()] == model.depth(Side.BUY)
            assert [tuple(level) for level in book.asks()] == model.depth(Side.SELL)
        assert self.view.transfers.keys() == self.state.register.transfers.keys()
        assert self.view.unregistered.keys() == self.state.register.unregistered.keys()
        assert self.view.eseq == self.state.sequence

    def check_rows(
        self,
        orders: Mapping[OrderId, Row],
        transfers: Mapping[TransferId, Row],
        accounts: Mapping[PartyId, Row],
    ) -> None:
        """What was ever reported as touched is what is true now, of the ended ones too: these of
        the model."""
        self.rows.take(self.state)
        model, rows = self.model, self.rows
        assert rows.orders == orders
        assert rows.transfers == transfers
        assert sorted(rows.reversals) == [
            (key, transfer.reversal.payer_id, transfer.reversal.amount)
            for key, transfer in sorted(model.transfers.items())
            if transfer.reversal is not None
        ]
        assert rows.accounts == accounts
        rows.bank.check(model.bank, self.state.money)
        lots = model.lots()
        assert rows.lots == {
            lot_id: model_lot_row(model.register.lots[lot_id], amounts[:5])
            for lot_id, amounts in lots.items()
        }
        nothing = dict.fromkeys(lots, (0, 0))
        assert {**nothing, **rows.claims} == {
            lot_id: amounts[5:] for lot_id, amounts in lots.items()
        }
        rows.evidence.check(model)
        rows.clients.check(model, self.state)
        rows.encumbrances.check(model)
        rows.prices.check(model)
        rows.halts.check(model)
        assert rows.parties == model.kinds
        rows.desk.check(model)
        rows.negotiations.check(model)
        assert rows.products == model_standings(model)
        assert [row[0] for row in rows.files] == model.files

    def restart(self) -> None:
        """Go on from a snapshot: nothing may differ from then on."""
        image = encode_state(self.state)
        restored = decode_state(image)
        assert encode_state(restored) == image
        assert digest(restored) == digest(self.state)
        assert restored.earliest_due_ns == self.state.next_due_ns()
        self.state = restored
        self.view = view_of(self.view.to_state(), restored)
        self.check()

    def begin_from(self, image: bytes) -> None:
        """What has happened so far was replayed, with this outcome: it is not replayed again."""
        self.beginning, self.begins_behind = image, len(self.journal)

    def replay(self) -> None:
        """The journal behind the beginning: the same event bytes, and the same state."""
        state = State() if self.beginning is None else decode_state(self.beginning)
        left = self.journal[self.begins_behind :]
        for number, (at_ns, command, told) in enumerate(left, start=self.begins_behind + 1):
            events = apply(state, decode_command(command), sequence=Sequence(number), at_ns=at_ns)
            assert encode_events(events) == told
        assert encode_state(state) == encode_state(self.state)

    def look_back(self) -> None:
        """As of every sequence so far, the rows say what the model's facts do."""
        look_back(self.model.register, self.rows.lots.values(), self.rows.entries)


def model_lot_row(lot: ModelLot, amounts: tuple[int, int, int, int, int]) -> LotRow:
    """A lot of the model, in column order of the table."""
    owned = lot.lot_id, lot.product_id, lot.holder_id, lot.contract, lot.acquired_on
    return (*owned, *amounts)


def order_row(order: Order) -> Row:
    """An order as the engine keeps it."""
    return (
        order.party_id,
        order.product_id,
        order.client_order_id,
        order.side,
        order.price,
        order.quantity,
        order.time_in_force,
        order.post_only,
        order.expires_at_ns,
        order.placed_at_ns,
        order.changed_at_ns,
        order.open_quantity,
        order.filled_quantity,
        order.consideration,
        order.accrued,
        order.fee_venue,
        order.fee_trust_company,
        order.reserved,
        order.status,
        order.version,
        order.size_terms,
        order.lots,
        list(order.draws),
    )


def model_order_row(model: ModelExchange, order: ModelOrder) -> Row:
    """The same of the model, counted."""
    placed, transfers = order.placed, order.transfers
    if order.side is Side.BUY:
        fees = [(each.buyer_fee_venue, each.buyer_fee_trust_company) for each in transfers]
    else:
        fees = [(each.seller_fee_venue, each.seller_fee_trust_company) for each in transfers]
    return (
        order.party_id,
        placed.product_id,
        placed.key,
        placed.side,
        order.price,
        order.filled_quantity + order.open_quantity + order.withdrawn,
        placed.time_in_force,
        placed.post_only,
        placed.expires_at_ns,
        order.placed_at_ns,
        order.changed_at_ns,
        order.open_quantity,
        order.filled_quantity,
        sum(transfer.consideration for transfer in transfers),
        sum(transfer.accrued for transfer in transfers),
        sum(venue for venue, _ in fees),
        sum(trust_company for _, trust_company in fees),
        model.reserved(order),
        order.status,
        order.version,
        size_terms(placed),
        order.named,
        order.draws,
    )


def transfer_row(transfer: Transfer, leg: MoneyLeg) -> Row:
    """A transfer as the engine keeps it, both legs."""
    return (
        transfer.product_id,
        transfer.seller_id,
        transfer.buyer_id,
        transfer.units,
        transfer.deadline_ns,
        transfer.notices,
        transfer.state,
        transfer.version,
        leg.trade_number,
        leg.trust_company_id,
        leg.price,
        leg.consideration,
        leg.buyer_fee_venue,
        leg.buyer_fee_trust_company,
        leg.seller_fee_venue,
        leg.seller_fee_trust_company,
        leg.matched_at_ns,
        leg.submitted_at_ns,
        leg.answered_at_ns,
        leg.decided_at_ns,
        leg.decided_sequence,
        leg.officer,
        leg.reason,
        *marks_row(transfer, leg),
        list(transfer.sources),
        list(transfer.waived),
        transfer.preempts,
        leg.cost_moved,
        leg.cost,
    )


def model_transfer_row(model: ModelExchange, transfer: ModelTransfer, *, has_settled: bool) -> Row:
    """The same of the model."""
    terms = transfer.product.terms
    return (
        transfer.product.product_id,
        transfer.sell.party_id,
        transfer.buy.party_id,
        transfer.units,
        transfer.deadline_ns,
        transfer.notices,
        transfer.state,
        transfer.version,
        transfer.trade_number,
        terms.trust_company_id,
        transfer.price,
        transfer.consideration,
        transfer.buyer_fee_venue,
        transfer.buyer_fee_trust_company,
        transfer.seller_fee_venue,
        transfer.seller_fee_trust_company,
        transfer.matched_at_ns,
        transfer.submitted_at_ns,
        transfer.answered_at_ns,
        transfer.decided_at_ns,
        transfer.decided_sequence,
        transfer.officer,
        transfer.reason,
        *model_marks_row(transfer),
        transfer.sources,
        transfer.waived,
        transfer.preempts,
        model.register.cost_moved(transfer.transfer_id) if has_settled else None,
        transfer.cost,
    )
