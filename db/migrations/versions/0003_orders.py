"""Papers that staff order; the paper that a case came with"""

import sqlalchemy as sa
from alembic import op

import db.types

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "paper_order",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("chat_id", sa.Integer(), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("wanted", sa.JSON(), nullable=False),
        sa.Column("masked", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("asked_at", db.types.Moment(timezone=True), nullable=False),
        sa.Column("made_at", db.types.Moment(timezone=True), nullable=True),
        sa.CheckConstraint("masked OR reason <> ''", name="order_unmasked_has_its_reason"),
        sa.CheckConstraint("state IN ('ordered', 'making', 'made', 'failed')", name="order_state_known"),
        sa.ForeignKeyConstraint(
            ["chat_id"],
            ["chat.id"],
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
        sa.UniqueConstraint("key", name="order_once_an_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_paper_order_asked_at", "paper_order", ["asked_at"], unique=False)
    op.create_index("ix_paper_order_person_id", "paper_order", ["person_id"], unique=False)
    op.create_index(
        "order_kept",
        "paper_order",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sha <> ''"),
        postgresql_where=sa.text("sha <> ''"),
    )
    op.create_index(
        "order_open",
        "paper_order",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('ordered', 'making')"),
        postgresql_where=sa.text("state IN ('ordered', 'making')"),
    )
    op.add_column("case", sa.Column("document", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_case_answered_at", "case", ["answered_at"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_table("paper_order")
    op.drop_index("ix_case_answered_at", "case")
    with op.batch_alter_table("case") as batch:
        batch.drop_column("document")
