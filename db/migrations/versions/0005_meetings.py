"""Dialogue meetings, and announcements that expire"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("starts_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("chair", sa.String(), nullable=False),
        sa.Column("takes_part", sa.String(), nullable=False),
        sa.Column("agenda", sa.String(), nullable=False),
        sa.Column("prepare", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("queued", sa.Integer(), nullable=False),
        sa.Column("closes_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("invitation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("ended_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("minutes", sa.String(), nullable=False),
        sa.Column("minutes_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state IN ('planned', 'called', 'held', 'cancelled')", name="meeting_state_known"),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="meeting_place_on_the_map"),
        sa.CheckConstraint("capacity = 0 OR taken <= capacity", name="meeting_never_over_capacity"),
        sa.CheckConstraint("capacity >= 0", name="meeting_capacity_is_a_number"),
        sa.CheckConstraint("closes_at <= starts_at", name="meeting_closes_before_it_starts"),
        sa.CheckConstraint("taken >= 0", name="meeting_places_are_counted"),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["invitation_id"],
            ["broadcast.id"],
        ),
        sa.ForeignKeyConstraint(
            ["minutes_id"],
            ["broadcast.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("invitation_id", name="meeting_one_an_invitation"),
        sa.UniqueConstraint("key", name="meeting_once_an_event"),
        sa.UniqueConstraint("uid", name="meeting_uid_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_author_id", "meeting", ["author_id"], unique=False)
    op.create_index("ix_meeting_starts_at", "meeting", ["starts_at"], unique=False)
    op.create_index(
        "meeting_ahead",
        "meeting",
        ["starts_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'called'"),
        postgresql_where=sa.text("state = 'called'"),
    )
    op.create_table(
        "guest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("party", sa.Integer(), nullable=False),
        sa.Column("wished", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=True),
        sa.Column("offered_until", db.types.Moment(timezone=True), nullable=True),
        sa.Column("answered_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("day_told", sa.Integer(), nullable=False),
        sa.Column("hour_told", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("came_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("came_party", sa.Integer(), nullable=True),
        sa.Column("checked_by", sa.Integer(), nullable=True),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.CheckConstraint("(answer = 'offered') = (offered_until IS NOT NULL)", name="guest_offer_ends"),
        sa.CheckConstraint(
            "(answer IN ('waiting', 'offered')) = (turn IS NOT NULL)", name="guest_who_waits_has_a_turn"
        ),
        sa.CheckConstraint(
            "answer IN ('coming', 'declined', 'waiting', 'offered', 'lapsed')", name="guest_answer_known"
        ),
        sa.CheckConstraint("person_id IS NOT NULL OR name <> '' OR phone <> ''", name="guest_is_somebody"),
        sa.CheckConstraint("(came_at IS NULL) = (came_party IS NULL)", name="guest_checked_in_with_party"),
        sa.CheckConstraint("mark BETWEEN 1 AND 5", name="guest_mark_of_five"),
        sa.CheckConstraint("party BETWEEN 1 AND 10", name="guest_party_is_small"),
        sa.ForeignKeyConstraint(
            ["checked_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("meeting_id", "code", name="guest_code_once"),
        sa.UniqueConstraint("meeting_id", "person_id", name="guest_once_a_meeting"),
        sa.UniqueConstraint("meeting_id", "turn", name="guest_turn_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("guest_answers", "guest", ["meeting_id", "answer", "id"], unique=False)
    op.create_index(
        "guest_coming",
        "guest",
        ["meeting_id", "id"],
        unique=False,
        sqlite_where=sa.text("answer = 'coming'"),
        postgresql_where=sa.text("answer = 'coming'"),
    )
    op.create_index("guest_of_person", "guest", ["person_id"], unique=False)
    op.create_index(
        "guest_offered",
        "guest",
        ["offered_until"],
        unique=False,
        sqlite_where=sa.text("answer = 'offered'"),
        postgresql_where=sa.text("answer = 'offered'"),
    )
    op.create_index(
        "guest_waiting",
        "guest",
        ["meeting_id", "turn"],
        unique=False,
        sqlite_where=sa.text("answer = 'waiting'"),
        postgresql_where=sa.text("answer = 'waiting'"),
    )
    op.create_table(
        "meeting_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("cancels", sa.Boolean(), nullable=False),
        sa.Column("starts_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("closes_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("applied_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("dropped", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"],
            ["broadcast.id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("broadcast_id", name="meeting_change_one_a_notice"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_change_meeting_id", "meeting_change", ["meeting_id"], unique=False)
    op.create_index(
        "meeting_change_one_open",
        "meeting_change",
        ["meeting_id"],
        unique=True,
        sqlite_where=sa.text("applied_at IS NULL"),
        postgresql_where=sa.text("applied_at IS NULL"),
    )
    op.create_table(
        "meeting_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_event_meeting_id", "meeting_event", ["meeting_id"], unique=False)
    op.create_table(
        "meeting_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(), nullable=False),
        sa.Column("worded_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(answer <> '') = (answered_at IS NOT NULL)", name="meeting_question_answered_once"),
        sa.CheckConstraint("(wording <> '') = (worded_by IS NOT NULL)", name="meeting_question_worded_by_somebody"),
        sa.ForeignKeyConstraint(
            ["answered_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["worded_by"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", name="meeting_question_one_a_case"),
        sqlite_autoincrement=True,
    )
    op.create_index("meeting_question_order", "meeting_question", ["meeting_id", "place", "id"], unique=False)
    op.create_table(
        "promise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("made_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.CheckConstraint("what <> '' AND who <> ''", name="promise_says_what_and_who"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["meeting_question.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", name="promise_one_a_case"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_promise_question_id", "promise", ["question_id"], unique=False)
    op.create_index("promise_of_meeting", "promise", ["meeting_id", "due_on", "id"], unique=False)
    op.create_table(
        "support",
        sa.Column("question_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["meeting_question.id"],
        ),
        sa.PrimaryKeyConstraint("question_id", "person_id"),
    )
    op.create_index("support_of_person", "support", ["person_id"], unique=False)
    op.add_column("broadcast", sa.Column("expires_at", db.types.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    for table in ("support", "promise", "meeting_question", "meeting_event", "meeting_change", "guest", "meeting"):
        op.drop_table(table)
    with op.batch_alter_table("broadcast") as batch:
        batch.drop_column("expires_at")
