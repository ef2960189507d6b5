from __future__ import annotations

import pytest

from dieval.present.key_figures import KEY_FIGURES, KeyFigure, stands_in, written_key_figure
from dieval.present.language import language

# What each label names.
NAMED = {
    "arrangement_in": "institution",
    "reference": "institution",
    "alternative": "guardian",
    "all": 31,
    "known": 4,
    "open": 3,
    "needing": 30,
    "receiving": 20,
    "price_year": 2022,
}


def written(figure, code):
    return written_key_figure(figure.as_result(), language(code))


def test_cost_in_latvian_and_english_has_its_language_s_money_and_words():
    figure = KeyFigure("cost_per_child_month", 2229.908, 2022, {"arrangement_in": "guardian"})
    assert written(figure, "lv") == {
        "label": "Izmaksas par bērnu mēnesī pie aizbildņiem",
        "value": "2\u00a0230\u00a0€",
        "note": "2022.\u00a0gads",
    }
    assert written(figure, "en") == {
        "label": "Cost per child-month with guardians",
        "value": "€2,230",
        "note": "2022",
    }


def test_result_of_a_figure_has_no_language_and_full_precision():
    figure = KeyFigure("needs_met", 681 / 1059, of={"needing": 1059, "receiving": 681})
    assert figure.as_result() == {
        "figure": "needs_met",
        "value": 681 / 1059,
        "unit": "1",
        "as_of": "",
        "of": {"needing": 1059, "receiving": 681},
    }


def test_figure_as_of_a_day_names_the_day():
    figure = KeyFigure("persons_reimbursed", 330, "2020-05-19")
    assert written(figure, "lv")["note"] == "2020.\u00a0gada 19.\u00a0maijs"
    assert written(figure, "en")["note"] == "19 May 2020"


def test_certain_outcome_is_written_as_a_bound():
    figure = KeyFigure("probability_cheaper", 1.0, 2022, {"alternative": "guardian"})
    assert written(figure, "en")["value"] == ">\u00a099.9%"


def test_year_is_no_number_with_separators():
    assert written(KeyFigure("break_even_year", 2024.0), "lv")["value"] == "2024"


@pytest.mark.parametrize("code", ["lv", "en"])
@pytest.mark.parametrize("name", KEY_FIGURES)
def test_every_figure_has_a_label_that_names_all_it_is_of(name, code):
    of = {part: value for part, value in NAMED.items() if f"{{{part}}}" in KEY_FIGURES[name].label}
    text = written(KeyFigure(name, 0.25, "", of), code)
    assert "{" not in text["label"]
    assert text["value"]
    assert stands_in({"figure": name})


def test_figure_of_another_version_is_an_error():
    with pytest.raises(KeyError):
        written_key_figure(
            {"figure": "unheard_of", "value": 1, "as_of": "", "of": {}}, language("lv")
        )
