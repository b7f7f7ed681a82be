"""How Alembic reaches the office's database: by the connection that OfficeDatabase.migrate hands over."""

from alembic import context

from kiosk_app.office.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
