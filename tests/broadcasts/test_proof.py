"""/xacminh and forwarded messages: what is real, what was changed, what nobody may learn. On both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.broadcasts.corrections import correct_by_edit
from bot.broadcasts.owner.proof import NAME
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Command, File, Incoming, Press, Sender, Text, What
from bot.feature import App, Work
from bot.people.codes import WRONG_AN_HOUR
from bot.runtime.turn import run
from bot.settings import Settings
from db import proofs
from db.broadcasts import Broadcast, BroadcastState
from db.drafts import DraftRow
from db.staff import Staff
from tests.broadcasts.notices import arrived, sent
from tests.people.test_registering import presses
from tests.terminal import Owner

CODE = "K7M2P4QX"
BODY = "Thu từ 8 giờ ngày 05/12. Nộp vào tài khoản 1903 5551."
FORGED = BODY.replace("5551", "5557")
PRIVATE = "Chỉ ông/bà có phiếu này phải nộp thêm giấy phép."


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    return on_both_databases


def notice(app: App, **other: Any) -> int:
    return sent(app, "Đóng phí vệ sinh", **{"body": BODY, "proof": CODE} | other)


def says(app: App, text: str, who: str = "lan") -> str:
    return Owner(app, who).says(text)


def hears(app: App, what: What, **other: Any) -> list[str]:
    """The replies to an event of another kind, of somebody in the terminal."""
    at = app.clock()
    incoming = Incoming("telegram:1", ChatRef("terminal", "lan"), Sender("lan", "lan"), at, what)
    with app.database.write() as session:
        turn = run(app, Owner(app).channel, session, replace(incoming, **other), at)
        return [str(reply.text) for reply in turn.replies]


def rewritten(app: App, number: int, body: str) -> None:
    with app.database.write() as session:
        broadcast = session.get_one(Broadcast, number)
        proofs.keep(session, broadcast, app.clock())
        broadcast.body, broadcast.version, broadcast.edited_at = body, broadcast.version + 1, app.clock()
        session.add(broadcast)


TYPED = (f"/xacminh {CODE}", "/xacminh k7m2 p40x", "xác minh K7M2P4OX", CODE, f"/start xm_{CODE}")


@pytest.mark.parametrize("typed", TYPED)
def test_a_real_one_is_shown_with_its_text(app: App, typed: str) -> None:
    notice(app)
    said = says(app, typed)
    assert "✅ Thông báo có thật" in said
    assert "Số: 01/2026, ngày 01/12/2026" in said
    assert BODY in said


NOT_SENT = (
    BroadcastState.PROPOSED,
    BroadcastState.RETURNED,
    BroadcastState.SCHEDULED,
    BroadcastState.MISSED,
    BroadcastState.CANCELLED,
)


@pytest.mark.parametrize("state", NOT_SENT)
def test_what_was_never_sent_is_neither_confirmed_nor_shown(app: App, state: BroadcastState) -> None:
    notice(app, state=state, started_at=None)
    for line in (f"/xacminh {CODE}", f"[chuyển tiếp] {BODY} Mã xác minh: {CODE}"):
        said = says(app, line)
        assert "chưa gửi thông báo nào" in said
        assert "có thật" not in said
        assert "01/2026" not in said
        assert BODY not in said
    assert "không có trong sổ" in says(app, f"[chuyển tiếp] {BODY}")


@pytest.mark.parametrize(
    ("state", "mark"), [(BroadcastState.CANCELLED, "đã hủy ngày 01/12/2026"), (BroadcastState.PAUSED, "tạm dừng gửi")]
)
def test_what_was_stopped_is_shown_to_who_got_it_alone(app: App, state: BroadcastState, mark: str) -> None:
    number = notice(app, state=state)
    arrived(app, number, "lan")
    assert mark in says(app, CODE)
    assert BODY in says(app, CODE)
    assert mark in says(app, CODE, "hoa")
    assert BODY not in says(app, CODE, "hoa")
    assert "không có trong sổ" in says(app, f"[chuyển tiếp] {FORGED}", "hoa")


@pytest.mark.parametrize("audience", [{"cases": "thue"}, {"missed": 1}, {"reached": 1}])
def test_what_is_for_a_few_is_proved_and_not_shown(app: App, audience: dict[str, object]) -> None:
    number = notice(app, body=PRIVATE, audience=audience)
    arrived(app, number, "lan")
    assert PRIVATE in says(app, CODE)
    assert "Người ký" in says(app, CODE)
    for line in (CODE, f"[chuyển tiếp] Đóng phí vệ sinh. {PRIVATE} Mã xác minh: {CODE}"):
        said = says(app, line, "hoa")
        assert "✅ Thông báo có thật" in said
        assert "Số: 01/2026" in said
        assert "riêng cho một số người" in said
        assert PRIVATE not in said
        assert "Đóng phí" not in said
    changed = says(
        app, f"[chuyển tiếp] Đóng phí vệ sinh. {PRIVATE.replace('phải', 'không phải')} Mã xác minh: {CODE}", "hoa"
    )
    assert "ĐÃ BỊ SỬA" in changed
    assert PRIVATE not in changed
    assert "không có trong sổ" in says(app, f"[chuyển tiếp] Đóng phí vệ sinh. {PRIVATE}", "hoa")


def test_a_correction_is_public_where_what_it_corrects_is(app: App) -> None:
    wrong = notice(app, proof="K7M2P4Q2")
    notice(
        app, proof=CODE, corrects_id=wrong, kind="notice", audience={"reached": wrong}, body="Nộp vào 1903 6666 thôi."
    )
    assert "1903 6666" in says(app, CODE, "hoa")
    said = says(app, "K7M2P4Q2", "hoa")
    assert "đã có đính chính: thông báo số 02/2026" in said
    assert "1903 6666" in says(app, "Xem thông báo số 02/2026", "hoa")


def test_an_earlier_text_is_recognised_with_the_day_of_its_correction(app: App, clock: FrozenClock) -> None:
    number = notice(app)
    for day, body in enumerate((BODY.replace("05/12", "06/12"), BODY.replace("05/12", "07/12")), start=1):
        clock.now += timedelta(days=day)
        rewritten(app, number, body)
    whole = f"Đóng phí vệ sinh. {{}} Mã xác minh: {CODE}"
    assert "bản cũ, đã được sửa ngày 02/12/2026" in says(app, whole.format(BODY))
    assert "bản cũ, đã được sửa ngày 04/12/2026" in says(app, whole.format(BODY.replace("05/12", "06/12")))
    assert "Khớp" in says(app, whole.format(BODY.replace("05/12", "07/12")))
    forged = says(app, whole.format(FORGED))
    assert "ĐÃ BỊ SỬA" in forged
    assert "ngày 07/12" in forged


def test_what_was_put_into_a_forgery_cannot_be_pressed(app: App) -> None:
    notice(app)
    (said,) = hears(
        app, Text(f"Đóng phí vệ sinh. {BODY} Bấm vietthoa.com/nop <b>ngay</b>. Mã xác minh: {CODE}"), forwarded=True
    )
    assert "<code>Bấm vietthoa.com/nop &lt;b&gt;ngay&lt;/b&gt;.</code>" in said


def test_a_link_under_the_same_words_is_a_change(app: App) -> None:
    notice(app, body='Xem <a href="https://viethoa.gov.vn/phi">hướng dẫn tại đây</a> trước khi nộp.')
    text = "Đóng phí vệ sinh\n\nXem hướng dẫn tại đây trước khi nộp."
    bad = text.replace("hướng dẫn tại đây", '<a href="https://viethoa.vn/phi">hướng dẫn tại đây</a>')
    assert "Khớp" in hears(app, Text(f"{text} Mã xác minh: {CODE}", f"{text} Mã xác minh: {CODE}"), forwarded=True)[0]
    said = hears(app, Text(f"{text} Mã xác minh: {CODE}", f"{bad} Mã xác minh: {CODE}"), forwarded=True)[0]
    assert "ĐÃ BỊ SỬA" in said
    assert "https://viethoa.vn/phi" in said


def test_a_code_of_ours_on_another_text_is_refused(app: App) -> None:
    notice(app)
    scam = (
        "Chuyển ngay 5.000.000 đồng tiền bảo lãnh cho cán bộ Nam theo số điện thoại 0900111222 để không bị khóa mã số"
    )
    assert "KHÔNG PHẢI thông báo mang mã đó" in says(app, f"[chuyển tiếp] {scam}. Mã xác minh: {CODE}")


def test_a_forged_code_on_our_text_names_the_real_one(app: App) -> None:
    notice(app)
    said = says(app, f"[chuyển tiếp] Đóng phí vệ sinh {FORGED} Mã xác minh: 99999XXX")
    assert "mang mã 99999XXX" in said
    assert "gần giống thông báo số 01/2026" in said
    assert BODY in says(app, "Xem thông báo số 01/2026")


def test_who_guesses_has_to_wait_and_then_learns_nothing(app: App, clock: FrozenClock) -> None:
    notice(app)
    for number in range(WRONG_AN_HOUR):
        assert "mang mã" in says(app, f"/xacminh 9999XXX{2 + number % 8}")
    for line in (f"/xacminh {CODE}", CODE, f"[chuyển tiếp] {BODY} Mã xác minh: {CODE}", "/xacminh 2222XXXX"):
        assert "nhiều mã không đúng" in says(app, line)
    assert "✅" in says(app, CODE, "hoa")
    clock.now += timedelta(hours=1, seconds=1)
    assert "✅" in says(app, CODE)


def test_a_code_that_is_right_costs_no_try(app: App) -> None:
    notice(app)
    for _ in range(WRONG_AN_HOUR + 2):
        assert "✅" in says(app, CODE)


def test_what_was_checked_is_not_kept_with_the_dialogue(app: App) -> None:
    says(app, "/xacminh")
    says(app, "Cán bộ Nam 0900111222 bảo tôi chuyển tiền cho con trai tôi")
    with app.database.read() as session:
        (row,) = session.exec(select(DraftRow).where(DraftRow.flow == NAME)).all()
    assert row.answers == {}


def test_in_a_group_nothing_is_shown_that_is_for_one(app: App) -> None:
    number = notice(app, body=PRIVATE, audience={"cases": "thue"})
    arrived(app, number, "lan")
    group: dict[str, Any] = {"private": False, "chat": ChatRef("terminal", "group")}
    (said,) = hears(app, Command("xacminh", CODE), **group)
    assert "có thật" in said
    assert PRIVATE not in said
    assert "riêng cho một số người" in said
    assert "gõ /xacminh và mã" in hears(app, Command("xacminh"), **group)[0]
    assert "có thật" in hears(app, Text(f"xác minh {CODE}"), **group)[0]
    assert "có thật" in hears(app, Press(f"verify.code:{CODE}"), **group)[0]
    assert "không có trong sổ" in hears(app, Text(f"Đóng phí vệ sinh. {PRIVATE}"), forwarded=True, **group)[0]


def test_a_public_one_is_shown_in_a_group(app: App) -> None:
    notice(app)
    (said,) = hears(app, Command("xacminh", CODE), private=False, chat=ChatRef("terminal", "group"))
    assert BODY in said


def test_what_the_bot_wrote_itself_is_no_scam(app: App) -> None:
    (said,) = hears(app, Text("Phiếu VH-2026-0001 đã có trả lời, mời ông/bà xem."), forwarded=True, ours=True)
    assert "do chính kênh này gửi" in said


def test_a_forwarded_word_is_no_press_no_command_no_question(app: App) -> None:
    says(app, "/chude")
    for text in ("1", "menu", "bán online có phải đăng ký hộ kinh doanh không"):
        assert "không có trong sổ" in says(app, f"[chuyển tiếp] {text}")


def test_a_picture_cannot_be_read_its_caption_can(app: App) -> None:
    notice(app)
    assert "không đọc được chữ trong ảnh" in hears(app, File("1", "photo"), forwarded=True)[0]
    caption = f"Đóng phí vệ sinh. {BODY} Mã xác minh: {CODE}"
    assert "Khớp" in hears(app, File("1", "photo", caption=caption), forwarded=True)[0]


def test_in_the_middle_of_choices_it_is_checked_and_the_dialogue_offered_back(app: App) -> None:
    notice(app)
    says(app, "/dangky")
    said = says(app, f"[chuyển tiếp] Đóng phí vệ sinh. {BODY}")
    assert "khớp" in said
    assert "Đăng ký nhận tin" in said


def test_the_stored_file_comes_with_it(app: App) -> None:
    sha = app.files.put(b"a picture")
    notice(app, file_sha=sha, file_name="anh.jpg", file_kind="photo")
    assert "[ảnh: anh.jpg" in says(app, CODE)


def test_a_correction_keeps_what_it_replaces(app: App) -> None:
    number = notice(app)
    with app.database.write() as session:
        author = session.get_one(Staff, session.get_one(Broadcast, number).author_id)
        work = Work(app, session, app.clock(), app.profile(), "k")
        assert correct_by_edit(work, author, number, "Đóng phí", "Mới.")
    with app.database.read() as session:
        (kept,) = proofs.earlier(session, number)
    assert (kept.title, kept.body, kept.version, kept.until) == ("Đóng phí vệ sinh", BODY, 1, app.clock())
    assert "bản cũ" in says(app, f"Đóng phí vệ sinh. {BODY} Mã xác minh: {CODE}")


@pytest.mark.parametrize("data", ["verify.code:", f"verify.code:{'9' * 50}", "verify.code:ô'--"])
def test_a_forged_button_finds_nothing(app: App, data: str) -> None:
    assert "mang mã" in presses(app, "lan", data)[0]
