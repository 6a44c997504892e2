"""Random answers of those who have a right of pre-emption."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from exchange.transfer_commands import AnswerPreemption
from exchange.types import PartyId, PreemptionAnswer
from tests.model.deals import asked
from tests.model.ledger import ModelTransfer
from tests.properties.exchange_pair import ExchangePair


class RandomAnswers:
    """Draws who lets go what he is offered, and who takes it."""

    def __init__(self, pair: ExchangePair, key: Callable[[], str]) -> None:
        self.pair = pair
        self.key = key

    def offered(self) -> list[ModelTransfer]:
        """The transfers in which somebody is asked."""
        pending = self.pair.model.pending_transfers()
        return [each for each in pending if each.state.name == "PREEMPTION_OPEN"]

    def answer(self, draw: Random, transfer: ModelTransfer) -> AnswerPreemption:
        """Mostly of one who was asked and has not answered; now and then of anybody."""
        left = [PartyId(each) for each in asked(transfer) if each not in transfer.waived]
        if not left or draw.random() < 0.15:
            left = list(self.pair.model.kinds)
        exercises = draw.random() < 0.4
        return AnswerPreemption(
            actor=draw.choice(left),
            key=self.key(),
            transfer_id=transfer.transfer_id,
            version=transfer.version if draw.random() < 0.95 else 2,
            answer=PreemptionAnswer.EXERCISE if exercises else PreemptionAnswer.WAIVE,
        )
