"""What would become of a register file, asked of committed facts: nothing is journaled or promised.

The facts come from views and SQL rows, never from the engine's live state; the checks are the
engine's own.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from exchange.commands import CreateProduct
from exchange.refusals import Refusal
from exchange.register_commands import PostRegister
from exchange.register_posting import bounds_of, refusals_of_file
from exchange.types import TRADING_KINDS, PartyId, PartyKind
from registry.encumbrance import Encumbrance
from registry.lots import Lot
from registry.posting_check import RowFault, check_rows
from registry.product import ProductState
from registry.register import Register
from registry.types import HolderId, TimeNs


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFacts:
    """What is committed about a product's register."""

    terms: CreateProduct
    state: ProductState
    lots: list[Lot]
    """All of the product."""
    encumbrances: list[Encumbrance]
    """Those that stand, of the product."""
    purchases: Mapping[HolderId, int]
    """How many open transfers will each give this holder a lot of it."""
    orders: Mapping[PartyId, int]
    """How many open orders of it each has whom the file encumbers."""
    kinds: Mapping[PartyId, PartyKind]
    """Of those whom the file names as holders, as far as they are known."""
    is_known: bool
    """Whether the same file was posted before."""


@dataclass(frozen=True, slots=True)
class RegisterPreview:
    """Everything that stands against a file; nothing: it would be posted now."""

    refusals: list[Refusal]
    """Whatever its rows are."""
    faults: list[RowFault]


def preview_file(facts: RegisterFacts, command: PostRegister, at_ns: TimeNs) -> RegisterPreview:
    """What stands against the file. Cost: O(lots, pledges and freezes of the product + rows)."""
    register = Register()
    register.open_product(command.product_id)
    for lot in facts.lots:
        register.restore_lot(lot)
    for encumbrance in facts.encumbrances:
        register.encumbrances.add(encumbrance)
    register.units_outstanding[command.product_id] = sum(lot.units for lot in facts.lots)
    register.principal_outstanding[command.product_id] = sum(lot.principal for lot in facts.lots)
    for holder_id, purchases in facts.purchases.items():
        register.purchases[command.product_id, holder_id] = purchases

    def is_holder(holder_id: HolderId) -> bool:
        return facts.kinds.get(PartyId(holder_id)) in TRADING_KINDS

    lots = Counter(lot.holder_id for lot in facts.lots)
    refusals = refusals_of_file(
        command,
        state=facts.state,
        is_known=facts.is_known,
        units_outstanding=register.units_outstanding[command.product_id],
        lots_of=lots.__getitem__,
        orders_of=lambda holder_id: facts.orders.get(PartyId(holder_id), 0),
    )
    faults: list[RowFault] = []
    if not facts.is_known:
        faults = check_rows(
            register,
            command.product_id,
            command.rows,
            posting=command.posting,
            units_outstanding=command.units_outstanding,
            bounds=bounds_of(facts.terms, is_holder, at_ns),
        )
    return RegisterPreview(list(refusals), faults)
