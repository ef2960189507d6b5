from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest
import yaml

from dieval.cli import main

ROOT = Path(__file__).parents[1]
TARGETS = ("report", "test", "setup", "lab", "bench", "check", "lock", "campaign", "help")
# Names of folders at the top of a machine that must not stand in any file, in pieces so that they
# do not stand in this one.
MACHINE_FOLDERS = ("work", "root", "home", "Users")
SECONDS = 300


def project_settings() -> dict[str, object]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def files_of_the_repository() -> list[Path]:
    """Every file in git, and those that would be added to it."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git repository")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=SECONDS,
    ).stdout.decode("utf-8")
    files = [ROOT / name for name in listed.split("\0") if name]
    return [file for file in files if file.is_file()]


def requirement(text: str) -> tuple[str, str]:
    """Name and bounds of a requirement."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9_.-]+)(.*)", text.strip()).groups()
    return name.lower().replace("_", "-"), bounds.strip()


# --- Dependencies --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


def test_conda_environment_has_the_name_and_one_channel(conda):
    assert (conda["name"], conda["channels"]) == ("dieval", ["conda-forge"])


def test_conda_environment_has_the_dependencies_and_bounds_of_the_package(conda):
    listed = [entry for entry in conda["dependencies"] if isinstance(entry, str)]
    (from_pip,) = [entry["pip"] for entry in conda["dependencies"] if isinstance(entry, dict)]
    found = dict(requirement(entry) for entry in [*listed, *from_pip] if entry[0] != "-")
    assert found.pop("python") == project_settings()["requires-python"]
    assert "pip" in found
    found.pop("pip")
    expected = [
        *project_settings()["dependencies"],
        *project_settings()["optional-dependencies"]["lab"],
    ]
    assert found == dict(requirement(entry) for entry in expected)


@pytest.fixture(scope="module")
def lock() -> str:
    return (ROOT / "requirements.lock").read_text(encoding="utf-8")


def locked(lock: str) -> dict[str, list[str]]:
    """Lines of the lock by requirement: the pinned version, then its hashes."""
    entries: dict[str, list[str]] = {}
    for line in lock.splitlines():
        if line and not line[0].isspace() and not line.startswith("#"):
            entries[line] = []
        elif line.strip():
            entries[next(reversed(entries))].append(line.strip(" \\"))
    return entries


def test_lock_pins_every_requirement_with_hashes(lock):
    entries = locked(lock)
    assert len(entries) > 80
    for entry, hashes in entries.items():
        assert re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==[^ ;]+( ;|  *\\|$)", entry), entry
        assert hashes, entry
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes), entry


def test_lock_names_no_address_of_an_index(lock):
    assert not re.search(r"https?:|index-url|find-links|://|file:", lock)


def test_lock_holds_every_dependency_of_the_package_and_its_extras(lock):
    settings = project_settings()
    wanted = [*settings["dependencies"], *chain(*settings["optional-dependencies"].values())]
    names = {re.match(r"[a-z0-9-]+", entry)[0] for entry in locked(lock)}
    assert {requirement(entry)[0] for entry in wanted} - names == set()


def test_lock_versions_are_within_the_bounds_of_the_package(lock):
    from packaging.specifiers import SpecifierSet

    versions: dict[str, set[str]] = {}
    for entry in locked(lock):
        name, version = re.match(r"([a-z0-9-]+)(?:\[[a-z,]+\])?==([^ ;\\]+)", entry).groups()
        versions.setdefault(name, set()).add(version)
    settings = project_settings()
    for entry in [*settings["dependencies"], *chain(*settings["optional-dependencies"].values())]:
        name, bounds = requirement(entry)
        assert all(version in SpecifierSet(bounds) for version in versions[name]), entry


# --- Makefile ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def makefile() -> str:
    return (ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", TARGETS)
def test_makefile_has_the_target_of_the_design(makefile, target):
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_makefile_help_is_what_make_alone_does(makefile):
    first = re.search(r"^([a-z]+):", makefile, re.MULTILINE)[1]
    default = re.search(r"^\.DEFAULT_GOAL := (\w+)", makefile, re.MULTILINE)
    assert (default[1] if default else first) == "help"


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_make_alone_lists_every_target_with_what_it_does(makefile):
    said = subprocess.run(
        ["make", "--no-print-directory"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    ).stdout
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    listed = dict(line.split(maxsplit=1) for line in said.splitlines())
    assert set(listed) == targets
    assert all(len(words) > 10 for words in listed.values())


def test_makefile_targets_are_no_files(makefile):
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    phony = set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split())
    assert targets == phony


def test_continuous_integration_runs_checks_and_tests():
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)
    assert text.startswith("#!")
    assert "set -e" in text
    assert re.search(r"^make check$", text, re.MULTILINE)
    assert re.search(r"^make test$", text, re.MULTILINE)


# --- Files ---------------------------------------------------------------------------------------


def test_no_file_names_a_folder_of_the_machine_that_it_was_written_on():
    pattern = re.compile(rf"(?<![\w.\-}}/])/({'|'.join(MACHINE_FOLDERS)})/[\w.]".encode())
    files = files_of_the_repository()
    assert len(files) > 80
    found = [
        f"{file.relative_to(ROOT)}: {match[0].decode()}"
        for file in files
        if (match := pattern.search(file.read_bytes()))
    ]
    assert found == []


def test_no_file_is_large_or_has_a_line_end_of_windows():
    for file in files_of_the_repository():
        content = file.read_bytes()
        assert len(content) < 2_000_000, file
        if file.suffix in (".py", ".md", ".toml", ".yml", ".csv", ".json", ".po", ".typ", ".j2"):
            assert b"\r\n" not in content, file
            content.decode("utf-8")


