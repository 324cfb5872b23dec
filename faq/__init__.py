"""Questions of shop owners, their answers, and the matcher that finds the answer to what somebody typed."""

from faq.cache import cached_index
from faq.check import defects
from faq.decide import Decision, decide
from faq.fold import fold
from faq.grievance import Grievance, grievance, is_about_leader, is_about_official
from faq.index import FaqIndex, Match, content_index
from faq.legacy import is_legacy_encoding
from faq.load import MORE, Content, ContentError, Entry, load_content
from faq.own import differing, entry_hash, is_id, with_own, written
from faq.render import placeholders, render
from faq.tone import danger, is_report, smalltalk

__all__ = [
    "MORE",
    "Content",
    "ContentError",
    "Decision",
    "Entry",
    "FaqIndex",
    "Grievance",
    "Match",
    "cached_index",
    "content_index",
    "danger",
    "decide",
    "defects",
    "differing",
    "entry_hash",
    "fold",
    "grievance",
    "is_about_leader",
    "is_about_official",
    "is_id",
    "is_legacy_encoding",
    "is_report",
    "load_content",
    "placeholders",
    "render",
    "smalltalk",
    "with_own",
    "written",
]
