"""`dieval verify`, as a user runs it: what was changed, and why a report comes out otherwise."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from mishaps import with_mishap
from run_folder import contents

from dieval.reports.many import record_json

REPORT = ("report", "cost_comparison", "--format", "html", "--lang", "en")
MINE = "kurzeme/cost_comparison"
OTHER = "latgale/cost_comparison"


@pytest.fixture(scope="module")
def made(once, dieval, project) -> Path:
    """A project and its `reports`: costs of two regions, one page each."""

    def make(folder: Path) -> None:
        shutil.copytree(project, folder / "project")
        run = dieval(
            *(*REPORT, "--region", "kurzeme", "--region", "latgale", "-p", "last_year=2021"),
            cwd=folder / "project",
        )
        assert run.returncode == 0, run.stdout + run.stderr

    return once("verify", make) / "project"


@pytest.fixture
def mine(made, tmp_path) -> Path:
    """A copy of that project, to be changed."""
    return shutil.copytree(made, tmp_path / "mine")


@pytest.fixture
def verified(dieval, mine) -> Callable[..., tuple[int, dict[str, dict[str, object]]]]:
    """Verify a folder of the copy; give the exit status and the differences by file."""

    def run(folder: str = "reports", *further: str, **env: str):
        done = dieval("verify", folder, "--json", *further, cwd=mine, env=env)
        assert "Traceback" not in done.stdout + done.stderr
        assert str(mine) not in done.stdout + done.stderr
        said = json.loads(done.stdout)
        assert said["identical"] == (done.returncode == 0)
        return done.returncode, {each["file"]: each for each in said["differences"]}

    return run


def why(differences: dict[str, dict[str, object]]) -> dict[str, list[str]]:
    return {name: list(each["why"]) for name, each in differences.items()}


def add_byte(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b" ")


def replace_text(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, (file, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def sign_again(out: Path, folder: str) -> None:
    """Make every list of checksums fit the files that are there, as a forger would."""
    file = out / folder / "manifest.json"
    manifest = json.loads(file.read_text("utf-8"))
    names = manifest["files"]
    before = file.read_bytes()
    for name in names:
        manifest["files"][name] = hashlib.sha256((out / folder / name).read_bytes()).hexdigest()
    file.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    old, new = (hashlib.sha256(part).hexdigest() for part in (before, file.read_bytes()))
    record = json.loads(replaced(out / "run.json", old, new))
    del record["sha256"]
    text = json.dumps(record, ensure_ascii=False, indent=1)
    record["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    (out / "run.json").write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n")
    lines = [
        f"{hashlib.sha256((out / name).read_bytes()).hexdigest()}  {name}\n"
        for name in sorted(contents(out))
        if name not in ("run.json", "SHA256SUMS")
    ]
    (out / "SHA256SUMS").write_text("".join(lines))


def replaced(file: Path, old: str, new: str) -> str:
    return file.read_text(encoding="utf-8").replace(old, new)


def test_verify_untouched_folder_is_identical_and_left_alone(dieval, made):
    before = contents(made)
    run = dieval("verify", "reports", cwd=made)
    assert run.returncode == 0, run.stdout + run.stderr
    *lines, last = run.stdout.splitlines()
    assert sorted(line.split()[:2] for line in lines) == [["identical", MINE], ["identical", OTHER]]
    # Two reports of five files or so, two pages, run.json and SHA256SUMS.
    files = len(contents(made / "reports"))
    assert last == f"identical: 2 reports, {files} files"
    assert contents(made) == before


def test_verify_one_report_takes_nothing_from_its_surroundings(verified, mine):
    (mine / "sitecustomize.py").write_text("raise SystemExit('taken from the surroundings')")
    (mine / "pandas.py").write_text("raise SystemExit('taken from the surroundings')")
    surroundings = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "MPLBACKEND": "svg"}
    assert verified(f"reports/{MINE}", **surroundings) == (0, {})


def test_verify_changed_missing_extra_and_swapped_files_are_named(verified, mine):
    out = mine / "reports"
    add_byte(out / MINE / "report.en.html")
    (out / OTHER / "notebook.ipynb").unlink()
    (out / OTHER / "notes.txt").write_text("x")
    add_byte(out / "index.html")
    one, two = ((out / folder / "results.json") for folder in (MINE, OTHER))
    contents_of_one = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(contents_of_one)
    status, found = verified()
    assert status == 1
    assert {name: each["what"] for name, each in found.items()} == {
        f"{MINE}/report.en.html": "changed",
        f"{MINE}/results.json": "swapped",
        f"{OTHER}/results.json": "swapped",
        f"{OTHER}/notebook.ipynb": "missing",
        f"{OTHER}/notes.txt": "extra",
        "index.html": "changed",
    }
    assert "itself was changed after it was made" in found[f"{MINE}/report.en.html"]["text"]
    assert found["index.html"]["why"] == {"file": []}
    assert found[f"{MINE}/results.json"]["other"] == f"{OTHER}/results.json"


def test_verify_file_changed_together_with_every_list_is_found_by_recomputing(verified, mine):
    out = mine / "reports"
    replace_text(out / MINE / "report.en.html", "2021", "2012")
    sign_again(out, MINE)
    status, found = verified()
    assert status == 1
    assert why(found)[f"{MINE}/report.en.html"] == ["lists"]
    assert {name for name in found if name.startswith(OTHER)} == set()
    assert {f"{MINE}/manifest.json", "SHA256SUMS"} <= found.keys()


@pytest.fixture
def killed(mine) -> Path:
    """The reports after a run that was killed when it had made the first of two anew.

    The run wrote neither the index nor SHA256SUMS; both are those of another run.
    """
    out = mine / "reports"
    sums = (out / "SHA256SUMS").read_text("utf-8").splitlines()
    lines = [f"{'0' * 64}  {line[66:]}" if MINE in line else line for line in sums]
    (out / "SHA256SUMS").write_text("\n".join(lines) + "\n", "utf-8")
    add_byte(out / "index.html")
    content = json.loads((out / "run.json").read_text("utf-8"))
    for entry in content["reports"]:
        if entry["unit"] == "latgale":
            entry.update(status="unfinished", seconds=0.0, message="", files=[], manifest="")
    del content["sha256"]
    (out / "run.json").write_text(record_json(content), "utf-8")
    return mine


def test_verify_after_a_killed_run_says_that_it_ended_early(verified, killed):
    code, found = verified()
    assert code == 1
    assert why(found) == {name: ["unfinished"] for name in ("SHA256SUMS", "index.html", "run.json")}
    said = "Why: a run ended early: run dieval report again."
    assert all(each["text"].endswith(said) for each in found.values())


def test_verify_after_a_killed_run_tells_files_that_were_changed_and_what_has_changed(
    verified, killed
):
    add_byte(killed / "reports" / OTHER / "report.en.html")
    code = killed / "notebooks/cost_comparison.ipynb"
    replace_text(code, "draws: int = 10000", "draws: int = 9000")
    _, found = verified()
    assert why(found)[f"{OTHER}/report.en.html"] == ["file"]
    assert why(found)[f"{MINE}/manifest.json"] == ["notebook"]


def test_verify_list_that_was_changed_is_told_from_the_file_that_was_not(verified, mine):
    sums = mine / "reports" / "SHA256SUMS"
    lines = sums.read_text().splitlines(keepends=True)
    place = next(i for i, line in enumerate(lines) if line.endswith(f"{MINE}/report.en.html\n"))
    lines[place] = "0" * 64 + lines[place][64:]
    sums.write_text("".join(lines))
    assert why(verified()[1]) == {"SHA256SUMS": ["file"]}


def test_verify_manifest_that_names_another_parameter_is_found(verified, mine):
    manifest = mine / "reports" / MINE / "manifest.json"
    replace_text(manifest, '"last_year": 2021', '"last_year": 2020')
    found = why(verified(f"reports/{MINE}")[1])
    assert "results.json" in found
    assert "manifest.json" in found


def test_verify_reports_that_changed_places_are_named(verified, mine):
    out = mine / "reports"
    (out / MINE).rename(out / "aside")
    (out / OTHER).rename(out / MINE)
    (out / "aside").rename(out / OTHER)
    status, found = verified()
    assert status == 1
    assert found[f"{MINE}/manifest.json"]["other"] == OTHER
    assert {name for name in found if "/" not in name} == set()


def test_verify_one_row_of_data_names_table_file_and_the_report_that_reads_it(verified, mine):
    table = mine / "data/latvia/costs.csv"
    rows = table.read_text("utf-8").splitlines()
    place = max(
        place for place, row in enumerate(rows)
        if row.startswith("kurzeme,") and ",2021," in row
    )  # fmt: skip
    cells = rows[place].split(",")
    cells[8] = f"{float(cells[8]) - 0.01:.2f}"
    rows[place] = ",".join(cells)
    table.write_text("\n".join(rows) + "\n", encoding="utf-8")
    status, found = verified()
    assert status == 1
    assert found[f"{MINE}/results.json"]["why"] == {"data": ["table costs (costs.csv)"]}
    assert not {name for name in found if name.startswith(OTHER)}
    assert list(found["SHA256SUMS"]["why"]) == ["reports", "data"]


def test_verify_key_of_the_checksums_is_named_where_it_is_missing(verified, mine):
    (mine / "data/latvia/checksum.key").unlink()
    status, found = verified(f"reports/{MINE}")
    assert status == 1
    (said,) = found["manifest.json"]["why"]["data"]
    assert said.startswith("key of the checksums (checksum.key")
    assert not (mine / "data/latvia/checksum.key").exists()


def test_verify_each_other_cause_is_named(verified, mine):
    replace_text(
        mine / "notebooks/cost_comparison.ipynb", "draws: int = 10000", "draws: int = 10_000"
    )
    add_byte(mine / "requirements.lock")
    with (mine / "data/parameters/costs.yml").open("a") as file:
        file.write("\n# a note\n")
    with (mine / "dieval.toml").open("a") as file:
        file.write('\n[organisation]\nname = "Another"\n')
    manifest = mine / "reports" / MINE / "manifest.json"
    version = json.loads(manifest.read_text("utf-8"))["environment"]["numpy"]
    replace_text(manifest, f'"numpy": "{version}"', '"numpy": "0.1"')
    _, found = verified(f"reports/{MINE}")
    named = found["notebook.ipynb"]["why"]
    assert list(named) == ["parameter_files", "notebook", "lock", "environment", "appearance"]
    assert named["parameter_files"] == ["costs.yml"]
    assert named["environment"] == [f"numpy 0.1 then, {version} now"]


def test_verify_notebook_that_fails_repeats_nothing_of_the_data(verified, mine):
    with_mishap(mine, 'raise ValueError("010190-11111 Annija")')
    status, found = verified(f"reports/{MINE}")
    assert status == 1
    (failed,) = (each for each in found.values() if each["what"] == "not_recomputed")
    assert failed["other"].startswith("cost_comparison.ipynb, cell ")
    assert "Annija" not in json.dumps(found)


def test_verify_manifest_of_another_version_is_told(verified, mine):
    file = mine / "reports" / MINE / "manifest.json"
    manifest = json.loads(file.read_text("utf-8")) | {"environment": None, "unit": "../../aside"}
    file.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    status, found = verified(f"reports/{MINE}")
    assert (status, "manifest.json" in found) == (1, True)
    assert not (mine / "aside").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere",), "expected the folder of a report"),
        (("data",), "holds no report"),
        (("reports", "--data", "nowhere"), "nowhere"),
        (("reports", "--jobs", "0"), "jobs"),
        ((), "FOLDER"),
    ],
)
def test_verify_wrong_usage_ends_with_2(dieval, made, arguments, said):
    run = dieval("verify", *arguments, cwd=made)
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
