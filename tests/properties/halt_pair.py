"""What the pair of exchanges compares of halts."""

from __future__ import annotations

from collections.abc import Iterable

from exchange.halt_types import Halt, HaltId
from exchange.market_view import MarketView
from exchange.state import State
from exchange.store.halt_rows import halt_row
from tests.model.exchange import ModelExchange
from tests.model.halt import ModelHalt, is_halted, is_suspended

Row = tuple[object, ...]


class HaltRows:
    """What SQL would hold of halts."""

    def __init__(self) -> None:
        self.halts: dict[HaltId, Row] = {}

    def take(self, halts: Iterable[Halt]) -> None:
        """Write down those that were given or lifted."""
        self.halts.update((halt.halt_id, halt_row(halt)) for halt in halts)

    def check(self, model: ModelExchange) -> None:
        """Each halt that there ever was has its row."""
        assert self.halts == {halt.number: model_row(halt) for halt in model.halts}


def check_halts(state: State, view: MarketView, model: ModelExchange) -> None:
    """Engine, view and model know the same halts, and what they stop."""
    standing = [model_row(halt) for halt in model.halts if halt.lifted is None]
    assert list(map(halt_row, state.halts.standing.values())) == standing
    assert list(map(halt_row, view.halts.standing.values())) == standing
    for product_id, product in model.products.items():
        for halts in (state.halts, view.halts):
            assert (halts.check(product_id) is not None) is is_halted(model, product)
    for party_id in model.kinds:
        for halts in (state.halts, view.halts):
            assert halts.of_party(party_id) is is_suspended(model, party_id)


def model_row(halt: ModelHalt) -> Row:
    """A halt of the model, in column order of the table."""
    given, lifted = halt.given, halt.lifted
    return (
        halt.number,
        given.level.value,
        given.subject_id,
        given.actor,
        given.reason.value,
        given.note,
        given.review_ns,
        given.officer,
        halt.at_ns,
        halt.lifted_at_ns,
        None if lifted is None else lifted.note,
        None if lifted is None else lifted.officer,
    )
