"""Writes requirements.lock: every package with its version, runtime first, no address of an index."""

import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADER = "# Every package that `make` installs, pinned; `make lock` writes this file.\n"


def frozen(python: Path, wanted: list[str]) -> list[str]:
    """The pins, sorted, after installing what is wanted."""
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", *wanted], check=True)
    printed = subprocess.run([python, "-m", "pip", "freeze"], check=True, capture_output=True, text=True).stdout
    return sorted(printed.splitlines(), key=str.lower)


def main() -> None:
    """Resolve in a fresh environment, in two goes, so that the second shows what only development needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        runtime = frozen(python, project["dependencies"])
        everything = frozen(python, runtime + project["optional-dependencies"]["development"])
    development = [pin for pin in everything if pin not in runtime]
    lines = [HEADER, *(f"{pin}\n" for pin in runtime), "# development\n", *(f"{pin}\n" for pin in development)]
    (ROOT / "requirements.lock").write_text("".join(lines), "utf-8")
    sys.stdout.write(f"{len(runtime)} packages to run, {len(development)} more to check\n")


if __name__ == "__main__":
    main()
