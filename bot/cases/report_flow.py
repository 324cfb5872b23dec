"""The questions of a report: what is asked of whom, in which order; pure over the ward profile."""

import re
from collections.abc import Callable, Mapping

import faq
from bot.cases.service import Report
from bot.core.accept import one_of, phone, words
from bot.core.choices import plain
from bot.core.events import Place, Text, What
from bot.core.flow import Answers, Choice, Elsewhere, Flow, Invalid, Question, Value, invalid
from bot.ward import Subject, Ward

NAME = "case_report"
PROTECTED = "protected"
"""Stands for the protected subject, whatever its id: a report that was begun must not lose its protection."""
ANONYMOUS = "#"
PETITION = "petition"
LEADERS = "leaders"
ANYBODY = "anybody"
QUESTION = "hoi-dap"
OTHER = "khac"
"""Subjects of the profile: what the FAQ could not answer, and what has no other place."""

LONGEST_STORY = 2000
LONGEST_PLACE = 300
LONGEST_WISH = 1000
LONGEST_NAME = 120
FEWEST_WORDS = 2
"""Of what happened."""
SHORTEST_STORY = 3
"""In syllables: what is shorter does not tell a story where a subject was asked for."""

AGREED = frozenset({"ok", "oke", "okay", "co", "vang", "da vang", "dong y a", "toi dong y", "em dong y", "duoc", "yes"})

DEGREES = re.compile(r"(-?\d{1,3}\.\d+), (-?\d{1,3}\.\d+)")


class Questions:
    """What the questions offer and take, as the profile has it at the time."""

    def __init__(self, profile: Callable[[], Ward]) -> None:
        self.profile = profile

    def flow(self) -> Flow:
        """The dialogue. It is complete at once when the person says that it is no petition."""
        taken_by_choice = one_of(())
        return Flow(
            NAME,
            (
                Question("consent", self.agreed, choices=self.consent, shown=False),
                Question("subject", self.subject, choices=self.subjects),
                Question("what", words(LONGEST_STORY, FEWEST_WORDS), free=True),
                Question("way", taken_by_choice, choices=ways, when=looks_like_grievance, shown=False),
                Question("conduct", taken_by_choice, choices=readers, when=is_about_conduct),
                Question("where", place, choices=self.groups, when=is_about_a_place, optional=True),
                Question("suggestion", words(LONGEST_WISH), when=is_about_a_place, optional=True, free=True),
                Question("business", words(LONGEST_NAME), choices=unnamed),
                Question("phone", phone, when=is_named, optional=True),
            ),
            ends=lambda answers: answers.get("way", PETITION) != PETITION,
        )

    def consent(self, _answers: Answers) -> list[Choice]:
        """Agreeing to this version of the notice."""
        return [Choice(self.profile().cases.consent_version, "report.agree")]

    def agreed(self, what: What) -> Value | Invalid | Elsewhere:
        """The notice in one of the usual words; who tells what happened first has told it, and still has to agree."""
        said = what.text.strip() if isinstance(what, Text) else ""
        if plain(said) in AGREED:
            return self.profile().cases.consent_version
        return _story(said, invalid("report.story_kept_for_consent"))

    def subjects(self, _answers: Answers) -> list[Choice]:
        """All subjects."""
        return [Choice(PROTECTED if each.protected else each.id, each.title) for each in self.profile().subjects]

    def groups(self, _answers: Answers) -> list[Choice]:
        """The neighbourhood groups."""
        return [Choice(group.id, group.name) for group in self.profile().groups]

    def subject(self, what: What) -> Value | Invalid | Elsewhere:
        """A subject by the words of its title; a sentence is what happened, told before it was asked."""
        said = what.text.strip() if isinstance(what, Text) else ""
        typed = set(plain(said).split())
        named = [choice for choice in self.subjects({}) if typed and typed <= set(plain(choice.label).split())]
        if len(named) == 1:
            return named[0].value
        return _story(said, invalid("report.story_kept"))


