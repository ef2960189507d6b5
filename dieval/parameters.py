"""Dated parameter values, each with unit, source and status.

No assumption stands in code: a rate, a threshold or a convention is a value in
`data/parameters/*.yml` that starts on a date and says where it comes from.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dieval.errors import ParameterError

# LibYAML where it is there: ten times as fast, as safe, and the same values.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Status = Literal["published", "administrative", "derived", "expert", "assumed", "synthetic"]


class ParameterValue(BaseModel):
    """A value from its start date on.

    `low` and `high` bound the values that sources support; they drive the sensitivity analysis.
    `source_lv` and `locator_lv` say the source in Latvian; without them it stands as it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    low: float | None = None
    high: float | None = None
    unit: str = Field(min_length=1)
    source: str = Field(min_length=1)
    locator: str = ""
    source_lv: str = ""
    locator_lv: str = ""
    url: str = ""
    status: Status

    @model_validator(mode="after")
    def _range_contains_value(self) -> ParameterValue:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError(f"value {self.value} lies outside low {low} to high {high}")
        return self


class Parameter(BaseModel):
    """A parameter with its title in both languages and its values by start date."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = Field(min_length=1)
    title_lv: str = Field(min_length=1)
    values: dict[datetime.date, ParameterValue] = Field(min_length=1)

    def on(self, date: datetime.date) -> ParameterValue:
        """Give the value in force on a date.

        Raises
        ------
        ParameterError
            The parameter starts later than `date`.
        """
        starts = [start for start in self.values if start <= date]
        if not starts:
            first = min(self.values)
            raise ParameterError(
                f"parameter “{self.title}” has no value on {date}: its first value starts on "
                f"{first}. Add an earlier dated value with its source to data/parameters."
            )
        return self.values[max(starts)]


def read_parameters(folder: Path) -> dict[str, Parameter]:
    """Read every parameter file of a folder.

    Parameters
    ----------
    folder : Path
        Folder with `*.yml` files; each maps names of parameters to title, title_lv and values.

    Returns
    -------
    dict of str to Parameter
        By name, in alphabetical order.

    Raises
    ------
    ParameterError
        The folder has no such file, a file is not valid, or a name stands twice.
    """
    files = sorted(folder.glob("*.yml"))
    if not files:
        raise ParameterError(f"no parameter files (*.yml) in the folder “{folder.name}”.")
    parameters: dict[str, Parameter] = {}
    for file in files:
        try:
            content = yaml.load(file.read_text(encoding="utf-8"), LOADER)  # a safe one
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            mark = getattr(error, "problem_mark", None)
            where = f" (line {mark.line + 1})" if mark else ""
            raise ParameterError(f"{file.name}: not a YAML file in UTF-8{where}.") from error
        if not isinstance(content, dict):
            raise ParameterError(f"{file.name}: expected names of parameters with their values.")
        for name, entry in content.items():
            if name in parameters:
                raise ParameterError(f"{file.name}: parameter {name} stands in another file too.")
            try:
                parameters[name] = Parameter.model_validate(entry)
            except ValidationError as error:
                details = "; ".join(
                    f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
                    for fault in error.errors()
                )
                raise ParameterError(f"{file.name}: parameter {name}: {details}") from error
    return dict(sorted(parameters.items()))


def parameter(parameters: dict[str, Parameter], name: str, date: datetime.date) -> ParameterValue:
    """Give the value of a named parameter in force on a date."""
    if name not in parameters:
        raise ParameterError(f"parameter {name} is not in data/parameters.")
    return parameters[name].on(date)
