"""The authority's examiner, who once halts trade in a product for some seconds."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from api.cli.demo.chance import Chance, chance
from api.cli.demo.client import ApiClient, Refused, Request, VenueGone
from api.cli.demo.products import BY_NAME, Product
from api.cli.demo.watch import Deed, Watch
from api.cli.demo.wire import Halt, Page
from api.schemas.decimals import NS_PER_S, format_moment

EXAMINER: Final = "examiner"
"""How the credentials name the examiner's party, and its key."""
NAME: Final = "监管检查组（演示） Examiners of the authority (demo)"
KIND: Final = "REGULATOR"
HALTS_AFTER_S: Final = (30.0, 60.0)
HALT_S: Final = 8.0
REVIEW_AFTER_S: Final = 3_600

log = logging.getLogger("trustex.demo")


class Examiner:
    """Who reads everything, and halts trade where something is to be explained."""

    def __init__(
        self,
        products: Sequence[Product],
        *,
        party_id: str,
        key: str,
        client: ApiClient,
        watch: Watch,
        seed: int,
        start: int,
    ) -> None:
        self._products = [each for each in products if each.market_mode not in BY_NAME]
        self._party_id = party_id
        self._key = key
        self._client = client
        self._watch = watch
        self._chance: Chance = chance(seed, f"examiner {start}")
        self._start = start

    async def run(self) -> None:
        """Lift what an earlier run has left, halt one product for a while, and be content."""
        try:
            await self.lift_all()
            await asyncio.sleep(self._chance.uniform(*HALTS_AFTER_S))
            await self.halt(self._chance.choice(self._products))
            await asyncio.sleep(HALT_S)
            await self.lift_all()
        except (Refused, VenueGone) as error:
            log.warning("examiner: %s", error)

    async def halt(self, product: Product) -> None:
        """Stop trade in the product.

        Raises:
            Refused: it is halted by the examiner, or closed.
            VenueGone: the venue does not answer.
        """
        review_ns = self._watch.now_ns + REVIEW_AFTER_S * NS_PER_S
        body: dict[str, object] = {
            "symbol": product.symbol,
            "reason": "DISORDERLY_TRADING",
            "note": "the last prices are to be explained",
            "review_at": format_moment(review_ns),
        }
        await self._send("/v1/halts", body, idempotency_key=f"halt-{self._start}")
        self._tell(f"halts {product.symbol}")

    async def lift_all(self) -> None:
        """Let trade go on wherever the examiner has stopped it.

        Raises:
            Refused: another has lifted it with this key.
            VenueGone: the venue does not answer.
        """
        request = Request(method="GET", path="/v1/halts", key=self._key, query={"state": "STANDS"})
        for halt in (await self._client.send(request, Page[Halt])).items:
            if halt.given_by != self._party_id:
                continue
            path = f"/v1/halts/{halt.halt_id}/lift"
            await self._send(path, {"note": "explained"}, idempotency_key=f"lift-{halt.halt_id}")
            self._tell(f"lets {halt.symbol or 'the venue'} be traded again")

    async def _send(self, path: str, body: dict[str, object], *, idempotency_key: str) -> None:
        request = Request(
            method="POST", path=path, key=self._key, body=body, idempotency_key=idempotency_key
        )
        await self._client.send(request, Halt)

    def _tell(self, what: str) -> None:
        self._watch.deeds.append(Deed(who="the examiner", what=what))
