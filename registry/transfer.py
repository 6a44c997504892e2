"""One transfer of title: from the match until the register changes or the transfer fails.

The way of a transfer; a product uses the steps in brackets or leaves them out:

    MATCHED → [AGREEMENT_PENDING] → [FUNDS_PENDING] → SUBMITTED → [UNDER_REVIEW]
            → [PREEMPTION_OPEN] → CONFIRMED → SETTLED → [REGISTERED]

TABLE below says for each state what can happen there, where it leads, who may cause it and what
becomes of units, money and clocks; docs/states.md is made from it. A pair of state and event
without a row, or whose row a product's steps rule out, is refused by the exchange before it comes
here. Only SETTLED changes the register of title; before it the seller's units are locked and give
the buyer neither income nor vote. Source: domain D4 with the decisions at the head of D.
"""

from collections.abc import Iterable
from enum import Enum, IntEnum, IntFlag
from functools import cache
from typing import Final, NamedTuple

import msgspec

from registry.types import Draw, HolderId, ProductId, TimeNs, TransferId, Units


class TransferState(IntEnum):
    """Where a transfer stands. The numbers are stored: never reuse one."""

    MATCHED = 1  # two orders met; lasts no longer than the command that matched them
    AGREEMENT_PENDING = 2  # buyer and seller sign, then the buyer's cooling-off runs
    FUNDS_PENDING = 3  # the buyer's deposit is in escrow, the rest is due
    SUBMITTED = 4  # the trust company has the pack
    RETURNED = 5  # the trust company wants it completed
    UNDER_REVIEW = 6  # an officer has claimed it: maker and checker decide
    CONFIRMED = 7  # the trust company has given its word; the last check and the cut-off remain
    SETTLED = 8  # title and money have moved: the effective moment
    PREEMPTION_OPEN = 9  # those with a right of pre-emption are asked
    REGISTERED = 10  # the change registration is acknowledged
    CANCELLED = 11  # withdrawn by the buyer, by both or by the operator; everything is returned
    REJECTED = 12  # the trust company said no; everything is returned
    LAPSED = 13  # a deadline passed; everything is returned
    BUYER_DEFAULT = 14  # the rest of the money did not come
    SELLER_DEFAULT = 15  # the units were not the seller's to sell; the buyer gets everything back
    PREEMPTED = 16  # a holder of the right has taken the buyer's place in a transfer of its own
    REVERSED = 17  # undone after it settled, by a compensating record


class TransferEvent(IntEnum):
    """What can happen to a transfer. The numbers are stored: never reuse one."""

    BEGIN = 1  # the checks of the match hold; the transfer takes its way
    RECHECK_FAILED = 2  # a rule fails at the match
    SIGN = 3  # one side signs the agreement
    OVERDUE_DOCUMENTS = 4  # cooling-off is over and a document is missing
    AGREED = 5  # both have signed, cooling-off is over, nothing is missing
    WITHDRAW = 6  # the buyer thinks better of it, before the end of cooling-off
    LAPSE = 7  # a deadline passes
    FUND = 8  # the rest of the money goes to escrow
    DEFAULT = 9  # the rest of the money did not come in time
    CLAIM = 10  # an officer takes the transfer to decide on it
    CONFIRM = 11  # the trust company confirms title
    REJECT = 12  # the trust company says no
    RETURN = 13  # the trust company wants the pack completed
    RESUBMIT = 14  # the pack is complete again
    MAKE = 15  # the maker proposes a decision to the checker
    RESET = 16  # what was approved has changed: approvals lapse
    NOTICE = 17  # nobody has decided: a reminder, an escalation, the end of a claim
    WAIVE = 18  # nobody makes use of the right of pre-emption
    EXERCISE = 19  # somebody does: the buyer's transfer ends
    SETTLE = 20  # title and money move
    HOLD = 21  # the last check fails: a named human decides
    ALARM = 22  # the change registration is late
    REGISTER = 23  # the change registration is acknowledged
    REVERSE = 24  # title and money go back, by court order or proven error
    SET_OVERLAY = 25  # something stops the clocks
    LIFT_OVERLAY = 26  # it no longer does
    OVERDUE = 27  # an overlay has stood for its longest time: the buyer may rescind
    RESCIND = 28  # the buyer makes use of that
    CONSENT = 29  # one side agrees to cancel
    CANCEL = 30  # the other does too, or the operator cancels an erroneous trade
    SELLER_DEFAULT = 31  # a freeze, a pledge or a false title stands against the seller
    MATURE = 32  # the plan is about to end
    DOCUMENT = 33  # a document of the pack that is read was added, or does not count any more
    RELEASE = 34  # an officer gives back what he has claimed
    DECLINE = 35  # one with a right of pre-emption makes no use of it
    SUCCEED = 36  # he does: in a transfer of his own, which begins where the other stood
    REDEEM = 37  # the plan has ended: it settles, and its units are paid out to the buyer


