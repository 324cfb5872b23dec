"""/xuat beyond its transcript: a role that ends in the middle, two presses, periods; all of it on an index."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.core.clock import FrozenClock
from bot.core.events import Text
from bot.feature import App, Work
from bot.people.staff import leave
from bot.reports import periods
from bot.reports.orders import sweep
from bot.reports.periods import Period
from db.orders import Order, same_open
from db.outbox import OutboxRow, OutboxState
from db.staff import Role, Staff
from tests.crew import join
from tests.db.test_plans import Asked, asked, scans
from tests.terminal import Owner

__all__ = ["asked"]


def orders(app: App) -> list[Order]:
    with app.database.read() as session:
        return list(session.exec(select(Order).order_by(col(Order.id))))


def test_a_role_that_ends_in_the_dialogue_orders_nothing(app: App) -> None:
    staff, son = join(app, "son", Role.LEADER), Owner(app, "son")
    assert "Lập bảng" in son.says("/xuat", "2", "1", "1", "1", "1")
    with app.database.write() as session:
        session.get_one(Staff, staff.id).until = app.clock()
    assert "Vai trò của ông/bà đã thay đổi" in son.says("lập bảng")
    assert "chưa có lệnh này" in son.says("/xuat")
    assert orders(app) == []


def test_another_role_since_the_choice_orders_nothing_either(app: App) -> None:
    staff, son = join(app, "son", Role.LEADER), Owner(app, "son")
    son.says("/xuat", "2", "1", "1", "1", "1")
    with app.database.write() as session:
        session.get_one(Staff, staff.id).until = app.clock()
    join(app, "son", Role.OFFICER, unit="kthtdt")
    assert "Vai trò của ông/bà đã thay đổi" in son.says("lập bảng")
    assert orders(app) == []


def test_the_full_form_is_recorded_with_its_reason_and_its_person(app: App) -> None:
    staff, son = join(app, "son", Role.LEADER), Owner(app, "son")
    son.says("/xuat", "2", "5", "1", "2", "báo cáo Sở Tài chính", "1", "lập bảng")
    (order,) = orders(app)
    assert (order.masked, order.reason, order.staff_id) == (False, "báo cáo Sở Tài chính", staff.id)
    assert (order.state, order.wanted) == ("made", {"selection": {}, "format": "xlsx"})


def test_a_change_back_to_masked_leaves_no_reason_and_no_attachments(app: App) -> None:
    join(app, "son", Role.LEADER)
    shown = Owner(app, "son").says(
        "/xuat", "2", "5", "1", "2", "báo cáo Sở Tài chính", "4", "sửa: thông tin cá nhân", "1"
    )
    assert "ZIP" not in shown.rpartition("Loại tệp nào?")[2]
    Owner(app, "son").says("1", "lập bảng")
    (order,) = orders(app)
    assert (order.masked, order.reason, order.wanted["format"]) == (True, "", "xlsx")


def test_nothing_reads_a_whole_table_of_orders(app: App, asked: Asked, clock: FrozenClock) -> None:
    join(app, "hoa", Role.CLERK, unit="ttpvhcc")
    Owner(app, "hoa").says("/xuat", "1")
    clock.advance(timedelta(days=8))
    sweep(app)
    of_orders = [(statement, values) for statement, values in asked if "paper_order" in statement]
    assert len(of_orders) > 8
    assert scans(app, of_orders) == set()
    assert [row.sha for row in orders(app)] == [""]


@pytest.mark.parametrize(
    ("today", "month", "quarter", "year"),
    [
        ("2026-12-01", "15/11/2026 - 14/12/2026", "15/09/2026 - 14/12/2026", "15/12/2025 - 14/12/2026"),
        ("2026-12-14", "15/11/2026 - 14/12/2026", "15/09/2026 - 14/12/2026", "15/12/2025 - 14/12/2026"),
        ("2026-12-15", "15/12/2026 - 14/01/2027", "15/12/2026 - 14/03/2027", "15/12/2026 - 14/12/2027"),
        ("2027-01-14", "15/12/2026 - 14/01/2027", "15/12/2026 - 14/03/2027", "15/12/2026 - 14/12/2027"),
        ("2028-03-01", "15/02/2028 - 14/03/2028", "15/12/2027 - 14/03/2028", "15/12/2027 - 14/12/2028"),
    ],
)
def test_reporting_periods(today: str, month: str, quarter: str, year: str) -> None:
    day = date.fromisoformat(today)
    found = [str(period(day)) for period in (periods.month, periods.quarter, periods.year)]
    assert found == [month, quarter, year]
    assert periods.month_before(day).until + periods.DAY == periods.month(day).since


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("01/10/2026 - 30/11/2026", "01/10/2026 - 30/11/2026"),
        ("từ 1/10 đến 30.11", "01/10/2026 - 30/11/2026"),
        ("20/12 đến 10/1", "20/12/2025 - 10/01/2026"),
        ("1/10/26-5/10/26", "01/10/2026 - 05/10/2026"),
        ("hôm 5/11", "05/11/2026 - 05/11/2026"),
        ("01/12/2026 - 31/12/2026", "01/12/2026 - 31/12/2026"),
        ("1/2/0000", "ordering.period_wanted"),
        ("30/2 - 1/3", "ordering.period_no_such_day"),
        ("1/1, 2/2, 3/3", "ordering.period_wanted"),
    ],
)
def test_typed_periods(typed: str, kept: str) -> None:
    read = periods.accept(lambda: date(2026, 12, 1))(Text(typed))
    assert (read if isinstance(read, str) else read.key) == kept  # type: ignore[union-attr]
    assert not isinstance(read, str) or str(Period.read(read)) == kept


def test_a_paper_that_waits_to_be_sent_does_not_leave_after_the_role_has_ended(app: App) -> None:
    hoa = join(app, "hoa", Role.CLERK, unit="ttpvhcc")
    Owner(app, "hoa").says("/xuat", "1")
    with app.database.write() as session:  # as an outage would leave it
        sent = session.exec(select(OutboxRow).where(col(OutboxRow.dedupe).startswith("order:"))).one()
        sent.state = OutboxState.READY
    (order,) = orders(app)
    assert app.files.has(order.sha)
    with app.database.write() as session:
        assert leave(Work(app, session, app.clock(), app.profile()), hoa.id)
    with app.database.read() as session:
        assert session.get_one(OutboxRow, sent.id).state == OutboxState.DEAD
    assert not app.files.has(order.sha)


def test_the_same_paper_for_another_purpose_is_another_order(app: App) -> None:
    staff = join(app, "son", Role.LEADER)

    def wanted(key: str, reason: str) -> Order:
        order = Order(
            kind="export", key=key, masked=False, reason=reason, wanted={"format": "xlsx"}, asked_at=app.clock()
        )
        order.person_id, order.staff_id = staff.person_id, staff.id
        return order

    with app.database.write() as session:
        session.add(wanted("a", "giao ban"))
        session.flush()
        assert same_open(session, wanted("b", "giao ban"))
        assert not same_open(session, wanted("c", "báo cáo Sở Tài chính"))
