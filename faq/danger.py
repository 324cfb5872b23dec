"""Whether a message tells of life in danger right now: fire, gas, violence, robbery, accident."""

from faq.phrases import one_of
from faq.senses import sensed

# The spellings that mean harm, for words whose other spellings do not.
HARMFUL = {
    "chay": {"cháy"}, "dam": {"đâm", "đấm"}, "no": {"nổ"}, "dao": {"dao"}, "giat": {"giật"}, "trom": {"trộm"},
    "mau": {"máu"}, "danh": {"đánh"}, "cuop": {"cướp"}, "ban": {"bắn"}, "sung": {"súng"}, "khoi": {"khói"},
    "lua": {"lửa"}, "doa": {"dọa", "doạ"}, "dap": {"đập", "đạp"}, "giet": {"giết"}, "chet": {"chết"}, "nga": {"ngã"},
    "ngat": {"ngất"}, "tong": {"tông", "tống"}, "dung": {"đụng"}, "cuu": {"cứu"}, "xi": {"xì"}, "ro": {"rò"},
    "hoa": {"hỏa", "hoả"}, "ket": {"kẹt"}, "duoi": {"đuối"}, "mui": {"mùi"}, "chap": {"chập"}, "sap": {"sập"},
    "hiep": {"hiếp"}, "ngo": {"ngộ"}, "kho": {"khó"}, "dot": {"đốt", "đột"}, "tho": {"thở"}, "can": {"cắn", "cán"},
    "tu": {"tự", "tử", "từ"}, "khong": {"không", "khống"}, "ngay": {"ngay"}, "roi": {"rồi", "rơi"},
}  # fmt: skip