class Step(IntEnum):
    """A part of the way that a product uses or leaves out (registry/terms.py)."""

    AGREEMENT = 1  # buyer and seller sign before the trust company is asked
    FUNDING = 2  # the order reserves a deposit, the rest is paid after the agreement
    REVIEW = 3  # maker and checker decide; without it one confirmation does
    PREEMPTION = 4  # others may take the buyer's place
    REGISTRATION = 5  # the change registration is waited for after SETTLED


class Overlay(IntFlag):
    """What stops the clocks of an open transfer, one or several. The numbers are stored."""

    HELD = 1  # a check failed, a named human decides
    AML_HOLD = 2  # a suspicion; confidential: all but the operator are told HELD
    COURT_FREEZE = 4  # the units are frozen
    HALTED = 8  # trading of the product is
    DISPUTED = 16  # a party or the trust company disputes the transfer
    CORPORATE_EVENT = 32  # extension, default: the buyer may rescind at once, for a time
    OPERATOR_HOLD = 64  # the operator looks at something ordinary; told as AML_HOLD is
    PARTY_HALT = 128  # all trade of the buyer or seller is halted; told as AML_HOLD is
    RISK_RAISED = 256  # the product is riskier than when they met: until the buyer may not rescind

    @property
    def told(self) -> "Overlay":
        """What everybody but the operator is told: his holds are one to all others, and none is
        theirs to set, or who had not set one would know it for a suspicion."""
        return self & ~OPERATORS_HOLDS | (Overlay.HELD if self & OPERATORS_HOLDS else Overlay(0))


OPERATORS_HOLDS: Final = Overlay.AML_HOLD | Overlay.OPERATOR_HOLD | Overlay.PARTY_HALT
"""Which of them stands, the operator alone is told."""


class Who(IntFlag):
    """Who may cause an event. The numbers are stored."""

    EXCHANGE = 1  # a command's consequence, the register's freezes among them
    CLOCK = 2  # a deadline
    BUYER = 4  # who gets the units
    SELLER = 8  # who gives them
    TRUST_COMPANY = 16  # an officer of the product's
    OPERATOR = 32  # four eyes where the venue has them
    RIGHT_HOLDER = 64  # of a right of pre-emption


class UnitsEffect(IntEnum):
    """What becomes of the seller's units."""

    LOCK = 1  # reserved → locked
    KEEP = 2  # nothing
    UNLOCK = 3  # locked → seller's; what is frozen stays so
    MOVE = 4  # source lots −, buyer's new lot +
    MOVE_ON = 5  # stay locked, for the new transfer
    MOVE_BACK = 6  # buyer's lot −, seller's new lot +


class MoneyEffect(IntEnum):
    """What becomes of the buyer's money."""

    HOLD = 1  # reserved → escrow, excess freed; in deposit mode the deposit
    KEEP = 2  # nothing
    FUND = 3  # the rest: available → escrow
    REFUND = 4  # escrow → buyer's, fees too
    FORFEIT = 5  # deposit → seller if both have signed, else buyer's
    PAY = 6  # escrow → seller, venue, trust company
    PAY_BACK = 7  # a stated amount, payer → buyer


class ClockEffect(IntEnum):
    """What becomes of the clocks."""

    KEEP = 1  # nothing
    ENTER = 2  # those of the state end, those of the next one start
    COOL_OFF = 3  # with the second signature signing ends, cooling-off starts
    RETURN = 4  # returning starts; the decision's pauses
    RESUBMIT = 5  # the decision's resumes; notices start
    CLAIM = 6  # the claim's starts
    NOTIFY = 7  # the next notice or alarm
    PAUSE = 8  # all pause; the overlay's starts or goes on
    RESUME = 9  # with the last overlay all resume, a working day at least
    STOP = 10  # all end
    EXPIRE = 11  # the overlay's has ended: the buyer may rescind
    RELEASE = 12  # the claim's ends, the others run on


