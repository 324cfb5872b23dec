"""What is missing before the bot can serve: settings, ward profile, database, FAQ content, in words."""

from dataclasses import dataclass

import faq
from bot.core.clock import local_date, utc_now
from bot.settings import Settings
from bot.ward import Profile, Ward
from db.migrations import HEAD
from db.session import Database
from db.staff import Role, all_serving


@dataclass(frozen=True)
class Finding:
    """One sentence for the person who looks after the bot; a fatal one must be mended first."""

    sentence: str
    fatal: bool = False


def findings(settings: Settings) -> list[Finding]:
    """Everything worth saying, in the order in which it would be mended. Raises ProfileError."""
    return [*_channel(settings), *_profile(settings), *_database(settings), *_content()]


def _staffing(database: Database, ward: Ward) -> list[Finding]:
    """Whom a case would find nobody at; reports about officials wait for a leader alone."""
    with database.read() as session:
        serving = all_serving(session)
    roles, staffed = {staff.role for staff in serving}, {staff.unit for staff in serving}
    missing = [role.value for role in (Role.ADMIN, Role.LEADER) if role not in roles]
    empty = sorted({subject.unit for subject in ward.subjects} - staffed)
    if not missing and not empty:
        return [Finding(f"Staff: {len(serving)} people, every unit that has subjects has somebody.")]
    lacking = [f"nobody is {' or '.join(missing)}"] if missing else []
    lacking += [f"no officer in the unit {', '.join(empty)}"] if empty else []
    return [Finding(f"Staff: {' and '.join(lacking)}; invite with `python -m bot staff invite`.")]


def _channel(settings: Settings) -> list[Finding]:
    if settings.telegram_token:
        return [Finding("Telegram: a token is set.")]
    return [Finding("Telegram: TELEGRAM_TOKEN is not set, the bot talks in the terminal only.")]


def _profile(settings: Settings) -> list[Finding]:
    profile = Profile(settings.ward_file)
    unset = profile().unset()
    listed = f"; not filled in yet, left out of what people read: {', '.join(unset)}" if unset else ", complete"
    open_days = [f"{day:%d/%m/%Y}" for day in profile().undecided() if day >= local_date(utc_now())]
    undecided = [Finding(f"Ward profile: not decided yet whether off: {', '.join(open_days)}.")] if open_days else []
    return [Finding(f"Ward profile {settings.ward_file}: valid{listed}."), *undecided]


def _database(settings: Settings) -> list[Finding]:
    database = Database(settings.database)
    try:
        revision = database.revision()
        staffing = _staffing(database, Profile(settings.ward_file)()) if revision == HEAD else []
    finally:
        database.close()
    if revision == HEAD:
        return [Finding(f"Database: at revision {HEAD}, the newest."), *staffing]
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
