"""`make bench`: every figure of the README, measured anew."""

import platform

from tests.bench import quality, speed, telegram


def main() -> None:
    """Print all tables."""
    print(f"Python {platform.python_version()} on {platform.machine()}, BLAS threads: 1\n")
    for measure in (
        quality.answers,
        quality.decisions,
        speed.matching,
        speed.cold_start,
        speed.turns,
        telegram.end_to_end,
    ):
        print(measure(), flush=True)
        print()


if __name__ == "__main__":
    main()
