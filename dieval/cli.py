"""The command `dieval`: one function a command; what it does stands in the layers below."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import click

from dieval import __version__
from dieval.errors import DataError, DievalError, ReportError

ACKNOWLEDGE = (
    "Mend the rows set aside, or agree that they are left out: "
    'dieval check PATH --acknowledge "why"'
)
SHOW_TRACEBACK = "DIEVAL_TRACEBACK"
EXIT_FAILED, EXIT_WRONG, EXIT_INTERRUPTED, EXIT_TERMINATED = 1, 2, 130, 143
# What holds after Ctrl-C, by command.
INTERRUPTED = {
    "report": "finished reports are in place, the others unchanged",
    "audit": "nothing is known about the reports",
    "verify": "nothing is known about the folder",
}


class _Commands(click.Group):
    """The commands; none ends with a traceback, which names folders and may quote the data."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; say of an error that nobody expected what and where it is."""
        try:
            return super().invoke(context)
        except click.UsageError as error:
            error.message = _as_given(error.message)  # type: ignore[misc]  # it is not final
            raise
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except KeyboardInterrupt:
            holds = INTERRUPTED.get(context.invoked_subcommand or "", "the command did not finish")
            click.echo(f"interrupted: {holds}", err=True)
            sys.exit(EXIT_INTERRUPTED)
        except Exception as error:
            if os.environ.get(SHOW_TRACEBACK):
                raise
            from dieval.reports.private import told

            click.echo(
                f"error: {told(error)}. Nobody foresaw this; with {SHOW_TRACEBACK}=1 the command "
                "shows where it happened.",
                err=True,
            )
            sys.exit(EXIT_FAILED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, package_name="dieval", message="dieval %(version)s")
def main() -> None:
    """Evaluation reports on moving children out of institutions into families.

    Example: dieval report cost_comparison --region kurzeme
    """


@main.command()
@click.argument("names", nargs=-1)
@click.option("--region", "regions", multiple=True, help="Code of a region; default: all.")
@click.option(
    "--institution", "institutions", multiple=True, metavar="ID",
    help="Code of an institution, for reorganisation_annex; default: all that have a plan.",
)  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path), help="Data package to read.")
@click.option(
    "--out", type=click.Path(path_type=Path),
    help="Folder that the reports are written to; default: reports, or reports-internal.",
)  # fmt: skip
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="Parameter of the notebook.")
@click.option("--lang", "languages", multiple=True, help="lv or en; default: the project's.")
@click.option("--format", "formats", multiple=True, help="html, pdf, docx or xlsx; default: all.")
@click.option("--edition", default="public", show_default=True, help="public or internal.")
@click.option(
    "--engine", default="warm", show_default=True,
    help="What executes a notebook: warm (forked processes) or nbclient (kernels).",
)  # fmt: skip
@click.option(
    "--time-limit", type=click.FloatRange(min=1, max=2_592_000), default=600, show_default=True,
    metavar="SECONDS",
    help="A report that takes longer is ended and has failed.",
)  # fmt: skip
@click.option(
    "--cluster", default="", metavar="ADDRESS",
    help="Dask scheduler that makes the reports, tcp://…, or local for one of its own.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Make also the reports that would come out the same.")
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Reports made at once; default: all cores."
)
def report(
    names: tuple[str, ...],
    regions: tuple[str, ...],
    institutions: tuple[str, ...],
    data: Path | None,
    out: Path | None,
    given: tuple[str, ...],
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    edition: str,
    engine: str,
    time_limit: float,
    cluster: str,
    force: bool,
    jobs: int | None,
) -> None:
    """Make reports, HTML, PDF, Word and tables, for every region or institution or for those named.

    Example: dieval report cost_comparison --region kurzeme -p last_year=2021 --out reports

    Example: dieval report reorganisation_annex --institution kurzeme-paraugs-1
    """
    from dieval.reports.asked import FOLDERS, Asked
    from dieval.reports.begin import begin
    from dieval.reports.children import cool_down

    out = out or FOLDERS.get(edition, FOLDERS["public"])
    asked = Asked(
        names, regions, institutions, given, languages, formats, edition, engine, data, out,
        force, jobs, time_limit, cluster,
    )  # fmt: skip
    try:
        unchanged, key = begin(asked)
        if unchanged:
            click.echo(
                f"0 of {unchanged} reports made, {unchanged} unchanged. Open {out}/index.html"
            )
            sys.exit(0)
        from dieval.reports import order

        plan = order.plan_reports(asked, key)
        # Ended from outside, a run ends its processes before it goes.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))
        failed = order.carry_out(plan, click.echo)
    except ReportError as error:
        _refuse(error, EXIT_FAILED)
    except DievalError as error:
        _refuse(error)
    finally:
        cool_down()
    sys.exit(EXIT_FAILED if failed else 0)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write what was found as JSON.")
