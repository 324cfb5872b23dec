"""Resident memory of this process, as the kernel counts it: man 5 proc.

Not `ru_maxrss`: a process inherits that peak from whoever started it.
"""

from pathlib import Path


def now() -> float:
    """Megabytes at this moment."""
    return _megabytes("VmRSS")


def peak() -> float:
    """The most megabytes since the start, or since the peak was forgotten."""
    return _megabytes("VmHWM")


def forget_peak() -> None:
    """The peak is what there is now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")


def _megabytes(which: str) -> float:
    status = Path("/proc/self/status").read_text("ascii")
    line = next(line for line in status.splitlines() if line.startswith(f"{which}:"))
    return int(line.split()[1]) / 1024
