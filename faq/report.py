"""Whether a message tells of a difficulty rather than asks a question."""

from faq.phrases import one_of
from faq.senses import sensed

QUESTION_WORDS = {"dau": {"đâu"}, "nao": {"nào"}, "gi": {"gì", "gi"}, "may": {"mấy"}, "hoi": {"hỏi"}, "sao": {"sao"}}
TOLD_WORDS = {"met": {"mệt"}, "hu": {"hư"}, "uc": {"ức"}, "nghien": {"nghiện"}, "mat": {"mất"}, "phat": {"phạt"}}

TROUBLE = one_of(
    r"""
    ri (?:nuoc|suot|ra), ro ri, chan loi, can (?:\w+ )?khach, tho lo, noi nang
    (?:thu|lay|doi) (?:tien )?(?:qua|cao hon|sai) (?:gia|phi|quy dinh)
    bi tac, long thong, trao (?:len|ra|vao), toi (?:thui|om|mu), ngam (?:ho so|giay), bi ngam, tron truot, nut
    tich thu, ve bay, cat (?:dien|nuoc), nga (?:suot|xe), vuong (?:bien|duong|day|loi), khong bat duoc
    khong (?:bien ban|thong bao), duoi (?:hang|khach), thu (?:hang|do|giu), tang (?:phi|gia|tien), cong tac
    tac (?:cong|nghen|duong|\w+ cong), ngap(?: ung| nuoc)?, u dong, ung nuoc
    tran (?:ra|vao|len|het|ca), ket xe, un tac
    hong, vo (?:toac|nat|ong|nap)?, sut, lun, bong troc, do (?:cay|cot|xuong|vao), chap chon, tat ngom, toi om
    gay, duc ngau, tim ngat, noi trang
    mat (?:dien|nuoc|mang|song|trom|cap|wifi|ve sinh|trat tu|an toan|my quan|uy tin|khach|toi|het|cong)
    cup (?:dien|nuoc), dut (?:cap|day|mang)
    rac(?: thai)?, xa (?:rac|thai|trom|nuoc|khoi), do (?:rac|trom|be tong|phe thai|thai), chat dong, un u, boc mui
    o nhiem, nuoc thai, mui (?:hoi|thoi|kho|khai|khet|hang|nong), hoi (?:thoi|ham|hoi), thoi (?:um|hoac|khong chiu)
    bui (?:ban|mu|bay|mit|bam), bui, khoi (?:bui|den|than)
    on (?:ao|qua|lam|khong), inh oi, am i, ram ram, am am, nhuc tai, mo nhac, hat (?:karaoke|loa|ho)
    loa (?:keo|thung), khoan cat, lan (?:chiem|ra|sang|het|lan), chiem (?:via he|cho|long|loi|duong|het)
    (?:do|dau|de) (?:xe )?(?:\w+ )?(?:chan|chiem|bua|bit|het|kin|tran), ton che
    (?:chan|bit|lap|che) (?:\w+ )?(?:cua|loi|mat tien|duong|ngo|via he|het|kin), o ga, lay loi, xuong cap, mat nap
    vong xuong, rao chan
    chuot, ruoi, muoi, cho (?:tha rong|sua|dai|phong ue), cham (?:tre|chap|qua|lam), tre hen, qua hen
    lau (?:qua|lam), khong (?:vao|dang nhap|nop|gui|tai|nhan|lay|quet|thanh toan)(?: \w+)? (?:duoc|noi)
    khong (?:in|xuat|mo|dung|su dung|ban|lam|thoat|chay|noi)(?: \w+)? (?:duoc|noi)
    khong (?:tra loi|giai quyet|xu li|tiep nhan|nghe|tra tien|giai thich|dua|bao truoc|chiu|thao|don)
    khong co (?:bien lai|giay to|quyet dinh|nguoi)
    bi (?:loi|treo|lag|do|tu choi|tra lai|tra ve|ep|doi tien|gay kho|lam kho|hanh|bat|quat|mang|chui)
    bi (?:lua|mat|hack|khoa|phat|thu|tru|pha|lay|dan|boc|chen|xoa|nem|lap bien ban|duoi)
    bao loi, loi (?:he thong|lien tuc|mai|hoai|suot|mang|ket noi|web|trang), quay vong, nghen mang
    treo (?:mai|suot|may), tru tien (?:\w+ )?(?:2|hai|nhieu) lan
    mat (?:\d+ )?phan khach, uot, hu, chay nat, qua tai, thieu nuoc, phai (?:dong|nghi|bo|di xin|chuyen)
    bo (?:sang|di|ve), tang gap, chat chem, kim tiem, do hang, xe (?:ba gac|tai|khach) (?:khong|do|bi)
    nuoc (?:vao|may)
    hach sach, nhung nhieu, vo cam, tho o, thieu trach nhiem, thai do, cau gat, quat (?:nat|thao), cua quyen
    vui tien, phong bi, lot tay
    tieu cuc, doi (?:tien|them|boi duong), (?:di lai|bo sung|len|ra) (?:\w+ ){0,3}(?:2|3|4|5|may|nhieu|bon) lan
    cho (?:dai|mai|doi mai), xep hang, lan nao cung
    thu (?:sai|them|vo li|qua cao|phi bao ke), bao ke, xin deu, quay (?:roi|pha), gay (?:roi|su|mat trat tu|kho)
    danh nhau, trom (?:cap|vat|mat), trom
    tiem chich, nghien, co bac, lua dao, hang (?:gia|nhai|kem), pha gia, gia danh, gia_ danh, nhai ten, nhai
    mao danh, bia dat, noi xau, ep (?:nhap|gia|mua|ban)
    e am, vang khach, e khach, khach (?:bo|ngai|keu|phan nan|so|chui|mang|gian|lam am), doanh thu (?:giam|sut)
    thiet hai, thua lo, dong cua
    nhech nhac, ban thiu, xa lay, lay lan, nguy hiem, kho (?:khan|chiu|so|qua|lam|song), buc xuc, buc, uc, met
    phien, chiu khong noi, khong chiu noi, chan
    """
)
MILD = one_of(
    r"""
    khong \w+, chua \w+, cu \w+, qua, het, mai, bi \w+, yeu, cham, duc, nat, doa, ep, chen, lan, tran
    phat, mat, thieu, sai, im, ngam
    """
)
LASTING = one_of(
    r"""
    ca (?:ngay|tuan|thang|nam|dem|chuc|buoi|nua)(?: nay)?
    may (?:hom|ngay|tuan|thang|nam|bua|lan|chuc)(?: nay| roi| lien)?, nua (?:thang|nam|ngay)
    (?:\d+|chuc|vai|hang|hon|gan) (?:hom|ngay|tuan|thang|nam)(?: \w+)? (?:roi|nay|lien|van|ma|chua|khong)
    (?:\d+|chuc|vai|hang|hon|gan) (?:lan|tieng|gio|buoi|dem)(?: \w+)? (?:roi|nay|lien|van|ma|chua|khong)
    tu (?:hom|sang|toi|qua|dau|tuan|thang|nam|tet|hoi|dem|luc|ngay|chieu|khi), suot, lien (?:tuc|tiep)
    thuong xuyen, trong (?:1|mot) (?:thang|tuan)
    (?:ngay|hom|toi|dem|sang|chieu|tuan|thang|lan|mua|doan) nao cung, moi (?:thang|tuan|ngay|lan|khi)
    cu (?:mua|den|toi|dem|sang|moi|the|lap|bi|bao|tu|cham)
    (?:he|mua) (?:\w+ )?mua, mai (?:khong|chua|chang|ma|van|the|roi|moi), hoai
    van (?:chua|khong|the|nguyen|vay|con|bi|cu|treo|de|y), nhieu lan, may roi
    lai (?:bi|tac|ngap|mat|hong|khong|tai|do|tiep|de), bao nhieu lan, lan thu, keo dai, lau (?:lam|nay)( roi)?
    bay lau, dem hom, (?:2|3|4|5|6|hai) lan
    """
)
LATELY = one_of(
    """
    hom (?:qua|nay|no|kia|truoc), (?:tuan|thang|dot|lan|dem|toi|chieu|sang) (?:truoc|qua|nay|vua roi|roi), vua roi
    vua xong, moi day, gan day, dao nay, mua (?:nay|to|xong)
    """
)
NEGLECT = one_of(
    r"""
    (?:khong|chua|chang|cha) (?:thay |co |he )?(?:1 )?(?:ai|nguoi|don vi|co quan|can bo)
    (?:khong|chua|chang) thay, noi (?:\w+ ){0,2}khong (?:nghe|duoc)
    (?:khong|chua|chang) (?:duoc |bi )?(?:ai )?(?:xu li|giai quyet|sua|don|khac phuc|tra loi|phan hoi|thu gom)
    (?:khong|chua|chang) (?:duoc |bi )?(?:ai )?(?:ra|den|xuong|nghe may|bat may|quan li|nhac|lap lai)
    (?:goi|bao|nhan|kien nghi) (?:\w+ ){0,4}(?:may lan|nhieu lan|mai|hoai|roi ma|khong duoc|khong ai|chua)
    (?:phan anh|nop|gui|nhac) (?:\w+ ){0,4}(?:may lan|nhieu lan|mai|hoai|roi ma|khong duoc|khong ai|chua)
    cu (?:bao|hen|im|ngam|lo)
    lam ngo, bo mac, mac ke, im lang, im re, dun day, day qua day lai, khong ai, chua ai, chang ai
    lan nao cung (?:hen|bao)
    """
)
WISH = one_of(
    r"""
    de nghi, kien nghi, (?:mong|nho|xin) (?:\w+ ){0,3}(?:cho nguoi|cu nguoi|phuong|ubnd), phan anh, phan nan, to cao
    khieu nai, yeu cau, bao cao, cau cuu, keu cuu
    (?:mong|nho|xin|de) (?:\w+ ){0,5}(?:xu li|giai quyet|kiem tra|som|quan tam|xem|xuong)
    (?:mong|nho|xin|de) (?:\w+ ){0,5}(?:ra|sua|nhac|don|can thiep|dep|cat|lam ro)
    (?:phuong|uy ban nhan dan|can bo|ad) (?:\w+ ){0,4}(?:xu li|giai quyet|kiem tra|xuong|can thiep)
    (?:anh chi|cong an|ben minh|ai do) (?:\w+ ){0,4}(?:xu li|giai quyet|kiem tra|xuong|can thiep)
    (?:phuong|uy ban nhan dan|can bo|ad) (?:\w+ ){0,4}(?:don dep|nhac nho|vao cuoc|quan tam|sua|giup)
    (?:anh chi|cong an|ben minh|ai do) (?:\w+ ){0,4}(?:don dep|nhac nho|vao cuoc|quan tam|sua|giup)
    (?:xu li|giai quyet|kiem tra|sua|don|xem|can thiep|dep) (?:giup|ho|cho|gap|ngay|som|dum|lai)
    """
)
PLACE = one_of(
    r"""
    truoc (?:\w+ )?(?:cua|quan|nha|tiem|cong|mat|shop|cho|kho|xuong|hang), cua (?:hang|tiem|quan), khu vuc
    gan (?:nha|quan|cho), dia ban, to dan pho, via he
    (?:quan|nha|nha nghi|tiem|shop|xuong|kho|hien|ki ot|khu|ngo) (?:toi|em|minh|nha|tui|chung)
    (?:quan|nha|nha nghi|tiem|shop|xuong|kho|hien|ki ot|khu|ngo) (?:bac|chau|ben|canh|truoc|\d+)
    (?:ngach|hem|duong|pho|to|doan) (?:toi|em|minh|nha|tui|chung|bac|chau|ben|canh|truoc|\d+)
    (?:cho|cong ti|dai li|sap|day|quay) (?:toi|em|minh|nha|tui|chung|bac|chau|ben|canh|truoc|\d+)
    hang xom, ben canh, doi dien, cong trinh, so nha \d+, nha \d+, nuoc (?:sinh hoat|may|cap), mat (?:dien|nuoc)
    den (?:giao thong|duong|tin hieu), cong cong, song, o day, xom, cho (?:coc|tam), ngo, via_? he, muong, cong, cau
    doan
    """
)
BUSINESS = one_of(
    """
    quan (?:pho|bun|an|nhau|ca phe|nuoc|com|em|toi|nha), tiem, ki ot, sap, shop, kho, xuong, khach, nha nghi
    dai li, cho, tieu thuong, hop tac xa
    doanh nghiep, cong ti, ho kinh doanh, xe (?:ba gac|tai|hang), hang (?:quan|hoa|xen)
    """
)
OTHERS = one_of(
    """
    bon no, bon, nguoi ta, ho, ban quan li, doan (?:kiem tra|nao), can bo, cong chuc, ngan hang, tong dai, mot cua
    1 cua, quan ben, co nguoi, nhom thanh nien
    thanh nien, xe tai, chi nhanh, ki thuat, ung dung, app, phan mem, he thong, nha mang, dien luc
    trat tu(?: do thi)?, quan li do thi, bao ke, moi truong do thi, moi truong
    chu nha, may (?:pos|quet|in), to truong
    """
)
NARRATOR = one_of(
    """
    toi, em, minh, nha, chung toi, chung em, bon em, tui, ca day, ba con, chau, cua hang, quan, tiem, shop, khach
    bao nhieu ho
    """
)
ASKING = one_of(
    r"""
    thi (?:bao|goi|phai|lam|hoi|nop|lien he|khieu nai|to cao|xu li|sao|the nao|ai|o dau|co|bi|phat|duoc|xong)
    (?:bao|goi|gui|hoi|nop|lien he|den|gap) (?:\w+ )?(?:ai|dau(?! goi| cua)|so nao|so may)
    (?:kien nghi|phan anh|to cao|khieu nai|keu|trinh bao) (?:\w+ )?(?:ai|dau(?! goi| cua)|so nao|so may)
    o dau, dau(?: a| ad| vay| nhi| the| day)?$, (?:nhu )?the nao, nhu nao, kieu gi, sao(?: a| ad| vay| nhi)?$
    ra sao, bao nhieu, bao lau, (?:cho|voi|gap|tim|hoi) ai
    may (?:ngay|hom|lan|tien|gio|nam|thang) (?:thi|moi|nua|la|vay|co|duoc|a|ad), khi nao, la gi
    gi (?:khong|a|vay|de|thi|ad)
    lam (?:gi|sao), can gi, co (?:phai|can|bat buoc), phai (?:lam|co|khong|nop|xin|dang|dong)
    co (?:phai|duoc|bi|can|bat buoc|mat|nen|the)(?: \w+){0,8} khong, duoc khong, phai khong, dung khong
    co (?:\w+ ){1,8}(?:khong|chua)(?: \w+){0,2}\s*[?]?$
    (?:khong|chua|ha|nhi|u|chu|sao|vay)(?: (?:a|ad|em|ban|shop|anh|chi|vay|nhi|the))*\s*$, sao khong
    hay (?:la )?(?:phai|khong|nop|ra|goi), cach (?:nao|xu li|lam|de), muc phat, bi phat (?:khong|bao)
    phat (?:bao|the|gi|nhu), quy dinh (?:\w+ )?(?:nao|gi|the), cho (?:\w+ ){0,2}(?:hoi|xin|biet)
    (?:huong dan|chi|giai thich|ghi|noi|tu van) (?:giup|cho|ho|ro), liet ke, co (?:quyen|cach|nghia vu)
    muon \w+ thi, muon hoi, xin hoi, hoi (?:ti|chut|xiu|la|ve), bao gio, \w+ nao, bang cach
    (?<!khong )(?<!chua )(?<!chang )ai (?:chiu|xu li|giai quyet|phai|lo|co), (?:ha|a|nhi|chu|ko) ?\?, \?\s*$
    """
)
RHETORICAL = one_of(
    r"""
    khong ai (?:giai thich|noi|bao|biet) (?:\w+ ?){1,8}, bao gio moi, (?:den )?bao gio nua
    sao (?:mai|khong ai|chua|cu|lai|khong thay|phuong), khong (?:ai )?(?:quan tam|biet|thay) (?:a|ha|sao)
    the (?:nay|a) thi, lam an (?:kieu|the|sao|gi), song (?:sao|the nao|kieu gi)
    (?:buon|ban|lam) (?:\w+ ){0,3}(?:kieu gi|the nao duoc|sao (?:duoc|noi)), chiu sao
    khong hieu (?:sao|the nao|kieu), kieu gi
    (?:ngay|hom|toi|dem|sang|chieu|tuan|thang|lan|mua|doan|luc|khi) nao cung
    """
)
LEAST = 4
SHORT = 16
TAIL = 14


