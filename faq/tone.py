"""What kind of message it is, before what it is about: small talk, a report of trouble, an emergency."""

from faq.danger import danger
from faq.report import is_report
from faq.smalltalk import SmallTalk, smalltalk

__all__ = ["SmallTalk", "danger", "is_report", "smalltalk"]
