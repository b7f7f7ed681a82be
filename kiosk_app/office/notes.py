"""Small named values of the office itself, in its database."""

from sqlalchemy import Connection, insert, select, update

from kiosk_app.office.tables import meta


def get_note(connection: Connection, name: str) -> str | None:
    """The value, or None."""
    value: str | None = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()
    return value


def put_note(connection: Connection, name: str, value: str) -> None:
    """Keeps or replaces the value."""
    if connection.execute(update(meta).where(meta.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(insert(meta).values(name=name, value=value))
