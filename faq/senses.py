"""Folded words that keep apart what typed marks tell apart: cháy burns, chạy runs, chay is a diet."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache

from faq.fold import fold

WORD = re.compile(r"\w+|[?!]+")
STRETCHED = re.compile(r"(\w)\1{2,}")
WELL_MARKED = 0.35


def senses(words: str) -> dict[str, set[str]]:
    """The spellings that are meant, by their folded word; what is folded alike and not listed means something else."""
    meant: dict[str, set[str]] = {}
    for word in words.split():
        meant.setdefault(fold(word), set()).add(word)
    return meant


def sensed(text: str, meant: Mapping[str, Collection[str]]) -> str:
    """Folded words of `text`; a word of `meant` that is spelt otherwise than meant gets a stroke, ? and ! stay."""
    words = words_of(text)
    letters = [word for word in words if word[0].isalpha()]
    marked = sum(not word.isascii() for word in letters)
    reliable = bool(letters) and marked >= WELL_MARKED * len(letters)
    return " ".join(_sense(word, reliable, meant) for word in words).strip()


def words_of(text: str) -> list[str]:
    """The words of `text` as typed, in small letters, stretched ones shortened; ? and ! count as words."""
    return WORD.findall(STRETCHED.sub(r"\1", unicodedata.normalize("NFC", text).lower()))


@lru_cache(maxsize=20_000)
def spelling(word: str) -> frozenset[str]:
    """The letters and marks of a word: the same wherever the tone is put and however often a letter is repeated."""
    return frozenset(unicodedata.normalize("NFD", word))


def _sense(word: str, reliable: bool, meant: Mapping[str, Collection[str]]) -> str:
    if word[0] in "?!":
        return word[0]
    folded = fold(word)
    spelt_otherwise = not word.isascii() or (reliable and len(word) == len(folded))
    if folded in meant and spelt_otherwise and spelling(word) not in map(spelling, meant[folded]):
        return f"{folded}_"
    return folded


# The spellings that an emergency uses, for words with other spellings beside them.
HARMFUL = senses(
    """
    cháy đâm đấm nổ dao giật trộm máu đánh cướp bắn súng khói lửa dọa đạp đập giết chết ngã ngạt ngất tông tống dựng
    đụng đứng gấp cứu xì rò hóa hỏa kẹt dưới đuối đuổi mùi chập sập sắp hiếp ngộ kho khó đốt đột thở thò thợ cán cắn từ
    tử tự không khống ngay rơi rồi lạc rắn bất bật bắt lật bỏng chìm dê đe đè đẻ be bé bê bẻ bế ga treo trèo xăng
    ném đứt vồ vỡ vợ té tê ngưng ngừng sụp hóc học hộc lụt nhốt vây vậy bóc bọc bốc nhảy thuốc mái tràn trần cầu cậu rút
    say sông sống hấp giam trói trôi trời lan lăn lần lẫn kiếm vung cầm nôn cuốn cuộn ong ông ống kêu
    """
)
