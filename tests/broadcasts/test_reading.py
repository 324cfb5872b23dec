"""/thongbao: a newcomer misses nothing that is for everybody, and learns nothing that is not."""

from datetime import timedelta
from typing import Any

import pytest

from bot.feature import App
from db.broadcasts import BroadcastState
from db.businesses import Business
from db.outbox import OutboxState
from tests.broadcasts.notices import arrived, change, sent
from tests.people.test_registering import REGISTERS, person, presses, wanted
from tests.terminal import Owner

OLD = "Nút này đã cũ"


def listed(app: App, who: str = "lan") -> str:
    return Owner(app, who).says("/thongbao")


def read(app: App, number: int, who: str = "lan") -> str:
    return "\n".join(presses(app, who, f"news.read:{number}"))


def test_a_newcomer_reads_what_was_for_everybody(app: App) -> None:
    number = sent(app, "Lịch nghỉ Tết")
    assert "01/2026 · 01/12 · Lịch nghỉ Tết" in listed(app)
    assert "Nội dung của Lịch nghỉ Tết." in read(app, number)


def test_where_there_is_nothing_that_is_said(app: App) -> None:
    assert "chưa có thông báo nào" in listed(app)


def test_the_newest_stand_first_five_on_a_page(app: App) -> None:
    for number in range(12):
        sent(app, f"Tin {number}.", ago=timedelta(days=20 - number))
    lan = Owner(app, "lan")
    pages = [lan.says("/thongbao"), lan.says("6"), lan.says("6")]
    seen = [[number for number in range(12) if f"Tin {number}." in page] for page in pages]
    assert seen == [[7, 8, 9, 10, 11], [2, 3, 4, 5, 6], [0, 1]]
    assert pages[0].index("Tin 11.") < pages[0].index("Tin 7.")
    assert "cũ hơn" not in pages[2]


def test_after_90_days_it_is_out_of_sight(app: App) -> None:
    sent(app, "Vừa còn", ago=timedelta(days=90))
    sent(app, "Đã lâu", ago=timedelta(days=90, seconds=1))
    assert "Vừa còn" in listed(app)
    assert "Đã lâu" not in listed(app)


def test_the_news_of_a_subject_are_for_who_wants_them(app: App) -> None:
    number = sent(app, "Vay vốn", subject="von")
    lan = Owner(app, "lan")
    assert "Vay vốn" not in listed(app)
    assert OLD in read(app, number)
    lan.says(*REGISTERS)
    assert "Vay vốn" not in listed(app)
    presses(app, "lan", "news.on:von")
    assert "Vay vốn" in listed(app)
    assert "Nội dung của Vay vốn." in read(app, number)


@pytest.mark.parametrize(
    ("audience", "reads"),
    [
        ({"kinds": ["household"]}, True),
        ({"kinds": ["company", "household"], "trades": ["anuong"]}, True),
        ({"kinds": ["company"]}, False),
        ({"trades": ["tapho"]}, False),
        ({"subjects": ["von"]}, True),
        ({"subjects": ["thanh-toan"]}, False),
        ({"everyone": True}, True),
    ],
)
def test_what_was_told_decides_what_concerns_one(app: App, audience: dict[str, object], reads: bool) -> None:
    Owner(app, "lan").says("/dangky", "đồng ý", "1", "1", "bỏ qua")
    presses(app, "lan", "news.on:von")
    number = sent(app, "Tin riêng", audience=audience)
    assert ("Tin riêng" in listed(app)) == reads
    assert (OLD not in read(app, number)) == reads
    assert ("Tin riêng" in listed(app, "tu")) == ("everyone" in audience)


CLOSED: tuple[dict[str, Any], ...] = (
    {"audience": {"cases": "can-bo"}},
    {"audience": {"missed": 1}},
    {"audience": {"groups": ["tdp1"]}},
    {"audience": {"reached": 1}},
    {"audience": {"everyone": True, "cases": "thue"}},
    {"kind": "invitation"},
)


@pytest.mark.parametrize("closed", CLOSED)
def test_what_is_for_a_few_is_shown_to_those_who_got_it_alone(app: App, closed: dict[str, Any]) -> None:
    for who in ("lan", "hoa", "tu"):
        Owner(app, who).says(*REGISTERS, "tất cả")
    number = sent(app, "Cho người có phiếu", **closed)
    arrived(app, number, "lan")
    arrived(app, number, "hoa", OutboxState.CANCELLED)
    assert "Cho người có phiếu" in listed(app)
    assert "Nội dung của" in read(app, number)
    for who in ("hoa", "tu", "stranger"):
        assert "Cho người có phiếu" not in listed(app, who)
        assert OLD in read(app, number, who)


def lives_in(app: App, who: str, group: str) -> None:
    """Somebody registered who said so."""
    number = person(app, who)
    with app.database.write() as session:
        session.get_one(Business, number).neighbourhood = group


@pytest.mark.parametrize(
    ("audience", "theirs", "reads"),
    [
        ({"groups": ["tdp1"]}, "tdp1", True),
        ({"groups": ["tdp12", "tdp1"], "trades": ["anuong"]}, "tdp1", True),
        ({"groups": ["tdp12"]}, "tdp1", False),
        ({"groups": ["tdp1"], "trades": ["tapho"]}, "tdp1", False),
        ({"groups": ["tdp1"], "cases": "thue"}, "tdp1", False),
        ({"groups": ["tdp1"]}, "", False),
    ],
)
def test_a_newcomer_reads_what_was_for_their_neighbourhood(
    app: App, audience: dict[str, object], theirs: str, reads: bool
) -> None:
    Owner(app, "lan").says("/dangky", "đồng ý", "1", "1", "bỏ qua")
    lives_in(app, "lan", theirs)
    number = sent(app, "Tin của tổ", audience=audience)
    right = sent(app, "Đính chính", corrects_id=number, kind="notice", audience={"reached": number})
    assert ("Tin của tổ" in listed(app)) == reads
    assert (OLD not in read(app, number)) == reads
    assert (OLD not in read(app, right)) == reads
    assert "Tin của tổ" not in listed(app, "tu")


