"""Which problems a route may answer with, as its OpenAPI operation declares them."""

from http import HTTPStatus
from typing import Any, Final

SIGNED_IN: Final = (401, 403)
BODY: Final = (400, 413, 415, 422)
COMMAND: Final = (*SIGNED_IN, *BODY, 503)
"""Of any route that gives a command with a body."""
CONFLICT: Final = (*COMMAND, 409)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The declarations of these statuses, and of 413, 500 and 503, which any request may get.

    api/openapi.py gives each the problem document as its content.
    """
    return {
        status: {"description": HTTPStatus(status).phrase}
        for status in sorted({*statuses, 413, 500, 503})
    }
