"""Where alembic gets its connection: from the caller, so that the one writer migrates."""

from alembic import context

import exchange.store.tables  # noqa: F401  the tables join the metadata when imported
from registry.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=False,
)
with context.begin_transaction():
    context.run_migrations()
