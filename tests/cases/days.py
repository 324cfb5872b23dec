"""Days at the ward in tests: cases at a moment, the platform that takes or refuses, what reached whom."""

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

from sqlalchemy import update
from sqlmodel import col, select

from bot.cases import letters, service
from bot.cases.rules import Actor
from bot.cases.service import Report
from bot.core.clock import VIETNAM, FrozenClock
from bot.core.events import ChatRef, Sender
from bot.core.replies import Reply
from bot.feature import App, Work
from bot.people.service import recognise
from bot.runtime.jobs import tick
from db.cases import Case
from db.clockwork import Reminder
from db.letters import Letter
from db.outbox import OutboxRow, OutboxState
from db.people import Chat, mark_gone
from db.staff import Staff
from tests.passing import later

ANSWER = "Tổ quản lý đã kẻ lại vạch vỉa hè ngày 08/12/2026, ông/bà được để xe phía trong vạch."
BASIS = "Biên bản 12/BB ngày 08/12/2026"
NOISE = Report(subject="khac", text="Loa kẹo kéo ồn cả buổi tối, khách bỏ về", place="đường Nguyễn Lương Bằng")


@dataclass
class Days:
    """The app and its clock."""

    app: App
    clock: FrozenClock

    def at(self, moment: str) -> None:
        """Set the clock: "2026-12-01 09:00"."""
        self.clock.now = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)

    def until(self, moment: str) -> None:
        """Let the clock tick until then; the platform takes everything."""
        end = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)
        while self.clock.now < end:
            self.clock.now = later(self.clock.now, end)
            self.platform()
            tick(self.app)

    def raised(self, who: str = "lan", report: Report = NOISE) -> int:
        """Somebody reports something."""
        with self.app.database.write() as session:
            _, person = recognise(session, ChatRef("terminal", who), Sender(who, who), self.clock.now)
            key = f"{who} {len(session.exec(select(Case.id)).all())}"
            work = Work(self.app, session, self.clock.now, self.app.profile(), key)
            return service.log(work, Actor(person.id), report, reporter_id=person.id).id

    def took(self, staff: Staff, case_id: int) -> None:
        """Somebody of the staff takes the case."""
        with self.app.database.write() as session:
            assert service.take(self._work(session), _actor(staff), case_id)

    def asked(self, staff: Staff, case_id: int) -> None:
        """The owner is asked for more."""
        with self.app.database.write() as session:
            assert letters.request(self._work(session), _actor(staff), case_id, "Xin cho biết quán nào, mấy giờ?")

    def answered(self, staff: Staff, case_id: int) -> int:
        """The owner is answered; the letter."""
        with self.app.database.write() as session:
            letter = letters.reply(self._work(session), _actor(staff), case_id, ANSWER, BASIS)
            assert letter
            return letter.id

    def _work(self, session: object) -> Work:
        return Work(self.app, session, self.clock.now, self.app.profile())  # type: ignore[arg-type]

    def platform(self, state: OutboxState = OutboxState.SENT, who: str = "") -> None:
        """The platform takes, or refuses, what waits for everybody, or for one of them."""
        with self.app.database.write() as session:
            rows = update(OutboxRow).where(col(OutboxRow.state) == "ready").values(state=state, reason="blocked")
            chat = select(Chat.id).where(Chat.address == who)
            session.execute(rows.where(col(OutboxRow.chat_id).in_(chat)) if who else rows)

    def blocks(self, who: str) -> None:
        """Somebody blocks the bot: what waits for them is dead, and they are reached there no more."""
        self.platform(OutboxState.DEAD, who)
        with self.app.database.write() as session:
            chat = session.exec(select(Chat).where(Chat.address == who)).one()
            mark_gone(session, chat.id, self.clock.now)

    def heard(self, who: str, dedupe: str = "") -> list[str]:
        """What was written to somebody so far, of one kind."""
        with self.app.database.read() as session:
            rows = select(OutboxRow).join(Chat, col(Chat.id) == col(OutboxRow.chat_id)).where(Chat.address == who)
            found = session.exec(rows.where(col(OutboxRow.dedupe).startswith(dedupe)).order_by(col(OutboxRow.number)))
            return [_text(row.body) for row in found]

    def rungs(self) -> list[tuple[str, str]]:
        """When which reminder was given: ("01/12 08:00", "due:2026-12-01")."""
        with self.app.database.read() as session:
            rows = session.exec(select(Reminder).order_by(col(Reminder.at), col(Reminder.rung)))
            return [(f"{row.at.astimezone(VIETNAM):%d/%m %H:%M}", row.rung) for row in rows]

    def case(self, case_id: int) -> Case:
        """The case as it is now."""
        with self.app.database.read() as session:
            return session.get_one(Case, case_id)

    def letter(self, letter_id: int) -> Letter:
        """The letter as it is now."""
        with self.app.database.read() as session:
            return session.get_one(Letter, letter_id)


def taken(days: Days, staff: Staff, who: str = "lan") -> int:
    """A case of that owner in the hands of that officer."""
    case_id = days.raised(who)
    days.took(staff, case_id)
    return case_id


def sent(days: Days, staff: Staff) -> tuple[int, int]:
    """A case that is answered, and the letter."""
    case_id = taken(days, staff)
    return case_id, days.answered(staff, case_id)


def _actor(staff: Staff) -> Actor:
    return Actor(staff.person_id, staff)


def _text(body: str) -> str:
    reply = Reply.from_json(body)
    buttons = " ".join(f"[{button.label}]" for button in reply.buttons)
    return f"{unescape(re.sub('<[^>]+>', '', reply.text))} {buttons}".strip()
