"""A small valid package with every table, and the ways to write it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dieval.errors import Problem
from dieval.inputs.personal import has_personal_code
from dieval.inputs.schema import table_names, table_schema

Rows = list[dict[str, str]]
Tables = dict[str, Rows]

# Everything is invented; days of 2020: 366, so 12 200 child-days = 400 child-months.
VALID = {
    "sources": """
source,title,publisher,published,locator,url,licence,evidence
ledger,Invented ledger,"Office ""A"", Kurzeme",2021-03-31,p. 4,,,synthetic
act,Invented act,Publisher,2021-12-31,,https://example.org/act,CC0 1.0,published
""",
    "regions": """
region,name_lv,name_en,source
kurzeme,Kurzeme,Kurzeme,act
riga,Rīga,Riga,act
""",
    "municipalities": """
municipality,name_lv,valid_from,valid_to,successor,source
aizputes-novads,Aizputes novads,2009-07-01,2021-06-30,dienvidkurzemes-novads,act
dienvidkurzemes-novads,Dienvidkurzemes novads,2021-07-01,,,act
tukuma-novads,Tukuma novads,2009-07-01,2021-06-30,tukuma-novads,act
tukuma-novads,Tukuma novads,2021-07-01,,,act
""",
    "region_membership": """
municipality,region,valid_from,valid_to,source
aizputes-novads,kurzeme,2009-07-01,2021-06-30,act
dienvidkurzemes-novads,kurzeme,2021-07-01,,act
tukuma-novads,riga,2009-07-01,2021-06-30,act
tukuma-novads,kurzeme,2021-07-01,,act
""",
    "providers": """
provider,name_lv,care_arrangement,municipality,region,owner,opened,closed,source
p1,Pirmais bērnu nams,institution,aizputes-novads,kurzeme,municipality,1990-01-01,,ledger
p2,Jauniešu māja,youth_house,tukuma-novads,riga,ngo,2018-09-01,2020-12-31,ledger
""",
    "costs": """
region,provider,care_arrangement,year,age_band,need_level,cost_item,payer,amount_eur,source
kurzeme,p1,institution,2020,,,staff,municipality,200000,ledger
kurzeme,p1,institution,2020,,,staff,state,1000.5,ledger
kurzeme,p1,institution,2020,,,other,municipality,120.25,ledger
riga,p2,youth_house,2020,7-17,standard,upkeep,other,5000,ledger
kurzeme,,foster_family,2020,,,support,state,3000,ledger
""",
    "ledger_codes": """
provider,year,payer,code,name_lv,cost_item,amount_eur,mapping,mapping_evidence,source
p2,2020,other,2363,Ēdināšana,upkeep,5000,the accountant,expert,ledger
p2,2020,other,5200,,exclude,9000,the accountant,expert,ledger
p1,2018,state,5200,Pamatlīdzekļi,exclude,700.5,the accountant,expert,ledger
""",
    "assets": """
provider,asset,acquired_year,cost_eur,useful_life_years,source
p1,building,1995,300000,40,ledger
p1,bus,2015,25000.99,8,ledger
""",
    "activity": """
region,provider,care_arrangement,year,age_band,need_level,child_days,place_days,source
kurzeme,p1,institution,2020,all,all,7320,9150,ledger
riga,p2,youth_house,2020,7-17,standard,1830,,ledger
riga,p2,youth_house,2020,18+,standard,366,,ledger
kurzeme,,foster_family,2020,all,all,12200,,ledger
""",
    "households": """
region,care_arrangement,year,children_in_household,age_band,child_months,source
kurzeme,foster_family,2020,1,7-17,150,ledger
kurzeme,foster_family,2020,3+,0-6,250,ledger
""",
    "statutory_rates": """
rate,care_arrangement,payment,payer,per,age_band,children_in_household,amount_eur_month,valid_from,valid_to,legal_basis,source
ff-rem,foster_family,remuneration,state,family,,,100,2010-01-01,2017-12-31,Act 1,act
ff-rem-1,foster_family,remuneration,state,family,,1,171,2018-01-01,,Act 1,act
ff-rem-3,foster_family,remuneration,state,family,all,3+,273.6,2018-01-01,,Act 1,act
g-main,guardian,maintenance,municipality,child,7-17,,52.5,2018-01-01,2021-06-30,Act 2,act
g-main,guardian,maintenance,municipality,child,7-17,,150,2021-07-01,,Act 2,act
""",
    "price_index": """
year,value,source
2019,100,act
2020,100.2,act
""",
    "cost_structure": """
provider,year,fixed_eur,variable_eur_per_child,step_eur,step_children,source
p1,2020,100000,2500,20000,8,ledger
""",
    "placements": """
