"""What is asked about roles and codes runs on an index as well."""

from bot.feature import App
from bot.people.service import unite
from bot.people.staff import acting_for, stands_in_for
from db.people import Person
from db.staff import Role, all_serving
from tests.broadcasts.notices import arrived, sent
from tests.db.test_plans import Asked, asked, scans
from tests.people.hiring import hire
from tests.people.test_registering import REGISTERS, person, presses
from tests.terminal import Owner

__all__ = ["asked"]


def test_no_statement_about_staff_reads_a_whole_table(app: App, asked: Asked) -> None:
    hoa = hire(app, "hoa", Role.ADMIN)
    hire(app, "minh", Role.OFFICER, "kthtdt")
    hire(app, "lan", Role.OFFICER, "kthtdt")
    Owner(app, "minh").says("/vang", "mai", "1", "gửi", "/vang", "kết thúc báo vắng")
    Owner(app, "tuyet").says("/nhanviec", "7k3mn", "/start moi_7K3MN9PQRT")
    hoa.says("/moi", "cán bộ", "1", "bỏ qua", "gửi", "/nhansu", "2", "cho thôi vai trò", "đồng ý cho thôi")
    with app.database.read() as session:
        first, *_ = all_serving(session)
        first.absent_from = first.absent_until = app.clock().date()
        acting_for(session, first, app.clock().date())
        stands_in_for(session, first, app.clock().date())
    assert len(asked) > 100
    assert scans(app, asked) == set()


def test_no_statement_about_news_reads_a_whole_table(app: App, asked: Asked) -> None:
    arrived(app, sent(app, "Tin", audience={"cases": "thue"}), "lan")
    sent(app, "Tin khác")
    lan = Owner(app, "lan")
    asked.clear()
    lan.says(*REGISTERS, "tất cả", "xong", "/dangky", "2", "2", "/thongbao", "1", "thôi nhận tin", "1", "1")
    presses(app, "lan", "notice.pause:von")
    presses(app, "lan", "news.again:von")
    presses(app, "lan", "news.read:1")
    assert len(asked) > 100
    assert scans(app, asked) == set()


def test_two_registrations_become_one_through_their_keys(app: App, asked: Asked) -> None:
    for who in ("lan", "hoa"):
        Owner(app, who).says(*REGISTERS, "tất cả")
    lan, hoa = person(app, "lan"), person(app, "hoa")
    asked.clear()
    with app.database.write() as session:
        unite(session, session.get_one(Person, lan), session.get_one(Person, hoa))
    named = ("subscription", "business", "unreached", "visit", "broadcast")
    of_news = [(said, values) for said, values in asked if any(name in said for name in named)]
    assert of_news
    assert scans(app, of_news) == set()
