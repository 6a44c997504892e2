"""The preview says of decisions what the engine then does: who is refused, who gets what, who
joins and who leaves."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from msgspec import structs

from exchange.commands import AnyCommand, ConfirmTransfer, RejectTransfer
from exchange.criteria import criteria
from exchange.decision_preview import DecidingOfficer, Effects, Facts, preview, refusal_of_closed
from exchange.engine import apply
from exchange.events import CommandRefused, TransferFailed, TransferSettled
from exchange.refusals import Refusal
from exchange.register_commands import PostRegister
from exchange.review import Decides
from exchange.review_commands import ClaimTransfer, ProposeDecision
from exchange.settlement import credits_of
from exchange.state import State
from exchange.store.review_queries import UNDECIDED
from exchange.transfer_commands import SetOverlay
from exchange.types import OfficerId, PartyId, RejectionReason, Sequence
from matching import Side
from registry.posting import Hold
from registry.transfer import Overlay, Transfer, TransferState
from registry.types import HolderId, ProductId, TimeNs, TransferId, Units
from tests.exchange.foretold import ruled_of
from tests.exchange.steps import RIGHT_HOLDERS, matched, terms, trading
from tests.exchange.transfer_rows import row_of
from tests.exchange.venue import Venue
from tests.model.limits import Limits
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_commands import RandomCommands
from tests.properties.random_fees import FEE_SCHEDULES

UNKNOWN = TransferId(999_999_999)
UNKNOWN_OFFICER = OfficerId(999_999)


def units_of(state: State, product_id: ProductId) -> dict[HolderId, int]:
    """What every holder of the product has."""
    return {
        holder_id: sum(lot.units for lot in holding.lots.values())
        for (of_product, holder_id), holding in state.register.holdings.items()
        if of_product == product_id
    }


def facts_of(
    state: State,
    trust_company_id: PartyId,
    officer_id: OfficerId | None = None,
    *,
    at_ns: TimeNs,
) -> Facts:
    """What the rows would say to this trust company, if this officer of its asked."""
    officer = None if officer_id is None else state.desk.officers.get(officer_id)
    return Facts(
        transfers={
            transfer_id: row_of(state, transfer_id)
            for transfer_id, leg in state.money_legs.items()
            if leg.trust_company_id == trust_company_id
        },
        steps={product_id: product.steps for product_id, product in state.products.items()},
        units={product_id: units_of(state, product_id) for product_id in state.products},
        settles_ns={
            product_id: clocks.settles_at_ns(at_ns) for product_id, clocks in state.clocks.items()
        },
        terms={
            product_id: product.terms.transfer_terms
            for product_id, product in state.products.items()
        },
        criteria={
            transfer_id: criteria(state, transfer)
            for transfer_id, transfer in state.register.transfers.items()
            if transfer.state in UNDECIDED
        },
        cases=state.desk.cases,
        officer=(
            None
            if officer is None
            else DecidingOfficer(
                officer.person, state.desk.roles_of(officer), officer.is_in_office(state.at_ns)
            )
        ),
        at_ns=at_ns,
        ruled={
            product_id: ruled
            for product_id in state.products
            if (ruled := ruled_of(state, product_id, list(state.register.transfers))) is not None
        },
    )


def decisions_of(
    state: State, draw: Random, trust_company_id: PartyId, officer_id: OfficerId | None
) -> list[Decides]:
    """A decision about many of the open transfers, those of others too, some on a wrong version or
    on criteria that are none."""
    decisions: list[Decides] = []
    for transfer_id in [*state.register.transfers, UNKNOWN]:
        transfer = state.register.transfers.get(transfer_id)
        version = 2 if transfer is None else transfer.version + (draw.random() < 0.1)
        read = None
        if transfer is not None and draw.random() < 0.8:
            read = criteria(state, transfer) if draw.random() < 0.9 else bytes(16)
        confirmation = ConfirmTransfer(
            actor=trust_company_id,
            key=f"decision-{state.sequence}-{transfer_id}",
            transfer_id=transfer_id,
            version=version if draw.random() < 0.8 else None,
            officer="officer",
            officer_id=officer_id,
            criteria=read,
        )
        rejection = RejectTransfer(**structs.asdict(confirmation), reason=RejectionReason.OTHER)
        if draw.random() < 0.8:
            decisions.append(confirmation if draw.random() < 0.7 else rejection)
    draw.shuffle(decisions)
    return decisions


def hold_some(state: State, draw: Random, at_ns: TimeNs) -> None:
    """Some open transfers are held, by their trust companies."""
    for transfer_id in list(state.register.transfers):
        if draw.random() < 0.1:
            command = SetOverlay(
                actor=state.money_legs[transfer_id].trust_company_id,
                key=f"hold-{state.sequence}",
                transfer_id=transfer_id,
                version=state.register.transfers[transfer_id].version,
                overlay=Overlay.HELD,
                officer="officer",
            )
            apply(state, command, sequence=Sequence(state.sequence + 1), at_ns=at_ns)


def work_on_some(state: State, draw: Random, at_ns: TimeNs) -> None:
    """Officers claim what waits for two of them, and propose to decide on some of it."""
    officers = [key for key, each in state.desk.officers.items() if each.party_id == PartyId(3)]
    for transfer_id in list(state.register.transfers):
        for step in ("claim", "propose", "claim"):
            if draw.random() < 0.3:
                break
            transfer = state.register.transfers[transfer_id]
            claimed = ClaimTransfer(
                actor=PartyId(3),
                key=f"work-{state.sequence}",
                transfer_id=transfer_id,
                version=transfer.version,
                officer="officer",
                officer_id=draw.choice(officers),
            )
            command: AnyCommand = claimed
            case = state.desk.cases.get(transfer_id)
            if step == "propose" and case is not None and case.claimed_by is not None:
                command = ProposeDecision(
                    **structs.asdict(claimed)
                    | {"officer_id": case.claimed_by, "criteria": criteria(state, transfer)},
                    reason=draw.choice((None, None, RejectionReason.OTHER)),
                )
            apply(state, command, sequence=Sequence(state.sequence + 1), at_ns=at_ns)


@pytest.mark.parametrize("seed", range(6))
def test_what_is_foretold_is_what_the_engine_does(seed: int) -> None:
    draw = Random(seed)
    pair = ExchangePair(Limits())
    random = RandomCommands(pair)
    state, seen = State(), Counter[object]()
    founding = random.founding(FEE_SCHEDULES[seed % len(FEE_SCHEDULES)])
    for command in (_with_fewer_holders(each, seed % 3) for each in founding):
        sequence = Sequence(state.sequence + 1)
        pair.model.apply(command, sequence=sequence, at_ns=pair.at_ns)
        apply(state, command, sequence=sequence, at_ns=pair.at_ns)
    for _ in range(40):
        for _ in range(20):
            order = random.plain_order(draw)
            apply(state, order, sequence=Sequence(state.sequence + 1), at_ns=pair.at_ns)
        work_on_some(state, draw, pair.at_ns)
        hold_some(state, draw, pair.at_ns)
        trust_company_id = draw.choice((PartyId(2), PartyId(3)))
        officer_id = draw.choice(officers_of(state, trust_company_id))
        decisions = decisions_of(state, draw, trust_company_id, officer_id)
        facts = facts_of(state, trust_company_id, officer_id, at_ns=pair.at_ns)
        foretold = preview(facts, decisions)
        _compare(state, decisions, foretold, at_ns=pair.at_ns)
        seen.update(refusal for _, refusal in foretold.refused)
        for product in foretold.products.values():
            seen.update(confirmed=product.confirmed, rejected=product.rejected)
            seen.update(joining=len(product.joining))
            seen.update(offered=product.offered)
    wanted = {"confirmed", "rejected", "joining", Refusal.UNKNOWN_TRANSFER, Refusal.TRANSFER_HELD}
    wanted |= {Refusal.TRANSFER_VERSION_STALE, Refusal.TRANSFER_NOT_IN_STATE}
    wanted |= {"offered"}
    wanted |= {Refusal.NOT_PERMITTED, Refusal.UNKNOWN_OFFICER, Refusal.CRITERIA_STALE}
    assert wanted <= {key for key in seen if seen[key]}, seen


def officers_of(state: State, trust_company_id: PartyId) -> list[OfficerId | None]:
    """Nobody in person, somebody who is none, and the trust company's officers."""
    serving = state.desk.officers_of(trust_company_id)
    return [None, None, UNKNOWN_OFFICER, *(each.officer_id for each in serving)]


