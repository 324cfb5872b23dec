"""What the FAQ could not answer, and the answers of the ward itself"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0006"
down_revision = "0005"

UNGROUPED = (
    "group_id IS NULL AND (reported_at IS NOT NULL OR feedback = -1"
    " OR text <> '' AND (decision = 'none' OR decision = 'suggest' AND entry = ''))"
)


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "content_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name="content_version_is_one"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.execute("INSERT INTO content_version (id, number) VALUES (1, 0)")
    op.create_table(
        "shipped_entry",
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("seen_at", db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_table(
        "answer_opt_out",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", db.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id"),
    )
    op.create_table(
        "question_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("reported", sa.Integer(), nullable=False),
        sa.Column("first_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("last_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("settled_as", sa.String(), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("settled_as <> 'dismissed' OR reason <> ''", name="question_group_dismissed_with_reason"),
        sa.CheckConstraint("settled_as = '' OR settled_by IS NOT NULL", name="question_group_settled_by_somebody"),
        sa.CheckConstraint(
            "settled_as IN ('', 'phrasing', 'entry', 'answered', 'dismissed')", name="question_group_settled_known"
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_question_group_last_at", "question_group", ["last_at"], unique=False)
    op.create_index(
        "question_group_open",
        "question_group",
        ["asked", "id"],
        unique=False,
        sqlite_where=sa.text("settled_as = ''"),
        postgresql_where=sa.text("settled_as = ''"),
    )
    op.create_table(
        "own_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("short", sa.String(), nullable=False),
        sa.Column("more", sa.String(), nullable=False),
        sa.Column("ask", sa.String(), nullable=False),
        sa.Column("sources", sa.String(), nullable=False),
        sa.Column("checked_on", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("replaces", sa.String(), nullable=False),
        sa.Column("substance", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("question <> '' AND short <> ''", name="own_entry_answers"),
        sa.CheckConstraint("sources <> ''", name="own_entry_has_a_source"),
        sa.CheckConstraint(
            "state IN ('waiting', 'returned') OR approver_id IS NOT NULL", name="own_entry_live_is_approved"
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'returned', 'live', 'replaced', 'retired')", name="own_entry_state_known"
        ),
        sa.CheckConstraint("approver_id IS NULL OR approver_id <> author_id", name="own_entry_second_person"),
        sa.ForeignKeyConstraint(
            ["approver_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["question_group.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_own_entry_entry", "own_entry", ["entry"], unique=False)
    op.create_index(
        "own_entry_one_live",
        "own_entry",
        ["entry"],
        unique=True,
        sqlite_where=sa.text("state = 'live'"),
        postgresql_where=sa.text("state = 'live'"),
    )
    op.create_index(
        "own_entry_one_waiting",
        "own_entry",
        ["entry"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "phrasing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("folded", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("added_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("removed_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("folded <> ''", name="phrasing_says_something"),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["question_group.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_phrasing_entry", "phrasing", ["entry"], unique=False)
    op.create_index(
        "phrasing_once",
        "phrasing",
        ["folded"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "asker_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("own_entry_id", sa.Integer(), nullable=True),
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("since", db.types.Moment(timezone=True), nullable=False),
        sa.Column("until", db.types.Moment(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("made_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("done_at", db.types.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("words <> '' OR entry <> ''", name="asker_notice_says_something"),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["question_group.id"],
        ),
        sa.ForeignKeyConstraint(
            ["own_entry_id"],
            ["own_entry.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("own_entry_id", name="asker_notice_once_an_entry"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "asker_notice_undone",
        "asker_notice",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    with op.batch_alter_table("question", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.add_column(sa.Column("reported_at", db.types.Moment(timezone=True), nullable=True))
        batch.add_column(sa.Column("group_id", sa.Integer(), nullable=True))
        batch.drop_index("ix_question_entry")
        batch.create_foreign_key("question_of_group", "question_group", ["group_id"], ["id"])
    op.create_index("ix_question_group_id", "question", ["group_id"], unique=False)
    op.create_index("question_of_entry", "question", ["entry", "asked_at"], unique=False)
    op.create_index(
        "question_ungrouped",
        "question",
        ["id"],
        unique=False,
        sqlite_where=sa.text(UNGROUPED),
        postgresql_where=sa.text(UNGROUPED),
    )


def downgrade() -> None:
    """Back."""
    op.drop_index("question_ungrouped", "question")
    op.drop_index("question_of_entry", "question")
    op.drop_index("ix_question_group_id", "question")
    with op.batch_alter_table("question", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("question_of_group", type_="foreignkey")
        batch.drop_column("reported_at")
        batch.drop_column("group_id")
    op.create_index("ix_question_entry", "question", ["entry"])
    for table in (
        "asker_notice",
        "phrasing",
        "own_entry",
        "question_group",
        "answer_opt_out",
        "shipped_entry",
        "content_version",
    ):
        op.drop_table(table)
