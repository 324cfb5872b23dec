"""How an answer, a list of suggestions and the subjects look; values in, replies out."""

import re
from datetime import date

from markupsafe import Markup, escape

import faq
from bot.answers import sources
from bot.core.clock import in_words
from bot.core.replies import Button, Reply, Rows, column
from bot.text import Texts
from bot.ward import Ward

PAGE = 8
LABEL = 60
SHORT = 40


def answer(say: Texts, ward: Ward, content: faq.Content, entry: faq.Entry, *, today: date, question_id: int) -> Reply:
    """The answer: which question was understood, the short part, whom to ask, the sources and the day of checking."""
    short = to_markup(faq.render(entry.short, ward.values()))
    parts = [say("answers.answer", question=entry.question, short=short), *expired(say, ward, entry, today)]
    if entry.ask:
        parts.append(to_markup(faq.render(entry.ask, ward.values())))
    where = sources.listed(say, entry.sources)
    parts += [say("answers.sources", sources=where), say("answers.checked", day=in_words(entry.checked_on))]
    return Reply(Markup("\n\n").join(parts), _under_answer(say, content, entry, question_id))


def expired(say: Texts, ward: Ward, entry: faq.Entry, today: date) -> list[Markup]:
    """That it may have changed, and whom to ask; nothing until the day is over up to which it was known to hold."""
    if entry.valid_until is None or entry.valid_until >= today:
        return []
    whom = whom_to_ask(say, ward, entry.category)
    return [say("answers.expired", day=in_words(entry.valid_until), whom=whom)]


def whom_to_ask(say: Texts, ward: Ward, category: str) -> Markup:
    """The unit that minds a category and the centre where everybody may ask, with its phone if that is known."""
    center, unit = ward.names.center, ward.unit(ward.faq.unit_of(category))
    apart = unit is not None and not center.startswith(unit.name)
    whom = say("answers.whom_unit", unit=unit.name, center=center) if unit and apart else Markup.escape(center)
    phone = ward.contact.center_phone
    return say("answers.whom_phone", whom=whom, phone=phone) if phone else whom


def _under_answer(say: Texts, content: faq.Content, entry: faq.Entry, question_id: int) -> Rows:
    more = [Button(say.label("answers.button_more"), f"faq.more:{entry.id}")] if entry.more else []
    related = [content.entries[name] for name in entry.related if name in content.entries][:2]
    thumbs = (
        Button(say.label("answers.button_good"), f"faq.good:{question_id}"),
        Button(say.label("answers.button_bad"), f"faq.bad:{question_id}"),
    )
    wrong = Button(say.label("answers.button_wrong"), f"faq.wrong:{question_id}")
    return (*column([*more, *(entry_button(other) for other in related)]), thumbs, (wrong,))


def more(say: Texts, ward: Ward, entry: faq.Entry, today: date) -> Reply:
    """What goes beyond the short answer."""
    text = to_markup(faq.render(entry.more or entry.short, ward.values()))
    said = say("answers.more", question=entry.question, more=text)
    return Reply(Markup("\n\n").join((said, *expired(say, ward, entry, today))))


def suggestions(say: Texts, entries: list[faq.Entry], question_id: int) -> Reply:
    """Up to three questions to choose from, and none of them."""
    none_of_these = Button(say.label("answers.button_none_of_these"), f"faq.none:{question_id}")
    return Reply(
        say("answers.suggest"), column([*(entry_button(entry, question_id) for entry in entries), none_of_these])
    )


def which(say: Texts, close: list[faq.Entry], question_id: int) -> Reply:
    """Two entries are close: which of them is meant, in one tap."""
    first, second = close
    chosen = zip(apart(first.question, second.question), (first, second), strict=True)
    rows = column([Button(label, f"faq.show:{entry.id}:{question_id}") for label, entry in chosen])
    neither = (Button(say.label("answers.button_neither"), f"faq.none:{question_id}"),)
    return Reply(say("answers.which", first=first.question, second=second.question), (*rows, neither))


def apart(first: str, second: str) -> tuple[str, str]:
    """Short labels of two questions; where their beginnings are the same, what comes after."""
    labels = shortened(first, SHORT), shortened(second, SHORT)
    if labels[0] != labels[1]:
        return labels
    ours, theirs = first.split(), second.split()
    same = next((at for at, pair in enumerate(zip(ours, theirs, strict=False)) if pair[0] != pair[1]), 0)
    rests = [shortened("… " + " ".join(words[same:]), SHORT) for words in (ours, theirs)]
    return rests[0], rests[1]


def entry_button(entry: faq.Entry, question_id: int | None = None) -> Button:
    """A button that shows an entry; with the question that it was offered for, the log learns of the choice."""
    asked_for = f":{question_id}" if question_id else ""
    return Button(shortened(entry.question), f"faq.show:{entry.id}{asked_for}")


def subjects(say: Texts, content: faq.Content) -> Reply:
    """All categories."""
    rows = column(Button(title, f"faq.subject:{name}:1") for name, title in content.categories.items())
    return Reply(say("answers.subjects"), rows)


def subject(say: Texts, content: faq.Content, category: str, page: int) -> Reply:
    """One page of the questions of a category; a page beyond the ends is the nearest one."""
    entries = content.in_category(category)
    pages = max(1, -(-len(entries) // PAGE))
    page = min(max(1, page), pages)
    here = [entry_button(entry) for entry in entries[(page - 1) * PAGE : page * PAGE]]
    turns = []
    if page > 1:
        turns.append(Button(say.label("answers.button_previous"), f"faq.subject:{category}:{page - 1}"))
    if page < pages:
        turns.append(Button(say.label("answers.button_next"), f"faq.subject:{category}:{page + 1}"))
    back = (Button(say.label("answers.button_back"), "faq.subjects"),)
    rows = (*column(here), *((tuple(turns),) if turns else ()), back)
    return Reply(say("answers.subject", title=content.categories[category], page=page, pages=pages), rows)


def shortened(label: str, longest: int = LABEL) -> str:
    """A label that fits on a phone, cut at a word."""
    return label if len(label) <= longest else label[: longest - 1].rsplit(" ", 1)[0] + "…"


def to_markup(text: str) -> Markup:
    """The text of an answer file: escaped, `**bold**` kept, list dashes as bullets."""
    bold = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", str(escape(text)))
    return Markup(re.sub(r"(?m)^- ", "• ", bold))  # noqa: S704 - escaped above
