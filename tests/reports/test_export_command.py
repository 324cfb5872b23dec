"""`python -m bot export …`: in a real process, and every sentence with which it refuses."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
import typer
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.feature import App
from bot.reports.exports.command_line import export_command
from bot.settings import Settings
from db.orders import Order, OrderState
from tests.process import bot
from tests.reports.log import attachment, case, letter


def run(app: App, *arguments: str | Path) -> Result:
    """The command over a bot that is composed already."""

    @contextmanager
    def opened() -> Iterator[App]:
        yield app

    cli = typer.Typer()
    cli.command()(export_command(opened))
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def orders(app: App) -> list[Order]:
    with app.database.read() as session:
        return list(session.exec(select(Order).order_by(Order.id)))  # type: ignore[arg-type]


def test_from_the_log_to_a_spreadsheet_in_a_process(app: App, settings: Settings, tmp_path: Path) -> None:
    found = case(app, "2026-11-02 08:00", business="Quán Sao Mai", phone="0912345678")
    letter(app, found, "2026-11-03 08:00", "Đã dọn sạch toàn bộ khu vực trước quán.")
    attachment(app, found, "anh.jpg", b"photo")
    app.database.close()
    out = tmp_path / "bang.xlsx"
    made = bot(settings.data_dir, "export", "--out", str(out), "--attachments", "--reason", "giao ban")
    assert (made.returncode, made.stderr) == (0, "")
    assert made.stdout == f"1 cases to {out}, in full: keep it safe.\n1 files to {out}.zip.\n"
    cells = [cell for row in openpyxl.load_workbook(out).worksheets[0].iter_rows(values_only=True) for cell in row]
    assert found.code in cells
    assert "Quán Sao Mai" in cells
    with ZipFile(f"{out}.zip") as archive:
        assert archive.namelist() == [f"{found.code}-1.jpg"]
    (order,) = orders(app)
    assert (order.kind, order.masked, order.reason, order.rows) == ("export", False, "giao ban", 1)
    assert (order.state, order.chat_id, order.name) == (OrderState.MADE, None, "bang.xlsx")


def test_to_standard_output_without_anything_else(app: App) -> None:
    found = case(app, "2026-11-02 08:00", business="Quán Sao Mai")
    made = run(app, "--out", "-", "--format", "csv", "--public")
    assert made.exit_code == 0, made.output
    rows = list(csv.reader(io.StringIO(made.stdout_bytes.decode("utf-8-sig")), delimiter=";"))
    assert [row[1] for row in rows] == ["Mã phiếu", found.code]
    assert made.stderr == "1 cases to standard output, without what says who people are.\n"
    (order,) = orders(app)
    assert (order.masked, order.reason) == (True, "python -m bot export")


def test_the_ending_says_the_format_and_the_filters_are_those_of_the_chat(app: App, tmp_path: Path) -> None:
    case(app, "2026-11-02 08:00")
    late = case(app, "2026-11-03 08:00", due="2026-11-10", unit="vp", subject="thue")
    secret = case(app, "2026-11-04 08:00", protected=True, due="2026-11-10", unit="vp", subject="thue")
    out, chosen = tmp_path / "a.JSON", ("--unit", "vp", "--subject", "thue", "--overdue", "--status", "open")
    days = ("--since", "2026-11-03", "--until", "04/11/2026")
    assert run(app, "--out", out, *days, *chosen).exit_code == 0
    assert [row["code"] for row in json.loads(out.read_text("utf-8"))["rows"]] == [late.code, secret.code]
    assert run(app, "--out", out, *days, *chosen, "--public", "--force").exit_code == 0
    assert [row["content"] for row in json.loads(out.read_text("utf-8"))["rows"]] == [
        "Rác ba ngày chưa ai dọn.",
        "(nội dung được bảo vệ)",
    ]
    assert orders(app)[0].wanted == {
        "since": "2026-11-03",
        "until": "2026-11-04",
        "unit": "vp",
        "subject": "thue",
        "overdue": True,
        "status": "open",
        "format": "json",
        "attachments": False,
    }


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--out", "{}/a.csv", "--unit", "xyz"), "--unit 'xyz' is unknown; known are kthtdt, vp"),
        (("--out", "{}/a.csv", "--subject", "xyz"), "--subject 'xyz' is unknown; known are hoi-dap, mot-cua"),
        (("--out", "{}/a.csv", "--status", "late"), "known are open, received, working"),
        (("--out", "{}/a.csv", "--since", "2026-12-02", "--until", "2026-12-01"), "2026-12-02 lies after"),
        (("--out", "{}/a.csv", "--since", "hôm qua"), "hôm qua"),
        (("--out", "{}"), "does not end in"),
        (("--out", "{}", "--format", "csv"), "is a folder"),
        (("--out", "{}/none/a.csv"), "there is no folder"),
        (("--out", "{}/a"), "name the --format"),
        (("--out", "{}/a.csv", "--format", "xlsx"), "contradict each other"),
        (("--out", "{}/a.docx", "--format", "pdf"), "pdf"),
        (("--out", "-"), "--format csv or --format json"),
        (("--out", "-", "--format", "xlsx"), "--format csv or --format json"),
        (("--out", "-", "--format", "csv", "--attachments"), "a file is wanted"),
        (("--out", "{}/a.csv", "--public", "--attachments"), "nobody can say what photos and papers show"),
        (("--out", "{}/" + "a" * 300 + ".csv"), "cannot be written"),
        ((), "--out"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(
    app: App, tmp_path: Path, arguments: tuple[str, ...], why: str
) -> None:
    refused = run(app, *(argument.format(tmp_path) for argument in arguments))
    assert refused.exit_code == 2
    assert why in refused.stderr
    assert not list(tmp_path.glob("a.*"))
    assert orders(app) == []


def test_a_file_that_cannot_be_written_is_a_sentence_and_stays_on_record(app: App) -> None:
    refused = run(app, "--out", "/proc/a.csv")
    assert refused.exit_code == 2
    assert "/proc/a.csv cannot be written" in refused.stderr
    assert [order.state for order in orders(app)] == [OrderState.FAILED]


def test_files_that_the_store_lacks_are_told(app: App, tmp_path: Path) -> None:
    found = case(app, "2026-11-02 08:00")
    app.files.remove(attachment(app, found, "a.jpg", b"gone"))
    made = run(app, "--out", tmp_path / "b.csv", "--attachments")
    assert made.exit_code == 0
    assert "1 files are missing in the store" in made.stdout


def test_a_file_that_is_there_is_not_written_over(app: App, tmp_path: Path) -> None:
    out = tmp_path / "so-dang-ky.xlsx"
    out.write_bytes(b"somebody's work")
    refused = run(app, "--out", out)
    assert (refused.exit_code, out.read_bytes()) == (2, b"somebody's work")
    assert "is there already" in refused.output
    assert run(app, "--out", out, "--force").exit_code == 0


@pytest.mark.parametrize("option", ["--since", "--until"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_days_that_cannot_be_meant_are_refused(app: App, tmp_path: Path, option: str, day: str) -> None:
    refused = run(app, "--out", tmp_path / "bang.xlsx", option, day)
    assert (refused.exit_code, "2000 to 2100" in refused.output) == (2, True)
    assert orders(app) == []
