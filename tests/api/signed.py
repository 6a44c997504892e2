"""A trust company's officers who sign what they decide, over HTTP, for tests.

What is signed is typed here from docs/signed-decisions.md, and signed with a library of its own.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any, Final

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.api.review import ReviewDesk
from tests.api.venue import Market, Member, Officer, TestVenue

SIGNED: Final[dict[str, Any]] = {"transfer_terms": {"signed_decisions": True}}
SIGNED_IN_PAIRS: Final[dict[str, Any]] = {
    "transfer_terms": {"signed_decisions": True, "review": True}
}


def text_of(act: str, transfer_id: str, criteria: str, reason: str | None = None) -> str:
    """What an officer signs."""
    decision = "CONFIRM" if reason is None else "REJECT"
    return (
        "trustex signed decision 1\n"
        f"act: {act}\n"
        f"transfer: {transfer_id}\n"
        f"criteria: {criteria}\n"
        f"decision: {decision}\n"
        f"reason: {reason or '-'}\n"
    )


def new_key() -> Ed25519PrivateKey:
    """A key of nobody's yet."""
    return Ed25519PrivateKey.generate()


def public_text(key: Ed25519PrivateKey) -> str:
    """Its public half, as a body carries it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def signature_of(key: Ed25519PrivateKey, text: str) -> str:
    """As a body carries it."""
    return base64.b64encode(key.sign(text.encode("ascii"))).decode("ascii")


def register_key(
    venue: TestVenue, key: Ed25519PrivateKey, party_id: str, officer_id: str | None
) -> httpx.Response:
    """The operator has seen whose it is."""
    body = {"public_key": public_text(key), "label": "card", "officer_id": officer_id}
    path = f"/v1/parties/{party_id}/signing-keys"
    return venue.ask("POST", path, venue.operator, key=venue.unique(), json=body)


@dataclass(frozen=True)
class SignedDesk:
    """A transfer whose officers sign, and the keys that they sign with."""

    desk: ReviewDesk
    keys: dict[str, Ed25519PrivateKey]
    key_ids: dict[str, str]

    @classmethod
    def make(cls, venue: TestVenue, terms: dict[str, Any] = SIGNED_IN_PAIRS) -> SignedDesk:
        """Ruan, Shen and Qian have a key each."""
        desk = ReviewDesk.make(venue, **terms)
        keys = {each.officer_id: new_key() for each in (desk.ruan, desk.shen, desk.qian)}
        key_ids = {}
        for officer_id, key in keys.items():
            answer = register_key(venue, key, desk.office.party_id, officer_id)
            assert answer.status_code == 201, answer.text
            key_ids[officer_id] = answer.json()["key_id"]
        return cls(desk, keys, key_ids)

    def text(self, act: str, reason: str | None = None) -> str:
        """What is signed of the transfer as it is."""
        return text_of(act, self.desk.transfer_id, self.desk.criteria(), reason)

    def sign(self, officer: Officer, act: str, reason: str | None = None) -> str:
        """The officer's signature over what is true."""
        return signature_of(self.keys[officer.officer_id], self.text(act, reason))

    def is_proposed(self, reason: str | None = None) -> None:
        """Ruan has claimed it, and signed what he proposes."""
        self.desk.do("claim", self.desk.ruan)
        decision = {"decision": "CONFIRM" if reason is None else "REJECT", "reason": reason}
        signature = self.sign(self.desk.ruan, "PROPOSAL", reason)
        answer = self.desk.propose(self.desk.ruan, **decision, signature=signature)
        assert answer.status_code == 200, answer.text

    def confirm(self, officer: Officer) -> httpx.Response:
        """A checker's signed word."""
        return self.desk.confirm(officer, signature=self.sign(officer, "DECISION"))

    def shown(self, reader: Member | None = None) -> Any:
        """What the transfer says was signed."""
        return self.desk.transfer(reader)["signed_decisions"]


def unsigned(market: Market) -> httpx.Response:
    """A decision without a signature, of a product that asks for one."""
    desk = ReviewDesk.make(market.venue, **SIGNED)
    return desk.confirm(desk.shen)
