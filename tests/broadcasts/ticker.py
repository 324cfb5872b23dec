"""A process whose clock ticks over the database of its settings: `python -m tests.broadcasts.ticker TICKS`."""

import sys

from bot.app import compose
from bot.runtime.jobs import tick
from bot.settings import Settings
from tests.bench.senders import MORNING
from tests.telegram_bot import RunningClock

if __name__ == "__main__":
    app = compose(Settings(), clock=RunningClock(MORNING))
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(sys.argv[1])):
        tick(app)
    app.database.close()
