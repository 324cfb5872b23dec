"""Staff, cases, letters, attachments, dossiers, claims, and what the clock has done"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "case_count",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "daily",
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task", "day"),
    )
    op.create_table(
        "dossier_count",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year"),
    )
    op.create_table(
        "consent",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("person_id", "version"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("since", db.types.Moment(timezone=True), nullable=False),
        sa.Column("until", db.types.Moment(timezone=True), nullable=True),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_until", sa.Date(), nullable=True),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("name <> ''", name="staff_has_a_name"),
        sa.CheckConstraint("role <> 'officer' OR unit <> ''", name="staff_officer_has_a_unit"),
        sa.CheckConstraint("role IN ('admin', 'leader', 'officer', 'clerk', 'head')", name="staff_role_known"),
        sa.CheckConstraint("substitute_id IS NULL OR substitute_id <> id", name="staff_substitute_is_another"),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_staff_person_id", "staff", ["person_id"], unique=False)
    op.create_index(
        "staff_one_role",
        "staff",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_index(
        "staff_serving",
        "staff",
        ["role", "unit"],
        unique=False,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "call_back",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("asked_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("done_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind IN ('complaint', 'denunciation', 'crime')", name="call_back_kind_known"),
        sa.ForeignKeyConstraint(
            ["done_by"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "call_back_waiting",
        "call_back",
        ["id"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL"),
    )
    op.create_table(
        "dossier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answered_at", db.types.Moment(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("year", "number", name="dossier_number_once_a_year"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "dossier_unanswered",
        "dossier",
        ["authority", "due_on"],
        unique=False,
        sqlite_where=sa.text("answered_at IS NULL"),
        postgresql_where=sa.text("answered_at IS NULL"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("used_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("role IN ('admin', 'leader', 'officer', 'clerk', 'head')", name="invitation_role_known"),
        sa.ForeignKeyConstraint(
            ["made_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["used_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash", name="invitation_code_once"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("neighbourhood", sa.String(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("suggestion", sa.String(), nullable=False),
        sa.Column("business", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=True),
        sa.Column("logged_by", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("not_again_id", sa.Integer(), nullable=True),
        sa.Column("received_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("acknowledge_by", db.types.Moment(timezone=True), nullable=False),
        sa.Column("acknowledged_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("days_left", sa.Integer(), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("silent_since", db.types.Moment(timezone=True), nullable=True),
        sa.Column("answered_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("answered_due_on", sa.Date(), nullable=True),
        sa.Column("disputes", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=True),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("dossier_id", sa.Integer(), nullable=True),
        sa.Column("merged_into", sa.Integer(), nullable=True),
        sa.Column("closed_at", db.types.Moment(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(status IN ('declined', 'withdrawn', 'closed')) = (closed_at IS NOT NULL)", name="case_end_has_its_day"
        ),
        sa.CheckConstraint("NOT anonymous OR (business = '' AND phone = '')", name="case_anonymous_has_no_name"),
        sa.CheckConstraint("status <> 'answered' OR answered_at IS NOT NULL", name="case_answered_has_its_answer"),
        sa.CheckConstraint(
            "status IN ('received', 'working', 'waiting', 'answered', 'forwarded', 'declined', 'withdrawn', 'closed')",
            name="case_status_known",
        ),
        sa.CheckConstraint("NOT protected OR merged_into IS NULL", name="case_protected_is_never_merged"),
        sa.CheckConstraint("mark BETWEEN 1 AND 5", name="case_mark_of_five"),
        sa.CheckConstraint("merged_into IS NULL OR merged_into <> id", name="case_not_merged_into_itself"),
        sa.ForeignKeyConstraint(
            ["assignee_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["dossier_id"],
            ["dossier.id"],
        ),
        sa.ForeignKeyConstraint(
            ["logged_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["not_again_id"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code", name="case_code_once"),
        sa.UniqueConstraint("key", name="case_once_an_event"),
        sa.UniqueConstraint("year", "number", name="case_number_once_a_year"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "case_gathered",
        "case",
        ["dossier_id"],
        unique=False,
        sqlite_where=sa.text("dossier_id IS NOT NULL"),
        postgresql_where=sa.text("dossier_id IS NOT NULL"),
    )
    op.create_index(
        "case_merged",
        "case",
        ["merged_into"],
        unique=False,
        sqlite_where=sa.text("merged_into IS NOT NULL"),
        postgresql_where=sa.text("merged_into IS NOT NULL"),
    )
    op.create_index("case_of_logger", "case", ["logged_by", "id"], unique=False)
    op.create_index("case_of_reporter", "case", ["reporter_id", "id"], unique=False)
    op.create_index(
        "case_open_due",
        "case",
        ["due_on", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
        postgresql_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
    )
    op.create_index(
        "case_open_of_assignee",
        "case",
        ["assignee_id", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
        postgresql_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
    )
    op.create_index(
        "case_open_of_subject",
        "case",
        ["subject", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
        postgresql_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
    )
    op.create_index(
        "case_open_of_unit",
        "case",
        ["unit", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
        postgresql_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded')"),
    )
    op.create_index(
        "case_silent",
        "case",
        ["silent_since"],
        unique=False,
        sqlite_where=sa.text("silent_since IS NOT NULL"),
        postgresql_where=sa.text("silent_since IS NOT NULL"),
    )
    op.create_index(
        "case_unassigned",
        "case",
        ["unit", "due_on", "id"],
        unique=False,
        sqlite_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded') AND assignee_id IS NULL"),
        postgresql_where=sa.text("status IN ('received', 'working', 'waiting', 'forwarded') AND assignee_id IS NULL"),
    )
    op.create_index(
        "case_unseen",
        "case",
        ["acknowledge_by"],
        unique=False,
        sqlite_where=sa.text("status = 'received' AND acknowledged_at IS NULL"),
        postgresql_where=sa.text("status = 'received' AND acknowledged_at IS NULL"),
    )
    op.create_index("ix_case_received_at", "case", ["received_at"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=False),
        sa.Column("after", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case_id", "number", name="case_event_number_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_case_event_key", "case_event", ["key"], unique=False)
    op.create_table(
        "case_word",
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.PrimaryKeyConstraint("word", "case_id"),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("expires_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("used_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(case_id IS NULL) <> (person_id IS NULL)", name="claim_is_for_one_thing"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.ForeignKeyConstraint(
            ["used_by"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code_hash", name="claim_code_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_claim_case_id", "claim", ["case_id"], unique=False)
    op.create_index("ix_claim_person_id", "claim", ["person_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("sent_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", db.types.Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="letter_sent_has_its_day"),
        sa.CheckConstraint("delivery IN ('', 'pending', 'delivered', 'failed', 'told')", name="letter_delivery_known"),
        sa.CheckConstraint("kind IN ('answer', 'correction', 'request', 'decline')", name="letter_kind_known"),
        sa.CheckConstraint(
            "kind NOT IN ('answer', 'correction') OR (length(text) >= 20 AND basis <> '' AND officer <> '')",
            name="letter_answer_has_substance_basis_and_name",
        ),
        sa.CheckConstraint("state IN ('proposed', 'returned', 'sent')", name="letter_state_known"),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["staff.id"],
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"],
            ["staff.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letter_case_id", "letter", ["case_id"], unique=False)
    op.create_index(
        "letter_failed",
        "letter",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("delivery = 'failed'"),
        postgresql_where=sa.text("delivery = 'failed'"),
    )
    op.create_index(
        "letter_one_proposed",
        "letter",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_index(
        "letter_pending",
        "letter",
        ["id"],
        unique=False,
        sqlite_where=sa.text("delivery = 'pending'"),
        postgresql_where=sa.text("delivery = 'pending'"),
    )
    op.create_table(
        "reminder",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("at", db.types.Moment(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.PrimaryKeyConstraint("case_id", "rung"),
    )
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("passed_on", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("file_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("next_at", db.types.Moment(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'stored') = (sha <> '')", name="attachment_stored_has_its_content"),
        sa.CheckConstraint("state IN ('waiting', 'stored', 'failed')", name="attachment_state_known"),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["case.id"],
        ),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["draft.id"],
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["letter.id"],
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key", name="attachment_once_an_event"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "attachment_lost",
        "attachment",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'failed' AND NOT passed_on"),
        postgresql_where=sa.text("state = 'failed' AND NOT passed_on"),
    )
    op.create_index(
        "attachment_of_case",
        "attachment",
        ["case_id"],
        unique=False,
        sqlite_where=sa.text("case_id IS NOT NULL"),
        postgresql_where=sa.text("case_id IS NOT NULL"),
    )
    op.create_index(
        "attachment_of_content",
        "attachment",
        ["sha"],
        unique=False,
        sqlite_where=sa.text("state = 'stored'"),
        postgresql_where=sa.text("state = 'stored'"),
    )
    op.create_index(
        "attachment_of_draft",
        "attachment",
        ["draft_id"],
        unique=False,
        sqlite_where=sa.text("draft_id IS NOT NULL"),
        postgresql_where=sa.text("draft_id IS NOT NULL"),
    )
    op.create_index(
        "attachment_to_pass_on",
        "attachment",
        ["id"],
        unique=False,
        sqlite_where=sa.text("letter_id IS NOT NULL AND state = 'stored' AND NOT passed_on"),
        postgresql_where=sa.text("letter_id IS NOT NULL AND state = 'stored' AND NOT passed_on"),
    )
    op.create_index(
        "attachment_waiting",
        "attachment",
        ["channel", "next_at"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_attachment_person_id", "attachment", ["person_id"], unique=False)
    op.add_column("chat", sa.Column("heard_at", db.types.Moment(timezone=True), nullable=True))
    op.add_column("draft", sa.Column("keys", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("inbox", sa.Column("outcome", sa.String(), nullable=False, server_default="dismissed: older version"))
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], unique=False)


def downgrade() -> None:
    """Back."""
    for table in (
        "attachment",
        "reminder",
        "letter",
        "claim",
        "case_word",
        "case_event",
        "case",
        "invitation",
        "dossier",
        "call_back",
        "staff",
        "consent",
        "dossier_count",
        "daily",
        "case_count",
    ):
        op.drop_table(table)
    op.drop_index("ix_inbox_received_at", table_name="inbox")
    with op.batch_alter_table("chat") as batch:
        batch.drop_column("heard_at")
    with op.batch_alter_table("draft") as batch:
        batch.drop_column("keys")
    with op.batch_alter_table("inbox") as batch:
        batch.drop_column("outcome")
