"""Whether a message tells of a difficulty rather than asks a question."""

import re
from collections.abc import Iterable

from faq.phrases import one_of
from faq.senses import sensed, senses

QUESTION_WORDS = senses("đâu nào gi gì mấy hỏi sao")
TOLD_WORDS = senses("mệt hư ức nghiện mất phạt")

TROUBLE = one_of(
    r"""
    ri (?:nuoc|suot|ra), ro ri, chan loi, can (?:\w+ )?khach, tho lo, noi nang
    (?:thu|lay|doi) (?:tien )?(?:qua|cao hon|sai) (?:gia|phi|quy dinh), bi tac, long thong, trao (?:len|ra|vao)
    toi (?:thui|om|mu), ngam (?:ho so|giay), bi ngam, tron truot, nut, tich thu, ve bay, cat (?:dien|nuoc)
    nga (?:suot|xe), vuong (?:bien|duong|day|loi), khong bat duoc, khong (?:bien ban|thong bao), duoi (?:hang|khach)
    thu (?:hang|do|giu), tang (?:phi|gia|tien), cong tac, tac (?:cong|nghen|duong|\w+ cong), ngap(?: ung| nuoc)?
    u dong, ung nuoc, tran (?:ra|vao|len|het|ca), ket xe, un tac, hong, vo (?:toac|nat|ong|nap)?, sut, lun, bong troc
    do (?:cay|cot|xuong|vao), chap chon, tat ngom, toi om, gay, duc ngau, tim ngat, noi trang
    mat (?:dien|nuoc|mang|song|trom|cap|wifi|ve sinh|trat tu|an toan|my quan|uy tin|khach|toi|het|cong)
    cup (?:dien|nuoc), dut (?:cap|day|mang), rac(?: thai)?, xa (?:rac|thai|trom|nuoc|khoi)
    do (?:rac|trom|be tong|phe thai|thai), chat dong, un u, boc mui, o nhiem, nuoc thai
    mui (?:hoi|thoi|kho|khai|khet|hang|nong), hoi (?:thoi|ham|hoi), thoi (?:um|hoac|khong chiu)
    bui (?:ban|mu|bay|mit|bam), bui, khoi (?:bui|den|than), on (?:ao|qua|lam|khong), inh oi, am i, ram ram, am am
    nhuc tai, mo nhac, hat (?:karaoke|loa|ho), loa (?:keo|thung), khoan cat, lan (?:chiem|ra|sang|het|lan)
    chiem (?:via he|cho|long|loi|duong|het), (?:do|dau|de) (?:xe )?(?:\w+ )?(?:chan|chiem|bua|bit|het|kin|tran)
    ton che, (?:chan|bit|lap|che) (?:\w+ )?(?:cua|loi|mat tien|duong|ngo|via he|het|kin), o ga, lay loi, xuong cap
    mat nap, vong xuong, rao chan, chuot, ruoi, muoi, cho (?:tha rong|sua|dai|phong ue), cham (?:tre|chap|qua|lam)
    tre hen, qua hen, lau (?:qua|lam)
    khong (?:vao|dang nhap|nop|gui|tai|nhan|lay|quet|thanh toan)(?: \w+)? (?:duoc|noi)
    khong (?:in|xuat|mo|dung|su dung|ban|lam|thoat|chay|noi)(?: \w+)? (?:duoc|noi)
    khong (?:tra loi|giai quyet|xu li|tiep nhan|nghe|tra tien|giai thich|dua|bao truoc|chiu|thao|don)
    khong co (?:bien lai|giay to|quyet dinh|nguoi)
    bi (?:loi|treo|lag|do|tu choi|tra lai|tra ve|ep|doi tien|gay kho|lam kho|hanh|bat|quat|mang|chui)
    bi (?:lua|mat|hack|khoa|phat|thu|tru|pha|lay|dan|boc|chen|xoa|nem|lap bien ban|duoi), bao loi
    loi (?:he thong|lien tuc|mai|hoai|suot|mang|ket noi|web|trang), quay vong, nghen mang, treo (?:mai|suot|may)
    tru tien (?:\w+ )?(?:2|hai|nhieu) lan, mat (?:\d+ )?phan khach, uot, hu, chay nat, qua tai, thieu nuoc
    phai (?:dong|nghi|bo|di xin|chuyen), bo (?:sang|di|ve), tang gap, chat chem, kim tiem, do hang
    xe (?:ba gac|tai|khach) (?:khong|do|bi), nuoc (?:vao|may), hach sach, nhung nhieu, vo cam, tho o
    thieu trach nhiem, thai do, cau gat, quat (?:nat|thao), cua quyen, vui tien, phong bi, lot tay, tieu cuc
    doi (?:tien|them|boi duong), (?:di lai|bo sung|len|ra) (?:\w+ ){0,3}(?:2|3|4|5|may|nhieu|bon) lan
    cho (?:dai|mai|doi mai), xep hang, lan nao cung, thu (?:sai|them|vo li|qua cao|phi bao ke), bao ke, xin deu
    quay (?:roi|pha), gay (?:roi|su|mat trat tu|kho), danh nhau, trom (?:cap|vat|mat), trom, tiem chich, nghien
    co bac, lua dao, hang (?:gia|nhai|kem), pha gia, gia danh, gia_ danh, nhai ten, nhai, mao danh, bia dat, noi xau
    ep (?:nhap|gia|mua|ban), e am, vang khach, e khach, khach (?:bo|ngai|keu|phan nan|so|chui|mang|gian|lam am)
    doanh thu (?:giam|sut), thiet hai, thua lo, dong cua, nhech nhac, ban thiu, xa lay, lay lan, nguy hiem
    kho (?:khan|chiu|so|qua|lam|song), buc xuc, buc, uc, met, phien, chiu khong noi, khong chiu noi, chan
    """
)
MILD = one_of(
    r"""
    khong \w+, chua \w+, cu \w+, qua, het, mai, bi \w+, yeu, cham, duc, nat, doa, ep, chen, lan, tran, phat, mat
    thieu, sai, im, ngam
    """
)
LASTING = one_of(
    r"""
    ca (?:ngay|tuan|thang|nam|dem|chuc|buoi|nua)(?: nay)?
    may (?:hom|ngay|tuan|thang|nam|bua|lan|chuc)(?: nay| roi| lien)?, nua (?:thang|nam|ngay)
    (?:\d+|chuc|vai|hang|hon|gan) (?:hom|ngay|tuan|thang|nam)(?: \w+)? (?:roi|nay|lien|van|ma|chua|khong)
    (?:\d+|chuc|vai|hang|hon|gan) (?:lan|tieng|gio|buoi|dem)(?: \w+)? (?:roi|nay|lien|van|ma|chua|khong)
    tu (?:hom|sang|toi|qua|dau|tuan|thang|nam|tet|hoi|dem|luc|ngay|chieu|khi), suot, lien (?:tuc|tiep), thuong xuyen
    trong (?:1|mot) (?:thang|tuan), (?:ngay|hom|toi|dem|sang|chieu|tuan|thang|lan|mua|doan) nao cung
    moi (?:thang|tuan|ngay|lan|khi), cu (?:mua|den|toi|dem|sang|moi|the|lap|bi|bao|tu|cham), (?:he|mua) (?:\w+ )?mua
    mai (?:khong|chua|chang|ma|van|the|roi|moi), hoai, van (?:chua|khong|the|nguyen|vay|con|bi|cu|treo|de|y)
    nhieu lan, may roi, lai (?:bi|tac|ngap|mat|hong|khong|tai|do|tiep|de), bao nhieu lan, lan thu, keo dai
    lau (?:lam|nay)( roi)?, bay lau, dem hom, (?:2|3|4|5|6|hai) lan
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
    (?:khong|chua|chang|cha) (?:thay |co |he )?(?:1 )?(?:ai|nguoi|don vi|co quan|can bo), (?:khong|chua|chang) thay
    noi (?:\w+ ){0,2}khong (?:nghe|duoc)
    (?:khong|chua|chang) (?:duoc |bi )?(?:ai )?(?:xu li|giai quyet|sua|don|khac phuc|tra loi|phan hoi|thu gom)
    (?:khong|chua|chang) (?:duoc |bi )?(?:ai )?(?:ra|den|xuong|nghe may|bat may|quan li|nhac|lap lai)
    (?:goi|bao|nhan|kien nghi) (?:\w+ ){0,4}(?:may lan|nhieu lan|mai|hoai|roi ma|khong duoc|khong ai|chua)
    (?:phan anh|nop|gui|nhac) (?:\w+ ){0,4}(?:may lan|nhieu lan|mai|hoai|roi ma|khong duoc|khong ai|chua)
    cu (?:bao|hen|im|ngam|lo), lam ngo, bo mac, mac ke, im lang, im re, dun day, day qua day lai, khong ai, chua ai
    chang ai, lan nao cung (?:hen|bao)
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
    (?:cho|cong ti|dai li|sap|day|quay) (?:toi|em|minh|nha|tui|chung|bac|chau|ben|canh|truoc|\d+), hang xom, ben canh
    doi dien, cong trinh, so nha \d+, nha \d+, nuoc (?:sinh hoat|may|cap), mat (?:dien|nuoc)
    den (?:giao thong|duong|tin hieu), cong cong, song, o day, xom, cho (?:coc|tam), ngo, via_? he, muong, cong, cau
    doan
    """
)
BUSINESS = one_of(
    """
    quan (?:pho|bun|an|nhau|ca phe|nuoc|com|em|toi|nha), tiem, ki ot, sap, shop, kho, xuong, khach, nha nghi, dai li
    cho, tieu thuong, hop tac xa, doanh nghiep, cong ti, ho kinh doanh, xe (?:ba gac|tai|hang), hang (?:quan|hoa|xen)
    """
)
OTHERS = one_of(
    """
    bon no, bon, nguoi ta, ho, ban quan li, doan (?:kiem tra|nao), can bo, cong chuc, ngan hang, tong dai, mot cua
    1 cua, quan ben, co nguoi, nhom thanh nien, thanh nien, xe tai, chi nhanh, ki thuat, ung dung, app, phan mem
    he thong, nha mang, dien luc, trat tu(?: do thi)?, quan li do thi, bao ke, moi truong do thi, moi truong, chu nha
    may (?:pos|quet|in), to truong
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
    (?:bao|goi|gui|hoi|nop|lien he|den|gap) (?:(?!khong|chua|chang|mai)\w+ )?(?:ai|dau(?! goi| cua)|so nao|so may)
    (?:kien nghi|phan anh|to cao|khieu nai|keu|trinh bao) (?:\w+ )?(?:ai|dau(?! goi| cua)|so nao|so may), o dau
    dau(?: a| ad| vay| nhi| the| day)?$, (?:nhu )?the nao, nhu nao, kieu gi, sao(?: a| ad| vay| nhi)?$, ra sao
    bao nhieu, bao lau, (?:cho|voi|gap|tim|hoi) ai
    may (?:ngay|hom|lan|tien|gio|nam|thang) (?:thi|moi|nua|la|vay|co|duoc|a|ad), khi nao, la gi
    gi (?:khong|a|vay|de|thi|ad), lam (?:gi|sao), can gi, co (?:phai|can|bat buoc)
    phai (?:lam (?:sao|gi|the nao|nhu)|khong), co (?:phai|duoc|bi|can|bat buoc|mat|nen|the)(?: \w+){0,8} khong
    duoc khong, phai khong, dung khong, co (?:\w+ ){1,8}(?:khong|chua)(?: \w+){0,2}\s*[?]?$
    (?:khong|chua|ha|nhi|u|chu|sao|vay)(?: (?:a|ad|em|ban|shop|anh|chi|vay|nhi|the))*\s*$, sao khong
    hay (?:la )?(?:phai|khong|nop|ra|goi), cach (?:nao|xu li|lam|de), muc phat, bi phat (?:khong|bao)
    phat (?:bao|the|gi|nhu), quy dinh (?:\w+ )?(?:nao|gi|the), cho (?:\w+ ){0,2}(?:hoi|xin|biet)
    (?:huong dan|chi|giai thich|ghi|tu van) (?:giup|cho|ho|ro), noi (?:giup|cho|ro), liet ke
    co (?:quyen|cach|nghia vu), muon \w+ thi, muon hoi, xin hoi, hoi (?:ti|chut|xiu|la|ve), bao gio, \w+ nao
    bang cach, (?<!khong )(?<!chua )(?<!chang )ai (?:chiu|xu li|giai quyet|phai|lo|co), (?:ha|a|nhi|chu|ko) ?\?
    \?\s*$
    """
)
RHETORICAL = one_of(
    r"""
    (?:khong|chua) (?:\w+ ){1,3}nao(?= vi| ca| het| do)
    (?:khong|chua|chang|cha) (?:\w+ )?(?:ai|gi|dau|sao|nao|bao gio), (?:ai|gi|nao|dau|sao) (?:\w+ )?(?:cung|ca|het)
    \w+ nao cung, khong sao, bao nhieu (?:lan|nam|ngay|thang|cong|tien cua|ho), dau oc, dau dau
    (?:o|tu|tan) dau (?:den|ra|toi), chua thay dau, khong biet (?:\w+ )?(?:gi|sao|nao)
    chua (?:\w+ )?(?:thay |co |biet )?dau$, bao gio moi, (?:den )?bao gio nua
    sao (?:mai|khong ai|chua|cu|lai|khong thay|phuong), khong (?:ai )?(?:quan tam|biet|thay) (?:a|ha|sao)
    the (?:nay|a) thi, lam an (?:kieu|the|sao|gi), song (?:sao|the nao|kieu gi)
    (?:buon|ban|lam) (?:\w+ ){0,3}(?:kieu gi|the nao duoc|sao (?:duoc|noi)), chiu sao
    khong hieu (?:sao|the nao|kieu gi|kieu), (?:ngay|hom|toi|dem|sang|chieu|tuan|thang|lan|mua|doan|luc|khi) nao cung
    """
)
GRIEVANCE = one_of(
    r"""
    lam (?:dut|hong|vo|ban|gay|nut|roi), bit (?:cong|loi|duong|cua), lo nang
    khong (?:den|boi thuong), dien ap, van bao (?:no|loi)
    nong nac, chong cheo, (?:inh|dinh|diec|chat) tai, hen (?:len|xuong|di|lai|mai), suyt \w+, ho nap
    (?:giu|om|ngam|no) (?:tien|hang|giay|luong|ho so) (?:\w+ ){1,4}(?:khong|chua|mai)
    khong (?:\w+ ){1,4}(?:duoc|noi|ra|xong|len|xue|kip)(?! a| vay| nhi| em), khong (?:du|dam|con|co) \w+
    khong (?:ai|chiu|thay), chua (?:\w+ ){0,2}(?:xong|thay|co|duoc|sua|tra|nhan|giai quyet|lap|thay|don|ve)
    (?:mai|van|cu) (?:khong|chua|im|bi|the)
    (?:hong|chet|mat|het|hu|thiu|vo) (?:het|sach|ca|suot|hang loat|lien tuc|mai|tung|nhieu|tung day)
    (?:nat|thoi|rung|un|bay|troi|chay) (?:het|sach|ca|suot|hang loat|lien tuc|mai|tung|nhieu|tung day)
    (?:bo|huy|nghi|di|do) (?:\w+ ){0,2}(?:het|sach|do|day|ngang), do di, bo (?:day|do|hoang), bi \w+ \w+
    (?:thieu|het|can) (?:von|nguoi|nhan|tho|hang|tien|nguyen|nuoc|dien|cho|mat bang)
    lo (?:von|nang|qua|lai|to|chong chat)?, (?:tang|cao|dat|len) (?:gia|qua|gap|vot|lien tuc|chong mat|them|phi)
    (?:giam|sut|tut) (?:\w+ )?(?:nua|manh|han|sau|qua|khach|doanh)
    (?:gia|phi|thue|tien) (?:\w+ ){0,2}(?:tang|cao|dat|len)
    (?:quyt|bung|bom|bung_|om|lua|chay|no|xu|gat) (?:mat )?(?:tien|hang|don|no|coc|luong)
    no (?:\w+ )?\d+ (?:trieu|ti|tram|nghin)(?: \w+)? khong, doi lai mat bang, (?:voi|doi|vong) tien, coc can, coc loc
    doi lai (?:nha|ki ot|dat|mat bang), giua chung, (?:vo|het|ngung|pha) hop dong, hach dich, gat gong
    (?:treo|khoa|phong toa) (?:tai khoan|shop|gian hang|page|tien), quy hoach treo
    (?:e|vang|it) (?:\w+ )?(?:khach|qua|teo|am|tanh|hoe|nguoi|ngo), (?:nhieu|lam|toan) (?:\w+ )?(?:qua|the)$
    (?:ban|hoi|toi|tham|thui|nong|lanh|duc|yeu) (?:qua|lam|the|kinh|vai|khung khiep)
    (?:cham|lag|dat|nho|chat|nhieu|to|on|buc|lau) (?:qua|lam|the|kinh|vai|khung khiep), mai (?:\w+ ){0,2}dot
    canh tranh, chen ep, vo li, om som, (?:keo|mo|bat) (?:nhac|loa), be bet, khong (?:noi|xue|kham)
    khach (?:\w+ )?(?:vang|it|giam|bo|chay het|mat), hang (?:nhai|gia|lau|cam) (?:\w+ )?(?:day|ban|tran)
    (?:e|vang|kho|cao|dat|met|thap|sau|tre|ngap|doc|hep|tron) qua, (?:sap|sut|sup) (?:banh|ham|ho), toan sai
    sai (?:het|suot|hoai), bo (?:sap|quan|nghe|viec|cho), tran lan, khong lanh manh, o at
    (?:ton|mat) (?:kem|qua|thoi gian|cong)
    (?:thieu|cham|doi|bat|ep) (?:\w+ ){0,2}(?:tien|luong|ke khai|cai tao|dong|nop|bo sung)
    lua (?:mat |lay )?(?:\d+|tien), sao chua, van im, im (?:hoi|re|lim)
    \d+ (?:nam|thang|tuan|ngay|lan) (?:\w+ )?(?:chua|khong|van), (?:cho|doi) (?:\w+ ){0,2}(?:mai|hoai|ca|dai co)
    cau co, khong bat may, chua thay dau, hua (?:\w+ ){0,4}(?:khong|chua|roi)
    (?:day|dac|toan|nhan nhan|lo lung) (?:\w+ )?(?:rac|ruoi|muoi|chuot|bui|khoi|o ga|nuoc|kim tiem)
    (?:ruoi|muoi|chuot|gian) (?:\w+ )?(?:day|nhieu|bu|can|pha)
    khong (?:biet|ranh|quen|thao|hieu) (?:dung|ke khai|lam|may|cong nghe|gi|chu), khong tru
    kho (?:khan|tru|song|lam|tho|vay|tuyen), (?:chiem|lan|choan|an) (?:\w+ ){0,2}(?:truoc|cua|cho|via he|duong|dat)
    (?:dot|nut|dut|vong|lung|gi|tho)(?: nat| thung| xuong| veo| toac| het| tuong| mai)
    (?:rot|nghieng|xieu|ban|thung|sap|lun|vo)(?: nat| thung| xuong| veo| toac| het| tuong| mai), dich benh, dich ta
    that thu, mat mua, that nghiep, (?:tang|len|doi) (?:gap )?(?:doi|ba|bon|\d+ lan), may doan, \d+ doan
    kiem tra (?:lien tuc|suot|hoai|mai|nhieu), het khach, lam phien, lam tien, nhung nhieu
    """
)
# Question words of any kind.
QUESTION_WORD = one_of(
    r"""
    may gio(?! nay| roi| dong| lien)
    gi, nao, ai, sao, bao (?:nhieu|gio|lau)
    dau(?! kin| do| xe| chan| day| dam| den| tien| nam| thang| tuan| tu| vao| ra| gio| buoi| mua| oc| khach| ngo), ha$
    nhi, ?, (?:la|het|chia|nop|ki|gom) may \w+
    may (?:gio|lan|loai|phan tram|ngay|thang|nam|tien|nguoi|bua|bo|ban)(?: (?:a|vay|em|ad))*$
    (?:muon|can) (?:biet|hoi|nho tu van), khong biet (?:co|phai|la|nen|thi|minh|em|nhu), thac mac, tu van
    (?:cuu|giup) (?:em|toi|minh|chi|chau) voi, cho (?:\w+ ){0,2}(?:hoi|biet)
    (?:chi|huong dan|giai thich|giai dap) (?:em|giup|cho|toi|minh|ho|voi|chau|chi|bac)
    xin (?:y kien|tu van|chi|loi khuyen), co cach, nen (?:lam|di|mua|nop)
    (?:khong|chua)(?: (?:a|vay|nhi|em|ad|shop|anh|chi|bac|the|nhe|ban))*$
    co (?:\w+ ){1,9}(?:khong|chua)(?= (?:a|em|ad|anh|chi|vay|nhi|the|de))
    """.replace(" ?,", r" \?,")
)
NOT_TOLD = one_of(
    r"""
    ^(?:cho (?:em|toi|minh|hoi|xin|chau)|xin|thu tuc|muc|huong dan|cach|quy dinh|dieu kien|ho so)
    ^(?:giay|mau|bieu|tra cuu|dang ki|gia han|lich|dia chi|so|thoi)
    ^(?:nhung|cac|danh sach|phi|le phi|thue suat|chinh sach|phat|kinh nghiem|tu van|giai the|tam ngung|cham dut)
    ^(?:lam|mo|xin|muon|can(?! bo)|dinh|sap|bao gio|khi nao|ai|neu)
    (?:muon|dinh|can) (?:mo|dang ki|lam|xin|hoi|biet|nop|vay|thue|tim|doi|mua), thi (?:bi|phai|co|duoc|lam|nop)
    cam on, mien phi, thu tuc
    """
)
DOMAIN = one_of(
    r"""
    thue, ho so, vay, von, giay, hoa don, nhan vien, nhan cong, cong nhan, tho, dien, nuoc, den, duong, rac, pccc
    kiem tra, phuong, mat bang, ke khai, dich vu cong, dvc, etax, vneid, tong dai, lo dot, xuong, hang, gia
    nguyen lieu, san, don, shipper, doi tac, no, quan, chuot, ruoi, mui, loa, nhac, quy hoach, dat, so do, giay phep
    dkkd, ho tro, hop dong, bien, luong, nong san, lua, rau, lon, ga, vit, ca, trai cay, mua, bao, ngap, ki ot, sap
    xe, ban, buon, kinh doanh, shop, fb, facebook, tiktok, shopee, phat, phi, le phi, tien, ngan hang, may moc
    thiet bi, kho, via, canh tranh, doanh thu, lai
    """
)
CONCERNS = (PLACE, BUSINESS, OTHERS, WISH, NEGLECT)
TOPICS = (*CONCERNS, DOMAIN)
WEIGHTS = (
    *((pattern, 2) for pattern in (TROUBLE, LASTING, NEGLECT, WISH)),
    *((pattern, 1) for pattern in (MILD, LATELY, PLACE, OTHERS, NARRATOR)),
)
LEAST = 4
SHORT = 25
LONG = 35
FEWEST_WORDS = 4


