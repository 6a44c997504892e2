"""The single writer: puts requests in one order, applies them, and makes a batch of what they
changed.

Synchronous and without I/O of its own, so that the same code runs in the service
(exchange/service.py), over a simulated clock and disk in the tests, and in the benchmark. The
shell calls, in this order and for one batch at a time or the next one while a commit is under way:

    offer() … offer()        a request is queued, or Busy
    form() -> Batch | None   takes requests, applies them; the state is now ahead of the disk
    store.write(batch.changes), store.commit()
    publish(batch)           only now does anyone hear of it

Readers never look at `state` here: they see the view that published events build.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, get_args

import msgspec

from exchange.client_events import ApplicationAdvanced, ProfileEnding, ProfileLapsed
from exchange.client_types import ApplicationState
from exchange.clock import Timekeeper
from exchange.codec import (
    bound_key,
    chain,
    decode_events,
    encode_command,
    encode_event,
    encode_events,
)
from exchange.commands import AdvanceTime, AnyCommand, CancelOrder, ConfirmTransfer, RejectTransfer
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.engine import apply
from exchange.errors import Busy
from exchange.events import (
    AnyEvent,
    CommandRefused,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferRedeemed,
    TransferReversed,
    TransferSettled,
)
from exchange.fair_queue import RETRY_AFTER_MS, FairQueue
from exchange.halt_commands import HaltCommand
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import HaltLevel
from exchange.limits import KEYS_MAX, KEYS_PER_PARTY_MAX
from exchange.market_change import MarketChange
from exchange.market_view import MarketView
from exchange.modes.types import MarketMode
from exchange.money_events import (
    BankAccountVerified,
    DepositRecorded,
    PaymentResolved,
    WithdrawalAdvanced,
)
from exchange.negotiation_events import NegotiationOpened, OfferEnded, OfferMade, OfferPicked
from exchange.payments import PaymentState
from exchange.payouts import OPEN_STATES
from exchange.ports import Changes, Head, JournalRow, Row
from exchange.refusals import Refusal
from exchange.register_commands import EncumbranceCommand
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.reserve_events import BidUnfunded
from exchange.review_commands import ReviewCommand
from exchange.review_events import ApprovalsLapsed
from exchange.rules_events import ClearanceDecided, OrdersDisqualified
from exchange.state import State
from exchange.store.rows import take_rows
from exchange.transfer_commands import TransferCommand
from exchange.types import PartyId, Sequence
from registry.types import ProductId, TimeNs

BATCH_COMMANDS_MAX: Final = 256
"""64 → 256 gains 1.35×; more would keep the loop from other work for longer than 20 ms."""
TIMER_COMMANDS_PER_BATCH_MAX: Final = 3
"""Each fires up to 128 timers, some 5 ms with their rows: after a long stop thousands are due, and
they must not stall the loop either. Commands wait until all have fired."""
EVENTS_PER_BATCH_MAX: Final = 1_000
"""An order that meets 500 others gives as many events: what waits behind it goes to the next batch,
so that the loop is not held up by many such orders at once."""
SWEEP_INTERVAL_NS: Final = 1_000_000_000
QUIET_MAX_NS: Final = 3_600_000_000_000
"""Time is journaled at least once an hour: what a restart then states is its downtime."""
OUTBOX_IDS_PER_COMMAND: Final = 2_000
"""More than the pledges and freezes of one register file and the transfers that are marked with it,
those that any other command opens or marks, or the entries of a page of a bank's statement."""

