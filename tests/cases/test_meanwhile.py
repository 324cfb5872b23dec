"""Two at once about one case on PostgreSQL: what the first is about to commit counts for the second."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Thread

import pytest
from sqlmodel import select

from bot.cases import gathering, letters, service
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.core.events import ChatRef, Sender
from bot.feature import App, Work
from bot.people.service import recognise
from bot.people.staff import leave
from bot.runtime import fetching
from bot.settings import Settings
from db import attachments
from db.attachments import Attachment, AttachmentState
from db.cases import Case
from db.drafts import DraftRow, DraftState
from db.letters import Letter
from db.staff import Role, Staff
from tests.cases.presses import presses
from tests.crew import join
from tests.terminal import Owner

SAID = "Tổ trật tự đã kiểm tra và hướng dẫn lắp lại đúng quy định."
keys = count(1)


@pytest.fixture
def backend() -> str:
    return "postgresql"


@pytest.fixture
def settings(on_both_databases: Settings) -> Settings:
    return on_both_databases


@contextmanager
def work(app: App) -> Iterator[Work]:
    with app.database.write() as session:
        yield Work(app, session, app.clock(), app.profile(), key=f"event {next(keys)}")


@contextmanager
def uncommitted(app: App, other: Callable[[], object]) -> Iterator[Work]:
    """What is done here is not committed yet when the other begins; it ends after that."""
    thread = Thread(target=other)
    with work(app) as here:
        yield here
        here.session.flush()
        thread.start()
        thread.join(1)
    thread.join()


def person(app: App, who: str) -> int:
    with app.database.write() as session:
        return recognise(session, ChatRef("terminal", who), Sender(who, who), app.clock())[1].id


def raised(app: App, who: str, text: str = "Điện yếu cả tuần, máy khâu không chạy được") -> int:
    owner = person(app, who)
    with work(app) as here:
        report = Report(subject="ha-tang", text=text, place="chợ")
        return service.log(here, Actor(owner), report, reporter_id=owner).id


def taken(app: App, minh: Staff, who: str, text: str = "Điện yếu cả tuần, máy khâu không chạy được") -> int:
    case_id = raised(app, who, text)
    with work(app) as here:
        assert service.take(here, actor(minh), case_id)
    return case_id


def actor(staff: Staff) -> Actor:
    return Actor(staff.person_id, staff)


def case_of(app: App, case_id: int) -> Case:
    with app.database.read() as session:
        return session.get_one(Case, case_id)


@pytest.fixture
def minh(app: App) -> Staff:
    return join(app, "minh", Role.OFFICER, unit="kthtdt", name="Cán bộ Minh")


@pytest.fixture
def ha(app: App) -> Staff:
    return join(app, "ha", Role.LEADER, name="Lãnh đạo Hà")


def test_what_is_split_off_is_not_answered_with_the_other(app: App, minh: Staff) -> None:
    main, other = taken(app, minh, "lan"), taken(app, minh, "mai", "Chuyện khác: đèn đường hỏng")
    with work(app) as here:
        assert service.merge(here, actor(minh), other, main)

    def replies() -> None:
        with work(app) as there:
            letters.reply(there, actor(minh), main, SAID, "Luật X")

    with uncommitted(app, replies) as here:
        assert service.split(here, actor(minh), other)
    assert (case_of(app, main).status, case_of(app, other).status) == ("answered", "working")
    with app.database.read() as session:
        assert [letter.case_id for letter in session.exec(select(Letter))] == [main]


def test_of_two_who_take_a_case_the_second_one_is_told(app: App, minh: Staff) -> None:
    join(app, "vu", Role.OFFICER, unit="kthtdt", name="Cán bộ Vũ")
    case_id, said = raised(app, "lan"), list[str]()
    with uncommitted(app, lambda: said.append(presses(app, "vu", f"case.take:{case_id}"))) as here:
        assert service.take(here, actor(minh), case_id)
    assert case_of(app, case_id).assignee_id == minh.id
    assert "đã thay đổi nên việc này không làm được nữa" in said[0]


def test_an_authority_answers_no_case_that_went_to_another_one(app: App, minh: Staff, ha: Staff) -> None:
    moved, stays = taken(app, minh, "lan"), taken(app, minh, "mai")
    with work(app) as here:
        gathering.forward(here, actor(minh), moved, "dienluc", text="Đề nghị")
    dossier_id = case_of(app, moved).dossier_id
    assert dossier_id
    with work(app) as here:
        gathering.forward(here, actor(minh), stays, "dienluc", text="Đề nghị", dossier_id=dossier_id)

    def answers() -> None:
        with work(app) as there:
            gathering.answer(there, actor(ha), dossier_id, SAID, "Văn bản 15/ĐL")

    with uncommitted(app, answers) as here:
        gathering.forward(here, actor(minh), moved, "thue", text="Chuyển nhầm, gửi cơ quan thuế")
    assert [case_of(app, each).status for each in (moved, stays)] == ["forwarded", "answered"]


def test_who_leaves_takes_nothing_back_that_somebody_else_was_given(app: App, minh: Staff, ha: Staff) -> None:
    vu = join(app, "vu", Role.OFFICER, unit="kthtdt", name="Cán bộ Vũ")
    case_id = taken(app, minh, "lan")

    def leaves() -> None:
        with work(app) as there:
            leave(there, minh.id)

    with uncommitted(app, leaves) as here:
        assert service.assign(here, actor(ha), case_id, here.session.get_one(Staff, vu.id))
    assert (case_of(app, case_id).status, case_of(app, case_id).assignee_id) == ("working", vu.id)


def test_who_is_leaving_takes_nothing_any_more(app: App, minh: Staff) -> None:
    case_id = raised(app, "lan")

    def takes() -> None:
        with work(app) as there:
            service.take(there, actor(minh), case_id)

    with uncommitted(app, takes) as here:
        assert leave(here, minh.id)
    assert case_of(app, case_id).assignee_id is None


@pytest.mark.parametrize("first", ["wiped", "fetched"])
def test_a_file_that_is_fetched_while_it_is_wiped_is_not_kept(app: App, first: str) -> None:
    owner = person(app, "lan")
    with app.database.write() as session:
        draft = DraftRow(person_id=owner, flow="case_report", answers={}, updated_at=app.clock())
        session.add(draft)
        session.flush()
        row = Attachment(
            key="x",
            person_id=owner,
            draft_id=draft.id,
            channel="terminal",
            file_id="f",
            kind="photo",
            created_at=app.clock(),
            next_at=app.clock(),
        )
        session.add(row)
        session.flush()
        draft_id, row_id = draft.id, row.id
    sha = app.files.put(b"a denunciation")
    stored: dict[str, object] = {"state": AttachmentState.STORED, "sha": sha, "size": 14}

    def wipes() -> None:
        with work(app) as there:
            gone = attachments.discard(there.session, draft_id)
        for each in gone:
            app.files.remove(each)

    if first == "wiped":
        with uncommitted(app, lambda: fetching._settle(app, row_id, stored)) as here:
            attachments.discard(here.session, draft_id)
    else:
        with uncommitted(app, wipes) as here:
            here.session.get_one(Attachment, row_id).sqlmodel_update(stored)
    assert not app.files.has(sha)


def test_a_report_that_is_being_sent_is_not_put_aside_in_another_chat(app: App) -> None:
    owner = person(app, "lan")
    with app.database.write() as session:
        draft = DraftRow(person_id=owner, flow="case_report", answers={}, updated_at=app.clock())
        session.add(draft)
        session.flush()
        draft_id = draft.id
    with uncommitted(app, lambda: Owner(app, "lan").says("/help")) as here:
        here.session.get_one(DraftRow, draft_id).state = DraftState.DONE
    with app.database.read() as session:
        assert session.get_one(DraftRow, draft_id).state == DraftState.DONE
