"""Lists of word patterns, written as people read them; classes of words, and what sets a message apart from news."""

import re

NOT_FOLLOWED_BY = re.compile(r"\(\?!([^()]*)\)")


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def one_of(alternatives: str, **classes: str) -> re.Pattern[str]:
    """A pattern that finds any alternative as whole words; <name> stands for any phrase of the class `name`.

    Alternatives are parted by a comma and a blank or by line ends; so are the phrases of a class.
    What must not follow, (?! this| that), is whole words too.
    """
    named = {name: "|".join(_parted(phrases)) for name, phrases in classes.items()}
    whole = NOT_FOLLOWED_BY.sub(r"(?!(?:\1)(?!\\w))", "|".join(_parted(alternatives)))
    return re.compile(rf"(?<!\w)(?:{re.sub(r'<([a-z]+)>', lambda found: f'(?:{named[found[1]]})', whole)})(?!\w)")


def _parted(phrases: str) -> list[str]:
    parts = [part.strip(" ,") for line in phrases.splitlines() for part in line.split(", ")]
    return [part for part in parts if part]


# Who and what takes part in an emergency.
CLASSES = {
    "who": """
        nguoi(?: ta| nha| la| di duong)?, toi, t, em, minh, chau, con, be, tre(?: em| con| nho)?, khach, nhan vien, tho
        cong nhan, ong, ba, bac, chu, co, anh, a, chi, chong, vo, vk, ck, me, bo, hang xom, bao ve, dua, thang, hoc sinh
        shipper, nan nhan, cau, cu, nhau, chung toi, no, gai, trai, con dau, mn, moi nguoi, ca nha, nhieu nguoi
    """,
    "child": """
        con, chau, be, tre, em be, chau be, thang be, con be, be gai, be trai, dua be, dua tre
    """,
    "villain": """
        no, bon, bon no, thang, may thang, dua, may dua, ten, chung, chung no, han, nhom, toan, dam, lu, ke, chong
        con do
        giang ho, thanh nien, doi tuong, ke la, nguoi la, cuop, xa hoi den, chu no, bon chung
    """,
    "weapon": """
        dao, con dao, ma tau, sung, riu, tuyp(?: sat)?, ong tuyp, hung khi, vo chai, bom xang, dui cui, luu dan
        hang nong
    """,
    "tool": """
        kiem, bua, gay(?: gay| goc| bong chay)?, chai, gach, bom, keo, phong(?: lon)?, cuoc, kim tiem, can xang, ong sat
        thanh sat, xang, da, ghe
    """,
    "vehicle": """
        xe(?: may| tai| con| khach| bon| ben| dap| dien| dau keo| cong(?: nong)?)?, oto, o to, container, tau(?: hoa)?
        may xuc, xe nang, cong ten no, thuyen, ghe, do, xuong may
    """,
    "house": """
        nha, quan, kho, cho, xuong, tiem, cua hang, ki ot, kiot, bep, can, phong tro, nha tro, tang, chung cu, khach san
        nha xuong, karaoke, bai xe, bai, rung, bai rac, tro, shop, sap, gian hang, day tro, khu tro, nha hang, nha nghi
        nha kho, cong ti
    """,
    "tank": """
        (?:binh|bon|vo) (?:ga|gas|hoi|oxi|khi|nong lanh|dien|khi nen), ga, gas, noi hoi, noi ap suat, noi nau, tram dien
        tram bien ap, bien ap, may nen(?: khi)?, binh, bep(?: ga| gas)?, lo, lo hoi, pin, ac quy, can xang, bon xang
    """,
    "done": """
        roi, rui, r, oi, voi, qua, lam, kia, ne, day, luon, to, lon, ngay, cuu, nhanh, gap, co nguoi, !
    """,
    "part": """
        tay, ngon tay, ban tay, chan, dau, bung, nguc, lung, co, mat, tai, mom, mieng, mui, gan, nguoi, canh tay
        cang chan
    """,
    "building": """
        nha, tuong, buc tuong, gian giao, mai(?: ton| nha| hien| cho)?, cong trinh, tran(?: nha)?
        cay(?: xanh| to| co thu)?, cot(?: dien)?, cau(?: thang)?, bien(?: hieu| quang cao)?, can nha, ham, ban cong
        thang may, can cau, cau treo, rap, san khau, ke hang, nen, nen nha, ham lo
    """,
}  # fmt: skip

