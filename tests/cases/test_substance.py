"""What counts as an answer, as a basis, as a reason: tables of texts that do and that do not."""

import pytest

from bot.cases.substance import is_basis, is_reason, is_substance

GOOD = (
    "Đã chuyển trạm biến áp, điện ổn định từ 20/11",
    "Tổ quản lý đã nạo vét cống trước cửa hàng ngày 08/12/2026.",
    "Đã tiếp nhận hồ sơ số 15, trả giấy phép ngày 05/12 tại quầy số 3.",
    "Đã thay bóng đèn, đường sáng lại từ tối 03/12.",
    "Lệ phí cấp đổi là 100.000 đồng, nộp tại bộ phận một cửa.",
    "Việc này không thực hiện được vì vỉa hè chỉ rộng 1,5 m.",
    "Xe rác sẽ thu gom lúc 17 giờ hằng ngày, bắt đầu 04/12.",
    "UBND phường đã giao đội vệ sinh dọn rác xong sáng 02/12.",
    "Ông/bà nộp tờ khai tại Thuế cơ sở, hạn cuối 30/01/2027.",
    "Điện lực đã xử lý xong dây điện trùng trước quán ngày 02/12.",
    "Theo quy định tại Nghị định 168, hộ kinh doanh đăng ký lại trong 10 ngày.",
    "Đã nhắc nhở quán karaoke, chủ quán cam kết tắt loa sau 22 giờ.",
)
HOLLOW = (
    "Đã tiếp nhận, đang xử lý, sẽ thông báo sau.",
    "UBND phường đã tiếp nhận và đang giao phòng chuyên môn xử lý theo quy định",
    "Nội dung phản ánh của ông/bà đã được ghi nhận và sẽ được xem xét trong thời gian tới.",
    "UBND phường cảm ơn ông/bà đã phản ánh. Chúng tôi sẽ trả lời ông/bà trong thời gian sớm nhất.",
    "Đã chuyển đơn vị có thẩm quyền xem xét, giải quyết theo quy định của pháp luật.",
    "Kính chuyển phòng chuyên môn nghiên cứu, tham mưu giải quyết theo thẩm quyền.",
    "UBND phường đang chỉ đạo các bộ phận liên quan kiểm tra, xác minh, xử lý.",
    "UBND phường đã nắm được thông tin và sẽ thông báo kết quả đến ông/bà.",
    "Vụ việc đang được xem xét giải quyết, đề nghị ông/bà chờ kết quả.",
    "aaaaaaaaaaaaaaaaaaaaaaaaa",
    "xong xong xong xong xong xong",
    "UBND phường đã kiểm tra cống thoát nước, kết quả: …, ngày 02/12.",
)


@pytest.mark.parametrize("text", GOOD)
def test_an_answer_says_something(text: str) -> None:
    assert is_substance(text)


@pytest.mark.parametrize("text", HOLLOW)
def test_officialese_alone_is_no_answer(text: str) -> None:
    assert not is_substance(text)


@pytest.mark.parametrize("text", ["Biên bản số 5", "Văn bản 15/ĐL", "Kiểm tra tại chỗ", "12/BB-UBND", "02/12/2026"])
def test_a_basis_names_a_paper_or_an_inspection(text: str) -> None:
    assert is_basis(text)


@pytest.mark.parametrize(
    "text", ["không có", "Không có căn cứ gì", "chưa có", "khong", "none", "x", "gửi", "x x x x x"]
)
def test_no_basis(text: str) -> None:
    assert not is_basis(text)


@pytest.mark.parametrize("text", ["Ngoài địa bàn", "nêu rõ hơn", "Xin cho biết quán nào, mấy giờ?"])
def test_a_reason(text: str) -> None:
    assert is_reason(text)


@pytest.mark.parametrize("text", ["x", "không có lý do gì", "x x x x x x x", "nhầm", "ok ok ok ok ok", "…………………"])
def test_no_reason(text: str) -> None:
    assert not is_reason(text)
