"""What decisions about transfers would do, computed from rows and not from the engine's state.

The refusals are those of exchange/review.py and exchange/transfer_desk.py and the effects those of
exchange/settlement.py, by the same table. Whether a product's rules would hold what is confirmed is
tried on a small state (exchange/foretelling.py). What happens in between may change all of it: a
preview is no promise.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.desk_state import Case
from exchange.foretelling import Foretelling, Held, RuledFacts, TransferFacts
from exchange.refusals import Refusal
from exchange.review import Decides, refuse_decision, refuse_unread, version_read
from exchange.signed_decisions import is_signed
from exchange.transfer_desk import COMMAND_EVENTS
from exchange.types import OfficerRole, PersonId
from registry.preemption import asked_of
from registry.terms import TransferTerms
from registry.transfer import TERMINAL_STATES, Step, find_row
from registry.types import HolderId, ProductId, TimeNs, TransferId


class DecidingOfficer(NamedTuple):
    """An officer of the trust company that decides."""

    person: PersonId
    roles: OfficerRole
    """A deputy's: those of whom he stands in for."""
    is_in_office: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the preview looks at, all as of one sequence."""

    transfers: Mapping[TransferId, TransferFacts]
    """Those of the trust company that decides, open or not: to it no others exist."""
    steps: Mapping[ProductId, frozenset[Step]]
    """Of the products of these transfers."""
    terms: Mapping[ProductId, TransferTerms]
    """Of these products."""
    units: Mapping[ProductId, Mapping[HolderId, int]]
    """What every holder of these products has."""
    settles_ns: Mapping[ProductId, TimeNs | None]
    """When what is confirmed now settles, by the cut-off of these products; None: at once."""
    criteria: Mapping[TransferId, bytes]
    """Of those that wait for a decision."""
    cases: Mapping[TransferId, Case]
    """Of those that were ever claimed."""
    officer: DecidingOfficer | None
    """Who decides; None: nobody in person, or no officer of the trust company's any more."""
    at_ns: TimeNs
    """Now."""
    ruled: Mapping[ProductId, RuledFacts]
    """Of those of the products that have rules."""


@dataclass(slots=True)
class ProductEffects:
    """What the decisions would do to one product, once what is confirmed has settled."""

    settles_ns: TimeNs | None
    """When what is confirmed and not offered settles; None: at once."""
    confirmed: int = 0
    offered: int = 0
    """Of those confirmed: in which pre-emption opens, so that they settle later or never."""
    held: int = 0
    """Of those confirmed: by the product's rules, so that they settle later or never."""
    rejected: int = 0
    units_moved: int = 0
    holders_before: int = 0
    joining: list[HolderId] = field(default_factory=list)
    """Who has nothing now and would hold units, smallest id first."""
    leaving: list[HolderId] = field(default_factory=list)
    """Who would have nothing left, smallest id first."""


@dataclass(slots=True)
class Effects:
    """What the decisions would do. Money in fen."""

    products: dict[ProductId, ProductEffects] = field(default_factory=dict)
    """In order of their ids; those without a decision that would be taken are left out."""
    to_sellers: int = 0
    """Considerations less the sellers' fees."""
    fees_venue: int = 0
    fees_trust_company: int = 0
    refunds: int = 0
    """To the buyers of what is rejected, their fees included."""
    refused: list[tuple[TransferId, Refusal]] = field(default_factory=list)
    """In the order of the decisions."""
    held: list[Held] = field(default_factory=list)
    """Likewise."""


def preview(facts: Facts, decisions: Iterable[Decides]) -> Effects:
    """The effects of decisions about different transfers. Cost: O(decisions + holders), and where
    products have rules O(their lots and open transfers)."""
    effects = Effects()
    tried = {
        product_id: Foretelling(ruled, product_id, at_ns=facts.at_ns)
        for product_id, ruled in facts.ruled.items()
    }
    confirmed: dict[ProductId, list[TransferFacts]] = {}
    for decision in decisions:
        transfer = facts.transfers.get(decision.transfer_id)
        refusal = _refusal(facts, transfer, decision)
        if refusal is not None or transfer is None:
            assert refusal is not None, decision
            effects.refused.append((decision.transfer_id, refusal))
            continue
        product_id = transfer.product_id
        product = effects.products.setdefault(
            product_id, ProductEffects(settles_ns=facts.settles_ns[product_id])
        )
        if isinstance(decision, ConfirmTransfer):
            product.confirmed += 1
            product.offered += bool(_those_asked(facts, transfer))
            product.units_moved += transfer.units
            confirmed.setdefault(product_id, []).append(transfer)
            _pay(effects, transfer)
        else:
            product.rejected += 1
            effects.refunds += transfer.paid
        if product_id in tried:
            held = _try(tried[product_id], decision)
            if held is not None:
                product.held += 1
                effects.held.append(held)
    effects.products = dict(sorted(effects.products.items()))
    for product_id, product in effects.products.items():
        _count_holders(product, facts.units[product_id], confirmed.get(product_id, ()))
    return effects


