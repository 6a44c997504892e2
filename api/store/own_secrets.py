"""Secrets that the venue makes for itself, in `edge.sqlite3`.

With them a digest is keyed of what is easily guessed: who has the journal alone cannot try out
values until one fits.
"""

import secrets
from typing import Final

from sqlalchemy import Connection, select

from api.store.tables import own_secrets

SECRET_BYTES: Final = 32


def secret_of(connection: Connection, name: str) -> bytes:
    """The venue's secret of this name, which is made when it is first asked for."""
    wanted = select(own_secrets.c.value).where(own_secrets.c.name == name)
    secret = connection.scalar(wanted)
    if secret is None:
        secret = secrets.token_bytes(SECRET_BYTES)
        connection.execute(own_secrets.insert().values(name=name, value=secret))
    return bytes(secret)
