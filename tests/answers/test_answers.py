"""Answers as people read them: the ward's own values, expired facts, masked numbers, follow-ups and bubbles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import faq
from bot import ward
from bot.answers import wording
from bot.answers.rules import Said, in_context, understand
from bot.app import compose
from bot.core.clock import FrozenClock
from bot.core.masking import masked
from bot.settings import Settings
from bot.text import Texts
from tests.terminal import Owner

PHONE = "0220 111 222"
TODAY = date(2026, 12, 1)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    path = tmp_path / "ward.toml"
    text = ward.SHIPPED.read_text("utf-8").replace('center_phone = ""', f'center_phone = "{PHONE}"')
    path.write_text(text, "utf-8")
    return path


def test_what_the_ward_filled_in_is_told_and_what_it_did_not_is_left_out(
    settings: Settings, clock: FrozenClock, content: faq.Content, filled: Path
) -> None:
    for file, told in ((ward.SHIPPED, False), (filled, True)):
        app = compose(settings.model_copy(update={"ward_file": file}), clock=clock, content=content)
        lan = Owner(app, "lan")
        for line in ("/lienhe", "/start faq_dvc-tong-dai-ho-tro"):
            printed = lan.says(line)
            assert (PHONE in printed) == told
            assert "[[" not in printed
            assert "{" not in printed
        app.database.close()


def test_an_address_that_begins_with_a_dot_stays_as_it_is() -> None:
    assert faq.render("đuôi .gov.vn, không phải .com[[, số {center_phone}]] .", {}) == "đuôi .gov.vn, không phải .com."


def test_an_expired_answer_says_so() -> None:
    content = faq.load_content()
    entry = content.entries["dvc-mien-giam-cong-dan-so"]
    assert entry.valid_until == date(2027, 2, 28)
    profile = ward.read(ward.SHIPPED)
    for today, expired in ((date(2027, 2, 28), False), (date(2027, 3, 1), True)):
        shown = wording.answer(Texts(), profile, content, entry, today=today, question_id=1)
        assert ("28/02/2027, nay có thể đã thay đổi" in shown.text) == expired


def test_whoever_reads_an_expired_answer_learns_whom_to_ask(filled: Path) -> None:
    content = faq.load_content()
    ours, taxes = content.entries["dvc-mien-giam-cong-dan-so"], content.entries["th-gia-han-nop-2026"]
    center = "Trung tâm Phục vụ hành chính công phường Việt Hòa"
    unit = "Phòng Kinh tế, Hạ tầng và Đô thị"
    told = {
        (ward.SHIPPED, ours): f"hỏi lại {center}.",
        (filled, ours): f"hỏi lại {center} (điện thoại {PHONE}).",
        (ward.SHIPPED, taxes): f"hỏi lại {unit} hoặc {center}.",
        (filled, taxes): f"hỏi lại {unit} hoặc {center} (điện thoại {PHONE}).",
    }
    for (file, entry), whom in told.items():
        late = date(2027, 12, 1)
        shown = wording.answer(Texts(), ward.read(file), content, entry, today=late, question_id=1)
        assert f"nay có thể đã thay đổi. Trước khi làm, ông/bà vui lòng {whom}" in shown.text


def test_answers_that_are_not_sure_end_with_whom_to_ask(content: faq.Content) -> None:
    unsure = [entry for entry in content.entries.values() if entry.confidence != "high"]
    assert len(unsure) == 41
    for entry in unsure:
        shown = wording.answer(Texts(), ward.read(ward.SHIPPED), content, entry, today=TODAY, question_id=1)
        assert wording.to_markup(faq.render(entry.ask, {})) in shown.text


def test_every_answer_fits_every_channel(content: faq.Content) -> None:
    for entry in content.entries.values():
        shown = wording.answer(
            Texts(), ward.read(ward.SHIPPED), content, entry, today=date(2026, 12, 1), question_id=10**9
        )
        assert len(shown.text) < 4096
        assert "**" not in shown.text
        assert entry.sources[0][:20] in shown.text.striptags()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("mst 0801234567", "mst •••567"),
        ("cccd 030185001234 ạ", "cccd •••234 ạ"),
        ("gọi 0912.345.678 nhé", "gọi •••678 nhé"),
        ("stk 19001234567890123", "stk 19001234567890123"),
        ("doanh thu 500000000 đồng", "doanh thu •••000 đồng"),
        ("nộp 12345678 đồng", "nộp 12345678 đồng"),
        ("ngày 01/7/2026 lúc 17h30", "ngày 01/7/2026 lúc 17h30"),
    ],
)
def test_numbers_of_nine_to_twelve_digits_are_masked(text: str, kept: str) -> None:
    assert masked(text) == kept


Asked = Callable[[str, Said | None], str]


@pytest.fixture
def entry(content: faq.Content, index: faq.FaqIndex) -> Asked:
    """The entry that answers, empty where none does."""

    def find(text: str, before: Said | None) -> str:
        understood = in_context(content, index, text, before)
        return understood.matches[0].id if understood.decision == "answer" else ""

    return find


REGISTERED = Said("", "shown", "kd-dang-ky-ho-kinh-doanh", timedelta(seconds=30))


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("phí bao nhiêu?", "mc-le-phi-dkkd-0-dong"),
        ("mất bao lâu ạ", "kd-dang-ky-ho-kinh-doanh"),
        ("thế cần giấy tờ gì", "kd-dang-ky-ho-kinh-doanh"),
        ("bóng đá tối nay", ""),
    ],
)
def test_a_follow_up_is_read_with_the_answer_before_it(entry: Asked, text: str, answered: str) -> None:
    assert entry(text, REGISTERED) == answered


def test_after_ten_minutes_it_is_not(entry: Asked) -> None:
    assert entry("phí bao nhiêu?", replace(REGISTERED, ago=timedelta(minutes=11))) == ""


def test_a_fragment_waits_a_minute_for_its_other_half(entry: Asked) -> None:
    half = Said("em định mở thêm", "suggest", "", timedelta(seconds=20))
    assert entry("một chỗ ở phố bên cạnh nữa", half) == "kd-nhieu-dia-diem"
    assert entry("một chỗ ở phố bên cạnh nữa", replace(half, ago=timedelta(seconds=61))) == ""


def test_the_log_keeps_what_was_typed_not_what_it_was_joined_with(content: faq.Content, index: faq.FaqIndex) -> None:
    half = Said("em định mở thêm", "suggest", "", timedelta(seconds=20))
    assert in_context(content, index, "một chỗ ở phố bên cạnh nữa", half).text == "một chỗ ở phố bên cạnh nữa"


def test_a_message_in_old_letters_is_not_matched_at_all(index: faq.FaqIndex) -> None:
    understood = understand(index, "®¨ng ký hé kinh doanh cÇn giÊy tê g×")
    assert (understood.alert, understood.decision, understood.matches) == ("retype", "none", ())
