"""`make bench`: every figure of the README, measured anew."""

import platform

from tests.bench import (
    attached,
    broadcasts,
    cases,
    exports,
    exports_chat,
    figures,
    meetings,
    quality,
    semantic,
    speed,
    telegram,
)


def main() -> None:
    """Print all tables."""
    print(f"Python {platform.python_version()} on {platform.machine()}, BLAS threads: 1\n")
    for measure in (
        quality.answers,
        quality.learning,
        semantic.second_opinion,
        quality.decisions,
        speed.matching,
        speed.cold_start,
        speed.turns,
        attached.answered,
        cases.desk,
        exports.exports,
        exports.long_texts,
        figures.charts,
        exports_chat.waiting,
        telegram.end_to_end,
        broadcasts.throughput,
        broadcasts.fan_out,
        broadcasts.answers,
        meetings.answering,
    ):
        print(measure(), flush=True)
        print()


if __name__ == "__main__":
    main()
