"""The invariants of halts, T1 and T2 of docs/invariants.md."""

from exchange.halt_types import VENUE, HaltLevel
from exchange.halts import EVERYWHERE
from exchange.state import State
from exchange.suspension import is_of_halted
from exchange.types import TRADING_KINDS, PartyId
from registry.transfer import Overlay
from registry.types import ProductId


def check_halts(state: State) -> None:
    """Assert that every halt in memory stands, and is found by what it halts; and that all which
    halted parties have open has followed, or is about to. Cost: O(halts + orders + transfers)."""
    halts = state.halts
    found = {
        halt.halt_id: (subject, party_id, halt)
        for subject, by_party in halts.by_subject.items()
        for party_id, halt in by_party.items()
    }
    assert found.keys() == halts.standing.keys()  # T1
    assert all(halts.by_subject.values())  # T1
    ends = {halt_id for halt_id, halt in halts.standing.items() if halt.ends_ns is not None}
    assert halts.timed.keys() == ends  # T1
    for halt_id, halt in halts.standing.items():
        assert found[halt_id] == ((halt.level, halt.subject_id), halt.given_by, halt)  # T1
        assert halt.lifted_at_ns is None, halt_id  # T1
        giver = state.parties[halt.given_by]
        if halt.level is HaltLevel.VENUE:
            assert halt.subject_id == VENUE, halt_id  # T1
            assert giver.kind in EVERYWHERE, halt_id  # T1
        elif halt.level is HaltLevel.PARTY:
            assert state.parties[PartyId(halt.subject_id)].kind in TRADING_KINDS, halt_id  # T1
            assert giver.kind in EVERYWHERE, halt_id  # T1
        else:
            keeper = state.products[ProductId(halt.subject_id)].terms.trust_company_id
            assert giver.kind in EVERYWHERE or halt.given_by == keeper, halt_id  # T1
    stopped = {PartyId(subject) for level, subject in halts.by_subject if level is HaltLevel.PARTY}
    about_to = set(halts.orders)
    for order_id, order in state.orders.items() if stopped else ():
        assert order.party_id not in stopped or order_id in about_to, order_id  # T2
    unmarked = set(halts.transfers)
    for transfer_id, transfer in state.register.transfers.items():
        is_marked = Overlay.PARTY_HALT in transfer.overlays
        has_followed = is_marked is is_of_halted(state, transfer)
        assert has_followed or transfer_id in unmarked, transfer_id  # T2
