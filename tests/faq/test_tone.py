"""Small talk, reports of trouble, and emergencies."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faq import danger, is_report, smalltalk

EVALUATION = Path(__file__).parent.parent / "evaluation"


def rows(name: str, label: str | None) -> list[str]:
    lines = (EVALUATION / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [row["text"] for row in map(json.loads, lines) if row.get("label") == label]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("alo", "greeting"),
        ("Xin chào ạ!", "greeting"),
        ("chao shop", "greeting"),
        ("hello ad", "greeting"),
        ("cho hỏi chút ạ", "greeting"),
        ("ad ơi cho em hỏi với", "greeting"),
        ("có ai ở đó không", "greeting"),
        ("ok cam on nhe", "thanks"),
        ("tks ad nhiều", "thanks"),
        ("cảm ơn em đã hướng dẫn nhiệt tình", "thanks"),
        ("thank you so much", "thanks"),
        ("bye bye", "goodbye"),
        ("tạm biệt nhé hẹn gặp lại", "goodbye"),
        ("thôi em đi bán hàng đây, chào ad", "goodbye"),
        ("chào ad, cho hỏi lệ phí chứng thực", None),
        ("cho hỏi thuế khoán", None),
        ("cảm ơn, thế nộp ở đâu", None),
        ("hộ kinh doanh", None),
        ("", None),
    ],
)
def test_small_talk(text: str, kind: str | None) -> None:
    assert smalltalk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "cống tắc cả tuần nay không ai xử lý",
        "rác chất đống trước cửa hàng 5 ngày rồi",
        "ha do xe chan het cua quan em ngay nao cung the",
        "đèn đường ngõ tôi hỏng từ tháng trước, báo mãi chưa ai sửa",
        "đề nghị phường xử lý quán nhậu mở loa ầm ĩ tới nửa đêm",
        "can bo hach sach, bat bo sung ho so 4 lan",
        "app nộp thuế lỗi suốt, em không nộp được tờ khai",
    ],
)
def test_it_is_a_report(text: str) -> None:
    assert is_report(text)


@pytest.mark.parametrize(
    "text",
    [
        "cống tắc thì báo ai?",
        "rac thai cua quan an phan loai the nao",
        "xe đỗ trước cửa hàng có bị phạt không",
        "thời hạn giải quyết khiếu nại bao lâu",
        "phí chứng thực bản sao",
        "muốn phản ánh thì gửi ở đâu",
        "hồ sơ thiếu giấy thì phường báo thế nào",
        "",
    ],
)
def test_it_is_no_report(text: str) -> None:
    assert not is_report(text)


@pytest.mark.parametrize(
    "text",
    [
        "cháy",
        "chay nha roi",
        "quán bên cạnh đang cháy to lắm",
        "xưởng gỗ bốc cháy gọi ai bây giờ",
        "khói đen bốc ra từ ki ốt số 5",
        "xi gas nong nac ca quan",
        "nổ bình gas rồi",
        "no cam dao vao quan doa chem",
        "có đánh nhau trước cửa hàng, đổ máu",
        "đang bị cướp tiệm vàng",
        "thang kia no giat tui khach roi chay",
        "tai nạn ngay trước cửa, người bất tỉnh",
        "cứu với",
        "goi 114 giup voi",
        "co nguoi bi dien giat",
        "trẻ con rơi xuống giếng",
        "khách khó thở ngất xỉu",
    ],
)
def test_it_is_danger(text: str) -> None:
    assert danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "mua bảo hiểm cháy nổ ở đâu",
        "hàng cháy hàng rồi",
        "chay quang cao facebook co phai nop thue khong",
        "quán chay mới mở cần giấy tờ gì",
        "đánh giá mức độ hài lòng",
        "đối thủ cướp khách của em",
        "phòng cháy chữa cháy cần những gì",
        "giấy phép PCCC",
        "bị đánh thuế hai lần",
        "cháy túi vì tiền thuê",
        "app không chạy được",
        "chạy xe ôm có phải đăng ký không",
        "nếu có cháy thì gọi số nào",
        "hôm qua chợ cháy giờ xin hỗ trợ thế nào",
        "bị mất trộm thì báo ai",
        "bán dao kéo cần giấy phép gì",
        "khách chém giá",
        "lãnh đạo phường tiếp dân hôm nào",
        "đảm bảo an toàn",
        "đào tạo miễn phí",
        "",
    ],
)
def test_it_is_no_danger(text: str) -> None:
    assert not danger(text)


def test_emergencies_of_the_evaluation_fire() -> None:
    emergencies = rows("danger", "danger")
    assert sum(map(danger, emergencies)) >= 0.95 * len(emergencies)


def test_harmless_messages_of_the_evaluation_do_not_fire() -> None:
    assert [text for text in rows("danger", "harmless") if danger(text)] == []


def test_reports_of_the_evaluation_are_told_from_questions() -> None:
    reports, questions = rows("reports", "report"), rows("reports", "question")
    assert sum(map(is_report, reports)) >= 0.9 * len(reports)
    assert sum(map(is_report, questions)) <= 0.05 * len(questions)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_judged(text: str) -> None:
    assert danger(text) in {True, False}
    assert is_report(text) in {True, False}
    assert smalltalk(text) in {None, "greeting", "thanks", "goodbye"}


EMERGENCIES = """
    chong danh vo chay mau ben canh nha toi
    nha ben canh dang boc khoi den
    em không muốn sống nữa
    có người lạ đang phá khóa cửa quán
    ô tô đâm vào quán em có người mắc kẹt
    nhan vien em bi khach danh vo dau
    có người ngất
    rò điện tủ mát giật khách
    chập điện tóe lửa ở biển hiệu
    chaý nhà roi
    chém nhau ở quán bia
    có thằng cầm dao vào quán
    hoa chat tran ra xuong ngat qua
    giat day chuyen roi phong xe chay mat
    day dien dut roi xuong duong dang toe lua
    nhà em có mùi gas nặng lắm không dám bật đèn
    no dang duoi theo em, em tron trong nha ve sinh
    có thằng trèo tường vào nhà tôi
    co dua dang cay ket
    ai thấy bé trai 5 tuổi áo xanh lạc ở chợ ko
    máy ép nát tay công nhân rồi
    nhà đang xây đổ sập
    ba noi toi tho doc khong noi duoc
    nhà 2 tầng đang cháy có cụ già trong đó
    bon no dong lam, dang dap cua kinh
    nó tát em chảy máu mồm
    chau gai bi keo len xe den
    tau hoa tong xe
    tho han nga xuong ham
    có 2 cháu tắm ao chìm rồi
    nguoi dan ong nam guc ben duong khong biet song chet
    ông cụ lên cơn đau tim
    em bé sặc sữa tím người
    vo toi sinh roi chua kip di vien
    em chan song lam roi em uong het thuoc roi
    ông Tám bán phở nổ nồi hơi bỏng nặng
    ro ri khi gas o bep an
    nó đang đấm đá vợ nó túi bụi
    dang co trom pha cua sau
    co nguoi bi dien cao the giat
    có người sắp chết đuối dưới cầu
    ông già ngất trước cửa quán
    toi khong muon song nua
    chayyyy lon qua
    chay oto truoc cua
    bep tu no roi lua chay tum lum
    bình khí nén nổ chết người
    co thang dien cam dao di vong vong cho
    nó chém chú em đứt gân tay
    dang danh nhau du lam mau chay nhieu
    hai thằng đeo mặt nạ xông vào cướp két tiền
    xe container cán người chết tại chỗ
    công nhân rơi từ mái tôn xuống
    may dap dap nat ban tay tho
    dang sua dien thi bi giat nga xuong
    2 đứa trẻ chìm dưới ao sau chợ
    bà cụ ngã đập đầu chảy máu không tỉnh
    nha cu sap de 3 nguoi
    tran nha roi trung dau khach
    nó định nhảy từ tầng 5 xuống
