"""A party's command as the order that it becomes. Nothing is changed here."""

from exchange.accruals import end_of
from exchange.commands import PlaceConstrainedOrder, PlaceOrder, PlaceOrderFromLots
from exchange.state import Order, Product
from exchange.types import Sequence
from matching import OrderId, SizeTerms
from registry.types import TimeNs


def order_of(
    command: PlaceOrder, sequence: Sequence, at_ns: TimeNs, *, product: Product | None
) -> Order:
    """The order that a command asks for; its id is the command's sequence."""
    return Order(
        order_id=OrderId(sequence),
        party_id=command.actor,
        product_id=command.product_id,
        client_order_id=command.key,
        side=command.side,
        price=command.price,
        quantity=command.quantity,
        time_in_force=command.time_in_force,
        post_only=command.post_only,
        expires_at_ns=end_of(product, command, at_ns),
        placed_at_ns=at_ns,
        changed_at_ns=at_ns,
        open_quantity=command.quantity,
        size_terms=size_terms_of(command),
        lots=command.lots if isinstance(command, PlaceOrderFromLots) else (),
    )


def size_terms_of(command: PlaceOrder) -> SizeTerms | None:
    """The sizes at which the order that a command asks for may trade; None: at every size."""
    if not isinstance(command, PlaceConstrainedOrder):
        return None
    if not (command.minimum_quantity or command.all_or_none or command.whole_only):
        return None
    return SizeTerms(
        minimum_quantity=command.minimum_quantity,
        all_or_none=command.all_or_none,
        whole_only=command.whole_only,
    )