def refusal_of_closed(transfer: TransferFacts | None) -> Refusal:
    """Why a decision about a transfer that is not open is refused: the engine has forgotten those,
    the rows have not. Whatever version he has read who decides: this one has ended.

    Args:
        transfer: its row, if it was ever one that the decider may see.
    """
    return Refusal.UNKNOWN_TRANSFER if transfer is None else Refusal.TRANSFER_NOT_PENDING


def _refusal(facts: Facts, transfer: TransferFacts | None, decision: Decides) -> Refusal | None:
    if transfer is None or transfer.state in TERMINAL_STATES:
        return refusal_of_closed(transfer)
    steps = facts.steps[transfer.product_id]
    refusal = _refuse_officer(facts.officer, decision, reviewed=Step.REVIEW in steps)
    if refusal is not None:
        return refusal
    if not is_signed(decision, asked_for=facts.terms[transfer.product_id].signed_decisions):
        return Refusal.SIGNATURE_MISSING
    refusal = refuse_unread(decision, reviewed=Step.REVIEW in steps)
    if refusal is not None:
        return refusal
    if transfer.version != version_read(decision, transfer.version):
        return Refusal.TRANSFER_VERSION_STALE
    (event,) = COMMAND_EVENTS[type(decision)]
    row = find_row(transfer.state, event, steps=steps)
    if row is None:
        return Refusal.TRANSFER_NOT_IN_STATE
    if transfer.overlays and not row.under_overlay:
        return Refusal.TRANSFER_HELD
    return refuse_decision(
        facts.cases.get(decision.transfer_id),
        read=decision.criteria,
        now=facts.criteria.get(decision.transfer_id),
        person=None if facts.officer is None else facts.officer.person,
        reason=decision.reason if isinstance(decision, RejectTransfer) else None,
    )


def _refuse_officer(
    officer: DecidingOfficer | None, decision: Decides, *, reviewed: bool
) -> Refusal | None:
    if decision.officer_id is None:
        return Refusal.NOT_PERMITTED if reviewed else None
    if officer is None:
        return Refusal.UNKNOWN_OFFICER
    if not officer.is_in_office:
        return Refusal.OUT_OF_OFFICE
    if reviewed and OfficerRole.CHECKER not in officer.roles:
        return Refusal.OFFICER_NOT_CHECKER
    return None


def _try(tried: Foretelling, decision: Decides) -> Held | None:
    if isinstance(decision, ConfirmTransfer):
        return tried.confirm(decision.transfer_id)
    tried.reject(decision.transfer_id)
    return None


def _those_asked(facts: Facts, transfer: TransferFacts) -> tuple[HolderId, ...]:
    terms = facts.terms[transfer.product_id]
    return asked_of(terms, seller_id=transfer.seller_id, buyer_id=transfer.buyer_id)


def _pay(effects: Effects, transfer: TransferFacts) -> None:
    seller_fees = transfer.seller_fee_venue + transfer.seller_fee_trust_company
    to_trust_company = transfer.buyer_fee_trust_company + transfer.seller_fee_trust_company
    effects.to_sellers += transfer.due_to_seller - seller_fees
    effects.fees_venue += transfer.buyer_fee_venue + transfer.seller_fee_venue
    effects.fees_trust_company += to_trust_company


def _count_holders(
    product: ProductEffects, units: Mapping[HolderId, int], confirmed: Iterable[TransferFacts]
) -> None:
    changes: dict[HolderId, int] = {}
    for transfer in confirmed:
        for holder_id, change in (
            (transfer.seller_id, -transfer.units),
            (transfer.buyer_id, transfer.units),
        ):
            changes[holder_id] = changes.get(holder_id, 0) + change
    product.holders_before = len(units)
    for holder_id, change in sorted(changes.items()):
        before = units.get(holder_id, 0)
        assert before + change >= 0, holder_id
        if before == 0 < change:
            product.joining.append(holder_id)
        elif before > 0 == before + change:
            product.leaving.append(holder_id)
