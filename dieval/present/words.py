"""Words for the codes of the data contract and of result tables, by kind of code.

Those of the data contract stand in `dieval.inputs.words`, in both languages.
"""

from __future__ import annotations

from dieval.inputs.words import words_for_codes
from dieval.present.messages import N_

_IN_ARRANGEMENTS = {
    "institution": N_("in institutions"),
    "state_institution": N_("in state institutions"),
    "family_like": N_("in family-like services"),
    "youth_house": N_("in youth houses"),
    "foster_family": N_("in foster families"),
    "specialised_foster_family": N_("in specialised foster families"),
    "guardian": N_("with guardians"),
}
# Words for the codes of the data contract, by kind of code.
WORDS: dict[str, dict[str, str]] = {
    "care_arrangement": words_for_codes("care_arrangement"),
    # Where the sentence needs "in …": Latvian has a case of its own for it.
    "care_arrangement_in": _IN_ARRANGEMENTS,
    "part": {
        **words_for_codes("payment"),
        "capital": N_("capital (annuitised)"),
        **words_for_codes("cost_item"),
    },
    # What the code of a ledger was taken as.
    "taken_as": words_for_codes("cost_item", "not_counted"),
    "element": {
        "care": N_("carers’ pay"),
        "upkeep": N_("upkeep of children"),
        "support": N_("specific support"),
        "administration": N_("administration"),
        "premises": N_("premises"),
        "capital": N_("capital"),
    },
    "payer": words_for_codes("payer"),
    "age_band": words_for_codes("age_band", "not_distinguished"),
    "need_level": words_for_codes("need_level", "not_distinguished"),
    "groups": {
        "age_and_need": N_("age and need"),
        "age": N_("age"),
        "need": N_("level of need"),
    },
    "valuation": {
        "recorded": N_("recorded cost"),
        "replacement": N_("replacement cost"),
    },
    "caution": {
        "none": N_("none"),
        "few_providers": N_("few providers"),
        "one_provider": N_("one provider"),
        "not_by_provider": N_("not recorded by provider"),
    },
    "parameter": {
        "discount_rate": N_("discount rate"),
        "reference_cost": N_("cost of the reference"),
        "alternative_cost": N_("cost of the alternative"),
        "statutory_package": N_("statutory payments"),
        "support_multiple": N_("support / recorded support"),
        "reference_error": N_("data of the reference"),
        "alternative_error": N_("data of the alternative"),
        "occupancy": N_("occupancy of the reference"),
        "alternative_occupancy": N_("occupancy of the alternative"),
    },
    "range_source": {
        "parameter_file": N_("parameter with its source"),
        "providers": N_("cheapest and dearest provider"),
        "statutory_rates": N_("lowest and highest statutory payments"),
        "evidence": N_("95 % interval from the evidence of the data"),
        "activity": N_("lowest occupancy of the period and full occupancy"),
    },
    "effect": {
        "place_cost_effect": N_("effect of the cost of a place"),
        "occupancy_effect": N_("effect of occupancy"),
    },
    "change": {
        "change_eur_per_child_month": N_("in full: all costs of the reference are saved"),
        "change_at_once_eur_per_child_month": N_("at first: fixed costs stay"),
    },
    "children_in_household": words_for_codes("children_in_household"),
    "evidence": words_for_codes("evidence"),
    # The annex to a reorganisation plan.
    "owner": words_for_codes("owner"),
    "destination": words_for_codes("care_arrangement", "movement"),
    "destination_in": {
        **_IN_ARRANGEMENTS,
        "exit": N_("left care otherwise"),
        "adoption": N_("adopted"),
        "family": N_("back in the own family"),
    },
    "preference": {
        "own_family": N_("own family or adoption"),
        "family_environment": N_("family environment"),
        "family_like": N_("family-like services and youth houses"),
        "residential": N_("institutions"),
    },
    "cost_basis": {
        "recorded": N_("recorded"),
        "derived": N_("derived from the ledger"),
        "unknown": N_("unknown"),
    },
    "scenario": {
        "as_planned": N_("as planned"),
        "moved_at_the_end": N_("children move at the end of each year"),
        "one_year_later": N_("one year later"),
        "fewer_families": N_("fewer families found, never closed"),
        "family_like_instead": N_("fewer families found, family-like services instead"),
        "keep_the_home": N_("the institution is kept"),
    },
    "plan_parameter": {
        "discount_rate": N_("discount rate"),
        "home_cost": N_("cost of the institution"),
        "one_off_cost": N_("one-off costs"),
        "elsewhere_cost": N_("cost of care elsewhere"),
        "support_multiple": N_("support / recorded support"),
        "families_found": N_("families found / families planned"),
    },
    "stream": {
        "institution_eur": N_("institution as it empties"),
        "alternative_eur": N_("care elsewhere"),
        "one_off_eur": N_("one-off costs and income"),
    },
    "transition_kind": words_for_codes("transition_kind"),
    "inside": {"yes": N_("yes"), "no": N_("no")},
    "plan_problem": {
        "children_differ_from_activity": N_(
            "children before the plan and children on average in the year before it differ"
        ),
        "no_unit_cost": N_("children live in an arrangement whose cost is not known"),
        "above_places": N_("more children in the institution than places"),
        "above_planned_places": N_("more children than the region plans places"),
        "above_counted": N_("more children than the region counted in that year"),
        "under_three_in_institution": N_("children under three in an institution"),
        "siblings_apart": N_("children apart from a brother or sister"),
        "one_off_outside_plan": N_("one-off costs outside the years of the plan, not counted"),
        "sold_before_empty": N_("the institution is sold while children live there"),
    },
    "edition": {"public": N_("public edition"), "internal": N_("internal edition")},
    # The quality log of every report.
    "check": {
        "data_checked": N_("automatic check of the data package"),
        **words_for_codes("check"),
    },
    "check_state": {
        **words_for_codes("check_result"),
        "reopened": N_("open again: what was checked has changed"),
        "earlier": N_("a later entry counts"),
    },
    "check_of": {"data": N_("the data"), "report": N_("the report")},
    "critical": {"yes": N_("yes"), "no": N_("no")},
    "report_state": {
        "draft": N_("draft"),
        "final": N_("final, all critical checks have been passed"),
    },
    "verdict": {
        "supported": N_("supported"),
        "not_supported": N_("not supported"),
        "inconclusive": N_("inconclusive"),
        "no_data": N_("no data"),
        "hidden": N_("hidden (c)"),
    },
    # The annexes of every report.
    "criterion_verdict": {
        "supported": N_("supported"),
        "not_supported": N_("not supported"),
        "inconclusive": N_("inconclusive"),
        "no_data": N_("no data"),
        "hidden": N_("hidden (c)"),
        "not_assessed": N_("not assessed"),
    },
    "criterion": {
        "effectiveness": N_("effectiveness"),
        "efficiency": N_("efficiency"),
        "relevance": N_("relevance"),
        "coherence": N_("coherence"),
        "eu_added_value": N_("EU added value"),
    },
    "reporting_state": {
        "reported": N_("reported"),
        "partly": N_("partly"),
        "not_applicable": N_("not applicable"),
        "not_reported": N_("not reported"),
    },
    "cheers_section": {
        "title": N_("title"),
        "abstract": N_("abstract"),
        "introduction": N_("introduction"),
        "methods": N_("methods"),
        "results": N_("results"),
        "discussion": N_("discussion"),
        "other_information": N_("other relevant information"),
    },
    "included": {"yes": N_("included"), "no": N_("not included")},
    # The implementation progress.
    "service_type": words_for_codes("service_type"),
    "target_group": {**words_for_codes("target_group"), "total": N_("total")},
    "rating": {
        "achieved": N_("target met"),
        "on_track": N_("on track"),
        "acceleration_needed": N_("acceleration needed"),
        "limited_progress": N_("limited progress"),
        "deterioration": N_("deterioration"),
        "unable_to_assess": N_("unable to assess"),
        "not_in_force": N_("not in force yet"),
    },
    "reason": {
        "no_observation": N_("no observation since the baseline date"),
        "target_is_baseline": N_("the target is the baseline"),
        "one_point": N_("only the baseline is known"),
        "zero_baseline": N_("the baseline is 0, from which no growth can be counted"),
        "sign_change": N_("value or target is 0 or of another sign than the baseline"),
    },
    "standing": {
        "no_observation": N_("no observation"),
        "met": N_("target met"),
        "missed": N_("target missed"),
        "not_known_at_target": N_("not known on the target date"),
        "outdated": N_("value out of date"),
        "ahead": N_("ahead of the straight line"),
        "behind": N_("behind the straight line"),
    },
    "version_role": {
        "only": N_("in force"),
        "first": N_("first, replaced"),
        "between": N_("later, replaced"),
        "current": N_("in force, amended"),
        "later": N_("adopted later"),
    },
    "counting_basis": words_for_codes("counting_basis"),
    "conflict_kind": {
        "same_date": N_("sources differ on one date"),
        "stated_differently": N_("stated differently"),
        "counting_basis": N_("counted on different bases"),
        "reimbursement": N_("reimbursement and observation differ"),
    },
    "used": {"yes": N_("used"), "no": N_("not used")},
    "qualifier": words_for_codes("qualifier"),
    "carer_type": words_for_codes("carer_type"),
    "carer_status": words_for_codes("carer_status"),
    "trend": {
        "growing": N_("growing"),
        "falling": N_("falling"),
        "stagnating": N_("no trend"),
        "not_decidable": N_("not decidable"),
    },
    "move_from": {"residential": N_("institutions")},
    "move": {
        "families": N_("to families"),
        "family_like": N_("to family-like services"),
        "residential": N_("to other institutions"),
        "exit": N_("left care otherwise"),
    },
    "availability_rating": words_for_codes("availability_rating"),
    "milestone": words_for_codes("milestone"),
    "state_of_step": {
        "reached": N_("reached"),
        "overdue": N_("overdue"),
        "ahead": N_("not yet due"),
    },
    "named_in_plan": {"yes": N_("named"), "no": N_("not named")},
    "event": words_for_codes("event"),
    "partner_kind": words_for_codes("partner_kind"),
    "data_problem": {
        "receiving_above_needing": N_("more receive the service than need it"),
        "receiving_above_assessed": N_("more receive the service than were assessed"),
        "needing_above_assessed": N_("more need the service than were assessed"),
        "persons_fall": N_("cumulative persons fall"),
        "milestone_before_predecessor": N_("milestone reached before the one that precedes it"),
        "dissolved_municipality": N_("service in a municipality that no longer exists"),
        "not_named_in_plan": N_("project in a municipality that the plan does not name"),
        "certified_above_contracted": N_("more certified than contracted"),
        "unplaced_municipality": N_("municipality of no region"),
    },
}
