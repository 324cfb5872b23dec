"""The main path of a report over Telegram: album, location, own contact, preview, and the answer with its buttons."""

from sqlmodel import select

from bot.cases import letters, service
from bot.cases.rules import Actor
from bot.feature import App, Work
from db.attachments import Attachment
from db.cases import Case, Status
from db.staff import Role
from tests.crew import join
from tests.telegram_bot import eventually
from tests.telegram_user import PICTURE, User, hears

ANSWER = "Tổ thu gom đã dọn sạch ngày 02/12/2026, từ nay thu hai lần mỗi ngày."


def case(app: App) -> Case:
    with app.database.read() as session:
        return session.exec(select(Case)).one()


def files(app: App) -> list[Attachment]:
    with app.database.read() as session:
        return list(session.exec(select(Attachment)))


def test_from_the_menu_to_the_mark(app: App, lan: User) -> None:
    reports(lan)
    assert eventually(lambda: len(files(app)) == 4)
    sent = case(app)
    assert (sent.latitude, sent.longitude, sent.phone) == (20.94, 106.31, "0912345678")
    assert sent.text == "rác ba hôm không ai dọn"
    assert [each.case_id for each in files(app)] == [sent.id] * 4
    answers(app)
    hears(lan, "Câu trả lời đã rõ chưa")
    lan.presses("Đã rõ")
    hears(lan, "hài lòng đến mức nào")
    lan.presses("4 – hài lòng")
    hears(lan, "cảm ơn ông/bà đã đánh giá")
    assert (case(app).status, case(app).mark) == (Status.CLOSED, 4)


def reports(lan: User) -> None:
    lan.says("/phananh")
    hears(lan, "Trước khi gửi phản ánh")
    lan.presses("Đồng ý")
    hears(lan, "lĩnh vực nào")
    lan.presses("Rác thải, môi trường")
    hears(lan, "kể giúp")
    lan.sends_album(*(PICTURE + bytes([number]) for number in range(3)), caption="rác ba hôm không ai dọn")
    hears(lan, "Việc này ở đâu")
    lan.sends_photo(content=PICTURE + b"another")
    hears(lan, "Việc này ở đâu")
    lan.shares_location(20.94, 106.31)
    hears(lan, "Ông/bà đề nghị")
    lan.presses("Bỏ qua")
    hears(lan, "Tên cửa hàng")
    lan.says("Tạp hóa Lan")
    hears(lan, "Số điện thoại")
    lan.shares_contact("+84912345678")
    assert "Tệp đính kèm: 4" in hears(lan, "bấm Gửi")
    lan.presses("Gửi")
    assert "VH-2026-0001" in hears(lan, "Hạn trả lời")


def answers(app: App) -> None:
    minh = join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")
    with app.database.write() as session:
        work = Work(app, session, app.clock(), app.profile())
        assert service.take(work, Actor(minh.person_id, minh), 1)
        assert letters.reply(work, Actor(minh.person_id, minh), 1, ANSWER, "Biên bản kiểm tra")


def test_an_edited_message_edits_the_story(lan: User) -> None:
    lan.says("/phananh")
    hears(lan, "Trước khi gửi phản ánh")
    lan.presses("Đồng ý")
    hears(lan, "lĩnh vực nào")
    told = lan.says("rác ba hôm không ai dọn")
    hears(lan, "Đã ghi nội dung")
    lan.edits(told, "rác bốn hôm không ai dọn")
    hears(lan, "Đã sửa")
    hears(lan, "lĩnh vực nào")
    lan.presses("Rác thải, môi trường")
    hears(lan, "Việc này ở đâu")
    for asked in ("Ông/bà đề nghị", "Tên cửa hàng"):
        lan.presses("Bỏ qua")
        hears(lan, asked)
    lan.presses("Ẩn danh")
    assert "rác bốn hôm không ai dọn" in hears(lan, "bấm Gửi")
