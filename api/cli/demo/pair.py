"""The operator's two officers: what one proposes the other approves, as four eyes ask for.

The keys of the requests follow from the act's alone: an act that was interrupted is given again,
and what of it was done is answered and not repeated.
"""

from dataclasses import replace
from typing import Final

from api.cli.demo.client import ApiClient, Request
from api.cli.demo.wire import Approved, Proposed, ProposedPages

PERSONS: Final = (("operator-maker", "MAKER"), ("operator-checker", "CHECKER"))
"""Codes of the two, and the role of each."""


class Pair:
    """A maker and a checker with a key each."""

    def __init__(self, client: ApiClient, *, maker_key: str, checker_key: str) -> None:
        self._client = client
        self._maker_key = maker_key
        self._checker_key = checker_key

    @property
    def key(self) -> str:
        """Of the maker: for what needs no second person."""
        return self._maker_key

    async def act(self, request: Request) -> str | None:
        """Have the act proposed and approved; the id of what it made, if it made something.

        Raises:
            Refused: the venue does not take it, from either.
            VenueGone: the venue does not answer.
        """
        proposed = await self._client.send(replace(request, key=self._maker_key), Proposed)
        approved = await self._approve(proposed, key=f"{request.idempotency_key}-approved")
        return approved.result_id

    async def import_pages(self, request: Request) -> None:
        """The same of a file, which is proposed page by page."""
        proposed = await self._client.send(replace(request, key=self._maker_key), ProposedPages)
        for number, page in enumerate(proposed.items, start=1):
            await self._approve(page, key=f"{request.idempotency_key}-approved-{number}")

    async def _approve(self, proposed: Proposed, *, key: str) -> Approved:
        approval = Request(
            method="POST",
            path=f"/v1/proposals/{proposed.proposal_id}/approve",
            key=self._checker_key,
            body={"digest": proposed.digest},
            idempotency_key=key,
        )
        return await self._client.send(approval, Approved)