def audit(folder: Path, as_json: bool) -> None:
    """Attack published reports: read and work out of their files whatever they give away.

    Example: dieval audit reports

    What the project has released before is taken as known. Files that are not as dieval wrote them
    count as leaks.
    """
    import dataclasses
    import json

    from dieval.reports.gate import audited, counted, in_words
    from dieval.reports.project import project_of

    try:
        reports, leaks = audited(folder, project_of(folder))
    except DievalError as error:
        _refuse(error)
    if as_json:
        found = [dataclasses.asdict(leak) for leak in leaks]
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    elif leaks:
        found_in = f"{counted(len(leaks), 'leak')} in {counted(reports, 'report')}"
        click.echo(f"{found_in}: {in_words(leaks)}")
    else:
        click.echo(
            f"{counted(reports, 'report')}: nothing that is hidden can be read or worked out."
        )
    sys.exit(1 if leaks else 0)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="Name of the release: 2026-1, for example.")
@click.option("--drafts", is_flag=True, help="Also where reports have been published as drafts.")
def release(folder: Path, name: str, drafts: bool) -> None:
    """Record reports as published: later editions hide what could be worked out with them.

    Example: dieval release reports --name 2026-1

    Their results are kept in the project's folder releases. Keep it, and keep it under version
    control: what was published once is known for ever.
    """
    from dieval.reports.gate import counted
    from dieval.reports.gate import release as released
    from dieval.reports.project import project_of

    try:
        place = released(folder, name, project_of(folder, shipped=False), drafts)
    except DievalError as error:
        _refuse(error)
    count = counted(sum(1 for _ in place.glob("*/*/results.json")), "report")
    click.echo(f"{count} recorded as released: {os.path.relpath(place)}")


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Write the problems as JSON.")
@click.option(
    "--lang", "language", type=click.Choice(["lv", "en"]), default="en", show_default=True
)
@click.option(
    "--annotate", "answer", type=click.Path(path_type=Path), metavar="OUT.xlsx",
    help="Write the workbook back with every problem marked in its cell.",
)  # fmt: skip
@click.option(
    "--acknowledge", "reason", metavar="REASON",
    help="Agree that the rows set aside are left out, and say why.",
)  # fmt: skip
@click.option(
    "--checksums",
    is_flag=True,
    help="Write the checksum of each region's data, for quality_checks.",
)
def check(
    path: Path,
    as_json: bool,
    language: str,
    answer: Path | None,
    reason: str | None,
    checksums: bool,
) -> None:
    """Check a data package: every problem with its place and what to do.

    Example: dieval check data/latvia

    Rows with a fault of their own are set aside. No report is made until they are mended, or
    acknowledged as left out: dieval check data/mine --acknowledge "remarks of the sender"
    """
    from dieval.inputs.read import examined
    from dieval.reports.checked import account_lines, checksum_lines, write_acknowledgement
    from dieval.reports.order import problems_json
    from dieval.reports.start import write_answer

    looked = examined(path)
    try:
        if reason is not None:
            write_acknowledgement(path, looked, reason)
            looked = examined(path)
        if answer is not None:
            write_answer(answer, path, looked.problems, language)
    except DievalError as error:
        _refuse(error)
    problems = looked.problems
    if as_json:
        click.echo(problems_json(problems))
    else:
        for problem in problems:
            click.echo(f"{problem.kind(language)}: {problem.text(language)}")
        for line in account_lines(looked, path.name, language):
            click.echo(line)
    if any(problem.severity != "note" for problem in problems):
        sys.exit(EXIT_FAILED)
    for line in checksum_lines(path) if checksums and not as_json else ():
        click.echo(line)


