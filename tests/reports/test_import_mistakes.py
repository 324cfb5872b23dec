"""Every mistake in a register is told in one sentence: where it stands, and what to write instead."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from bot.feature import App
from bot.reports.imports import run as import_run
from bot.reports.imports.service import check
from db.cases import Case
from db.lock import only_server
from db.outbox import OutboxRow
from tests.reports.register import NOISE, Row, imported, register, said, written

WRONG: list[tuple[Row, str]] = [
    ({"channel": None}, "Kênh: chưa ghi."),
    (
        {"channel": "thư"},
        "Kênh: “thư” không có trong danh sách. Gần nhất: văn bản; TTPVHCC; TDP; đối thoại; pakn.",
    ),
    ({"number": None}, "Số đến / mã phiếu nguồn: chưa ghi."),
    ({"number": "x" * 61}, "Số đến / mã phiếu nguồn: dài 61 ký tự, nhiều nhất 60. Viết gọn lại."),
    (
        {"received": "32/12/2026"},
        "Ngày tiếp nhận: “32/12/2026” không phải là ngày. Ghi theo mẫu 05/12/2026.",
    ),
    ({"received": "hôm qua"}, "Ngày tiếp nhận: “hôm qua” không phải là ngày. Ghi theo mẫu 05/12/2026."),
    ({"received": 2026}, "Ngày tiếp nhận: “2026” không phải là ngày. Ghi theo mẫu 05/12/2026."),
    (
        {"received": date(2026, 12, 2)},
        "Ngày tiếp nhận: 02/12/2026 là ngày sau hôm nay. Ghi đúng ngày đã tiếp nhận.",
    ),
    ({"received": "31/12/2019"}, "Ngày tiếp nhận: 31/12/2019 là trước năm 2020. Kiểm tra lại năm."),
    ({"business": "x" * 121}, "Tên DN/HTX/hộ kinh doanh: dài 121 ký tự, nhiều nhất 120. Viết gọn lại."),
    ({"address": "x" * 301}, "Địa chỉ: dài 301 ký tự, nhiều nhất 300. Viết gọn lại."),
    (
        {"group": "Tổ 1", "address": "x" * 298},
        "Địa chỉ: dài 304 ký tự, nhiều nhất 300. Viết gọn lại.",
    ),
    (
        {"phone": "0912345678, 0987654321"},
        "Điện thoại: “0912345678, 0987654321” không phải là một số điện thoại 10 hoặc 11 chữ số bắt đầu bằng 0. ",
    ),
    ({"subject": None}, "Lĩnh vực: chưa ghi."),
    (
        {"subject": "Rác"},
        "Lĩnh vực: “Rác” không có trong danh sách. Gần nhất: Rác thải, môi trường; ",
    ),
    ({"text": "  \n "}, "Nội dung: chưa ghi."),
    ({"text": "ồn"}, "Nội dung: nội dung quá ngắn. Ghi phiếu nêu việc gì, ít nhất hai từ."),
    ({"text": "12 13"}, "Nội dung: nội dung quá ngắn. Ghi phiếu nêu việc gì, ít nhất hai từ."),
    ({"text": "ồn " * 700}, "Nội dung: dài 2099 ký tự, nhiều nhất 2000. Viết gọn lại."),
    ({"suggestion": "x" * 1001}, "Đề xuất, kiến nghị: dài 1001 ký tự, nhiều nhất 1000. Viết gọn lại."),
    ({"document": "x" * 301}, "Văn bản/thủ tục liên quan: dài 301 ký tự, nhiều nhất 300. Viết gọn lại."),
    ({"unit": "Phòng Một"}, "Đơn vị chủ trì: “Phòng Một” không có trong danh sách. Gần nhất: KTHT&ĐT; "),
    (
        {"due": date(2026, 11, 29)},
        "Hạn trả lời: hạn 29/11/2026 trước ngày tiếp nhận 30/11/2026. Ghi lại, hoặc để trống để bot tính.",
    ),
    ({"due": "01/12/2206"}, "Hạn trả lời: hạn 01/12/2206 sau ngày tiếp nhận hơn hai năm. Kiểm tra lại năm."),
    ({"due": "sớm"}, "Hạn trả lời: “sớm” không phải là ngày. Ghi theo mẫu 05/12/2026."),
    ({"note": "x" * 1001}, "Ghi chú: dài 1001 ký tự, nhiều nhất 1000. Viết gọn lại."),
]


@pytest.mark.parametrize(("change", "sentence"), WRONG, ids=[sentence[:40] for _, sentence in WRONG])
def test_each_mistake_has_its_sentence(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Row, sentence: str
) -> None:
    code, lines = said(app, register(app, tmp_path / "so.xlsx", {**NOISE, **change}), capsys)
    assert code == 2
    assert lines[0].startswith(f"Dòng 3, cột {sentence}")
    assert lines[1:] == ["Có 1 chỗ cần sửa. Chưa nhập dòng nào; sửa tệp rồi nhập lại."]


def test_all_mistakes_of_all_rows_are_told(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [{**NOISE, "phone": "x", "subject": None}, NOISE, {**NOISE, "number": " 12 / 2026"}, {**NOISE, "due": "x"}]
    code, lines = said(app, register(app, tmp_path / "so.xlsx", *rows), capsys)
    assert code == 2
    assert [line.partition(":")[0] for line in lines] == [
        "Dòng 3, cột Điện thoại",
        "Dòng 3, cột Lĩnh vực",
        "Dòng 5, cột Số đến / mã phiếu nguồn",
        "Dòng 6, cột Hạn trả lời",
        "Có 4 chỗ cần sửa. Chưa nhập dòng nào; sửa tệp rồi nhập lại.",
    ]
    assert "số này đã có ở dòng 4." in lines[2]


def test_the_same_number_with_another_text_is_told(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    imported(app, register(app, tmp_path / "so.xlsx", NOISE))
    capsys.readouterr()
    other = {**NOISE, "text": "Đường trước chợ ngập mỗi khi mưa lớn"}
    code, lines = said(app, register(app, tmp_path / "so-2.xlsx", other), capsys)
    assert code == 2
    assert lines[0] == (
        "Dòng 3, cột Số đến / mã phiếu nguồn: số “12/2026” đã nhập thành phiếu VH-2026-0001 với nội dung khác. "
        "Nếu là phiếu đó, bỏ dòng này; nếu là phiếu khác, ghi số kèm năm, ví dụ 125/2026."
    )
    assert imported(app, register(app, tmp_path / "so-3.xlsx", {**other, "channel": "TDP"})) == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"text": "Tôi khiếu nại quyết định xử phạt số 45 của phường vì sai đối tượng, đề nghị hủy quyết định"},
            "Cần xem lại - dòng 3, cột Nội dung: nội dung giống khiếu nại, tố cáo hoặc tin báo tội phạm",
        ),
        (
            {"text": "Cán bộ một cửa quát mắng, thái độ rất khó chịu với người bán"},
            "Cần xem lại - dòng 3, cột Lĩnh vực: nội dung có vẻ nói về cán bộ. Đúng như vậy thì ghi lĩnh vực “Thái độ",
        ),
    ],
)
def test_what_looks_like_something_else_waits_for_a_review(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str], change: Row, sentence: str
) -> None:
    path = register(app, tmp_path / "so.xlsx", {**NOISE, **change}, {**NOISE, "number": "13"})
    code, lines = said(app, path, capsys)
    assert (code, len(lines)) == (2, 2)
    assert lines[0].startswith(sentence)
    assert lines[1].startswith("Có 1 dòng cần đọc lại: 3. Chưa nhập dòng nào. Đọc từng dòng: khiếu nại, tố cáo, ")
    assert lines[1].endswith("Xong thì chạy lại lệnh này, thêm --reviewed.")
    with app.database.read() as session:
        assert [list(session.exec(select(table))) for table in (Case, OutboxRow)] == [[], []]
    import_run.import_file(app, path, import_run.log_all, import_run.let_through)
    shown = capsys.readouterr()
    assert shown.err.startswith(sentence)
    assert "Đã nhập 2 phiếu mới" in shown.out
    with app.database.read() as session:
        assert [case.subject for case in session.exec(select(Case))] == ["moi-truong", "moi-truong"]
    assert said(app, path, capsys)[0] == 0, "what is in the log needs no review"


def test_a_row_about_an_official_with_its_subject_needs_no_review(app: App, tmp_path: Path) -> None:
    text = "Cán bộ một cửa quát mắng, thái độ rất khó chịu với người bán"
    row = {**NOISE, "text": text, "subject": app.profile().protected.title}
    assert imported(app, register(app, tmp_path / "so.xlsx", row)) == 0


def test_mistakes_and_what_to_look_at_again_are_told_together(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**NOISE, "text": "Tôi tố cáo ông cán bộ địa chính phường nhận tiền hối lộ"}, {**NOISE, "due": "x"}]
    code, lines = said(app, register(app, tmp_path / "so.xlsx", *rows), capsys)
    assert code == 2
    assert [line.partition(":")[0] for line in lines] == [
        "Cần xem lại - dòng 3, cột Nội dung",
        "Cần xem lại - dòng 3, cột Lĩnh vực",
        "Dòng 4, cột Hạn trả lời",
        "Có 1 chỗ cần sửa. Chưa nhập dòng nào; sửa tệp rồi nhập lại.",
    ]


def test_petitions_on_two_sheets_are_refused(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(app, tmp_path / "so.xlsx", NOISE)
    book = openpyxl.load_workbook(path)
    book.copy_worksheet(book.worksheets[0]).title = "Tháng 12"
    book.worksheets[-1].sheet_state = "hidden"
    book.save(path)
    assert said(app, path, capsys) == (
        2,
        [
            (
                "Có phiếu ở nhiều trang (kể cả trang ẩn): Nhập phiếu, Tháng 12. Chưa nhập dòng nào. "
                "Đưa mọi dòng về một trang, xóa các trang kia, rồi nhập lại."
            )
        ],
    )


def test_sheets_that_were_not_read_are_named(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(app, tmp_path / "so.xlsx", NOISE)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Trang 2").append(["TDP", "13/2026", "30/11/2026"])
    book.create_sheet("Trang trống")
    book.create_chartsheet("Biểu đồ")
    book.save(path)
    code, lines = said(app, path, capsys)
    assert (code, lines[1]) == (
        0,
        "Không đọc các trang khác: Trang 2. Trang nào có phiếu thì đưa vào trang chính rồi nhập lại.",
    )


def test_the_form_as_it_is_holds_nothing(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines = said(app, register(app, tmp_path / "so.xlsx"), capsys)
    assert (code, lines) == (2, ["Tệp chưa có phiếu nào dưới hàng tên cột. Chưa nhập gì."])


def test_two_imports_at_a_time_are_refused(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = register(app, tmp_path / "so.xlsx", NOISE)
    with only_server(app.database, "import"):
        code, lines = said(app, path, capsys)
    assert (code, lines) == (2, ["Đang có một lần nhập phiếu khác chạy. Đợi xong rồi nhập lại."])


def test_headings_in_any_order_and_spelling(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows: tuple[list[object], ...] = (
        ["UBND PHƯỜNG"],
        [],
        ["NOI DUNG *", "Số điện thoại", "kenh", "linh vuc", "Người ghi", "so den", "NGÀY  TIẾP NHẬN"],
        ["Xe rác đến muộn", "84912345678", "tdp", "rac thai moi truong", "Bình", 7, datetime(2026, 11, 30, 8, 30)],  # noqa: DTZ001 - cells have no zone
        [None, " ", None],
        ["Đèn đường hỏng", 2203851234, "TDP", "ha-tang", None, "8.0", "30-11-2026"],
        ["Cống bị tắc", "(0220) 3851 234", "TDP", "ha-tang", None, "9", 46356],
    )
    code, lines = said(app, written(tmp_path / "so.xlsx", *rows), capsys)
    assert (code, lines[0]) == (0, "Bỏ qua cột không có trong mẫu: Người ghi.")
    ready = check(app, tmp_path / "so.xlsx", lambda _done, _total: None)
    assert (len(ready.known), ready.ready) == (3, [])
    with app.database.read() as session:
        found = {case.key: (case.phone, case.received_at.day) for case in session.exec(select(Case))}
    assert found == {
        "import:tdp:7": ("0912345678", 30),
        "import:tdp:8": ("02203851234", 30),
        "import:tdp:9": ("02203851234", 30),
    }


def test_titles_over_merged_cells_are_no_petitions(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = register(app, tmp_path / "so.xlsx", {"channel": "I. PHIẾU CỦA CHỢ"}, NOISE)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("A3:N3")
    book.save(path)
    code, lines = said(app, path, capsys)
    assert (code, lines[:2]) == (0, ["Bỏ qua dòng ví dụ: 2.", "Bỏ qua dòng tiêu đề gộp ô: 3."])