"""

HARMLESS = """
    chet cuoi
    cơm chay bán online
    dot rac bi phat bao nhieu
    cuu em voi app etax ko dang nhap duoc
    dạo này vắng khách
    cắt điện hôm nay à
    đổi bình gas ở đâu rẻ
    no don lien tuc
    bao hiem chay no bat buoc mua cho nao
    nhân viên bị tai nạn thì báo ai
    he thong thue sap roi
    đánh nhau trong quán thì chủ quán có bị phạt không
    cháy túi rồi chị ơi
    day boi chong duoi nuoc can gi
    mở bể bơi phải có cứu hộ ko
    do tre so sinh ban o dau
    chạy bàn thì ký hợp đồng gì
    đánh bạc trong quán
    ế quá chết mất
    chat cay truoc nha
    mẫu váy này cháy size
    chay xe cong nghe dong thue the nao
    xe tai chay vao gio cam
    quán bị cháy tháng trước muốn tạm ngừng kinh doanh
    tai nan lao dong chet nguoi xu ly ra sao
    đâm ra nợ nần
    ông ấy toàn nổ thôi
    súng phun sơn mua ở đâu
    sap tet roi ban gi
    chết chưa, quên nộp thuế môn bài
    đăng ký khai tử cho bố
    bắt nhịp chuyển đổi số
    cứu với sắp hết hạn nộp thuế
    khách dọa đánh giá 1 sao
    bị ép doanh số
    đập đi xây lại quán
    nem chua ban can giay
    nhảy giá liên tục
    lật bánh tráng
    chìm nghỉm giữa đối thủ
    đốt vía
    khói thuốc trong quán có bị phạt
    thuốc diệt chuột bán ở đâu
    khách bị hóc giá
    máu lửa
    màu sơn biển hiệu
    mau hoa don
    may cua go can giay phep
    tiem ban sung do choi
    danh cho ho kinh doanh
    em mới bị cháy kho hồi tháng 6, hồ sơ xin miễn giảm thuế gồm gì
    cua hang ban thiet bi chua chay
    dang chay quang cao bi khoa tai khoan
    nổ phát 50 đơn
    danh dau ban ghe tren via he
    chém giá khách du lịch bị phạt nhiêu
    dao phay dao chặt bán ở chợ cần giấy gì
    keo cat toc
    cướp công người khác
    trẻ em bị lạc thì loa phường thông báo ở đâu
    tuyên bố mất tích làm ở đâu
    nhân viên bị bỏng có được hưởng bảo hiểm
    mái tôn dột
    dây điện sà xuống phản ánh đâu
    giá gas hôm nay
    em tự tin
    không muốn bán nữa
    đang đuối vốn
    bảo hiểm cháy nổ bắt buộc giá bao nhiêu một năm
    chay quang cao zalo
    nếu cháy thì gọi 114 đúng không
    xe khong chay duoc
    bán dao rựa ở chợ
    đánh nhau bị phạt bao nhiêu tiền
    tai nạn lao động thì hưởng chế độ gì
    dọa khởi kiện
    nợ cũ chưa trả
    khach danh gia xau
    lãnh đạo phường
    sập bẫy lừa đảo
