"""Who registers for news gets what they asked for, and never again what they paused, unless they ask."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

import faq
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.core.events import ChatRef, Incoming, Press, Sender
from bot.feature import App
from bot.people.service import recognise
from bot.runtime.turn import run
from bot.settings import Settings
from bot.ward import SHIPPED
from db import businesses
from db.businesses import Business
from db.drafts import DraftRow, DraftState
from db.outbox import OutboxRow
from db.people import Consent
from tests.terminal import Owner

GROUPS = '[[groups]]\nid = "tdp1"\nname = "Tổ dân phố số 1"\n\n[[groups]]\nid = "tdp12"\nname = "Tổ dân phố số 12"\n\n'
REGISTERS = ("/dangky", "đồng ý", "1", "bỏ qua", "bỏ qua")


def person(app: App, who: str) -> int:
    with app.database.write() as session:
        return recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock())[1].id


def wanted(app: App, who: str) -> frozenset[str]:
    number = person(app, who)
    with app.database.read() as session:
        return businesses.wanted_of(session, number)


def business(app: App, who: str) -> Business:
    number = person(app, who)
    with app.database.read() as session:
        return session.get_one(Business, number)


made = count()


def presses(app: App, who: str, data: str, *, pressed: str = "") -> list[str]:
    """A button, however old; what the bot answers as messages of their own."""
    event = Incoming(
        f"made:{next(made)}", ChatRef("terminal", who), Sender(who), app.clock(), Press(data), pressed=pressed
    )
    with app.database.write() as session:
        return [str(reply.text) for reply in run(app, Owner(app, who).channel, session, event, app.clock()).replies]


def test_what_was_told_is_kept_and_the_general_news_are_on(app: App) -> None:
    Owner(app, "lan").says("/dangky", "đồng ý", "htx", "tươi sống", "HTX Rau Sạch")
    kept = business(app, "lan")
    assert (kept.kind, kept.trade, kept.neighbourhood, kept.name) == ("cooperative", "thucpham", "", "HTX Rau Sạch")
    assert wanted(app, "lan") == {""}


@pytest.mark.parametrize("said", ["đăng ký hộ kinh doanh", "đăng ký kinh doanh", "dang ky thue", "đăng ký công ty"])
def test_a_question_about_registering_a_business_is_a_question(app: App, said: str) -> None:
    assert "đăng ký nhận tin" not in Owner(app, "lan").says(said)


@pytest.mark.parametrize("said", ["đăng ký nhận tin", "dang ky", "Nhận tin!", "/start dangky"])
def test_the_exact_words_register(app: App, said: str) -> None:
    assert "Trước khi đăng ký nhận tin" in Owner(app, "lan").says(said)


def test_agreeing_to_one_notice_is_not_agreeing_to_the_other(app: App) -> None:
    lan = Owner(app, "lan")
    lan.says("/phananh", "đồng ý", "hủy")
    assert "Trước khi đăng ký nhận tin" in lan.says("/dangky")
    lan.says("đồng ý", "hủy")
    assert "loại hình nào" in lan.says("/dangky")
    hoa = Owner(app, "hoa")
    hoa.says(*REGISTERS)
    assert "Trước khi gửi phản ánh" in hoa.says("/phananh")
    with app.database.read() as session:
        versions = sorted(row.version for row in session.exec(select(Consent)))
    assert versions == ["2026-11", "2026-11-tin", "2026-11-tin"]


def test_nothing_is_kept_of_who_does_not_agree(app: App) -> None:
    Owner(app, "lan").says("/dangky", "hủy")
    with app.database.read() as session:
        assert (list(session.exec(select(Business))), list(session.exec(select(Consent)))) == ([], [])


@pytest.fixture
def ward_file(tmp_path: Path) -> Path:
    path = tmp_path / "ward.toml"
    path.write_text(SHIPPED.read_text("utf-8").replace("[[authorities]]", f"{GROUPS}[[authorities]]", 1), "utf-8")
    return path


@pytest.fixture
def with_groups(
    settings: Settings, ward_file: Path, clock: FrozenClock, content: faq.Content, index: faq.FaqIndex
) -> Iterator[App]:
    """A ward that knows its neighbourhood groups."""
    with_file = settings.model_copy(update={"ward_file": ward_file})
    composed = compose(with_file, clock=clock, content=content, index=index)
    yield composed
    composed.database.close()


def test_a_new_notice_is_agreed_to_again_and_nothing_else_is_asked(with_groups: App, ward_file: Path) -> None:
    lan = Owner(with_groups, "lan")
    lan.says("/dangky", "đồng ý", "1", "bỏ qua", "1", "Phở Lan")
    ward_file.write_text(ward_file.read_text("utf-8").replace('"2026-11"', '"2027-01"'), "utf-8")
    assert "Trước khi đăng ký nhận tin" in lan.says("/dangky")
    assert "Tên cơ sở: Phở Lan" in lan.says("đồng ý")


def test_a_group_is_asked_where_the_ward_knows_its_groups(with_groups: App) -> None:
    lan = Owner(with_groups, "lan")
    assert "tổ dân phố nào" in lan.says("/dangky", "đồng ý", "1", "bỏ qua")
    lan.says("tổ 12", "bỏ qua")
    assert business(with_groups, "lan").neighbourhood == "tdp12"
    assert "Tổ dân phố: Tổ dân phố số 12" in lan.says("xong")


def test_what_the_profile_has_not_is_not_asked(with_groups: App, ward_file: Path) -> None:
    bare = ward_file.read_text("utf-8").partition("\n[[trades]]")[0].replace(GROUPS, "")
    ward_file.write_text(bare, "utf-8")
    lan = Owner(with_groups, "lan")
    assert "Tên cửa hàng" in lan.says("/dangky", "đồng ý", "công ty")
    assert "Ngành hàng" not in lan.says("bỏ qua", "xong")


def test_one_thing_is_changed_and_the_rest_stays(app: App) -> None:
    lan = Owner(app, "lan")
    lan.says("/dangky", "đồng ý", "1", "1", "Phở Lan", "/dangky")
    lan.says("Sửa: Ngành hàng", "tạp hóa")
    assert (business(app, "lan").trade, business(app, "lan").name) == ("tapho", "Phở Lan")
    lan.says("Sửa: Tên cơ sở", "bỏ qua")
    assert (business(app, "lan").trade, business(app, "lan").name) == ("tapho", "")


def test_a_change_taken_up_late_takes_nothing_else_back(app: App) -> None:
    lan = Owner(app, "lan")
    lan.says("/dangky", "đồng ý", "1", "1", "Phở Lan")
    presses(app, "lan", "news.change:kind")
    presses(app, "lan", "news.change:trade")
    lan.says("tạp hóa")
    with app.database.read() as session:
        aside = session.exec(select(DraftRow).where(DraftRow.state == DraftState.ASIDE)).one()
    presses(app, "lan", f"flow:{aside.id}::resume")
    lan.says("công ty")
    kept = business(app, "lan")
    assert (kept.kind, kept.trade, kept.name) == ("company", "tapho", "Phở Lan")


def test_a_button_says_what_it_does_so_pressing_it_twice_does_no_more(app: App) -> None:
    Owner(app, "lan").says(*REGISTERS)
    for _ in range(2):
        presses(app, "lan", "news.on:von")
        assert wanted(app, "lan") == {"", "von"}
    for _ in range(2):
        presses(app, "lan", "news.off:von")
        assert wanted(app, "lan") == {""}


@pytest.mark.parametrize("data", ["news.on:khong-co", "news.off:can-bo", "news.on:von:1", "news.on:'"])
def test_a_subject_that_has_no_news_is_an_old_button(app: App, data: str) -> None:
    Owner(app, "lan").says(*REGISTERS)
    assert presses(app, "lan", data) == [str(app.say("turn.old_button"))]
    assert wanted(app, "lan") == {""}


@pytest.mark.parametrize("data", ["news.on:von", "news.all", "news.list", "news.done", "news.change:kind", "news.off:"])
def test_a_button_of_the_list_registers_nobody_who_did_not_agree(app: App, data: str) -> None:
    assert "Trước khi đăng ký nhận tin" in presses(app, "tu", data)[0]
    with app.database.read() as session:
        assert list(session.exec(select(Business))) == []
    assert wanted(app, "tu") == frozenset()


def test_who_ends_it_is_sent_nothing_and_may_begin_again(app: App) -> None:
    lan = Owner(app, "lan")
    lan.says(*REGISTERS, "tất cả")
    assert len(wanted(app, "lan")) > 5
    assert "đã thôi nhận tin" in lan.says("thôi nhận tin")
    assert wanted(app, "lan") == frozenset()
    assert "không loại tin nào" in lan.says("/dangky")
    lan.says("chọn loại tin", "1")
    assert wanted(app, "lan") == {""}


def test_who_paused_before_they_registered_is_told_that_it_stays_so(app: App) -> None:
    lan = Owner(app, "lan")
    lan.says("thôi nhận tin")
    assert "vẫn đang tạm dừng" in lan.says(*REGISTERS)
    assert wanted(app, "lan") == frozenset()


ACTS = ("register", "change", "end", "all", "on:", "on:von", "off:", "off:von", "off:moi-truong", "on:moi-truong")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=9))
def test_what_was_paused_comes_back_only_where_it_is_asked_for(app: App, acts: list[str]) -> None:
    who, known, model = f"p{next(made)}", set[str](), set[str]()
    lan = Owner(app, who)
    for act in acts:
        registered = "registered" in known
        if act == "register":
            lan.says(*(("/dangky",) if registered else REGISTERS))
            model |= set() if "" in known else {""}
            known |= {"registered", ""}
        elif act == "change" and registered:
            presses(app, who, "news.change:kind")
            lan.says("2")
        elif act == "end":
            presses(app, who, "news.end")
            model, known = set(), known | {""}
        elif act == "all" and registered:
            presses(app, who, "news.all")
            model = {"", *(subject.id for subject in app.profile().news())}
        elif ":" in act and registered:
            presses(app, who, f"news.{act}")
            way, _, subject = act.partition(":")
            model = model | {subject} if way == "on" else model - {subject}
        assert wanted(app, who) == model


def test_the_list_takes_the_place_of_the_message_that_was_pressed(app: App) -> None:
    Owner(app, "lan").says(*REGISTERS)
    with app.database.write() as session:
        shown = session.exec(select(OutboxRow).order_by(OutboxRow.id.desc())).first()  # type: ignore[attr-defined]
        assert shown
        shown.message = "77"
        first = shown.id
    assert presses(app, "lan", "news.on:von", pressed="77") == []
    assert presses(app, "lan", "news.off:von", pressed="77") == []
    assert presses(app, "lan", "news.on:von", pressed="78") != []
    with app.database.read() as session:
        rows = session.exec(select(OutboxRow).where(OutboxRow.id > first)).all()
    assert [row.edits_id for row in rows] == [first, first, None]
    assert "✅ Vốn" in rows[0].body
    assert "▫️ Vốn" in rows[1].body
