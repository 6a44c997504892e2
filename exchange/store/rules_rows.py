"""The rows of rules, from what a batch touched: column order of rules_tables.py."""

import msgspec

from exchange.ports import Row
from exchange.rules_state import LoadedPack, ProductRules, RulesState


def rows(rules: RulesState) -> dict[str, list[Row]]:
    """The changed rows by table; they then count as written. Cost: O(those)."""
    packs = [_pack_row(loaded) for loaded in rules.touched_packs.values()]
    products = [_product_row(each) for each in rules.touched_products.values()]
    disqualified = list[Row](rules.disqualified)
    held = list[Row](rules.held)
    suspended = list[Row](rules.suspended)
    rules.disqualified.clear()
    rules.held.clear()
    rules.suspended.clear()
    rules.touched_packs.clear()
    rules.touched_products.clear()
    return {
        "rule_packs": packs,
        "product_rules": products,
        "disqualified_orders": disqualified,
        "held_transfers": held,
        "suspended_products": suspended,
    }


def _pack_row(loaded: LoadedPack) -> Row:
    return (
        loaded.pack.pack_id,
        loaded.pack.version,
        loaded.sequence,
        loaded.applies_from,
        loaded.text,
        loaded.loaded_at_ns,
    )


def _product_row(rules: ProductRules) -> Row:
    return (
        rules.product_id,
        msgspec.msgpack.encode(rules.packs),
        msgspec.msgpack.encode(rules.overrides),
        rules.version,
    )
