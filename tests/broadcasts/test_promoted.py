"""Who changes roles is still the same person: nobody approves, returns or mends what they wrote before."""

from bot.broadcasts import approvals, corrections, service
from bot.broadcasts.audience import Audience
from bot.broadcasts.history import proposed
from bot.feature import App
from bot.people.staff import leave
from db.broadcasts import BroadcastState
from db.staff import Role, Staff
from tests.broadcasts.composers import going, last_submission, minh, press, submitted, work
from tests.broadcasts.crowd import standing
from tests.crew import join
from tests.terminal import Owner

__all__ = ["minh"]


def promoted(app: App, officer: Staff) -> Staff:
    """The officer's role ends, and the same person comes back as a leader."""
    with app.database.write() as session:
        leave(work(app, session, "leaves"), officer.id)
    return join(app, "minh", Role.LEADER, name="Lãnh đạo Minh")


def test_nobody_approves_what_they_wrote_in_an_earlier_role(app: App, minh: Staff) -> None:
    notice = submitted(app, minh, audience=Audience(everyone=True), urgent=True)
    leader, read = promoted(app, minh), last_submission(app, notice.id)
    with app.database.write() as session:
        assert service.approve(work(app, session), leader, notice.id, read) is None
        assert service.send_back(work(app, session), leader, notice.id, read, "x") is None
    owner = Owner(app, "minh")
    assert "Nộp thuế" not in owner.says("/duyetthongbao")
    said = " ".join(press(owner, f"broadcast.approve:{notice.id}:{read}"))
    assert "do chính ông/bà soạn" in said
    press(owner, f"broadcast.return:{notice.id}:{read}")
    assert standing(app, notice.id).state == BroadcastState.PROPOSED
    assert standing(app, notice.id).approved_by is None


def test_the_new_leader_is_not_asked_about_it_either(app: App, minh: Staff) -> None:
    notice = submitted(app, minh, audience=Audience(everyone=True), urgent=True)
    promoted(app, minh)
    with app.database.read() as session:
        asked = {one.name for one in approvals.leaders_but(work(app, session), notice.author_id)}
    assert asked == {"Lãnh đạo Sơn", "Lãnh đạo Hà"}


def test_nobody_approves_a_correction_that_they_wrote_in_an_earlier_role(app: App, minh: Staff) -> None:
    notice = going(app, minh)
    with app.database.write() as session:
        assert corrections.correct_by_edit(work(app, session), minh, notice.id, "Nộp thuế", "Hạn 30/12.")
        waits = proposed(session, notice.id)
        assert waits
    leader, owner = promoted(app, minh), Owner(app, "minh")
    with app.database.write() as session:
        assert corrections.approve_edit(work(app, session), leader, notice.id, waits.event) is None
        assert corrections.return_edit(work(app, session), leader, notice.id, waits.event, "x") is None
    assert "Hạn 30/12." not in owner.says("/duyetthongbao")
    for act in ("mend", "unmend"):
        assert "do chính ông/bà soạn" in " ".join(press(owner, f"broadcast.{act}:{notice.id}:{waits.event}"))
    son = join(app, "son", Role.LEADER)
    with app.database.write() as session:
        assert corrections.approve_edit(work(app, session), son, notice.id, waits.event)
