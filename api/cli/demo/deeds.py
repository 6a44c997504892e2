"""An errand done, with the key of whoever does it: mostly one request."""

import logging
from typing import Final

from api.cli.demo.client import ApiClient, Refused, Request, VenueGone
from api.cli.demo.course import Act, Errand
from api.cli.demo.decisions import decide, propose
from api.cli.demo.papers import OtherBytes, hand_in, read_all
from api.cli.demo.watch import Watch
from api.cli.demo.ways import Way, checklist_of
from api.signing import Signer

STALE: Final = "transfer_version_stale"
DECISIONS: Final = frozenset({Act.CONFIRM, Act.REJECT})
DECIDED_AS_READ: Final = frozenset({Way.REVIEW, Way.SIGNED})
"""Where a decision says what was read."""

log = logging.getLogger("trustex.demo")


async def carry_out(
    client: ApiClient,
    watch: Watch,
    errand: Errand,
    *,
    key: str,
    who: str,
    signer: Signer | None = None,
) -> str | None:
    """Do the errand about the transfer as it was last read; the code of the refusal, if it was
    refused.

    Args:
        who: as the screen tells it.
        signer: an officer's, who signs where the product asks for it.
    """
    pending = watch.pending.get(errand.transfer_id)
    if pending is None:
        return None
    name = f"{errand.act.name}-{errand.transfer_id}-{errand.party_id or ''}{pending.version}"
    way = watch.products[pending.symbol].way
    try:
        if errand.act is Act.HAND_IN:
            checklist = checklist_of(way, errand.by.name)
            await hand_in(client, errand.transfer_id, checklist, key=key, name=name)
        elif errand.act is Act.READ:
            await read_all(client, errand.transfer_id, key=key)
        elif errand.act is Act.PROPOSE:
            await propose(client, errand, key=key, name=name)
        elif errand.act in DECISIONS and way in DECIDED_AS_READ:
            signs = signer if way is Way.SIGNED else None
            await decide(client, errand, key=key, name=name, signer=signs)
        else:
            request = Request(
                method=errand.method,
                path=errand.path,
                key=key,
                body=errand.body,
                idempotency_key=name,
                version=pending.version,
            )
            await client.send(request, dict)
    except Refused as refused:
        code = refused.problem.code
        if code != STALE:
            # Such as a transfer that lapsed while somebody was at it.
            log.info("%s %s: %s", who, errand, refused)
            watch.counts.refused += 1
        return code
    except VenueGone as gone:
        log.warning("%s %s: %s", who, errand, gone)
        return None
    except OtherBytes:
        log.exception("%s %s", who, errand)
        watch.tell(who, what=f"found other bytes among the documents of {pending.symbol}")
        return None
    watch.note(who, errand, symbol=pending.symbol)
    return None
