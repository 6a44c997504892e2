"""The money of a party."""

from fastapi import APIRouter

from api.dependencies import GivenServices, SignedIn
from api.responses import SIGNED_IN, problems
from api.schemas.cash import Cash, cash_of
from api.strict_input import StrictRoute
from exchange.store.queries import account_of

router = APIRouter(route_class=StrictRoute, tags=["cash"])


@router.get("/v1/cash", operation_id="get_cash", responses=problems(*SIGNED_IN, 422))
def get_cash(services: GivenServices, principal: SignedIn) -> Cash:
    """The party's money; of the operator and trust companies, the fees that are theirs."""
    with services.reader.connect() as connection:
        row = account_of(connection, principal.party_id)
    assert row is not None, principal.party_id
    return cash_of(row)