region,year,care_arrangement,counting_basis,children,source
kurzeme,2020,institution,vbtai,20,act
kurzeme,2020,institution,lm,19,act
national,2020,guardian,vbtai,4300,act
""",
    "carers": """
region,municipality,year,carer_type,status,count,entries,exits,source
kurzeme,,2020,foster_family,registered,120,14,,act
national,,2020,guardian,hosting,3400,,,act
kurzeme,aizputes-novads,2020,adopter,registered,3,0,1,act
""",
    "services": """
provider_name,site,municipality,service_type,target_group,opened,closed,source
Biedrība A,Liela iela 1,aizputes-novads,day_care,ft_children,2019-01-01,2020-12-31,ledger
Biedrība A,Liela iela 1,aizputes-novads,day_care,ft_children,2021-01-01,2021-06-30,ledger
""",
    "availability": """
municipality,service_type,target_group,date,rating,source
aizputes-novads,day_care,ft_children,2020-05-01,2,ledger
""",
    "needs": """
municipality,service_type,target_group,date,assessed,needing,receiving,source
aizputes-novads,day_care,ft_children,2020-05-01,30,20,12,ledger
""",
    "reimbursement": """
region,date,target_group,persons_cumulative,amount_eur_cumulative,source
kurzeme,2020-05-19,ft_children,158,,act
kurzeme,2020-05-19,grt_adults,67,1234.56,act
""",
    "indicators": """
indicator,name_lv,name_en,unit,level,direction,kind,source
children-ft,Bērni ar FT,Children with FT,persons,result,1,cumulative,act
in-institution,Bērni institūcijās,Children in institutions,persons,result,-1,stock,act
""",
    "targets": """
indicator,region,version,valid_from,baseline_date,baseline_value,target_date,target_value,source
children-ft,kurzeme,v1,2017-01-01,2015-01-01,0,2020-12-31,288,act
children-ft,kurzeme,v2,2019-06-01,2015-01-01,0,2022-12-31,350,act
""",
    "observations": """
indicator,region,date,counting_basis,value,qualifier,source
children-ft,kurzeme,2020-05-19,,158,,act
children-ft,kurzeme,2020-05-19,,150,about,ledger
in-institution,national,2020-12-31,vbtai,641,,act
""",
    "infrastructure": """
project,name_lv,municipality,region,fund,planned_eur,contracted_eur,certified_eur,places,source
i1,Dienas centrs,aizputes-novads,kurzeme,ERAF,500000,450000,,16,act
""",
    "milestones": """
project,milestone,planned,actual,source
i1,design,2018-06-30,2018-09-15,act
i1,works,2019-12-31,,act
""",
    "destinations": """
provider,year,age_band,need_level,care_arrangement,children,source
p1,2021,7-17,standard,foster_family,6,ledger
p1,2021,7-17,complex,institution,3,ledger
""",
    "transition_costs": """
provider,year,kind,payer,amount_eur,source
p1,2021,redundancy,municipality,12000,ledger
p1,2022,disposal,municipality,-80000,ledger
""",
    "flows": """
region,year,age_band,from_arrangement,to_arrangement,children,child_years,source
kurzeme,2020,all,entry,institution,4,0,ledger
kurzeme,2020,all,institution,adoption,2,20.5,ledger
""",
    "planned_places": """
region,municipality,care_arrangement,year,places,source
kurzeme,aizputes-novads,day_care,2020,16,act
national,,family_like,2021,300,act
""",
    "partners": """
partner,name_lv,kind,region,agreed_on,source
aizpute,Aizputes novada pašvaldība,municipality,kurzeme,2016-01-15,act
vsac,Valsts sociālās aprūpes centrs,state_centre,national,,act
""",
    "plan_events": """
region,plan,date,event,number,source
kurzeme,di_plan,2017-10-01,approved,5,act
kurzeme,p1,2017-03-01,drafted,,act
""",
    "plan_deadlines": """
region,plan,event,due,source
kurzeme,di_plan,approved,2017-12-31,act
national,di_plan,evaluated,2020-12-31,act
""",
    "tiles": """
municipality,tile_column,tile_row,source
aizputes-novads,0,1,act
tukuma-novads,1,0,act
""",
    "quality_checks": f"""
check,region,provider,report,result,checked_by,checked_on,evidence,checked_sha256,source
data_complete,kurzeme,,,passed,auditor,2023-05-02,minutes 4,{"a" * 64},ledger
text_read_lv,kurzeme,p1,reorganisation_annex,open,,,,,ledger
recomputed,national,,national_overview,failed,auditor,2023-05-03,minutes 5,{"b" * 64},ledger
""",
    "holders": """