EXPRESS: Final = frozenset(
    {
        *(CancelOrder, ConfirmTransfer, RejectTransfer),
        *get_args(TransferCommand),
        *get_args(ReviewCommand),
        *get_args(EncumbranceCommand),
        *get_args(HaltCommand),
    }
)
"""Commands that free, settle, bind or halt something keep a lane of their own."""
OUTBOX_EVENTS: Final = (
    *(TransferOpened, TransferAdvanced, TransferSettled, TransferFailed, TransferReversed),
    *(TransferRedeemed, ApprovalsLapsed),
    *(UnitsEncumbered, EncumbranceReleased),
    *(ExceptionRaised, ExceptionResolved),
    *(ProfileEnding, ProfileLapsed, OrdersDisqualified, BidUnfunded, ClearanceDecided),
    *(TradeHalted, HaltLifted),
    *(NegotiationOpened, OfferMade, OfferPicked, OfferEnded),
    *(DepositRecorded, PaymentResolved, WithdrawalAdvanced),
    *(ApplicationAdvanced, BankAccountVerified),
)
EVERY_TRUST_COMPANY: Final = PartyId(0)
"""For whom a row of the outbox is that concerns the whole venue."""
OUTBOX_TYPES: Final = frozenset(OUTBOX_EVENTS)
"""What a trust company has to be told, or a client of himself. Few commands cause any, and to look
a type up in a set costs a tenth of asking each event what it is."""


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """What became of a command, for the one who gave it."""

    sequence: Sequence | None
    """None: it was never sequenced."""
    at_ns: TimeNs
    events: tuple[AnyEvent, ...]
    replayed: bool
    """The same key and body came before: this is the first answer again."""

    @property
    def refusal(self) -> Refusal | None:
        """Why the command changed nothing, or None."""
        # A replacement by the same price and quantity changes nothing and is no refusal.
        first = self.events[0] if self.events else None
        return first.refusal if isinstance(first, CommandRefused) else None


class Committed(msgspec.Struct, frozen=True, gc=False):
    """One journaled command with what it caused."""

    sequence: Sequence
    at_ns: TimeNs
    events: tuple[AnyEvent, ...]


Reply = Callable[[Outcome], None]


class _Request(msgspec.Struct, frozen=True, gc=False):
    command: AnyCommand
    encoded: bytes
    key: bytes
    reply: Reply


@dataclass(frozen=True, slots=True)
class Batch:
    """Commands that are applied and not yet durable, and who waits for them."""

    changes: Changes
    at_ns: TimeNs
    committed: list[Committed]
    replies: list[tuple[Reply, Outcome]]
    repeated: list[tuple[_Request, Sequence]]
    """Requests whose key came before, and with which command: the journal has that one and its
    answer as soon as this batch is there."""


