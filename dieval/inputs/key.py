"""The key of a data package's checksums: who lacks it cannot try guesses against them.

Manifests publish a checksum of every table. Where a table hides few numbers, a plain checksum would
tell of each guess whether it is right; one with a key (HMAC, RFC 2104) does not. The key stands
beside the data and goes where the data goes, never where reports go.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Collection
from pathlib import Path

from dieval.errors import ParameterError
from dieval.inputs.states import key_file

FORM = re.compile("[0-9a-f]{64}")
BYTES = 32
# Fingerprint of the key that the demonstration is published with: everybody has it.
DEMONSTRATION = "c37081695021745b"


def read_key(path: Path) -> str:
    """Give the key of a data package; an empty text where there is none.

    Parameters
    ----------
    path : Path
        Of the package.

    Raises
    ------
    ParameterError
        The file cannot be read or holds no key.
    """
    file = key_file(path)
    if not file.exists():
        return ""
    try:
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise ParameterError(f"{file}: cannot be read; restore it, or delete it.") from error
    if not FORM.fullmatch(key):
        raise ParameterError(
            f"{file}: expected {2 * BYTES} digits from 0 to f; restore it, or delete it: "
            "a new key is made, with which all reports have to be made again."
        )
    return key


def keep_key(path: Path) -> None:
    """Make a key for a data package that has none.

    Parameters
    ----------
    path : Path
        Of the package.

    Raises
    ------
    ParameterError
        It cannot be written, or holds no key.
    """
    if not path.exists() or read_key(path):
        return
    file = key_file(path)
    try:
        # Only its owner reads it, as far as the file system can say so.
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(f"{secrets.token_hex(BYTES)}\n")
    except FileExistsError:  # another run was faster
        return
    except OSError as error:
        raise ParameterError(
            f"{file}: cannot be written ({error.strerror}). Without this key, checksums would give "
            "hidden numbers away; make the folder writable once."
        ) from error


def refuse_known_key(path: Path, key: str, evidence: Collection[str]) -> None:
    """Refuse the demonstration's key for records that nobody has published.

    Parameters
    ----------
    path : Path
        Of the package.
    key : str
    evidence : collection of str
        What the sources of its rows are.

    Raises
    ------
    ParameterError
        Everybody has this key.
    """
    if fingerprint(key) == DEMONSTRATION and "administrative" in evidence:
        raise ParameterError(
            f"{key_file(path)}: is the key of the demonstration, which everybody has. Delete this "
            "file: a key of your own is made in the next run."
        )


def keyed_sha256(key: str, text: str) -> str:
    """Give the HMAC-SHA-256 of a text, or its plain SHA-256 where the key is empty."""
    content = text.encode("utf-8")
    if not key:
        return hashlib.sha256(content).hexdigest()
    return hmac.new(bytes.fromhex(key), content, hashlib.sha256).hexdigest()


def fingerprint(key: str) -> str:
    """Give what tells keys apart and gives none away; an empty text for no key."""
    return keyed_sha256(key, "fingerprint")[:16] if key else ""
