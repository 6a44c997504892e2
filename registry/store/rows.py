"""The register's rows, from its objects: column order of registry/store/tables.py."""

from registry.register import Holding
from registry.types import HolderId, ProductId

HoldingRow = tuple[int, int, int, int, int]


def holding_row(key: tuple[ProductId, HolderId], holding: Holding) -> HoldingRow:
    """The row of `holdings`."""
    return (*key, holding.available, holding.reserved, holding.locked)
