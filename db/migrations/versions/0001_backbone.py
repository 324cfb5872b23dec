"""The backbone: people, inbox, outbox, drafts, questions"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "inbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("received_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("settled_at", db.types.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('open', 'done', 'dead')", name="inbox_state_known"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="inbox_key_once"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "inbox_open",
        "inbox",
        ["channel", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_index(
        "inbox_open_of_chat",
        "inbox",
        ["channel", "chat", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "chat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("gone_since", db.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("channel", "address", name="one_row_a_chat"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chat_person_id", "chat", ["person_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("pending", sa.String(), nullable=True),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("updated_at", db.types.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('open', 'aside', 'done', 'cancelled')", name="draft_state_known"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "draft_one_in_hand",
        "draft",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_draft_person_id", "draft", ["person_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("dedupe", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("again_in_doubt", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("not_before", db.types.Moment(timezone=True), nullable=False),
        sa.Column("settled_at", db.types.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('ready', 'claimed', 'wire', 'sent', 'dead', 'doubt')", name="outbox_state_known"),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chat.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("chat_id", "number", name="outbox_number_once_a_chat"),
        sa.UniqueConstraint("dedupe", name="outbox_dedupe_once"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "outbox_one_in_flight",
        "outbox",
        ["chat_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('claimed', 'wire')"),
        postgresql_where=sa.text("state IN ('claimed', 'wire')"),
    )
    op.create_index(
        "outbox_ready_of_chat",
        "outbox",
        ["chat_id", "lane", "number"],
        unique=False,
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )
    op.create_index(
        "outbox_ready",
        "outbox",
        ["channel", "lane", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'ready'"),
        postgresql_where=sa.text("state = 'ready'"),
    )

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("feedback", sa.Integer(), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("asked_at", db.types.Moment(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decision IN ('answer', 'suggest', 'report', 'smalltalk', 'none', 'shown')", name="question_decision_known"
        ),
        sa.CheckConstraint("feedback IN (-1, 0, 1)", name="question_feedback_known"),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chat.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="question_once_an_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_asked_at", "question", ["asked_at"], unique=False)
    op.create_index("ix_question_chat_id", "question", ["chat_id"], unique=False)
    op.create_index("ix_question_entry", "question", ["entry"], unique=False)
    op.create_index("ix_question_person_id", "question", ["person_id"], unique=False)


def downgrade() -> None:
    """Back."""
    for table in ("question", "outbox", "draft", "chat", "person", "inbox"):
        op.drop_table(table)
