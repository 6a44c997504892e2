"""The benchmark of the register on a venue so small that what it says means nothing."""

from pathlib import Path

from benchmarks.decisions import Deciding
from benchmarks.history import History
from benchmarks.register import Plan, measure
from benchmarks.settlements import Settling

PLAN = Plan(
    # The writer's processor time is counted in ticks of 10 ms: 500 took less than one.
    settling=Settling(rounds=1, settlements=2_000, raw_window_s=0.1, traders=20, products=3),
    deciding=Deciding(
        rounds=1, decisions=500, orders_alone_s=0.5, raw_window_s=0.1, traders=20, products=3
    ),
    history=History(changes=2_000, questions=20, lots_in_memory=1_000, holders=20),
)
WITH_BASELINE = {
    "register.settlements_per_s.sqlite",
    "register.batch_confirm_500_s",
    "register.batch_writer_stall_ms",
    "register.batch_writer_stall_median_ms",
    "register.batch_order_p50_ms",
    "register.batch_order_p99_ms",
    "register.as_of_ms",
    "register.as_of_p99_ms",
    "register.as_of_worst_ms",
    "register.memory_bytes_per_lot",
}
ALONE = {
    "register.settlements_per_s.sqlite.cpu_us",
    "register.settlements_per_s.sqlite.writer_cpu_us",
    "register.settlements_per_s.sqlite.batch_commands",
    "register.as_of.changes",
    "register.as_of.settlements",
    "register.as_of.database_bytes_per_change",
}


def test_the_register_is_measured_and_each_figure_has_its_baseline(tmp_path: Path) -> None:
    figures = {figure.name: figure for figure in measure(PLAN, tmp_path)}

    assert figures.keys() == WITH_BASELINE | ALONE
    assert {name for name in figures if figures[name].baseline is not None} == WITH_BASELINE
    assert all(figure.value > 0 for figure in figures.values()), figures
    assert 2_000 <= figures["register.as_of.changes"].value < 3_000
    assert list(tmp_path.iterdir()) == []
