"""Officials and leaders of a ward, what they are reproached with, and what the law calls corrupt."""

from faq.phrases import one_of
from faq.senses import senses

MEANT = senses(
    """
    tố cáo trộm giật cướp lừa dao súng đánh danh đâm đấm chém đập bạc dâm phạt che chế chặn chửi mắng mạng quát vòi
    hối hồi lộ nhũng gắt ngâm giả gia dọa đốt túy bịp tống hách cọc cộc đòi cáu
    """
)

CORRUPT = one_of(
    r"""
    hoi lo, dut lot, tham (?:nhung|o), bien thu, bao che, tiep tay, thong dong, cau ket, lam quyen, chung chi, an chia
    (?:loi|lam) dung (?:chuc|quyen|cong quy|tin nhiem), an (?:chan|bot), bon rut, tu tui, tron thue, an hoi lo
    khai (?:khong|man|gian), gian lan thue, (?:mua|ban) hoa don(?! dien), xuat khong hoa don
    hoa don (?:gia|ao)<worth>, rut (?:ruot|tien quy|tien von), lam luat, rua tien, hai so sach, giau doanh thu
    (?:lay|bien) (?:cua )?cong (?:thanh|lam), an tien(?! khach| sang| thua), chiem dung (?:quy|cong|tien)
    lan chiem dat cong, danh sach khong, ke khai khong (?:dat dai|tai san|trung thuc), lap (?:chung tu|ho so) gia
    lap khong (?:chung tu|ho so|hoa don), (?:nhan|lay|cam) (?:\w+ )?(?:\d+ (?:trieu|nghin)|tien) (?:\w+ ){0,4}<favour>
    chay (?:chuc|du an), quan xanh, lam gia (?:giay|ho so|chung tu|con dau|so do), bat tay (?:voi|ngam)
    """,
    worth="(?! tri| ca| re| dinh| cao| tang)",
    favour="cho xay, bo qua, sua ho so, lam so, chay, de duoc, de cap, lam ngo",
)

# Who is meant.
LEADER = r"""
    (?:pho )?chu tich(?! hoi| cong| htx| hop tac| hiep| mat tran| tinh| thanh| tp| nuoc| quoc| huyen| tap doan)
    chu tich (?:hdnd|hoi dong nhan dan), pct, ct (?:phuong|uy ban), bi thu (?:dang uy|phuong)
    (?:ong|ba|dong chi|pho) bi thu(?! doan| chi)
    (?:lanh dao|sep|nguoi dung dau|thuong truc) (?:cua )?(?:phuong|uy ban|dang uy|hoi dong nhan dan|dia phuong)
"""
OFFICIAL = r"""
    (?:can bo|cbo)(?! ngan hang| tin dung| dien| cong ti| vnpt), cong chuc, vien chuc, quan chuc, canh sat, cskv
    cong an, dia chinh, ho tich, tu phap, tiep dan, (?:bo phan )?1 cua, bo phan tiep nhan, trat tu (?:do thi|xay dung)
    doi_? (?:quy tac|trat tu|kiem tra), kiem lam, hai quan, doan (?:kiem tra|lien nganh|thanh tra), thanh tra
    quan li thi truong
    (?:nhan vien|chi|anh|co|ong|ba|nguoi|may anh) (?:ben |cua |o )?(?:phuong|uy ban|thue|tiep nhan|hanh chinh cong)
    (?:nhan vien|anh|chi) (?:trung tam hanh chinh|van phong phuong|quan li cho|trat tu|do thi), ban quan li(?: cho)?
    may (?:anh|chi|ong|ba) (?:phuong|trat tu|do thi|thue), to_? truong, to_? pho, dan phong, truong (?:phong|ban)
    thue vu, chi cuc, van thu
"""
LEADERS = one_of(LEADER)
# Somebody of whom it is enough to be spoken of, unless it is in passing.
PERSON = r"""
    (?:can bo|cbo)(?! ngan hang| tin dung| dien| cong ti| vnpt), cong chuc, vien chuc, cong an, canh sat, cskv
    (?:nhan vien|chi|anh|co|ong|ba) (?:\w+ ){0,2}(?:1 cua|phuong|uy ban|tiep nhan|tiep dan)
"""
BLAMELESS = one_of(
    r"""
    (?:goi|bao|nho|hoi|gap|noi voi_?|gui|nop|co|cho|cam on|can|them|xin|giup|voi_?|theo|do) (?:\w+ ){0,2}(?:<person>)
    (?:de nghi|mong|kien nghi|xin|yeu cau) (?:cac )?(?:<person>)
    (?:<person>) (?:\w+ ){0,3}(?:<harmless>)
    """,
    person=PERSON,
    harmless="""
        tra, cham, tre, den, nhac nho, noi, bao(?! muon), giai thich, huong dan, thong bao, phai, chua, cung, dung
        xuong, kiem tra, ghi nhan, tu van, gioi thieu, giup, ho tro, xu li, giai quyet, hen, tuyen truyen, nhiet tinh
        tot, ki, hua, da, se, it, dong, moi, thay doi, cong khai, lam ho so
    """,
)
PERSON_ALONE = one_of(PERSON)
OFFICIALS = one_of(LEADER + OFFICIAL)
ADDRESSED = one_of(
    r"""
    <to> (?:<to> |cac |quy )*(?:<title> )?(?:<leader>)(?! nhan tien| an tien| nhan hoi)
    (?:<ask>) (?:cac |<title> )*(?:<official>) (?:\w+ ){0,2}(?:<help>)
    (?:quyet dinh|thong bao|van ban|cong van|giay phep) (?:\w+ ){0,6}(?:cua|do) (?:<title> )?(?:<leader>)
    (?:gia|mao|tu) (?:danh|mao|xung)(?: la)? (?:\w+ ){0,2}(?:<leader>|<official>)
    """,
    to="kinh, gui, thua, mong, de nghi, nho, xin, kien nghi, trinh, bao cao, bao, goi, voi_?, toi, den, len, yeu cau",
    ask="nho, mong, de nghi, xin, kien nghi, yeu cau, goi, bao, kinh gui, cam on",
    title="ong, ba, anh, chi, dong chi",
    help="""
        xuong, den, kiem tra, xu li, giup, huong dan, xem, giai quyet, ho tro, vao cuoc, quan tam, nhac, tuan tra
        can thiep, giai thich, tra loi, dep, bat, dieu tra, lam ro, ra
    """,
    leader=LEADER,
    official=OFFICIAL,
)