def _story(said: str, kept: Invalid) -> Invalid | Elsewhere:
    """A sentence told where a choice was asked for."""
    if len(said.split()) < SHORTEST_STORY:
        return invalid("flow.choice_wanted")
    told = words(LONGEST_STORY)(Text(said))
    return told if isinstance(told, Invalid) else Elsewhere("what", said, kept)


def place(what: What) -> Value | Invalid:
    """An address, or a location, shared or in degrees."""
    if isinstance(what, Place):
        return f"{what.latitude:.6f}, {what.longitude:.6f}"
    if isinstance(what, Text) and DEGREES.fullmatch(what.text.strip()):
        return what.text.strip()
    return words(LONGEST_PLACE)(what)


def story(answers: Mapping[str, object]) -> str:
    """What happened, as far as it was told."""
    return str(answers.get("what") or "")


def looks_like_grievance(answers: Answers) -> bool:
    """Whether the law may call it something else than a petition."""
    return faq.grievance(story(answers)) is not None


def ways(answers: Answers) -> list[Choice]:
    """A petition, or what it looks like."""
    other = faq.grievance(story(answers))
    way = [Choice(other, f"report.way_{other}")] if other else []
    return [Choice(PETITION, "report.way_petition"), *way]


def is_about_conduct(answers: Answers) -> bool:
    """Whether it should perhaps be protected and is not yet."""
    kept = answers.get("subject") == PROTECTED or is_grievance_about_leader(answers)
    return not kept and faq.is_about_official(story(answers))


def is_grievance_about_leader(answers: Mapping[str, object]) -> bool:
    """Whether somebody sends as a petition what could be filed against a leader: nobody below may read it."""
    return answers.get("way") == PETITION and faq.is_about_leader(story(answers))


def readers(_answers: Answers) -> list[Choice]:
    """Who may read it."""
    return [Choice(LEADERS, "report.readers_leaders"), Choice(ANYBODY, "report.readers_anybody")]


def is_about_a_place(answers: Answers) -> bool:
    """A question to be answered happens nowhere."""
    return answers.get("subject") != QUESTION


def unnamed(_answers: Answers) -> list[Choice]:
    """To be named nowhere."""
    return [Choice(ANONYMOUS, "report.anonymous")]


def is_named(answers: Answers) -> bool:
    """Whether staff may know who it was."""
    return answers.get("business") != ANONYMOUS


def report_of(ward: Ward, answers: Mapping[str, object]) -> Report:
    """The answers as what is logged; a subject that the profile lost meanwhile becomes the general one."""
    given = {name: str(answers.get(name) or "") for name in ("suggestion", "phone")}
    named = is_named({"business": str(answers.get("business") or "")})
    where = str(answers.get("where") or "")
    degrees, group = DEGREES.fullmatch(where), ward.group(where)
    return Report(
        subject=_subject(ward, str(answers.get("subject"))).id,
        text=told(answers),
        place="" if degrees or group else where,
        neighbourhood=group.id if group else "",
        latitude=float(degrees[1]) if degrees else None,
        longitude=float(degrees[2]) if degrees else None,
        suggestion=given["suggestion"],
        business=str(answers.get("business") or "") if named else "",
        phone=given["phone"] if named else "",
        anonymous=not named,
        protected=answers.get("conduct") == LEADERS
        or answers.get("subject") == PROTECTED
        or is_grievance_about_leader(answers),
    )


def told(answers: Mapping[str, object]) -> str:
    """What happened, and below it what was written under photos."""
    return "\n".join(part for part in (story(answers), str(answers.get("captions") or "")) if part)


def _subject(ward: Ward, name: str) -> Subject:
    if name == PROTECTED:
        return ward.protected
    return ward.subject(name) or ward.subject(OTHER) or ward.subjects[-1]
