"""What counts as an answer, a basis and a reason, and what only looks like one; pure."""

import re

from bot.core.choices import plain

SHORTEST_ANSWER = 20
"""Characters; an answer of substance is not shorter (also a constraint of the table)."""
DIFFERENT_WORDS = 5
WORDS_LEFT = 4
"""So many different words an answer has, and so many when everything that says nothing is taken out of it."""

HOLLOW = (
    "trong thoi gian (?:som nhat|toi)|trong thoi han|thoi gian toi|som nhat|kip thoi|dam bao",
    "(?:theo|dung) (?:dung )?(?:quy dinh|tham quyen|trinh tu|chuc nang)|(?:cua|quy dinh) phap luat|hien hanh",
    "(?:ubnd|uy ban nhan dan|lanh dao|can bo)(?: phuong)?(?: viet hoa)?|chung toi",
    "(?:phong|ban|bo phan|don vi|co quan|nganh)(?: ban| nganh)?(?: (?:chuyen mon|chuc nang|co lien quan|phu trach))+",
    "(?:phong|ban|bo phan|don vi|co quan|nganh)(?: ban| nganh)?(?: (?:lien quan|co tham quyen))+|cap tren",
    "phong kinh te(?: ha tang va do thi)?|phong van hoa(?: xa hoi)?|co tham quyen|lien quan",
    "tiep nhan|ghi nhan|nam duoc|xem xet|xu ly|giai quyet|nghien cuu|tham muu|chi dao|phoi hop",
    "kiem tra|xac minh|ra soat",
    "(?:dang|se|da|kinh|duoc) (?:giao|chuyen)|giao cho|chuyen (?:den|cho|toi|ve)|de nghi|yeu cau",
    "(?:se )?(?:tra loi|thong bao|thong tin|phan hoi|bao lai|bao cao)(?: den| toi| cho)?|ket qua|sau|som",
    "noi dung|van de|vu viec|su viec|viec nay|y kien|phan anh|kien nghi|phieu|tinh hinh",
    "cam on|kinh gui|mong|thong cam|cho doi|cho|tran trong|ong ba|quy (?:ong ba|co so|khach)|nguoi gui",
    "da|dang|se|duoc|va|cua|de|den|toi|ve|voi|xin|cac|hien|nay|thi|la",
)
"""What officialese is made of, without diacritics: true of every case, so it answers none."""
NOTHING_SAID = re.compile("|".join(rf"\b(?:{phrase})\b" for phrase in HOLLOW))

NOTHING = frozenset(
    (
        *("khong", "ko", "k", "co", "chua", "can", "cu", "gi", "ly", "do", "ca", "nao", "biet", "roi"),
        *("none", "no", "null", "na", "x", "ok", "test", "gui", "bo", "qua", "huy"),
    )
)
"""A basis or a reason of nothing but these words is none."""


def is_substance(text: str) -> bool:
    """Whether a text answers: long enough, no blank of a template left, and more than "đã tiếp nhận"."""
    if len(text.strip()) < SHORTEST_ANSWER or "…" in text or "..." in text:
        return False
    said = plain(text)
    return _different(said) >= DIFFERENT_WORDS and _different(NOTHING_SAID.sub(" ", said)) >= WORDS_LEFT


def _different(said: str) -> int:
    """How many words of at least two characters; a figure counts too."""
    return len({word for word in said.split() if len(word) > 1 or word.isdigit()})


def is_basis(text: str) -> bool:
    """Whether a text names something: a paper, an inspection, an office; at least two words, or one with a figure."""
    said = plain(text).split()
    figures = any(character.isdigit() for character in text)
    return len("".join(said)) >= 5 and (len(set(said)) >= 2 or figures) and not NOTHING.issuperset(said)


def is_reason(text: str) -> bool:
    """Whether a text tells somebody why, or what is wanted: at least 10 characters and three different words."""
    said = set(plain(text).split())
    return len(text.strip()) >= 10 and len(said) >= 3 and not NOTHING.issuperset(said)
