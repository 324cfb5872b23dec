"""How a message is understood, alone and after what was said before; pure."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import faq
from bot.core.choices import plain

Decided = Literal["answer", "suggest", "report", "smalltalk", "none"]
Alert = Literal["danger", "retype"]

JOINED_WITHIN = timedelta(minutes=1)
"""People write in bubbles: how long a fragment waits for its other half."""

FOLLOWS_WITHIN = timedelta(minutes=10)
"""How long "phí bao nhiêu?" is read with the entry that was answered before it."""

LONGEST_FOLLOW_UP = 8
"""In syllables; a longer message stands on its own."""

NEIGHBOURS = 30
PLAIN = 0.97
"""How well an entry must fit for a message that sounds like a report to be answered instead."""

SURE = 0.6
INTERRUPTS = 0.75
"""How well an entry must fit for a question in the middle of a dialogue not to be taken for an answer there."""

DRAWN = 0.02
"""How many matches are looked at for a follow-up, how well a neighbour must fit, and how much better than before it."""

RANK: dict[Decided, int] = {"none": 0, "smalltalk": 0, "report": 1, "suggest": 1, "answer": 2}

GENERIC = frozenset(
    plain(
        "phí lệ giá tiền mất bao nhiêu lâu mấy ngày tháng hạn thời gian khi nào ở đâu chỗ cần giấy tờ gì hồ sơ thủ tục"
        " mang theo nộp làm đăng ký đến online qua mạng trực tuyến tại nhà được không ko k có phải thế còn thì sao nào"
        " ai hộ thay phạt bị nếu muộn trễ quá và vậy à ạ ơi nhỉ hả cho em tôi cháu hỏi là nó cái này đó việc ấy rồi"
        " nữa với như thế mức cách bước tốn hết tổng cộng vào lúc giờ chậm sớm nhất kết quả lấy nhận hn bn"
    ).split()
)
"""Words that ask about a matter without naming one."""

ASKS = re.compile(
    r" (khong|ko|k|hong|chua|sao|nao|gi|dau|bao nhieu|bn|bao lau|may|the nao|ntn|lam sao|co phai|co duoc|duoc khong) "
    r"(a |nhi |vay |the |day |ha )?$"
)

FILLER = frozenset(
    plain(
        "thế còn thì à ạ vậy và ơi nhỉ hả cho em tôi cháu hỏi là nó cái này đó việc ấy rồi với nữa như cần gì bao nhiêu"
        " ở có không ko k mất được phải hết làm vào lúc giờ"
    ).split()
)
"""Words of a follow-up that do not say what it is after; what is left is looked for in the title of the entry."""


@dataclass(frozen=True)
class Understood:
    """What a message is taken for; matches best first."""

    text: str
    decision: Decided
    alert: Alert | None = None
    matches: tuple[faq.Match, ...] = ()
    tone: str = ""

    @property
    def best(self) -> faq.Match | None:
        """The entry that answers, if one does."""
        return self.matches[0] if self.matches else None


@dataclass(frozen=True)
class Said:
    """What was asked before in the same chat, and how long ago."""

    text: str
    decision: str
    entry: str
    ago: timedelta


def understand(index: faq.FaqIndex, text: str) -> Understood:
    """A message on its own."""
    if faq.is_legacy_encoding(text):
        return Understood(text, "none", alert="retype")
    alert: Alert | None = "danger" if faq.danger(text) else None
    tone = faq.smalltalk(text)
    if tone and not alert:
        return Understood(text, "smalltalk", tone=tone)
    decided = faq.decide(text, index)
    kind: Decided = "suggest" if decided.kind == "none" and decided.matches and is_generic(text) else decided.kind
    understood = Understood(text, kind, alert, decided.matches)
    return replace(understood, decision="report") if faq.is_report(text) and not _plain(understood) else understood


def _plain(understood: Understood) -> bool:
    """Whether an entry fits so well that neither the tone nor what was said before counts against it."""
    return understood.decision == "answer" and understood.matches[0].score >= PLAIN


def in_context(content: faq.Content, index: faq.FaqIndex, text: str, before: Said | None) -> Understood:
    """A message after another: a follow-up is read with the entry before it, a fragment with the fragment before it."""
    alone = understand(index, text)
    if before is None or alone.alert or alone.decision == "smalltalk":
        return alone
    if follows(text, before) and before.entry in content.entries and not _plain(alone):
        return _followed(content, index, alone, before.entry)
    if alone.decision != "answer" and fragment(before):
        joined = understand(index, f"{before.text} {text}")
        return replace(joined, text=text) if RANK[joined.decision] > RANK[alone.decision] else alone
    return alone


def follows(text: str, before: Said) -> bool:
    """Whether a message asks about the matter before it: short, and naming no matter of its own."""
    recent = before.decision in {"answer", "shown"} and before.ago <= FOLLOWS_WITHIN
    return recent and is_generic(text)


def is_generic(text: str) -> bool:
    """Whether a message asks without naming a matter: alone it is asked back, whatever it resembles."""
    words = plain(text).split()
    return 0 < len(words) <= LONGEST_FOLLOW_UP and set(words) <= GENERIC


def fragment(before: Said) -> bool:
    """Whether what was said before may be the first half of what is said now."""
    return before.decision in {"none", "suggest"} and before.ago <= JOINED_WITHIN


def _followed(content: faq.Content, index: faq.FaqIndex, alone: Understood, entry_id: str) -> Understood:
    """The neighbour that the follow-up points to, or the same entry: its answer holds more than its question."""
    entry = content.entries[entry_id]
    if set(plain(alone.text).split()) - FILLER <= set(plain(entry.question).split()):
        return Understood(alone.text, "answer", matches=(faq.Match(entry_id, SURE),))
    before = {match.id: match.score for match in index.match(entry.question, limit=NEIGHBOURS)}
    joined = index.match(f"{alone.text} {entry.question}", limit=NEIGHBOURS)
    near = {*entry.related, *(other.id for other in content.entries.values() if entry_id in other.related)}
    drawn = [
        match
        for match in joined
        if match.id in near and match.score >= SURE and match.score - before.get(match.id, 0.0) >= DRAWN
    ]
    again = [match for match in joined if match.id == entry_id] or [faq.Match(entry_id, SURE)]
    return Understood(alone.text, "answer", matches=(*drawn[:4], *again))


def looks_asked(text: str) -> bool:
    """Whether a message has the form of a question rather than of a statement."""
    return text.rstrip().endswith("?") or bool(ASKS.search(f" {plain(text)} "))
