"""Whether a petition looks like what the law does not call one, and whether it is about an official or a leader."""

import re
from typing import Literal

from faq.accused import (
    ABOUT_LEADER,
    ADDRESSED,
    BLAMELESS,
    CORRUPT,
    LEADERS,
    MEANT,
    MISCONDUCT,
    OFFICIALS,
    PERSON_ALONE,
    PRAISE,
    WRONG_OF_LEADER,
)
from faq.phrases import one_of
from faq.report import ASKING, NARRATOR, RHETORICAL
from faq.senses import sensed, senses

Grievance = Literal["complaint", "denunciation", "crime"]

QUESTION_WORDS = senses("đâu nào gi gì mấy hỏi sao")

# What somebody only wants to know, and what shows that it happened to somebody all the same.
MENTIONED = one_of(
    r"""
    <way> (?:<filing> ){0,3}(?:khieu nai|to cao)
    khach(?: hang)? (?:\w+ ){0,2}(?:khieu nai|to cao|doa kien), bi (?:khach(?: hang)? )?(?:khieu nai|to cao)
    (?:duong day nong|so|noi|hom thu|bo phan|muc|kenh) (?:tiep nhan )?(?:khieu nai|to cao|to giac), giai quyet khieu nai
    """,
    way="mau, cach, thu tuc, thoi (?:han|hieu|gian), trinh tu, quy trinh, quy dinh, luat, quyen",
    filing="giai quyet, nop, lam, viet, gui, don, ve",
)
HAPPENED = one_of(
    r"""
    hom (?:qua|nay|no|kia|truoc), (?:dem|toi|sang|chieu|trua|tuan|thang) (?:qua|nay|truoc|\d+), vua (?:bi|moi|roi|xong)
    \d+ (?:trieu|nghin|tram|ti|dong|cay|chi|chiec|cai|xe), luc \d+ (?:gio|h), \d+ gio, so \d+, ngay \d+
    bi mat (?:\d+|het|sach)
    """
)

# Khiếu nại: against a decision or an act of the administration concerning oneself (Luật Khiếu nại 2011, Điều 2).
COMPLAINING = one_of("khieu (?:nai|lai|kien), khoi kien, kien (?:quyet dinh|uy ban nhan dan|phuong)")
STATE = one_of(
    r"""
    quyet dinh, (?:xu |bi |viec |ra |muc )phat, phat (?:\w+ )?(?:hanh chinh|oan|sai|toi|em|quan), xphc, bien ban
    cuong che, thu hoi, tich thu, tam giu, (?:chi cuc|co quan|can bo|an dinh|truy thu|doi) thue, giay phep, dkkd
    dinh chi, giai toa, den bu, can bo, cong chuc, uy ban nhan dan, uy ban, nha nuoc, ket luan, doan kiem tra
    thanh tra, so do, dat dai, trat tu do thi, quan li thi truong, thao (?:do|mai), chu tich
    """
)
PRIVATE = one_of(
    r"""
    ngan hang, bank, vietcombank, agribank, bidv, vietinbank, dien luc, evn, tien dien, so dien, hoa don dien
    nuoc sach, cap_? nuoc, tien nuoc, shopee, lazada, tiktok, san (?:thuong mai|giu|tmdt), facebook, zalo, grab
    shipper, giao hang, buu (?:dien|cuc), nha mang, vnpt, viettel, fpt, mobifone, mang (?:cham|yeu|internet|lag|mat)
    wifi, bao hanh, ben ban, bao hiem(?! xa hoi), nha cung cap_?, chu nha, may pos, momo, vi dien tu, tong_? dai, ghtk
    ghn, vnpay, chu dau tu
    """
)
DECIDED = one_of(
    r"""
    quyet dinh(?! nghi| mo| chuyen| mua| dong cua| ban), bien ban (?:\w+ ){0,3}(?:phat|vi pham|nay|sai), cuong che
    (?<!khong )bi (?:lap bien ban|xu phat|phat), tich thu, tam giu, niem phong, an dinh(?: thue)?, truy thu, dinh chi
    (?:phuong an|muc|gia|tien) (?:boi thuong|den bu), thu hoi dat, giai toa, (?:rut|thu hoi|tuoc) (?:giay|dkkd|phep)
    ket luan (?:kiem tra|thanh tra|xac minh), (?:viec|lenh) phat, (?<!bi )phat (?:oan|sai), ra quyet dinh
    thong bao (?:nop|thue|phat|truy|thu hoi), (?:tu choi|khong) (?:cap_?|gia han) (?:giay|phep|dkkd|dang ki|so|lai)
    phat (?:quan|nha|tiem|cua hang|toi|em), (?:tu choi|khong nhan|tra lai) (?:\w+ ){0,3}ho so dang ki
    (?:lenh|bat|buoc|yeu cau) (?:\w+ ){0,3}(?:thao do|dep bo|di doi|dong cua quan), bien ban ghi
    (?:do thi|phuong|doan|cong an) (?:\w+ )?(?:do|thao|dep|pha|cat|hot) (?:mat |bo )?(?:mai|bien|nha|sap|bat|hang|do)
    """
)
CONTESTED = one_of(
    r"""
    khong (?:he |the )?(?:dong (?:y|i|tinh)|phuc|chap nhan|nhat tri|thoa dang|cong nhan|tam phuc|thuyet phuc|cong bang)
    <ask> (?:\w+ ){0,7}(?:huy|thu hoi|rut) (?:bo )?(?:lai )?(?:quyet dinh|bien ban|lenh|thong bao|viec|an phat)
    <ask> (?:\w+ ){0,3}(?:huy|huy bo|thu hoi lai|tra lai (?:hang|xe|tai san|do))(?! muc), <ask> tra lai(?! tien)
    xem (?:xet )?lai (?:\w+ ){0,2}(?:quyet dinh|bien ban|viec phat|muc phat|thong bao|ket luan), phan doi, phan bac
    (?<!khong bi phat )(?<!khong bi )oan(?! nam), trai (?:luat|phap luat|quy dinh|phep|tham quyen), bat cong
    sai (?:luat|nguoi|doi tuong|su that|quy trinh|tham quyen|quy dinh|dia chi|chu the), (?<!hoi )vo (?:li|can cu)
    khong (?:co )?can cu, <act> (?:la )?sai, <act> (?:\w+ ){0,7}la sai
    khong dung (?:nguoi|doi tuong|doanh thu|luat|quy dinh|su that), (?:khong|co) (?:he )?vi pham (?:gi|dau|ma)
    (?:khong|co) (?:lam (?:gi )?)?sai(?: gi)?, dung su that, khong ki, doi xem (?:xet )?lai
    (?:con han|day du|hop phap)(?! thuoc), yeu cau (?:\w+ ){0,4}xem (?:xet )?lai
    """,
    ask="yeu cau, de nghi, kien nghi, xin, doi, mong, phai, nho",
    act="phat, quyet dinh, truy thu, tinh, xu, thue, tam giu, tich thu, thong bao \\w+ \\w+",
)
UNRECORDED = one_of(r"phat (?:\w+ ){0,6}khong (?:\w+ ){0,2}(?:bien ban|quyet dinh)")