def test_no_file_that_a_run_or_a_tool_writes_is_in_the_repository():
    made = {".venv", "__pycache__", ".ipynb_checkpoints", ".mypy_cache", ".ruff_cache"}
    for file in files_of_the_repository():
        parts = file.relative_to(ROOT).parts
        assert not made & set(parts), file
        assert parts[0] != "reports" or parts[1:] == ("README.md",), file


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documents_name_only_commands_and_options_that_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for call in re.findall(r"(?:^|[\s`/])dieval ((?:[a-z]+)(?: [^\n`#;]+)?)", text):
        words = call.split()
        if words[0] not in main.commands:
            # A sentence about the package, not a command.
            assert not re.search(rf"`[^`\n]*\bdieval {words[0]}\b[^`\n]*`", text), call
            continue
        options = {name for parameter in main.commands[words[0]].params for name in parameter.opts}
        for word in words[1:]:
            if word.startswith("-"):
                assert word.split("=")[0] in options, call


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_documents_name_only_targets_of_the_makefile(makefile, name):
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_documents_link_only_to_files_that_exist(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if not target.startswith("https://"):
            assert (ROOT / target).exists(), target


def test_readme_has_the_two_commands_and_no_placeholder():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"^make report\b", text, re.MULTILINE)
    assert re.search(r"^make test\b", text, re.MULTILINE)
    assert not re.search(r"\b(TODO|TBD|FIXME|XXX|RUNTIME)\b", text)


# --- The wheel -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def wheel(once) -> Path:
    """The wheel, built from the source tree."""

    def make(folder: Path) -> None:
        built = subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert built.returncode == 0, built.stdout + built.stderr

    (file,) = once("wheel", make).glob("*.whl")
    return file


def test_wheel_carries_code_templates_fonts_schemas_and_catalogue(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    sources = {
        f"dieval/{path.relative_to(ROOT / 'dieval').as_posix()}"
        for path in (ROOT / "dieval").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sources - names == set()
    for suffix in (".py", ".j2", ".css", ".typ", ".ttf", ".json", ".po"):
        assert [name for name in sources if name.endswith(suffix)], suffix


def test_wheel_carries_the_project_that_init_writes(wheel):
    with zipfile.ZipFile(wheel) as archive:
        for name in ("notebooks/cost_comparison.ipynb", "data/latvia/datapackage.json",
                     "data/parameters/costs.yml", "dieval.toml", "requirements.lock"):  # fmt: skip
            assert archive.read(f"dieval/project/{name}") == (ROOT / name).read_bytes(), name


def test_wheel_carries_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {
        "dieval", next(name.split("/")[0] for name in names if ".dist-info/" in name),
    }  # fmt: skip
    assert not [
        name for name in names if re.search(r"__pycache__|\.ipynb_checkpoints|/tests/", name)
    ]


@pytest.fixture(scope="session")
def installed(once, wheel) -> Path:
    """An environment of its own with the wheel; its other packages are those of this one.

    A `.pth` file names the folder of those packages; the `.pth` files in there, such as that of
    the source tree, are not read.
    """

    def make(folder: Path) -> None:
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")],
            check=True,
            timeout=SECONDS,
        )
        python = folder / "venv" / "bin" / "python"
        subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet",
             "--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)],
            check=True,
            timeout=SECONDS,
        )  # fmt: skip
        mine = Path(sysconfig.get_path("purelib"))
        theirs = folder / "venv" / mine.relative_to(sys.prefix)
        (theirs / "dependencies.pth").write_text(f"{mine}\n", encoding="utf-8")

    return once("installed", make) / "venv"


def alone(folder: Path) -> dict[str, str]:
    """An environment in which nothing leads to the source tree."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "DIEVAL", "PYTEST", "VIRTUAL_ENV"))}  # fmt: skip
    return {**kept, "PYTHONSAFEPATH": "1", "HOME": str(folder)}


WHERE = """
import dieval, dieval.reports.run, json, sys
from dieval.reports.project import find_project
print(json.dumps([dieval.__file__, str(find_project().root), sys.path]))
"""


def test_installed_wheel_is_what_is_imported_and_leads_to_its_own_project(installed, tmp_path):
    said = subprocess.run(
        [str(installed / "bin" / "python"), "-c", WHERE],
        cwd=tmp_path,
        env=alone(tmp_path),
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    ).stdout
    file, project, path = json.loads(said)
    assert Path(file).is_relative_to(installed)
    assert Path(project) == Path(file).parent / "project"
    assert str(ROOT) not in path


def test_installed_wheel_starts_a_project_and_makes_its_report(installed, tmp_path, reports):
    command = installed / "bin" / "dieval"

    def run(*arguments: str, cwd: Path) -> None:
        done = subprocess.run(
            [str(command), *arguments],
            cwd=cwd,
            env=alone(tmp_path),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run("init", "mine", cwd=tmp_path)
    costs = ("report", "cost_comparison", "--region", "kurzeme", "--edition", "internal")
    run(*costs, cwd=tmp_path / "mine")
    mine = tmp_path / "mine" / "reports-internal" / "kurzeme" / "cost_comparison"
    # The source tree and the wheel make the same report, byte for byte.
    theirs = reports / "kurzeme" / "cost_comparison"
    assert {path.name for path in mine.iterdir()} == {path.name for path in theirs.iterdir()}
    different = [path.name for path in mine.iterdir()
                 if path.read_bytes() != (theirs / path.name).read_bytes()]  # fmt: skip
    assert different == []