"""

REPORTS = """
    nắp cống vỡ tháng nay chưa thay
    người bán rong chiếm trước cửa quán em
    pccc đòi cải tạo tốn quá không đủ tiền
    dat quy hoach treo 10 nam khong xay duoc
    bị phạt vì để biển quảng cáo trên vỉa hè mà hàng bên cạnh không sao
    nước cống tràn vào nhà em
    lam so do 2 nam chua xong
    ga chet hang loat khong ban duoc
    dịch tả lợn chết hết đàn
    cán bộ trả lời cộc cằn với bà con
    wifi mạng yếu khách không quét được mã
    khách quỵt tiền 5 triệu
    vướng quy hoạch không được sửa nhà
    bị vòi tiền mới cho qua
    vỉa hè bị đào lên rồi bỏ đấy
    nap cong mat nguy hiem lam
    quán karaoke bên cạnh mở nhạc to đến 12h đêm
    rác chất đống trước cửa hàng không ai dọn
    ho tro dich chua thay dau
    em kho khan qua khong tru noi
    goi phuong khong bat may
    nhân viên nghỉ hết không ai làm
    sai ten tren giay phep sua mai khong xong
    trộm vặt suốt chợ mất hàng liên tục
    rac 3 ngay roi chua thay xe den
    hàng giả bán tràn lan cạnh tranh không nổi
    duong vao cho nat be bet di khong noi
    chủ nhà tăng giá thuê gấp rưỡi
    bị phạt 3 triệu mà không có biên bản
    doan kiem tra xuong lien tuc lam phien khach
    xe dau kin cua hang khong vao duoc
    hoi bao ve cho doi tien gui xe cao
    phan mem hoa don treo suot
    gọi đường dây nóng không ai bắt máy
    đường ngập cả tháng nay xe khách không vào được
    mùi hôi trại lợn bay sang nồng nặc
    cán bộ một cửa hẹn lên hẹn xuống
    nhan vien bo viec lien tuc
    may in hoa don hong hoai ma ben ban khong bao hanh
    cong trinh do vat lieu bit loi vao tiem