class Sequencer:
    """The order of all commands, and the state they make."""

    def __init__(
        self,
        state: State,
        *,
        head: Head,
        view: MarketView,
        timekeeper: Timekeeper,
        keeps_outbox: bool = False,
    ) -> None:
        """The sequencer of a recovered state.

        Args:
            keeps_outbox: rows of the outbox stay until `outbox_taken` says that they are safe
                elsewhere; without it nobody reads them, and they go with the next batch.
        """
        self._outbox_taken: int | None = 0 if keeps_outbox else None
        self._state = state
        self._head = head
        self._view = view
        self._timekeeper = timekeeper
        self._queue: FairQueue[_Request] = FairQueue()
        self._taken: deque[_Request] = deque()
        self._published = head.sequence
        self._advanced_ns = TimeNs(0)

    @property
    def waiting(self) -> int:
        """Requests in the queue."""
        return len(self._queue) + len(self._taken)

    @property
    def state(self) -> State:
        """The state, ahead of the disk while a batch is under way: for snapshots and checks at
        rest."""
        return self._state

    @property
    def head(self) -> Head:
        """Where the journal ends once everything formed is committed."""
        return self._head

    def offer(self, command: AnyCommand, reply: Reply) -> None:
        """Queue a command; `reply` is called once its batch is published. Cost: O(1), some 4 µs.

        Raises:
            Busy: nothing was journaled, and nothing will be.
        """
        key = bound_key(command)
        request = _Request(command, encode_command(command), key, reply)
        express = type(command) in EXPRESS
        if not self._has_room_for(key, quarters=5 if express else 4):
            raise Busy(RETRY_AFTER_MS)
        self._queue.put(command.actor, request, express=express)

    def outbox_taken(self, outbox_id: int) -> None:
        """The committed rows of the outbox up to this id are safe elsewhere: a next batch drops
        them."""
        assert self._outbox_taken is not None, "nobody was to read the outbox"
        assert outbox_id // OUTBOX_IDS_PER_COMMAND <= self._head.sequence, outbox_id
        self._outbox_taken = max(self._outbox_taken, outbox_id)

    def form(self) -> Batch | None:
        """Apply the due timers and the next requests, or return None if there is nothing to do."""
        at_ns = self._timekeeper.read()
        forming = _Forming(self._state, self._head, at_ns)
        gap_from_ns = self._timekeeper.take_gap()
        if gap_from_ns is not None:
            forming.advance_time(gap_from_ns)
        elif self._wants_time(at_ns):
            forming.advance_time(None)
        if forming.journal:
            self._advanced_ns = at_ns
        if forming.fire_due_timers():
            self._take_requests(forming)
        if not forming.journal and not forming.replies and not forming.repeated:
            return None
        batch = forming.finish(outbox_taken=self._outbox_to_drop())
        self._head = batch.changes.after
        return batch

    def _outbox_to_drop(self) -> int:
        if self._outbox_taken is not None:
            return self._outbox_taken
        else:
            return (self._published + 1) * OUTBOX_IDS_PER_COMMAND - 1

    def _has_room_for(self, key: bytes, *, quarters: int) -> bool:
        """Whether this key is known, or one more may be kept: by all, and by its party."""
        keys = self._state.keys
        return (
            4 * len(keys.entries) < quarters * KEYS_MAX
            and 4 * keys.held_like(key) < quarters * KEYS_PER_PARTY_MAX
        ) or key in keys.entries

    def _wants_time(self, at_ns: TimeNs) -> bool:
        """Whether time is to be journaled though no timer is due: transfers are to be marked, keys
        are due, or it was long ago."""
        state = self._state
        if state.sequence == 0:
            return False
        if state.register.encumbrances.marking:
            return True
        sweeps = at_ns - self._advanced_ns >= SWEEP_INTERVAL_NS and state.keys.is_due(at_ns)
        return sweeps or at_ns - state.at_ns >= QUIET_MAX_NS

    def _take_requests(self, forming: "_Forming") -> None:
        if not self._taken:
            self._taken.extend(self._queue.take(BATCH_COMMANDS_MAX))
        # Before every order that stands is judged again, nothing may happen that it could trade in;
        # before all that is to wait does, or a halted party has open, nothing that could settle it.
        rules, halts = self._state.rules, self._state.halts
        while self._taken and forming.events < EVENTS_PER_BATCH_MAX:
            if rules.waiting or rules.raised or not halts.is_followed:
                return
            forming.take(self._taken.popleft())

    def publish(
        self, batch: Batch, journal_row: Callable[[Sequence], JournalRow]
    ) -> list[MarketChange]:
        """The batch is durable: fold it into the view and answer everybody who waits.

        Args:
            journal_row: reads a committed row, for requests that came before.

        Returns:
            What the batch did to the market, command by command.
        """
        changes = [self._view.apply(committed) for committed in batch.committed]
        self._published = batch.changes.after.sequence
        for reply, outcome in batch.replies:
            reply(outcome)
        for request, sequence in batch.repeated:
            request.reply(_answer_again(request, journal_row(sequence), batch.at_ns))
        return changes


class _Forming:
    """A batch in the making."""

    def __init__(self, state: State, head: Head, at_ns: TimeNs) -> None:
        self.state = state
        self.before = head
        self.hash = head.hash
        self.at_ns = at_ns
        self.journal: list[Row] = []
        self.events = 0
        self.outbox: list[Row] = []
        self.committed: list[Committed] = []
        self.replies: list[tuple[Reply, Outcome]] = []
        self.repeated: list[tuple[_Request, Sequence]] = []

    def fire_due_timers(self) -> bool:
        """Journal AdvanceTime while timers are due, and return whether none is any more."""
        for _ in range(TIMER_COMMANDS_PER_BATCH_MAX - len(self.journal)):
            if not self._is_due():
                break
            self.advance_time(None)
        return not self._is_due()

    def advance_time(self, downtime_from_ns: TimeNs | None) -> None:
        """Journal that time has come this far."""
        command = AdvanceTime(actor=PartyId(0), key="", downtime_from_ns=downtime_from_ns)
        self._apply(command, encode_command(command), key=None)

    def take(self, request: _Request) -> None:
        """Apply a request, or find that its key was used before."""
        known = self.state.keys.find(request.key)
        if known is None:
            outcome = self._apply(request.command, request.encoded, key=request.key)
            self.replies.append((request.reply, outcome))
        else:
            self.repeated.append((request, known))

    def finish(self, *, outbox_taken: int) -> Batch:
        """The batch with the rows of everything that it touched."""
        after = Head(self.before.term, self.state.sequence, self.hash)
        changes = Changes(
            before=self.before,
            after=after,
            journal=self.journal,
            rows=take_rows(self.state),
            outbox=self.outbox,
            outbox_taken=outbox_taken,
        )
        return Batch(changes, self.at_ns, self.committed, self.replies, self.repeated)

    def _is_due(self) -> bool:
        # The bound is cheap and may be early; only then is the exact moment looked for.
        earliest_ns = self.state.earliest_due_ns
        if earliest_ns is None or earliest_ns > self.at_ns:
            return False
        due_ns = self.state.next_due_ns()
        return due_ns is not None and due_ns <= self.at_ns

    def _apply(self, command: AnyCommand, encoded: bytes, *, key: bytes | None) -> Outcome:
        sequence = Sequence(self.state.sequence + 1)
        events = apply(self.state, command, sequence=sequence, at_ns=self.at_ns, key=key)
        event_bytes = encode_events(events)
        self.hash = chain(
            self.hash, sequence=sequence, at_ns=self.at_ns, command=encoded, events=event_bytes
        )
        self.journal.append((sequence, self.at_ns, encoded, event_bytes, self.hash))
        self.committed.append(Committed(sequence, self.at_ns, events))
        self.events += len(events)
        if not OUTBOX_TYPES.isdisjoint(map(type, events)):
            self.outbox += outbox_rows(self.state, sequence, events)
        return Outcome(sequence, self.at_ns, events, replayed=False)


