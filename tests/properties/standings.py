"""Where products stand and what was filed of them: as the engine and as the model keep it."""

from __future__ import annotations

from exchange.market_view import MarketView
from exchange.modes.notice_state import ComingMode
from exchange.state import State
from registry.types import ProductId
from tests.model.exchange import ModelExchange

Row = tuple[object, ...]


def standing_of(state: State, product_id: ProductId) -> Row:
    """Terms, standing, units and principal of the product, as the engine keeps them."""
    register, product = state.register, state.products[product_id]
    return (
        product.terms,
        product.standing.state.name,
        product.standing.version,
        product.closed_at_ns,
        (product.mode.name, product.mode_terms, product.mode_version),
        _coming(state, product_id),
        register.units_outstanding[product_id],
        register.principal_outstanding[product_id],
    )


def _coming(state: State, product_id: ProductId) -> Row | None:
    coming = state.coming_modes.by_product.get(product_id)
    return None if coming is None else _seen(coming)


def _seen(coming: ComingMode) -> Row:
    return coming.effective_ns, coming.mode.name, coming.terms


def model_standings(model: ModelExchange) -> dict[ProductId, Row]:
    """The same of the model, of all products."""
    return {
        product_id: (
            product.terms,
            product.standing,
            product.version,
            product.closed_at_ns,
            (product.mode, product.mode_terms, product.mode_version),
            product.coming,
            *model.outstanding(product_id),
        )
        for product_id, product in model.products.items()
    }


def check_standings(state: State, view: MarketView, model: ModelExchange) -> None:
    """Assert that engine, view and model say the same of all products and files."""
    told = {product_id: standing_of(state, product_id) for product_id in state.products}
    assert told == model_standings(model)
    assert list(state.register_files.known) == model.files
    assert {
        product_id: (product.state.name, product.version, product.mode.name, product.mode_terms)
        for product_id, product in view.products.items()
    } == {
        product_id: (product.standing, product.version, product.mode, product.mode_terms)
        for product_id, product in model.products.items()
    }
