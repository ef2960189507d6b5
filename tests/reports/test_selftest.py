"""`dieval selftest` shows the known answers, and notices when one of them is not reached."""

from __future__ import annotations

import dataclasses

import pytest

from dieval.costs.sensitivity import one_way
from dieval.reports.selftest import KnownAnswer, known_answers, known_answers_table

KEY = ["region", "year", "counting_basis"]

# Known answers that the functions of today's reports must reach.
EXPECTED = {*(f"A{number}" for number in range(1, 21))}


@pytest.fixture(scope="module")
def answers() -> list[KnownAnswer]:
    return known_answers()


def of(answers: list[KnownAnswer], number: str) -> list[KnownAnswer]:
    return [answer for answer in answers if answer.answer == number]


def test_selftest_every_known_answer_is_as_expected(answers):
    assert [answer for answer in answers if not answer.agrees] == []
    assert len(answers) > 60


def test_selftest_has_every_number_of_the_methods_that_reports_rest_on(answers):
    assert {answer.answer for answer in answers} >= EXPECTED


@pytest.mark.parametrize(
    ("number", "values"),
    [
        ("A1", {36.7, 38.8, 43.8, 23.1, 26.4, 13.0, 13.6, 17.7, 13.1, 8.0, 10.2, 16.0, 12.5}),
        ("A2", {0.9662, 0.7089, 0.3563, 0.2651, 0.0942, 0.0274, 0.0062, 14.2339, 11.5281}),
        ("A3", {987, 1067, 1090, 1100, 146, 158, 154, 159}),
        ("A4", {4_407, 13_612, 3.089}),
        ("A5", {58_069.62, 17_913.11, 3.2417, 191_950, 318_400}),
        (
            "A6",
            {
                *(429.00, 369.15, 349.20, 386.00, 326.15, 306.20, 208.83, 227.83),
                *(99.60, 183.07, 312.07, 161.57, 269.07, 215.32),
            },
        ),
        ("A7", {65.454, 25.457, 9.089, -14.72}),
        ("A8", {6_669, 87.67}),
        ("A9", {54, 332.6667, 2.9058, 0.566667, -15, 2 / 720, -156.333}),
        ("A10", {-13.008, -18.122, 0.7178, 1}),
        ("A11", {3_616.24, 3_952.49, 1.0247}),
        ("A12", {2_236_265.00, 86.067}),
        ("A13", {2.610297, 3.447884, 0.0096036, 1.162, 0}),
        ("A14", {54_199.44, 66_302.77, 5_698.26}),
        ("A15", {12_410, 49.9597, 42.4658}),
        (
            "A16",
            {467_112, 514_389, 451_356, 456_666, 475_359, 63_033, 18_693, 1, 0.1},
        ),
        ("A17", {0.0875253, 0.0956179, 240}),
        (
            "A18",
            {
                *(0.858220, 0.102739, 0.034051, 0.004990),
                *(0.721453, 0.201845, 0.066897, 0.009804),
                *(0.520495, 0.262911, 0.180596, 0.035999),
            },
        ),
        ("A19", {330, 730_000}),
        ("A20", {1.42, 142.29, 17_566.31}),
    ],
)
def test_selftest_published_values_are_those_of_the_methods(answers, number, values):
    assert values <= {answer.published for answer in of(answers, number)}


def test_selftest_every_answer_has_source_and_a_tolerance_below_a_printed_digit(answers):
    for answer in answers:
        assert answer.source.strip()
        assert answer.what.strip()
        assert 0 <= answer.tolerance <= max(0.5, abs(answer.published) * 0.005)


def test_selftest_values_published_wrong_are_listed_as_such(answers):
    wrong = {(answer.answer, answer.published) for answer in answers if answer.wrong_in_print}
    assert wrong == {
        ("A2", 14.2339), ("A2", 11.5281), ("A7", 65.5), ("A7", 25.4), ("A17", 0.0956179),
    }  # fmt: skip
    table = known_answers_table(answers)
    assert table.count("published wrong:") == 5
    assert "right is 14.2124" in table
    assert "right is 11.5174" in table
    assert table.splitlines()[-1] == (
        f"{len(answers)} of {len(answers)} as expected; 5 of them known to be published wrong."
    )


def test_selftest_our_value_of_a_misprint_is_the_right_one(answers):
    ours = [round(answer.ours, 4) for answer in of(answers, "A2") if answer.wrong_in_print]
    assert ours == [14.2124, 11.5174]
    shares = [answer.ours for answer in of(answers, "A7") if answer.what.endswith("2022, %")]
    assert shares == [65.4, 25.5, 9.1]