# Tố cáo: tells of somebody's breach of the law (Luật Tố cáo 2018, Điều 2).
DENOUNCING = one_of("to cao, vach (?:tran|mat), boc tran, phoi bay, lam don to")
# Tố giác, tin báo về tội phạm (Bộ luật Tố tụng hình sự 2015, Điều 144).
REPORTING = one_of("to giac, tin bao toi pham, trinh bao, bao an, (?:mong|nho|de nghi) cong an (?:\\w+ )?dieu tra")
CRIME = one_of(
    r"""
    (?<!do )(?<!xa )(?<!chong )trom(?! via| nghi), (?:lay|an|danh) cap, mat cap(?! quang| mang| dien| truyen)
    ke (?:gian|cuop|trom|xau|la mat|bien thai|bat luong), lay mat (?:\w+ )?(?:xe|tien|do|hang|dien thoai|may|tui|vi)
    bi mat (?:xe|vi|dien thoai|laptop|may|do|vang|tai san|\d+), mat (?:xe may|dien thoai|laptop|ket|dong ho)(?! giay)
    moc tui, rach tui, dot nhap, cat khoa, bao ke, (?:pha|cay|be) (?:khoa|cua|ket)(?! hang)
    (?:ket|tu|cua|khoa) (?:\w+ )?bi (?:cay|pha|be), cuop(?! khach| moi| cong)
    giat (?:day chuyen|tui|dien thoai|xe|vong|mat), bi (?:\w+ ){0,3}lua(?! chon), (?:no|bon|ke|chung|chac) (?:bi )?lua
    lua (?:dao|tien|chuyen|coc|mat (?:\d+|tien)|lay|khach|toi|em|nguoi|\d+), bip, chiem doat, bi hack, (?:vo|giat) hui
    (?:gia|mao) (?:danh|mao), xung la (?:\w+ ){0,8}(?:tien|chuyen|otp|ma)
    hack (?:tai khoan|facebook|fb|zalo|page|mat), (?:coc|chuyen) (?:\w+ ){0,8}(?:block|chan|bien mat|khoa may)
    chiem (?:quyen )?(?:tai khoan|page|facebook|zalo), (?:rut|mat) (?:sach|trom) (?:\w+ ){0,2}(?:tien|\d+|tai khoan)
    rut het (?:\w+ )?(?:tien|\d+), da_? cap_? (?:lua|tra hinh), tong tien, cuong doat
    khong che (?:nhan vien|chu|toi|em|khach|bao ve|nguoi), uy hiep, bat (?:coc|giu nguoi), giam long, ma tuy
    thuoc (?:lac|phien), hut chich, tiem chich, can sa, kim tiem doa, bong cuoi, tien bao ve
    (?:hit|choi|dap|ban) (?:ke|hang da|hang trang|keo|da_?)(?! cho| xay| lat| moi), phe thuoc, ngao da, bay lac
    dau gau, (?:dot|ban|buon|tang tru|kho|no|che) phao, phao (?:no|lau), (?:khau|cam|tang tru|rut|bang|co) sung
    sung (?:tu che|hoa cai|dan|quan dung), hung khi, luu dan, cam (?:dao|gay|ma tau|kiem|tuyp), hanh hung, giang ho
    danh (?:nhan vien|toi|vo|chong|con|khach|chu|me|bo|bao ve|tho|dap|gay|nhau|hoi dong|nguoi|ban gai|ban trai)
    danh em (?:toi|gay|bi|chay|ngat), bi (?:\w+ ){0,2}danh(?! gia| thue| dau| mat), dam (?:bi thuong|chet|nguoi)
    (?<!chat )chem(?! gia| khach| dep| gio), dam vao (?:bung|mat|nguoi|dau|lung|nguc), (?:no|han) dam, gay thuong tich
    dap (?:\w+ ){0,3}vao (?:dau|mat|nguoi), con do (?:hung han|keo|den|vao), xa hoi den, huy hoai, de doa, bi doa
    (?:dap|pha|dot) (?:pha |hoai |vo )?(?:quan|tiem|xe|do dac|do|tai san|kinh|o to|tu|ban ghe|bien hieu|cua hang|sap)
    doa(?! danh gia| kien| bao| nghi| dong| se| doi), doi no (?:thue|kieu), nang lai, khung bo, bon doi no
    (?:nem|tat|do|hat|xit) (?:son|mam tom|chat ban|axit|phan|xang), tin dung den, lai (?:suat )?cat co, danh bac
    co bac, (?:ghi|danh|choi) (?:lo_? |so )?de(?! tai| nghi| xuat), ca do (?:bong|bac|tien|an|the thao), ca cuoc
    song bac, xoc dia, da ga, ban dam, mai dam, chua (?:chap|gai), dam o, sam so, hiep dam, bi hiep
    cuong (?:hiep|dam), (?:leo|treo) (?:tuong|rao|mai|cong) (?:\w+ ){0,3}(?:lay|trom|vao kho|vao nha), cuom
    cam (?:\w+ )?chay, rut dao, <villain> (?:\w+ ){0,6}<harms>, so mo, bien thai, khoe than, quay roi tinh duc
    gai goi, lan tap, mua ban nguoi, buon (?:nguoi|lau), tien gia
    (?:om|lay|cuom|cam) (?:\w+ ){0,5}(?:bo tron|tron mat|bien mat|cao chay), toi pham, xin deu (?:\w+ ){0,5}doa
    (?:lay|dung|an cap) (?:\w+ ){0,5}(?:can cuoc|cccd|cmnd|thong tin) (?:\w+ ){0,4}vay, siet no, dau doc, dua xe
    (?:san xuat|pha che) (?:\w+ ){0,3}gia(?! ca| re| cao| tang| tri| dinh| thanh), bao hanh (?:tre|nguoi), bao luc
    """,
    villain="""
        bon (?:no|giang ho|xa hoi|con do|chung|thanh nien), nhom (?:la|thanh nien|nguoi|con do), may dua, tui no, ke la
        thanh nien, con nghien, nguoi la, doi tuong, chu no, thang nghien
    """,
    harms="""
        lay(?: mat| cua| tien| trom), danh, dap, nem, chan (?:cua|duong|danh|xe), chay mat, tron, pha, dot
        thu (?:tien|cua)
        ep (?:toi|em|ki|mua|nop|dua), ki giay no, xin tien, gay (?:su|roi), keo den
    """,
)
# A wish for order in general: nobody and nothing in particular is reported.
GENERAL = one_of(
    r"""
    tinh trang, nan (?:trom|moc|cuop|lua|co bac|ma tuy|tin dung|danh bac|cho vay|bao ke), van nan, tang cuong
    (?:phong|de phong|phong ngua|phong chong|phong tranh|chong|ngan chan|tranh) (?:\w+ )?<crime>
    thu doan, chieu (?:tro|lua)
    (?:hay|thuong|hay bi|thuong xuyen|so|lo|de) (?:xay ra |bi )?(?:mat )?(?:trom|mat cap|cuop|lua|moc tui), tuan tra
    tuyen truyen, pho bien, canh bao, (?:lap|gan) (?:them )?(?:camera|den), an ninh, tap huan, trom cap nhieu, cac vu
    nhieu (?:trom|vu|doi tuong)
    """,
    crime="trom, cuop, trom cap, lua dao, ma tuy, co bac, toi pham, danh bac, hang gia, moc tui, bao ke, te nan",
)

