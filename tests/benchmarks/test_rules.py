"""The benchmark of the rules, so short that what it says means nothing."""

from benchmarks.rules import Plan, measure

PLAN = Plan(batches=1, orders=20, questions=20, pasts=1)


def test_rules_are_measured_and_each_figure_has_its_baseline() -> None:
    figures = {figure.name: figure for figure in measure(PLAN)}

    assert figures.keys() == {
        "rules.order_path_added_us",
        "rules.explain_us",
        "rules.verdicts_per_s",
        "rules.feasible_ms",
        "rules.answerable_ms",
        "rules.whatif_commands_per_s",
    }
    assert all(figure.baseline for figure in figures.values()), figures
    # What so few orders differ by may be anything.
    del figures["rules.order_path_added_us"]
    assert all(figure.value > 0 for figure in figures.values()), figures