class Fault(IntEnum):
    """Whom a failed transfer names; a product may charge him a fee for the other party."""

    UNSIGNED = 1  # who did not sign or owes a document
    NAMED = 2  # whom the return names
    SELLER = 3  # the seller


class Forward(Enum):
    """The next state where the product's steps decide it."""

    FORWARD = "forward"  # the next on the product's way


class Row(NamedTuple):
    """One row of TABLE."""

    state: TransferState
    event: TransferEvent
    next: TransferState | Forward
    who: Who
    units: UnitsEffect
    money: MoneyEffect
    clocks: ClockEffect
    only_with: Step | None = None
    never_with: Step | None = None
    fault: Fault | None = None

    @property
    def under_overlay(self) -> bool:
        """Whether it can happen while an overlay stands."""
        return self.event in EVENTS_UNDER_OVERLAY

    @property
    def decides(self) -> bool:
        """Whether an open transfer ends with it. Cost: O(1)."""
        return self.next in TERMINAL_STATES and self.state not in TERMINAL_STATES


PATH: Final[tuple[tuple[TransferState, Step | None], ...]] = (
    (TransferState.MATCHED, None),
    (TransferState.AGREEMENT_PENDING, Step.AGREEMENT),
    (TransferState.FUNDS_PENDING, Step.FUNDING),
    (TransferState.SUBMITTED, None),
    (TransferState.UNDER_REVIEW, Step.REVIEW),
    (TransferState.PREEMPTION_OPEN, Step.PREEMPTION),
    (TransferState.CONFIRMED, None),
    (TransferState.SETTLED, None),
    (TransferState.REGISTERED, Step.REGISTRATION),
)
"""The way of a transfer: each state with the step it belongs to, or None where all go there."""

OPEN_STATES: Final = (
    *(TransferState.MATCHED, TransferState.AGREEMENT_PENDING, TransferState.FUNDS_PENDING),
    *(TransferState.SUBMITTED, TransferState.RETURNED, TransferState.UNDER_REVIEW),
    *(TransferState.PREEMPTION_OPEN, TransferState.CONFIRMED),
)
"""Nothing is decided: the seller's units are locked, the buyer's money is in escrow."""
TERMINAL_STATES: Final = frozenset(TransferState) - frozenset(OPEN_STATES)
"""Title and money stay where they are: only a registration or a reversal can follow."""

UNCONFIRMED_STATES: Final = frozenset(OPEN_STATES) - {TransferState.CONFIRMED}
"""The trust company has not given its word: the plan's end ends the transfer."""

EITHER: Final = Who.BUYER | Who.SELLER

OVERLAY_MOVERS: Final = {
    Overlay.HELD: Who.EXCHANGE | Who.TRUST_COMPANY,
    Overlay.AML_HOLD: Who.OPERATOR,
    Overlay.COURT_FREEZE: Who.EXCHANGE,
    Overlay.HALTED: Who.OPERATOR | Who.TRUST_COMPANY,
    Overlay.DISPUTED: Who.BUYER | Who.SELLER | Who.TRUST_COMPANY,
    Overlay.CORPORATE_EVENT: Who.TRUST_COMPANY,
    Overlay.OPERATOR_HOLD: Who.OPERATOR,
    Overlay.PARTY_HALT: Who.EXCHANGE,
    Overlay.RISK_RAISED: Who.EXCHANGE,
}
"""Who may set an overlay, and lift it."""

EVENTS_UNDER_OVERLAY: Final = frozenset(
    {
        *(TransferEvent.WITHDRAW, TransferEvent.REJECT, TransferEvent.RESET),
        *(TransferEvent.DOCUMENT, TransferEvent.HOLD, TransferEvent.ALARM),
        *(TransferEvent.REGISTER, TransferEvent.REVERSE),
        *(TransferEvent.SET_OVERLAY, TransferEvent.LIFT_OVERLAY, TransferEvent.OVERDUE),
        *(TransferEvent.RESCIND, TransferEvent.CONSENT, TransferEvent.CANCEL),
        *(TransferEvent.SELLER_DEFAULT, TransferEvent.MATURE, TransferEvent.REDEEM),
    }
)
"""What an overlay does not stop: everybody's way out, and what brings no decision nearer."""

