"""What is installed is listed, reproducibly, and never called safe without a look."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
AUDIT = ROOT / ".ci" / "audit_packages.py"
SECONDS = 300

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# --- The list of what is installed ---------------------------------------------------------------


def made(folder: Path, epoch: str) -> bytes:
    """The list as `make sbom` makes it, in a folder of its own."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    # `make setup` has nothing to do in the copy.
    ready = folder / ".venv" / ".ready"
    ready.parent.mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    ready.touch()
    subprocess.run(
        ["make", "--silent", "sbom"],
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=SECONDS,
        env={**os.environ, "SOURCE_DATE_EPOCH": epoch},
    )
    return (folder / "dist" / "sbom.cdx.json").read_bytes()


@pytest.fixture(scope="module")
def sbom(tmp_path_factory) -> bytes:
    return made(tmp_path_factory.mktemp("sbom"), "0")


def components(sbom: bytes) -> dict[tuple[str, str], set[str]]:
    """Hashes by name and version."""
    return {
        (canonical(part["name"]), part["version"]): {
            each["content"]
            for reference in part["externalReferences"]
            for each in reference.get("hashes", [])
        }
        for part in json.loads(sbom)["components"]
    }


def test_same_lock_gives_the_same_bytes_at_another_time(sbom, tmp_path):
    assert made(tmp_path, "1700000000") == sbom
    content = json.loads(sbom)
    assert "serialNumber" not in content
    assert "timestamp" not in content["metadata"]


def test_sbom_keeps_the_schema_of_cyclonedx(sbom):
    validator = JsonStrictValidator(SchemaVersion.V1_6)
    assert validator.validate_str(sbom.decode("utf-8")) is None
    broken = json.loads(sbom)
    del broken["components"][0]["name"]
    assert validator.validate_str(json.dumps(broken)) is not None


def test_sbom_has_every_entry_of_the_lock_with_all_its_hashes(sbom):
    expected = {}
    for entry in re.split(r"\n(?=\S)", LOCK.read_text(encoding="utf-8").strip()):
        name, version = re.match(r"([a-z0-9-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", entry).groups()
        expected[name, version] = set(re.findall(r"--hash=sha256:(\w+)", entry))
    assert components(sbom) == expected


def test_sbom_names_no_folder_of_the_machine(sbom, tmp_path):
    text = sbom.decode("utf-8")
    assert "file:" not in text
    assert tmp_path.anchor + tmp_path.parts[1] + "/" not in text
    addresses = set(re.findall(r'"url": "https?://([^/"]+)', text))
    assert "pypi.org" in addresses
    assert not any("@" in address or "localhost" in address for address in addresses)


def installed_by(name: str, extra: str = "") -> set[str]:
    """Everything that installing a package brings here, without extras that nobody asks for."""
    found: set[str] = set()
    left = [(name, extra)]
    while left:
        of, extra = left.pop()
        for text in metadata.requires(of) or []:
            needed = Requirement(text)
            if needed.marker and not needed.marker.evaluate({"extra": extra}):
                continue
            key = canonical(needed.name)
            if key not in found:
                found.add(key)
                left += [(key, ""), *((key, asked) for asked in needed.extras)]
    return found


def test_what_the_wheel_installs_is_listed_in_the_version_that_is_installed(sbom):
    brought = installed_by("dieval")
    assert {"numpy", "papermill", "typst", "traitlets"} <= brought
    assert brought.isdisjoint({"mutmut", "pip-audit"})
    listed = components(sbom)
    assert [n for n in sorted(brought) if (n, metadata.version(n)) not in listed] == []


# --- Known vulnerabilities -----------------------------------------------------------------------

LOCKED = """\
good-package==1.0 \\
    --hash=sha256:{0}
Bad_Package[more]==2.0 ; python_full_version < '3.1' \\
    --hash=sha256:{0}
bad-package==2.1 ; python_full_version >= '3.1' \\
    --hash=sha256:{0}
""".format("a" * 64)

# Answers as pip-audit does on the packages that it is given; what it is to say stands in a file.
STAND_IN = """
import json, re, sys
from pathlib import Path
given = dict(zip(sys.argv[1:], sys.argv[2:]))
assert "--strict" in sys.argv
text = Path(given["--requirement"]).read_text()
assert ";" not in text
told = json.loads(Path(__file__).with_suffix(".json").read_text())
packages = [
    {"name": name, "version": version, "vulns": [{"id": i} for i in told.get(version, [])]}
    for name, version in re.findall(r"^(\\S+)==(\\S+)", text, re.M)
    if version not in told.get("skipped", [])
]
Path(given["--output"]).write_text(json.dumps({"dependencies": packages}))
sys.exit(told.get("status", int(any(package["vulns"] for package in packages))))
"""


def audit(folder: Path, told: dict[str, object] | None) -> tuple[int, str]:
    """Status and words of the audit, by a stand-in that is told what to answer, or by none."""
    (folder / "locked").write_text(LOCKED, encoding="utf-8")
    command = [sys.executable, str(AUDIT), str(folder / "locked")]
    if told is not None:
        (folder / "stand_in.py").write_text(STAND_IN, encoding="utf-8")
        (folder / "stand_in.json").write_text(json.dumps(told), encoding="utf-8")
        command += ["--program", sys.executable, str(folder / "stand_in.py")]
    # Nobody listens at the proxy: whoever asks the network gets no answer.
    nobody = dict.fromkeys(("HTTPS_PROXY", "https_proxy", "HTTP_PROXY"), "http://127.0.0.1:9")
    ended = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env={**os.environ, **nobody, "NO_PROXY": "", "no_proxy": ""},
    )
    assert ended.stderr == ""
    return ended.returncode, ended.stdout


def test_audit_without_network_says_not_audited_and_ends_with_a_status_of_its_own(tmp_path):
    status, said = audit(tmp_path, None)
    assert status == 3
    assert said.startswith("not audited: ")
    assert not re.search(r"^audited", said, re.MULTILINE)


def test_audit_of_every_package_says_how_many_were_looked_up(tmp_path):
    assert audit(tmp_path, {}) == (0, "audited 3 packages, 0 with known vulnerabilities\n")


def test_audit_finds_vulnerabilities_of_packages_for_other_systems_too(tmp_path):
    status, said = audit(tmp_path, {"2.0": ["PYSEC-1"], "2.1": ["PYSEC-2", "PYSEC-3"]})
    assert status == 1
    assert said.splitlines() == [
        "bad-package 2.0: PYSEC-1",
        "bad-package 2.1: PYSEC-2, PYSEC-3",
        "audited 3 packages, 2 with known vulnerabilities",
    ]


@pytest.mark.parametrize("told", [{"skipped": ["1.0"]}, {"status": 1}, {"status": 2}], ids=str)
def test_audit_that_left_out_a_package_or_failed_is_none(tmp_path, told):
    status, said = audit(tmp_path, told)
    assert status == 3
    assert said.startswith("not audited: ")


def test_audit_is_called_by_nothing_that_must_pass_offline():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    needing = re.findall(r"^([a-z]+):(.*?)(?:##|$)", makefile, re.MULTILINE)
    assert [target for target, needs in needing if "audit" in needs.split()] == []
    assert makefile.count("audit_packages") == 1
    assert "audit" not in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