@main.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--for", "sender", type=click.Choice(["region", "municipality", "institution"]),
    help="Only the tables that such a sender fills in; default: all.",
)  # fmt: skip
@click.option(
    "--code", help="Code of the municipality or institution: its rows stand in the sheets already."
)
@click.option(
    "--data", type=click.Path(path_type=Path),
    help="Data package that has its rows, and the codes that they name.",
)  # fmt: skip
def template(file: Path, sender: str | None, code: str | None, data: Path | None) -> None:
    """Write a workbook to fill in: a sheet a table, words in Latvian and English, drop-down lists.

    Example: dieval template for-the-home.xlsx --for institution --code kurzeme-home-1
    """
    from dieval.reports.start import write_template

    try:
        write_template(file, sender, code, data)
    except DievalError as error:
        _refuse(error)
    click.echo(f"{file} is ready to be filled in. Then: dieval check {file}")


@main.group("import")
def import_() -> None:
    """Take data over from other systems.

    Example: dieval import ledger budget-2020.xlsx --mapping mapping.yml --source our-ledger
    """


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping", type=click.Path(path_type=Path), required=True, metavar="FILE.yml",
    help="Cost item of each code, its source and status.",
)  # fmt: skip
@click.option("--source", required=True, help="Code of the ledger in the table sources.")
@click.option("--provider", help="Whose ledger it is, where its rows do not say.")
@click.option("--year", type=int, help="Year, where the rows do not say.")
@click.option("--payer", help="state, municipality, eu_fund or other, where the rows do not say.")
@click.option("--data", type=click.Path(path_type=Path), help="Data package with the providers.")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="costs-NAME.csv",
    help="A new file of costs; in the folder of the package it is a part of the table.",
)  # fmt: skip
def ledger(
    file: Path,
    mapping: Path,
    source: str,
    provider: str | None,
    year: int | None,
    payer: str | None,
    data: Path | None,
    out: Path,
) -> None:
    """Map the codes of a budget ledger to cost items, and write them as rows of costs.

    Example: dieval import ledger 2020.csv --mapping mapping.yml --source our-ledger
    --provider home-1 --year 2020 --payer municipality --out data/latvia/costs-2020.csv
    """
    from dieval.reports.start import write_ledger_costs

    given = {"provider": provider, "year": year, "payer": payer}
    try:
        for line in write_ledger_costs(file, mapping, source, given, data, out):
            click.echo(line)
    except DievalError as error:
        _refuse(error)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--mapping", type=click.Path(path_type=Path), required=True, metavar="FILE.yml",
    help="Codes of the services and target groups, its source and status.",
)  # fmt: skip
@click.option("--source", required=True, help="Code of the register in the table sources.")
@click.option(
    "--data", type=click.Path(path_type=Path), help="Data package with the municipalities."
)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="services-NAME.csv",
    help="A new file of services; in the folder of the package it is a part of the table.",
)  # fmt: skip
def register(file: Path, mapping: Path, source: str, data: Path | None, out: Path) -> None:
    """Map a register of social-service providers to codes, and write it as rows of services.

    Example: dieval import register 2023.csv --mapping mapping.yml --source provider-register
    --data data/latvia --out data/latvia/services-2023.csv
    """
    from dieval.reports.start import write_register_services

    try:
        for line in write_register_services(file, mapping, source, data, out):
            click.echo(line)
    except DievalError as error:
        _refuse(error)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), help="Data package to read.")