provider,holder,source
p1,union,act
""",
}


# Rules about a whole file or package, and about a whole row or the header: they name no column.
# Parquet files have no lines that a sender could look up, and what follows a municipality is
# found in tables that have been read, where its code is the place.
OF_FILES = {
    "acknowledged", "columns", "declared", "descriptor", "dtd", "encoding", "file_and_folder",
    "folder", "format", "header_folder", "header_reserved", "hidden_sheet", "link", "memory",
    "no_file", "no_package", "no_rows", "not_parquet", "partition", "password", "path",
    "personal_code", "sheet_twice", "sheets", "successor", "too_large", "too_many_keys",
    "two_folders", "type", "unit", "unreadable",
}  # fmt: skip
OF_ROWS = {
    "columns", "csv", "header_empty", "header_spoilt", "header_twice", "nul", "person", "quote",
    "remark", "row_length", "separator", "total",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _every_problem_says_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a problem without place, rule, remedy or one of the languages fail any test of inputs."""
    made = Problem.__init__

    def checked(problem: Problem, *args: Any, **given: Any) -> None:
        made(problem, *args, **given)
        texts = (problem.message_lv, problem.message_en, problem.remedy_lv, problem.remedy_en)
        assert problem.file and problem.rule, problem
        assert all(text.rstrip()[-1:] in (".", "?", ")") for text in texts), problem
        assert problem.message_lv != problem.message_en, problem
        assert problem.remedy_lv != problem.remedy_en, problem
        assert not has_personal_code("".join(map(str, texts))), problem.rule
        of_parquet = problem.file.endswith(".parquet") and problem.rule == "header_twice"
        if problem.severity != "note" and problem.rule not in OF_FILES and not of_parquet:
            assert problem.rows, problem
            assert problem.column or problem.rule in OF_ROWS, problem

    monkeypatch.setattr(Problem, "__init__", checked)


def _rows(text: str) -> Rows:
    return list(csv.DictReader(io.StringIO(text.strip() + "\n")))


@pytest.fixture
def tables() -> Tables:
    """Rows of every table of a valid package; row 0 stands on line 2 of its file."""
    assert tuple(VALID) == table_names()
    return {name: _rows(text) for name, text in VALID.items()}


def csv_text(rows: Rows) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def write_csv(tmp_path: Path) -> Callable[[Tables], Path]:
    """Write tables as a folder of CSV files."""

    def write(tables: Tables) -> Path:
        folder = tmp_path / "package"
        folder.mkdir(exist_ok=True)
        for name, rows in tables.items():
            (folder / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
        return folder

    return write


def typed(table: str, rows: Rows) -> list[dict[str, Any]]:
    """Give cells the types that a spreadsheet would."""
    makers: dict[str, Callable[[str], Any]] = {
        "integer": int,
        "year": int,
        "number": float,
        "date": lambda text: pd.Timestamp(text).date(),
        "string": str,
    }
    schema = table_schema(table)
    return [
        {
            name: makers[schema.field(name).type](cell) if cell else None
            for name, cell in row.items()
        }
        for row in rows
    ]


@pytest.fixture
def write_parquet(tmp_path: Path) -> Callable[[Tables], Path]:
    """Write tables as a folder of Parquet files."""
    types = {
        "integer": pa.int32(),
        "year": pa.int16(),
        "number": pa.float64(),
        "date": pa.date32(),
        "string": pa.string(),
    }

    def write(tables: Tables) -> Path:
        folder = tmp_path / "parquet"
        folder.mkdir(exist_ok=True)
        for name, rows in tables.items():
            schema = pa.schema(
                [(field.name, types[field.type]) for field in table_schema(name).fields]
            )
            table = pa.Table.from_pylist(typed(name, rows), schema=schema)
            pq.write_table(table, folder / f"{name}.parquet")
        return folder

    return write


@pytest.fixture
def write_xlsx(tmp_path: Path) -> Callable[[Tables], Path]:
    """Write tables as one workbook, a sheet a table."""

    def write(tables: Tables) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in tables.items():
            sheet = book.create_sheet(name)
            sheet.append(list(rows[0]))
            for row in typed(name, rows):
                sheet.append(list(row.values()))
        path = tmp_path / "package.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def frame() -> Callable[[str, Iterable[str]], pd.DataFrame]:
    """Make a table from lines of CSV, with dates as the reader gives them."""

    def make(header: str, lines: Iterable[str]) -> pd.DataFrame:
        table = pd.read_csv(io.StringIO("\n".join([header, *lines])), dtype="str")
        for column in table.columns:
            if column.startswith("valid_"):
                table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
        return table

    return make
