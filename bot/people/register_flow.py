"""The questions to somebody who registers for news; pure over the ward profile."""

from collections.abc import Callable

from bot.core.accept import words
from bot.core.choices import plain
from bot.core.events import Text, What
from bot.core.flow import Answers, Choice, Flow, Invalid, Question, Value, invalid
from bot.ward import Ward

NAME = "news_register"
KINDS = {
    "household": "registering.kind_household",
    "company": "registering.kind_company",
    "cooperative": "registering.kind_cooperative",
    "other": "registering.kind_other",
}
SAID = {
    "household": ("hộ", "hộ kinh doanh cá thể", "hộ cá thể", "hkd", "kinh doanh hộ gia đình"),
    "company": ("công ty", "cty", "dn", "công ty tnhh", "công ty cổ phần", "doanh nghiệp tư nhân"),
    "cooperative": ("htx",),
    "other": ("cá nhân",),
}
"""What people type instead of the button."""

CHANGES = "changes"
"""The one question that is asked again of somebody who is registered; without it all are asked."""

CHANGEABLE = ("kind", "trade", "neighbourhood", "name")
LONGEST_NAME = 120


class Questions:
    """What the questions offer and take, as the profile has it at the time."""

    def __init__(self, profile: Callable[[], Ward]) -> None:
        self.profile = profile

    def flow(self) -> Flow:
        """The dialogue. It has no preview: whatever was told can be changed below what it ends with."""
        return Flow(
            NAME,
            (
                Question("consent", _pressed, choices=self.consent, when=_asked("consent"), shown=False),
                Question("kind", kind, choices=kinds, when=_asked("kind")),
                Question("trade", self.trade, choices=self.trades, when=self._has_trades, optional=True),
                Question("neighbourhood", self.group, choices=self.groups, when=self._has_groups, optional=True),
                Question("name", words(LONGEST_NAME), when=_asked("name"), optional=True),
            ),
            preview=False,
        )

    def consent(self, _answers: Answers) -> list[Choice]:
        """Agreeing to this version of the notice about news."""
        return [Choice(consent_version(self.profile()), "registering.agree")]

    def trades(self, _answers: Answers) -> list[Choice]:
        """The lines of business of the profile."""
        return [Choice(trade.id, trade.title) for trade in self.profile().trades]

    def groups(self, _answers: Answers) -> list[Choice]:
        """The neighbourhood groups."""
        return [Choice(group.id, group.name) for group in self.profile().groups]

    def trade(self, what: What) -> Value | Invalid:
        """A line of business by some words of its title."""
        return _by_words(what, self.trades({}))

    def group(self, what: What) -> Value | Invalid:
        """A neighbourhood group by some words of its name, such as its number."""
        return _by_words(what, self.groups({}))

    def _has_trades(self, answers: Answers) -> bool:
        return bool(self.profile().trades) and _asked("trade")(answers)

    def _has_groups(self, answers: Answers) -> bool:
        return bool(self.profile().groups) and _asked("neighbourhood")(answers)


def consent_version(ward: Ward) -> str:
    """What is agreed to. News are another purpose than reports: agreeing to one notice is not agreeing to the other."""
    return f"{ward.cases.consent_version}-tin"


def kinds(_answers: Answers) -> list[Choice]:
    """What kind of business it is."""
    return [Choice(value, label) for value, label in KINDS.items()]


def kind(what: What) -> Value | Invalid:
    """A kind of business in other words than the buttons have."""
    said = plain(what.text) if isinstance(what, Text) else ""
    named = [value for value, others in SAID.items() if said in map(plain, others)]
    return named[0] if named else invalid("flow.choice_wanted")


def _asked(name: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(CHANGES) in {None, name}


def _pressed(_what: What) -> Value | Invalid:
    """Nothing that is typed agrees to anything; the label of the button never comes here."""
    return invalid("flow.choice_wanted")


def _by_words(what: What, choices: list[Choice]) -> Value | Invalid:
    said = set(plain(what.text).split()) if isinstance(what, Text) else set()
    named = [choice.value for choice in choices if said and said <= set(plain(choice.label).split())]
    return named[0] if len(named) == 1 else invalid("flow.choice_wanted")
