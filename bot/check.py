"""What is missing before the bot can serve: settings, ward profile, database, FAQ content, in words."""

from dataclasses import dataclass

import faq
from bot.settings import Settings
from bot.ward import Profile
from db.migrations import HEAD
from db.session import Database


@dataclass(frozen=True)
class Finding:
    """One sentence for the person who looks after the bot; a fatal one must be mended first."""

    sentence: str
    fatal: bool = False


def findings(settings: Settings) -> list[Finding]:
    """Everything worth saying, in the order in which it would be mended. Raises ProfileError."""
    return [*_channel(settings), *_profile(settings), *_database(settings), *_content()]


def _channel(settings: Settings) -> list[Finding]:
    if settings.telegram_token:
        return [Finding("Telegram: a token is set.")]
    return [Finding("Telegram: TELEGRAM_TOKEN is not set, the bot talks in the terminal only.")]


def _profile(settings: Settings) -> list[Finding]:
    profile = Profile(settings.ward_file)
    unset = profile().unset()
    listed = f"; not filled in yet, left out of what people read: {', '.join(unset)}" if unset else ", complete"
    return [Finding(f"Ward profile {settings.ward_file}: valid{listed}.")]


def _database(settings: Settings) -> list[Finding]:
    database = Database(settings.database)
    try:
        revision = database.revision()
    finally:
        database.close()
    if revision == HEAD:
        return [Finding(f"Database: at revision {HEAD}, the newest.")]
    if not revision:
        return [Finding("Database: new, the tables are made at the first start.")]
    if revision < HEAD:
        return [Finding(f"Database: at revision {revision}, brought to {HEAD} at the next start.")]
    return [
        Finding(
            f"Database: at revision {revision}, which this version ({HEAD}) does not know: install the newer version.",
            fatal=True,
        )
    ]


def _content() -> list[Finding]:
    content = faq.load_content()
    defects = [Finding(f"FAQ: {defect}", fatal=True) for defect in faq.defects(content)]
    return defects or [Finding(f"FAQ: {len(content.entries)} entries, no defects.")]
