"""Whether a message tells of life in danger right now: fire, gas, violence, robbery, accident."""

import re

from faq.phrases import (
    ABOUT_RULES,
    ASKED,
    CLASSES,
    CONDITION,
    FIGURATIVE,
    NO_LIFE_AT_STAKE,
    NOW,
    PAST,
    PLEA,
    STILL_ON,
    SUPPOSED,
    WHOM_TO_CALL,
    one_of,
)
from faq.senses import HARMFUL, sensed, spelling, words_of

# Taken out first: these hold the same words and mean no harm. A stroke after a word: its marks say so.
HARMLESS = one_of(
    r"""
    dinh danh(?! nhau| em| toi| nguoi), (?:thoi gian|con|het|han|giay|phieu|tem|che do) bao hanh
    ban (?:vao|sang|qua|nham) (?:\w+ ){0,2}(?:\w*\d|tien|tai khoan|tk|trieu|nghin|tr|k)
    ong can_? bo, (?:otp|tien|giay|so|ma|hang|link) (?:\w+ )?cho no(?! no)
    chay vi, sung ban (?:gia|dinh|keo), no tung (?:vi|gia|don|doanh)
    (?:phong|chua|pccc) (?:chong )?chay(?: (?:va )?(?:chua|no)(?: chay)?)?(?: cuu nan| cuu ho)?, chong chay(?: no)?
    chay no(?! <done>), bao chay, chuong chay, de chay, dap chay, thoat (?:nan|hiem), bao hiem(?: \w+){0,3}
    (?:ngan|can|chiu|thoat|gay) chay(?! nha| kho| no), chay (?:thi|nhu the|het (?:minh|co|cong suat))
    (?:hang|don|ve|tui|vi|gia|mua|deal) (?:dang |bi |het |sap )?chay(?! nha| kho| cho| quan)
    (?:sale|tien|quy|san pham|mon|nhac|size|lich|show) (?:dang |bi |het |sap )?chay(?! nha| kho| cho| quan)
    (?:hang|san pham|mon|don)(?: \w+){1,3} (?:dang |ban )?chay(?: hang| lam)?$
    (?:tien|quy|san pham|mon) (?:\w+ )?(?:\w+ )?(?:dang )?chay(?! nha| kho| cho| quan| to)(?: (?:deal|may|khet))?
    chay (?:hang(?! hoa| xom| rao| quan)|tui|ve|don|deal|may(?! bien ap| xuc| phat)|pho|mang|nang|giao|khach|quang cao)
    chay (?:ads|qc|bo|grab|ship|be(?! gai| trai)|shopee|app|dua|hop dong|so|chi tieu|muot|on dinh|canh|den do|vuot)
    chay (?:viec|viet|thu|phan mem|chuong trinh|fb|face|facebook|ban|thuoc|gao|an|du|thi truong|kpi|lo|ba pha|3 pha)
    chay (?:truong|an|thue|bang|chot|doanh so|du an|ho so|giay to|tuyen|tot|em|oto cho|event|khap|sang|qua ben)
    (?:ve|deal|size|concert|show|mau_|set|trend|outfit|nhac|phong hat|don|voucher|suat) (?:\w+ ){0,2}chay
    chay (?:size|lai|theo|tron|di cho|cham|nhanh|nuoc)
    chay (?:web|su kien|khuyen mai|live|livestream|tiktok|zalo|google|marketing)
    chay xe(?! may| tai| khach| dien| <done>), chay (?:di|ve nha), chay ra(?! nhieu)
    (?:quan|an|do|com|bun|pho|mam|lau|banh|thuc pham|nha hang|tiec|chao|buffet|nem|gio|suat|hu tieu) chay(?! <done>)
    (?:ban|mo|nau|com|do an|mon an|ram) (?:\w+ )?chay(?! <done>), chay (?:man|truong|tinh), ngay_? (?:ram )?chay
    (?:may|phan mem|he thong|app|web|mang) (?:\w+ )?(?:van |dang |khong |lai )?chay$
    (?:may tinh|ung dung|nuoc|tien|ban|xe) (?:\w+ )?(?:van |dang |khong |lai )?chay$
    (?:may|phan mem|he thong|app|web) (?:\w+ )?(?:van |dang |khong |khong the )?chay
    (?:mang|may tinh|ung dung|nuoc|tien) (?:\w+ )?(?:van |dang |khong |khong the )?chay
    (?:khong|chua) (?:bi |he |co |phai )?(?:chay|no|danh|cuop|tai nan|trom)(?! duoc| kip)
    danh (?:gia|thue|may|van|dau|so|rang|bat|mat|roi|lua|doi|bac|trung|hang|bay|vecni|giay|thuc|ca)
    danh (?:bong|vao(?! dau| mat| nguoi)|gon|cuoc|bai|de|dan|giay|ghen|tieng|tron|luoi|muc|chiec)
    danh (?:manh|nhan(?! vien)|ban|phan|xuat|dong|ket|cau|gan|game|chu(?! quan| nha| tiem)), co_? danh
    bi danh (?:thue|gia|gay|tut|truot|dong)
    cuop (?:khach|moi|mat|thuong hieu|cho|hang(?! roi)|dia diem|cong|loi|doanh thu|nghe|mang luoi|nguon|suc)
    cuop (?:ten|tai khoan|cong ti|co|hop dong|don|nguoi yeu|nick|page|gian hang|logo|ban quyen|nhan vien)
    cuop (?:dien dan|song_?|bien hieu|spotlight|thi truong|suat|phan|y tuong|bai|mat bang)
    (?:nhu|gia|thue|phi) (?:\w+ )?an cuop, review chem, chem (?:gia|gio|dep|khach(?! bi| chay)|chac|tien)
    (?:gia|khach) (?:\w+ )?chem, chat chem, bi chem (?:gia|dep|tien)
    dam (?:bao|dau|ra|me|don|nham|cuoi|tang|gio|dong|phan|phat|nhan(?! vien)|nhiem|chan|choi|hoi|kien), bao dam
    no (?:don|hu|ro|luc|le|nan|hoa don|tien|thue|xau|ngan hang|may(?! bien| nen)|sale|doanh|cuoc|deal|khach|trien)
    bung no, bua no, (?:don|sale|tin nhan|thong bao|dien thoai) no, (?:cong|ghi|thu|doi|tra|siet|khoan|xoa|con|mac) no
    (?:lanh|giao|chi|dia|dinh|hai|chu|thuc|dan) dao, dao (?:tao|duc|dien|nguoc|han|cua so|pho|mat|keo|nay|nhau)
    giat (?:minh|lag|la|ui|gan|do|say|gi|giu|kho|vai|quan ao|may(?! tinh)|tit|co hon|hui|spotlight|deal|sale|giai)
    (?:mang|may tinh|may pos|wifi|app|man hinh|man) (?:\w+ )?giat, may giat(?! tui| do| lay| dien| vi), tiem giat
    lua (?:dao|chon|dam|doi|tren mang|hong|trai), bi lua(?! <done>), tai nan lao dong, ban (?:dao|keo)
    sung (?:nuoc|ban keo|dien tu|do choi|ban ma|quet|bong), (?:sung|dao) (?:lam bep|bep|keo|cat|ban gia), sung ban gia
    sap ham, chet (?:may|app|mang|tien|that|doi|von|cuoi|khiep|dung|me|ngat|lam sang|lam toi)
    giet (?:thi truong|thoi gian), thoi (?:em|toi|anh|minh) chet, giet (?:mo|thit|ga|lon)
    (?:e|met|no|vang|lo|nong|ban|so|dau|chan|buon|doi|cuoi|phien|bun)(?: \w+){0,2} (?:muon chet|sap chet|chet mat)
    (?:do|xa|hut|cau|chup|quay|nghe|lay|an|hoc) trom, trom (?:via|nghi)
    cap cuu (?:cai |con |ho |giup )?(?:may|du lieu|don|shop|laptop|page|web)
    (?:phim|game|truyen|bai hat|tro choi) (?:\w+ ){0,4}(?:danh|ban|giet|cuop|chem)(?: nhau)?
    (?:chay_? mau|ngat|co giat|dot quy|soc) (?:chat xam|ngay|vi (?:gia|hoa don|tien|thue)|nguon luc)
    (?:web|website|page|hack|trang|mang) (?:\w+ ){0,3}(?:tan cong|sap|danh sap|chet), tan cong (?:mang|thi truong)
    khung bo (?:dien thoai|doi no|tin nhan|zalo), mau me co bac, dien giat (?:gia|minh|tang)
    (?:quan|tiem|shop|san|web|mang|he thong|gia|thi truong) (?:\w+ )?sap
    (?:app|server|trang|shopee|tiktok|lazada|cong viec|kinh te|uy tin) (?:\w+ )?sap
    sap (?:tiem|san|web|mang|he thong|gia|server|app|nguon|bay|hang|xep), duoi (?:vi|voi|tien|von|qua|ve|suc)
    nem da (?:vi|tren|qua)(?! nha), may cat co, (?:lam|noi|an|di|cu) tu tu, (?:cam|vay|the chap) (?:nha|co)
    treo co (?:to|to quoc|dip|le), \w+_(?! mau)
    """,
    **CLASSES,
)
FIRE = r"""
    (?:dang|vua|bi|moi|boc|phat|lai|da|bat dau|co|dam|sap|troi) chay, (?:co )?chay[ !]*$, ^chay(?: [!.]| <done>)
    \. chay [!.]
    chay (?:roi|rui|r|to|lon|ruc|du|khung|lan|khet|ngun ngut|bung|dung dung|phung phung|het (?:roi|nha|ca|hang)|rui)
    chay (?:<house>|cua|nha may|hang hoa|cot|tram|day|dien|khung|o|ngay|sat|tran|vach|mai|rem|chan|nem|thung)
    (?:set danh|danh) chay, chay (?:ben|tren|trong|tang|lam|qua|gan|den|gas|ga|binh|voi|oi|chay|hang xom|sap)
    chay (?:xe (?:may|tai|khach|dien|<done>)|oto), <house> (?:\w+ ){0,4}(?:boc|phat|bi|dang|co) chay
    <house>(?: \w+){0,3} chay (?:<done>|ngun|khet|den|rui), chay_? <house> <done>
    <house> (?:toi|em|minh|ben canh|hang xom) chay$, xe (?:dien|may) chay (?:<done>), hoa hoan, phong hoa
    boc (?:khoi|lua), khoi (?:boc|den|mu|nghi ngut|day|um|ra|cuon|mit|tuon|bay ra|bay day|xam), mui khet, khet let
    khoi (?:\w+ ){0,6}(?:nghi ngut|mu mit|boc len|boc ra|tuon|den si|phut|cuon), ngat khoi, (?:toe|phut|xet|phun) lua
    (?:xet|toe) (?:\w+ )?(?:dien|lua|tia lua), lua (?:boc|chay|lan|ruc|to|ngun|da|tum|bung|phut|ngut|bua|lem|vay|het)
    ngon lua, ben lua, dam chay, bat lua(?! gas| ga| \d| ban), chap (?:dien|chay|day|mach), bung chay, phung chay
    lua (?:ben|da ben|liem|bung|chay|lan)(?: \w+){0,2} (?:sang|len|vao|toi), dap (?:\w+ )?lua
    (?:dap|chua) khong (?:duoc|kip|noi), dot (?:nha|quan|cho|cua hang|xe|kho|tiem), (?:tuoi|tat|do|he|doi|te) xang
"""
GAS_AND_EXPLOSION = r"""
    (?:cay xang|<house>) (?:\w+ ){0,2}no <done>
    no (?:<tank>|lon|to|tung|roi|rui|dien|bong(?! bong)|lop|bom|kho|o|ngay|trong|du|nha|ca|day|banh xe|cai|bup|dung)
    phat no, tieng no, (?:vua|bi|moi|phat|bom) no, no (?:\w+ ){1,4}(?:bi thuong|chet|bay)
    <tank> (?:\w+ )?(?:bi |vua |da |phat |moi |sap )?no
    (?:xi|ro|ro ri|thoat|ho|tran|xit) (?:khi )?(?:ga|gas|amoniac|hoa chat|khi doc|axit|clo)
    (?:ga|gas|khi gas|binh|hoa chat|khi doc|khi|amoniac) (?:\w+ ){0,3}(?:xi|ro|ro ri|thoat|tran|phun|xit)(?! nghiep)
    mui (?:khi |hoi )?(?:ga|gas), (?:ga|gas) (?:boc mui|nong nac|phi|ra day|nong lam), mui hoa chat (?:\w+ )?nong
    (?:ong|van|day|binh) (?:\w+ )?(?:ga|gas) (?:\w+ )?(?:vo|bung|dut|phi|phut|ho), ngat (?:khi|khoi|ga|gas|than)
    tran (?:hoa chat|axit), khi doc, hoa chat (?:tran|do|phun|ban)
"""
WEAPONS = r"""
    (?:cam|vac|vung|xach|lam lam|khua) (?:(?:\w+ ){0,2}<weapon>|(?:cay |con |cai |ca )?<tool>)
    (?:rut|di|ke|ru|mang|thu|giau|co|lia|dung|gio|dem|lay|xia|no|han) (?:\w+ )?<weapon>
    <weapon> (?:\w+ )?(?:doa|ke|chem|dam|duoi|chay loan|danh|dinh dam|dap pha|doi giet), <weapon> (?:di|vao|xong|dap)
    ma tau, hung khi, vu khi, kim tiem (?:doa|di|dam), (?:co|no|han|nghe|tieng|nhieu) (?:tieng )?sung
    sung (?:ban|doa|di|no|han), ban (?:nhau|chet|sung|nguoi|vao|bi thuong|toi|em|trung|chi thien)
    (?:doa|de doa|doi|hua|dinh|duoi|muon|quyet(?! dinh)) (?:\w+ ){0,2}(?:giet|chem|dam|dot nha|pha nha)
    (?:doa|de doa|doi|hua|(?<!quyet )dinh|duoi|muon|quyet(?! dinh)) (?:\w+ ){0,2}(?:xu|ban(?! nhan dan)|cat co)
    (?:doa|de doa|doi|hua|dinh|duoi|muon|quyet) (?:\w+ ){0,2}(?:thit|giet ca)
    doa (?:\w+ )?(?:danh|dot|pha quan), de doa, khung bo
    chem (?:<who>|chet|loan|bi|lia|vao|tui|trung|xa|tay|dut|lung tung)
    (?:bi|dang|vua|doi|duoi|dinh|lao vao|vao|ra) (?:\w+ )?chem, <villain> (?:\w+ )?chem
    dam (?:<who>|chet|bi|trong thuong|trung|lut can|loan), dam (?:nhat|phat|\w+ nhat|vao (?:<part>|<who>))
    (?:bi|vua|dang|doi|dinh|rut|no|han) (?:\w+ )?dam
"""
VIOLENCE = r"""
    di kim tiem, dang dap (?:xe (?:toi|em|nha)|oto|kinh|quan|cua|nha)
    (?:tat|nem|do|he|tuoi) (?:\w+ )?(?:bom xang|xang|axit|son vao)
    danh (?:<who>|lon|dap|hoi dong|chet|chay mau|tui|bam|bat tinh|gay)
    danh (?:dam|to|loan|tre|toi ta|me|bo|nhau|ngat|vo dau|khong nuong)
    (?:bi|dang|vua|xong vao|xong toi|lao vao|nhau|keo den|keo toi) (?:\w+ ){0,3}danh
    (?:keo nguoi|keo vao|doi|duoi|dinh|kia|no|han|bon) (?:\w+ ){0,3}danh
    (?:bi|dang|vua|no|han|cu) (?:\w+ ){0,2}(?:dap|tat|dam|da) (?:vao )?(?:<part>|<who>), uynh nhau, oanh nhau
    quanh nhau, dam da, xo xat, au da, au_ da, hon chien, hon_ chien, tan cong, bao hanh, bop co, siet co, vat lon
    loan da, hanh hung, bop mui, con do, giang ho, dau gau, xa hoi den, thanh toan nhau, choang nhau, choang_ nhau
    chien nhau, quyet chien, dap (?:pha|vo|nat|cua|quan|tan|chai|do), dap (?:\w+ ){1,3}vao (?:<part>)
    dap (?:len )?<who>, (?:dang|no|han|bon no|vao|den|xong vao|keo den) pha (?:quan|cua|nat|nha|hang)
    pha (?:quan|nat|tan|sach), quay pha, nem (?:\w+ ){0,2}(?:vao|vo|toi tap)(?: <who>| <house>)?
    nem (?:gach|da|chai|bom|min|bom xang), vay (?:nha|quan|kin|danh), xong (?:thang )?vao(?! thi truong| nganh| lam)
    lao vao (?:danh|dam|dap|<who>|xau xe), tuon vao
    (?:cam|nhat|vac) (?:gach|da|chai|ghe) (?:nem|danh|dap|doi|phang|choang)
    (?:dinh |dang |vua |no |doi |se )?giet (?:nguoi|toi|em|nhau|chet|ca|vo|con|me|het|t|minh), an mang
    (?:tat|hat|tam) (?:axit|a xit|acid|xang|nuoc soi), axit, hiep(?: dam)? (?:<who>), hiep dam, cuong hiep, xam hai
    so_? soang, sam so, sam_ so_?, (?:ep|giu|loi) (?:\w+ )?vao (?:phong|nha nghi), lam nhuc, quay roi tinh duc
    cuong buc, (?:sap|dinh|dang|bi) (?:hiep|cuong), vo dau, do mau, be bet mau, mau me, chay mau dau, keu cuu, keu la
    cau cuu, la het
"""
ROBBERY = r"""
    (?:bi|co|dang|vua|no|han|gap|thang|ten|bon|toan|nhom|ke|them|bat|lai) (?:\w+ )?cuop(?! lay khach), ^(?:an )?cuop
    cuop cuop
    cuop (?:giat|tien|tiem|vang|ngan hang|quan|cua|xe|tui|dien thoai|day chuyen|roi|bong|oi|voi|day|duong|dang|co)
    cuop (?:ki ot|lay|cam|vao|het|o|may|may_|can|di|mat|nha|cho|ba|shop|dt|vi|giua|bien|kia)
    (?:giat|cuom|cuop|chop|giang) (?:mat |lay |cai |phang )?(?:tui|day|dien thoai|tien|vang|lac|vi)
    (?:giat|cuom|cuop|chop|giang) (?:mat |lay |cai |phang )?(?:gio|balo|ba lo|dt|may|xe|do)
    (?:bi|vua|no|han) giat (?:mat|do|\w+ roi), moc tui, tran lot, xin deu, an cuop (?:nha|quan)
    (?:co|dang co|bat duoc) (?:\w+ )?(?:trom|ke gian|nguoi la (?:dot|leo|treo|cay|pha))
    (?:thay|phat hien|nghi|hinh nhu co) (?:\w+ )?(?:trom|ke gian|nguoi la (?:dot|leo|treo|cay|pha))
    trom (?:dang|dot nhap|cay|leo|pha|oi|trong|vao|be khoa|chay|mo|no|han|vua|kia|cho|cat khoa)
    bat (?:lay )?(?:trom|cuop)
    (?:no|han|dang|bi|nguoi|dua|thang|gian|trom|vua) (?:\w+ )?(?:cay|pha|be|cat|nay) (?:cua|khoa|ket|tuong), dot nhap
    (?:treo|leo|chui|nhay) (?:vao|qua|tuong|rao|ban cong|mai)(?! facebook| zalo), cay khoa, cay ket, be khoa
"""
CAPTIVITY_AND_LOSS = r"""
    (?:<child>) (?:\w+ ){0,3}bi (?:\w+ ){0,2}(?:be|bat|dat|loi|keo|om|am) (?:di|mat|len)
    <child> (?:\w+ ){0,6}(?:dau roi|dau mat|khong thay dau|khong tim thay|tim khong (?:thay|ra)|chua (?:thay )?ve)
    bat coc, thuoc me, con tin, khong che, tong tien, giu nguoi, doi (?:tien )?chuoc, tien chuoc, bi trung, ban sang
    (?:nhot|trung ham|troi|xich) (?:<who>|lai|trong), giam (?:giu|long|trong|em|toi|chau|lai)
    giu (?:\w+ ){0,3}khong cho (?:ve|ra|di), bi (?:nhot|giam giu|troi|bat di|bat mat|bat nhot)
    (?:bat|dat|be|loi|keo|cho|am) (?:mat |di )?(?:<child>|vo|em gai) (?:\w+ ){0,2}(?:di|mat|len|chay|bo)
    (?:om|du|du do|cuom) (?:mat |di )?(?:<child>|vo|em gai) (?:\w+ ){0,2}(?:di|mat|len|chay|bo)
    (?:cuop|danh cap|mang|dua) (?:mat |di )?(?:<child>|vo|em gai) (?:\w+ ){0,2}(?:di|mat|len|chay|bo)
    (?:nguoi|dua|thang|no|han|ke \w+|cho|xe \w+|la) bat (?:mat )?<child>(?! dau), lac (?:me|bo|gia dinh)
    (?:bat|be|loi|keo|cuop|cuom|am) mat (?:<child>|vo)
    (?:nguoi|ke|dan ba|dan ong|ong|xe) la (?:\w+ ){0,2}(?:dat|be|bat|du|keo|loi|am|cho|bam theo)
    (?:loi|keo|day|tong|nem|ep) (?:\w+ ){0,3}(?:len|vao) (?:xe|oto|o to|cop)
    (?:khach|toi|em|bi|nha|co nguoi) mat <child>(?! dau| so| hang), mat (?:chau|be|em be|con be|dua be) <done>
    mat con(?= <done>| toi| em| trai| gai| nho|$), mat tich
    lac (?:mat |dau )?(?:<child>|me|bo|ba|ong|vo|chong|nguoi nha)
    (?:<child>|me|bo|ba|ong|cu|vo|chong) (?:\w+ ){0,4}(?:bi |di )lac
    (?:<child>) (?:\w+ ){0,4}lac(?: (?:dau|mat|me|bo|roi|o|trong))
    (?:<child>|ba cu|ong cu|cu gia|me toi|bo toi) (?:\w+ ){0,4}(?:bien mat|mat tich|mat hut)
    (?:<child>|ba cu|ong cu|cu gia|me toi|bo toi) (?:\w+ ){0,4}(?:bo di|di dau mat|dau mat)
    khong thay (?:\w+ )?(?:<child>|me|bo|ba cu|ong cu|vo|chong)(?! dau)
    (?:<child>|ba|ong|cu|me|bo|bo toi|me toi) (?:\w+ ){0,6}(?:chua tim thay|tim khong thay|tim chua thay)
    tim (?:\w+ ){0,4}(?:<child>) (?:\w+ )?(?:khong|chua) (?:thay|ra), (?:tim|thay) (?:tre|chau|be) lac
"""
ACCIDENTS = r"""
    tho (?:<part>) vao (?:may|o dien|luoi cua|quat), tai nan
    <vehicle> (?:\w+ ){0,3}(?:tong|dam|dung|can|lat|huc|lao|ui|va|quet|cuon|de|hat|nghien|mat lai|mat phanh)
    hat (?:vang|tung|ngat|bay)
    (?:bi|vua|moi) (?:\w+ )?(?:tong|dung xe|huc|lat xe|nga xe|ui|xe (?:\w+ )?(?:can|tong|dam|huc|dung|de|cuon|va))
    tong (?:nguoi|xe|nhau|chet|vao|trung|phai|lien hoan|gay|thang), lat (?:<vehicle>|up|ngua)
    can (?:chet|nguoi|qua|dut|nat), dung (?:xe|nhau), xe (?:\w+ )?can, xe dien (?:can|dam), va cham
    lao (?:xuong|vao) (?:song|ho|muong|nha|quan|via he|ao|vuc|cho)
    nga (?:xe|gian giao|cau thang|tu|lau|gay|bat|xuong|dap|ra|quy|guc|khuyu|vat|lan|gian|mai|thang|tang|nua|nam)
    roi_? (?:ca )?(?:tu|xuong)(?: \w+){1,3}, roi_? (?:gian giao|lau|tang|mai|cau thang|gieng|ho|song|ao|ham|muong)
    roi_? (?:vao|trung|xuong|vo|de) (?:dau|nguoi|<who>)
    (?:dat|da|cat|be tong|ho mong) (?:\w+ )?(?:sap|lo|vui|do xuong), vui <who>, dut cap (?:cau|thang|roi)
    (?:te|nga|nhay|lao|truot|lot|sup|tut) (?:\w+ )?(?:xuong|tu|lau|ho|gieng|cong|be) \w+
    gay (?:chan|tay|co|xuong|lung|dui|vai|\d chan)
    (?:bi |mac |dang )?ket (?:trong|thang may|o|duoi|lai|cung|ben trong|<who>)
    (?:thang may) (?:\w+ )?(?:ket|roi_?|dut), mac ket
    (?:ket|cuon|nghien|kep|dap|cat|cua|can|cuon) (?:\w+ )?(?:<part>|toc|nguoi) (?:vao|trong|roi|rui|tho|nat)
    may (?:\w+ ){0,2}(?:cuon|nghien|kep|cat|cua|dap|cuop|chem|can) (?:\w+ ){0,2}<part>
    (?:ket|kep|cuon|dap|giap|nat) (?:<part>) (?:\w+ ){0,2}(?:may|cua|thang), dut (?:lia |gan |roi |mat )?(?:<part>)
    thung (?:bung|dau|phoi), nat (?:tay|chan|nguoi), de (?:len|trung|phai|chet|bep) <who>
    bi (?:\w+ ){0,2}(?:de (?:len|trung|chet|bep|nguoi)|vui|chon), (?:nguoi|tho|khach|chau) bi de, vui lap
    <building> (?:\w+ ){0,3}(?:sap(?! do| het| xay| co| den| toi| nga| xong)|do (?:vao|xuong|ap|sap|de|roi)|sup)
    <building> (?:\w+ ){0,3}(?:de (?:len|trung|chet|phai|vao|<who>)|roi (?:xuong|trung))
    (?:gian giao|can cau) (?:\w+ )?do
    do (?:tuong|sap|ap|gian giao|cot dien|nha|can cau|cay xuong) (?:\w+ ){0,3}(?:<who>|<done>)
    (?:roi|sap|do|ket|lat|chay) (?:\w+ ){0,3}co nguoi, sap toi noi
    sap (?:<building>|xuong|het (?:roi|ca)|gian|roi|kho|nha), cay (?:\w+ )?do (?:vao|xuong|de|trung|len), sat lo
    sut (?:lun|ho|lo|xuong|dat), ho tu than, nut toac, nghieng sap, chim (?:tau|do|thuyen|xuong|ghe|roi|dan|nghim)
    (?:thuyen|ghe|do|tau|xuong) (?:\w+ )?(?:chim|lat), bi thuong, trong thuong, thuong nang, chan thuong
    gay thuong tich, danh bom, bong (?:nang|nuoc|dau|lua|axit|dien|ca|toan|mat|tay|het|roi|ga|<who>), bi bong
    (?:nuoc soi|dau soi|dau nong) (?:\w+ )?(?:do|vao|ban)
"""
ELECTRICITY_AND_WATER = r"""
    dien giat, (?:bi|tho) (?:\w+ ){0,3}giat (?:dien|nam|bat|nga|tim|chet|co)(?! gi), dien bi giat
    (?:giat|ho|ro) dien(?! thoai), (?:bi|co|no) (?:dien )?giat (?:\w+ )?(?:khach|tho|nguoi|chau), ro dien, dinh dien
    cao the (?:\w+ )?(?:giat|phong dien|dut|roi), day (?:dien|cap|cao the) (?:\w+ ){0,2}(?:dut|roi|ho|sap|toe)
    dut day (?:dien|cao the), cot dien (?:\w+ ){0,3}(?:chay|no|do|gay|nghieng|toe), duoi nuoc, chet duoi
    duoi_? (?:o|duoi|ngoai|roi|giua) (?:ho|song|ao|be|bien|muong)?, dang duoi
    (?:be|chau|nguoi|tre|hoc sinh) (?:\w+ ){0,2}duoi(?= nuoc| roi| o| giua|$)
    (?:lu|nuoc|song) (?:\w+ )?(?:cuon|cuon troi), cuon troi
    (?:nuoc|lu) (?:\w+ ){0,3}(?:toi|den|ngap|len) (?:noc|mai|co|nguc|dau|tang)
    (?:roi_?|nga|lot|te|nhay|lao|truot) (?:\w+ )?(?:xuong )?(?:song|ao|ho|gieng|muong|cong|be|kenh|cau)
    khong (?:thay )?(?:noi|ngoi) len, chim nghim
    (?:nguoi|xac|chau|be) (?:\w+ )?(?:troi|noi) (?:song|tren|duoi|o|giua)
    (?:tam|boi|song|ho|ao|nuoc|be) (?:\w+ ){0,5}khong (?:thay )?(?:\w+ )?len
    chim (?:duoi_?|xuong|trong|giua) (?:ho|song|ao|nuoc|be|kenh|muong|day)
"""
ILLNESS = r"""
    bat tinh, bat dong(?! (?:cua|bang|san)), me man, hon me, lim di, lim luon
    nam (?:im|bat|vat|guc|gai|lan|bet|giua|quay|co ro), khong biet song chet, nam (?:\w+ )?khong (?:day|dong|cu)
    ngat (?:xiu|di|roi|rui|lim|giua|o|trong|tai|ngoai|luon|lich|r|co|mat|ngay)(?! nguong)
    (?:bi|co|nguoi|khach|vua|tu nhien|be|chau) (?:\w+ ){0,2}ngat(?! dien| nuoc| mang| ket| ngay)
    (?:toi|em|con|me|bo|ong|ba|cu|nhan vien) (?:\w+ ){0,2}ngat(?! dien| nuoc| mang| ket| ngay)
    (?:ngung|ngat|het|khong|tac|kho) tho(?! lo| mo| may| nao| xay)(?: duoc)?, (?:ngung|dau) tim
    tim (?:ngung|tai|dau|khong dap|bop), co giat, dong kinh, giat dung dung, dot quy, tai bien, nhoi mau, bot mep
    sui bot, meo (?:mom|mieng|mat), liet nua, tho (?:thoi thop|khong noi|khong duoc|hon hen|doc), tuc nguc, om nguc
    hoc_? (?:xuong|hat|di vat|dom|keo|thuc an|nghen|mau|trong)
    (?:chau|be|khach|con|em|nguoi) (?:\w+ )?hoc_? (?:xuong|hat|keo|dom|thach|do|thuc), nuot (?:phai|nham)
    nghen (?:tho|hong), tim (?:nguoi|mat), chay_? mau, mau (?:me|chay|nhieu|ra|be bet|lenh lang|phun|tuon|khong cam)
    mat nhieu mau, cam mau, khong cam duoc, tho huyet, non (?:ra mau|thoc|mua|het|lien), ngo doc
    trung (?:doc|gio|phong|nang)(?! voi)
    (?:uong|nuot|an) (?:\w+ ){0,2}(?:thuoc (?:sau|ngu|tru \w+|chuot|co)|axit|hoa chat|ba chuot|nam doc|la ngon|xang)
    (?:uong|nuot|an) (?:\w+ ){0,2}(?:thuoc (?:diet \w+|tay|doc|la|ray)|axit|hoa chat|ba chuot|nam doc|la ngon|xang)
    hap hoi, nguy kich, nguy cap, thoi thop, chet nguoi, co nguoi (?:\w+ )?chet
    sap (?:chet|tat tho|khong qua)(?! doi)
    (?:nguoi|khach|tho|ong|ba|cu|chau|be) (?:\w+ )?chet (?:o|trong|ngoai|tai|roi|giua|ngay|duoi), nam chet, xac chet
    co xac, (?:dang|sap|tro da|dau) (?:de|sinh) (?:roi|ngoai|o|tai|giua|tren|ma|den)
    (?:de|sinh) (?:\w+ ){0,2}chua kip, de roi, vo oi, tro da, chuyen da, bang huyet, say thai, say nang
    (?:ran|cho(?: dai)?|ong(?: vo ve)?|bo cap|khi) (?:\w+ )?(?:can|dot|vo|tan cong|duoi can)(?! trom| tien)
    soc (?:phan ve|thuoc|ma tuy|nhiet), di ung (?:\w+ )?(?:nang|kho tho|sung), qua lieu, ngao da (?:\w+ )?dap pha
    lan ra (?:\w+ )?(?:co giat|bat tinh|san|dat|nga|ngat|day), xiu (?:roi|di|giua|o|ngay|luon|tai)
    guc (?:xuong|tai|ngay|giua|luon|roi), goi (?:\w+ ){0,3}khong (?:tinh|day|phan ung)
"""
SELF_HARM = r"""
    ket thuc (?:cuoc doi|cuoc song|doi minh), tu ket thuc
    (?:dinh|doi|muon|dang|vua|nguoi|no|co|chau|toan|cat tay) tu tu, tu (?:sat|thieu|ket lieu)
    tu tu (?:roi|o|trong|bang|voi|bat thanh), treo co, that co, rach (?:tay|co tay|mach)
    (?:dung|ngoi|treo) (?:\w+ ){0,2}(?:lan can|thanh cau|noc nha|san thuong|mep|cot dien|mai nha)
    (?:cat|rach) (?:\w+ )?(?:tay|co tay|mach)(?= tu| chay| roi|$), cat (?:mach|co tay)
    nhay (?:lau|cau|song|tang|xuong)
    (?:doi|dinh|dang|sap|muon|chuan bi) (?:\w+ )?(?:nhay|gieo minh)(?! viec| dam| day| zumba)
    (?:khong|chang|chan) (?:muon |thiet |can )?(?:song)(?: nua)?(?= nua|$| roi), muon chet, chan song, quyen sinh
    ket lieu, tuyet menh, vinh biet, tam biet (?:\w+ ){0,3}(?:doi|cuoc doi|coi doi), chet (?:quach|cho xong|cho roi)
"""
HAPPENING = one_of(
    FIRE + GAS_AND_EXPLOSION + WEAPONS + VIOLENCE + ROBBERY + CAPTIVITY_AND_LOSS + ACCIDENTS
    + ELECTRICITY_AND_WATER + ILLNESS + SELF_HARM, **CLASSES,
)  # fmt: skip
HE = re.compile(r"(?<!\w)nó(?!\w)", re.IGNORECASE)  # unmarked, it is also "nổ"
FIRE_IN_FULL = spelling("cháy")


def danger(text: str) -> bool:
    """Whether 113, 114 or 115 must come first: harm to people, and now; not supposed, past or asked about as a rule."""
    whole = sensed(HE.sub("hắn", text), HARMFUL)
    said = HARMLESS.sub(" . ", whole)
    if SUPPOSED.search(said) or FIGURATIVE.search(said) or not _alarming(text, said):
        return False
    if ABOUT_RULES.search(whole) or PAST.search(whole):
        return STILL_ON.search(said) is not None
    if NOW.search(said):
        return True
    return not CONDITION.search(said) and (not ASKED.search(said) or WHOM_TO_CALL.search(said) is not None)


def _alarming(text: str, said: str) -> bool:
    return HAPPENING.search(said) is not None or _plea(said) or _fire_in_full(text, said)


def _plea(said: str) -> bool:
    return PLEA.search(said) is not None and not NO_LIFE_AT_STAKE.search(said)


def _fire_in_full(text: str, said: str) -> bool:
    """Whether the message spells cháy with its mark and a harmless phrase does not explain it."""
    return "chay" in said.split() and any(spelling(word) == FIRE_IN_FULL for word in words_of(text))
