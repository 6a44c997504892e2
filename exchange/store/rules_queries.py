"""Every SELECT about rules: committed state only."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.engine.row import RowMapping

from exchange.codec import decode_events
from exchange.ports import Row
from exchange.reserve_events import BidUnfunded
from exchange.rules.packs import SANDBOX
from exchange.rules.parse import parse_pack
from exchange.rules.types import Finding, Override, Pack, Rule
from exchange.rules_events import OrdersDisqualified, ProductJudged, TransferJudged
from exchange.rules_state import LoadedPack, PackKey, ProductRulesImage, RulesImage, RulesState
from exchange.store.clearance_queries import clearances_in
from exchange.store.rules_tables import (
    disqualified_orders,
    held_transfers,
    product_rules,
    rule_packs,
    suspended_products,
)
from exchange.store.tables import journal, products
from exchange.types import PartyId, Sequence
from matching import OrderId
from registry.types import DayNumber, ProductId, TimeNs, TransferId


class RuleKey(NamedTuple):
    """Which rule a finding is of."""

    pack: str
    pack_version: str
    rule_id: str
    version: str


def packs_loaded(connection: Connection) -> list[LoadedPack]:
    """All packs that were ever loaded, oldest first. Cost: O(those), and their files."""
    query = select(
        rule_packs.c.sequence,
        rule_packs.c.loaded_at_ns,
        rule_packs.c.applies_from,
        rule_packs.c.text,
    ).order_by(rule_packs.c.sequence)
    return [
        LoadedPack(Sequence(sequence), TimeNs(at_ns), DayNumber(applies_from), text)
        for sequence, at_ns, applies_from, text in connection.execute(query)
    ]


def rules_of_venue(connection: Connection) -> RulesImage:
    """All packs that were ever loaded, and the rules of every product that has any. Cost: O(those),
    and the packs' files."""
    products = [_product_rules(row) for row in connection.execute(select(product_rules)).mappings()]
    return RulesImage(packs_loaded(connection), products)


def rules_in(*, packs: Iterable[Row], products: Iterable[Row]) -> RulesImage:
    """The packs and the rules of products that a commit has written. Cost: O(rows)."""
    loaded = [_named(rule_packs, row) for row in packs]
    return RulesImage(
        [
            LoadedPack(each["sequence"], each["loaded_at_ns"], each["applies_from"], each["text"])
            for each in loaded
        ],
        [_product_rules(_named(product_rules, row)) for row in products],
    )


def rules_of_all(connection: Connection) -> RulesState:
    """The packs that were loaded and the rules of every product, as the engine would have them; no
    clearances. Cost: O(packs loaded + products)."""
    state = RulesState()
    state.restore(rules_of_venue(connection))
    return state


def rules_of_product(
    connection: Connection, product_id: ProductId, *party_ids: PartyId
) -> RulesState:
    """The rules of one product, as the engine would have them, with what a person has let these
    parties do in it; nothing where it has none. Cost: O(packs loaded + clearances that live), where
    it has."""
    state = RulesState()
    query = select(product_rules).where(product_rules.c.product_id == product_id)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return state
    product = _product_rules(row)
    about = clearances_in(connection, product_id, party_ids) if party_ids else []
    state.restore(RulesImage(packs_loaded(connection), [product], clearances=about))
    return state


def withdrawn_for(
    connection: Connection, order_ids: Iterable[OrderId]
) -> dict[OrderId, tuple[Finding, ...] | BidUnfunded]:
    """Why the venue let those of these orders stand no longer: what each rule said of them, or what
    their party had too little of. Cost: O(orders), and the events of the commands that have
    withdrawn any."""
    among = disqualified_orders.c.order_id.in_(list(order_ids))
    wanted = (
        select(journal.c.events)
        .join(disqualified_orders, disqualified_orders.c.sequence == journal.c.sequence)
        .where(among)
        .distinct()
    )
    found: dict[OrderId, tuple[Finding, ...] | BidUnfunded] = {}
    for events in connection.scalars(wanted):
        for event in decode_events(events):
            if isinstance(event, OrdersDisqualified):
                found |= dict.fromkeys(event.order_ids, event.findings)
            elif isinstance(event, BidUnfunded):
                found[event.order_id] = event
    return found


def held_among(
    connection: Connection, transfer_ids: Iterable[TransferId]
) -> dict[TransferId, list[TransferJudged]]:
    """What the rules said of the parties to those of these transfers that they have kept from going
    on, the last time. Cost: O(transfers), and the events of the commands that found so."""
    last = (
        select(held_transfers.c.transfer_id, func.max(held_transfers.c.sequence).label("sequence"))
        .where(held_transfers.c.transfer_id.in_(list(transfer_ids)))
        .group_by(held_transfers.c.transfer_id)
        .subquery()
    )
    query = select(last.c.transfer_id, journal.c.events).join(
        journal, journal.c.sequence == last.c.sequence
    )
    return {
        TransferId(transfer_id): [
            event
            for event in decode_events(events)
            if isinstance(event, TransferJudged) and event.transfer_id == transfer_id
        ]
        for transfer_id, events in connection.execute(query)
    }


def suspended_for(connection: Connection, product_id: ProductId) -> tuple[Finding, ...]:
    """What each rule of admission said of a product that it has suspended, and that is suspended
    for it still; else nothing. Cost: O(suspensions), and the events of one command."""
    wanted = (
        select(journal.c.events)
        .join(suspended_products, suspended_products.c.sequence == journal.c.sequence)
        .join(products, products.c.product_id == suspended_products.c.product_id)
        .where(
            suspended_products.c.product_id == product_id,
            suspended_products.c.version == products.c.version,
        )
    )
    events = connection.scalars(wanted).one_or_none()
    if events is None:
        return ()
    return next(
        event.findings
        for event in decode_events(events)
        if isinstance(event, ProductJudged) and event.product_id == product_id
    )


def rules_named(connection: Connection, keys: Iterable[RuleKey]) -> dict[RuleKey, Rule]:
    """The rules of these packs, whether in force or not. Cost: O(packs named)."""
    found: dict[RuleKey, Rule] = {}
    for pack_id, version in {(key.pack, key.pack_version) for key in keys}:
        pack = _pack(connection, (pack_id, version))
        for rule in pack.rules:
            found[RuleKey(pack_id, version, rule.rule_id, rule.version)] = rule
    return found


def _product_rules(row: RowMapping | Mapping[str, Any]) -> ProductRulesImage:
    return ProductRulesImage(
        row["product_id"],
        msgspec.msgpack.decode(row["packs"], type=tuple[str, ...]),
        msgspec.msgpack.decode(row["overrides"], type=tuple[Override, ...]),
        row["version"],
    )


def _named(table: Table, row: Row) -> Mapping[str, Any]:
    return dict(zip(table.c.keys(), row, strict=True))


def _pack(connection: Connection, key: PackKey) -> Pack:
    pack_id, version = key
    if pack_id == SANDBOX.pack_id:
        return SANDBOX
    query = select(rule_packs.c.text).where(
        rule_packs.c.pack_id == pack_id, rule_packs.c.version == version
    )
    pack = parse_pack(connection.execute(query).scalar_one())
    assert isinstance(pack, Pack), pack
    return pack
