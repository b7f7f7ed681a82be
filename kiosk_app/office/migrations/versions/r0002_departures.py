"""Places that bookings have left, and a quick way to the highest version that was ever told of a booking."""

import sqlalchemy as sa
from alembic import op

from kiosk_app.office.tables import UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "departure",
        sa.Column("booking_id", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", "site", name=op.f("pk_departure")),
    )
    op.create_index(op.f("ix_departure_site"), "departure", ["site"], unique=False)
    op.create_index("ix_change_booking_id", "change", ["booking_id"], unique=False)
