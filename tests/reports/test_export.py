"""The exported table opened again by other readers, cell by cell; who gets which cases; totals counted by hand."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event

import faq
from bot.app import compose
from bot.core.clock import VIETNAM, FrozenClock
from bot.feature import App
from bot.reports.exports.names import HIDDEN
from bot.reports.exports.rules import COLUMNS, Form, Protected, Selection, covered, selection_for
from bot.reports.exports.table import Press, export, export_attachments, file_name
from bot.settings import Settings
from db import export_rows
from db.cases import Case, Status
from db.letters import Delivery, Kind
from db.staff import Role, Staff
from tests.reports.log import attachment, case, letter

NOW = datetime(2026, 12, 1, 9, 5, tzinfo=VIETNAM)
EVERYTHING = Selection()
KEYS = [column.key for column in COLUMNS]
PROFILE = """
[[groups]]
id = "tdp1"
name = "Tổ dân phố số 1"
"""


@pytest.fixture
def app(
    on_both_databases: Settings, tmp_path: Path, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex
) -> Iterator[App]:
    profile = tmp_path / "ward.toml"
    profile.write_text(on_both_databases.ward_file.read_text("utf-8") + PROFILE, "utf-8")
    settings = on_both_databases.model_copy(update={"ward_file": profile})
    composed = compose(settings, clock=clock, content=content, index=index)
    yield composed
    composed.database.close()


@pytest.fixture
def press(app: App) -> Press:
    return Press(app.database, app.files, app.say, app.profile(), NOW)


@pytest.fixture
def told(app: App) -> Case:
    """A case with everything that identifies."""
    found = case(
        app,
        "2026-11-17 23:30",
        owner="Nguyễn Thị Lan",
        answered="2026-11-20 10:00",
        business="Cửa hàng tạp hóa Sao Mai",
        phone="0912345678",
        place="12 ngõ 5 Chợ Mát",
        neighbourhood="tdp1",
        latitude=20.937123,
        longitude=106.314567,
        text="Tôi là Lan, tạp hoá Sao Mai, 12 ngõ 5 chợ mát, gọi 0912.345.678. Rác ba ngày chưa dọn.",
        suggestion="Dọn rác; CCCD 030199001234; mất 1.500.000.000 đồng",
        document="Đơn của Nguyen Thi Lan, MST 0801234567-001",
        extensions=2,
        mark=5,
    )
    letter(app, found, "2026-11-20 10:00", "Đã dọn xong tại 12 ngõ 5, Chợ Mát. Bà Lan gọi 0220 3856 123 nếu cần.")
    attachment(app, found, "nguyen-thi-lan.JPEG", b"photo")
    return found


def rows(press: Press, tmp_path: Path, form: Form = Form.FULL, **given: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in table(press, tmp_path, form, **given)["rows"]]


def table(
    press: Press,
    tmp_path: Path,
    form: Form = Form.FULL,
    selection: Selection = EVERYTHING,
    protected: Protected = Protected.SHOWN,
) -> Any:
    target = tmp_path / "table.json"
    export(press, selection, form, protected, "json", target, lambda _done, _count: None)
    return json.loads(target.read_text("utf-8"))


def test_the_full_row(press: Press, told: Case, tmp_path: Path) -> None:
    (row,) = rows(press, tmp_path)
    assert list(row) == KEYS
    assert row == {
        "number": 1,
        "code": told.code,
        "received": {"day": "2026-11-17", "word": "bot"},
        "business": "Cửa hàng tạp hóa Sao Mai",
        "address": "Tổ dân phố số 1; 12 ngõ 5 Chợ Mát; 20.93712, 106.31457; ĐT: 0912345678",
        "subject": "Rác thải, môi trường",
        "content": told.text,
        "suggestion": told.suggestion,
        "document": told.document,
        "competence": "Phường",
        "unit": "KTHT&ĐT",
        "due": "2026-12-31",
        "result": "Trả lời ngày 20/11/2026.\nCăn cứ: Biên bản 05/BB-UBND\n"
        "Nội dung: Đã dọn xong tại 12 ngõ 5, Chợ Mát. Bà Lan gọi 0220 3856 123 nếu cần.\nNgười trả lời: Cán bộ Minh",
        "status": "Đã trả lời",
        "merged": None,
        "notes": "Gia hạn 2 lần; Có 1 tệp kèm theo",
    }


@pytest.mark.usefixtures("told")
def test_the_masked_row(press: Press, tmp_path: Path) -> None:
    (full,), (row,) = rows(press, tmp_path), rows(press, tmp_path, Form.MASKED)
    hidden = {
        "business": HIDDEN,
        "address": "Tổ dân phố số 1",
        "content": "Tôi là •••, tạp hoá •••, •••, gọi •••. Rác ba ngày chưa dọn.",
        "suggestion": "Dọn rác; CCCD •••; mất 1.500.000.000 đồng",
        "document": "Đơn của •••, MST •••",
        "result": "Trả lời ngày 20/11/2026.\nCăn cứ: Biên bản 05/BB-UBND\n"
        "Nội dung: Đã dọn xong tại •••. Bà ••• gọi ••• nếu cần.\nNgười trả lời: Cán bộ Minh",
    }
    assert row == full | hidden


@pytest.mark.parametrize("name", ["xlsx", "csv", "json"])
def test_no_masked_file_holds_anything_that_identifies(press: Press, told: Case, tmp_path: Path, name: str) -> None:
    target = tmp_path / f"masked.{name}"
    export(press, EVERYTHING, Form.MASKED, Protected.SHOWN, name, target, lambda _done, _count: None)
    content = target.read_bytes()
    if name == "xlsx":
        with ZipFile(target) as parts:
            content = b"".join(parts.read(part) for part in parts.namelist())
    text = content.decode("utf-8", "replace").casefold()
    assert told.code.casefold() in text
    secrets = ("lan,", "nguyễn thị", "nguyen", "sao mai", "12 ngõ", "0912", "3856", "030199", "0801", "20.93", "106.3")
    assert [secret for secret in secrets if secret in text] == []


@pytest.mark.usefixtures("told")
def test_the_same_in_excel_and_csv(press: Press, app: App, tmp_path: Path) -> None:
    case(app, "2026-11-18 08:00", text='=HYPERLINK("http://x")', source="TDP", due="2026-12-04")
    for name in ("xlsx", "csv"):
        export(press, EVERYTHING, Form.FULL, Protected.SHOWN, name, tmp_path / f"t.{name}", lambda _done, _count: None)
    expected = rows(press, tmp_path)
    assert len(expected) == 2
    titles = [app.say.label(column.title) for column in COLUMNS]
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets[0]
    read = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(at for at, row in enumerate(read) if row[1] == titles[1])
    assert read[head] == titles
    cells = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).get_sheet_by_index(0).to_python(skip_empty_area=False)
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        plain = list(csv.reader(file, delimiter=";"))
    assert plain[0] == titles
    for at, row in enumerate(expected, start=1):
        assert [as_json(cell) for cell in read[head + at]] == [day_of(cell) for cell in row.values()]
        assert [as_json(cell) for cell in cells[head + at]] == [day_of(cell) for cell in row.values()]
        assert plain[at] == [as_csv(cell) for cell in row.values()]


def as_json(cell: object) -> object:
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    return int(cell) if isinstance(cell, float) else cell or None


def day_of(cell: object) -> object:
    return cell["day"] if isinstance(cell, dict) else cell or None


def as_csv(cell: object) -> str:
    if isinstance(cell, dict):
        return f"{date.fromisoformat(cell['day']):%d/%m/%Y} · {cell['word']}"
    text = "" if cell is None else str(cell)
    if len(text) == 10 and text[4] == text[7] == "-":
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    return f"'{text}" if text.startswith("=") else text


def test_days_are_those_of_vietnam_and_rows_are_in_the_order_of_receipt(press: Press, app: App, tmp_path: Path) -> None:
    late = case(app, "2026-11-15 00:10")
    early = case(app, "2026-11-14 23:50")
    assert [row["code"] for row in rows(press, tmp_path)] == [early.code, late.code]
    since = Selection(since=date(2026, 11, 15))
    assert [row["code"] for row in rows(press, tmp_path, selection=since)] == [late.code]
    until = Selection(until=date(2026, 11, 14))
    assert [row["code"] for row in rows(press, tmp_path, selection=until)] == [early.code]


def test_filters(press: Press, app: App, tmp_path: Path) -> None:
    made = {
        "working": case(app, "2026-11-10 08:00"),
        "late": case(app, "2026-11-10 08:01", due="2026-11-30", status="received"),
        "today": case(app, "2026-11-10 08:02", due="2026-12-01", status="forwarded", authority="thue"),
        "waiting": case(app, "2026-11-10 08:03", due="2026-11-20", status="waiting"),
        "answered": case(app, "2026-11-10 08:04", answered="2026-11-12 08:00", status="answered"),
        "closed": case(app, "2026-11-10 08:05", answered="2026-11-12 08:00", unit="vp", subject="thue"),
        "expired": case(app, "2026-11-10 08:06", status="closed"),
    }

    def found(**wanted: Any) -> set[str]:
        codes = {row["code"] for row in rows(press, tmp_path, selection=Selection(**wanted))}
        return {name for name, row in made.items() if row.code in codes}

    assert found() == set(made)
    assert found(status="open") == {"working", "late", "today", "waiting"}
    assert found(overdue=True) == {"late"}
    assert found(status="answered") == {"answered", "closed"}
    assert found(status="closed") == {"closed", "expired"}
    assert found(unit="vp") == found(subject="thue") == {"closed"}
    with pytest.raises(ValueError, match="gone"):
        found(status="gone")


def test_totals_counted_by_hand(press: Press, app: App, tmp_path: Path) -> None:
    case(app, "2026-11-02 08:00", answered="2026-11-10 23:30", due="2026-11-10", mark=4)
    case(app, "2026-11-02 08:00", answered="2026-11-11 00:10", due="2026-11-10", mark=3)
    case(app, "2026-11-02 08:00", answered="2026-11-11 08:00", due="2026-11-30", status="answered", mark=5)
    case(app, "2026-11-02 08:00", due="2026-11-30")
    case(app, "2026-11-02 08:00", due="2026-11-30", status="forwarded")
    case(app, "2026-11-02 08:00", due="2026-12-01", status="forwarded")
    case(app, "2026-11-02 08:00", due="2026-11-30", status="waiting")
    case(app, "2026-11-02 08:00", due="2026-12-01", status="received")
    case(app, "2026-11-02 08:00", status="declined")
    case(app, "2026-11-02 08:00", status="withdrawn")
    case(app, "2026-11-02 08:00", status="closed")
    totals = {total["key"]: total["value"] for total in table(press, tmp_path)["totals"]}
    parts = {"answered": 3, "in_progress": 2, "forwarded": 1, "overdue": 2, "declined": 1, "withdrawn": 1}
    assert totals == {
        "total": 11,
        **parts,
        "unanswered": 1,
        "on_time": pytest.approx(2 / 5),
        "satisfied": 0.666,
        "electronic": None,
        "reused": None,
    }


def test_nothing_selected_is_a_table_without_shares(press: Press, tmp_path: Path) -> None:
    made = table(press, tmp_path)
    assert made["rows"] == []
    assert {total["key"]: total["value"] for total in made["totals"] if total["percent"]} == dict.fromkeys(
        ("on_time", "satisfied", "electronic", "reused")
    )
    assert made["lines"][-1] == "Số liệu tính đến 09 giờ 05, ngày 01/12/2026"


def test_what_the_notes_say(press: Press, app: App, tmp_path: Path) -> None:
    main = case(app, "2026-11-02 08:00", due="2026-11-26", disputes=1)
    case(app, "2026-11-02 08:01", merged_into=main.id, status="waiting", silent_since=NOW - timedelta(days=9))
    untold = case(app, "2026-11-02 08:02", answered="2026-11-17 08:00", due="2026-11-13")
    letter(app, untold, "2026-11-16 08:00", "Câu trả lời đầu tiên, sau được sửa.")
    letter(
        app,
        untold,
        "2026-11-17 08:00",
        "Nội dung đúng là như thế này. " * 30,
        kind=Kind.CORRECTION,
        delivery=Delivery.FAILED,
    )
    letter(app, untold, "2026-11-18 08:00", "Đề nghị bổ sung ảnh chụp.", "", kind=Kind.REQUEST)
    declined = case(app, "2026-11-02 08:03", status="declined")
    letter(app, declined, "2026-11-03 08:00", "Không thuộc thẩm quyền.", "Sở Tài chính", kind=Kind.DECLINE)
    forwarded = [
        case(app, "2026-11-03 08:00", status="forwarded", authority=name) for name in ("thue", "stc", "dienluc", "cu")
    ]
    first, merged, late, refused, *handed = rows(press, tmp_path)
    assert (first["status"], first["merged"]) == ("Quá hạn", 1)
    assert first["notes"] == "Người gửi thấy chưa thỏa đáng 1 lần; Quá hạn 3 ngày làm việc"
    assert merged["notes"] == (
        f"Trả lời chung với phiếu {main.code}; Chờ người gửi bổ sung từ ngày 22/11/2026, tạm dừng tính hạn"
    )
    assert late["notes"] == "Trả lời chậm 2 ngày làm việc; Chưa báo được cho người gửi"
    assert late["result"].startswith(
        "Đính chính ngày 17/11/2026.\nCăn cứ: Biên bản 05/BB-UBND\nNội dung: Nội dung đúng"
    )
    assert len(late["result"]) < 450
    assert refused["result"] == (
        "Không thụ lý ngày 03/11/2026.\nNơi giải quyết: Sở Tài chính\nLý do: Không thuộc thẩm quyền.\n"
        "Người trả lời: Cán bộ Minh"
    )
    assert len(handed) == len(forwarded)
    assert [row["competence"] for row in handed] == ["Trung ương", "Thành phố, sở", "Cấp trên", "Cấp trên"]
    assert handed[0]["unit"] == "KTHT&ĐT; chuyển: Thuế cơ sở (Thuế thành phố Hải Phòng)"
    assert handed[3]["unit"] == "KTHT&ĐT; chuyển: cu"


def test_an_anonymous_case_has_no_name_and_its_words_are_masked_like_others(
    press: Press, app: App, tmp_path: Path
) -> None:
    case(app, "2026-11-02 08:00", owner="Trần Văn Hùng", anonymous=True, text="Hùng đây, 0912345678", place="7 Đỗ Xá")
    (full,), (masked,) = rows(press, tmp_path), rows(press, tmp_path, Form.MASKED)
    assert full["business"] == masked["business"] == "Không nêu tên"
    assert (masked["content"], masked["address"]) == ("••• đây, •••", "")
    assert full["address"] == "7 Đỗ Xá"


def test_protected_cases(press: Press, app: App, tmp_path: Path) -> None:
    secret = case(
        app,
        "2026-11-02 08:00",
        protected=True,
        subject="can-bo",
        unit="vp",
        source="TDP",
        owner="Lê Thị Mận",
        business="Quán Mận",
        phone="0987654321",
        place="3 Chợ Mát",
        neighbourhood="tdp1",
        suggestion="Xử lý",
        document="Đơn",
        answered="2026-11-20 08:00",
        extensions=1,
    )
    letter(app, secret, "2026-11-20 08:00", "Đã nhắc nhở cán bộ có liên quan.")
    attachment(app, secret, "man.jpg", b"x")
    assert rows(press, tmp_path, protected=Protected.LEFT_OUT) == []
    assert rows(press, tmp_path)[0]["business"] == "Quán Mận"
    for form, protected in ((Form.MASKED, Protected.SHOWN), (Form.FULL, Protected.COVERED)):
        (row,) = rows(press, tmp_path, form, protected=protected)
        words = "(nội dung được bảo vệ)"
        shown = {
            "number": 1,
            "code": secret.code,
            "received": "2026-11-02",
            "subject": "Thái độ, hành vi cán bộ",
            "content": words,
            "suggestion": words,
            "result": words,
            "unit": "VP HĐND&UBND",
            "due": "2026-12-31",
            "status": "Đã trả lời",
            "merged": None,
        }
        assert row == dict.fromkeys(KEYS, "") | shown


@pytest.mark.parametrize(
    ("role", "unit", "protected"),
    [
        (Role.OFFICER, "vp", Protected.LEFT_OUT),
        (Role.CLERK, "kthtdt", Protected.LEFT_OUT),
        (Role.ADMIN, "kthtdt", Protected.LEFT_OUT),
        (Role.LEADER, "kthtdt", Protected.SHOWN),
    ],
)
def test_who_gets_what(role: Role, unit: str, protected: Protected) -> None:
    staff = Staff(person_id=1, role=role, unit="vp", name="Cán bộ", since=NOW)
    asked = Selection(unit="kthtdt", status="open")
    assert selection_for(staff, asked) == (Selection(unit=unit, status="open"), protected)
    assert covered(Form.MASKED, protected) is not Protected.SHOWN
    assert covered(Form.FULL, protected) is protected


def test_a_neighbourhood_head_exports_nothing() -> None:
    with pytest.raises(ValueError, match="nothing"):
        selection_for(Staff(person_id=1, role=Role.HEAD, name="Tổ trưởng", since=NOW), EVERYTHING)


def test_a_selection_is_plain_data() -> None:
    whole = Selection(date(2026, 10, 15), date(2026, 11, 14), "open", "vp", "thue", overdue=True)
    assert Selection.from_json(json.loads(json.dumps(whole.to_json()))) == whole
    assert Selection.from_json(EVERYTHING.to_json() | {"format": "csv"}) == EVERYTHING


def test_file_names(app: App) -> None:
    late = datetime(2026, 12, 1, 18, 0, tzinfo=VIETNAM)
    name = "Bang-tong-hop-kien-nghi-20261201"
    assert file_name(app.say, EVERYTHING, Form.MASKED, "xlsx", late) == f"{name}-che-thong-tin.xlsx"
    assert file_name(app.say, EVERYTHING, Form.FULL, "csv", late) == f"{name}-day-du.csv"


def test_the_files_have_made_names(press: Press, app: App, told: Case, tmp_path: Path) -> None:
    attachment(app, told, "", b"voice", kind="voice")
    lost = attachment(app, told, "../../etc/passwd", b"lost", kind="document")
    attachment(app, told, "ban ve.PDF", b"drawing", kind="document")
    secret = case(app, "2026-11-19 08:00", protected=True)
    attachment(app, secret, "a.png", b"secret")
    app.files.remove(lost)
    seen: list[tuple[int, int]] = []

    def packed(protected: Protected) -> list[str]:
        target = tmp_path / "files.zip"
        export_attachments(press, EVERYTHING, Form.FULL, protected, target, lambda *told: seen.append(told))
        with ZipFile(target) as archive:
            return archive.namelist()

    own = [f"{told.code}-1.jpeg", f"{told.code}-2.ogg", f"{told.code}-4.pdf"]
    assert packed(Protected.LEFT_OUT) == packed(Protected.COVERED) == own
    assert seen[:1] + seen[3:4] == [(0, 4), (3, 4)]
    assert packed(Protected.SHOWN) == [*own, f"{secret.code}-1.png"]
    with pytest.raises(ValueError, match="masked"):
        export_attachments(
            press, EVERYTHING, Form.MASKED, Protected.SHOWN, tmp_path / "no.zip", lambda _done, _count: None
        )
    assert not (tmp_path / "no.zip").exists()


def test_an_export_sees_one_moment(app: App) -> None:
    for minute in range(3):
        case(app, f"2026-11-02 08:{minute:02d}")
    with app.database.snapshot() as session:
        assert export_rows.count(session, export_rows.Wanted()) == 3
        case(app, "2026-11-01 08:00")
        assert export_rows.count(session, export_rows.Wanted()) == 3
        assert len(list(export_rows.lines(session, export_rows.Wanted()))) == 3
    with app.database.read() as session:
        assert export_rows.count(session, export_rows.Wanted()) == 4


def test_one_statement_on_indexes_whatever_the_number_of_cases(press: Press, app: App, tmp_path: Path) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(app.database.engine, "before_cursor_execute", note)
    for _ in range(3):
        case(app, "2026-11-02 08:00", status=Status.RECEIVED)
    for selection in (EVERYTHING, Selection(date(2026, 11, 1), date(2026, 11, 30), unit="kthtdt", overdue=True)):
        asked.clear()
        rows(press, tmp_path, selection=selection)
        assert len(asked) == 2
    event.remove(app.database.engine, "before_cursor_execute", note)
    if app.database.is_sqlite:
        with app.database.engine.connect() as connection:
            plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all() for sql, values in asked]
        assert [step for plan in plans for step in plan if "SCAN" in step[3] or "B-TREE" in step[3]] == []
