"""What an officer decides on what he has read, where a product asks for more than a word: another
one has proposed it, or he signs it.

The text that is signed is that of docs/signed-decisions.md, as anybody outside writes it.
"""

import base64
from typing import Final

from api.cli.demo.client import ApiClient, Request
from api.cli.demo.course import Act, Errand
from api.cli.demo.wire import Step, TransferRead
from api.signing import DemoSigner, Signer

WORDS: Final = {Act.CONFIRM: "CONFIRM", Act.REJECT: "REJECT"}


def officer_signer(code: str) -> DemoSigner:
    """The key of an officer: everybody can make it again, like all keys of a demo."""
    return DemoSigner(f"trustex demo officer {code}".encode())


async def propose(client: ApiClient, errand: Errand, *, key: str, name: str) -> None:
    """Claim the transfer and propose to a checker what to decide.

    Args:
        key: of an officer who makes.
        name: in which the idempotency keys differ from those of another time.

    Raises:
        Refused: somebody else was faster, or it is not to be decided now.
        VenueGone: the venue does not answer.
    """
    read = await _read(client, errand, key=key)
    claim = Request(
        method="POST",
        path=f"/v1/transfers/{errand.transfer_id}/claim",
        key=key,
        idempotency_key=f"claim-{name}",
        version=read.version,
    )
    claimed = await client.send(claim, Step)
    proposal = Request(
        method="POST",
        path=errand.path,
        key=key,
        body={**(errand.body or {}), "criteria": read.desk.criteria},
        idempotency_key=name,
        version=claimed.version,
    )
    await client.send(proposal, Step)


async def decide(
    client: ApiClient, errand: Errand, *, key: str, name: str, signer: Signer | None
) -> None:
    """Confirm or reject what is read now.

    Args:
        signer: with whose key the decision is signed, if it is.

    Raises: as `propose`.
    """
    read = await _read(client, errand, key=key)
    criteria = read.desk.criteria
    body = {**(errand.body or {}), "criteria": criteria}
    if signer is not None and criteria is not None:
        signature = signer.sign(decision_text(errand, criteria))
        body["signature"] = base64.b64encode(signature).decode("ascii")
    decision = Request(
        method="POST",
        path=errand.path,
        key=key,
        body=body,
        idempotency_key=name,
        version=read.version,
    )
    await client.send(decision, dict)


def decision_text(errand: Errand, criteria: str) -> bytes:
    """What an officer signs."""
    return (
        "trustex signed decision 1\n"
        "act: DECISION\n"
        f"transfer: {errand.transfer_id}\n"
        f"criteria: {criteria}\n"
        f"decision: {WORDS[errand.act]}\n"
        f"reason: {errand.detail or '-'}\n"
    ).encode("ascii")


async def _read(client: ApiClient, errand: Errand, *, key: str) -> TransferRead:
    path = f"/v1/transfers/{errand.transfer_id}"
    return await client.send(Request(method="GET", path=path, key=key), TransferRead)
