"""The invariant of halts, T1 of docs/invariants.md."""

from exchange.halt_types import VENUE, HaltLevel
from exchange.halts import EVERYWHERE
from exchange.state import State
from registry.types import ProductId


def check_halts(state: State) -> None:
    """Assert that every halt in memory stands, and is found by what it halts. Cost: O(halts)."""
    halts = state.halts
    found = {
        halt.halt_id: (subject, party_id, halt)
        for subject, by_party in halts.by_subject.items()
        for party_id, halt in by_party.items()
    }
    assert found.keys() == halts.standing.keys()  # T1
    assert all(halts.by_subject.values())  # T1
    for halt_id, halt in halts.standing.items():
        assert found[halt_id] == ((halt.level, halt.subject_id), halt.given_by, halt)  # T1
        assert halt.lifted_at_ns is None, halt_id  # T1
        giver = state.parties[halt.given_by]
        if halt.level is HaltLevel.VENUE:
            assert halt.subject_id == VENUE, halt_id  # T1
            assert giver.kind in EVERYWHERE, halt_id  # T1
        else:
            keeper = state.products[ProductId(halt.subject_id)].terms.trust_company_id
            assert giver.kind in EVERYWHERE or halt.given_by == keeper, halt_id  # T1
