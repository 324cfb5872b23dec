"""The sheet to fill in, opened by other libraries, and the command in a process of its own."""

from pathlib import Path

import openpyxl
import pytest
import python_calamine
import typer
from sqlmodel import select

import faq
from bot.app import compose
from bot.core.clock import Clock
from bot.feature import App
from bot.papers.sheets import Flaw
from bot.reports.imports import columns as import_columns
from bot.reports.imports import run as import_run
from bot.settings import Settings
from bot.ward import SHIPPED
from db.cases import Case
from tests.process import bot, kill_9, started
from tests.reports.register import KEYS, NOISE, form, imported, register, said, written


def test_the_form_offers_what_the_profile_has_and_explains_each_column(app: App, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(register(app, tmp_path / "so.xlsx", NOISE))
    sheet, guide, lists = book.worksheets
    assert [book.sheetnames, sheet.freeze_panes] == [["Nhập phiếu", "Hướng dẫn", "Danh mục"], "C2"]
    assert [cell.value for cell in sheet[1]] == [
        import_columns.title(app.say, column.key) + "*" * column.required for column in import_columns.COLUMNS
    ]
    offered = {
        str(rule.sqref).split(":")[0]: [cell.value for (cell,) in lists[rule.formula1.split("!")[1].replace("$", "")]]
        for rule in sheet.data_validations.dataValidation
    }
    assert offered == {
        "A3": ["văn bản", "TTPVHCC", "TDP", "đối thoại", "pakn"],
        "H3": [subject.title for subject in app.profile().subjects],
        "L3": [unit.short for unit in app.profile().units],
    }
    formats = {key: sheet.cell(2, number).number_format for number, key in enumerate(KEYS, start=1)}
    assert {key for key, shown in formats.items() if shown == "dd/mm/yyyy"} == {"received", "due"}
    assert {formats[key] for key in ("number", "phone", "text")} == {"@"}
    hints = {row[0].value: row[1].value for row in guide.iter_rows(min_row=6)}
    assert all(hints[cell.value] for cell in sheet[1])


def test_calamine_reads_the_form_as_it_was_written(app: App, tmp_path: Path) -> None:
    book = python_calamine.CalamineWorkbook.from_path(form(app, tmp_path / "mau.xlsx"))
    heading, example = book.get_sheet_by_name("Nhập phiếu").to_python()[:2]
    assert heading[0] == "Kênh*"
    assert dict(zip(KEYS, example, strict=True)) == {
        "channel": "văn bản",
        "number": "VÍ DỤ - xóa dòng này",
        "received": import_columns.EXAMPLE_DAYS["received"],
        "business": "Hộ kinh doanh (tên như trong đơn)",
        "group": "Tổ dân phố số 1",
        "address": "Ki-ốt 12, chợ phường",
        "phone": "0912345678",
        "subject": "Khó khăn, kiến nghị khác",
        "text": "Xe rác đến sau giờ mở hàng, rác để trước ki-ốt cả buổi sáng.",
        "suggestion": "Thu gom trước 6 giờ.",
        "document": "Đơn ngày 30/11/2026",
        "unit": "KTHT&ĐT",
        "due": import_columns.EXAMPLE_DAYS["due"],
        "note": "Đã gọi điện xác nhận.",
    }


def test_the_groups_of_the_profile_are_offered_and_asked_for(
    settings: Settings, clock: Clock, content: faq.Content, index: faq.FaqIndex, capsys: pytest.CaptureFixture[str]
) -> None:
    profile = settings.data_dir / "ward.toml"
    groups = "".join(f'[[groups]]\nid = "tdp{n}"\nname = "Tổ dân phố số {n}"\n' for n in range(1, 8))
    profile.write_text(SHIPPED.read_text("utf-8") + groups, "utf-8")
    with_groups = settings.model_copy(update={"ward_file": profile})
    app = compose(with_groups, clock=clock, content=content, index=index)
    code, lines = said(app, register(app, settings.data_dir / "a.xlsx", {**NOISE, "group": "Tổ 9"}), capsys)
    assert code == 2
    assert lines[0].startswith("Dòng 3, cột Tổ dân phố: “Tổ 9” không có trong danh sách. Gần nhất: Tổ dân phố số 1; ")
    assert imported(app, register(app, settings.data_dir / "b.xlsx", {**NOISE, "group": "to dan pho so 7"})) == 0
    with app.database.read() as session:
        case = session.exec(select(Case)).one()
    assert (case.neighbourhood, case.place) == ("tdp7", "12 đường Nguyễn Lương Bằng")
    app.database.close()


def test_a_filled_in_form_is_never_written_over(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import_run.write_template(app, tmp_path / "mau.xlsx")
    assert "Đã ghi mẫu vào" in capsys.readouterr().out
    for name, sentence in (
        ("mau.xlsx", "Đã có tệp với tên này; đặt tên khác để không ghi đè lên phiếu đã điền.\n"),
        ("mau.xls", "Tên tệp mẫu phải kết thúc bằng .xlsx.\n"),
        ("khong-co/mau.xlsx", "Không ghi được tệp mẫu (No such file or directory). Kiểm tra thư mục.\n"),
    ):
        with pytest.raises(typer.Exit) as refused:
            import_run.write_template(app, tmp_path / name)
        assert (refused.value.exit_code, capsys.readouterr().err) == (2, sentence)


def test_a_file_that_is_none_is_one_sentence(app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for flaw, key in import_run.FLAWS.items():
        about = flaw in {Flaw.HEADINGS_MISSING, Flaw.HEADING_TWICE, Flaw.SEVERAL_SHEETS}
        assert app.say.label(key, **({"titles": "x"} if about else {}))
    assert said(app, tmp_path / "a.xlsx", capsys) == (
        2,
        ["Không mở được tệp: không có tệp này, hoặc không được phép đọc."],
    )
    code, lines = said(app, written(tmp_path / "a.xlsx", ["Kênh", "Nội dung", "Ghi chú"]), capsys)
    missing = "Số đến / mã phiếu nguồn, Ngày tiếp nhận, Lĩnh vực"
    assert (code, lines) == (2, [f"Thiếu cột: {missing}. Ghi tên cột đúng như mẫu; thứ tự nào cũng được."])


def test_the_command_while_the_bot_runs(app: App, tmp_path: Path) -> None:
    data, filled = tmp_path / "data", str(register(app, tmp_path / "so.xlsx", {**NOISE, "received": "20/11/2025"}))
    tried = bot(data, "import-cases", filled, "--dry-run")
    assert (tried.returncode, tried.stdout.splitlines()[-1]) == (
        0,
        "Kiểm tra xong, tệp không có lỗi: 1 phiếu mới, 0 phiếu đã có. Chưa ghi gì.",
    )
    running = started(data, "chat", "--as", "lan")
    done = bot(data, "import-cases", filled)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Mã VH-2025-0001 đến VH-2025-0001: 1 phiếu." in done.stdout
    kill_9(running)
    assert bot(data, "import-cases").returncode == 2


def test_the_command_logs_what_was_reviewed(app: App, tmp_path: Path) -> None:
    row = {**NOISE, "received": "20/11/2025", "text": "Cán bộ một cửa quát mắng, thái độ rất khó chịu với người bán"}
    data, filled = tmp_path / "data", str(register(app, tmp_path / "so.xlsx", row))
    for options in ((), ("--dry-run",)):
        held = bot(data, "import-cases", filled, *options)
        assert (held.returncode, held.stdout) == (2, "")
        assert "thêm --reviewed" in held.stderr
    tried = bot(data, "import-cases", filled, "--dry-run", "--reviewed")
    assert (tried.returncode, "1 phiếu mới, 0 phiếu đã có. Chưa ghi gì." in tried.stdout) == (0, True)
    done = bot(data, "import-cases", filled, "--reviewed")
    assert (done.returncode, "Đã nhập 1 phiếu mới" in done.stdout) == (0, True)
