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
