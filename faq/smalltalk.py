"""Greetings, thanks and goodbyes: messages that are nothing else."""

import re
from typing import Literal

from faq.fold import fold
from faq.phrases import one_of, word_set

SmallTalk = Literal["greeting", "thanks", "goodbye"]

# Who is spoken to, politeness and softeners: they carry no question of their own.
FILLERS = word_set(
    """
    a ah oi oy nhe nha nhen nhi nghe ne he hi hihi hehe haha voi va da vang uh u um ok roi thoi thi la cac cho cua
    em anh chi ad admin add shop bot ban co chu bac ong ba me may mn moi nguoi ca nha tat minh toi tui to chau cu gia
    con quy phuong ubnd uy nhan dan can bo viet hoa dong hanh tro li nhieu lam rat qua that su xin kinh vay day do nay
    luon ngay hom buoi sang trua chieu dem tot lanh vui ve khoe the y aj ak ui oh o hey b e page team doi ben xinh dep
    lao phap duong moi vao lan dau tien 1 2 3 4 5 6 7 8 9 so xom khu pho chung tap
    """
)
ASKING = word_set(
    """
    hoi chut ti xiu teo ty chuyen dieu viec cau muon can nho nhan giup ho tro tu van duoc khong ai dau
    truc on bet lam phien dang online trong bep giai dap thac mac tin nhan
    """
)
GRATEFUL = word_set(
    """
    vi ve tra loi giup do ho tro thong tin nhiet tinh chu dao nhanh gon du de hieu huong dan tu van biet duoc
    ro nam tin phan hoi tan ly som kip chia se cau xong cung hen hay tuyet voi hai long ung on gi sau se nua
    so much you u kiu ne da het
    """
)
PARTING = word_set(
    """
    hen gap lai sau mai di ve chuc ngu ngon giac mo viec het khi khac luc noi tiep tro nghi ngoi cam phai hoi gi
    nua khong xong off tam chuyen trua toi an com ban hang cho lam hoc don con duoc buon may ban dat manh
    """
)
REASON = re.compile(r"^(?:\w+ ){0,4}(?:vi|ve|da) (?:\w+ ?){1,8}$")
QUESTION = one_of(
    """
    gi, nao, dau, sao, bao nhieu, may gio, duoc khong, co (?:\\w+ ){1,5}khong, the nao, khi nao, muon hoi
    """
)

GREETING = one_of(
    """
    chao, hello, helo, hellu, hallo, halo, hi, hey, alo, aloha, a lo, he lo, good (?:morning|afternoon|evening)
    (?:cho|cho phep|xin) (?:\\w+ ){0,2}hoi, (?:muon|can|xin) (?:duoc )?(?:hoi|tu van|ho tro|giup)
    giup (?:\\w+ )?(?:voi|chut|ti), co ai (?:\\w+ ){0,3}khong, co (?:\\w+ )?(?:o )?(?:do|day|nha) khong
    (?:ad|shop|bot|admin|phuong|can bo|em|anh|chi|ban) oi, oi (?:ad|shop|bot), tro li oi
    nho (?:\\w+ )?(?:tu van|giup|ho tro), ai truc
    """
)
THANKS = one_of(
    """
    cam on, cam ta, camon, c on, da ta, biet on, doi on, mang on, on (?:ad|bot|shop|anh|chi|em)
    thank, thanks, tks, tk you, thks, ths, thx, ty, merci, kamsa\\w*, arigato\\w*, xie xie
    """
)
GOODBYE = one_of(
    """
    tam biet, bye, bai, pai, pp, bb, baibai, bibi, babai, byebye, goodbye, good bye, good night, gut (?:bai|nai), g9
    hen gap(?: lai)?, gap lai (?:\\w+ )?sau, gap sau, chuc (?:\\w+ )?ngu ngon, ngu ngon, see you, see ya
    hen (?:lan|hom|khi|luc|dip|bua) (?:khac|sau)
    """
)
LEAVING = re.compile(
    r"\b(?:xin phep|thoi|chao)\b.*\b(?:di|ve|nghi|thoat|off|out|lui)\b|\b(?:di|ve|nghi|thoat|off|out)\b.*\bchao\b"
)
LONGEST_LEAVE = 12


def smalltalk(text: str) -> SmallTalk | None:
    """What kind of small talk the whole message is; None when it says anything more."""
    folded = fold(text)
    if not folded or QUESTION.search(THANKS.sub(" ", GREETING.sub(" ", folded))):
        return None
    if _goodbye(folded):
        return "goodbye"
    if THANKS.search(folded) and (_only(folded, GRATEFUL) or _with_reason(folded)):
        return "thanks"
    return "greeting" if GREETING.search(folded) and _only(folded, ASKING) else None


def _goodbye(folded: str) -> bool:
    if GOODBYE.search(folded) and _only(folded, PARTING):
        return True
    return LEAVING.search(folded) is not None and folded.count(" ") < LONGEST_LEAVE and _only(folded, PARTING)


def _with_reason(folded: str) -> bool:
    """Thanks for something: "cảm ơn em đã giúp bác làm xong hồ sơ"."""
    before, _, after = THANKS.sub("|", folded, count=1).partition("|")
    return all(word in FILLERS for word in before.split()) and REASON.match(after.strip()) is not None


def _only(folded: str, more: frozenset[str]) -> bool:
    """Whether nothing but fillers is left when every formula is taken out."""
    rest = GREETING.sub(" ", THANKS.sub(" ", GOODBYE.sub(" ", folded)))
    allowed = FILLERS | more | {"xin", "phep", "thoat", "out", "lui"}
    return all(word in allowed for word in rest.split())
