"""What the pair of exchanges compares of clients: their facts and applications, and every row."""

from __future__ import annotations

import msgspec

from exchange.client_state import ClientState
from exchange.client_types import ProfileFact
from exchange.state import State
from exchange.store.client_rows import take_client_rows
from tests.model.clients import DAYS_TOLD, Asked, Card, Clients, still_to_tell

Row = tuple[object, ...]


class ClientRows:
    """What SQL would hold of clients."""

    def __init__(self) -> None:
        self.profiles: dict[object, Row] = {}
        self.applications: dict[object, Row] = {}

    def take(self, clients: ClientState) -> None:
        """Write down what was touched; nothing is touched any more."""
        rows = take_client_rows(clients)
        self.profiles.update((row[0], row) for row in rows["profiles"])
        self.applications.update((row[0], row) for row in rows["applications"])

    def check(self, model: Clients, state: State) -> None:
        """Every client has his row, and every application, with what became of it; the state has
        the same facts of everybody, and the same open applications."""
        check_clients(model, state)
        assert self.profiles == {
            party_id: profile_row(party_id, card) for party_id, card in model.cards.items()
        }
        assert self.applications == {
            each.number: application_row(each) for each in model.applications
        }


def check_clients(model: Clients, state: State) -> None:
    """Both know the same facts of everybody, and the same open applications."""
    assert {party_id: party.profile for party_id, party in state.parties.items()} == {
        party_id: model.cards.get(party_id, Card()).profile() for party_id in model.kinds
    }
    assert list(state.clients.applications) == [each.number for each in model.waiting()]


def profile_row(party_id: int, card: Card) -> Row:
    """A card of the model, in column order of the table."""
    profile = card.profile()
    certified, risk, looked_at = profile.certification, profile.risk, profile.due_diligence
    return (
        party_id,
        *((None, None) if certified is None else (certified.basis, certified.valid_until)),
        *((None,) * 3 if risk is None else (risk.level, risk.assessed_on, risk.valid_until)),
        msgspec.msgpack.encode(profile.assessments),
        profile.professional,
        *((None, None) if looked_at is None else (looked_at.risk, looked_at.review_by)),
        profile.owner_id,
        msgspec.msgpack.encode(profile.affiliate_of),
        profile.layers,
        card.listing,
        card.listings[-1][1] if card.listing is not None else None,
        *(given(card, fact.name) for fact in ProfileFact),
        profile.lookthrough_count,
        profile.certified_on,
        profile.reviewed_on,
    )


def given(card: Card, fact: str) -> int:
    """How many notices of the fact are behind the client, and those that he will never get."""
    left = still_to_tell(card.ends[fact][-1]) if fact in card.ends else []
    return len(DAYS_TOLD) - len(left)


def application_row(asked: Asked) -> Row:
    """An application of the model, in column order of the table."""
    said, decided = asked.said, asked.decided
    return (
        *(asked.number, said.actor, said.basis, said.professional, said.owner_id),
        msgspec.msgpack.encode(said.evidence),
        *(asked.at_ns, asked.state),
        None if decided is None else decided.rejection,
        None if decided is None else decided.officer_id,
        asked.decided_at_ns,
    )