# What an official is reproached with.
PRAISE = one_of(
    r"""
    thai do (?:rat |that )?(?:tot|nhiet tinh|vui ve|niem no|de thuong|lich su|hoa nha|chu dao|than thien|than thuong)
    khong (?:he )?(?:vui tien|hach sach|gay kho|quat|nhung nhieu|phien ha|doi)
    (?:khach|hang xom) (?:\w+ )?(?:chui|mang)
    """
)
MISCONDUCT = one_of(
    r"""
    thai do, hach (?:sach|dich), cua quyen, quan lieu, vo (?:cam|li do|co|le|phep|tam|y thuc|i thuc), nhung nhieu
    phien ha, (?:thieu|vo) trach nhiem, tac trach, gay (?:kho|phien|nhieu|ap luc), lam (?:kho|tien|phien), quat, chui
    cau gat, hanh (?:dan|ha|toi|nguoi|ho|xu|la|hung), mang (?:mo|chui|nhiec|toi|em|dan|nguoi|ba con|khach|vao mat)
    cau (?:kinh|ban), (?:thi|hay|lai|phat|noi) cau(?! cuu| hoi| nay), gat (?:gong|toi|em|dan|len), coc (?:can|loc)
    lon tieng, van hoa(?! xa), noi (?:chuyen |nang )?(?:trong|nang|xo|tuc|xau|hon|leo|nhu|kho nghe|mat day), noi nang
    tat nuoc, kho (?:chiu|uoi), (?:coi|xem|khinh) thuong, khinh, xuc pham, lang (?:ma|nhuc), tho lo, bat lich su
    mat lich su, nhan nho, lanh nhat, tho o, dung dung, kieu ngao, lom, nguyt, liec, hat ham, vut (?:ho so|giay|don)
    cup may, nhai keo, luom, chi (?:mat|tro), dap ban, nem (?:ho so|giay|tra), xe (?:don|ho so), voi (?:vinh|tien)
    (?:vui|goi y|moi|an) (?:\w+ ){0,2}(?:tien|phong bi|hoa hong), phong bi, qua (?:cap|bieu)
    (?:xin|doi|bieu) (?:\w+ )?(?:an|uong|thuoc la|ruou|bia|nhau|qua tet|qua bieu|tien|chi|boi|phong|\d+)
    nhan tin (?:xin|goi y|rieng|ga), (?:nhan|lay|cam|dua) (?:\d+ (?:trieu|nghin)|tien)<owed>, lot tay, boi duong
    (?:tien|tra) (?:nuoc|ca phe|cafe), chay chot, hoi lo, tham (?:nhung|o|lam), tieu cuc, bao ke, no tien
    (?:khong|chua) tra tien, di (?:muon|tre), moi (?:den|vao lam|mo cua), den (?:muon|tre), vang mat, khong co mat
    ve som, bo (?:vi tri|truc|quen), de quen, lam mat (?:ho so|giay|don), viec rieng, vua lam vua, an sang, tan gau
    buon chuyen, (?:bam|nghe|luot|choi|xem|dung) dien thoai, luot (?:facebook|tiktok|mang), choi game
    (?:uong|mui|hoi|sac) ruou, ruou (?:bia|che), say (?:xin|ruou), (?:an|ngoi|di|hay) nhau, nhau (?:say|nhet|nhoet)
    ngu (?:gat|trua|quen), (?:hen|bat) (?:\w+ ){0,3}(?:\d+|may|nhieu|hai|ba|bon) lan
    (?:\d+|may|nhieu) lan (?:deu|ma|van|khong|chua|lien), hen (?:len|lan|di|mai), hua (?:hao|suong|lao|\w+ khong)
    ngam, giu (?:giay|ho so), om (?:ho so|tien|giay), khong (?:chiu |them |thiem )?(?:tiep|gap)(?: dan| toi| em| ai)?
    khong (?:them|thiem), (?:tranh|ne|lang) mat
    khong (?:chiu )?(?:nhan|tiep nhan|giai thich)(?: ho so| don| giay| gi)?(?! duoc), tu choi (?:tiep )?nhan
    khong (?:noi|ro|neu) li do, khong (?:ton trong|hop tac|nghe dan|lich su), ne tranh, tron tranh, dun day, lam ngo
    bat (?:toi|em|dan|ba con|chung|nguoi|mua|bo sung|di lai|lam lai|nop lai|cho|ho (?!so)), ngoai quy dinh
    khong co trong quy dinh, bao che, (?:tiep|nuong) tay, thien vi, uu (?:ai|tien nguoi), phan biet doi, bat cong
    chi (?:dep|phat|kiem tra|lap), (?:quen|nguoi quen|than quen) (?:thi|duoc|biet), con ong chau cha, bo qua, than huu
    tiet lo, lo thong tin, loi dung, lam quyen, tra thu, tru dap, danh (?:nguoi|toi|em|dan|dap)
    dap (?:vo|pha|nat|hong), hanh hung, doa, de doa, ep, khong (?:\w+ ){0,2}(?:bien (?:lai|ban)|phieu|hoa don)
    chung chi, an (?:chan|bot|tien|chia), bien thu, cau ket, bat tay, lam luat, tu loi, truc loi
    nguoi nha(?! toi| em| minh), loi ich nhom, (?:cu|doi) xu, ung xu
    thieu (?:ton trong|lich su|chuyen nghiep|nhiet tinh|hop tac), quay roi, sam so, ga gam, tan tinh, soi (?:loi|du)
    moi moc, tuy_? tien, lat long, sai pham, dao duc, tac phong, tu cach, ki luat, che (?:gieu|nhao), dan mat
    cuoi (?:nhao|khay|cot)
    """,
    owed="(?! thue| phi| ho tro| den bu| dien| tro cap| boi thuong)",
)
WRONG_OF_LEADER = one_of(
    r"""
    dat cong, trai phep, lan chiem, khong (?:\w+ ){0,3}(?:tiep dan|giai quyet|gap dan|doi thoai), bo nhiem, chay chuc
    hua (?:hao|suong|lao|roi|\w+ (?:roi|khong|chua|ma)), ke khai, ban dat, chia chac, doc doan, mat dan chu, be phai
    sai luat, con chau, than nhan
    """
)
ABOUT_LEADER = one_of(
    r"(?:to cao|(?:phan anh|kien nghi|khieu nai|don) ve) (?:<title> |hanh vi |viec |cua )*(?:<leader>)",
    title="ong, ba, dong chi",
    leader=LEADER,
)
