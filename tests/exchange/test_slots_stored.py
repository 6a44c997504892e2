"""What is stored of a product with caps: a restart goes on with the same slots, and what people are
shown of them is what the engine counts."""

from __future__ import annotations

from pathlib import Path

from exchange.rules_commands import LoadRulePack, SetProductRules
from exchange.slots import Caps
from exchange.snapshot import digest
from exchange.types import OPERATOR_ID
from exchange.verify import verify
from tests.exchange.caps import PACK, pack_of
from tests.exchange.stored import StoredVenue

CAPS = Caps(holders_max=6, turnaround_days=5)


def compare(venue: StoredVenue) -> None:
    """The view and the engine say the same of every product."""
    slots = venue.sequencer.state.slots
    for product_id, product in venue.view.products.items():
        counted = slots.get(product_id)
        if counted is None:
            assert product.slots is None
        else:
            assert product.slots is not None
            assert (product.slots.caps, product.slots.counts) == (counted.caps, counted.counts)


def test_a_restart_goes_on_with_the_same_slots(tmp_path: Path) -> None:
    path = tmp_path / "venue.sqlite3"
    venue = StoredVenue(path)
    venue.trade(until=60)
    product_id = min(venue.sequencer.state.products)
    text = pack_of(CAPS, version=1)
    venue.give(LoadRulePack(actor=OPERATOR_ID, key="pack", text=text, applies_from=None))
    rules = SetProductRules(
        actor=OPERATOR_ID, key="rules", product_id=product_id, packs=(PACK,), overrides=()
    )
    venue.give(rules)
    assert venue.sequencer.state.slots[product_id].caps == CAPS
    compare(venue)
    for until, seed in ((100, 1), (160, 2)):
        venue.trade(until=until, seed=seed)
        compare(venue)
        venue.save_snapshot()
        venue.trade(until=until + 20, seed=seed + 10)
        expected = digest(venue.sequencer.state)
        counts = venue.sequencer.state.slots[product_id].counts
        assert counts.now.used > 0
        venue.close()
        assert verify(path).digest == expected
        venue = StoredVenue(path)
        assert digest(venue.sequencer.state) == expected
        assert venue.sequencer.state.slots[product_id].counts == counts
        compare(venue)
    venue.close()