@pytest.mark.parametrize(
    ("state", "all_read", "who_got_it_reads"),
    [
        (BroadcastState.SENDING, True, True),
        (BroadcastState.PAUSED, False, True),
        (BroadcastState.CANCELLED, False, True),
        (BroadcastState.MISSED, False, False),
        (BroadcastState.SCHEDULED, False, False),
    ],
)
def test_what_was_stopped_is_read_by_who_has_it(
    app: App, state: BroadcastState, all_read: bool, who_got_it_reads: bool
) -> None:
    begun = state not in {BroadcastState.MISSED, BroadcastState.SCHEDULED}
    number = sent(app, "Dừng giữa chừng", state=state)
    if not begun:
        change(app, number, started_at=None)
    if begun:
        arrived(app, number, "lan")
    assert ("Dừng giữa chừng" in listed(app)) == who_got_it_reads
    assert ("Dừng giữa chừng" in listed(app, "tu")) == all_read
    assert (OLD not in read(app, number, "tu")) == all_read


def test_a_corrected_text_is_shown_as_it_stands_now_and_marked(app: App) -> None:
    number = sent(app, "Lịch nghỉ Tết")
    change(app, number, body="Nghỉ từ 05/02.", version=2, edited_at=app.clock())
    assert "đã sửa · Lịch nghỉ Tết" in listed(app)
    shown = read(app, number)
    assert "Nghỉ từ 05/02." in shown
    assert "đã sửa" in shown
    assert "Nội dung của" not in shown


def test_who_reads_what_was_corrected_is_led_to_the_correction(app: App) -> None:
    wrong = sent(app, "Lịch sai", ago=timedelta(hours=3))
    right = sent(app, "Đính chính lịch", corrects_id=wrong, kind="correction", audience={"reached": wrong})
    lan = Owner(app, "lan")
    lan.says("/thongbao")
    assert "đã có đính chính" in lan.says("2")
    assert "Nội dung của Đính chính lịch." in lan.says("Đọc đính chính số 02/2026")
    assert "đã có đính chính" not in read(app, right)


def test_a_correction_of_what_is_for_a_few_is_for_the_same(app: App) -> None:
    wrong = sent(app, "Kín", audience={"cases": "thue"}, ago=timedelta(hours=3))
    right = sent(app, "Đính chính kín", corrects_id=wrong, kind="correction", audience={"reached": wrong})
    arrived(app, wrong, "lan")
    assert "Đính chính kín" in listed(app)
    assert "Đính chính kín" not in listed(app, "tu")
    assert OLD in read(app, right, "tu")


@pytest.mark.parametrize("data", ["news.read:99", "news.read:", "news.read:x", f"news.read:{'9' * 30}"])
def test_what_does_not_exist_looks_like_what_is_not_ones_own(app: App, data: str) -> None:
    assert presses(app, "lan", data) == [str(app.say("turn.old_button"))]


def test_an_older_page_of_what_is_gone_begins_anew(app: App) -> None:
    sent(app, "Còn đây")
    assert "Thông báo của UBND phường" in presses(app, "lan", "news.older:77")[0]


def test_the_offer_to_register_stands_once_below_for_who_is_not(app: App) -> None:
    sent(app, "Tin 1")
    assert listed(app).count("Đăng ký nhận tin") == 1
    Owner(app, "lan").says(*REGISTERS)
    assert "Đăng ký nhận tin" not in listed(app)


def test_the_button_under_a_notice_pauses_its_kind_once_and_for_good(app: App) -> None:
    Owner(app, "lan").says(*REGISTERS, "tất cả")
    for _ in range(2):
        assert "Đã tạm dừng: <b>Vốn, chính sách hỗ trợ</b>" in presses(app, "lan", "notice.pause:von")[0]
    assert "von" not in wanted(app, "lan")
    assert "" in wanted(app, "lan")
    Owner(app, "lan").says("/dangky", "xong")
    assert "von" not in wanted(app, "lan")
    for _ in range(2):
        assert "nhận lại" in presses(app, "lan", "news.again:von")[0]
    assert "von" in wanted(app, "lan")


def test_a_press_counts_for_who_pressed_alone(app: App) -> None:
    for who in ("lan", "hoa"):
        Owner(app, who).says(*REGISTERS)
    presses(app, "hoa", "notice.pause:")
    assert wanted(app, "lan") == {""}
    assert wanted(app, "hoa") == frozenset()


def test_who_is_not_registered_may_pause_and_take_it_back_and_gets_nothing_by_that(app: App) -> None:
    assert "Đã tạm dừng" in presses(app, "tu", "notice.pause:von")[0]
    assert "Ông/bà nhận lại" in presses(app, "tu", "news.again:von")[0]
    assert OLD in presses(app, "tu", "news.again:thue")[0]
    assert wanted(app, "tu") == {"von"}
    assert "nhận lại" in presses(app, "tu", "news.again:von")[0]


@pytest.mark.parametrize("data", ["notice.pause:khong-co", "notice.pause:'; --", "news.again:khong-co", "news.again:"])
def test_a_kind_of_news_that_never_was_is_an_old_button(app: App, data: str) -> None:
    assert OLD in presses(app, "tu", data)[0]
    assert wanted(app, "tu") == frozenset()