@click.option("--json", "as_json", is_flag=True, help="Write what differs, and why, as JSON.")
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Reports recomputed at once; default: all cores."
)
def verify(folder: Path, data: Path | None, as_json: bool, jobs: int | None) -> None:
    """Recompute reports from their manifests, and compare them with a folder, byte for byte.

    Example: dieval verify reports

    Ends with 0 where everything is identical and with 1 where something differs: a file that was
    changed, is missing, too many or in the place of another, or a report that data, parameters,
    notebook, code or libraries do not give any more. It says which, and why.
    """
    from dieval.reports.verify import verify as verified

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))
    try:
        verdict = verified(folder, data, jobs, (lambda line: None) if as_json else click.echo)
    except DievalError as error:
        _refuse(error)
    click.echo(verdict.json() if as_json else "\n".join(verdict.lines()))
    sys.exit(0 if verdict.identical else EXIT_FAILED)


@main.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--old-data", type=click.Path(path_type=Path),
    help="Data package of the old edition, in its project.",
)  # fmt: skip
@click.option(
    "--new-data", type=click.Path(path_type=Path),
    help="Data package of the new edition, in its project.",
)  # fmt: skip
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a page, too.")
@click.option(
    "--json", "as_json", type=click.Path(path_type=Path), metavar="FILE", help="Write JSON, too."
)
@click.option("--jobs", type=click.IntRange(min=1), help="Runs at once; default: all cores.")
def diff(
    old: Path,
    new: Path,
    old_data: Path | None,
    new_data: Path | None,
    html: Path | None,
    as_json: Path | None,
    jobs: int | None,
) -> None:
    """Say what changed between two editions, figure by figure, and why.

    Example: dieval diff 2024/reports 2025/reports --old-data 2024/data/latvia
    --new-data 2025/data/latvia

    With the data of both editions, rows and values are named, and every figure is put down to the
    causes that move it: each is applied alone in a run of its own. Without, both are listed.

    Ends with 0 where the editions were compared, whether anything moved or not, and with 2 where
    they cannot be: a folder without reports, or data that an edition was not made from.
    """
    from dieval.reports.children import cool_down
    from dieval.reports.diff import diff as compared
    from dieval.reports.diff import write_diff

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))
    try:
        found = compared(old, new, old_data, new_data, jobs)
        for line in found.lines():
            click.echo(line)
        for file in write_diff(found, html, as_json):
            click.echo(f"{file} is written.")
    except DievalError as error:
        _refuse(error)
    finally:
        cool_down()


@main.command()
def selftest() -> None:
    """Recompute the known answers: published value, ours, source.

    Example: dieval selftest
    """
    from dieval.reports.selftest import known_answers, known_answers_table

    answers = known_answers()
    click.echo(known_answers_table(answers))
    sys.exit(0 if all(answer.agrees for answer in answers) else EXIT_FAILED)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Start a project of your own: notebooks, parameters and a data package to replace.

    Example: dieval init my-evaluation
    """
    from dieval.reports.start import start_project

    try:
        start_project(folder)
    except DievalError as error:
        _refuse(error)
    click.echo(f"{folder} is ready. Next: cd {folder} && dieval report")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def lab(arguments: tuple[str, ...]) -> None:
    """Open the project's notebooks in JupyterLab; further arguments go to it.

    Example: dieval lab --no-browser
    """
    from dieval.reports.start import open_lab

    try:
        sys.exit(open_lab(arguments))
    except DievalError as error:
        _refuse(error)


def _as_given(message: str) -> str:
    """Repeat of a message what somebody has typed only where it is like a code or a number."""
    from dieval.reports.private import as_given

    quoted = re.compile(r"(?<=')[^']+(?=')|(?<=\()[^()]+(?=\))")
    return quoted.sub(lambda found: as_given(found.group()), message)


def _refuse(error: DievalError, status: int = EXIT_WRONG) -> None:
    """Say what is wrong and end; where the status is not given, nothing was replaced."""
    if isinstance(error, DataError):
        wrong = [problem for problem in error.problems if problem.severity != "note"]
        lines = [f"{problem.kind()}: {problem.text()}" for problem in wrong]
        if all(problem.severity == "set_aside" for problem in wrong):
            lines.append(ACKNOWLEDGE)
    else:
        lines = [f"error: {line}" for line in str(error).splitlines()]
    from dieval.inputs.personal import without_personal_codes

    for line in lines:
        click.echo(without_personal_codes(line), err=True)
    sys.exit(status)