State, Event = TransferState, TransferEvent
SETTLED: Final = TransferState.SETTLED
AGREEING: Final = TransferState.AGREEMENT_PENDING
OFFERED: Final = TransferState.PREEMPTION_OPEN
FORWARD: Final = Forward.FORWARD
STAY: Final = (UnitsEffect.KEEP, MoneyEffect.KEEP)
BACK: Final = (UnitsEffect.UNLOCK, MoneyEffect.REFUND)
ASIDE: Final = (UnitsEffect.LOCK, MoneyEffect.HOLD)
IN_PLACE: Final = (UnitsEffect.KEEP, MoneyEffect.HOLD)
FUNDED: Final = (UnitsEffect.KEEP, MoneyEffect.FUND)
FORFEITED: Final = (UnitsEffect.UNLOCK, MoneyEffect.FORFEIT)
ON: Final = (UnitsEffect.MOVE_ON, MoneyEffect.REFUND)
OVER: Final = (UnitsEffect.MOVE, MoneyEffect.PAY)
REVERSED: Final = (UnitsEffect.MOVE_BACK, MoneyEffect.PAY_BACK)
ENTER, RUN_ON, STOP = ClockEffect.ENTER, ClockEffect.KEEP, ClockEffect.STOP
CLAIM, UNCLAIM = ClockEffect.CLAIM, ClockEffect.RELEASE
BY_ITSELF: Final = Who.EXCHANGE | Who.CLOCK
PARTIES_OR_OPERATOR: Final = EITHER | Who.OPERATOR
OFFICER: Final = Who.TRUST_COMPANY
READER: Final = OFFICER | Who.OPERATOR | Who.EXCHANGE
ANY_MOVER: Final = PARTIES_OR_OPERATOR | Who.EXCHANGE | OFFICER


def _in_an_open_state(state: TransferState) -> Iterable[Row]:
    """What can happen wherever nothing is decided, and before CONFIRMED the plan's end."""
    return (
        Row(state, Event.SET_OVERLAY, state, ANY_MOVER, *STAY, ClockEffect.PAUSE),
        Row(state, Event.LIFT_OVERLAY, state, ANY_MOVER | Who.CLOCK, *STAY, ClockEffect.RESUME),
        Row(state, Event.OVERDUE, state, Who.CLOCK, *STAY, ClockEffect.EXPIRE),
        Row(state, Event.RESCIND, State.CANCELLED, Who.BUYER, *BACK, STOP),
        Row(state, Event.CONSENT, state, EITHER, *STAY, RUN_ON),
        Row(state, Event.CANCEL, State.CANCELLED, PARTIES_OR_OPERATOR, *BACK, STOP),
        Row(
            *(state, Event.SELLER_DEFAULT, State.SELLER_DEFAULT, Who.EXCHANGE | Who.OPERATOR),
            *(*BACK, STOP),
            fault=Fault.SELLER,
        ),
        *(
            (Row(state, Event.MATURE, State.LAPSED, Who.CLOCK, *BACK, STOP),)
            if state in UNCONFIRMED_STATES
            else ()
        ),
    )


def _when_submitted(state: TransferState) -> Iterable[Row]:
    """What can happen while the trust company has the transfer, claimed or not."""
    unclaimed = Step.REVIEW if state is State.SUBMITTED else None
    return (
        Row(state, Event.CONFIRM, FORWARD, OFFICER, *STAY, ENTER, never_with=unclaimed),
        Row(state, Event.REJECT, State.REJECTED, OFFICER, *BACK, STOP, never_with=unclaimed),
        Row(state, Event.CLAIM, State.UNDER_REVIEW, OFFICER, *STAY, CLAIM, only_with=unclaimed),
        Row(state, Event.RETURN, State.RETURNED, OFFICER, *STAY, ClockEffect.RETURN),
        Row(state, Event.NOTICE, state, Who.CLOCK, *STAY, ClockEffect.NOTIFY),
        Row(state, Event.LAPSE, State.LAPSED, Who.CLOCK, *BACK, STOP),
    )


