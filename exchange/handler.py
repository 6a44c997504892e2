"""What every handler of a command is. The handlers are listed in exchange/engine.py."""

from collections.abc import Callable
from typing import Any

from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import Sequence
from registry.types import TimeNs

Handler = Callable[[State, Any, Sequence, TimeNs, Emit], Refusal | None]
"""Returns a refusal, having changed nothing, or None, having emitted what it did."""
