"""What the FAQ could not answer, and the answers of the ward itself"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0006"
down_revision = "0005"

UNGROUPED = (
    "group_id IS NULL AND (text <> '' OR entry <> '')"
    " AND (reported_at IS NOT NULL OR feedback = -1 OR decision = 'none' OR decision = 'suggest' AND entry = '')"
)


REMINDING = {
    "guest_day": ("meeting_id", "day_told", "id"),
    "guest_hour": ("meeting_id", "hour_told", "id"),
    "guest_asked": ("meeting_id", "confirmed", "asked", "id"),
}


def _index_guests(name: str, columns: tuple[str, ...], where: str) -> None:
    found = sa.text(where)
    op.create_index(name, "guest", list(columns), unique=False, sqlite_where=found, postgresql_where=found)


ANSWERS = ("coming", "declined", "waiting", "offered", "lapsed")


def _guests_may_be(answers: tuple[str, ...]) -> None:
    known = sa.text("answer IN ({})".format(", ".join(f"'{answer}'" for answer in answers)))
    with op.batch_alter_table("guest", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.drop_constraint("guest_answer_known", type_="check")
        batch.create_check_constraint("guest_answer_known", known)


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
        sa.Column("changed_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column("settled_at", db.types.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("settled_at IS NULL OR settled_by IS NOT NULL", name="shipped_entry_settled_by_somebody"),
        sa.ForeignKeyConstraint(
            ["settled_by"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("entry"),
    )
    op.create_index(
        "shipped_entry_unsettled",
        "shipped_entry",
        ["entry"],
        unique=False,
        sqlite_where=sa.text("changed_at IS NOT NULL AND settled_at IS NULL"),
        postgresql_where=sa.text("changed_at IS NOT NULL AND settled_at IS NULL"),
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
        sa.Column("settled_with", sa.String(), nullable=False),
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
    op.create_index(
        "question_group_latest",
        "question_group",
        ["last_at"],
        unique=False,
        sqlite_where=sa.text("settled_as = ''"),
        postgresql_where=sa.text("settled_as = ''"),
    )
    op.create_index(
        "question_group_open",
        "question_group",
        ["reported", "asked", "id"],
        unique=False,
        sqlite_where=sa.text("settled_as = ''"),
        postgresql_where=sa.text("settled_as = ''"),
    )
    op.create_index(
        "question_group_settled",
        "question_group",
        ["settled_at", "id"],
        unique=False,
        sqlite_where=sa.text("settled_as <> ''"),
        postgresql_where=sa.text("settled_as <> ''"),
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
        sa.Column("over_id", sa.Integer(), nullable=True),
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
    op.create_index(
        "own_entry_returned",
        "own_entry",
        ["author_id"],
        unique=False,
        sqlite_where=sa.text("state = 'returned'"),
        postgresql_where=sa.text("state = 'returned'"),
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
    op.create_index("ix_phrasing_group_id", "phrasing", ["group_id"], unique=False)
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
    op.create_index("asker_notice_of_entry", "asker_notice", ["entry", "made_at"], unique=False)
    op.create_index("ix_asker_notice_group_id", "asker_notice", ["group_id"], unique=False)
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

    op.drop_index("guest_coming", "guest")
    for name, columns in REMINDING.items():
        _index_guests(name, columns, "answer = 'coming' AND person_id IS NOT NULL AND came_at IS NULL")
    op.add_column("outbox", sa.Column("until", db.types.Moment(timezone=True), nullable=True))
    op.create_index(
        "outbox_edits_of_broadcast",
        "outbox",
        ["broadcast_id", "state"],
        unique=False,
        sqlite_where=sa.text("edits_id IS NOT NULL"),
        postgresql_where=sa.text("edits_id IS NOT NULL"),
    )
    op.add_column("broadcast", sa.Column("edited_to", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("broadcast", sa.Column("reachable", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE broadcast SET reachable = people")
    op.add_column("meeting_change", sa.Column("was_at", db.types.Moment(timezone=True), nullable=True))
    op.add_column("meeting_change", sa.Column("moves", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.add_column("meeting_change", sa.Column("sets", sa.JSON(), nullable=False, server_default="{}"))
    _guests_may_be((*ANSWERS, "walked_in"))
    op.execute("UPDATE guest SET answer = 'walked_in' WHERE answer = 'lapsed' AND came_at = answered_at")
    op.add_column("meeting_question", sa.Column("like_id", sa.Integer(), nullable=True))
    op.add_column("meeting_question", sa.Column("told_to", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("meeting_question", sa.Column("told_at", db.types.Moment(timezone=True), nullable=True))
    op.execute("UPDATE meeting_question SET told_at = answered_at")  # nobody is told long after
    untold = sa.text("answer <> '' AND wording <> '' AND told_at IS NULL")
    op.create_index(
        "meeting_question_untold",
        "meeting_question",
        ["id"],
        unique=False,
        sqlite_where=untold,
        postgresql_where=untold,
    )
    op.add_column("promise", sa.Column("published_at", db.types.Moment(timezone=True), nullable=True))
    op.execute("UPDATE promise SET published_at = made_at")  # everybody has read them


def downgrade() -> None:
    """Back."""
    op.drop_column("promise", "published_at")
    op.drop_index("meeting_question_untold", "meeting_question")
    for name in ("told_at", "told_to", "like_id"):
        op.drop_column("meeting_question", name)
    op.execute("UPDATE guest SET answer = 'lapsed' WHERE answer = 'walked_in'")
    _guests_may_be(ANSWERS)
    for name in ("sets", "moves", "was_at"):
        op.drop_column("meeting_change", name)
    op.drop_column("broadcast", "reachable")
    op.drop_column("broadcast", "edited_to")
    op.drop_index("outbox_edits_of_broadcast", "outbox")
    op.drop_column("outbox", "until")
    for name in REMINDING:
        op.drop_index(name, "guest")
    _index_guests("guest_coming", ("meeting_id", "id"), "answer = 'coming'")
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
