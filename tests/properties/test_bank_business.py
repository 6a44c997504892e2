"""A long run of bank business among a few orders: each step as the model's facts say, no outcome
left out.

The exchange's machine does the same among much else; here is the volume.
"""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from exchange.codec import decode_events
from exchange.events import CommandRefused
from exchange.money_events import (
    MoneyReconciled,
    PaymentResolved,
    PaymentUnmatched,
    WithdrawalAdvanced,
)
from exchange.money_types import BreakCause, UnmatchedReason
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalEvent
from exchange.refusals import Refusal
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_bank import RandomBank
from tests.properties.random_commands import RandomCommands
from tests.properties.random_fees import FEE_SCHEDULES
from tests.properties.small_limits import SMALL_LIMITS, shrink_limits

STEPS = 500

REFUSALS_OF_THE_BANK = {
    Refusal.NOT_PERMITTED,
    Refusal.UNKNOWN_PARTY,
    Refusal.UNKNOWN_BANK_ACCOUNT,
    Refusal.UNKNOWN_PAYMENT,
    Refusal.UNKNOWN_WITHDRAWAL,
    Refusal.AMOUNT_OUT_OF_RANGE,
    Refusal.ROWS_OUT_OF_RANGE,
    Refusal.EVIDENCE_OUT_OF_RANGE,
    Refusal.DATES_OUT_OF_RANGE,
    Refusal.TOTALS_DIFFER,
    Refusal.STATEMENT_BALANCES_DIFFER,
    Refusal.BANK_ACCOUNT_OUT_OF_RANGE,
    Refusal.FILE_ALREADY_IMPORTED,
    Refusal.WITHDRAWAL_NOT_IN_STATE,
    Refusal.PAYMENT_NOT_IN_STATE,
    Refusal.BANK_ACCOUNT_NOT_VERIFIED,
    Refusal.STATEMENT_DOES_NOT_FOLLOW,
    Refusal.BANK_ACCOUNT_TAKEN,
    Refusal.MONEY_NOT_AVAILABLE,
    Refusal.BANK_ACCOUNTS_MAX,
    Refusal.WITHDRAWALS_OPEN_MAX,
    Refusal.PAYMENTS_UNMATCHED_MAX,
}


def run(seed: int) -> Counter[str]:
    """How often what was said."""
    draw = Random(seed)
    pair = ExchangePair(SMALL_LIMITS)
    random = RandomCommands(pair)
    bank = RandomBank(pair, random.key)
    for command in (*random.founding(FEE_SCHEDULES[seed % 3]), *bank.founding()):
        pair.submit(command)
    for _ in range(STEPS):
        kinds = bank.draw, random.place, random.decide, random.advance_time
        pair.submit(draw.choices(kinds, (80, 10, 6, 4))[0](draw))
        if draw.random() < 0.02:
            pair.restart()
    pair.replay()
    seen: Counter[str] = Counter()
    for _, _, told in pair.journal:
        for event in decode_events(told):
            match event:
                case CommandRefused():
                    seen[repr(event.refusal)] += 1
                case PaymentUnmatched():
                    seen[repr(event.reason)] += 1
                case PaymentResolved():
                    seen[repr(event.state)] += 1
                case WithdrawalAdvanced():
                    seen[repr(event.event)] += 1
                case MoneyReconciled():
                    seen.update(repr(each.cause) for each in event.breaks)
                case _:
                    pass
    return seen


def test_bank_business_agrees_with_the_model_and_leaves_nothing_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shrink_limits(monkeypatch, SMALL_LIMITS)
    seen: Counter[str] = Counter()
    for seed in range(4):
        seen += run(seed)
    # An account is never full: no bank pays that much.
    reasons = set(UnmatchedReason) - {UnmatchedReason.ACCOUNT_FULL}
    resolved = (PaymentState.ASSIGNED, PaymentState.RETURNING, PaymentState.OFFSET)
    # By their names: numbers of one enum are those of another.
    expected = {*map(repr, (*REFUSALS_OF_THE_BANK, *BreakCause, *reasons, *WithdrawalEvent))}
    expected.update(map(repr, resolved))
    assert sorted(expected - set(seen)) == []
