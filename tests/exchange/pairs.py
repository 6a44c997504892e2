"""A product gets rules of pairs and no others, taken from the packs that ship."""

from __future__ import annotations

from collections.abc import Sequence as Listed
from typing import Final

from exchange.events import AnyEvent
from exchange.rules.packs import shipped
from exchange.rules.types import Override
from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.types import OPERATOR_ID, PartyId
from matching import OrderId, Side
from tests.exchange.register_files import holders_file
from tests.exchange.venue import Venue

PACK: Final = "PAIRS"
HEAD: Final = f"""
id = "{PACK}"
version = "1"
title_zh = "两人之间"
title_en = "Of two"
effective_from = "2000-01-01"
"""
SPLIT: Final = ("CN-SPLIT-01", "CN-SPLIT-02", "CN-SPLIT-03", "ORD-02")
DENIED: Final = (Override("CN-SPLIT-03", "inst_split_to_inst", "BLOCK"),)


def pack_of(*rule_ids: str) -> str:
    """A pack of these rules as they ship."""
    tables: dict[str, str] = {}
    for pack_id in ("CN-2007", "CN-VENUE-38"):
        for table in shipped(pack_id).split("[[rules]]\n")[1:]:
            tables[table.splitlines()[0].split('"')[1]] = table
    return HEAD + "".join(f"\n[[rules]]\n{tables[rule_id]}" for rule_id in rule_ids)


def rule_pairs(
    venue: Venue,
    *rule_ids: str,
    packs: tuple[str, ...] = (PACK,),
    overrides: Listed[Override] = (),
    changed: tuple[str, str] = ("", ""),
    loads: bool = True,
) -> tuple[AnyEvent, ...]:
    """The venue's product has these rules from now on; what that causes.

    Args:
        changed: what their pack says, and what it says instead.
    """
    if loads:
        text = pack_of(*rule_ids).replace(*changed) if any(changed) else pack_of(*rule_ids)
        venue.does(LoadRulePack(actor=OPERATOR_ID, key=venue.key(), text=text, applies_from=None))
    return venue.does(
        SetProductRules(
            actor=OPERATOR_ID,
            key=venue.key(),
            product_id=venue.product_id,
            packs=packs,
            overrides=tuple(overrides),
        )
    )


def inherits(venue: Venue, heir: PartyId, units: int) -> tuple[AnyEvent, ...]:
    """Units come to him at the trust company."""
    outstanding = venue.state.register.units_outstanding[venue.product_id]
    return venue.does(
        holders_file(venue.key(), venue.product_id, [(heir, units)], outstanding=outstanding)
    )


def lists_whole(venue: Venue, quantity: int, by: PartyId | None = None) -> OrderId:
    """A listing for one buyer."""
    order = venue.order(by or venue.seller, Side.SELL, quantity)
    venue.does(venue.constrained(order, whole_only=True))
    return OrderId(venue.state.sequence)
