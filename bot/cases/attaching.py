"""The files of a case, sent to staff on demand."""

from bot.cases import card, outcome, wording
from bot.core.replies import Document, Reply, safe_name
from bot.feature import Turn
from db import attachments
from db.attachments import Attachment, AttachmentState
from db.cases import Case

ENDINGS = {"photo": "jpg", "voice": "ogg"}


def show(turn: Turn, argument: str) -> None:
    """Send what belongs to a case; say what is not here yet, or could not be kept."""
    case = card.readable(turn, argument)
    if case is None:
        outcome.refuse(turn, None)
        return
    files = attachments.of_case(turn.session, case.id)
    for number, file in enumerate(files, start=1):
        _send(turn, case, number, file)
    if not files:
        turn.reply(turn.say("desk.no_files", code=case.code))


def _send(turn: Turn, case: Case, number: int, file: Attachment) -> None:
    code = case.code
    plain_name = f"{code}-{number}.{ENDINGS.get(file.kind, 'bin')}"
    name = safe_name(wording.staff_file(case, file, plain_name), plain_name)
    if file.state == AttachmentState.STORED:
        document = Document(file.sha, name, "photo" if file.kind == "photo" else "document")
        turn.replies.append(Reply(turn.say("desk.file", code=code, number=number), file=document))
    elif file.state == AttachmentState.WAITING:
        turn.reply(turn.say("desk.file_waiting", name=name))
    else:
        turn.reply(turn.say("desk.file_failed", name=name))
