"""Look up every package of a lock in the database of known vulnerabilities.

    python .ci/audit_packages.py requirements.lock

Exit status: 0 all looked up, nothing known · 1 vulnerabilities are known · 3 not audited. Packages
that another system or Python would get are looked up, too.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOUND, NOT_AUDITED = 1, 3
SECONDS = 600
Pin = tuple[str, str]


class NotAuditedError(Exception):
    """Not every package was looked up."""


def pins(lock: str) -> list[tuple[Pin, str]]:
    """Give name and version of every entry, and its text without the systems that it is for."""
    found = []
    for entry in re.split(r"\n(?=\S)", lock.strip()):
        head = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", entry)
        if head is None:
            raise NotAuditedError(f"the lock has an entry that pins nothing: {entry[:60]}")
        hashes = " ".join(re.findall(r"--hash=\S+", entry))
        name, version = head.groups()
        found.append(((canonical(name), version), f"{name}=={version} {hashes}\n"))
    return found


def canonical(name: str) -> str:
    """Write the name of a package as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def files(entries: list[tuple[Pin, str]]) -> list[str]:
    """Divide entries among as many files as one package has versions."""
    rounds: list[list[str]] = []
    times: dict[str, int] = {}
    for (name, _), text in entries:
        place = times.get(name, 0)
        times[name] = place + 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(text)
    return ["".join(texts) for texts in rounds]


def audited(text: str, program: list[str]) -> dict[Pin, list[str]]:
    """Give what is known of every package of a file: the vulnerabilities that concern it."""
    with tempfile.TemporaryDirectory() as folder:
        requirements, answer = Path(folder, "requirements.txt"), Path(folder, "answer.json")
        requirements.write_text(text, encoding="utf-8")
        options = ["--strict", "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
        options += ["--format", "json", "--output", str(answer)]
        options += ["--requirement", str(requirements)]
        try:
            ended = subprocess.run(
                [*program, *options], capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotAuditedError(type(error).__name__) from error
        try:
            packages = json.loads(answer.read_text(encoding="utf-8"))["dependencies"]
            known = {
                (canonical(package["name"]), package["version"]): [
                    each["id"] for each in package["vulns"]
                ]
                for package in packages
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            said = ended.stderr.strip().splitlines() or ["pip-audit gave no answer"]
            raise NotAuditedError(said[-1]) from error
    # It says by its status, too, whether it found anything: an answer that differs is none.
    if ended.returncode != (1 if any(known.values()) else 0):
        raise NotAuditedError(f"pip-audit ended with status {ended.returncode}")
    return known


def audit(lock: str, program: list[str]) -> dict[Pin, list[str]]:
    """Give what is known of every package of a lock.

    Raises
    ------
    NotAuditedError
        Any of them was not looked up.
    """
    entries = pins(lock)
    known: dict[Pin, list[str]] = {}
    for text in files(entries):
        known |= audited(text, program)
    missing = [" ".join(pin) for pin, _ in entries if pin not in known]
    if missing:
        raise NotAuditedError(f"no answer on {', '.join(missing[:5])} ({len(missing)} in all)")
    return known


def main() -> int:
    """Say what is known of the packages of the lock."""
    parser = argparse.ArgumentParser(description="Look for known vulnerabilities in a lock.")
    parser.add_argument("lock", type=Path)
    parser.add_argument("--program", nargs="+", default=[sys.executable, "-m", "pip_audit"])
    given = parser.parse_args()
    try:
        known = audit(given.lock.read_text(encoding="utf-8"), given.program)
    except NotAuditedError as error:
        print(f"not audited: {error}")
        return NOT_AUDITED
    wrong = {pin: ids for pin, ids in known.items() if ids}
    for (name, version), ids in sorted(wrong.items()):
        print(f"{name} {version}: {', '.join(ids)}")
    print(f"audited {len(known)} packages, {len(wrong)} with known vulnerabilities")
    return FOUND if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
