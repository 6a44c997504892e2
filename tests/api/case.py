"""How a route is asked in the table of tests/api/test_access.py."""

from typing import Any, NamedTuple


class Case(NamedTuple):
    """How to ask a route validly, and who may not."""

    method: str
    path: str
    who: str
    """Who may ask: trader, a transfer's buyer, officer, officer by a key of his own (reviewer),
    trader or officer (member), operator, officer or operator (registrar), or anybody signed in."""
    body: dict[str, Any] | None = None
    status: int = 200
    decides: bool = False
    content: bytes | None = None
    media_type: str = ""
    is_statement: bool = False
    """The body is the bank's next statement, without a booking."""