def is_report(text: str) -> bool:
    """Whether the message describes trouble, lasting or neglected or with a wish that something be done."""
    said = sensed(text, TOLD_WORDS)
    if not any(pattern.search(said) for pattern in (TROUBLE, MILD, WISH)) or not _concerns_us(said):
        return False
    asked = _asked(sensed(text, QUESTION_WORDS))
    specific = any(pattern.search(said) for pattern in (TROUBLE, PLACE, LASTING, NEGLECT))
    plain_complaint = not asked and specific and said.count(" ") < SHORT
    return _told(said) - asked >= (LEAST - 1 if plain_complaint else LEAST)


def _concerns_us(said: str) -> bool:
    return any(pattern.search(said) for pattern in (PLACE, BUSINESS, OTHERS, WISH, NEGLECT))


def _told(said: str) -> int:
    weights = (
        (TROUBLE, 2),
        (LASTING, 2),
        (NEGLECT, 2),
        (WISH, 2),
        (MILD, 1),
        (LATELY, 1),
        (PLACE, 1),
        (OTHERS, 1),
        (NARRATOR, 1),
    )
    return sum(weight for pattern, weight in weights if pattern.search(said))


def _asked(said: str) -> int:
    """A question at the end outweighs the story before it; one that expects no answer weighs nothing."""
    plain = RHETORICAL.sub(" ", said)
    tail = " ".join(plain.split()[-TAIL:])
    return 8 if ASKING.search(tail) else 2 if ASKING.search(plain) else 0
