"""What is asked about a promised answer runs on an index, however many asked, were told or sent a case."""

from datetime import timedelta

from bot.feature import App
from db import asked_rows
from db import unanswered_rows as rows
from db.unanswered import AskerNotice
from tests.answers.test_unanswered import asks, grouped, settled
from tests.db.test_plans import Asked, asked, scans

__all__ = ["asked"]

OPEN = ("question_group_open", "question_group_latest")
"""Partial indexes of the groups that wait, which are few."""


def test_no_statement_about_a_promised_answer_reads_a_whole_table(app: App, asked: Asked) -> None:
    number = asks(app, "lan", "mua vé xe buýt ở đâu")
    grouped(app)
    settled(app, "phrasing", entry="dd-bien-hieu")
    asked.clear()
    with app.database.read() as session:
        now = app.clock()
        notice = AskerNotice(entry="dd-bien-hieu", since=now - timedelta(days=90), until=now, made_at=now)
        notice.cursor = number
        asked_rows.of_group(session, 1)
        asked_rows.called_wrong(session, "dd-bien-hieu")
        asked_rows.filed(session, 1)
        asked_rows.codes(session, 1)
        asked_rows.asked_in(session, asked_rows.sent_since(session, notice), [1])
        notice.made_at = now + timedelta(minutes=1)
        assert asked_rows.sent_before(session, notice) == [1]
        rows.next_asked(session, notice, 9)
        rows.count_askers(session, 1)
    assert len(asked) > 8
    assert {step for step, _ in scans(app, asked) if not any(name in step for name in OPEN)} == set()
