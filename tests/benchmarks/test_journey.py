"""The journey on a market small enough for a second: its figures are there, and make sense."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from benchmarks.report import Figure, percentile
from benchmarks.workload import SHARES, Answer, Kind, VenueFacts, Workload
from exchange.commands import CancelOrder, ConfirmTransfer, PlaceOrder
from exchange.types import PartyId
from matching import TimeInForce
from registry.types import ProductId, TransferId

ROOT: Final = Path(__file__).resolve().parents[2]

NAMES: Final = {
    "journey.saturation.commands_per_s",
    "journey.saturation.raw_rows_per_s",
    "journey.saturation.p50_ms",
    "journey.saturation.p99_ms",
    "journey.saturation.commands_per_s_without_stalls",
    "journey.saturation.stalls",
    "journey.open_1000.p50_ms",
    "journey.open_1000.p99_ms",
    "journey.open_1000.p99_without_stalls_ms",
    "journey.open_1000.p99_aim_ms",
    "journey.open_1000.stalls",
    "journey.fdatasync.p99_ms",
    "journey.memory.start_mib",
    "journey.memory.end_mib",
    "journey.memory.mib_per_million_commands",
    "journey.memory.run_s",
    "journey.mix.resting_per_cent",
    "journey.mix.cancel_per_cent",
    "journey.mix.crossing_per_cent",
    "journey.mix.confirmation_per_cent",
    "journey.mix.refused_per_cent",
}

FACTS: Final = VenueFacts(
    seed=7,
    traders=[PartyId(number) for number in range(10, 20)],
    products=[ProductId(30), ProductId(31)],
    orders_open=400,
)


def test_the_journey_writes_its_figures(tmp_path: Path) -> None:
    file = tmp_path / "journey.json"
    options = {
        "--json": file,
        "--directory": tmp_path / "disk",
        "--window": 2,
        "--rounds": 1,
        "--traders": 20,
        "--products": 2,
        "--orders-open": 400,
    }
    words = [str(word) for pair in options.items() for word in pair]
    subprocess.run(
        [sys.executable, "-m", "benchmarks.journey", "--quick", *words],
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    rows = {row["name"]: row for row in json.loads(file.read_text(encoding="utf-8"))}
    assert NAMES - rows.keys() == set()
    assert all(set(row) == {"name", "value", "unit", "baseline", "ratio"} for row in rows.values())
    saturation = rows["journey.saturation.commands_per_s"]
    raw = rows["journey.saturation.raw_rows_per_s"]
    assert saturation["value"] > 0
    assert saturation["baseline"] == raw["value"]
    assert saturation["ratio"] == pytest.approx(saturation["value"] / raw["value"])
    assert rows["journey.mix.refused_per_cent"]["value"] < 1
    assert list((tmp_path / "disk").iterdir()) == []


def test_every_hundred_commands_have_the_mix() -> None:
    workload = _after_opening()
    for _ in range(3):
        before = dict(workload.sent)
        for _ in range(100):
            _, command = _next(workload)
            assert isinstance(command, PlaceOrder | CancelOrder | ConfirmTransfer)
        sent = {kind: workload.sent[kind] - before.get(kind, 0) for kind in Kind}
        assert sent == SHARES


def test_nobody_is_on_both_sides_of_a_product() -> None:
    workload = _after_opening()
    sides = set()
    for _ in range(2_000):
        _, command = _next(workload)
        if isinstance(command, PlaceOrder):
            sides.add((command.product_id, command.actor, command.side))
    assert len(sides) == len({(product, actor) for product, actor, _ in sides})


def test_the_number_of_open_orders_stays_where_it_is() -> None:
    workload = _after_opening()
    for _ in range(20_000):
        _next(workload)
    assert abs(workload.orders_open - FACTS.orders_open) < FACTS.orders_open // 4


def test_a_refusal_is_counted_and_its_order_is_not_cancelled() -> None:
    workload = Workload(FACTS)
    number, _ = workload.opening()
    workload.learn(Answer(number, 1, 503, ()))
    assert workload.refused == {503: 1}
    assert workload.orders_open == 0
    assert workload.waiting == 0


@pytest.mark.parametrize(
    ("per_cent", "expected"), [(0, 1), (1, 1), (50, 50), (99, 99), (99.5, 100), (100, 100)]
)
def test_a_percentile_is_a_value_that_was_measured(per_cent: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), per_cent) == expected


def test_a_figure_without_baseline_has_no_ratio() -> None:
    assert Figure(name="a", value=3, unit="1").ratio is None
    assert Figure(name="a", value=3, unit="1", baseline=6).ratio == 0.5


def _after_opening() -> Workload:
    # Every order rests and every crossing one opens a transfer, as the venue's books would have it.
    workload = Workload(FACTS)
    for _ in range(FACTS.orders_open):
        number, _ = workload.opening()
        workload.learn(Answer(number, number + 1, 0, ()))
    for _ in range(100):
        _next(workload)
    return workload


def _next(workload: Workload) -> tuple[int, object]:
    number, command = workload.following()
    crosses = (
        isinstance(command, PlaceOrder) and command.time_in_force is TimeInForce.IMMEDIATE_OR_CANCEL
    )
    opened = ((TransferId(number * 1_000), 2, PartyId(2)),) if crosses else ()
    workload.learn(Answer(number, number + 1, 0, opened))
    return number, command
