"""Heads that are counted, changes of other things than bookings, walk-in slots, decisions, and who did what at the office."""

import sqlalchemy as sa
from alembic import op

from kiosk_app.office.tables import Position, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _count_heads()
    op.add_column("alarm", sa.Column("detail", sa.String(length=200), server_default="", nullable=False))
    _widen_changes()
    _add_tables()


def _count_heads() -> None:
    op.add_column("head", sa.Column("generation", sa.Integer(), server_default="1", nullable=False))
    op.add_column("head", sa.Column("started", sa.BigInteger(), server_default="1", nullable=False))
    op.add_column("head", sa.Column("held", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE head SET held = (SELECT count(*) FROM link WHERE link.device_id = head.device_id AND link.epoch = head.epoch)"
    )


def _widen_changes() -> None:
    op.drop_index("ix_change_booking_id", "change")
    with op.batch_alter_table("change", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column(
            "booking_id", new_column_name="subject", existing_type=sa.String(length=16), type_=sa.String(length=80)
        )
        batch.add_column(sa.Column("type", sa.String(length=16), server_default="booking", nullable=False))
        batch.add_column(sa.Column("device_id", sa.String(length=32), nullable=True))
    op.create_index("ix_change_subject", "change", ["subject"])
    op.create_index("ix_change_pos", "change", ["site", "pos"])


def _add_tables() -> None:
    op.create_table(
        "capacity",
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("site", "day", "lane", "practice", name=op.f("pk_capacity")),
    )
    op.create_table(
        "lease",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=40), nullable=False),
        sa.Column("practice", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lane", sa.String(length=16), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("v", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_lease_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.UniqueConstraint("device_id", "day", "lane", name=op.f("uq_lease_device_id")),
    )
    op.create_index("ix_lease_site", "lease", ["site", "day", "lane"])
    op.create_table(
        "decision",
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("flag", sa.String(length=40), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("officer", sa.String(length=20), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "flag", name=op.f("pk_decision")),
    )
    op.create_table(
        "answer",
        sa.Column("key_sha256", sa.String(length=64), nullable=False),
        sa.Column("request_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("key_sha256", name=op.f("pk_answer")),
    )
    op.create_index(op.f("ix_answer_at"), "answer", ["at"])
    op.create_table(
        "deed",
        sa.Column("pos", Position, autoincrement=True, nullable=False),
        sa.Column("who", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("pos", name=op.f("pk_deed")),
        sqlite_autoincrement=True,
    )
