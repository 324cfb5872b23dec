"""Understanding without answering: questions in, one JSON object a line out, for judging and for scripts."""

import json
from collections.abc import Iterable, Iterator

import faq
from bot.answers.rules import Understood, understand
from bot.core.events import clean

MATCHES = 5


def understood_lines(lines: Iterable[str]) -> Iterator[str]:
    """One object for each line, in order; blank lines count. Raises ContentError."""
    content = faq.load_content()
    index = faq.content_index(content)
    for line in lines:
        yield _as_json(content, understand(index, clean(line.rstrip("\r\n"))))


def _as_json(content: faq.Content, understood: Understood) -> str:
    matches = [
        {"id": match.id, "score": round(match.score, 4), "question": content.entries[match.id].question}
        for match in understood.matches[:MATCHES]
    ]
    shown = {"text": understood.text, "decision": understood.decision, "alert": understood.alert, "matches": matches}
    return json.dumps(shown, ensure_ascii=False)