TABLE: Final[tuple[Row, ...]] = (
    Row(State.MATCHED, Event.BEGIN, FORWARD, Who.EXCHANGE, *ASIDE, ENTER),
    Row(State.MATCHED, Event.RECHECK_FAILED, State.CANCELLED, Who.EXCHANGE, *BACK, STOP),
    Row(State.MATCHED, Event.SUCCEED, State.SUBMITTED, Who.EXCHANGE, *IN_PLACE, ENTER),
    Row(AGREEING, Event.SIGN, AGREEING, EITHER, *STAY, ClockEffect.COOL_OFF),
    Row(AGREEING, Event.OVERDUE_DOCUMENTS, AGREEING, BY_ITSELF, *STAY, ClockEffect.RETURN),
    Row(AGREEING, Event.AGREED, FORWARD, BY_ITSELF, *STAY, ENTER),
    Row(AGREEING, Event.WITHDRAW, State.CANCELLED, Who.BUYER, *BACK, STOP),
    Row(AGREEING, Event.LAPSE, State.LAPSED, Who.CLOCK, *BACK, STOP, fault=Fault.UNSIGNED),
    Row(State.FUNDS_PENDING, Event.FUND, FORWARD, Who.BUYER, *FUNDED, ENTER),
    Row(State.FUNDS_PENDING, Event.DEFAULT, State.BUYER_DEFAULT, Who.CLOCK, *FORFEITED, STOP),
    *_when_submitted(State.SUBMITTED),
    Row(State.SUBMITTED, Event.DOCUMENT, State.SUBMITTED, READER, *STAY, RUN_ON),
    Row(
        State.RETURNED,
        Event.RESUBMIT,
        State.SUBMITTED,
        PARTIES_OR_OPERATOR,
        *STAY,
        ClockEffect.RESUBMIT,
    ),
    Row(State.RETURNED, Event.LAPSE, State.LAPSED, Who.CLOCK, *BACK, STOP, fault=Fault.NAMED),
    *_when_submitted(State.UNDER_REVIEW),
    Row(State.UNDER_REVIEW, Event.RELEASE, State.UNDER_REVIEW, OFFICER, *STAY, UNCLAIM),
    Row(State.UNDER_REVIEW, Event.MAKE, State.UNDER_REVIEW, OFFICER, *STAY, UNCLAIM),
    Row(State.UNDER_REVIEW, Event.RESET, State.SUBMITTED, READER, *STAY, UNCLAIM),
    Row(OFFERED, Event.DECLINE, OFFERED, Who.RIGHT_HOLDER, *STAY, RUN_ON),
    Row(OFFERED, Event.WAIVE, FORWARD, BY_ITSELF, *STAY, ENTER),
    Row(OFFERED, Event.EXERCISE, State.PREEMPTED, Who.RIGHT_HOLDER, *ON, STOP),
    Row(State.CONFIRMED, Event.SETTLE, State.SETTLED, BY_ITSELF, *OVER, ENTER),
    Row(State.CONFIRMED, Event.REDEEM, State.SETTLED, OFFICER, *OVER, ENTER),
    Row(State.CONFIRMED, Event.HOLD, State.CONFIRMED, Who.EXCHANGE, *STAY, ClockEffect.PAUSE),
    *(row for state in OPEN_STATES for row in _in_an_open_state(state)),
    Row(State.SETTLED, Event.ALARM, State.SETTLED, Who.CLOCK, *STAY, ClockEffect.NOTIFY),
    Row(State.SETTLED, Event.REGISTER, State.REGISTERED, OFFICER, *STAY, STOP),
    Row(State.SETTLED, Event.REVERSE, State.REVERSED, OFFICER | Who.OPERATOR, *REVERSED, STOP),
    Row(State.REGISTERED, Event.REVERSE, State.REVERSED, OFFICER | Who.OPERATOR, *REVERSED, STOP),
)
"""Everything that can happen to a transfer."""

TRANSITIONS: Final = {(row.state, row.event): row for row in TABLE}
"""The rows by what they are looked up by."""


@cache
def forward(state: TransferState, steps: frozenset[Step]) -> TransferState:
    """The state after `state` on the way of a product that uses these steps.

    UNDER_REVIEW is claimed and never come to by going forward. Cost: O(1).

    Raises:
        AssertionError: the state is not on the way, or the last that the product uses.
    """
    places = [on_the_way for on_the_way, _ in PATH]
    assert state in places, state
    ahead = [
        following
        for following, step in PATH[places.index(state) + 1 :]
        if step is None or (step in steps and step is not Step.REVIEW)
    ]
    assert ahead, state
    return ahead[0]


def find_row(state: TransferState, event: TransferEvent, *, steps: frozenset[Step]) -> Row | None:
    """The row for this pair at a product that uses these steps, or None. Cost: O(1)."""
    row = TRANSITIONS.get((state, event))
    if row is None or row.never_with in steps:
        return None
    return row if row.only_with is None or row.only_with in steps else None


