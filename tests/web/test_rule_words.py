"""What rules look at is called something on the pages, in both languages."""

import re

from exchange.rules.checks import CHECKS
from tests.architecture.tree import ROOT

BESIDES = {"clearance_id", "raised"}
"""What the engine adds to what a check looked at."""


def test_whatever_a_finding_was_judged_by_has_a_name() -> None:
    source = (ROOT / "web/src/views/venue/ruleWords.ts").read_text(encoding="utf-8")
    named = re.findall(r"^    (\w+):", source, re.MULTILINE)
    looked_at = BESIDES.union(*(check.inputs for check in CHECKS.values()))
    assert len(looked_at) > len(BESIDES)
    assert {name for name in looked_at if named.count(name) != 2} == set()
