"""What a product's terms may say, and which steps of a transfer's way follow from them."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any, Final

import msgspec
import pytest

from registry.terms import (
    BOUNDS,
    CLOCKS,
    SANDBOX,
    ChecklistItem,
    DocumentKind,
    FaultFee,
    TransferTerms,
)
from registry.transfer import TABLE, Step, Transfer, TransferEvent, Who
from registry.types import HolderId

RECORDING: Final = ChecklistItem(DocumentKind.DUAL_RECORDING, Who.BUYER)
AGREEMENT: Final = ChecklistItem(DocumentKind.AGREEMENT, None)
EVERYTHING: Final = TransferTerms(
    calendar_id="CN_WORKING",
    agreement=True,
    dual_recording=True,
    cooling_off_hours=24,
    deposit_bps=1_000,
    review=True,
    signed_decisions=True,
    preemption_days=30,
    right_holders=(HolderId(3), HolderId(4)),
    cut_off_minute=16 * 60,
    registration=True,
    checklist=(RECORDING, AGREEMENT),
)
USES: Final[dict[Step, dict[str, Any]]] = {
    Step.AGREEMENT: {"agreement": True},
    Step.FUNDING: {"deposit_bps": 1},
    Step.REVIEW: {"review": True},
    Step.PREEMPTION: {"preemption_days": 1, "right_holders": (HolderId(3),)},
    Step.REGISTRATION: {"registration": True},
}


def test_a_sandbox_product_uses_no_step_and_charges_nobody() -> None:
    assert SANDBOX.steps() == frozenset()
    assert SANDBOX.faults() == []
    assert (SANDBOX.decide_days, SANDBOX.returns_max) == (10, 0)
    assert SANDBOX.fault_fee.maximum == 0


def test_the_deadlines_are_the_rulebooks_where_nothing_else_is_agreed() -> None:
    # Domain D4, and at the head of D the longest time of an overlay and the fee of who is at fault.
    agreed = TransferTerms(calendar_id="CN_WORKING")
    assert (agreed.signing_days, agreed.funding_days, agreed.acknowledge_days) == (2, 2, 1)
    assert (agreed.remind_days, agreed.escalate_days, agreed.decide_days) == (3, 5, 10)
    assert (agreed.returning_days, agreed.returns_max, agreed.settling_days) == (3, 2, 1)
    assert (agreed.registration_alarm_days, agreed.registration_days) == (7, 10)
    assert (agreed.overlay_days, agreed.rescission_days, agreed.maturity_days) == (5, 2, 3)
    assert agreed.fault_fee == FaultFee(rate_bps=10, maximum=20_000_00)


@pytest.mark.parametrize(
    "steps", [*chain.from_iterable(combinations(Step, size) for size in range(len(Step) + 1))]
)
def test_each_step_is_used_where_the_terms_ask_for_it(steps: tuple[Step, ...]) -> None:
    asked = {name: value for step in steps for name, value in USES[step].items()}
    terms = TransferTerms(calendar_id="CN_WORKING", **asked)
    assert terms.steps() == frozenset(steps)
    assert terms.faults() == []


def changed(**values: Any) -> TransferTerms:
    return msgspec.structs.replace(EVERYTHING, **values)


@pytest.mark.parametrize(
    ("terms", "faults"),
    [
        (EVERYTHING, []),
        (changed(calendar_id=""), ["calendar_id is empty"]),
        (
            changed(agreement=False),
            [
                "dual_recording needs the agreement",
                "cooling_off_hours needs the agreement",
                "checklist needs the agreement",
            ],
        ),
        (
            changed(agreement=False, dual_recording=False, cooling_off_hours=0, checklist=()),
            [],
        ),
        (changed(deposit_bps=1_001), ["deposit_bps is not in 0 to 1000"]),
        (changed(fault_fee=FaultFee(10, 2_000_000)), []),
        (
            changed(fault_fee=FaultFee(10, 2_000_001)),
            ["fault_fee.maximum is not in 0 to 2000000"],
        ),
        (changed(fault_fee=FaultFee(-1, 0)), ["fault_fee.rate_bps is not in 0 to 10000"]),
        (changed(cut_off_minute=None), []),
        (changed(cut_off_minute=1_439), []),
        (changed(cut_off_minute=1_440), ["cut_off_minute is not in 0 to 1439"]),
        (changed(cut_off_minute=-1), ["cut_off_minute is not in 0 to 1439"]),
        (
            changed(right_holders=()),
            ["right_holders without preemption_days, or the other way round"],
        ),
        (
            changed(preemption_days=0),
            ["right_holders without preemption_days, or the other way round"],
        ),
        (
            changed(right_holders=(HolderId(3), HolderId(3))),
            ["right_holders names a holder twice"],
        ),
        (
            changed(right_holders=tuple(map(HolderId, range(201)))),
            ["right_holders are too many"],
        ),
        (changed(checklist=(RECORDING, RECORDING)), ["checklist names a document twice"]),
        (
            changed(checklist=(ChecklistItem(DocumentKind.SCAN, Who.OPERATOR),)),
            ["checklist asks neither buyer nor seller"],
        ),
        (
            changed(checklist=(RECORDING,) * 33),
            ["checklist is too long", "checklist names a document twice"],
        ),
        (
            changed(remind_days=6),
            ["notices do not follow one another before the decision's end"],
        ),
        (
            changed(registration_alarm_days=11),
            ["registration_alarm_days is after registration_days"],
        ),
    ],
)
def test_terms_that_contradict_themselves_say_where(
    terms: TransferTerms, faults: list[str]
) -> None:
    assert terms.faults() == faults


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_out_of_its_bounds_is_named(name: str) -> None:
    least, most = BOUNDS[name]
    for value, is_named in ((least, False), (most, False), (least - 1, True), (most + 1, True)):
        fault = f"{name} is not in {least} to {most}"
        assert (fault in changed(**{name: value}).faults()) == is_named


def test_every_number_of_the_terms_has_its_bounds() -> None:
    numbers = {field.name for field in msgspec.structs.fields(TransferTerms) if field.type is int}
    assert numbers == set(BOUNDS)


def test_terms_come_back_from_their_bytes() -> None:
    for terms in (SANDBOX, EVERYTHING):
        stored = msgspec.msgpack.encode(terms)
        assert msgspec.msgpack.decode(stored, type=TransferTerms) == terms


def test_whatever_the_clock_may_cause_a_clock_of_that_state_fires() -> None:
    fired = {(state, event) for clock in CLOCKS for state in clock.states for event in clock.fires}
    by_clock = {(row.state, row.event) for row in TABLE if Who.CLOCK in row.who}
    # Maturity is no clock of its own: it caps the others.
    capped = {pair for pair in by_clock if pair[1] is TransferEvent.MATURE}
    assert fired == by_clock - capped
    assert len(capped) == 7


def test_a_clock_lasts_as_the_terms_say_and_is_kept_in_the_transfer() -> None:
    of_the_terms = set(TransferTerms.__struct_fields__)
    for clock in CLOCKS:
        assert set(clock.lasts) <= of_the_terms, clock.name
        assert clock.kept_in in Transfer.__struct_fields__, clock.name
    named = {name for clock in CLOCKS for name in clock.lasts} | {"maturity_days"}
    days = {name for name in BOUNDS if name.endswith(("_days", "_hours", "_minutes"))}
    assert days - named == {"rescission_days"}  # a right that ends, and nothing happens then
