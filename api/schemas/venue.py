"""The state of the venue on the wire."""

from typing import Literal

from api.schemas.base import Answer


class Alive(Answer):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Answer):
    """The venue takes commands."""

    status: Literal["ready"] = "ready"


class ClockAccepted(Answer):
    """The gap is accepted and will be stated in the journal."""

    accepted: Literal[True] = True
