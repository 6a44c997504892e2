"""What a regulator reads is written down before it is told: who asked, when, and for what.

A read that cannot be written down is not answered. Of public pages, which ask for no key, nobody
knows who reads them.
"""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Scope

from api.auth.principal import Principal
from api.dependencies import Services, services_of
from api.store.reads import record_read
from exchange.types import PartyKind

FAULTS_FROM: Final = 500
"""An answer of this status or above tells nothing of what was asked for."""


async def log_read(scope: Scope, *, status: int) -> None:
    """Write the read down if a regulator has signed in for it.

    Args:
        status: of the answer that is about to be sent.

    Raises:
        SQLAlchemyError: it could not be written; the answer must not be sent.

    Cost: nothing for others; a commit in a thread for a regulator.
    """
    principal = scope.get("trustex.principal")
    if not isinstance(principal, Principal) or principal.kind is not PartyKind.REGULATOR:
        return
    if scope["method"] == "GET" and status < FAULTS_FROM:
        services = services_of(Request(scope))
        await run_in_threadpool(_record, services, principal, _asked_for(scope), status)


def _record(services: Services, principal: Principal, path: str, status: int) -> None:
    with services.edge.transaction() as connection:
        record_read(
            connection,
            at_ns=services.clock.now_ns(),
            party_id=principal.party_id,
            key_id=principal.key_id,
            path=path,
            status=status,
        )


def _asked_for(scope: Scope) -> str:
    path, query = str(scope["path"]), bytes(scope["query_string"]).decode("latin-1")
    return f"{path}?{query}" if query else path
