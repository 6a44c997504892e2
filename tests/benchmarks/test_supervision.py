"""What the detectors find on labelled days: bounds that hold on seeds nobody has chosen them by."""

from __future__ import annotations

import pytest

from benchmarks.supervision import QUICK_SEEDS, SEEDS, TUNING_SEEDS, Counts, count, is_meant
from benchmarks.watched_days import Labels, Plan, Plant
from exchange.supervision.alerts import Alert, AlertKind, Direction
from exchange.types import Fen, PartyId, Sequence
from registry.types import TimeNs, TransferId


@pytest.fixture(scope="module")
def counts() -> Counts:
    return count(QUICK_SEEDS, Plan())


BOUNDS = [
    # A rule, not a guess: each deal is reported or not.
    (AlertKind.LARGE_AMOUNT, 1.0, 1.0),
    (AlertKind.THIRD_PARTY_PAYER, 1.0, 1.0),
    # Of a third of the deals nobody knows the owner.
    (AlertKind.SAME_OWNER, 1.0, 0.6),
    # Some come back after the days that are looked at, or with other units.
    (AlertKind.ROUND_TRIP, 0.7, 0.5),
    (AlertKind.CIRCLE, 0.9, 0.3),
    (AlertKind.OFF_VALUE, 0.9, 0.8),
    # Ordinary amounts are just below too, by chance.
    (AlertKind.JUST_BELOW, 0.4, 0.4),
]


def test_every_kind_has_its_bounds() -> None:
    assert {kind for kind, _, _ in BOUNDS} == set(AlertKind)


@pytest.mark.parametrize(("kind", "precision", "recall"), BOUNDS, ids=str)
def test_what_is_said_and_what_is_found_stay_within_bounds(
    counts: Counts, kind: AlertKind, precision: float, recall: float
) -> None:
    assert counts.planted[kind] >= 2 * Plan().plants
    assert counts.precision(kind) >= precision
    assert counts.recall(kind) >= recall


def test_no_detector_is_measured_on_the_seeds_it_was_chosen_by() -> None:
    assert set(TUNING_SEEDS).isdisjoint({*SEEDS, *QUICK_SEEDS})


def alert(kind: AlertKind, party_id: int, *transfer_ids: int) -> Alert:
    return Alert(
        kind=kind,
        sequence=Sequence(1),
        at_ns=TimeNs(0),
        party_ids=(PartyId(party_id),),
        direction=Direction.PAID,
        transfer_ids=tuple(map(TransferId, transfer_ids)),
        amount=Fen(1),
        measured=1,
        limit=1,
    )


def plant(kind: AlertKind, *transfer_ids: int) -> Plant:
    return Plant(kind, frozenset(map(TransferId, transfer_ids)))


def test_an_alert_is_right_that_speaks_of_a_plant_of_its_kind_and_nothing_besides() -> None:
    ring = plant(AlertKind.ROUND_TRIP, 1, 2)
    assert is_meant(alert(AlertKind.ROUND_TRIP, 1, 1, 2), ring)
    assert not is_meant(alert(AlertKind.CIRCLE, 1, 1, 2), ring)
    assert not is_meant(alert(AlertKind.ROUND_TRIP, 1, 2, 3), ring)


def test_what_is_missed_and_what_is_wrong_are_both_counted() -> None:
    counts = Counts()
    labels = Labels(
        plants=[plant(AlertKind.ROUND_TRIP, 1, 2), plant(AlertKind.ROUND_TRIP, 3, 4)],
        reportable={
            (PartyId(1), Direction.PAID, TransferId(5)),
            (PartyId(2), Direction.PAID, TransferId(6)),
        },
    )
    said = [
        alert(AlertKind.ROUND_TRIP, 1, 1, 2),
        alert(AlertKind.ROUND_TRIP, 1, 7, 8),
        alert(AlertKind.ROUND_TRIP, 1, 2, 1),
        alert(AlertKind.LARGE_AMOUNT, 1, 5, 6),
    ]
    counts.add(labels, said)
    assert counts.precision(AlertKind.ROUND_TRIP) == pytest.approx(2 / 3)
    assert counts.recall(AlertKind.ROUND_TRIP) == pytest.approx(1 / 2)
    assert counts.precision(AlertKind.LARGE_AMOUNT) == pytest.approx(1 / 2)
    assert counts.recall(AlertKind.LARGE_AMOUNT) == pytest.approx(1 / 2)
    assert counts.precision(AlertKind.OFF_VALUE) == pytest.approx(1.0)
