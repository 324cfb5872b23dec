"""The text of an announcement as somebody reads it over a loudspeaker: each rule a pure function over plain text."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from html import unescape

from bot.core.spoken import day_and_month, day_in_words, in_words, month_in_words

SHORT = {
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "MTTQ": "Mặt trận Tổ quốc",
    "HKD": "hộ kinh doanh",
    "HTX": "hợp tác xã",
    "DN": "doanh nghiệp",
    "TDP": "tổ dân phố",
    "GTGT": "giá trị gia tăng",
    "TNCN": "thu nhập cá nhân",
    "TNDN": "thu nhập doanh nghiệp",
    "BHXH": "bảo hiểm xã hội",
    "BHYT": "bảo hiểm y tế",
    "BHTN": "bảo hiểm thất nghiệp",
    "CCCD": "căn cước công dân",
    "ĐKKD": "đăng ký kinh doanh",
    "MST": "mã số thuế",
    "PCCC": "phòng cháy, chữa cháy",
    "ATTP": "an toàn thực phẩm",
    "VSATTP": "vệ sinh an toàn thực phẩm",
    "ANTT": "an ninh trật tự",
    "TTHC": "thủ tục hành chính",
    "TTPVHCC": "Trung tâm Phục vụ hành chính công",
    "KTHT&ĐT": "Kinh tế, Hạ tầng và Đô thị",
    "VH-XH": "Văn hóa - Xã hội",
    "TP": "thành phố",
    "QR": "quy-a",
}
"""What everybody reads in one way; what can be read in several, such as HĐ or KH, stays as it is."""

_SHORT = re.compile(
    r"(?<![\w/&-])(?:" + "|".join(sorted(map(re.escape, SHORT), key=len, reverse=True)) + r")(?![\w/&-])"
)
_TAG = re.compile(r"<[^>]*>")
_PATH = r"(?:/[^\s<>\"']*(?<![.,;:!?)]))?"
_LINK = re.compile(rf"(?:https?://|www\.)([^\s/<>\"']+){_PATH}", re.IGNORECASE)
_MAIL = re.compile(r"([\w.+-]+)@([\w-]+(?:\.[\w-]+)+)")
_HOST = re.compile(
    r"(?<![\w@.])((?:[a-z0-9-]+\.)+(?:vn|com|net|org|gov|info))" + _PATH + r"(?![\w.-]*\w)", re.IGNORECASE
)
_PHONE = re.compile(r"(?<![\w.,/+-])(?:\+84[ .-]?|0)\d(?:[ .-]?\d){7,9}(?![\w/]|[.,-]\d)")
_HOTLINE = re.compile(r"(?<![\w.,/-])(1[89]00)[ .-]?(\d{2})[ .-]?(\d{2})(?![\w/]|[.,-]\d)")
_DATE = re.compile(r"(?<![\w/.-])(?:ngày\s+)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?![\w/-]|\.\d)", re.IGNORECASE)
_NO_YEAR = re.compile(
    r"(?<![\w/.-])(?:ngày\s+(\d{1,2})/(\d{1,2})|(?<=đến )(\d{1,2})/(\d{1,2})|(?<=hết )(\d{1,2})/(\d{1,2})"
    r"|(?<=trước )(\d{1,2})/(\d{1,2})|(?<=sáng )(\d{1,2})/(\d{1,2})|(?<=chiều )(\d{1,2})/(\d{1,2}))(?![\w/-]|\.\d)",
    re.IGNORECASE,
)
_MONTH = re.compile(r"\btháng\s+(\d{1,2})[/-](\d{4})(?![\w/-]|\.\d)", re.IGNORECASE)
_HOUR = r"(?:([01]?\d|2[0-3])\s*(?:h|giờ)(?:\s*([0-5]\d))?|([01]\d|2[0-3]):([0-5]\d))"
_TIME = re.compile(rf"(?<![\w:/.,]){_HOUR}(?:\s*phút)?(?![\w:/]|[.,]\d)", re.IGNORECASE)
_FROM_TO = re.compile(r"(?:(?<=giờ)|(?<=phút))\s*[-–]\s*(?=[^\W\d]+(?: [^\W\d]+){0,2} giờ\b)")
_CITY = re.compile(r"\bTP\.\s*(?=\w)")
_SENTENCE = re.compile(r"(?:^|(?<=[.!?] ))[^\W\d_]", re.MULTILINE)
_MONEY = re.compile(r"(?<![\w.,/-])(\d{1,3}(?:\.\d{3})+|\d+)\s*(?:đồng|đ|VNĐ|VND)(?!\w)", re.IGNORECASE)
_PERCENT = re.compile(r"(?<=\d)\s*%")
_BULLET = re.compile(r"^[ \t]*[-–•*+✅☑✔➡👉▪◦·][ \t]*", re.MULTILINE)


def without_markup(html: str) -> str:
    """Small HTML as plain text; of a link its words stay."""
    return unescape(_TAG.sub("", html))


def without_signs(text: str) -> str:
    """No emoji, no invisible characters, no bullets; "&" is said."""
    kept = (letter for letter in unicodedata.normalize("NFC", text) if letter == "\n" or not _is_sign(letter))
    return _BULLET.sub("", "".join(kept)).replace("&", " và ")


def _is_sign(letter: str) -> bool:
    if letter in "\t°":
        return False
    # Cn too: emoji that are newer than this Python. Mn behind NFC is a mark that no letter of ours has.
    return unicodedata.category(letter) in {"So", "Sk", "Cf", "Cs", "Co", "Cn", "Cc", "Mn", "Me"} or letter in "*_~`|#"


def links_said(text: str) -> str:
    """Addresses on the net as people say them, "dichvucong chấm gov chấm vn", without what stands behind the host."""
    text = _MAIL.sub(lambda found: f"{_dots(found[1])} a còng {_dots(found[2])}", text)
    text = _LINK.sub(lambda found: _host(found[1]), text)
    return _HOST.sub(lambda found: _host(found[1]), text)


def _host(name: str) -> str:
    end = name[len(name.rstrip(".,;:!?)")) :]
    return _dots(name.removeprefix("www.").rstrip(".,;:!?)")) + end


def _dots(name: str) -> str:
    return name.replace(".", " chấm ").replace("_", " gạch dưới ")


def phones_grouped(text: str) -> str:
    """Telephone numbers in groups that can be read and written down: 0912 345 678, 0220 3838 999, 1900 12 34."""
    text = _HOTLINE.sub(r"\1 \2 \3", text)
    return _PHONE.sub(_phone, text)


def _phone(found: "re.Match[str]") -> str:
    digits = re.sub(r"\D", "", found[0])
    number = f"0{digits[2:]}" if found[0].startswith("+84") else digits
    if len(number) == 11:
        return f"{number[:4]} {number[4:8]} {number[8:]}"
    return " ".join((number[:4], number[4:7], number[7:])) if len(number) == 10 else found[0]


def dates_said(text: str) -> str:
    """Days, months and years in words; what is no day of the calendar stays, and so do fractions and numbers of papers.

    A day without its year is one only behind a word that announces it: "ngày 25/12", "trước 25/12".
    """
    text = _DATE.sub(_date, text)
    text = _MONTH.sub(_month, text)
    return _NO_YEAR.sub(_day, text)


def _date(found: "re.Match[str]") -> str:
    day, month, year = (int(part) for part in found.groups())
    try:
        return day_in_words(date(year, month, day))
    except ValueError:
        return found[0]


def _month(found: "re.Match[str]") -> str:
    month, year = int(found[1]), int(found[2])
    return f"{month_in_words(month)} năm {in_words(year)}" if 1 <= month <= 12 else found[0]


def _day(found: "re.Match[str]") -> str:
    day, month = (int(part) for part in found.groups() if part)
    try:
        date(2028, month, day)  # a leap year: any day that some year has
    except ValueError:
        return found[0]
    return day_and_month(day, month)


def times_said(text: str) -> str:
    """8h30, 08:30 and 8 giờ 30 as "tám giờ ba mươi phút"; the full hour without minutes."""
    return _FROM_TO.sub(" đến ", _TIME.sub(_time, text))


def _time(found: "re.Match[str]") -> str:
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    return f"{in_words(hour)} giờ {in_words(minute)} phút" if minute else f"{in_words(hour)} giờ"


def money_said(text: str) -> str:
    """Sums of money in words, and percent."""
    return _PERCENT.sub(" phần trăm", _MONEY.sub(_sum, text))


def _sum(found: "re.Match[str]") -> str:
    number = int(found[1].replace(".", ""))
    return f"{in_words(number)} đồng" if number < 10**12 else found[0]


def short_said(text: str) -> str:
    """Abbreviations in full; not those in the number of a paper."""
    return _SHORT.sub(lambda found: SHORT[found[0]], _CITY.sub("TP ", text))


def sentences(text: str) -> str:
    """Each begins with a capital, also where a word stands now for a number."""
    return _SENTENCE.sub(lambda found: found[0].upper(), text)


RULES: tuple[Callable[[str], str], ...] = (
    links_said,
    phones_grouped,
    dates_said,
    times_said,
    money_said,
    short_said,
    without_signs,
)
"""In this order: an address is no abbreviation, a telephone number no sum."""


def aloud(html: str) -> str:
    """The text of an announcement with all rules; each line is a paragraph that ends with a full stop."""
    text = unicodedata.normalize("NFC", without_markup(html))
    for rule in RULES:
        text = rule(text)
    lines = (" ".join(line.split()) for line in text.splitlines())
    return sentences("\n".join(_ended(line) for line in lines if line))


def _ended(line: str) -> str:
    line = re.sub(r"\s+([.,;:!?])", r"\1", line)
    return line if line[-1] in ".!?:;…" else f"{line}."