def _with_fewer_holders(command: AnyCommand, left_out: int) -> AnyCommand:
    """A register of two thirds of the holders: else everybody holds everything, nobody can join."""
    if not isinstance(command, PostRegister):
        return command
    rows = tuple(
        row for row in command.rows if isinstance(row, Hold) and row.holder_id % 3 != left_out
    )
    total = Units(sum(row.units for row in rows))
    return structs.replace(command, rows=rows, units_outstanding=total)


def _compare(
    state: State,
    decisions: list[Decides],
    foretold: Effects,
    *,
    at_ns: TimeNs,
) -> None:
    """Take the decisions, and see that all came as it was foretold."""
    before = {product_id: units_of(state, product_id) for product_id in state.products}
    refused: list[tuple[TransferId, Refusal]] = []
    sellers = venue = company = refunds = taken = 0
    waiting: list[Transfer] = []
    offered: Counter[ProductId] = Counter()
    for decision in decisions:
        sequence = Sequence(state.sequence + 1)
        (event,) = apply(state, decision, sequence=sequence, at_ns=at_ns)
        if isinstance(event, CommandRefused):
            refused.append((decision.transfer_id, event.refusal))
            continue
        taken += 1
        if isinstance(event, TransferFailed):
            refunds += event.refund
        elif isinstance(event, TransferSettled):
            assert foretold.products[event.product_id].settles_ns is None
            sellers += event.seller_credit
            venue += event.venue_credit
            company += event.trust_company_credit
        else:
            # Confirmed after the cut-off, or to be offered to others first: what is foretold comes
            # later.
            transfer = state.register.transfers[decision.transfer_id]
            if transfer.state is TransferState.PREEMPTION_OPEN:
                offered[transfer.product_id] += 1
            else:
                assert foretold.products[transfer.product_id].settles_ns == transfer.due_ns
            credits = credits_of(transfer, state.money_legs[decision.transfer_id])
            sellers += credits.seller
            venue += credits.venue
            company += credits.trust_company
            waiting.append(transfer)
    assert foretold.refused == refused
    told = (foretold.to_sellers, foretold.fees_venue, foretold.fees_trust_company)
    assert (*told, foretold.refunds) == (sellers, venue, company, refunds)
    products = foretold.products
    assert {
        each: product.offered for each, product in products.items() if product.offered
    } == offered
    assert sum(each.confirmed + each.rejected for each in products.values()) == taken
    assert list(products) == sorted(products)
    for product_id, holders in before.items():
        after = Counter(units_of(state, product_id))
        for transfer in waiting:
            if transfer.product_id == product_id:
                after[transfer.seller_id] -= transfer.units
                after[transfer.buyer_id] += transfer.units
        after = +after
        if product_id not in products:
            assert after == holders
            continue
        product = products[product_id]
        assert product.holders_before == len(holders)
        assert product.joining == sorted(after.keys() - holders.keys())
        assert product.leaving == sorted(holders.keys() - after.keys())


