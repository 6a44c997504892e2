"""Buyers, sellers, right-holders and the operator at work on transfers, each with a key of its own.

What has to be done they learn from the streams of the trust companies, where the demo listens
anyway: 340 connections more would tell each of them the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.cli.demo.client import ApiClient
from api.cli.demo.course import Errand, Role
from api.cli.demo.deeds import STALE, carry_out
from api.cli.demo.pile import Pile
from api.cli.demo.watch import Pending, Watch


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
        right_holders: Mapping[str, Sequence[str]],
        client: ApiClient,
        watch: Watch,
    ) -> None:
        """Args:
        parties: by party id.
        right_holders: the parties that are asked about a product's transfers, by its symbol.
        """
        self._parties = parties
        self._operator_key = operator_key
        self._right_holders = right_holders
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

    def asked(self, pending: Pending) -> list[str | None]:
        """Each of the product's right-holders, in their order; None in place of who is not asked,
        because he sells."""
        holders = self._right_holders.get(pending.symbol, ())
        return [None if each == pending.seller_id else each for each in holders]

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
        party_ids = {
            Role.BUYER: pending.buyer_id,
            Role.SELLER: pending.seller_id,
            Role.RIGHT_HOLDER: errand.party_id,
        }
        party = self._parties.get(party_ids[errand.by] or "")
        return None if party is None else party.key
