"""The questions to somebody who writes an answer of the ward, and what their answers make; pure over library and clock.

Of an answer that is rewritten or mended each question offers to keep what there is: `KEEP` stands for that.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import faq
from bot.answers.library import Library
from bot.answers.staff import lint
from bot.cases.answering import reason
from bot.core.accept import one_of, words
from bot.core.choices import plain
from bot.core.clock import Clock, in_words, local_date
from bot.core.events import Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.people.absence import read_days
from db.entries import OwnEntry

NAME, PROLONG, RETURN, FIND = "entry", "entry_prolong", "entry_return", "entry_find"
KEEP = "="
KEPT = "giu nguyen"
WAS = "was_"
"""What is known of an answer before it was asked: of a version that is mended, of the words of a group."""

YES, NO = "yes", "no"
FARTHEST = timedelta(days=10 * 366)
LONGEST_REMARK = 1000
LONGEST_WORDS = 200


class Questions:
    """The dialogues, as the library and the clock have it at the time."""

    def __init__(self, library: Library, clock: Clock) -> None:
        self.library = library
        self.clock = clock

    def flow(self) -> Flow:
        """Writing an answer."""
        return Flow(
            NAME,
            (
                self._text("question", lint.question),
                Question("category", one_of(()), choices=self.categories, when=self._has_no_shipped),
                self._text("short", lint.short),
                self._text("more", lint.more, optional=True),
                self._text("sources", lint.sources),
                Question("checked", one_of(()), choices=_checked, when=self._keeps_sources, values=self._last_checked),
                self._text("ask", lint.ask, optional=True),
                self._text("until", self.until, optional=True),
                Question("substance", one_of(()), choices=_yes_or_no, when=self.is_answered),
            ),
        )

    def prolonging(self) -> Flow:
        """A new last day of an answer whose sources were looked at once more."""
        yes = [Choice(YES, "entries.checked")]
        checked = Question(
            "checked", one_of(()), choices=lambda _answers: yes, values=lambda answers: {"sources": answers["sources"]}
        )
        until = Question("until", self.until, free=True, values=lambda answers: {"question": answers["question"]})
        return Flow(PROLONG, (until, checked))

    def _text(self, name: str, accept: Callable[[What], Value | Invalid], *, optional: bool = False) -> Question:
        def keeps(answers: Answers) -> list[Choice]:
            return [Choice(KEEP, "entries.keep")] if self._may_keep(answers, name, accept) else []

        def values(answers: Answers) -> Mapping[str, object]:
            before = self.before(answers, name)
            shown = in_words(date.fromisoformat(before)) if before and name == "until" else before
            return {"now": f"\n\n«{lint.readable(shown)}»" if shown else ""}

        return Question(name, _typed(accept), choices=keeps, optional=optional, free=True, values=values)

    def _may_keep(self, answers: Answers, name: str, accept: Callable[[What], Value | Invalid]) -> bool:
        """Neither a last day that has passed, nor what people wrote that nobody could type here, is kept."""
        before = self.before(answers, name)
        if not before or name == "until":
            return bool(before) and date.fromisoformat(before) >= local_date(self.clock())
        return f"{WAS}{name}" not in answers or not isinstance(accept(Text(before)), Invalid)

    def _keeps_sources(self, answers: Answers) -> bool:
        """Whether nobody named a source: then it is open whether somebody looked into them."""
        return answers.get("sources") == KEEP and bool(self.before(answers, "checked"))

    def _last_checked(self, answers: Answers) -> Mapping[str, object]:
        return {"day": in_words(date.fromisoformat(self.before(answers, "checked")))}

    def checked_on(self, answers: Answers) -> date:
        """The day on which its sources were looked into: the old one unless somebody did, or named them anew."""
        looked = answers.get("checked") == YES or not self._keeps_sources(answers)
        return local_date(self.clock()) if looked else date.fromisoformat(self.before(answers, "checked"))

    def categories(self, answers: Answers) -> list[Choice]:
        """All of them; the one that it is in comes first."""
        titles = self.library.shipped.categories
        now = self.before(answers, "category")
        return [Choice(name, titles[name]) for name in sorted(titles, key=lambda name: name != now)]

    def _has_no_shipped(self, answers: Answers) -> bool:
        return str(answers.get("entry") or "") not in self.library.shipped.entries

    def is_answered(self, answers: Answers) -> bool:
        """Whether people were given an answer already that this one takes the place of."""
        return str(answers.get("entry") or "") in self.library.current.content.entries

    def until(self, what: What) -> Value | Invalid:
        """The last day on which it holds, as ISO text."""
        today = local_date(self.clock())
        found = read_days(what.text, today) if isinstance(what, Text) else None
        if found is None or found.first != found.last:
            return invalid("entries.day_wanted")
        if found.last < today:
            return invalid("entries.day_past")
        return invalid("entries.day_far") if found.last > today + FARTHEST else found.last.isoformat()

    def before(self, answers: Answers, name: str) -> str:
        """What stood there before, empty where nothing did."""
        if any(known.startswith(WAS) for known in answers):
            return str(answers.get(f"{WAS}{name}") or "")
        entry = self.library.current.content.entries.get(str(answers.get("entry") or ""))
        return parts(entry)[name] if entry else ""

    def given(self, answers: Answers, name: str) -> str:
        """The answer to a question, or what it keeps."""
        value = answers.get(name)
        return self.before(answers, name) if value == KEEP else str(value or "")

    def version(self, answers: Answers) -> OwnEntry:
        """What was told as a version; its author is whoever proposes it, and a new entry has its id from then on."""
        entry, group = str(answers.get("entry") or ""), answers.get("group")
        original = self.library.shipped.entries.get(entry)
        until = self.given(answers, "until")
        return OwnEntry(
            entry=entry,
            category=original.category if original else str(answers["category"]),
            question=self.given(answers, "question"),
            short=self.given(answers, "short"),
            more=self.given(answers, "more"),
            ask=self.given(answers, "ask"),
            sources=self.given(answers, "sources"),
            checked_on=self.checked_on(answers),
            valid_until=date.fromisoformat(until) if until else None,
            replaces=faq.entry_hash(original) if original else "",
            over_id=int(str(answers["over"])) if answers.get("over") else None,
            substance=self.is_answered(answers) and answers.get("substance") == YES,
            author_id=0,
            written_at=self.clock(),
            group_id=int(str(group)) if group else None,
        )


def parts(entry: faq.Entry) -> dict[str, str]:
    """An entry as the answers to the questions."""
    return {
        "question": entry.question,
        "category": entry.category,
        "short": entry.short,
        "more": entry.more,
        "sources": "\n".join(entry.sources),
        "ask": entry.ask,
        "checked": entry.checked_on.isoformat(),
        "until": entry.valid_until.isoformat() if entry.valid_until else "",
    }


def _typed(accept: Callable[[What], Value | Invalid]) -> Callable[[What], Value | Invalid]:
    """The word of the button that keeps what there is, typed where nothing is, is no answer."""

    def taken(what: What) -> Value | Invalid:
        said = what.text.strip() if isinstance(what, Text) else ""
        return invalid("flow.no_such_button", said=said) if plain(said) == KEPT else accept(what)

    return taken


def returning() -> Flow:
    """What is to be mended in a version."""
    about = reason(LONGEST_REMARK)
    asked = Question("remark", about, free=True, values=lambda answers: {"question": answers["question"]})
    return Flow(RETURN, (asked,), preview=False)


def finding() -> Flow:
    """Words of the entry that is looked for."""
    return Flow(FIND, (Question("words", words(LONGEST_WORDS), free=True),), preview=False, gives_way=True)


def _checked(_answers: Answers) -> list[Choice]:
    return [Choice(NO, "entries.checked_not"), Choice(YES, "entries.checked_today")]


def _yes_or_no(_answers: Answers) -> list[Choice]:
    return [Choice(NO, "entries.substance_no"), Choice(YES, "entries.substance_yes")]
