"""What is asked about unanswered questions runs on an index, however many were asked."""

from bot.answers.staff import grouping
from bot.feature import App
from bot.runtime.jobs import tick
from db.staff import Role
from tests.answers.test_unanswered import asks, settled
from tests.crew import join
from tests.db.test_plans import Asked, asked, scans
from tests.people.test_registering import presses
from tests.terminal import Owner

__all__ = ["asked"]

OF_WHAT_WAITS = (
    "question_ungrouped",
    "question_group_open",
    "question_group_settled",
    "question_group_latest",
    "asker_notice_undone",
    "own_entry_one_live",
    "own_entry_one_waiting",
    "phrasing_once",
)
"""Indexes that are read from their beginning: of what is open, or up to a limit; of the ward's own answers all."""


def _one(values: tuple[object, ...]) -> tuple[object, ...]:
    """The values of the first of several rows that one statement changes."""
    return values[0] if values and isinstance(values[0], tuple) else values


def test_no_statement_about_unanswered_questions_reads_a_whole_table(app: App, asked: Asked) -> None:
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    for who in ("lan", "nam"):
        asks(app, who, "ai thắng trận tối qua", "answer", entry="dd-bien-hieu", feedback=-1)
        asks(app, who, "mua vé xe buýt ở đâu")
    asked.clear()
    assert grouping.due(app) is False
    minh = Owner(app, "minh")
    minh.says("/chuatraloi")
    for data in ("open:2", "to:2:dd-bien-hieu", "all:4:dd-bien-hieu", "tell:2:dd-bien-hieu", "open:2", "off:1", "done"):
        presses(app, "minh", f"unans.{data}")
    settled(app, "answered", words="Chúng tôi không theo dõi bóng đá.")
    tick(app)
    ours = ("FROM question", "UPDATE question", "asker_notice", "phrasing", "answer_opt_out")
    mine = [(said, _one(values)) for said, values in asked if any(name in said for name in ours)]
    found = {step for step, _ in scans(app, mine)}
    assert len(mine) > 25
    assert {step for step in found if not any(name in step for name in OF_WHAT_WAITS)} == set()
