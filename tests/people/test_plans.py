"""What is asked about roles and codes runs on an index as well."""

from bot.feature import App
from bot.people.staff import acting_for, stands_in_for
from db.staff import Role, all_serving
from tests.db.test_plans import Asked, asked, scans
from tests.people.hiring import hire
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
