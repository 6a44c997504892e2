"""The holder slots of a product: how many there are, and how many are left."""

from fastapi import APIRouter

from api.dependencies import GivenServices, SignedIn, SymbolInPath
from api.responses import SIGNED_IN, problems
from api.schemas.slots import HolderSlots, slots_shown
from api.strict_input import StrictRoute
from exchange.types import PartyKind

router = APIRouter(route_class=StrictRoute, tags=["products"])


@router.get(
    "/v1/products/{symbol}/slots",
    operation_id="get_holder_slots",
    responses=problems(*SIGNED_IN, 404, 422),
)
async def get_holder_slots(
    services: GivenServices, principal: SignedIn, symbol: SymbolInPath
) -> HolderSlots:
    """How many holders the product has, how many slots pending transfers hold, and how many are
    left under its rules. Those who have held before are counted for the operator alone."""
    return slots_shown(services.product(symbol), is_operator=principal.kind is PartyKind.OPERATOR)
