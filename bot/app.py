"""The composition root: builds one bot out of its settings; nothing else constructs."""

from collections.abc import Callable

import faq
from bot.answers.ask import Asking
from bot.answers.library import Library
from bot.answers.staff import telling as telling_askers
from bot.answers.staff.approving import Approving
from bot.answers.staff.changed import Changed
from bot.answers.staff.entries import Entries
from bot.answers.staff.entry_card import EntryCard
from bot.answers.staff.expiring import Expiring
from bot.answers.staff.figures import Figures
from bot.answers.staff.unanswered import Unanswered
from bot.answers.staff.writing import Writing
from bot.broadcasts import due as broadcasts_due
from bot.broadcasts import recurring
from bot.broadcasts.heads import loudspeaker, visiting
from bot.broadcasts.officer import approving, control, correcting, watching
from bot.broadcasts.officer.composing import Composing
from bot.broadcasts.owner import proof, reading
from bot.cases import behalf, claims, desk, dossiers, due, follow_up, mine, other_ways, report
from bot.core.clock import Clock, utc_now
from bot.feature import App, Feature, Routes
from bot.meetings import (
    answering,
    asking,
    door,
    invitation,
    ledger,
    publishing,
    questions,
    remind,
    silent,
    supporters,
)
from bot.meetings import card as meeting_card
from bot.meetings import due as meetings_due
from bot.meetings.change_flow import Changing
from bot.meetings.lists import Lists
from bot.meetings.minutes import Minutes
from bot.meetings.organising import Organising
from bot.meetings.promises import Promises
from bot.people import crew, registering, welcome
from bot.reports import notice_sheet
from bot.reports.exports import ordering
from bot.reports.figures import statistics
from bot.reports.orders import order
from bot.runtime import reconcile
from bot.settings import Settings
from bot.text import Texts
from bot.ward import Profile, Ward
from db.files import Files
from db.session import Database


def features(library: Library, profile: Callable[[], Ward], clock: Clock) -> tuple[Feature, ...]:
    """Everything that the bot can do, a line each; their order is that of the menu."""
    return (
        Asking(library).feature(),
        report.feature(profile),
        mine.feature(),
        follow_up.feature(),
        desk.feature(profile),
        Unanswered(library).feature(),
        telling_askers.feature(library),
        Figures(library).feature(),
        Entries(library).feature(),
        EntryCard(library).feature(),
        Writing(library, clock).feature(),
        Approving(library).feature(),
        Changed(library).feature(),
        Expiring(library).feature(),
        other_ways.feature(),
        welcome.feature(),
        registering.feature(profile),
        reading.feature(),
        proof.feature(),
        dossiers.feature(profile),
        behalf.feature(profile),
        claims.feature(),
        reconcile.feature(),
        crew.feature(clock),
        due.feature(),
        Composing(profile, clock).feature(),
        approving.feature(),
        control.feature(),
        correcting.feature(),
        recurring.feature(),
        meetings_due.feature(),  # a change counts before its notice leaves
        broadcasts_due.feature(),
        Organising(profile, clock).feature(),
        Changing(profile, clock).feature(),
        meeting_card.feature(),
        invitation.feature(),
        answering.feature(),
        remind.feature(),
        door.feature(),
        Lists(order).feature(),
        silent.feature(),
        asking.feature(profile),
        questions.feature(),
        Promises(profile, clock).feature(),
        publishing.feature(Promises(profile, clock).by),
        supporters.feature(),
        Minutes(profile, clock).feature(),
        ledger.feature(),
        watching.feature(),
        visiting.feature(),
        loudspeaker.feature(),
        ordering.feature(clock),
        statistics.feature(),
        notice_sheet.feature(),
    )


def compose(
    settings: Settings,
    *,
    clock: Clock = utc_now,
    content: faq.Content | None = None,
    index: faq.FaqIndex | None = None,
) -> App:
    """One ward's bot, its database brought to the newest revision.

    Raises ProfileError and ContentError, each with a sentence that says where to look.
    """
    profile = Profile(settings.ward_file)
    content = content or faq.load_content()
    library = Library(content, index or faq.cached_index(content, settings.data_dir))
    composed = features(library, profile, clock)
    database = Database(settings.database)
    database.migrate()
    with database.read() as session:
        library.catch_up(session)
    return App(
        database=database,
        files=Files(settings.data_dir / "files"),
        say=Texts(),
        profile=profile,
        clock=clock,
        features=composed,
        routes=Routes.of(composed),
    )