class Transfer(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """The title leg of one matched pair. The money leg is the exchange's.

    Five clocks may run, each a moment or None: the state's, the trust company's decision's, the
    next notice's, the claim's and the overlay's; an overlay pauses all but its own.
    """

    transfer_id: TransferId
    product_id: ProductId
    seller_id: HolderId
    buyer_id: HolderId
    units: Units
    state: TransferState = TransferState.MATCHED
    version: int = 1
    sources: tuple[Draw, ...] = ()
    """What it takes from which of the seller's lots."""
    mature_ns: TimeNs | None = None
    """Not confirmed by then, it ends with the plan; None: the plan has no end."""
    due_ns: TimeNs | None = None
    decision_ns: TimeNs | None = None
    notice_ns: TimeNs | None = None
    notices: int = 0
    """How many notices there were since the trust company got the pack."""
    claim_ns: TimeNs | None = None
    """Until when it is an officer's who has claimed it; None: it is nobody's."""
    overlay_ns: TimeNs | None = None
    overlay_days_left: int | None = None
    """Of the longest time of all overlays together, when the last one was lifted."""
    paused_at_ns: TimeNs | None = None
    overlays: Overlay = Overlay(0)
    rescindable: bool = False
    """Whether the buyer may rescind, because overlays have stood for their longest time."""
    rescind_until_ns: TimeNs | None = None
    """Until when he may whatever stands, after a corporate event or where the product is riskier
    than it was, and before CONFIRMED."""
    disputed_by: Who = Who(0)
    """Who has raised the dispute that stands, or that stood last."""
    signed: Who = Who(0)
    """Which of buyer and seller have signed the agreement."""
    consented: Who = Who(0)
    """Which of them has agreed to cancel."""
    documents_overdue: bool = False
    """Whether only documents keep the agreement from being made, and their time runs."""
    returns: int = 0
    """How often the trust company has wanted it completed."""
    returned_to: Who = Who(0)
    """Who had to complete it, the last time."""
    decision_days_left: int | None = None
    """Of the trust company's time, while the transfer is with those who complete it."""
    registration_due_ns: TimeNs | None = None
    """Of a settled one: when its change registration is to be acknowledged; None: none is."""
    waived: tuple[HolderId, ...] = ()
    """Who has the right of pre-emption and makes no use of it, in the order of their answers."""
    preempts: TransferId | None = None
    """The transfer whose buyer this one's has replaced."""

    def advance(self, event: TransferEvent, *, steps: frozenset[Step]) -> Row:
        """Follow the table to the next state; the version grows by one. Returns the row, for those
        who move units, money and clocks. The caller has asked `find_row`. Cost: O(1)."""
        row = find_row(self.state, event, steps=steps)
        assert row is not None, (self.transfer_id, self.state, event)
        assert not self.overlays or row.under_overlay, (self.transfer_id, event, self.overlays)
        self.state = forward(self.state, steps) if row.next is FORWARD else row.next
        self.version += 1
        return row

    @property
    def deadline_ns(self) -> TimeNs | None:
        """When the state ends by itself; None while an overlay stands, and where nothing ends it.
        Cost: O(1)."""
        if self.paused_at_ns is not None or self.state is SETTLED:
            return None
        ends_ns = self.decision_ns if self.due_ns is None else self.due_ns
        mature_ns = self.mature_ns
        if mature_ns is None or ends_ns is None or self.state not in UNCONFIRMED_STATES:
            return ends_ns
        return min(mature_ns, ends_ns)

    @property
    def rescission_ns(self) -> TimeNs | None:
        """When what stands over it because the product is riskier does so no longer; None: it does
        not stand. Cost: O(1)."""
        if not self.overlays._value_ & Overlay.RISK_RAISED._value_:
            return None
        assert self.rescind_until_ns is not None, self.transfer_id
        return self.rescind_until_ns

    @property
    def timer_ns(self) -> TimeNs | None:
        """The moment of the clock that ends first; None where none runs. Cost: O(1)."""
        first_ns = self.overlay_ns
        mature_ns = self.mature_ns
        if mature_ns is not None and self.state in UNCONFIRMED_STATES:
            first_ns = mature_ns if first_ns is None else min(first_ns, mature_ns)
        if self.paused_at_ns is not None:
            ends_ns = self.rescission_ns
            if ends_ns is not None and (first_ns is None or ends_ns < first_ns):
                return ends_ns
            return first_ns
        for ends_ns in (self.claim_ns, self.notice_ns, self.decision_ns, self.due_ns):
            if ends_ns is not None and (first_ns is None or ends_ns < first_ns):
                first_ns = ends_ns
        return first_ns
