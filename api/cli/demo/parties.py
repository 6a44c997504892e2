"""Buyers, sellers and the operator at work on transfers, each with a key of its own.

What has to be done they learn from the streams of the trust companies, where the demo listens
anyway: 340 connections more would tell each of them the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.cli.demo.client import ApiClient
from api.cli.demo.course import Errand, Role
from api.cli.demo.deeds import STALE, carry_out
from api.cli.demo.pile import Pile
from api.cli.demo.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyKey:
    """A buyer or seller who can act."""

    key: str
    is_institution: bool


class Parties:
    """Everybody but the officers."""

    def __init__(
        self,
        parties: Mapping[str, PartyKey],
        *,
        operator_key: str,
        client: ApiClient,
        watch: Watch,
    ) -> None:
        """Args:
        parties: by party id.
        """
        self._parties = parties
        self._operator_key = operator_key
        self._client = client
        self._watch = watch
        self.pile = Pile(watch, self._see_to)

    async def run(self) -> None:
        """Work until cancelled."""
        await self.pile.run()

    def is_natural_person(self, party_id: str) -> bool:
        """Whether this is one of the demo's natural persons."""
        party = self._parties.get(party_id)
        return party is not None and not party.is_institution

    async def _see_to(self, errands: Sequence[Errand]) -> None:
        for errand in errands:
            key = self._key_for(errand)
            if key is None:
                continue  # of a party that somebody else has admitted
            who = errand.by.value
            code = await carry_out(self._client, self._watch, errand, key=key, who=who)
            if code == STALE:
                self.pile.put_again(errand)

    def _key_for(self, errand: Errand) -> str | None:
        if errand.by is Role.OPERATOR:
            return self._operator_key
        pending = self._watch.pending.get(errand.transfer_id)
        if pending is None:
            return None  # decided in this moment
        party_id = pending.buyer_id if errand.by is Role.BUYER else pending.seller_id
        party = self._parties.get(party_id)
        return None if party is None else party.key
