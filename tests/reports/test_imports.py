"""A register comes into the log: like any other case there, all of it or nothing, and once."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.core.clock import FrozenClock, local_date
from bot.feature import App
from bot.reports.imports import run as import_run
from bot.reports.imports import service as imports
from bot.runtime.jobs import tick
from bot.settings import Settings
from db import cases
from db.cases import Case, CaseEvent, Status
from db.outbox import OutboxRow
from db.staff import Role
from tests.cases.days import Days
from tests.crew import join
from tests.reports.register import NOISE, imported, register, said
from tests.terminal import Owner


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    """Each database in turn."""
    return on_both_databases


@pytest.fixture
def days(app: App, clock: FrozenClock) -> Days:
    """An officer of the unit, one of another, a leader."""
    join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")
    join(app, "cong", Role.OFFICER, unit="cap", name="Cán bộ Công")
    join(app, "hai", Role.LEADER, name="Lãnh đạo Hải")
    return Days(app, clock)


def all_cases(app: App) -> list[Case]:
    with app.database.read() as session:
        return list(session.exec(select(Case).order_by(col(Case.id))))


def test_every_column_arrives(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full = {
        **NOISE,
        "channel": "Đối thoại ",
        "group": "Tổ dân phố số 3",
        "phone": 912345678,
        "number": 12.0,
        "suggestion": "Thu gom trước 6 giờ",
        "document": "Đơn ngày 29/11/2026",
        "unit": "VH-XH",
        "due": "15/12/2026",
        "note": "Đã gọi điện",
    }
    code, lines = said(app, register(app, tmp_path / "so.xlsx", full), capsys)
    assert (code, lines) == (
        0,
        [
            "Bỏ qua dòng ví dụ: 2.",
            "Đã nhập 1 phiếu mới; 0 phiếu đã có từ trước, giữ nguyên.",
            "Mã VH-2026-0001 đến VH-2026-0001: 1 phiếu.",
            "VH-XH: 1 phiếu.",
        ],
    )
    case = all_cases(app)[0]
    assert (case.key, case.code, case.status) == ("import:doi-thoai:12", "VH-2026-0001", Status.RECEIVED)
    assert (case.source, case.subject, case.unit) == ("đối thoại", "moi-truong", "vhxh")
    assert (case.text, case.suggestion) == (NOISE["text"], "Thu gom trước 6 giờ")
    assert (case.business, case.phone) == ("Hộ kinh doanh Sao Mai", "0912345678")
    assert case.place == "Tổ dân phố số 3; 12 đường Nguyễn Lương Bằng"
    assert (case.document, case.due_on) == ("Đơn ngày 29/11/2026", date(2026, 12, 15))
    assert (local_date(case.received_at), case.reporter_id, case.logged_by) == (date(2026, 11, 30), None, None)


def test_its_history_and_its_words_are_those_of_a_case(app: App, days: Days, tmp_path: Path) -> None:
    assert days
    imported(app, register(app, tmp_path / "so.xlsx", {**NOISE, "note": "Đã gọi điện"}))
    with app.database.read() as session:
        events = cases.history(session, 1)
    assert [(event.number, event.act, event.after, event.note, event.told) for event in events] == [
        (1, "log", "received", "Nhập từ sổ: văn bản, số 12/2026", True),
        (2, "note", "received", "Đã gọi điện", False),
    ]
    for words in ("xe rac", "0912345678", "VH-2026-0001", "sao mai"):
        assert "VH-2026-0001" in Owner(app, "minh").says(f"/timviec {words}")


def test_the_deadline_counts_from_the_day_of_receipt(app: App, tmp_path: Path) -> None:
    received = [date(2026, 11, 20), date(2026, 11, 28), date(2026, 12, 1)]  # the second is a Saturday
    rows = [{**NOISE, "number": str(number), "received": day} for number, day in enumerate(received, start=1)]
    imported(app, register(app, tmp_path / "so.xlsx", *rows))
    calendar = app.profile().calendar
    due = [calendar.due(calendar.opening(day), 10) for day in received]
    assert [(local_date(case.received_at), case.due_on) for case in all_cases(app)] == list(
        zip(received, due, strict=True)
    )
    assert max(case.received_at for case in all_cases(app)) <= app.clock()


def test_codes_are_of_the_year_of_receipt_and_never_collide(app: App, days: Days, tmp_path: Path) -> None:
    days.raised()
    rows = [
        {**NOISE, "number": "1", "received": date(2026, 11, 2)},
        {**NOISE, "number": "2", "received": date(2025, 11, 3)},
        {**NOISE, "number": "3", "received": date(2026, 11, 1)},
    ]
    imported(app, register(app, tmp_path / "so.xlsx", *rows))
    days.raised("nga")
    codes = {case.key: case.code for case in all_cases(app)}
    assert [codes[f"import:van-ban:{number}"] for number in (1, 2, 3)] == [
        "VH-2026-0003",
        "VH-2025-0001",
        "VH-2026-0002",
    ]
    assert all_cases(app)[-1].code == "VH-2026-0004"


def test_twice_is_harmless(app: App, days: Days, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**NOISE, "number": str(number)} for number in range(1, 4)]
    imported(app, register(app, tmp_path / "so.xlsx", *rows))
    before, heard = all_cases(app), len(days.heard("minh"))
    capsys.readouterr()
    again = [{**rows[0], "number": " 1 "}, rows[1], rows[2], {**NOISE, "number": "4"}]
    code, lines = said(app, register(app, tmp_path / "so-2.xlsx", *again), capsys)
    assert (code, lines[1]) == (0, "Đã nhập 1 phiếu mới; 3 phiếu đã có từ trước, giữ nguyên.")
    assert all_cases(app)[:3] == before
    assert all_cases(app)[3].code == "VH-2026-0004"
    assert len(days.heard("minh")) == heard + 1
    code, lines = said(app, tmp_path / "so-2.xlsx", capsys)
    assert (code, lines[1]) == (0, "Đã nhập 0 phiếu mới; 4 phiếu đã có từ trước, giữ nguyên.")
    assert len(days.heard("minh")) == heard + 1


def test_a_corrected_row_is_told_and_changes_nothing(
    app: App, days: Days, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(app, register(app, tmp_path / "so.xlsx", {**NOISE, "due": "15/12/2026"}, {**NOISE, "number": "13"}))
    before, heard = all_cases(app), len(days.heard("minh"))
    capsys.readouterr()
    corrected = {
        **NOISE,
        "business": None,
        "phone": "0987654321",
        "subject": "An ninh, trộm cắp, lừa đảo",
        "suggestion": "Thu gom trước 6 giờ",
        "unit": "VH-XH",
        "due": "16/12/2026",
    }
    code, lines = said(app, register(app, tmp_path / "so-2.xlsx", corrected, {**NOISE, "number": "13"}), capsys)
    assert (code, lines) == (
        0,
        [
            (
                "Khác với sổ - dòng 3, cột Tên DN/HTX/hộ kinh doanh: "
                "phiếu VH-2026-0001 trong sổ ghi “Hộ kinh doanh Sao Mai”."
            ),
            "Khác với sổ - dòng 3, cột Điện thoại: phiếu VH-2026-0001 trong sổ ghi “0912345678”.",
            "Khác với sổ - dòng 3, cột Lĩnh vực: phiếu VH-2026-0001 trong sổ ghi “Rác thải, môi trường”.",
            "Khác với sổ - dòng 3, cột Đề xuất, kiến nghị: phiếu VH-2026-0001 trong sổ để trống.",
            "Khác với sổ - dòng 3, cột Đơn vị chủ trì: phiếu VH-2026-0001 trong sổ ghi “KTHT&ĐT”.",
            "Khác với sổ - dòng 3, cột Hạn trả lời: phiếu VH-2026-0001 trong sổ ghi “15/12/2026”.",
            "Có 6 chỗ tệp khác với sổ, phiếu trong sổ giữ nguyên. Nếu tệp mới đúng, báo đơn vị đang xử lý phiếu.",
            "Bỏ qua dòng ví dụ: 2.",
            "Đã nhập 0 phiếu mới; 2 phiếu đã có từ trước, giữ nguyên.",
        ],
    )
    assert (all_cases(app), len(days.heard("minh"))) == (before, heard)


def test_one_wrong_row_and_nothing_is_written(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**NOISE, "number": "1"}, {**NOISE, "number": "2", "received": "32/12/2026"}]
    code, lines = said(app, register(app, tmp_path / "so.xlsx", *rows), capsys)
    assert (code, lines) == (
        2,
        [
            "Dòng 4, cột Ngày tiếp nhận: “32/12/2026” không phải là ngày. Ghi theo mẫu 05/12/2026.",
            "Có 1 chỗ cần sửa. Chưa nhập dòng nào; sửa tệp rồi nhập lại.",
        ],
    )
    assert all_cases(app) == []


def test_a_failure_in_the_middle_leaves_nothing(app: App, tmp_path: Path) -> None:
    rows = [{**NOISE, "number": str(number)} for number in range(1, 4)]
    path = register(app, tmp_path / "so.xlsx", *rows)

    def dies(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    checked = imports.check(app, path, lambda _done, _total: None)
    with pytest.raises(KeyboardInterrupt):
        imports.write(app, checked, dies)
    with app.database.read() as session:
        assert [len(session.exec(select(table)).all()) for table in (Case, CaseEvent, OutboxRow)] == [0, 0, 0]
    assert imported(app, path) == 0
    assert all_cases(app)[0].code == "VH-2026-0001"


def test_checking_only_writes_nothing(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert imported(app, register(app, tmp_path / "so.xlsx", NOISE), import_run.log_nothing) == 0
    assert "1 phiếu mới, 0 phiếu đã có. Chưa ghi gì." in capsys.readouterr().out
    assert all_cases(app) == []


def test_units_hear_of_all_in_one_message_and_the_clock_is_quiet(app: App, days: Days, tmp_path: Path) -> None:
    backlog = [{**NOISE, "number": f"{n}", "received": date(2026, 9, 1) + timedelta(days=n)} for n in range(20)]
    soon = {**NOISE, "number": "s", "due": date(2026, 12, 2)}
    other = {**NOISE, "number": "a", "subject": "An ninh, trộm cắp, lừa đảo"}
    protected = {**NOISE, "number": "p", "subject": "Thái độ, hành vi cán bộ", "text": "Thái độ chưa đúng mực ở quầy"}
    imported(app, register(app, tmp_path / "so.xlsx", *backlog, soon, other, protected))
    of_unit = "• Phòng Kinh tế, Hạ tầng và Đô thị: 21 phiếu, 20 phiếu đã quá hạn, 1 phiếu sắp đến hạn"
    title = "Đã nhập {} phiếu từ sổ (phiếu giấy, đối thoại, Cổng phản ánh kiến nghị):"
    button = "[Xem danh sách việc]"
    assert days.heard("minh") == [f"{title.format(21)}\n{of_unit} {button}"]
    assert days.heard("cong") == [f"{title.format(1)}\n• Công an phường: 1 phiếu {button}"]
    heard = days.heard("hai")[0]
    assert title.format(23) in heard
    assert "Phiếu chỉ lãnh đạo xem: 1 phiếu" in heard
    tick(app)
    assert [len(days.heard(who, "reminder:")) for who in ("minh", "cong", "hai")] == [0, 0, 0]


def test_the_backlog_stands_in_the_digest_and_what_comes_due_is_reminded(app: App, days: Days, tmp_path: Path) -> None:
    backlog = [{**NOISE, "number": f"{n}", "received": date(2026, 9, 1) + timedelta(days=n)} for n in range(5)]
    imported(app, register(app, tmp_path / "so.xlsx", *backlog, {**NOISE, "number": "s", "due": date(2026, 12, 3)}))
    days.until("2026-12-04 17:00")
    assert [text.split(" [")[0] for text in days.heard("minh", "reminder:")] == [
        "Hôm nay là hạn trả lời phiếu VH-2026-0006 (Rác thải, môi trường): trước 17h00 thứ Năm, 03/12/2026.",
        (
            "Phiếu VH-2026-0006 (Rác thải, môi trường) đã quá hạn 1 ngày làm việc. "
            "Hạn trả lời: trước 17h00 thứ Năm, 03/12/2026. Đề nghị trả lời ngay."
        ),
    ]
    assert len(days.heard("hai", "reminder:")) == 1
    digests = days.heard("minh", "digest:")
    assert ["Quá hạn trả lời: 5" in digest for digest in digests] == [True, True, True, False]
    assert "Quá hạn trả lời: 6" in digests[3]


def test_a_protected_petition_shows_itself_to_leaders_alone(app: App, days: Days, tmp_path: Path) -> None:
    assert days
    row = {**NOISE, "subject": "Thái độ, hành vi cán bộ", "unit": "KTHT&ĐT", "text": "Thái độ chưa đúng mực ở quầy"}
    imported(app, register(app, tmp_path / "so.xlsx", row))
    assert all_cases(app)[0].protected
    assert days.heard("minh") == []
    assert "Không tìm thấy phiếu nào" in Owner(app, "minh").says("/timviec VH-2026-0001")


def test_a_bot_that_is_running_has_them_at_once(
    app: App, days: Days, tmp_path: Path, owner: Callable[[str], Owner]
) -> None:
    minh = owner("minh")
    assert days
    assert "VH-2026-0001" not in minh.says("/viec", "1")
    imported(app, register(app, tmp_path / "so.xlsx", NOISE))
    assert "Đã nhập 1 phiếu từ sổ" in minh.waits()
    assert "VH-2026-0001" in minh.says("/viec", "1")
    opened = minh.says("/timviec VH-2026-0001")
    assert "Xe rác đến sau giờ mở hàng" in opened
    assert "Nhận xử lý" in opened
    assert "Nhập từ sổ: văn bản, số 12/2026" in opened