# Messages that ask about a rule, suppose, remember or ask; and what marks the present moment.
ABOUT_RULES = one_of(
    r"""
    quy dinh, thu tuc, dang ki, ho so, giay (?:phep|to|chung nhan), xin giay, bao hiem, muc phat, bi phat, xu phat
    phat (?:bao nhieu|gi|the nao|nang), bao nhieu tien, tap huan, dien tap, tham duyet, nghiem thu, boi thuong, den bu
    mua o dau, co (?:phai|duoc|can|bat buoc|mat), bat buoc, trach nhiem, la gi, thi sao, lap dat, trang bi, hop dong
    huong dan (?:\w+ )?(?:cach|phong), de phong, phong (?:tranh|ngua), lam sao de
    cach (?:nao )?(?:de|phong|xu li|thoat), so dien thoai (?:cua )?(?:cong an|cuu hoa|cuu thuong|cap cuu)
    goi (?:\w+ )?mat (?:tien|phi), giam thue, mien thue, tuyen, gia bao nhieu, lop \w+, binh cuu hoa, hoc boi, day boi
    quang cao, lop day, toi gi, ho tro (?:gi|thiet hai), ki nang, so cuu, tap so cuu, (?:lop|khoa|bai) hoc
    binh chua chay, y nghia, giam dinh, tro cap, che do, bao nhieu
    """
)
SUPPOSED = one_of(
    r"""
    neu, nho may, lo (?:may|ma|nhu|xay|co|bi|chay|dau), gia su, truong hop, phong khi
    khi (?:co|xay|gap|bi|xa|chay|ngo|khach|nhan vien), ngo nho, vi du, gia nhu, sau nay, luc (?:xay|gap)
    so (?:bi |xay |co |no |bon no )?(?:chay|cuop|danh|trom|no|dien|dap|pha|tai nan), nguy co
    co the (?:bi |xay |gay )\w+, xay ra (?:\w+ ){0,4}thi
    (?:tranh|chong|ngua) (?:bi |de |xay )?(?:trom|cuop|chay|tai nan|no|ro), khoi bi, khong de, chang may, moi khi
    mo thay, mo, de xay ra
    """
)
PAST = one_of(
    r"""
    hom (?:qua|no|truoc|kia|bua|roi), bua (?:truoc|no|qua), ngay_ (?:truoc|no|qua), ngay truoc$
    (?:tuan|thang|nam|dot_?|lan|dem|vu|ki|dao_?) (?:truoc|ngoai|no_|qua|roi), (?:tuan|thang|nam|dot|dao) no
    (?:thang|nam) (?:\d+|ngoai), ngay_? xua, hoi (?:truoc|nam|xua|thang), truoc (?:day|kia), da tung
    tung (?:bi|co|xay), sau_? (?:khi|vu|dam_?|tran), vu (?:chay|cuop|tai nan|no|danh), doc bao
    xem (?:tin|tivi|tv|phim|thoi su), nghe (?:noi|ke|tin|dai), thoi su, tren (?:mang|bao|phim|tivi)
    (?:\d+|may|vai) (?:hom|ngay_|tuan|thang|nam) (?:truoc|roi|nay), (?:dap tat|dap|tat) (?:duoc )?(?:xong|roi)
    (?:\d+|may|nhieu|hai|ba) lan (?:trong|roi|lien|nay), moi (?:dem|ngay|tuan|thang), hang (?:dem|ngay|tuan|thang)
    an toan roi_?, het chay, (?:toi|dem|chieu|sang) qua, da (?:bat duoc|giai quyet|dap tat)
    """
)
NOW = one_of(
    r"""
    dang, vua, moi, bay gio, luc nay, ngay (?:bay gio|lap tuc|luc nay|di|voi|len|gio), (?:den|toi|ra) ngay
    gap(?! cuop| hoa| ai| can| su| tai| phai| chay| trom| kho| nguoi), khan cap, nhanh (?:len|voi|di|nhe|ho|giup|a)
    mau (?:len|mau|di), \w+ voi(?= [!.]|$), troi oi, oi (?:troi|gioi), gioi oi, lam on, hien (?:tai|gio)
    (?:to|lon|nhieu|du) (?:lam|qua), du doi, keu cuu, roi (?:lam sao|lam gi|goi|sao|a|ad|oi), !
    """
)
ASKED = one_of(
    r"""
    (?:nhu )?the nao, ra sao, lam sao, lam gi, phai lam, (?<!ro )o dau, bao nhieu, bao lau, khi nao
        co (?:bi|phai|duoc|gi)
    duoc khong, phai khong, khong a, ai (?:den|boi thuong|chiu|tra), bao (?:ai|cho ai|o dau|dau|so nao), ai xu li, nao
    (?<!biet )gi, hay (?:goi|la|phai), khong \?, \?
    co(?! ai) (?:[\w.]+ ){1,8}(?:khong|chua)(?: (?:a|vay|nhi|em|ad|shop|anh|chi|bac|the))*$
    """
)
CONDITION = one_of(
    r"""
    (?<!gio )(?<!roi )(?<!day )(?<!vay )(?<!the )thi (?:goi|bao|phai|lam|xu|trinh|den|ai|sao)
    (?<!gio )(?<!roi )(?<!day )(?<!vay )(?<!the )thi (?:the|co|bi|chu|duoc|nen|can|lien|hoi)
    """
)
WHOM_TO_CALL = one_of(
    """
    goi (?:ai|so nao|so may|dau|cho ai)(?! thi| de| khi), lam (?:sao|gi|the nao) (?:gio|bay gio|day|vay|ad), so may
    giup, so nao nhanh
    """
)
STILL_ON = one_of(
    r"dang (?:chay|danh|chem|cuop|dap|cam|doa|boc|no|xi|dam|keu|ket|hap hoi), cuu (?:voi|toi|em), chay (?:roi|to|lon)"
)
FIGURATIVE = one_of(
    r"""
    (?:vi|voi|boi|trong|giua) (?:\w+ )?(?:gia|thue|chi phi|hoa don|doi thu)
    (?:vi|voi|boi|trong|giua) (?:\w+ )?(?:so sach|giay to|muc phat|thi truong|lai suat|app)
    """
)
NO_LIFE_AT_STAKE = one_of(
    """
    otp, ma xac (?:nhan|thuc), tai khoan, chuyen khoan, chuyen tien, lua dao, hack, facebook, fb, zalo, mat khau, app
    link, may in, may tinh, du lieu, hoa don, to khai, homework, ho so, nop, thue, han, han chot, deadline, wifi, von
    e, no tien, giay, ke khai, phan mem, dang nhap, page, shop, don hang, khach hang, doanh so, doanh thu, mang, e am
    mat bang, dang ki, bai (?:nay|tap), web, vneid, dich vu cong, so sach, hop dong, vay, lai suat, phi, ton kho, gia
    """
)
# Calls for help: they count unless what is lost is money, an account or a thing.
PLEA = one_of(
    r"""
    ^cuu$, cuu (?:voi|toi|em|minh|nguoi|chau|me|bo|ho|nha|mang|gap|t|\w+ voi), keu cuu, help[ !]*$, sos, help me[ !]*$
    (?:goi|bao|can|cho|xin|dieu) (?:\w+ ){0,2}(?:xe )?<rescue> (?:\w+ ){0,4}(?:ngay|gap|giup|voi)
    (?:goi|bao|can|cho|xin|dieu) (?:\w+ ){0,2}(?:xe )?<rescue> (?:\w+ ){0,4}(?:nhanh|di|den|ho|khan)
    (?:goi|bao|can|cho) (?:giup|ho|ngay|gap|nhanh|dum) (?:\w+ ){0,3}<rescue>
    (?:can|goi|keu|cho) (?:xe )?<rescue>[ !]*$, cap cuu(?: (?:ngay|gap|voi|nhanh|khan|!)|$)
    """,
    rescue="11[345], cong an, canh sat, cap cuu, cuu hoa, cuu thuong, cuu ho, cuu nan",
)