"""

QUESTIONS = """
    bị mất trộm trình báo ở đâu
    hộ kinh doanh có cần kế toán không
    mất giấy phép xin lại ở đâu
    cán bộ gây khó khăn thì khiếu nại ở đâu
    tổng đài không nghe máy thì gọi số nào
    dây điện võng xuống thì gọi điện lực nào
    khong tuyen duoc nguoi dang tin o dau
    giấy vsattp làm mấy ngày
    tra cuu ma so thue
    xe tải cấm giờ nào
    một năm được kiểm tra mấy lần
    nhân viên nghỉ ngang có phải trả lương ko
    sai tên trên giấy phép sửa ở đâu
    chua co dkkd ban truoc duoc ko
    vắng khách quá có gói hỗ trợ nào không
    máy tính tiền hỏng có phải báo thuế không
    mở quán phở cần giấy gì
    vỉa hè bị đào có được đặt bàn ghế ko
    tôi mở tạp hóa 5 năm nay, thuế tăng nhiều quá, có cách nào xin giảm không
    rac khong ai don thi goi ai
    tai khoan bi khoa mo lai the nao
    nước yếu phản ánh ở đâu
    rác thu mấy giờ
    hồ sơ trễ hẹn có được xin lỗi không
    tăng giá thuê có phải báo trước không
    quán vắng quá muốn tạm nghỉ thì làm giấy gì
    bao giat mai ton co duoc ho tro ko
    xe đỗ kín cửa gọi ai
    chưa có giấy phép có được bán không
    không nộp thuế bị gì
    thủ tục xin giảm thuế
    mất giấy tờ làm lại ở đâu
    em bán quần áo 3 năm nay giờ hàng tồn nhiều quá muốn thanh lý có phải khai báo không
    mùi hôi trại lợn phản ánh số nào
    bị cắt điện vô cớ kiện ai
    giá thuê tăng quá cao thì xử lý thế nào
    sàn giữ tiền thì khiếu nại sao
    nhân viên bỏ việc có phải trả lương
    hóa đơn hỏng hủy thế nào
    bị lừa báo công an ở đâu
"""


def messages(table: str) -> list[str]:
    return [line.strip() for line in table.strip().splitlines()]


@pytest.mark.parametrize("text", messages(EMERGENCIES))
def test_an_emergency_fires(text: str) -> None:
    assert danger(text)


@pytest.mark.parametrize("text", messages(HARMLESS))
def test_a_harmless_message_does_not_fire(text: str) -> None:
    assert not danger(text)


@pytest.mark.parametrize("text", messages(REPORTS))
def test_trouble_told_is_a_report(text: str) -> None:
    assert is_report(text)


@pytest.mark.parametrize("text", messages(QUESTIONS))
def test_a_question_is_no_report(text: str) -> None:
    assert not is_report(text)


@pytest.mark.parametrize("text", ["cháy", "chaý", "CHÁYYY", "cha\u0301y"])
def test_the_tone_may_stand_anywhere(text: str) -> None:
    assert danger(f"{text} nhà rồi")
