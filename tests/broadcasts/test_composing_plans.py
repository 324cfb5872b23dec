"""Every statement of those who write announcements runs on an index."""

import pytest

from bot.broadcasts import recurring
from bot.feature import App
from bot.runtime.jobs import tick
from db.staff import Role
from tests.broadcasts.crowd import people
from tests.crew import join
from tests.db.test_plans import Asked, asked, scans
from tests.terminal import Owner

__all__ = ["asked"]
READ_WHOLE = ("broadcast_due", "broadcast_moving", "broadcast_waiting", "recurrence_running")
"""Partial indexes: what is open, however long the history is."""


@pytest.mark.parametrize("when", ["gửi ngay", "mai 8h"])
def test_no_statement_reads_a_whole_table(app: App, asked: Asked, when: str) -> None:
    people(app, 30)
    join(app, "minh", Role.OFFICER, unit="kthtdt")
    join(app, "son", Role.LEADER)
    asked.clear()
    minh, son = Owner(app, "minh"), Owner(app, "son")
    minh.says("/soanthongbao", "1", "1", "Nộp thuế", "Hạn 31/12.", "1", when)
    minh.says("1", *(["1"] if when != "gửi ngay" else []), "gửi", "/soanthongbao")
    son.says("/duyetthongbao", "01/2026 · nộp thuế", "duyệt")
    tick(app)
    recurring.plan(app)
    minh.says("/soanthongbao", "soạn thông báo mới")
    found = {(step, said) for step, said in scans(app, asked) if not any(name in step for name in READ_WHOLE)}
    own = {(step, said) for step, said in found if "broadcast" in said or "recurrence" in said}
    assert {
        step for step, _ in own if "subscription" not in step and "VIRTUAL" not in step and "one_open" not in step
    } == set()
