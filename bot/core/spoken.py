"""Numbers and days as Vietnamese words, for what is read aloud; pure."""

from datetime import date

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ((10**9, "tỷ"), (10**6, "triệu"), (10**3, "nghìn"))
MOST = 10**12
"""Numbers from here on are not said."""

APRIL = 4


def in_words(number: int) -> str:
    """A number from 0 to 10¹² - 1: "hai nghìn không trăm hai mươi sáu". Raises ValueError for any other."""
    if not 0 <= number < MOST:
        raise ValueError(f"not said: {number}")
    if number < 1000:
        return _hundreds(number, whole=False)
    said: list[str] = []
    rest = number
    for scale, name in SCALES:
        count, rest = divmod(rest, scale)
        if count:
            said.append(f"{_hundreds(count, whole=bool(said))} {name}")
    return " ".join([*said, _hundreds(rest, whole=True)] if rest else said)


def _hundreds(number: int, *, whole: bool) -> str:
    """Below a thousand; behind a larger part the hundreds are said even where there are none."""
    hundreds, rest = divmod(number, 100)
    if not hundreds and not whole:
        return _tens(rest)
    said = f"{DIGITS[hundreds]} trăm"
    if not rest:
        return said
    return f"{said} linh {DIGITS[rest]}" if rest < 10 else f"{said} {_tens(rest)}"


def _tens(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    said = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    return f"{said} {_ones(tens, ones)}" if ones else said


def _ones(tens: int, ones: int) -> str:
    """Behind tens: mười một, hai mươi mốt; mười bốn, hai mươi tư; mười lăm, hai mươi lăm."""
    if ones == 5:
        return "lăm"
    return {1: "mốt", 4: "tư"}.get(ones, DIGITS[ones]) if tens > 1 else DIGITS[ones]


def day_in_words(day: date) -> str:
    """A date: "ngày hai mươi lăm tháng mười hai năm hai nghìn không trăm hai mươi sáu"."""
    return f"{day_and_month(day.day, day.month)} năm {in_words(day.year)}"


def day_and_month(day: int, month: int) -> str:
    """The same without its year; the first ten days are "mồng", April is "tháng tư"."""
    first = "mồng " if day <= 10 else ""
    return f"ngày {first}{in_words(day)} {month_in_words(month)}"


def month_in_words(month: int) -> str:
    """A month from 1 to 12."""
    return f"tháng {'tư' if month == APRIL else in_words(month)}"
