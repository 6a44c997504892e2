"""Rules that could not be asked: their checks raised, so they block, and the operator has to hear
of it. It is a fault of the program's, not of who is refused.

Of one product there is one exception of this kind, counted when it comes again; it names the rule
that failed last, and what was raised.
"""

from collections.abc import Iterable

from exchange.exceptions import raise_about
from exchange.rules.types import RULE_INCIDENT, Finding, RuleIncident
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import ExceptionKind
from registry.types import ProductId, TimeNs


def note_incidents(
    state: State,
    product_id: ProductId,
    findings: Iterable[Finding],
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Open an exception for the operator alone if any of these rules could not be asked, or count
    it. Cost: O(findings)."""
    for finding in findings:
        if finding.reason_code == RULE_INCIDENT:
            raised = dict(finding.inputs).get("raised")
            raise_about(
                state,
                ExceptionKind.RULE_INCIDENT,
                product_id,
                party_id=None,
                incident=RuleIncident(finding.rule_id, None if raised is None else str(raised)),
                at_ns=at_ns,
                emit=emit,
            )
