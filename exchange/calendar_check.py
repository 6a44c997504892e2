"""The invariant of calendars, C1 of docs/invariants.md."""

from exchange.state import State


def check_calendars(state: State) -> None:
    """Assert that everything is reckoned by the calendars as they are. Cost: O(products)."""
    days = state.days
    assert days.change is not None or not days.waiting  # C1
    for transfer_id in days.waiting:
        assert state.transfer(transfer_id) is not None, transfer_id  # C1
    assert days.warned <= state.calendars.keys()  # C1
    for product_id, product in state.products.items():
        calendar = state.calendars[product.terms.transfer_terms.calendar_id]
        assert state.clocks[product_id].calendar is calendar, product_id  # C1
        slots = state.slots.get(product_id)
        assert slots is None or slots.calendar is calendar, product_id  # C1
    for calendar_id, calendar in state.calendars.items():
        assert calendar.calendar_id == calendar_id, calendar_id  # C1
        assert not calendar.faults(), calendar_id  # C1