def test_selftest_amounts_in_the_middle_of_their_years_by_hand(answers):
    present = {answer.what: answer.ours for answer in of(answers, "A11")}
    benefits = 5_000 * (1.05**-0.5 + 1.05**-1.5 + 1.05**-2.5)
    assert present["net present value, middle of the year, EUR"] == pytest.approx(
        -10_000 + benefits, rel=1e-12
    )
    at_end = present["net present value, end of year, EUR"]
    assert at_end == pytest.approx(-10_000 + benefits / 1.05**0.5, rel=1e-12)


def test_selftest_denominator_too_uncertain_has_no_finite_interval(answers):
    finite = {answer.what: answer.ours for answer in of(answers, "A13")}
    assert finite["finite ends where g is 1 or more"] == 0
    assert finite["g of 1 or more"] > 1


def test_selftest_low_end_of_the_wider_parameter_is_the_dear_one(answers):
    ours = {answer.what: answer.ours for answer in of(answers, "A16")}
    assert ours["p12, outcome low"] > ours["p12, outcome base"] > ours["p12, outcome high"]
    assert ours["p21, outcome low"] < ours["p12, outcome base"] < ours["p21, outcome high"]
    assert ours["p12, span"] > ours["p21, span"]


@pytest.mark.parametrize("number", sorted(EXPECTED))
def test_selftest_tampered_expectation_is_detected(answers, number):
    """Two tolerances off, or a misprint taken for right: no longer as expected."""
    for answer in of(answers, number):
        if answer.wrong_in_print:
            tampered = dataclasses.replace(answer, published=answer.ours)
        else:
            off = 2 * answer.tolerance + 1e-6
            tampered = dataclasses.replace(answer, published=answer.ours + off)
        assert not tampered.agrees


def test_selftest_tampered_calculation_is_detected_and_shown(answers):
    first = answers[0]
    off = dataclasses.replace(first, ours=first.ours + 1)
    table = known_answers_table([off, *answers[1:]])
    assert not off.agrees
    assert table.count("DIFFERS") == 1
    assert f"{len(answers) - 1} of {len(answers)} as expected" in table


def test_selftest_misprint_that_we_repeat_is_shown_as_different(answers):
    misprint = next(answer for answer in of(answers, "A2") if answer.wrong_in_print)
    repeated = dataclasses.replace(misprint, ours=misprint.published)
    table = known_answers_table([repeated])
    assert "DIFFERS" in table
    assert "published wrong" not in table.splitlines()[1]
    assert "0 of 1 as expected" in table


def test_selftest_table_has_one_line_an_answer_with_both_values_and_source(answers):
    lines = known_answers_table(answers).splitlines()
    assert len(lines) == 1 + len(answers) + 1
    for answer, line in zip(answers, lines[1:], strict=False):
        assert line.startswith(answer.answer)
        assert f"{answer.published:,.4f}" in line
        assert f"{answer.ours:,.4f}" in line
        assert line.endswith(f"[{answer.source}]")


@pytest.mark.parametrize(
    ("function", "wrong", "found"),
    [
        ("annuity_factor", lambda life, rate: life * 1.0, "A1"),
        ("annuity_factor", lambda life, rate: life * 1.0, "A2"),
        ("deflators", lambda index, years, base: index.set_index("year")["value"] / 100, "A3"),
        ("unit_cost_parts", lambda lines, units: lines.assign(cost_per_child_month_eur=1.0), "A4"),
        ("ratio", lambda one, other: other / one, "A5"),
        (
            "family_environment_share",
            lambda placements: placements.groupby(KEY)["children"].max() / 10_000,
            "A8",
        ),
        ("net_present_value", lambda amounts, rate, mid_year=False: sum(amounts), "A11"),
        (
            "payer_split",
            lambda lines: lines.assign(share=lines["amount_eur"] / lines["amount_eur"].sum()),
            "A12",
        ),
        ("fieller", lambda a, b, v_a, v_b: (a / b, a / b, 0.0), "A13"),
        ("annuitise", lambda cost, life, rate: cost / life, "A14"),
        (
            "one_way",
            lambda ranges: one_way(ranges).sort_values("span", ignore_index=True),
            "A16",
        ),
        ("one_way", lambda ranges: one_way(ranges).assign(outcome_low=0.0), "A16"),
        ("ratio", lambda one, other: other / one, "A19"),
        ("lats_to_euro", lambda lats, rate: lats / rate, "A20"),
        ("ratio", lambda one, other: other / one, "A7"),
        (
            "largest_remainder",
            lambda parts, decimals, total: [round(part, decimals) for part in parts],
            "A7",
        ),
    ],
)
def test_selftest_function_that_goes_wrong_is_detected(monkeypatch, function, wrong, found):
    monkeypatch.setattr(f"dieval.reports.selftest.{function}", wrong)
    assert found in {answer.answer for answer in known_answers() if not answer.agrees}