# Taken out first: these hold the same words and mean no harm. A stroke after a word: its marks say so.
HARMLESS = one_of(
    r"""
    (?:phong|chua|pccc) (?:chong )?chay(?: (?:va )?(?:chua|no)(?: chay)?)?(?: cuu nan| cuu ho)?, chong chay(?: no)?
    chay no, bao chay, chuong chay, de chay, dap chay, thoat (?:nan|hiem), bao hiem(?: \w+){0,3}
    (?:hang|don|ve|tui|vi|gia|mua|deal|sale|tien|quy|san pham|mon) (?:dang |bi |het )?chay(?! nha| kho| cho| quan)
    (?:hang|san pham|mon|don)(?: \w+){1,3} (?:dang |ban )?chay(?: hang| lam)?$
    (?:tien|quy|san pham|mon) (?:\w+ )?(?:\w+ )?(?:dang )?chay(?! nha| kho| cho| quan| to)(?: (?:deal|may|khet))?
    chay (?:hang|tui|ve|don|deal|may|pho|mang|nang|giao|khach|quang cao|ads|qc|bo|grab|ship|be|shopee|app|thi|dua)
    chay (?:viec|viet|thu|phan mem|chuong trinh|fb|face|facebook)
    chay (?:truong|an|thue|bang|chot|doanh so|du an|ho so|giay to)
    chay (?:lai|theo|tron|di cho|cham|nhanh|nuoc|web|su kien|khuyen mai|hop dong|so|chi tieu|muot|on dinh)
    chay xe (?:om|cho|cong nghe|grab|ba gac)
    (?:quan|an|do|com|bun|pho|mam|lau|banh|thuc pham|nha hang|tiec|chao|buffet|nem|gio|suat|hu tieu) chay(?: \w+)?
    (?:may|phan mem|he thong|app|web|mang|may tinh|ung dung|nuoc|tien) (?:\w+ )?(?:van |dang |khong |khong the )?chay
    danh (?:gia|thue|may|van|dau|so|rang|bat|mat|roi|lua|doi)
    danh (?:bong|vao|gon|cuoc|bai|de|dan|giay|ghen|tieng|tron|luoi|ca)
    danh (?:manh|nhan|ban|hang|phan|xuat|dong|ket|cau|gan|game|chu), bi danh (?:thue|gia|gay|tut|truot|dong)
    cuop (?:khach|moi|mat|thuong hieu|cho|hang|dia diem|cong)
    cuop (?:ten|tai khoan|cong ti|co|hop dong|don|nguoi yeu|nick|page)
    cuop (?:dien dan|thi truong|suat|phan|y tuong|bai), (?:(?:nhu|gia|thue|phi) (?:\w+ )?)?an cuop
    chem (?:gia|gio|dep|khach|chac), (?:gia|khach) (?:\w+ )?chem
    dam (?:bao|dau|ra|me|don|nham|cuoi|tang|gio|dong|phan|phat|nhan|nhiem), bao dam
    no (?:don|hu|ro|luc|le|nan|hoa don|tien|thue|xau|ngan hang|may), bung no, bua no
    (?:lanh|giao|chi|dia|dinh|hai|chu|thuc|dan) dao, dao (?:tao|duc|dien|nguoc|han|cua so|pho|mat)
    giat (?:minh|lag|la|ui|gan|do|say|gi|giu|kho|vai|quan ao|may)
    (?:mang|may tinh|may pos|wifi|app|man hinh) (?:\w+ )?giat, may giat(?! tui| do| lay| dien| vi)
    lua (?:dao|chon|dam|doi|tren mang), bi lua, tai nan lao dong, ban (?:dao|keo)
    sung (?:nuoc|ban keo|dien tu|do choi|ban ma|quet|bong), (?:sung|dao) (?:lam bep|bep|keo|cat)
    chet (?:may|app|mang|tien|that|doi), giet (?:thi truong|thoi gian), thoi (?:em|toi|anh|minh) chet
    (?:do|xa|hut|cau|chup|quay|nghe|lay|an|hoc) trom
    cap cuu (?:cai |con |ho |giup )?(?:may|du lieu|don|shop|laptop|page|web)
    (?:phim|game|truyen|bai hat|tro choi) (?:\w+ ){0,4}(?:danh|ban|giet|cuop|chem)(?: nhau)?, \w+_
    """
)
HAPPENING = one_of(
    r"""
    (?:dang|vua|bi|moi|boc|phat|lai|da|bat dau|co|dam|sap) chay, (?:co )?chay[ !]*$, ^chay\W, \. chay [!.]
    chay (?:roi|nha|to|lon|kho|bep|quan|cho|xuong|rung|chung cu)
    chay (?:phong|lan|ruc|du|khung|ki ot|kiot|cua hang|tiem|o|ngay)
    (?:set danh|danh) chay, chay mai, chay (?:ben|tren|trong|sat|tang|lam|qua|tram|cot|day|dien|xe)
    chay (?:oto|sap|canh|gan|gas|ga|binh|voi|oi|chay|hang xom|den)
    hoa hoan, phong hoa, boc (?:khoi|lua), khoi (?:boc|den|mu|nghi ngut|day|um|ra|cuon), mui khet, khet let
    lua (?:boc|chay|lan|ruc|to|ngun|da|tum|bung), ngon lua, ben lua
    lua (?:ben|da ben|liem)(?: \w+){0,2} (?:sang|len|vao|toi), bat lua, chap (?:dien|chay|day)
    dot (?:nha|quan|cho|cua hang|xe|kho|tiem), (?:tuoi|tat|do|he) xang
    no (?:binh|ga|gas|noi|lon|to|tung|roi|dien|tram|bong|lop|lo|bom|kho), phat no, tieng no, vua no, bi no
    (?:binh (?:ga|gas)|ga|gas|noi hoi|noi ap suat|tram dien|tram bien ap|bien ap|may nen|binh|bep) (?:bi |vua )?no
    (?:binh (?:ga|gas)|ga|gas|noi hoi|noi ap suat|tram dien|tram bien ap|bien ap|may nen|binh|bep) (?:da )?no
    (?:binh (?:ga|gas)|ga|gas|noi hoi|noi ap suat|tram dien|tram bien ap|bien ap|may nen|binh|bep) (?:phat |moi )?no
    (?:xi|ro|ro ri|thoat) (?:khi )?(?:ga|gas), (?:ga|gas|khi gas|binh) (?:\w+ )?(?:xi|ro|ro ri|thoat)
    (?:ga|gas) (?:\w+ ){0,3}(?:xi|ro ri)(?! nghiep), mui (?:khi )?(?:ga|gas), (?:ga|gas) (?:boc mui|nong nac|phi)
    cam (?:\w+ )?(?:dao|hung khi|gay|kiem|ma tau|sung|phong|riu|cuoc|tuyp|bua|bom|ong sat|chai)
    (?:vac|rut|vung|di|ke|ru|mang|xach|thu|giau|co|lia|dung|gio) (?:\w+ )?(?:dao|kiem|hung khi|riu|ma tau|sung|tuyp)
    dao (?:doa|di|ke|chem|dam|xong|vao|duoi|rua|phay), ma tau, hung khi, hanh hung, con do, giang ho, dau gau
    (?:doa|de doa|doi|hua) (?:\w+ )?(?:giet|chem|dam|danh|dot|pha|xu|ban|cat co|thit), de doa, khung bo
    chem (?:nhau|nguoi|chet|loan|bi|toi|em|chong|vo|bao ve|nhan vien|khach|bac|ong|ba|anh|chi|no|lia)
    (?:bi|dang|vua|doi|duoi|no|dinh) (?:\w+ )?chem, duoi (?:chem|danh|theo)
    dam (?:nhau|nguoi|chet|bi|toi|em|chong|vo|bao ve|nhan vien|khach|trong thuong|vao (?:bung|nguoi|co))
    dam (?:nhau|nguoi|chet|bi|toi|em|chong|vo|bao ve|nhan vien|khach|trong thuong|vao (?:lung|tay|toi|em))
    (?:bi|vua|dang|doi|dinh) (?:\w+ )?dam
    danh (?:nhau|nguoi|lon|dap|hoi dong|toi|em|chong|vo|con|bao ve|nhan vien|khach|chu|bac|ong|ba|anh|chi|chau|tre|no)
    danh (?:chet|chay mau|tui|minh|be|me|bo|thang|hang xom|bam|bat tinh)
    (?:bi|dang|vua|xong vao|xong toi|lao vao|nhau|keo den|keo toi|keo nguoi|keo vao) (?:\w+ ){0,3}danh
    dam da, xo xat, au da, au_ da, hon chien, tan cong, bao hanh, bop co, siet co, vat lon
    dap (?:pha|vo|nat|cua|quan|tan|chai), dap (?:\w+ ){1,3}vao (?:dau|mat|nguoi), pha (?:quan|cua|nat|nha), quay pha
    nem (?:gach|da|chai|bom) vao, xong (?:thang )?vao (?:nha|quan|cua hang|tiem|danh)
    giet (?:nguoi|toi|em|nhau|chet|ca nha)
    (?:bi|co|dang|vua|no|gap|thang|ten|bon|toan|nhom|ke) (?:\w+ )?cuop, ^cuop
    cuop (?:giat|tien|tiem|vang|ngan hang|quan)
    cuop (?:cua|xe|tui|dien thoai|day chuyen|roi|bong|oi|voi|day|duong|dang|co|ki ot|lay|cam|vao|het|o|may|may_)
    giat (?:mat )?(?:tui|day chuyen|dien thoai|tien|vang|lac|vi|gio|balo|ba lo|dt|may), moc tui
    (?:co|dang co|bat duoc|thay) (?:\w+ )?(?:trom|ke gian)
    trom (?:dang|dot nhap|cay|leo|pha|oi|trong|vao nha|vao quan)
    (?<!cat )(?:cay|pha|be) (?:cua|khoa|ket), dot nhap, (?:treo|leo) (?:vao|qua|tuong|rao|ban cong), bat coc
    con tin, khong che
    hiep dam, cuong hiep, xam hai, so_ soang, (?:nhot|giam|trung ham) (?:toi|em|chau|minh|con|nguoi|vo|lai|trong)
    ban (?:nhau|nguoi|chet|sung), no sung, tieng sung, co sung, sung (?:ban|doa|di)
    tai nan, (?:xe|oto|o to|container|xe tai|xe may|tau) (?:\w+ ){0,3}(?:tong|dam|dung|can|lat|huc|lao|ui)
    (?:bi|vua|moi) (?:\w+ )?(?:tong|dung xe|huc|lat xe|nga xe|ui), tong (?:nguoi|xe|nhau|chet|vao|trung|phai)
    dung (?:xe|nhau), lat (?:xe|ghe|thuyen|do), nga (?:xe|gian giao|cau thang|tu|lau|gay|bat)
    roi_? (?:ca )?(?:tu|xuong)(?: \w+){1,3}
    (?:te|nga|nhay|lao) (?:xuong|tu) \w+, nhay (?:lau|cau|song), bat tinh, bat dong(?! (?:cua|bang|san)), me man
    hon me, lim di, nam (?:im|bat)
    ngat (?:xiu|di|roi|lim), bi ngat, ngung tho, ngung tim, khong tho(?: duoc)?, kho tho, tac tho, ngat tho
    co giat, tim tai
    dot quy, tai bien, nhoi mau, dau tim, bot mep, sui bot, hoc_? (?:xuong|hat|di vat|dom|keo|thuc an|nghen)
    nuot phai, nuot nham
    chay mau, chay_ mau, mau (?:me|chay|nhieu|ra|be bet|lenh lang|phun|tuon), mat nhieu mau, hoc mau, tho huyet
    non ra mau, gay (?:chan|tay|co|xuong), dien giat, (?:tho dien|dien) bi giat, giat dien, ho dien
    day dien (?:\w+ )?(?:dut|roi|ho), dut day dien, duoi nuoc
    chet duoi, (?:bi |mac |dang )ket (?:trong|thang may|o|duoi|lai), ket thang may, thang may (?:\w+ )?ket, mac ket
    vui lap
    (?:nha|tuong|gian giao|mai|cong trinh|tran|cay|cot dien|cau) (?:bi |vua |do )?(?:sap|do vao|do xuong|de)
    sap (?:nha|tuong|gian giao|mai|ham|tran|cong trinh|do), cay (?:\w+ )?do (?:vao|xuong|de|trung|len), ngo doc
    tat (?:axit|a xit|acid|xang|nuoc soi), nem (?:\w+ ){0,2}vao (?:nguoi|khach|toi|em|mat|dau|nha|quan)
    (?:cam|nhat|vac) (?:gach|da|chai|ghe) (?:nem|danh|dap|doi)
    bi (?:\w+ )?(?:xe|oto|o to|tau) (?:\w+ )?(?:can|tong|dam|huc|dung|keo), xe can
    ngat (?:giua|o|trong|tai|ngoai|luon|lich), roi_? (?:gian giao|lau|tang|mai|cau thang|gieng|ho|song|ao)
    do mau, be bet mau, thung (?:bung|dau), vo dau, dut (?:lia |gan )?(?:tay|ngon tay|chan), sat lo
    (?:ket|cuon) (?:\w+ )?(?:tay|nguoi|toc) (?:vao|trong), de (?:len|trung|phai) (?:nguoi|chau|tho|khach)
    chim (?:tau|do|thuyen), gay thuong tich, ngat khi, bi nhot, danh bom, ro ri (?:hoa chat|amoniac)
    bong (?:nang|nuoc soi), bi bong, uong (?:nham )?(?:thuoc (?:sau|ngu|tru sau|chuot|co)|axit|hoa chat)
    (?:dinh|doi|muon|dang|vua|nguoi|no|co|chau) tu tu, tu (?:sat|thieu|van), treo co, (?:lu|nuoc) cuon, cuon troi
    hap hoi, nguy kich, (?:11[2345] ){2,}, roi cuu, bom no
    chet nguoi, co nguoi chet, sap chet, de roi, vo oi, tro da
    (?:dang|sap) (?:de|sinh) (?:roi|ngoai|o|tai|giua|tren), ran (?:doc )?can
    (?:cho|ran|ong) (?:can|dot) (?:\w+ ){0,3}(?:chay mau|chet|nang|tim), soc (?:phan ve|thuoc), di ung nang
    say nang ngat
    """
)
# Calls for help: they count unless what is lost is money, an account or a thing.
PLEA = one_of(
    r"""
    cuu (?:voi|toi|em|minh|nguoi|chau|me|bo|ho|nha|\w+ voi), keu cuu, help[ !]*$, sos, help me[ !]*$
    (?:goi|bao|can|cho) (?:\w+ ){0,2}(?:xe )?(?:cap cuu|cuu hoa|cuu thuong|11[345]) (?:\w+ ){0,3}(?:ngay|gap|giup)
    (?:goi|bao|can|cho) (?:\w+ ){0,2}(?:xe )?(?:cap cuu|cuu hoa|cuu thuong|11[345]) (?:\w+ ){0,3}(?:voi|nhanh|di|den)
    (?:goi|bao|can|cho) (?:giup|ho|ngay|gap|nhanh) (?:\w+ ){0,3}(?:11[345]|cong an|canh sat)
    (?:goi|bao|can|cho) (?:giup|ho|ngay|gap|nhanh) (?:\w+ ){0,3}(?:cap cuu|cuu hoa|cuu thuong)
    (?:goi|bao|can|cho) (?:11[345]|cong an|canh sat) (?:\w+ ){0,3}(?:ngay|gap|giup|voi|nhanh|di)
    (?:can|goi|keu|cho) (?:xe )?(?:cap cuu|cuu hoa|cuu thuong)[ !]*$, cap cuu (?:ngay|gap|voi|nhanh|khan)
    """
)
NO_LIFE_AT_STAKE = one_of(
    """
    otp, ma xac (?:nhan|thuc), tai khoan, chuyen khoan, chuyen tien, lua dao, hack, facebook, zalo, mat khau, app
    link, may in, may tinh, du lieu, hoa don, to khai, homework, ho so, nop, thue, han nop, deadline, wifi
    """
)
ABOUT_RULES = one_of(
    r"""
    quy dinh, thu tuc, dang ki, ho so, giay (?:phep|to|chung nhan), xin giay, bao hiem, muc phat, bi phat, xu phat
    phat (?:bao nhieu|gi|the nao|nang), bao nhieu tien, tap huan, dien tap, tham duyet, nghiem thu, boi thuong
    den bu, mua o dau, co (?:phai|duoc|can|bat buoc|mat), bat buoc, trach nhiem, la gi, thi sao, lap dat, trang bi
    hop dong, huong dan (?:\w+ )?(?:cach|phong), de phong, phong (?:tranh|ngua), lam sao de
    cach (?:nao )?(?:de|phong|xu li|thoat)
    so dien thoai (?:cua )?(?:cong an|cuu hoa|cuu thuong|cap cuu), goi (?:\w+ )?mat (?:tien|phi), giam thue
    mien thue, tuyen
    ho tro (?:gi|thiet hai), ki nang, so cuu, tap so cuu, (?:lop|khoa|di|bai) hoc, binh chua chay, y nghia
    giam dinh
    """
)
SUPPOSED = one_of(
    r"""
    neu, nho may, lo (?:may|ma|nhu|xay|co|bi), gia su, truong hop, phong khi, khi (?:co|xay|gap|bi|xa|chay)
    luc (?:xay|gap), so (?:bi |xay |co |no |bon no )?(?:chay|cuop|danh|trom|no|dien|dap|pha|tai nan), nguy co
    co the (?:bi |xay |gay )\w+
    (?:tranh|chong|ngua) (?:bi |de |xay )?(?:trom|cuop|chay|tai nan|no|ro), khoi bi, khong de, chang may, moi khi
    mo thay, mo
    """
)
PAST = one_of(
    r"""
    hom (?:qua|no|truoc|kia|bua|roi), bua (?:truoc|no|qua), ngay_ (?:truoc|no|qua), ngay truoc$
    (?:tuan|thang|nam|dot_?|lan|dem|vu|ki|dao_?) (?:truoc|ngoai|no_?|qua|roi), (?:thang|nam) (?:\d+|ngoai)
    ngay_? xua
    hoi (?:truoc|nam|xua|thang), truoc (?:day|kia), da tung, tung (?:bi|co|xay), sau_? (?:khi|vu|dam_?|tran)
    vu (?:chay|cuop|tai nan|no|danh), doc bao, xem (?:tin|tivi|tv|phim|thoi su), nghe (?:noi|ke|tin|dai), thoi su
    tren (?:mang|bao|phim|tivi), (?:\d+|may|vai) (?:hom|ngay_|tuan|thang|nam) truoc
    (?:dap tat|dap|tat) (?:duoc )?(?:xong|roi)
    (?:\d+|may|nhieu|hai|ba) lan (?:trong|roi|lien|nay), moi (?:dem|ngay|tuan|thang), hang (?:dem|ngay|tuan|thang)
    an toan roi_?, het chay, (?:toi|dem|chieu|sang) qua, da (?:bat duoc|giai quyet|dap tat)
    """
)
NOW = one_of(
    r"""
    dang, vua, moi, bay gio, luc nay, ngay (?:bay gio|lap tuc|luc nay|di|voi|len|gio), (?:den|toi|ra) ngay, gap
    khan cap
    nhanh (?:len|voi|di|nhe|ho|giup|a), mau (?:len|mau|di), \w+ voi(?= [!.]|$), troi oi, oi (?:troi|gioi), gioi oi
    lam on, hien (?:tai|gio)
    (?:to|lon|nhieu|du) (?:lam|qua), du doi, keu cuu, roi (?:lam sao|lam gi|goi|sao|a|ad|oi), !
    """
)
ASKED = one_of(
    r"""
    (?:nhu )?the nao, ra sao, lam sao, lam gi, phai lam, o dau, bao nhieu, bao lau, khi nao
    co (?:bi|phai|duoc|gi), duoc khong
    phai khong, khong a, ai (?:den|boi thuong|chiu|tra), bao (?:ai|cho ai|o dau|dau|so nao), ai xu li, nao, gi
    hay (?:goi|la|phai), khong \?, co (?:\w+ ){1,4}khong, \?
    """
)
WHOM_TO_CALL = one_of(
    """
    goi (?:ai|so nao|so may|dau|cho ai)(?! thi| de| khi), lam (?:sao|gi|the nao) (?:gio|bay gio|day|vay|ad)
    so may, giup, so nao nhanh
    """
)
STILL_ON = one_of(
    r"dang (?:chay|danh|chem|cuop|dap|cam|doa|boc|no|xi|dam|keu|ket|hap hoi), cuu (?:voi|toi|em), chay (?:roi|to|lon)"
)


def danger(text: str) -> bool:
    """Whether 113, 114 or 115 must come first: harm to people, and now; not supposed, past or asked about as a rule."""
    whole = sensed(text, HARMFUL)
    said = HARMLESS.sub(" . ", whole)
    if SUPPOSED.search(said) or not (HAPPENING.search(said) or _plea(said)):
        return False
    if ABOUT_RULES.search(whole) or PAST.search(whole):
        return STILL_ON.search(said) is not None
    return not ASKED.search(said) or NOW.search(said) is not None or WHOM_TO_CALL.search(said) is not None


def _plea(said: str) -> bool:
    return PLEA.search(said) is not None and not NO_LIFE_AT_STAKE.search(said)
