"""Photos, voice messages and files sent in a dialogue about a case."""

from collections.abc import Container, Sequence

from markupsafe import Markup

from bot import dialogue
from bot.core.events import File, Text
from bot.feature import Turn
from db.attachments import Attachment, of_draft
from db.drafts import DraftRow

MEGABYTE = 1024 * 1024


def take(turn: Turn, draft: DraftRow, file: File, *, answers_by_caption: Container[str | None]) -> None:
    """Keep a file; what is written under it answers the pending question if that is one of these."""
    said = keep(turn, draft, file)
    if file.caption.strip() and draft.pending in answers_by_caption:
        turn.reply(said)
        dialogue.said(turn, draft, Text(file.caption))
        return
    caption(draft, file.caption.strip())
    dialogue.remind(turn, draft, said)


def caption(draft: DraftRow, text: str) -> None:
    """What is written under a file and answers no question goes with what happened."""
    before = str(draft.answers.get("captions") or "")
    if text and text not in before.split("\n"):
        draft.answers = {**draft.answers, "captions": f"{before}\n{text}".strip()}


def keep(turn: Turn, draft: DraftRow, file: File) -> Markup:
    """Write the file down, to be fetched by the clock; what is to be said, which is said once for an album."""
    kept = of_draft(turn.session, draft.id)
    refused = _refusal(turn, kept, file)
    turn.cause = turn.incoming.album or turn.incoming.key
    if refused:
        turn.cause = f"{turn.cause}:refused"
        return refused
    if file.file_id not in {each.file_id for each in kept}:  # a message whose caption was edited comes again
        _add(turn, draft, file)
    return turn.say("enclosures.kept")


def _refusal(turn: Turn, kept: Sequence[Attachment], file: File) -> Markup | None:
    rules = turn.ward.cases
    if file.size is not None and file.size > rules.max_file_mb * MEGABYTE:
        return turn.say("enclosures.too_large", longest=rules.max_file_mb)
    if len(kept) >= rules.max_files:
        return turn.say("enclosures.too_many", most=rules.max_files)
    return None


def _add(turn: Turn, draft: DraftRow, file: File) -> None:
    attachment = Attachment(
        key=turn.incoming.key,
        person_id=turn.person.id,
        draft_id=draft.id,
        channel=turn.chat.channel,
        file_id=file.file_id,
        kind=file.kind,
        name=file.name,
        size=file.size,
        created_at=turn.now,
        next_at=turn.now,
    )
    turn.session.add(attachment)
    turn.session.flush()


def lines(turn: Turn, draft: DraftRow) -> list[Markup]:
    """What the preview says of them."""
    count = len(of_draft(turn.session, draft.id))
    return [turn.say("enclosures.count", count=count)] if count else []


def written(draft: DraftRow) -> str:
    """What was said with the files, in answer to a question and under them."""
    given = (draft.answers.get(name) for name in ("text", "what", "captions"))
    return "\n".join(str(part) for part in given if part)
