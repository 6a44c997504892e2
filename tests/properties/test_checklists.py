"""Agreements that need documents, in volume: signatures, papers and time in any order, against the
model.

Every command may be refused, come too late or undo what another one did; what is compared after
each is in tests/properties/exchange_pair.py.
"""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Final

import pytest

from exchange.commands import AnyCommand
from exchange.events import AnyEvent, CommandRefused, TransferAdvanced, TransferFailed
from exchange.evidence_events import EvidenceInvalidated
from exchange.evidence_types import EvidenceSubject
from registry.transfer import TransferEvent, TransferState
from registry.types import TransferId
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_commands import RandomCommands
from tests.properties.random_fees import FEE_SCHEDULES
from tests.properties.random_terms import DAY_NS, SECOND_NS
from tests.properties.small_limits import SMALL_LIMITS, shrink_limits

COMMANDS: Final = 160
RUNS_MIN: Final = 4
RUNS_MAX: Final = 60
WANTED: Final = {
    "OVERDUE_DOCUMENTS AdvanceTime",
    "OVERDUE_DOCUMENTS SignAgreement",
    "AGREED AdvanceTime",
    "AGREED SignAgreement",
    "AGREED AttachEvidence",
    "AGREED LiftOverlay",
    "lapsed for BUYER, signed",
    "lapsed for SELLER, signed",
    "EXPIRED in AGREEMENT_PENDING",
    "FAULTY in AGREEMENT_PENDING",
    "RESUBMIT ResubmitTransfer",
    "DOCUMENTS_MISSING",
    "FUND FundTransfer",
    "a deposit is forfeited",
}
"""What happens, by what."""


class Run:
    """A venue whose orders are all for the product that asks for papers."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.pair = ExchangePair(SMALL_LIMITS)
        self.random = RandomCommands(self.pair)
        for command in self.random.founding(FEE_SCHEDULES[seed % len(FEE_SCHEDULES)]):
            self.pair.submit(command)
        products = self.pair.model.products.values()
        (asks,) = (each.product_id for each in products if each.terms.symbol == "SIGNED")
        self.random.products = (asks,) * len(self.random.products)
        # A paper that is good for today ends within the run.
        begins_ns = -(self.pair.at_ns + DAY_NS // 3) % DAY_NS - 60 * SECOND_NS
        self.pair.wait(begins_ns % DAY_NS)
        self.seen: Counter[str] = Counter()

    def next_command(self) -> AnyCommand:
        """What brings some transfer on, mostly; now and then something in its way."""
        random, draw = self.random, self.draw
        kinds = (
            (random.place, 6),
            (random.decide, 1),
            (random.steps.step, 12),
            (self.bring_on, 24),
            (random.evidence.draw, 14),
            (random.advance_time, 8),
        )
        chosen = draw.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        if not self.pair.state.register.transfers and chosen != random.advance_time:
            chosen = random.place
        return chosen(draw)

    def bring_on(self, draw: Random) -> AnyCommand:
        """What stands over a transfer is lifted; else it is signed, or returned and completed."""
        transfer = draw.choice(self.pair.model.pending_transfers())
        steps, version = self.random.steps, transfer.version
        if transfer.overlays:
            return steps.overlay(draw, transfer, version, lifts=True)
        if transfer.state is TransferState.SUBMITTED:
            return steps.returned(draw, transfer, version)
        return steps.forward(draw, transfer, version)

    def go(self) -> Counter[str]:
        """What was seen in so many commands."""
        for _ in range(COMMANDS):
            command = self.next_command()
            for event in self.pair.submit(command):
                self.seen[self.name(event, type(command).__name__)] += 1
        self.pair.replay()
        return self.seen

    def name(self, event: AnyEvent, command: str) -> str:
        """What has happened, by what or to whom."""
        match event:
            case CommandRefused():
                return event.refusal.name
            case TransferAdvanced(event=TransferEvent() as happened):
                return f"{happened.name} {command}"
            case TransferFailed(event=TransferEvent.LAPSE):
                signed = self.pair.model.transfers[event.transfer_id].signed
                return f"lapsed for {event.fault.name}{', signed' if len(signed) == 2 else ''}"
            case TransferFailed(event=TransferEvent.DEFAULT) if event.forfeited:
                return "a deposit is forfeited"
            case EvidenceInvalidated(subject=EvidenceSubject.TRANSFER):
                transfer = self.pair.model.transfers[TransferId(event.subject_id)]
                return f"{event.reason.name} in {transfer.state.name}"
            case _:
                return type(event).__name__


def test_agreements_with_documents_agree_with_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink_limits(monkeypatch, SMALL_LIMITS)
    seen: Counter[str] = Counter()
    for seed in range(RUNS_MAX):
        seen += Run(seed).go()
        if seed >= RUNS_MIN and set(seen) >= WANTED:
            break
    assert WANTED - set(seen) == set()
