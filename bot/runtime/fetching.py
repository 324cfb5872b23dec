"""Fetches the files that people sent from the platform into the file store; what is due is a query over their rows."""

import asyncio
import logging
from datetime import timedelta

from bot.core.channel import Channel, Gone, NotSent, Refused
from bot.feature import App
from bot.runtime.writer import Urgency, Writer
from db import attachments
from db.attachments import Attachment, AttachmentState

log = logging.getLogger(__name__)

AT_ONCE = 20
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=7)
"""A file that the platform did not hand out for so long is said to be lost."""


async def fetch_due(app: App, channel: Channel, writer: Writer) -> int:
    """Fetch what is due of this channel, one after the other; how many were tried."""
    with app.database.read() as session:
        due = attachments.waiting(session, channel.name, app.clock(), AT_ONCE)
    for row in due:
        await _fetch(app, channel, writer, row)
    return len(due)


async def _fetch(app: App, channel: Channel, writer: Writer, row: Attachment) -> None:
    limit = app.profile().cases.max_file_mb * 1024 * 1024
    try:
        content = await channel.fetch(row.file_id, limit)
        sha = await asyncio.to_thread(app.files.put, content)
    except NotSent as failure:
        log.info("attachment %s not fetched: %s", row.id, type(failure).__name__)
        outcome = _failed(app, row, failure)
    except Exception as error:
        # A full disk, a library's bug: no reason to keep the others waiting.
        log.warning("attachment %s not kept: %s", row.id, type(error).__name__)
        outcome = _later(app, row, type(error).__name__)
    else:
        outcome = {"state": AttachmentState.STORED, "sha": sha, "size": len(content)}
    await writer.insist(Urgency.DELIVER, lambda: _settle(app, row.id, outcome))


def _failed(app: App, row: Attachment, failure: NotSent) -> dict[str, object]:
    old = app.clock() - row.created_at > GIVEN_UP_AFTER
    if isinstance(failure, Gone | Refused) or old:
        return {"state": AttachmentState.FAILED, "reason": type(failure).__name__}
    return _later(app, row, type(failure).__name__)


def _later(app: App, row: Attachment, reason: str) -> dict[str, object]:
    wait = min(LONGEST_WAIT, timedelta(seconds=5 * 2 ** min(row.tries, 12)))
    return {"next_at": app.clock() + wait, "tries": row.tries + 1, "reason": reason}


def _settle(app: App, row_id: int, outcome: dict[str, object]) -> None:
    """A row that was wiped meanwhile takes its content with it."""
    with app.database.write() as session:
        row = session.get(Attachment, row_id, with_for_update=True)
        if row:
            row.sqlmodel_update(outcome)
            session.add(row)
            return
        sha = outcome.get("sha")
        if isinstance(sha, str) and not attachments.refers_to(session, sha):
            app.files.remove(sha)
