"""What people type in chat and what it stands for, on unmarked words."""

from collections.abc import Callable, Mapping

from faq.phrases import word_set

# What is meant: how it is typed.
MEANINGS = """
    khong: ko k kg khg hok hk khum
    khong phai: kp
    khong biet: kbt
    duoc: dc dx
    dang ki: dk dki dky dkky
    gi: j
    vay: z zay zi dzay
    bao nhieu: bn bnhieu bnhiu
    nhieu: nhiu
    nhu the nao: ntn
    nhung: nhg
    nhung ma: nhma
    nguoi: ng
    ma so thue: mst
    ho kinh doanh: hkd
    chuyen khoan: ck
    tai khoan: tk acc
    so tai khoan: stk
    dich vu cong: dvc
    dich vu cong quoc gia: dvcqg
    dich vu cong truc tuyen: dvctt
    dang ki kinh doanh: dkkd
    giay phep kinh doanh: gpkd
    giay phep: gp
    kinh doanh: kd
    hoa don: hd
    hoa don dien tu: hddt
    may tinh tien: mtt
    so dien thoai: sdt
    cong ti: cty
    doanh nghiep: dn
    doanh nghiep nho va vua: dnnvv
    hop tac xa: htx
    can cuoc: cccd
    chung minh thu: cmnd cmt
    uy ban nhan dan: ubnd
    hoi dong nhan dan: hdnd
    hanh chinh cong: hcc
    trung tam phuc vu hanh chinh cong: ttpvhcc
    trung tam phuc vu: ttpv
    thu tuc hanh chinh: tthc
    phong chay chua chay: pccc
    an toan thuc pham: attp
    ve sinh an toan thuc pham: vsattp
    an ninh trat tu: antt
    bao hiem xa hoi: bhxh
    bao hiem y te: bhyt
    gia tri gia tang: gtgt
    thu nhap ca nhan: tncn
    thuong mai dien tu: tmdt
    giay chung nhan: gcn
    ngan hang: nh
    nhan vien: nv nvk
    lam viec: lv
    thanh toan: tt
    giai phong mat bang: gpmb
    thanh toan dien tu: ttdt
    truoc: trc
    biet: bt bik bjt bic
    lam: lm
    cung: cx cg
    roi: r oy
    moi: ms
    moi nguoi: mn mng
    voi: vs
    sao: s
    em: e
    muon: mun
    chua: chx
    gio: h
    thich: thik
    vi du: vd
    quyet dinh: qd
    nghi dinh: nd
    ho so: hs
    giay to: gt
    ket qua: kq
    khach hang: kh
    online: onl ol
    yeu: iu
    nhan tin: ib
    tin nhan: sms tn
    mat khau: pass password
    a: ak ah
    u: uh uk
    ok: okie oke okela okay
    giao dich: gd
    lien ket: lk
    xac nhan: xn
    thong tin: ttin
    su dung: sd
    dien thoai di dong: dtdd
    bat dong san: bds
    quan li: qly ql
    minh: mik mjk mih
    hom nay: hnay
    hom qua: hqua
    nguoi ta: ngta
    cam on: tks thanks thank camon
    qua: wa qa
"""
SHORTHAND: Mapping[str, str] = {
    typed: meant.strip()
    for line in MEANINGS.strip().splitlines()
    for meant, _, ways in (line.partition(":"),)
    for typed in ways.split()
}

AFTER_NUMBER: Mapping[str, str] = {
    "k": "nghin", "ngan": "nghin", "ngin": "nghin", "tr": "trieu", "ty": "ti", "d": "dong", "vnd": "dong",
    "h": "gio", "p": "phut", "ph": "phut", "kg": "kg", "s": "s", "e": "e",
}  # fmt: skip

MONEY_UNITS = word_set("ti trieu nghin ngan tram tr dong")
COUNTED = MONEY_UNITS | word_set("ngay tuan thang nam gio lan cua dia nguoi muc")
NUMBER_WORDS: Mapping[str, str] = {"hai": "2", "ba": "3", "bon": "4", "muoi": "10", "chin": "9"}
MONEY_NUMBER_WORDS: Mapping[str, str] = {"nam": "5", "sau": "6", "bay": "7", "tam": "8"}
PASSWORD_BEFORE = word_set("quen doi lo nhap sai mat cap lay dat ten va cai lai otp")
TURNOVER_AFTER = word_set("duoi tren hon ban hang nam thang")

LOANWORDS = word_set(
    """
    pos tax taxi gas bar box mart bus test fax os ios gps sms app web wifi shop mail gmail email form file web
    ads as is us has his her for or per off if sex six mix tix fix visa master otp qr pin sim mobile momo
    online offline zalo viber facebook tiktok shopee lazada grab card combo sale ship cod mark boss class pass cash
    apps docx xlsx pdf jpg excel word windows software pro plus vip jpeg wax relax jeans bill bank internet
    """
)


def _password(before: str, _: str) -> str:
    return "mat khau" if before in PASSWORD_BEFORE else "minh"


def _phone_or_turnover(_: str, after: str) -> str:
    return "doanh thu" if after in TURNOVER_AFTER or after.isdigit() else "dien thoai"


AMBIGUOUS: Mapping[str, Callable[[str, str], str]] = {"mk": _password, "dt": _phone_or_turnover}
