"""Announcements, whom they concern, and their messages in the outbox"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0004"
down_revision = "0003"

STATES = ("ready", "claimed", "wire", "sent", "dead", "doubt")


def _known_states(*states: str) -> str:
    return f"state IN ({', '.join(repr(state) for state in states)})"


def _index_where(name: str, where: str, *columns: str, unique: bool = False) -> None:
    found = sa.text(where)
    op.create_index(name, "outbox", list(columns), unique=unique, sqlite_where=found, postgresql_where=found)


def _index_ready(*columns: str) -> None:
    op.drop_index("outbox_ready", table_name="outbox")
    _index_where("outbox_ready", "state = 'ready'", *columns)


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "broadcast_count",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "recurrence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("ended_at", db.types.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "recurrence_running",
        "recurrence",
        ["id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "business",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("trade", sa.String(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("registered_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("changed_at", db.types.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('household', 'company', 'cooperative', 'other')", name="business_kind_known"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_index("business_of_group", "business", ["neighbourhood", "person_id"], unique=False)
    op.create_index("business_of_kind", "business", ["kind", "person_id"], unique=False)
    op.create_index("business_of_trade", "business", ["trade", "person_id"], unique=False)
    op.create_table(
        "subscription",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("since", db.types.Moment(timezone=True), nullable=False),
        sa.Column("paused_at", db.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "subject"),
    )
    op.create_index(
        "subscription_wanted",
        "subscription",
        ["subject", "person_id"],
        unique=False,
        sqlite_where=sa.text("paused_at IS NULL"),
        postgresql_where=sa.text("paused_at IS NULL"),
    )
    op.create_table(
        "broadcast",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("file_sha", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("file_kind", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("late", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("signer", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("send_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("started_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("edited_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("fanned_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("ended_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("recurrence_id", sa.Integer(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "NOT needs_approval OR approved_by IS NOT NULL OR state IN ('proposed', 'returned', 'cancelled')",
            name="broadcast_approved_before_it_leaves",
        ),
        sa.CheckConstraint("late IN ('send', 'drop')", name="broadcast_late_known"),
        sa.CheckConstraint(
            "state IN ('proposed', 'returned', 'scheduled', 'sending', 'paused', 'sent', 'cancelled', 'missed')",
            name="broadcast_state_known",
        ),
        sa.CheckConstraint("approved_by IS NULL OR approved_by <> author_id", name="broadcast_second_pair_of_eyes"),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["broadcast.id"],
        ),
        sa.ForeignKeyConstraint(
            ["recurrence_id"],
            ["recurrence.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="broadcast_once_an_event"),
        sa.UniqueConstraint("proof", name="broadcast_proof_once"),
        sa.UniqueConstraint("recurrence_id", "on_day", name="broadcast_once_a_day"),
        sa.UniqueConstraint("year", "number", name="broadcast_number_once_a_year"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "broadcast_due",
        "broadcast",
        ["send_at"],
        unique=False,
        sqlite_where=sa.text("state = 'scheduled'"),
        postgresql_where=sa.text("state = 'scheduled'"),
    )
    op.create_index(
        "broadcast_moving",
        "broadcast",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('sending', 'paused', 'sent', 'cancelled') AND NOT settled"),
        postgresql_where=sa.text("state IN ('sending', 'paused', 'sent', 'cancelled') AND NOT settled"),
    )
    op.create_index(
        "broadcast_waiting",
        "broadcast",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index("ix_broadcast_author_id", "broadcast", ["author_id"], unique=False)
    op.create_index("ix_broadcast_corrects_id", "broadcast", ["corrects_id"], unique=False)
    op.create_index("ix_broadcast_send_at", "broadcast", ["send_at"], unique=False)
    op.create_table(
        "broadcast_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_broadcast_event_broadcast_id", "broadcast_event", ["broadcast_id"], unique=False)
    op.create_table(
        "unreached",
        sa.Column("broadcast_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id"),
    )
    op.create_index("ix_unreached_person_id", "unreached", ["person_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("broadcast_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("result IN ('told', 'absent', 'moved', 'refused')", name="visit_result_known"),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "person_id"),
    )
    op.create_index("ix_visit_person_id", "visit", ["person_id"], unique=False)
    op.create_table(
        "watch",
        sa.Column("broadcast_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
        ),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chat.id"],
        ),
        sa.PrimaryKeyConstraint("broadcast_id", "chat_id"),
    )
    _index_ready("channel", "lane", "not_before", "id", "chat_id")
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("outbox_state_known", type_="check")
        known = " OR ".join(f"state = '{state}'" for state in (*STATES, "held", "cancelled"))
        batch.create_check_constraint("outbox_state_known", sa.text(known))
        batch.drop_constraint("outbox_dedupe_once", type_="unique")
        batch.alter_column("dedupe", existing_type=sa.String(), nullable=True)
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("broadcast_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("edits_id", sa.Integer(), nullable=True))
        batch.create_foreign_key("outbox_edits_id_fkey", "outbox", ["edits_id"], ["id"])
        batch.create_foreign_key("outbox_broadcast_id_fkey", "broadcast", ["broadcast_id"], ["id"])
        batch.create_foreign_key("outbox_person_id_fkey", "person", ["person_id"], ["id"])
    first = "broadcast_id IS NOT NULL AND edits_id IS NULL"
    _index_where("outbox_dedupe_once", "dedupe IS NOT NULL", "dedupe", unique=True)
    _index_where("outbox_once_a_person", first, "broadcast_id", "person_id", unique=True)
    _index_where("outbox_edits", "edits_id IS NOT NULL", "edits_id")
    _index_where("outbox_of_broadcast", "broadcast_id IS NOT NULL", "broadcast_id", "state", "person_id", "chat_id")


def downgrade() -> None:
    """Back."""
    for table in (
        "watch",
        "visit",
        "unreached",
        "broadcast_event",
        "broadcast",
        "subscription",
        "business",
        "recurrence",
        "broadcast_count",
    ):
        op.drop_table(table)
    _index_ready("channel", "lane", "id")
    for name in ("outbox_dedupe_once", "outbox_once_a_person", "outbox_of_broadcast", "outbox_edits"):
        op.drop_index(name, table_name="outbox")
    op.execute("UPDATE outbox SET state = 'dead', reason = state WHERE state IN ('held', 'cancelled')")
    op.execute("UPDATE outbox SET dedupe = 'outbox:' || id WHERE dedupe IS NULL")
    with op.batch_alter_table("outbox", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("outbox_state_known", type_="check")
        batch.create_check_constraint("outbox_state_known", sa.text(_known_states(*STATES)))
        batch.alter_column("dedupe", existing_type=sa.String(), nullable=False)
        batch.create_unique_constraint("outbox_dedupe_once", ["dedupe"])
        for name in ("broadcast_id", "person_id", "edits_id"):
            batch.drop_constraint(f"outbox_{name}_fkey", type_="foreignkey")
            batch.drop_column(name)
        batch.drop_column("version")