def test_who_sells_all_and_buys_some_back_neither_leaves_nor_joins() -> None:
    venue = Venue(units=100)
    venue.sells(100)
    venue.buys(100)
    venue.records(venue.other, units=50)
    venue.deposits(venue.seller, 1_000_000)
    venue.does(venue.order(venue.other, Side.SELL, 50))
    venue.does(venue.order(venue.seller, Side.BUY, 50))
    facts = facts_of(venue.state, venue.trust_company, at_ns=venue.at_ns)

    effects = preview(facts, [venue.confirmation(each) for each in venue.pending()])

    product = effects.products[venue.product_id]
    assert (product.units_moved, product.holders_before) == (150, 2)
    assert product.joining == [HolderId(venue.buyer)]
    assert product.leaving == [HolderId(venue.other)]


def test_it_says_when_the_others_settle_that_nobody_is_asked_about() -> None:
    venue = trading(terms(cut_off_minute=0, preemption_days=1, right_holders=RIGHT_HOLDERS))
    among_them = PartyId(RIGHT_HOLDERS[0])
    matched(venue, 100)
    matched(venue, 100, buyer=among_them)
    facts = facts_of(venue.state, venue.trust_company, at_ns=venue.at_ns)
    confirmations = [venue.confirmation(each) for each in venue.pending()]

    (product,) = preview(facts, confirmations).products.values()

    assert (product.confirmed, product.offered) == (2, 1)
    venue.does_all(confirmations)
    offered, waits = venue.state.register.transfers.values()
    assert offered.state is TransferState.PREEMPTION_OPEN
    assert (waits.state, waits.due_ns) == (TransferState.CONFIRMED, product.settles_ns)
    assert product.settles_ns is not None


def test_a_rejection_moves_no_units_and_pays_nobody() -> None:
    venue = Venue()
    venue.sells(100)
    venue.buys(100)
    facts = facts_of(venue.state, venue.trust_company, at_ns=venue.at_ns)

    effects = preview(facts, [venue.rejection(each) for each in venue.pending()])

    (product,) = effects.products.values()
    assert (product.confirmed, product.rejected, product.units_moved) == (0, 1, 0)
    assert (product.joining, product.leaving) == ([], [])
    assert (effects.to_sellers, effects.fees_venue, effects.fees_trust_company) == (0, 0, 0)
    assert effects.refunds == 100_00


def test_a_transfer_that_has_ended_is_told_from_one_that_never_was() -> None:
    venue = Venue()
    venue.sells(100)
    venue.buys(100)
    (transfer_id,) = venue.pending()
    decided = row_of(venue.state, transfer_id)
    object.__setattr__(decided, "state", TransferState.SETTLED)

    assert refusal_of_closed(decided) is Refusal.TRANSFER_NOT_PENDING
    assert refusal_of_closed(None) is Refusal.UNKNOWN_TRANSFER
