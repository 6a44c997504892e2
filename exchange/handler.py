"""What every handler of a command is."""

from collections.abc import Callable
from typing import Any

from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import Sequence
from registry.types import TimeNs

Handler = Callable[[State, Any, Sequence, TimeNs, Emit], Refusal | None]
"""Carries out the command of its type. Returns a refusal, having changed nothing, or None, having
emitted what it did."""
