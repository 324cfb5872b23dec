"""What a backup and a restore say on the command line."""

from pathlib import Path

from bot.backup.aftermath import CODES_SKIPPED
from bot.backup.make import Backup
from bot.backup.manifest import WARD
from bot.backup.restore import Restored
from bot.core.clock import VIETNAM


def backup_line(made: Backup, seconds: float) -> str:
    """Everything in one line."""
    size = f"{made.size:,} bytes"
    return f"{made.folder}: {made.rows:,} rows, {made.files:,} files, {size}, {seconds:.1f} s"


def backup_warnings(made: Backup) -> list[str]:
    """Attachments that the backup does not hold as they were sent."""
    missing = [f"The attachment {sha} is named by the database and is not in the file store." for sha in made.missing]
    damaged = [f"The attachment {sha} has changed in the file store; it is kept as it is." for sha in made.damaged]
    return missing + damaged


def restore_sentences(restored: Restored, source: Path, ward_file: Path) -> list[str]:
    """What is there again, what is not, and what somebody has to look at."""
    moment = restored.made.created_at.astimezone(VIETNAM)
    after = restored.aftermath
    profile = "is the one in use" if restored.same_profile else f"is another than {ward_file}: compare them"
    return [
        f"Restored into {restored.database}: {restored.rows:,} rows, {restored.files:,} files.",
        f"What came after {moment:%d/%m/%Y %H:%M} is not there, erasures included: do these again.",
        f"In doubt, not sent again, as they may have been delivered since: {after.doubtful} messages.",
        f"Still to be handled at the next start: {after.open_events} events.",
        "Telegram delivers again only what the bot had not fetched, for 24 hours at most.",
        f"Case codes go on {CODES_SKIPPED} numbers higher: those given since then stay unused.",
        f"The ward profile of the backup, {source / WARD}, {profile}.",
    ]
