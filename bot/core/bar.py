"""How far something is, drawn with letters; and numbers as offices write them."""

BAR = 12


def bar(done: int, of: int) -> str:
    """A bar of 12 blocks; nothing to do is done."""
    full = BAR * min(done, of) // of if of else BAR
    return "▓" * full + "░" * (BAR - full)


def percent(done: int, of: int) -> int:
    """The share in whole percent, rounded down: 100 is only what is done."""
    return 100 * min(done, of) // of if of else 100


def grouped(number: int) -> str:
    """A number as offices write it: 100.000."""
    return f"{number:,}".replace(",", ".")