NO_QUESTION = one_of(
    """
    noi (?:chuyen )?trong khong, an khong, muon nhanh thi phai, trang tay khong, co tinh, (?:deu|van|ma) khong
    (?:hoa don|ke khai) khong, (?:mau|dau|bi) dau$
    """
)
NEAR = 9


def grievance(text: str) -> Grievance | None:
    """What a petition looks like instead: khiếu nại, tố cáo, or a report of a crime; a suggestion, people decide.

    None for a plain petition, for a question about the procedure and for a wish for order in general.
    """
    said = MENTIONED.sub(" . ", sensed(text, MEANT))
    if _only_asked(text, said):
        return None
    if DENOUNCING.search(said):
        return "denunciation"
    if _complains(said):
        return "complaint"
    return _offence(said)


def is_about_official(text: str) -> bool:
    """Whether the text tells of the conduct of an official, a public employee or a leader: such a case is protected."""
    said = _unaddressed(text)
    if _asks(text) and not HAPPENED.search(said):
        return False
    wrongs = (MISCONDUCT, CORRUPT, DENOUNCING)
    if is_about_leader(text) or any(_near(OFFICIALS, wrong, said) for wrong in wrongs):
        return True
    return PERSON_ALONE.search(BLAMELESS.sub(" . ", said)) is not None


