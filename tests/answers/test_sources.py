"""Sources lead to where they stand on the web, and nowhere else."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import faq
from bot import ward
from bot.answers import sources, wording
from bot.channels.terminal import to_screen
from bot.text import Texts
from faq.check import defects
from faq.sources import Piece, is_official, load_portals, pieces, wrong_address

LAWS = "https://vbpl.vn"
TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("source", "linked"),
    [
        ("Nghị định 168/2025/NĐ-CP (Chương VIII)", ["168/2025/NĐ-CP"]),
        ("Nghị quyết 66.17/2026/NQ-CP ngày 15/5/2026", ["66.17/2026/NQ-CP"]),
        ("Nghị định 141/2026", ["Nghị định 141/2026"]),
        ("Bộ luật Hình sự (Điều 291)", ["Bộ luật Hình sự"]),
        ("Luật Phòng, chống tham nhũng 2018", ["Luật Phòng, chống tham nhũng 2018"]),
        ("Quyết định 2831/QĐ-UBND ngày 10/7/2025 (Hải Phòng)", []),
        ("Nghị quyết 02/NQ-CP ngày 08/01/2026; Kế hoạch 69/KH-UBND ngày 27/02/2026", []),
        ("Kế hoạch năm 2026 của UBND phường Việt Hòa (mục III.5)", []),
        ("Ứng dụng VNeID - Bộ Công an", []),
    ],
)
def test_a_document_with_its_year_leads_to_the_database_of_laws(source: str, linked: list[str]) -> None:
    found = pieces(source)
    assert "".join(piece.text for piece in found) == source
    assert [piece.text for piece in found if piece.address] == linked
    assert {piece.address for piece in found} <= {"", LAWS}


def test_a_portal_leads_to_itself_and_the_longer_name_wins() -> None:
    assert pieces("Hệ thống pakn.dichvucong.gov.vn") == [
        Piece("Hệ thống "),
        Piece("pakn.dichvucong.gov.vn", "https://pakn.dichvucong.gov.vn"),
    ]
    assert pieces("giả mạo dichvucong.gov.vn.com") == [Piece("giả mạo dichvucong.gov.vn.com")]


def test_an_address_of_its_own_covers_the_line() -> None:
    line = "Nghị định 168/2025/NĐ-CP | https://congbao.chinhphu.gov.vn/van-ban-1.htm?a=1&b=2"
    assert pieces(line) == [Piece("Nghị định 168/2025/NĐ-CP", "https://congbao.chinhphu.gov.vn/van-ban-1.htm?a=1&b=2")]
    assert sources.linked(line) == (
        '<a href="https://congbao.chinhphu.gov.vn/van-ban-1.htm?a=1&amp;b=2">Nghị định 168/2025/NĐ-CP</a>'
    )


@pytest.mark.parametrize(
    "address",
    [
        "http://haiphong.gov.vn/a",
        "https://gov.vn",
        "https://dichvucong.gov.vn.com/a",
        "https://a.com/.gov.vn",
        "https://haiphong.gov.vn@a.com/",
        "https://haiphong.gov.vn:8080/",
        "https://xvbpl.vn/",
        'https://haiphong.gov.vn/"onclick="x',
        "https://haiphong.gov.vn/<b>",
        "javascript:alert(1)",
        "https://HAIPHONG.gov.vn/a b",
    ],
)
def test_nobody_is_led_anywhere_else(address: str) -> None:
    assert not is_official(address)
    assert pieces(f"Quyết định 12/2026/QĐ-UBND | {address}") == [Piece("Quyết định 12/2026/QĐ-UBND")]
    assert wrong_address(f"Quyết định | {address}") == address


def test_the_content_lint_names_an_address_that_is_not_official(content: faq.Content) -> None:
    name = "kd-dang-ky-ho-kinh-doanh"
    good, bad = "Cổng | https://haiphong.gov.vn/tin", "Cổng | https://haiphong.com/tin"
    for source, found in ((good, []), (bad, [f"{name}: a source leads to https://haiphong.com/tin"])):
        entry = replace(content.entries[name], sources=(*content.entries[name].sources, source))
        changed = faq.Content({name: entry}, content.categories, (), "")
        told = [defect for defect in defects(changed, facts={}) if "leads to" in defect]
        assert [defect[: len(found[0])] for defect in told] == found if found else told == []


def test_every_shipped_source_that_names_a_portal_or_a_law_is_a_link(content: faq.Content) -> None:
    entries = content.entries.values()
    linked = [entry.id for entry in entries if any(piece.address for line in entry.sources for piece in pieces(line))]
    assert len(linked) >= len(content.entries) - 12


def test_an_answer_shows_its_links_on_every_channel(content: faq.Content) -> None:
    entry = replace(
        content.entries["kd-dang-ky-ho-kinh-doanh"], sources=("Nghị định 168/2025/NĐ-CP <1>", "Kế hoạch năm 2026")
    )
    shown = wording.answer(Texts(), ward.read(ward.SHIPPED), content, entry, today=TODAY, question_id=1)
    assert f'– Nghị định <a href="{LAWS}">168/2025/NĐ-CP</a> &lt;1&gt;\n– Kế hoạch năm 2026\nTra văn bản' in shown.text
    assert f"– Nghị định 168/2025/NĐ-CP ({LAWS}) <1>" in to_screen(str(shown.text), styled=False)


def test_where_no_law_is_named_nothing_is_to_be_looked_up() -> None:
    assert sources.listed(Texts(), ("Kế hoạch năm 2026", "Luật Đất đai | https://haiphong.gov.vn/luat")) == (
        '– Kế hoạch năm 2026\n– <a href="https://haiphong.gov.vn/luat">Luật Đất đai</a>'
    )


def test_a_list_of_portals_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "portals.toml").write_text("portals = 3\n", "utf-8")
    with pytest.raises(faq.ContentError, match=r"portals\.toml"):
        load_portals(tmp_path / "portals.toml")