def outbox_rows(state: State, sequence: Sequence, events: tuple[AnyEvent, ...]) -> list[Row]:
    """What is put into the outbox of a command's events, in the state that they left. Cost:
    O(events)."""
    rows: list[Row] = []
    outbox_id = sequence * OUTBOX_IDS_PER_COMMAND
    for event in events:
        party_id = _whose(state, event) if type(event) in OUTBOX_TYPES else None
        if party_id is not None:
            rows.append((outbox_id + len(rows), sequence, party_id, encode_event(event)))
    assert len(rows) < OUTBOX_IDS_PER_COMMAND, (sequence, len(rows))
    return rows


def _answer_again(request: _Request, first: JournalRow, at_ns: TimeNs) -> Outcome:
    """The answer to the command that came first with this key, or that this is another one."""
    if first.command != request.encoded:
        refused = CommandRefused(refusal=Refusal.IDEMPOTENCY_KEY_REUSED)
        return Outcome(None, at_ns, (refused,), replayed=False)
    return Outcome(first.sequence, first.at_ns, decode_events(first.events), replayed=True)


def _whose(state: State, event: AnyEvent) -> PartyId | None:
    """For whom an event of OUTBOX_TYPES is in the outbox, EVERY_TRUST_COMPANY for all of these;
    None: it is not."""
    match event:  # the most common first
        case TransferOpened() | TransferSettled() | TransferAdvanced() | TransferFailed():
            return event.trust_company_id
        case TransferReversed() | ApprovalsLapsed() | UnitsEncumbered() | EncumbranceReleased():
            return event.trust_company_id
        case ExceptionRaised() | ExceptionResolved() | TransferRedeemed():
            return event.trust_company_id
        case ProfileEnding() | ProfileLapsed() | OrdersDisqualified() | BidUnfunded():
            return event.party_id
        case OfferMade() | OfferPicked() | OfferEnded() | ClearanceDecided():
            return event.party_id
        case DepositRecorded() | BankAccountVerified():
            return event.party_id
        case PaymentResolved():
            return event.party_id if event.state is PaymentState.ASSIGNED else None
        case WithdrawalAdvanced():
            # A payment that goes back to its payer is no party's.
            return None if event.state in OPEN_STATES else event.party_id
        case ApplicationAdvanced():
            return None if event.state is ApplicationState.SUBMITTED else event.party_id
        case NegotiationOpened():
            # Others learn of it by an offer that is made to them, or where all do.
            is_told = event.mode is MarketMode.RFQ and event.named
            return event.opener_id if is_told else None
        case TradeHalted() | HaltLifted():
            return _whose_halt(state, event)
        case _:
            raise AssertionError(event)


def _whose_halt(state: State, event: TradeHalted | HaltLifted) -> PartyId:
    if event.level is HaltLevel.VENUE:
        return EVERY_TRUST_COMPANY
    if event.level is HaltLevel.PARTY:
        return PartyId(event.subject_id)
    return state.products[ProductId(event.subject_id)].terms.trust_company_id
