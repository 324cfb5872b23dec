"""What became of what was sent: letters that arrived or did not, files that follow them, files that were lost."""

from collections.abc import Iterable, Mapping, Sequence

from bot.cases import letters, notices, wording
from bot.cases.owed import ask, each
from bot.core.replies import Document, Kind, Reply, safe_name
from bot.feature import App, Work
from db import cases, due
from db.attachments import Attachment, AttachmentState
from db.cases import Case
from db.letters import Delivery, Letter
from db.outbox import OutboxRow, OutboxState
from db.people import reachable

SLICE = 200
"""How many letters or files are looked at in one go."""

LOST = frozenset({OutboxState.DEAD, OutboxState.DOUBT})


def settle_letters(app: App) -> None:
    """Say of every letter whose messages have been sent or given up whether its owner has it."""
    after = 0
    while True:
        with app.database.read() as session:
            pending = due.pending_letters(session, after, SLICE)
            messages = due.messages(session, [name for letter in pending for name in _names(letter)])
        settled = [letter.id for letter in pending if _settled(_messages(letter, messages))]
        each(app, settled, _settle)
        if len(pending) < SLICE:
            return
        after = pending[-1].id


def _names(letter: Letter) -> list[str]:
    """How the letter's messages are called in the outbox, first and sent again."""
    numbers = range(1, letter.parts + 1)
    return [f"{base}#{number}" for base in (_first(letter), _again(letter)) for number in numbers]


def _first(letter: Letter) -> str:
    return f"letter:{letter.id}"


def _again(letter: Letter) -> str:
    return f"letter:{letter.id}:again"


def _messages(letter: Letter, known: Mapping[str, OutboxRow]) -> Sequence[OutboxRow]:
    """The messages that count: those of the second attempt where there was one."""
    names = _names(letter)
    again = [known[name] for name in names[letter.parts :] if name in known]
    return again or [known[name] for name in names[: letter.parts] if name in known]


def _settled(rows: Iterable[OutboxRow]) -> bool:
    states = {row.state for row in rows}
    return bool(states & LOST) or states <= {OutboxState.SENT}


def _settle(work: Work, letter_id: int) -> None:
    letter = work.session.get_one(Letter, letter_id)
    case = cases.locked(work.session, letter.case_id)
    work.session.refresh(letter)
    if case is None or letter.delivery != Delivery.PENDING:
        return
    rows = _messages(letter, due.messages(work.session, _names(letter)))
    lost = [row for row in rows if row.state in LOST]
    if rows and not lost and all(row.state == OutboxState.SENT for row in rows):
        letters.arrive(work, case, letter)
    elif not _sent_again(work, case, letter, lost):
        letters.fail(work, case, letter, lost[0].reason or lost[0].state if lost else "no message")


def _sent_again(work: Work, case: Case, letter: Letter, lost: Sequence[OutboxRow]) -> bool:
    """Once more, where the owner is reached in another chat than the one that took nothing."""
    chat = reachable(work.session, case.reporter_id) if case.reporter_id else None
    tried = any(row.dedupe and row.dedupe.startswith(_again(letter)) for row in lost)
    if chat is None or tried or not lost or any(row.chat_id == chat.id for row in lost):
        return False
    letter.parts = notices.letter(work, case, letter, _again(letter))
    work.session.add(letter)
    return letter.parts > 0


def pass_on_files(app: App) -> None:
    """Send what an officer added to a letter, after the letter. Who is told it otherwise gets files that way too."""
    each(app, ask(app, due.to_pass_on), _pass_on)


def _pass_on(work: Work, attachment_id: int) -> None:
    attachment = work.session.get_one(Attachment, attachment_id, with_for_update=True)
    case = work.session.get_one(Case, attachment.case_id)
    if attachment.passed_on or case.reporter_id is None:
        return
    attachment.passed_on = True
    work.session.add(attachment)
    kind: Kind = "photo" if attachment.kind == "photo" else "document"
    document = Document(attachment.sha, safe_name(attachment.name, _plain_name(work, attachment)), kind)
    reply = Reply(work.say("due.file", code=case.code), file=document)
    if work.tell(case.reporter_id, reply, f"attachment:{attachment.id}") == 0:
        _tell_stranded(work, case, attachment)


def _tell_stranded(work: Work, case: Case, attachment: Attachment) -> None:
    """Who handles the case hears of a file that its owner, gone since the letter came, did not get."""
    name = attachment.name or _plain_name(work, attachment)
    text = work.say("due.staff_file_stranded", code=case.code, name=name)
    for one in notices.handlers(work, case):
        rows = ((notices.open_button(work, case),),)
        work.tell(one.person_id, Reply(text, rows), f"attachment:{attachment.id}:stranded:staff:{one.id}")


def _plain_name(work: Work, attachment: Attachment) -> str:
    photo = attachment.kind == "photo"
    return work.app.say.label("due.photo_name" if photo else "due.file_name", number=attachment.id)


def tell_lost_files(app: App) -> None:
    """Who sent a file that could not be kept hears of it, and so do those who handle its case."""
    each(app, ask(app, due.lost_files), _tell_lost)


def _tell_lost(work: Work, attachment_id: int) -> None:
    attachment = work.session.get_one(Attachment, attachment_id, with_for_update=True)
    if attachment.passed_on or attachment.state != AttachmentState.FAILED:
        return
    attachment.passed_on = True
    work.session.add(attachment)
    name = attachment.name or _plain_name(work, attachment)
    lost = f"attachment:{attachment.key.partition('>')[0]}:lost"  # the copies of a letter have it in common
    work.tell(attachment.person_id, Reply(work.say("due.file_lost", name=name)), lost)
    case = work.session.get(Case, attachment.case_id) if attachment.case_id else None
    handlers = notices.handlers(work, case) if case else []
    for one in handlers:
        if case and one.person_id != attachment.person_id:
            known_as = wording.staff_file(case, attachment, name)
            text = work.say("due.staff_file_lost", code=case.code, name=known_as)
            rows = ((notices.open_button(work, case),),)
            work.tell(one.person_id, Reply(text, rows), f"{lost}:staff:{one.id}")
