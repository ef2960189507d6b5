"""SHA256SUMS: every file that a run leaves in its output folder, to be signed and checked.

`sha256sum -c SHA256SUMS` reads it. run.json is left out: its timings differ from run to run.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from dieval.reports.publish import replace_file

SUMS_FILE = "SHA256SUMS"
SIGNATURES = tuple(f"{SUMS_FILE}.{suffix}" for suffix in ("sig", "minisig"))
# What the manifest of a report does not list, because it is made from it.
BESIDE = ("manifest.json", "ro-crate-metadata.json")
PAGES = re.compile(r"index(\.[a-z]{2})?\.html")
_LINE = re.compile(r"([0-9a-f]{64})  ([^\\/\s][^\\\n]*)")


def sha256_of(file: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def write_sums(out: Path) -> None:
    """Write the checksums of an output folder.

    Of a report, they are those of its manifest: a file that was changed since does not become
    right by another run.

    Parameters
    ----------
    out : Path
        Output folder.
    """
    replace_file(out / SUMS_FILE, sums_text(sums_of(out)))


def sums_of(out: Path) -> dict[str, str]:
    """Give the SHA-256 of every page and every file of a report, by its path in the folder."""
    sums = {path.name: sha256_of(path) for path in out.iterdir() if PAGES.fullmatch(path.name)}
    for folder in out.glob("[!.]*/[!.]*"):
        if folder.is_dir():
            name = folder.relative_to(out).as_posix()
            sums |= {f"{name}/{file}": value for file, value in _sums_of_report(folder).items()}
    return sums


def _sums_of_report(folder: Path) -> dict[str, str]:
    """Give the checksums of a report as its manifest has them; of a damaged one, what is there."""
    try:
        listed = json.loads((folder / "manifest.json").read_bytes())["files"]
        sums = {str(name): str(value) for name, value in listed.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return {path.name: sha256_of(path) for path in folder.iterdir() if path.is_file()}
    return sums | {name: sha256_of(folder / name) for name in BESIDE if (folder / name).is_file()}


def sums_text(sums: Mapping[str, str]) -> str:
    r"""Write checksums as sha256sum does, sorted by path.

    Examples
    --------
    >>> sums_text({"b": "00ff", "a": "ff00"})
    'ff00  a\n00ff  b\n'
    """
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))


def read_sums(text: str) -> dict[str, str]:
    """Read checksums.

    Raises
    ------
    ValueError
        The text is not as `sums_text` writes it.
    """
    found = [_LINE.fullmatch(line) for line in text.splitlines()]
    sums = {line[2]: line[1] for line in found if line is not None}
    if not sums or sums_text(sums) != text:
        raise ValueError("no list of checksums")
    return sums


def holders(sums: Mapping[str, str]) -> dict[str, str]:
    """Give the file that a checksum belongs to, where it belongs to one alone."""
    found: dict[str, str] = {}
    for name, value in sums.items():
        found[value] = "" if value in found else name
    return {value: name for value, name in found.items() if name}


def files_below(folder: Path) -> list[str]:
    """List every file and link below a folder, hidden ones too, by their paths in it."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )


def sums_of_files(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Give the checksum of every file that can be read; a link has none."""
    sums = {}
    for name in names:
        path = folder / name
        try:
            sums[name] = "" if path.is_symlink() or not path.is_file() else sha256_of(path)
        except OSError:
            sums[name] = ""
    return sums