def is_about_leader(text: str) -> bool:
    """Whether the text tells of the conduct of a leader of the ward: the city deals with it.

    The head of an authority is dealt with one level above (Luật Tố cáo 2018, Điều 12 and 13).
    A leader who is only written to does not count, nor does a decision that he signed: a first complaint against it
    is dealt with by himself (Luật Khiếu nại 2011, Điều 17).
    """
    said = _unaddressed(text)
    if _asks(text) and not HAPPENED.search(said):
        return False
    wrongs = (MISCONDUCT, CORRUPT, WRONG_OF_LEADER)
    return ABOUT_LEADER.search(said) is not None or any(_near(LEADERS, wrong, said) for wrong in wrongs)


def _unaddressed(text: str) -> str:
    return PRAISE.sub(" . ", ADDRESSED.sub(" . ", sensed(text, MEANT)))


def _asks(text: str) -> bool:
    plain = NO_QUESTION.sub(" ", RHETORICAL.sub(" ", sensed(text, QUESTION_WORDS)))
    return ASKING.search(plain) is not None


def _only_asked(text: str, said: str) -> bool:
    return _asks(text) and not HAPPENED.search(said) and not _own_matter(said)


def _own_matter(said: str) -> bool:
    """Whether somebody names a matter of his own, even if only to ask where to file it."""
    denounced = DENOUNCING.search(said) and CORRUPT.search(said)
    matter = denounced or (COMPLAINING.search(said) and DECIDED.search(said))
    return matter is not None and NARRATOR.search(said) is not None


def _complains(said: str) -> bool:
    if COMPLAINING.search(said):
        return STATE.search(said) is not None or not PRIVATE.search(said)
    contested = DECIDED.search(said) and CONTESTED.search(said)
    return contested is not None or UNRECORDED.search(said) is not None


def _offence(said: str) -> Grievance | None:
    if REPORTING.search(said):
        return "crime"
    if CORRUPT.search(said):
        return "denunciation"
    if not CRIME.search(said) or (GENERAL.search(said) and not HAPPENED.search(said)):
        return None
    return "crime"


def _near(first: re.Pattern[str], second: re.Pattern[str], said: str) -> bool:
    """Whether both occur with fewer than NEAR words between them."""
    there = [found.span() for found in second.finditer(said)]
    return any(_words_between(said, found.span(), span) < NEAR for found in first.finditer(said) for span in there)


def _words_between(said: str, one: tuple[int, int], other: tuple[int, int]) -> int:
    early, late = sorted((one, other))
    return len(said[early[1] : late[0]].split())
