"""A newer version starts in the middle of a report, with one question more or one less: no answer goes astray."""

from dataclasses import replace
from pathlib import Path

from sqlmodel import select

from bot.cases.report_flow import NAME
from bot.core.accept import words
from bot.core.flow import Flow, Question
from bot.feature import App, FlowRoute
from bot.text import SHIPPED, Texts
from db.cases import Case
from tests.cases.presses import presses
from tests.terminal import Owner

TEXTS = """
[flow.case_report.more]
since = "Việc xảy ra từ khi nào?"
since_short = "Từ khi nào"
"""


def with_flow(app: App, folder: Path, questions: tuple[Question, ...]) -> App:
    """The same bot, whose report asks these questions."""
    path = folder / "texts.toml"
    more = TEXTS.replace("[flow.case_report.more]", "")
    path.write_text(SHIPPED.read_text("utf-8").replace("[flow.case_report]", f"[flow.case_report]{more}", 1), "utf-8")
    route = app.routes.flows[NAME]
    newer: FlowRoute = replace(route, flow=replace(route.flow, questions=questions))
    return replace(app, say=Texts(path), routes=replace(app.routes, flows={**app.routes.flows, NAME: newer}))


def questions_of(app: App) -> tuple[Question, ...]:
    flow: Flow = app.routes.flows[NAME].flow
    return flow.questions


def begun(app: App) -> str:
    """A report up to the question for the name of the business."""
    lan = Owner(app, "lan")
    lan.says("/phananh", "đồng ý", "rác", "rác đổ trước cửa hàng cả tuần", "12 phố Chợ", "dọn hằng ngày")
    return lan.read()


def logged(app: App) -> Case:
    with app.database.read() as session:
        return session.exec(select(Case)).one()


def test_a_question_inserted_before_the_pending_one_is_asked_before_the_preview(app: App, tmp_path: Path) -> None:
    assert "Ẩn danh" in begun(app)
    asked = questions_of(app)
    place = next(at for at, question in enumerate(asked) if question.name == "where")
    newer = with_flow(app, tmp_path, (*asked[:place], Question("since", words(100)), *asked[place:]))
    lan = Owner(newer, "lan")
    assert "từ khi nào" in lan.says("Tạp hóa Lan")
    assert "Số điện thoại" in lan.says("từ đầu tháng")
    preview = lan.says("bỏ qua")
    assert "Từ khi nào: từ đầu tháng" in preview
    assert "Người gửi: Tạp hóa Lan" in preview
    lan.says("gửi")
    case = logged(app)
    assert (case.business, case.place, case.suggestion) == ("Tạp hóa Lan", "12 phố Chợ", "dọn hằng ngày")


def test_the_pending_question_was_removed(app: App, tmp_path: Path) -> None:
    begun(app)
    fewer = tuple(question for question in questions_of(app) if question.name != "business")
    lan = Owner(with_flow(app, tmp_path, fewer), "lan")
    assert "Số điện thoại" in lan.says("Tạp hóa Lan")
    assert "Nội dung: rác đổ trước cửa hàng cả tuần" in lan.says("0912 345 678")
    lan.says("gửi")
    case = logged(app)
    assert (case.business, case.phone, case.place) == ("", "0912345678", "12 phố Chợ")


def test_the_whole_dialogue_was_removed(app: App) -> None:
    begun(app)
    flows = {name: route for name, route in app.routes.flows.items() if name != NAME}
    lan = Owner(replace(app, routes=replace(app.routes, flows=flows)), "lan")
    assert "Ông/bà hỏi:" in lan.says("nộp hồ sơ trực tuyến thế nào")
    assert "Các lệnh" in lan.says("/help")


def test_a_button_with_a_number_beyond_all_numbers_is_an_old_button(app: App) -> None:
    assert "Nút này đã cũ" in presses(app, "lan", "flow:99999999999999999999::resume")
