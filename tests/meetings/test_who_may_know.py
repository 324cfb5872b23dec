"""What of a meeting stays with whom: who has an open case is named to nobody, a stranger reads no invitation."""

from pathlib import Path

import openpyxl
import pytest
from sqlmodel import select

from bot.feature import App
from bot.meetings.silent import tell_organisers
from bot.settings import Settings
from bot.ward import SHIPPED
from db.broadcasts import Visit
from db.meetings import MeetingState
from db.orders import Order
from db.staff import Role
from tests.broadcasts import crowd
from tests.cases.presses import presses
from tests.crew import join
from tests.meetings.scene import TITLE, answered, called, change, invite, meeting_of, person_of
from tests.meetings.test_lists import registered
from tests.people.test_registering import GROUPS
from tests.terminal import Owner


@pytest.fixture
def settings(on_both_databases: Settings, tmp_path: Path) -> Settings:
    """SQLite and PostgreSQL in turn; a ward with two groups."""
    path = tmp_path / "ward.toml"
    path.write_text(SHIPPED.read_text("utf-8").replace("[[authorities]]", f"{GROUPS}[[authorities]]", 1), "utf-8")
    return on_both_databases.model_copy(update={"ward_file": path})


@pytest.fixture
def meeting_id(app: App) -> int:
    """Lan comes, tam and sau of group 1 are silent."""
    number = called(app)
    for who in ("lan", "tam", "sau"):
        invite(app, number, who)
        registered(app, who, "tdp1")
    answered(app, number, "lan")
    return number


@pytest.fixture
def of_cases(app: App, meeting_id: int) -> int:
    """The same meeting, for those who have an open case about taxes."""
    crowd.change(app, meeting_of(app, meeting_id).invitation_id or 0, settled=True, audience={"cases": "thue"})
    return meeting_id


def head(app: App, neighbourhood: str = "tdp1") -> Owner:
    join(app, "to1", Role.HEAD, neighbourhood=neighbourhood, name="Tổ trưởng 1")
    return Owner(app, "to1")


def test_no_head_hears_who_has_a_case(app: App, of_cases: int) -> None:
    to1 = head(app)
    assert "đã cũ" in presses(app, "minh", f"silent.heads:{of_cases}")
    assert to1.waits() == ""
    assert "Cửa hàng" not in presses(app, "to1", f"silent.list:{of_cases}:1:tdp1")
    assert "Cửa hàng" not in presses(app, "to1", f"silent.who:{of_cases}:{person_of(app, 'tam')}")


def test_the_organiser_has_only_the_number_of_the_silent_who_have_a_case(app: App, of_cases: int) -> None:
    said = presses(app, "minh", f"meeting.lists:{of_cases}")
    assert "Chưa trả lời: 2" in said
    assert "Nhắc lại người chưa trả lời" in said
    for button in ("Chưa trả lời (2)", "Nhờ tổ trưởng gọi"):
        assert button not in said
    groups = presses(app, "minh", f"lists.groups:{of_cases}")
    assert "2 chưa trả lời" in groups
    assert "Danh sách cần gọi" not in groups
    tam = person_of(app, "tam")
    for forged in (
        f"lists.page:{of_cases}:7:1",
        f"lists.page:{of_cases}:7:1:tdp1",
        f"silent.list:{of_cases}:1:tdp1",
        f"silent.who:{of_cases}:{tam}",
        f"silent.mark:{of_cases}:{tam}:1",
    ):
        assert "Cửa hàng" not in presses(app, "minh", forged)
    with app.database.read() as session:
        assert session.exec(select(Visit)).all() == []


def test_the_table_leaves_out_the_silent_who_have_a_case(app: App, of_cases: int) -> None:
    presses(app, "minh", f"lists.sheet:{of_cases}")
    with app.database.read() as session:
        order = session.exec(select(Order)).one()
    with app.files.path(order.sha).open("rb") as file:
        cells = list(openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True))
    assert [row[1] for row in cells if isinstance(row[0], int)] == ["Cửa hàng lan"]


def test_who_called_it_is_not_offered_to_have_them_called(app: App, of_cases: int) -> None:
    change(app, of_cases, closes_at=app.clock() + (meeting_of(app, of_cases).closes_at - app.clock()) / 20)
    tell_organisers(app)
    said = Owner(app, "minh").waits()
    assert "còn 2 người được mời chưa trả lời" in said
    assert "Nhờ tổ trưởng gọi" not in said


def test_a_stranger_reads_no_invitation_by_a_forged_button(app: App, meeting_id: int) -> None:
    data = f"meeting.full:{meeting_of(app, meeting_id).invitation_id}"
    join(app, "ba", Role.OFFICER, unit="vhxh")
    for who in ("nguoi la", "ba"):
        assert TITLE not in presses(app, who, data)
    for who in ("lan", "tam", "minh"):
        assert TITLE in presses(app, who, data)
    change(app, meeting_id, state=MeetingState.CANCELLED)
    assert TITLE not in presses(app, "nguoi la", data)
    assert TITLE in presses(app, "tam", data)


def test_a_head_whose_group_was_typed_gets_the_list(app: App, meeting_id: int) -> None:
    to1 = head(app, "tổ dân phố số 1")
    assert "Đã nhắn 1 tổ trưởng" in presses(app, "minh", f"silent.heads:{meeting_id}")
    assert "Tổ dân phố số 1 có 2 người được mời chưa trả lời" in to1.waits()
    listed = to1.says("Danh sách cần gọi")
    assert "Cửa hàng tam" in listed
    assert "Đã báo" in to1.says("Cửa hàng tam")
