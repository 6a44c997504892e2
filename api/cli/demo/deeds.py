"""An errand done: one request with the key of whoever does it."""

import logging
from typing import Final

from api.cli.demo.client import ApiClient, Refused, Request, VenueGone
from api.cli.demo.course import Errand
from api.cli.demo.watch import Watch

STALE: Final = "transfer_version_stale"

log = logging.getLogger("trustex.demo")


async def carry_out(
    client: ApiClient, watch: Watch, errand: Errand, *, key: str, who: str
) -> str | None:
    """Do the errand about the transfer as it was last read; the code of the refusal, if it was
    refused.

    Args:
        who: as the screen tells it.
    """
    pending = watch.pending.get(errand.transfer_id)
    if pending is None:
        return None
    request = Request(
        method=errand.method,
        path=errand.path,
        key=key,
        body=errand.body,
        idempotency_key=f"{errand.act.name}-{errand.transfer_id}-{pending.version}",
        version=pending.version,
    )
    try:
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
    watch.note(who, errand, symbol=pending.symbol)
    return None
