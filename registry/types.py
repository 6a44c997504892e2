"""The words of the title register: who holds, what is held, and what a transfer is called.

Pure numbers with names. `matching` has its own words for participants and quantities; the two
vocabularies meet in `exchange/settlement.py` alone.
"""

from typing import NewType, TypeAlias

HolderId = NewType("HolderId", int)
ProductId = NewType("ProductId", int)
TransferId = NewType("TransferId", int)
LotId = NewType("LotId", int)
EncumbranceId = NewType("EncumbranceId", int)
Units = NewType("Units", int)
"""A number of trust units, in the product's smallest unit."""
TimeNs = NewType("TimeNs", int)
"""A moment: nanoseconds since 1970-01-01 UTC."""
DayNumber = NewType("DayNumber", int)
"""A day of a calendar: days since 1970-01-01 in its zone."""

HoldingKey: TypeAlias = tuple[ProductId, HolderId]
Draw: TypeAlias = tuple[LotId, int]
"""So many units of a lot."""
