"""How much of what is there the detectors find, and how much of what they say is there.

    python -m benchmarks.supervision --json FILE [--quick]

Labelled days of many seeds (benchmarks/watched_days.py), none of which the parameters were chosen
on. Precision and recall are counted over all of them together.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from benchmarks.report import Figure, print_table, write_json
from benchmarks.watched_days import Labels, Plan, Plant, WatchedDays
from benchmarks.watched_market import Happened
from exchange.supervision.alerts import Alert, AlertKind
from exchange.supervision.watch import Watch

SEEDS: Final = range(101, 121)
QUICK_SEEDS: Final = range(101, 103)
TUNING_SEEDS: Final = range(1, 6)
"""On which the defaults were chosen: never measured by."""
SECOND_NS: Final = 1_000_000_000


@dataclass(slots=True)
class Counts:
    """By kind: how much there was, and how much of it and of what was said was right."""

    planted: Counter[AlertKind] = field(default_factory=Counter)
    found: Counter[AlertKind] = field(default_factory=Counter)
    said: Counter[AlertKind] = field(default_factory=Counter)
    right: Counter[AlertKind] = field(default_factory=Counter)

    def add(self, labels: Labels, alerts: Iterable[Alert]) -> None:
        """Count what was said of some labelled days."""
        said = list(alerts)
        self._add_large_amounts(labels, said)
        found: set[Plant] = set()
        for alert in said:
            if alert.kind is AlertKind.LARGE_AMOUNT:
                continue
            meant = {plant for plant in labels.plants if is_meant(alert, plant)}
            found |= meant
            self.said[alert.kind] += 1
            self.right[alert.kind] += bool(meant)
        self.planted.update(plant.kind for plant in labels.plants)
        self.found.update(plant.kind for plant in found)

    def _add_large_amounts(self, labels: Labels, alerts: list[Alert]) -> None:
        """Each deal of each party counts: it is reported or it is not."""
        kind = AlertKind.LARGE_AMOUNT
        reported = [
            (alert.party_ids[0], alert.direction, transfer_id)
            for alert in alerts
            if alert.kind is kind
            for transfer_id in alert.transfer_ids
        ]
        right = labels.reportable & set(reported)
        self.planted[kind] += len(labels.reportable)
        self.found[kind] += len(right)
        self.said[kind] += len(reported)
        self.right[kind] += len(right)

    def precision(self, kind: AlertKind) -> float:
        """Of what was said, the share that was right."""
        return self.right[kind] / self.said[kind] if self.said[kind] else 1.0

    def recall(self, kind: AlertKind) -> float:
        """Of what there was, the share that was found."""
        return self.found[kind] / self.planted[kind]


def is_meant(alert: Alert, plant: Plant) -> bool:
    """Whether the alert speaks of the plant: of this kind, and of nothing besides it."""
    if alert.kind is not plant.kind:
        return False
    if plant.payment_id is not None:
        return alert.payment_id == plant.payment_id
    return plant.transfer_ids.issuperset(alert.transfer_ids)


def watch(past: Iterable[Happened]) -> list[Alert]:
    """What a watch with the defaults says of it."""
    watching = Watch()
    return [alert for at, events in past for alert in watching.observe(events, at)]


def count(seeds: Iterable[int], plan: Plan) -> Counts:
    """What is found in the days of these seeds."""
    counts = Counts()
    for seed in seeds:
        days = WatchedDays(seed, plan)
        counts.add(days.labels, watch(days.market.past))
    return counts


def measure(seeds: Iterable[int], plan: Plan) -> list[Figure]:
    """Precision and recall of each kind, and commands a second."""
    counts, commands, spent_ns = Counts(), 0, 0
    for seed in seeds:
        days = WatchedDays(seed, plan)
        begin_ns = time.process_time_ns()
        alerts = watch(days.market.past)
        spent_ns += time.process_time_ns() - begin_ns
        commands += len(days.market.past)
        counts.add(days.labels, alerts)
    figures = []
    for kind in AlertKind:
        name = f"supervision.{kind.name.lower()}"
        figures += [
            Figure(name=f"{name}.precision", value=counts.precision(kind), unit="share"),
            Figure(name=f"{name}.recall", value=counts.recall(kind), unit="share"),
            Figure(name=f"{name}.planted", value=counts.planted[kind], unit="patterns"),
            Figure(name=f"{name}.said", value=counts.said[kind], unit="alerts"),
        ]
    rate = commands * SECOND_NS / max(spent_ns, 1)
    return [*figures, Figure(name="supervision.commands_per_s", value=rate, unit="1/s")]


def main() -> None:
    """Measure, print, and write the figures down."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--json", type=Path, required=True)
    parser.add_argument("--quick", action="store_true", help="two seeds")
    arguments = parser.parse_args()
    figures = measure(QUICK_SEEDS if arguments.quick else SEEDS, Plan())
    print_table(figures)
    write_json(figures, arguments.json)


if __name__ == "__main__":
    main()
