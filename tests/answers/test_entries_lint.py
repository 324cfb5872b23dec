"""What is refused before anybody reads it, and the ids of new entries; pure."""

import pytest

from bot.answers.staff import lint
from bot.core.events import Text
from bot.core.flow import Invalid
from faq.own import is_id
from faq.render import PLACEHOLDERS


def refused(value: object) -> str:
    return value.key if isinstance(value, Invalid) else f"taken: {value}"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("UBND phường", "entries.hollow_source"),
        ("Ủy ban nhân dân phường thông báo", "entries.hollow_source"),
        ("luật", "entries.hollow_source"),
        ("Luật Quản lý thuế\nluật", "entries.hollow_source"),
        ("\n".join(["Nghị định 68/2026/NĐ-CP"] * 11), "entries.too_many_sources"),
        ("Nghị định " * 40, "entries.too_many_sources"),
        ("123", "flow.words_wanted"),
        ("theo quy định pháp luật hiện hành", "entries.hollow_source"),
        ("Luật Quản lý thuế", "entries.hollow_source"),
        ("Ủy ban nhân dân phường, dichvucong.gov.vn", "entries.hollow_source"),
        ("Nghị định 68/2026/NĐ-CP | https://luat.vidu.com/68", "entries.wrong_address"),
        ("Nghị định 68/2026/NĐ-CP | http://vbpl.vn/68", "entries.wrong_address"),
        ("Nghị định 68/2026/NĐ-CP | vbpl.vn", "entries.wrong_address"),
        ("Bài đăng ngày 01/12/2026 https://mang.vidu/bai?so=1", "entries.wrong_address"),
        ("Bài đăng ngày 01/12/2026 trên mang-xa-hoi.com", "entries.wrong_address"),
    ],
)
def test_what_names_nothing_is_no_source(typed: str, key: str) -> None:
    assert refused(lint.sources(Text(typed))) == key


def test_each_line_is_a_source() -> None:
    typed = "- Nghị định 68/2026/NĐ-CP (Điều 8)\n\n• UBND phường, thông báo ngày 01/12/2026"
    assert lint.sources(Text(typed)) == "Nghị định 68/2026/NĐ-CP (Điều 8)\nUBND phường, thông báo ngày 01/12/2026"


@pytest.mark.parametrize(
    "typed",
    [
        "dichvucong.gov.vn",
        "Cổng Dịch vụ công quốc gia Dichvucong.gov.vn",
        "Luật Quản lý thuế (Điều 8)",
        "Nghị định 68/2026/NĐ-CP | https://vbpl.vn/TW/Pages/vbpq-toanvan.aspx?ItemID=12",
        "Xem https://haiphong.gov.vn/tin-tuc.",
    ],
)
def test_a_number_a_day_an_article_or_a_portal_is_a_source(typed: str) -> None:
    assert lint.sources(Text(typed)) == typed


def test_values_are_called_as_staff_call_them() -> None:
    said = "Gọi [[số {điện thoại một cửa}]] trong [[{GIO LAM VIEC}]]."
    kept = "Gọi [[số {center_phone}]] trong [[{opening_hours}]]."
    assert (lint.more(Text(said)), lint.readable(kept)) == (kept, said.replace("GIO LAM VIEC", "giờ làm việc"))
    assert set(lint.NAMES) == set(PLACEHOLDERS)


def test_a_mistake_in_them_says_what_to_do() -> None:
    wrong = lint.short(Text("Gọi [[số {fax}]]."))
    assert isinstance(wrong, Invalid)
    assert str(wrong.values["known"]).startswith("địa chỉ một cửa, điện thoại một cửa")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Gọi [[số {center_fax}]].", "entries.unknown_value"),
        ("Gọi {center_phone}.", "entries.brackets"),
        ("Gọi [[số này]].", "entries.brackets"),
        ("Gọi [[số {center_phone}.", "entries.brackets"),
        ("chữ " * 171, "entries.too_many_words"),
        ("", "flow.words_wanted"),
    ],
)
def test_a_short_answer_that_cannot_be_shown(typed: str, key: str) -> None:
    assert refused(lint.short(Text(typed))) == key


def test_a_short_answer_as_long_as_the_shipped_ones_may_be() -> None:
    typed = ("chữ " * 169 + "[[{center_phone}]]").strip()
    assert lint.short(Text(typed)) == typed


def test_a_question_is_one_line() -> None:
    assert lint.question(Text("Chợ đêm\nhọp  hôm nào?")) == "Chợ đêm họp hôm nào?"
    assert refused(lint.question(Text("Chợ?"))) == "flow.too_short"


@pytest.mark.parametrize(
    ("question", "number", "made"),
    [
        ("Xin phép đặt biển hiệu ở đâu?", 1, "rieng-xin-phep-dat-bien-hieu-o-dau"),
        ("Xin phép đặt biển hiệu ở đâu?", 12, "rieng-xin-phep-dat-bien-hieu-o-dau-12"),
        ("Bán trên Shopee, TikTok Shop có phải tự nộp thuế?", 2, "rieng-ban-tren-shopee-tiktok-shop-co-2"),
        ("A" * 60, 1, "rieng"),
    ],
)
def test_the_id_of_a_new_entry_reads_like_its_question(question: str, number: int, made: str) -> None:
    assert lint.slug(question, number) == made
    assert is_id(made)
