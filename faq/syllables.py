"""Which unmarked letter strings are Vietnamese syllables."""

import re

ONSET = (
    "(?:ngh(?=[ei])|ng(?![ei])|nh|gh(?=[ei])|gi|g|kh|k(?=[eiy])|c(?![eiy])|ch|ph|th|tr|"
    "qu(?=[aeioy])|b|d|h|l|m|n|p|r|s|t|v|x)?"
)
RIMES = """
    a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich iec iem ien ieng iep iet
    ieu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong
    op ot u ua uan uang uat uay uc ue uech uenh ui uich uinh uit um un ung uo uoc uoi uom uon uong uop uot uou up
    ut uu uy uya uych uyen uyet uynh uyt uyu y yem yen yeng yet yeu ynh yt
"""
SYLLABLE = re.compile(f"{ONSET}(?:{'|'.join(sorted(RIMES.split(), key=len, reverse=True))})")


def is_syllable(word: str) -> bool:
    """Whether `word` (lower-case, no marks) can be a Vietnamese syllable."""
    return SYLLABLE.fullmatch(word) is not None