def is_report(text: str) -> bool:
    """Whether the message describes trouble, lasting or neglected or with a wish that something be done."""
    said = sensed(text, TOLD_WORDS)
    if not _any_of((TROUBLE, GRIEVANCE, MILD, WISH), said):
        return False
    if _asked(sensed(text, QUESTION_WORDS)):
        return False
    return _plainly_told(said) or (_told(said) >= LEAST and _any_of(_needed(said), said))


def _needed(said: str) -> tuple[re.Pattern[str], ...]:
    """What a message must hold besides trouble: a long story is a report only if it tells of neglect or of a wish."""
    return CONCERNS if len(said.split()) <= LONG else (NEGLECT, WISH)


def _plainly_told(said: str) -> bool:
    if not FEWEST_WORDS <= len(said.split()) <= SHORT or not _any_of(TOPICS, said):
        return False
    if NOT_TOLD.search(said) and not LASTING.search(said):
        return False
    return GRIEVANCE.search(said) is not None or (TROUBLE.search(said) is not None and _told(said) >= LEAST - 1)


def _any_of(patterns: Iterable[re.Pattern[str]], said: str) -> bool:
    return any(pattern.search(said) for pattern in patterns)


def _told(said: str) -> int:
    return sum(weight for pattern, weight in WEIGHTS if pattern.search(said))


def _asked(said: str) -> bool:
    """Whether any part of the message is a question that expects an answer."""
    plain = RHETORICAL.sub(" ", said)
    return ASKING.search(plain) is not None or QUESTION_WORD.search(plain) is not None
