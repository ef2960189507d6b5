-- Every table of the annex to a home's reorganisation plan that is not left to chance.
--
-- Written from docs/methods-plans.md, sharing nothing with the package. Tables that must be there
-- before: every input table of the report (a missing one stands there empty), each row with its
-- `file` and `line`, and what unit_costs.sql makes of them. Variables set before: those of
-- plan_period.sql and unit_costs.sql, support_low, support_high, discount_low, discount_high,
-- variable_share_child_parts, variable_share_place_parts, families_found_share,
-- emptying_cost_multiple, demand_rate_years, demand_held_back_years and missing (names of input
-- tables that the package does not have).
--
-- Makes result_<table>, its rows in the order in which they are shown, and left_out: the result
-- tables that are not made. Quantiles of the simulated demand are random and not among the columns.
-- Tables with the prefix check_ say what a value must do that has no closed form.
--
-- Unknown is NULL. NULL sorts last.

CREATE MACRO start_year() AS getvariable('start_year')::INTEGER;
CREATE MACRO end_year() AS getvariable('last_year')::INTEGER;
CREATE MACRO rate() AS getvariable('discount_rate')::DOUBLE;
CREATE MACRO is_missing(name) AS list_contains(getvariable('missing')::VARCHAR[], name);

-- Arrangements, ends of care, parts and payers in the order of the data dictionary.
CREATE MACRO place_of(arrangement) AS list_position(
  ['institution', 'state_institution', 'family_like', 'youth_house', 'foster_family',
   'specialised_foster_family', 'guardian', 'exit', 'adoption', 'family', 'entry'], arrangement);
CREATE MACRO place_of_part(part) AS list_position(
  ['remuneration', 'maintenance', 'capital', 'staff', 'goods_services', 'upkeep', 'premises',
   'administration', 'support', 'allowance', 'other'], part);
CREATE TABLE payers AS
SELECT unnest(['state', 'municipality', 'eu_fund', 'other']) AS payer, unnest(range(1, 5)) AS place;
CREATE MACRO in_care(arrangement) AS place_of(arrangement) <= 7;
CREATE MACRO left_care(arrangement) AS arrangement IN ('exit', 'adoption', 'family');
CREATE MACRO in_new_family(arrangement) AS
  arrangement IN ('foster_family', 'specialised_foster_family', 'guardian');
CREATE MACRO residential(arrangement) AS arrangement IN ('institution', 'state_institution');

CREATE TABLE home AS SELECT * FROM providers WHERE provider = getvariable('provider');
CREATE TABLE plan_years AS
SELECT unnest(range(start_year(), end_year() + 1))::INTEGER AS year;
CREATE TABLE money AS
SELECT of_year.year, base.value / of_year.value AS factor
FROM price_index AS of_year
JOIN price_index AS base ON base.year = getvariable('price_year')::INTEGER;

-- Without rows in destinations there are no proposals.
CREATE TABLE own_plan AS SELECT destinations.* FROM destinations SEMI JOIN home USING (provider);
CREATE TABLE left_out AS
SELECT unnest(['destinations', 'destinations_by_group', 'children_balance', 'preference_shares',
  'transition', 'transition_summary', 'budget_by_payer', 'payer_summary', 'stranded', 'scenarios',
  'scenario_years', 'npv_sensitivity', 'npv_sensitivity_points', 'plan_problems', 'one_off'])
  AS result
WHERE NOT EXISTS (FROM own_plan)
UNION ALL
SELECT unnest(['demand', 'demand_observed', 'demand_backtest', 'places_outlook'])
WHERE is_missing('flows') OR is_missing('placements')
UNION ALL SELECT 'unmet_needs' WHERE is_missing('needs') OR is_missing('region_membership');

----------------------------------------------------------------------------- present situation

CREATE TABLE last_recorded AS
SELECT least(max(year), end_year()) AS year FROM (
  SELECT region, year FROM costs UNION ALL SELECT region, year FROM activity
  UNION ALL SELECT region, year FROM households)
WHERE region = getvariable('region');

CREATE TABLE result_situation AS
SELECT ours.year, ours.child_days / days_in(ours.year) AS average_children,
  ours.place_days / days_in(ours.year) AS places, ours.child_days, ours.place_days, ours.occupancy,
  ours.total_eur, ours.cost_per_child_month_eur, ours.real_cost_per_child_month_eur,
  units.real_cost_per_child_month_eur AS arrangement_real_cost_per_child_month_eur
FROM result_provider_unit_costs AS ours
SEMI JOIN home USING (provider)
LEFT JOIN result_unit_costs AS units USING (year, care_arrangement)
WHERE ours.year < start_year() AND ours.year <= (SELECT year FROM last_recorded)
  AND (ours.child_days > 0 OR ours.total_eur IS NOT NULL)
ORDER BY ours.year;

CREATE TABLE base AS
SELECT * FROM result_situation WHERE year = (SELECT max(year) FROM result_situation);

INSERT INTO left_out
SELECT unnest(['situation_parts', 'situation_payers']) WHERE NOT EXISTS (FROM base);

CREATE TABLE base_amounts AS
SELECT amounts.*, base.total_eur
FROM amounts SEMI JOIN home USING (provider) JOIN base USING (year);

CREATE TABLE result_situation_parts AS
WITH parts AS (
  SELECT part, sum_known(eur) AS amount_eur FROM base_amounts GROUP BY ALL
)
SELECT part, amount_eur, amount_eur / nullif(total_eur, 0) AS share,
  over(amount_eur, months_of(child_days, year)) AS cost_per_child_month_eur
FROM parts CROSS JOIN base
ORDER BY place_of_part(part);

CREATE TABLE result_situation_payers AS
WITH paid AS (
  SELECT payer, sum(eur) AS amount_eur FROM base_amounts WHERE total_eur IS NOT NULL GROUP BY ALL
)
SELECT payer, amount_eur,
  CASE WHEN (SELECT min(amount_eur) FROM paid) >= 0 THEN amount_eur / nullif(total_eur, 0) END
    AS share
FROM paid CROSS JOIN base JOIN payers USING (payer)
ORDER BY payers.place;

------------------------------------------------------------------------------------ destinations

CREATE TABLE planned AS
SELECT year, age_band, need_level, care_arrangement, sum(children)::BIGINT AS children
FROM own_plan GROUP BY ALL;

-- Every year takes the last planned year up to it; whoever came or left did so in that one.
CREATE TABLE followed AS
SELECT years.year, max(planned.year) AS planned_year
FROM (SELECT unnest(range((SELECT min(year) FROM planned), end_year() + 1))::INTEGER AS year)
  AS years
JOIN planned ON planned.year <= years.year
GROUP BY ALL;

CREATE TABLE living AS
SELECT followed.year, planned.age_band, planned.need_level, planned.care_arrangement,
  CASE WHEN care_arrangement = 'entry' AND followed.year <> planned_year THEN 0
       ELSE children END AS children
FROM followed JOIN planned ON planned.year = planned_year;

-- Planned years are shown, and the first year of the report as the last planned year before it: in
-- the others nothing changes. Nobody came in a year that was not planned.
CREATE TABLE shown_years AS
SELECT DISTINCT year FROM planned SEMI JOIN plan_years USING (year)
UNION
SELECT start_year() WHERE start_year() > (SELECT min(year) FROM planned);

CREATE TABLE shown AS
SELECT living.* FROM living SEMI JOIN shown_years USING (year)
WHERE care_arrangement <> 'entry' OR year IN (SELECT year FROM planned);

CREATE TABLE result_destinations AS
SELECT year, care_arrangement, sum(children)::BIGINT AS children
FROM shown
GROUP BY year, care_arrangement
ORDER BY year, place_of(care_arrangement);

INSERT INTO left_out
SELECT 'destinations_by_group' WHERE NOT EXISTS (
  FROM shown WHERE age_band <> 'all' OR need_level <> 'all');

CREATE TABLE result_destinations_by_group AS
SELECT year, age_band, need_level, care_arrangement, children
FROM shown
ORDER BY year, age_band, need_level, place_of(care_arrangement);

CREATE TABLE balance AS
WITH counted AS (
  SELECT year,
    coalesce(sum(children) FILTER (in_care(care_arrangement)), 0)::BIGINT AS in_care,
    coalesce(sum(children) FILTER (care_arrangement = 'entry'), 0)::BIGINT AS entries,
    coalesce(sum(children) FILTER (left_care(care_arrangement)), 0)::BIGINT AS ever_left
  FROM living GROUP BY year
)
SELECT year, in_care, entries,
  (ever_left - coalesce(lag(ever_left) OVER years, 0))::BIGINT AS left_care,
  coalesce(lag(in_care) OVER years, in_care + left_care - entries)::BIGINT AS before
FROM counted
WINDOW years AS (ORDER BY year);

CREATE TABLE result_children_balance AS
SELECT year, before, entries, in_care, left_care,
  in_care + left_care - before - entries AS difference
FROM balance SEMI JOIN plan_years USING (year)
WHERE year IN (SELECT year FROM planned)
ORDER BY year;

CREATE TABLE before_plan AS SELECT before FROM balance WHERE year = start_year();

CREATE MACRO step_of(arrangement) AS CASE
  WHEN arrangement IN ('family', 'adoption') THEN 1
  WHEN in_new_family(arrangement) THEN 2
  WHEN arrangement IN ('family_like', 'youth_house') THEN 3
  WHEN residential(arrangement) THEN 4 END;

CREATE TABLE result_preference_shares AS
WITH steps AS (
  SELECT shown_years.year, place, step
  FROM shown_years CROSS JOIN (VALUES (1, 'own_family'), (2, 'family_environment'),
    (3, 'family_like'), (4, 'residential')) AS named (place, step)
)
SELECT steps.year, steps.step, coalesce(sum(living.children), 0)::BIGINT AS children,
  over(coalesce(sum(living.children), 0),
       sum(coalesce(sum(living.children), 0)) OVER (PARTITION BY steps.year)) AS share
FROM steps
LEFT JOIN living ON living.year = steps.year AND step_of(living.care_arrangement) = steps.place
GROUP BY steps.year, steps.place, steps.step
ORDER BY steps.year, steps.place;

--------------------------------------------------------------------- what care costs in each year

-- The year whose cost a year of the plan takes: the last one up to it, otherwise the first.
CREATE MACRO last_or_first(known, a_year) AS
  coalesce(max(known) FILTER (known <= a_year), min(known));

CREATE TABLE recorded_functions AS
SELECT year, fixed_eur::DOUBLE AS fixed_eur, variable_eur_per_child, step_eur,
  step_children, source, 'recorded' AS basis
FROM cost_structure SEMI JOIN home USING (provider)
WHERE year <= end_year();

CREATE MACRO share_at_once(part) AS CASE
  WHEN part IN ('upkeep', 'goods_services', 'support', 'allowance')
    THEN getvariable('variable_share_child_parts')::DOUBLE
  ELSE getvariable('variable_share_place_parts')::DOUBLE END;

CREATE TABLE derived_functions AS
WITH parts AS (
  SELECT ours.year, sum(ours.amount_eur) AS whole,
    sum(ours.amount_eur * share_at_once(ours.cost_item)) AS at_once
  FROM ledger AS ours SEMI JOIN home USING (provider)
  GROUP BY ALL
)
SELECT parts.year, whole - at_once AS fixed_eur,
  at_once / average_children AS variable_eur_per_child, 0.0::DOUBLE AS step_eur,
  1 AS step_children, 'derived' AS basis
FROM parts JOIN result_situation USING (year)
WHERE average_children > 0;

CREATE TABLE functions AS
SELECT * FROM recorded_functions
UNION ALL BY NAME
SELECT * FROM derived_functions WHERE NOT EXISTS (FROM recorded_functions);

CREATE TABLE result_home_cost_function AS
WITH taken AS (
  SELECT plan_years.year, last_or_first(functions.year, plan_years.year) AS cost_year
  FROM plan_years LEFT JOIN functions ON true
  GROUP BY plan_years.year
)
SELECT taken.year, taken.cost_year,
  coalesce(basis, 'unknown') AS basis,
  factor * fixed_eur AS fixed_eur, factor * variable_eur_per_child AS variable_eur_per_child,
  factor * step_eur AS step_eur, coalesce(step_children, 1) AS step_children
FROM taken
LEFT JOIN functions ON functions.year = taken.cost_year
LEFT JOIN money ON money.year = taken.cost_year
ORDER BY taken.year;

CREATE MACRO home_cost(fixed, variable, step, step_children, children) AS
  CASE WHEN children = 0 THEN 0.0::DOUBLE
       ELSE fixed + variable * children + step * ceil(children / step_children::DOUBLE) END;

-- What the function gives for the children of each year, beside what the ledger has.
CREATE TABLE result_home_cost_check AS
WITH ours AS (
  SELECT year, child_days / days_in(year) AS average_children
  FROM result_provider_unit_costs SEMI JOIN home USING (provider) WHERE child_days > 0
), spent AS (
  SELECT year, sum(amount_eur) AS eur FROM ledger SEMI JOIN home USING (provider) GROUP BY year
), taken AS (
  SELECT ours.year, average_children, last_or_first(recorded.year, ours.year) AS cost_year
  FROM ours CROSS JOIN recorded_functions AS recorded GROUP BY ALL
), compared AS (
  SELECT taken.year, average_children, now.factor * spent.eur AS ledger_eur,
    money.factor * home_cost(fixed_eur, variable_eur_per_child, step_eur, step_children,
      average_children) AS function_eur
  FROM taken JOIN spent USING (year) JOIN money AS now USING (year)
  JOIN recorded_functions AS recorded ON recorded.year = taken.cost_year
  JOIN money ON money.year = taken.cost_year
  WHERE spent.eur > 0
)
SELECT *, function_eur / nullif(ledger_eur, 0) - 1 AS deviation FROM compared ORDER BY year;

CREATE TABLE with_capital AS
SELECT NOT EXISTS (
  SELECT * FROM transition_costs SEMI JOIN home USING (provider)
  WHERE kind = 'capital' AND amount_eur > 0) AS counts;

CREATE TABLE known_costs AS
SELECT units.care_arrangement, units.year AS cost_year,
  factor * units.cost_per_child_month_eur AS whole,
  factor * coalesce(capital.cost_per_child_month_eur, 0) AS capital,
  factor * coalesce(support.cost_per_child_month_eur, 0) AS support
FROM result_unit_costs AS units
JOIN money USING (year)
LEFT JOIN result_unit_cost_parts AS capital ON capital.year = units.year
  AND capital.care_arrangement = units.care_arrangement AND capital.part = 'capital'
LEFT JOIN result_unit_cost_parts AS support ON support.year = units.year
  AND support.care_arrangement = units.care_arrangement AND support.part = 'support'
WHERE units.cost_per_child_month_eur IS NOT NULL AND units.year <= end_year();

CREATE TABLE result_costs_elsewhere AS
WITH named AS (
  SELECT care_arrangement FROM known_costs
  UNION SELECT care_arrangement FROM planned ANTI JOIN home USING (care_arrangement)
  WHERE in_care(care_arrangement) AND children > 0
), taken AS (
  SELECT plan_years.year, named.care_arrangement,
    last_or_first(known_costs.cost_year, plan_years.year) AS cost_year
  FROM plan_years CROSS JOIN named LEFT JOIN known_costs USING (care_arrangement)
  GROUP BY plan_years.year, named.care_arrangement
)
SELECT taken.year, taken.care_arrangement, taken.cost_year, whole AS cost_per_child_month_eur,
  capital AS capital_eur_per_child_month, support AS support_eur_per_child_month,
  12 * (whole - CASE WHEN counts THEN 0 ELSE capital END) AS cost_per_child_year_eur
FROM taken
LEFT JOIN known_costs USING (care_arrangement, cost_year)
CROSS JOIN with_capital
ORDER BY taken.year, place_of(taken.care_arrangement);

-------------------------------------------------------------------------------------- transition

CREATE TABLE one_off AS
SELECT year, payer, kind, factor * amount_eur AS eur, source, file, line
FROM transition_costs SEMI JOIN home USING (provider) JOIN money USING (year)
SEMI JOIN plan_years USING (year);

CREATE TABLE in_care_at_end AS SELECT year, in_care FROM balance SEMI JOIN plan_years USING (year);

CREATE TABLE result_one_off AS
SELECT year, kind, payer, sum(eur) AS amount_eur FROM one_off
GROUP BY year, kind, payer
ORDER BY year, list_position(
    ['capital', 'training', 'redundancy', 'dual_running', 'disposal', 'other'], kind),
  (SELECT place FROM payers WHERE payers.payer = one_off.payer);

-- Of every year: children in care, those who stay in the home, and those elsewhere.
CREATE TABLE elsewhere AS
SELECT living.year, living.care_arrangement, sum(living.children)::BIGINT AS children
FROM living SEMI JOIN plan_years USING (year) ANTI JOIN home USING (care_arrangement)
WHERE in_care(living.care_arrangement)
GROUP BY ALL;

CREATE TABLE staying AS
SELECT plan_years.year, coalesce(sum(living.children), 0)::BIGINT AS stay
FROM plan_years CROSS JOIN home
LEFT JOIN living ON living.year = plan_years.year
  AND living.care_arrangement = home.care_arrangement
WHERE EXISTS (FROM own_plan)
GROUP BY ALL;

-- One plan after another is tried: factors of its costs, another discount rate, fewer families,
-- everybody where they lived at the start of the year. `tries` holds what is tried; `instead` says
-- where children live for whom no family is found, the home if it is not given.
CREATE MACRO finds(children, share) AS floor(children * share)::BIGINT;
CREATE MACRO streams(tries) AS TABLE
WITH placed AS (
  -- In a year of somebody who moves at its end, the children of the year before.
  SELECT tries.number, plan_years.year, elsewhere.care_arrangement, elsewhere.children,
    CASE WHEN in_new_family(care_arrangement)
         THEN finds(elsewhere.children, tries.families) ELSE elsewhere.children END AS people,
    elsewhere.children - people AS not_found
  FROM query_table(tries) AS tries CROSS JOIN plan_years
  JOIN elsewhere ON elsewhere.year = plan_years.year - tries.later
), paid AS (
  SELECT placed.number, placed.year, placed.care_arrangement, people FROM placed
  UNION ALL
  SELECT number, year, tries.instead, not_found
  FROM placed JOIN query_table(tries) AS tries USING (number)
  WHERE tries.instead IS NOT NULL AND not_found > 0
), alternatives AS (
  SELECT paid.number, paid.year,
    sum(CASE WHEN people = 0 THEN 0 ELSE people * (
          cost_per_child_year_eur
            * CASE WHEN tries.together OR paid.care_arrangement = tries.arrangement
                   THEN tries.elsewhere ELSE 1 END
          + 12 * (tries.support - 1) * support_eur_per_child_month) END) AS alternative_eur,
    bool_or(people > 0 AND cost_per_child_year_eur IS NULL) AS unknown
  FROM paid JOIN query_table(tries) AS tries USING (number)
  LEFT JOIN result_costs_elsewhere AS costs
    ON costs.year = paid.year AND costs.care_arrangement = paid.care_arrangement
  GROUP BY ALL
), at_home AS (
  SELECT tries.number, plan_years.year,
    CASE WHEN not_moved THEN before ELSE stay END
      + coalesce((SELECT sum(not_found) FROM placed WHERE tries.instead IS NULL
                  AND placed.number = tries.number AND placed.year = plan_years.year), 0) AS stay,
    CASE WHEN not_moved THEN before ELSE in_care END AS in_care
  FROM query_table(tries) AS tries CROSS JOIN plan_years CROSS JOIN before_plan
  CROSS JOIN LATERAL (
    SELECT tries.later = 1 AND plan_years.year = start_year() AS not_moved)
  JOIN staying ON staying.year = greatest(plan_years.year - tries.later, start_year())
  JOIN in_care_at_end AS counted ON counted.year = staying.year
), spent AS (
  -- A home in which more stay to the end than planned is not sold.
  SELECT tries.number, plan_years.year, coalesce(sum(one_off.eur), 0) AS one_off_eur
  FROM query_table(tries) AS tries CROSS JOIN plan_years
  LEFT JOIN one_off ON one_off.year = plan_years.year AND NOT (
    tries.families < 1 AND one_off.kind = 'disposal' AND EXISTS (
      FROM at_home WHERE at_home.number = tries.number AND at_home.year = end_year()
        AND at_home.stay > (SELECT stay FROM staying WHERE staying.year = end_year())))
  GROUP BY ALL
)
SELECT tries.number, at_home.year, tries.rate, at_home.stay::BIGINT AS stay,
  tries.home * home_cost(fixed_eur, variable_eur_per_child, step_eur, step_children,
    at_home.in_care) AS status_quo_eur,
  tries.home * home_cost(fixed_eur, variable_eur_per_child, step_eur, step_children,
    at_home.stay) AS institution_eur,
  CASE WHEN NOT coalesce(unknown, false) THEN coalesce(alternative_eur, 0) END AS alternative_eur,
  tries.one_off * one_off_eur AS one_off_eur
FROM at_home JOIN query_table(tries) AS tries USING (number)
JOIN result_home_cost_function USING (year)
JOIN spent USING (number, year)
LEFT JOIN alternatives USING (number, year);

CREATE TABLE tries AS
SELECT number, rate() AS rate, 1.0::DOUBLE AS home, 1.0::DOUBLE AS one_off, false AS together,
  NULL::VARCHAR AS arrangement, 1.0::DOUBLE AS elsewhere, 1.0::DOUBLE AS support,
  (number = 4)::INTEGER AS later,
  CASE WHEN number IN (2, 3) THEN getvariable('families_found_share')::DOUBLE ELSE 1 END::DOUBLE
    AS families,
  CASE WHEN number = 3 AND care_arrangement <> 'family_like' THEN 'family_like' END AS instead
FROM range(1, 5) AS numbers (number) CROSS JOIN home;

CREATE MACRO net_of(status_quo, institution, alternative, one_off) AS
  status_quo - (institution + alternative + one_off);

-- The scenarios, each year with its streams. The plan one year later keeps its costs.
CREATE TABLE scenario_streams AS
WITH made AS (FROM streams('tries')),
plan AS (FROM made WHERE number = 1)
SELECT 1 AS place, 'as_planned' AS scenario, * FROM plan
UNION ALL
SELECT 2, 'moved_at_the_end', * FROM made WHERE number = 4
UNION ALL
SELECT 3, 'one_year_later', number, year, rate, before, status_quo_eur, status_quo_eur, 0, 0
FROM plan CROSS JOIN before_plan WHERE year = start_year()
UNION ALL
SELECT 3, 'one_year_later', number, year + 1, rate, stay, status_quo_eur, institution_eur,
  alternative_eur, one_off_eur
FROM plan
UNION ALL
SELECT 4, 'fewer_families', * FROM made WHERE number = 2
UNION ALL
SELECT 5, 'family_like_instead', * FROM made WHERE number = 3
UNION ALL
SELECT 6, 'keep_the_home', number, year, rate, in_care, status_quo_eur, status_quo_eur, 0, 0
FROM plan JOIN balance USING (year);

-- A sum over years is unknown from the first year on that is.
CREATE TABLE scenario_sums AS
WITH nets AS (
  SELECT *, net_of(status_quo_eur, institution_eur, alternative_eur, one_off_eur) AS net_eur,
    net_eur / pow(1 + rate(), year - start_year()) AS discounted_net_eur
  FROM scenario_streams
)
SELECT *,
  CASE WHEN count(net_eur) OVER so_far = count(*) OVER so_far
       THEN sum(net_eur) OVER so_far END AS cumulative_net_eur,
  CASE WHEN count(net_eur) OVER so_far = count(*) OVER so_far
       THEN sum(discounted_net_eur) OVER so_far END AS cumulative_discounted_eur,
  min(year) FILTER (net_eur <> 0) OVER (PARTITION BY place) AS first_effect
FROM nets
WINDOW so_far AS (PARTITION BY place ORDER BY year);

CREATE TABLE result_transition AS
SELECT year, status_quo_eur, institution_eur, alternative_eur, one_off_eur, net_eur,
  discounted_net_eur, cumulative_net_eur, cumulative_discounted_eur,
  CASE WHEN stay > 0 THEN institution_eur / stay END AS cost_per_child_eur
FROM scenario_sums WHERE place = 1
ORDER BY year;

CREATE TABLE scenario_worth AS
SELECT place, scenario,
  sum_known(discounted_net_eur) AS npv_eur, sum_known(net_eur) AS net_eur,
  CASE WHEN count(net_eur) = count(*) THEN
    min(year) FILTER (cumulative_discounted_eur >= 0 AND year >= first_effect) END
    AS break_even_year,
  CASE WHEN count(net_eur) = count(*) THEN greatest(-min(cumulative_net_eur), 0) END
    AS peak_funding_eur,
  CASE WHEN count(net_eur) = count(*) AND min(cumulative_net_eur) < 0
       THEN arg_min(year, cumulative_net_eur) END AS peak_funding_year,
  sum_known(CASE WHEN year > end_year() THEN 0 ELSE discounted_net_eur END)
    AS npv_to_common_end_eur,
  sum_known((institution_eur + alternative_eur + one_off_eur)
            / pow(1 + rate(), year - start_year())) AS present_cost_eur,
  arg_max(stay, year)::BIGINT AS children_in_home_at_end
FROM scenario_sums
GROUP BY ALL
ORDER BY place;

CREATE TABLE result_scenarios AS
SELECT * EXCLUDE (place) FROM scenario_worth ORDER BY place;

CREATE TABLE result_scenario_years AS
SELECT scenario, year, net_eur, discounted_net_eur, cumulative_discounted_eur
FROM scenario_sums ORDER BY place, year;

CREATE TABLE result_transition_summary AS
WITH first_function AS (
  SELECT home_cost(fixed_eur, variable_eur_per_child, step_eur, step_children, before)
    / nullif(before, 0) AS cost_before, before
  FROM result_home_cost_function CROSS JOIN before_plan WHERE year = start_year()
)
SELECT npv_eur, net_eur, break_even_year, peak_funding_eur, peak_funding_year,
  before AS children_before, cost_before AS cost_per_child_before_eur,
  (SELECT max(cost_per_child_eur) FROM result_transition) AS highest_cost_per_child_eur,
  (SELECT arg_max(year, cost_per_child_eur) FROM result_transition) AS highest_cost_per_child_year
FROM scenario_worth CROSS JOIN first_function WHERE place = 1;

----------------------------------------------------------------------------------------- payers

-- Shares of a cost that each payer pays; unknown together.
CREATE TABLE home_shares AS
WITH paid AS (
  SELECT payer, sum(eur) AS eur FROM base_amounts WHERE part <> 'capital' GROUP BY ALL
), whole AS (
  SELECT sum(eur) AS eur, min(eur) >= 0 AND count(eur) = count(*) AND sum(eur) > 0 AS known
  FROM paid
)
SELECT payers.payer, CASE WHEN known THEN coalesce(paid.eur, 0) / whole.eur END AS share
FROM payers LEFT JOIN paid USING (payer) CROSS JOIN whole;

CREATE TABLE elsewhere_shares AS
WITH paid AS (
  SELECT care_arrangement, year AS cost_year, payer, sum(eur) AS eur
  FROM amounts CROSS JOIN with_capital
  WHERE counts OR part <> 'capital'
  GROUP BY ALL
), whole AS (
  SELECT care_arrangement, cost_year, sum(eur) AS eur,
    min(eur) >= 0 AND count(eur) = count(*) AND sum(eur) > 0 AS known
  FROM paid GROUP BY ALL
)
SELECT whole.care_arrangement, whole.cost_year, payers.payer,
  CASE WHEN known THEN coalesce(paid.eur, 0) / whole.eur END AS share
FROM whole CROSS JOIN payers LEFT JOIN paid USING (care_arrangement, cost_year, payer);

CREATE TABLE result_budget_by_payer AS
WITH outside AS (
  SELECT elsewhere.year, payers.payer,
    sum_known(CASE WHEN children * cost_per_child_year_eur = 0 OR children = 0 THEN 0
                   ELSE children * cost_per_child_year_eur * share END) AS eur
  FROM elsewhere CROSS JOIN payers
  JOIN result_costs_elsewhere AS costs USING (year, care_arrangement)
  LEFT JOIN elsewhere_shares AS shares ON shares.care_arrangement = elsewhere.care_arrangement
    AND shares.cost_year = costs.cost_year AND shares.payer = payers.payer
  GROUP BY ALL
), once AS (
  SELECT year, payer, sum(eur) AS eur FROM one_off GROUP BY ALL
), streams_of AS (
  SELECT transition.year, payers.payer, payers.place,
    CASE WHEN status_quo_eur = 0 THEN 0 ELSE status_quo_eur * home_shares.share END
      AS status_quo_eur,
    CASE WHEN institution_eur = 0 THEN 0 ELSE institution_eur * home_shares.share END
      AS institution_eur,
    CASE WHEN outside.year IS NULL THEN 0 ELSE outside.eur END AS alternative_eur,
    coalesce(once.eur, 0) AS one_off_eur
  FROM result_transition AS transition CROSS JOIN payers
  JOIN home_shares USING (payer)
  LEFT JOIN outside USING (year, payer)
  LEFT JOIN once USING (year, payer)
)
SELECT year, payer, status_quo_eur, institution_eur, alternative_eur, one_off_eur,
  net_of(status_quo_eur, institution_eur, alternative_eur, one_off_eur) AS net_eur
FROM streams_of
ORDER BY year, place;

CREATE TABLE result_payer_summary AS
WITH so_far AS (
  SELECT *, sum(net_eur) OVER (PARTITION BY payer ORDER BY year) AS cumulative_eur
  FROM result_budget_by_payer
)
SELECT payer, sum_known(net_eur) AS net_eur,
  sum_known(net_eur / pow(1 + rate(), year - start_year())) AS npv_eur,
  CASE WHEN count(net_eur) = count(*) THEN greatest(-min(cumulative_eur), 0) END
    AS peak_funding_eur,
  CASE WHEN count(net_eur) = count(*) AND min(cumulative_eur) < 0
       THEN arg_min(year, cumulative_eur) END AS peak_funding_year
FROM so_far JOIN payers USING (payer)
GROUP BY payer, place
ORDER BY place;

CREATE TABLE result_stranded AS
SELECT year, before - stay AS children_left,
  (before - stay) * cost_before / nullif(before, 0) AS naive_saving_eur,
  cost_before - cost_now AS avoidable_saving_eur,
  naive_saving_eur - avoidable_saving_eur AS stranded_eur
FROM (
  SELECT staying.year, before, stay,
    home_cost(fixed_eur, variable_eur_per_child, step_eur, step_children, before) AS cost_before,
    home_cost(fixed_eur, variable_eur_per_child, step_eur, step_children, stay) AS cost_now
  FROM staying JOIN result_home_cost_function USING (year) CROSS JOIN before_plan
)
ORDER BY year;

INSERT INTO left_out SELECT 'stranded' FROM before_plan WHERE before = 0;

-------------------------------------------------------------------------- one value at a time

-- Error factors of sources, back from their logarithms.
CREATE TABLE factors AS SELECT source, exp(s * z()) AS factor FROM errors;

CREATE TABLE spans AS
WITH plan AS (FROM streams('tries') WHERE number = 1),
care AS (
  SELECT care_arrangement, sum(children * cost_per_child_year_eur) AS eur,
    sum(children * cost_per_child_year_eur / pow(1 + rate(), year - start_year())) AS discounted,
    sum(children * support_eur_per_child_month) AS support
  FROM elsewhere JOIN result_costs_elsewhere USING (year, care_arrangement)
  GROUP BY ALL
), least_sure AS (
  SELECT costs.care_arrangement, max(sqrt(variance) / nullif(whole.cost_per_child_month_eur, 0)) AS relative
  FROM result_costs_elsewhere AS costs
  JOIN variances ON variances.care_arrangement = costs.care_arrangement
    AND variances.year = costs.cost_year
  JOIN result_unit_costs AS whole ON whole.care_arrangement = costs.care_arrangement
    AND whole.year = costs.cost_year
  GROUP BY ALL
), listed AS (
  SELECT 1 AS place, 'discount_rate' AS parameter, NULL AS care_arrangement,
    getvariable('discount_low')::DOUBLE AS low, rate() AS base,
    getvariable('discount_high')::DOUBLE AS high, 'parameter_file' AS range_source
  UNION ALL
  SELECT 2, 'home_cost', NULL, 1 / f, 1, f, 'evidence'
  FROM (SELECT CASE WHEN EXISTS (FROM recorded_functions) THEN (
            SELECT max(factor) FROM result_home_cost_function AS taken
            JOIN recorded_functions ON recorded_functions.year = taken.cost_year
            JOIN factors USING (source))
          ELSE getvariable('error_factor_assumed')::DOUBLE END AS f)
  WHERE EXISTS (FROM plan WHERE status_quo_eur <> institution_eur)
  UNION ALL
  SELECT 3, 'one_off_cost', NULL, 1 / f, 1, f, 'evidence'
  FROM (SELECT max(factor) AS f FROM one_off JOIN factors USING (source) WHERE eur <> 0)
  WHERE f IS NOT NULL
  UNION ALL
  SELECT 5, 'elsewhere_cost', NULL, 1 / f, 1, f, 'evidence'
  FROM (SELECT sum(discounted * exp(z() * coalesce(relative, 0))) / sum(discounted) AS f
        FROM care LEFT JOIN least_sure USING (care_arrangement) WHERE eur <> 0
        HAVING count(*) >= 2)
  UNION ALL
  SELECT 4, 'elsewhere_cost', care_arrangement, exp(-z() * relative), 1, exp(z() * relative),
    'evidence'
  FROM care JOIN least_sure USING (care_arrangement) WHERE eur <> 0
  UNION ALL
  SELECT 6, 'support_multiple', NULL, getvariable('support_low')::DOUBLE, 1,
    getvariable('support_high')::DOUBLE, 'parameter_file'
  WHERE (SELECT sum(support) FROM care) <> 0
  UNION ALL
  SELECT 7, 'families_found', NULL, getvariable('families_found_share')::DOUBLE, 1, 1,
    'parameter_file'
  WHERE EXISTS (FROM elsewhere WHERE in_new_family(care_arrangement) AND children > 0)
)
SELECT place, parameter, care_arrangement, least(low, base) AS low, base,
  greatest(high, base) AS high, range_source
FROM listed
-- Nothing can change what is unknown.
WHERE (SELECT sum_known(net_of(status_quo_eur, institution_eur, alternative_eur, one_off_eur))
       FROM plan) IS NOT NULL
  AND (range_source = 'parameter_file' OR high > 1);

CREATE TABLE tried_values AS
SELECT row_number() OVER () + 2 AS number, place, parameter, care_arrangement, point, x FROM (
  SELECT place, parameter, care_arrangement, 'low' AS point, low AS x FROM spans
  UNION ALL SELECT place, parameter, care_arrangement, 'base', base FROM spans
  UNION ALL SELECT place, parameter, care_arrangement, 'high', high FROM spans
  UNION ALL
  SELECT place, parameter, care_arrangement, point::VARCHAR, low + (high - low) * (point - 1) / 4
  FROM spans CROSS JOIN range(1, 6) AS points (point)
  UNION ALL
  -- Twice and not at all: two points of a straight line.
  SELECT place, parameter, care_arrangement, unnest(['at_0', 'at_2']), unnest([0, 2])
  FROM spans WHERE parameter NOT IN ('discount_rate', 'families_found')
  UNION ALL
  -- Every share at which one family more is found.
  SELECT DISTINCT 7, 'families_found', NULL, 'step', found / children::DOUBLE
  FROM elsewhere CROSS JOIN range(0, 400) AS numbers (found)
  WHERE in_new_family(care_arrangement) AND children > 0 AND found <= children
    AND EXISTS (FROM spans WHERE parameter = 'families_found')
);

CREATE TABLE value_tries AS
SELECT number,
  CASE parameter WHEN 'discount_rate' THEN x ELSE rate() END::DOUBLE AS rate,
  CASE parameter WHEN 'home_cost' THEN x ELSE 1 END::DOUBLE AS home,
  CASE parameter WHEN 'one_off_cost' THEN x ELSE 1 END::DOUBLE AS one_off,
  parameter = 'elsewhere_cost' AND care_arrangement IS NULL AS together,
  care_arrangement AS arrangement,
  CASE parameter WHEN 'elsewhere_cost' THEN x ELSE 1 END::DOUBLE AS elsewhere,
  CASE parameter WHEN 'support_multiple' THEN x ELSE 1 END::DOUBLE AS support,
  -- A step is reached although its fraction may be a last digit too small.
  CASE WHEN point = 'step' THEN x + 1e-9 WHEN parameter = 'families_found' THEN x ELSE 1 END
    ::DOUBLE AS families,
  0 AS later, NULL::VARCHAR AS instead
FROM tried_values;

CREATE TABLE outcomes AS
WITH worth AS (
  SELECT number, sum_known(
      net_of(status_quo_eur, institution_eur, alternative_eur, one_off_eur)
      / pow(1 + rate, year - start_year())) AS outcome
  FROM streams('value_tries') GROUP BY ALL
)
SELECT * FROM tried_values JOIN worth USING (number);

CREATE TABLE result_npv_sensitivity_points AS
SELECT parameter, care_arrangement, point::INTEGER AS point, x AS value, outcome
FROM outcomes WHERE point IN ('1', '2', '3', '4', '5')
ORDER BY place, place_of(care_arrangement), point::INTEGER;

-- The switch value of a straight line, looked for from 0 to 20 times; of the families, the first
-- share at which the sign changes.
CREATE TABLE family_steps AS
SELECT x, outcome, lag(outcome) OVER (ORDER BY x) AS before
FROM outcomes WHERE point = 'step';

CREATE TABLE result_npv_sensitivity AS
WITH ends AS (
  SELECT place, parameter, care_arrangement,
    any_value(outcome) FILTER (point = 'low') AS outcome_low,
    any_value(outcome) FILTER (point = 'base') AS outcome_base,
    any_value(outcome) FILTER (point = 'high') AS outcome_high,
    any_value(outcome) FILTER (point = 'at_0') AS at_0,
    any_value(outcome) FILTER (point = 'at_2') AS at_2,
    2 * at_0 / (at_0 - at_2) AS root
  FROM outcomes GROUP BY ALL
)
SELECT spans.parameter, spans.care_arrangement, low, base, high,
  outcome_low, outcome_base, outcome_high,
  greatest(outcome_low, outcome_high) - least(outcome_low, outcome_high) AS span,
  CASE WHEN spans.parameter = 'families_found'
       THEN (SELECT min(x) FROM family_steps WHERE outcome = 0 OR sign(outcome) <> sign(before))
       WHEN at_2 <> at_0 AND root >= 0 AND root <= 20 THEN root END AS switch_value,
  range_source
FROM spans JOIN ends ON ends.place = spans.place
  AND ends.care_arrangement IS NOT DISTINCT FROM spans.care_arrangement
ORDER BY span DESC NULLS LAST, spans.place, place_of(spans.care_arrangement);

-- What the plan is worth year by year, for its worth at another rate.
CREATE TABLE check_nets AS
SELECT year - start_year() AS years, net_eur FROM result_transition ORDER BY year;

--------------------------------------------------------------------------------------- evidence

-- What every euro of the plan rests on, income as large as cost; without a plan, every euro of the
-- home in the base year, or, where it has none, of care in the region.
CREATE TABLE result_evidence AS
WITH home_sources AS (
  SELECT year AS cost_year, source, 1.0::DOUBLE AS share FROM recorded_functions
  UNION ALL
  SELECT year, source, abs(amount_eur) / sum(abs(amount_eur)) OVER (PARTITION BY year)
  FROM ledger SEMI JOIN home USING (provider)
  WHERE NOT EXISTS (FROM recorded_functions)
), care_sources AS (
  SELECT care_arrangement, year AS cost_year, source,
    sum(abs(eur)) / sum(sum(abs(eur))) OVER (PARTITION BY care_arrangement, year) AS share
  FROM amounts CROSS JOIN with_capital
  WHERE counts OR part <> 'capital'
  GROUP BY care_arrangement, year, source
), spent AS (
  SELECT source, (status_quo_eur + institution_eur) * share AS eur
  FROM result_transition JOIN result_home_cost_function USING (year)
  JOIN home_sources USING (cost_year)
  UNION ALL
  SELECT source, children * cost_per_child_year_eur * share
  FROM elsewhere JOIN result_costs_elsewhere USING (year, care_arrangement)
  JOIN care_sources USING (care_arrangement, cost_year)
  UNION ALL
  SELECT source, abs(eur) FROM one_off WHERE EXISTS (FROM own_plan)
  UNION ALL
  SELECT source, abs(eur)
  FROM amounts JOIN base USING (year) JOIN result_unit_costs AS units
    ON units.year = amounts.year AND units.care_arrangement = amounts.care_arrangement
  WHERE units.total_eur IS NOT NULL AND NOT EXISTS (FROM own_plan) AND base.total_eur IS NULL
  UNION ALL
  SELECT source, abs(eur) FROM base_amounts
  WHERE total_eur IS NOT NULL AND NOT EXISTS (FROM own_plan)
)
SELECT evidence, sum(eur) / sum(sum(eur)) OVER () AS share
FROM spent JOIN sources USING (source)
WHERE eur <> 0
GROUP BY evidence
-- Costs that refunds outweigh have no shares.
QUALIFY sum(sum(eur)) OVER () > 0
ORDER BY evidence;

------------------------------------------------------------------------------- demand for places

CREATE TABLE regional AS SELECT * FROM placements WHERE region = getvariable('region');

-- Of every year the basis that counts most arrangements.
CREATE TABLE bases AS
SELECT year, counting_basis FROM regional
GROUP BY year, counting_basis
QUALIFY row_number() OVER (PARTITION BY year ORDER BY count(*) DESC, counting_basis) = 1;

CREATE TABLE counted AS
SELECT year, care_arrangement, children FROM regional JOIN bases USING (year, counting_basis);

CREATE TABLE moved_years AS
SELECT DISTINCT year FROM flows WHERE region = getvariable('region');

-- Arrangements of the projection from a year: those between which children moved in the years that
-- are counted for the rates.
CREATE TABLE moving AS
WITH rated AS (
  SELECT last.year AS last_year, moved_years.year
  FROM range((SELECT min(year) FROM moved_years), end_year() + 1) AS last (year)
  JOIN moved_years ON moved_years.year BETWEEN
    last.year - getvariable('demand_rate_years')::INTEGER + 1 AND last.year
)
SELECT DISTINCT last_year, care_arrangement FROM (
  SELECT last_year, unnest([from_arrangement, to_arrangement]) AS care_arrangement
  FROM flows JOIN rated USING (year) WHERE region = getvariable('region'))
WHERE in_care(care_arrangement);

-- Years, each with a basis, in which one of these was counted before and is not counted now.
CREATE MACRO lacking(years) AS TABLE
SELECT DISTINCT of_year.year
FROM query_table(years) AS of_year
JOIN regional AS once
  ON once.year < of_year.year AND once.counting_basis = of_year.counting_basis
JOIN moving
  ON moving.last_year = of_year.year AND moving.care_arrangement = once.care_arrangement
ANTI JOIN regional AS now
  ON now.year = of_year.year AND now.counting_basis = of_year.counting_basis
  AND now.care_arrangement = once.care_arrangement;

-- The last year before the plan's end that has moves and all stocks.
CREATE TABLE counted_until AS
SELECT max(year) AS year, arg_max(counting_basis, year) AS counting_basis
FROM bases SEMI JOIN moved_years USING (year)
WHERE year < end_year() AND year NOT IN (FROM lacking('bases'));

CREATE TABLE projected AS
SELECT care_arrangement FROM moving JOIN counted_until ON counted_until.year = moving.last_year;

CREATE TABLE places_planned AS
WITH from_on AS (
  SELECT municipality, care_arrangement, year, sum(places) AS places,
    lead(year, 1, 9999) OVER (PARTITION BY municipality, care_arrangement ORDER BY year) AS until
  FROM planned_places WHERE region = getvariable('region')
  GROUP BY municipality, care_arrangement, year
)
SELECT years.year, care_arrangement, sum(places)::DOUBLE AS planned_places
FROM from_on JOIN (SELECT unnest(range(1900, 2101)) AS year) AS years
  ON years.year >= from_on.year AND years.year < until
GROUP BY ALL;

CREATE TABLE result_demand_observed AS
SELECT regional.year, care_arrangement, children, planned_places
FROM regional JOIN counted_until
  ON regional.counting_basis = counted_until.counting_basis AND regional.year <= counted_until.year
SEMI JOIN projected USING (care_arrangement)
LEFT JOIN places_planned
  ON places_planned.year = regional.year AND places_planned.care_arrangement = regional.care_arrangement
ORDER BY place_of(care_arrangement), regional.year;

-- The plans of all homes of the region, by year. Before its first year all children of a plan live
-- in the home.
CREATE TABLE of_plans AS
WITH plans AS (
  SELECT plan.provider, homes.care_arrangement AS own, plan.year, plan.care_arrangement,
    sum(plan.children) AS children
  FROM destinations AS plan JOIN providers AS homes USING (provider)
  WHERE homes.region = getvariable('region')
  GROUP BY ALL
), begun AS (
  SELECT provider, own, min(year) AS first_year FROM plans GROUP BY ALL
), at_first AS (
  SELECT provider, own, first_year,
    coalesce(sum(children) FILTER (in_care(care_arrangement) OR left_care(care_arrangement)), 0)
      - coalesce(sum(children) FILTER (care_arrangement = 'entry'), 0) AS before
  FROM begun JOIN plans USING (provider, own) WHERE plans.year = first_year GROUP BY ALL
), years AS (
  SELECT unnest(range((SELECT year FROM counted_until), end_year() + 1))::INTEGER AS year
), held AS (
  SELECT years.year, plans.provider, max(plans.year) AS planned_year
  FROM years JOIN plans ON plans.year <= years.year GROUP BY ALL
)
SELECT held.year, plans.provider, own, care_arrangement, children
FROM held JOIN plans ON plans.provider = held.provider AND plans.year = planned_year
WHERE in_care(care_arrangement)
UNION ALL
SELECT years.year, provider, own, own, before
FROM years JOIN at_first ON years.year < first_year;

CREATE TABLE result_demand AS
WITH years AS (
  SELECT unnest(range((SELECT year FROM counted_until) + 1, end_year() + 1))::INTEGER AS year
), there AS (
  SELECT of_plans.* FROM of_plans SEMI JOIN counted_until USING (year)
), coming AS (
  SELECT plans.year, plans.care_arrangement,
    sum(CASE WHEN plans.care_arrangement = plans.own THEN plans.children
             ELSE greatest(plans.children - coalesce(there.children, 0), 0) END) AS children
  FROM of_plans AS plans
  -- A plan whose home is empty by then has no children to follow.
  SEMI JOIN (FROM there WHERE care_arrangement = own AND children > 0) AS inhabited
    ON inhabited.provider = plans.provider
  LEFT JOIN there
    ON there.provider = plans.provider AND there.care_arrangement = plans.care_arrangement
  GROUP BY ALL
)
SELECT year, projected.care_arrangement, planned_places,
  coalesce(coming.children, 0)::BIGINT AS plan_children
FROM years CROSS JOIN projected
LEFT JOIN places_planned USING (year, care_arrangement)
LEFT JOIN coming USING (year, care_arrangement)
ORDER BY place_of(projected.care_arrangement), year;

CREATE TABLE result_places_outlook AS
SELECT care_arrangement, year, planned_places
FROM result_demand
WHERE year = end_year() AND NOT in_new_family(care_arrangement) AND planned_places IS NOT NULL
ORDER BY place_of(care_arrangement);

-- Held back is what was counted in the last years, if the year before them has all stocks, and
-- moves up to it. What was never counted up to it on the same basis has nobody.
CREATE TABLE held_back_after AS
SELECT year - getvariable('demand_held_back_years')::INTEGER AS year, counting_basis
FROM counted_until;

CREATE TABLE result_demand_backtest AS
SELECT observed.year, observed.care_arrangement, children AS observed
FROM regional AS observed
JOIN counted_until ON observed.counting_basis = counted_until.counting_basis
  AND observed.year <= counted_until.year
JOIN held_back_after AS since ON observed.year > since.year
JOIN moving ON moving.last_year = since.year
  AND moving.care_arrangement = observed.care_arrangement
WHERE since.year NOT IN (FROM lacking('held_back_after'))
ORDER BY place_of(observed.care_arrangement), observed.year;

INSERT INTO left_out
SELECT unnest(['demand', 'demand_observed', 'demand_backtest', 'places_outlook'])
WHERE (SELECT year FROM counted_until) IS NULL;

------------------------------------------------------------------------------- needs of services

-- The home's municipality and whoever took it over, one after the other, by the end of the last
-- recorded year. What an ended one counted holds until one that followed it has counted the same.
CREATE TABLE home_municipalities AS
WITH RECURSIVE ended AS (
  SELECT municipality, max(valid_to) AS ended_on, arg_max(successor, valid_from) AS successor
  FROM municipalities
  GROUP BY municipality
  HAVING bool_and(coalesce(valid_to, DATE '9999-12-31')
                  <= make_date((SELECT year FROM last_recorded), 12, 31))
), following AS (
  SELECT municipality, 0 AS steps FROM home
  UNION
  SELECT successor, steps + 1 FROM following JOIN ended USING (municipality)
  WHERE successor IS NOT NULL AND steps < 10
)
SELECT municipality, steps, ended_on FROM following LEFT JOIN ended USING (municipality);

CREATE TABLE result_unmet_needs AS
WITH known AS (
  SELECT needs.*, steps, ended_on FROM needs JOIN home_municipalities USING (municipality)
  WHERE needs.date <= make_date((SELECT year FROM last_recorded), 12, 31)
), latest AS (
  SELECT * FROM known
  QUALIFY row_number() OVER (
    PARTITION BY municipality, service_type, target_group ORDER BY date DESC) = 1
)
SELECT municipality, service_type, target_group, needing, receiving,
  needing - receiving AS unmet, date AS needs_date, source AS needs_source
FROM latest
WHERE needing > receiving
  AND NOT EXISTS (
    FROM known AS later WHERE later.steps > latest.steps AND later.date > latest.ended_on
      AND later.service_type = latest.service_type AND later.target_group = latest.target_group)
ORDER BY unmet DESC, municipality, service_type, target_group;

-------------------------------------------------------------------------- what does not add up

CREATE TABLE result_plan_problems AS
WITH rows_of_plan AS (
  SELECT own_plan.*, year || ' ' || care_arrangement AS subject,
    sum(children) OVER (PARTITION BY year, care_arrangement) AS together,
    care_arrangement = (SELECT care_arrangement FROM home) AS at_home
  FROM own_plan SEMI JOIN plan_years USING (year)
), found AS (
  SELECT 1 AS place, 'children_differ_from_activity' AS problem, 'destinations' AS "table", file,
    line, subject, before::DOUBLE AS counted, average_children AS "limit", source,
    rows_of_plan.year, care_arrangement
  FROM rows_of_plan JOIN balance USING (year) CROSS JOIN base
  WHERE rows_of_plan.year = (SELECT min(year) FROM planned) AND rows_of_plan.year = start_year()
    AND abs(before - average_children) >= 1
  UNION ALL
  SELECT 2, 'no_unit_cost', 'destinations', file, line, subject, children, NULL, source, year,
    care_arrangement
  FROM rows_of_plan
  WHERE children > 0 AND in_care(care_arrangement) AND NOT at_home
    AND care_arrangement NOT IN (SELECT care_arrangement FROM known_costs)
  UNION ALL
  SELECT 3, 'above_places', 'destinations', file, line, subject, together, places, rows.source,
    rows.year, rows.care_arrangement
  FROM rows_of_plan AS rows CROSS JOIN base
  WHERE at_home AND together > places
  UNION ALL
  SELECT 4, 'above_planned_places', 'destinations', file, line, subject, together, planned_places,
    rows.source, year, care_arrangement
  FROM rows_of_plan AS rows JOIN places_planned USING (year, care_arrangement)
  WHERE NOT at_home AND together > planned_places
  UNION ALL
  SELECT 5, 'above_counted', 'destinations', file, line, subject, together, counts.children,
    rows.source, year, care_arrangement
  FROM rows_of_plan AS rows JOIN counted AS counts USING (year, care_arrangement)
  WHERE NOT at_home AND together > counts.children
  UNION ALL
  SELECT 6, 'under_three_in_institution', 'destinations', file, line, subject, under_3, NULL,
    source, year, care_arrangement
  FROM rows_of_plan WHERE under_3 > 0 AND residential(care_arrangement)
  UNION ALL
  SELECT 7, 'siblings_apart', 'destinations', file, line, subject, siblings_apart, NULL, source,
    year, care_arrangement
  FROM rows_of_plan WHERE siblings_apart > 0
  UNION ALL
  SELECT 8, 'one_off_outside_plan', 'transition_costs', file, line,
    year || ' ' || kind || ' ' || payer, year, NULL, source, year, NULL
  FROM transition_costs SEMI JOIN home USING (provider) ANTI JOIN plan_years USING (year)
  UNION ALL
  SELECT 9, 'sold_before_empty', 'transition_costs', file, line,
    year || ' ' || kind || ' ' || payer, stay, 0, source, year, NULL
  FROM transition_costs SEMI JOIN home USING (provider) JOIN staying USING (year)
  WHERE kind = 'disposal' AND amount_eur < 0 AND stay > 0
)
SELECT problem, "table", file, line AS "row", subject, counted::DOUBLE AS counted,
  "limit"::DOUBLE AS "limit", source
FROM found
ORDER BY place, line;

----------------------------------------------------------------------------------------- findings

-- Of the sensitivity every end of a range, the lowest first.
CREATE TABLE lowest_end AS
SELECT parameter, care_arrangement, outcome, row_number() OVER () AS place FROM (
  SELECT parameter, care_arrangement, unnest([outcome_low, outcome_high]) AS outcome
  FROM result_npv_sensitivity)
ORDER BY outcome, place LIMIT 1;

CREATE TABLE last_steps AS
SELECT year, max(share) FILTER (step = 'own_family') AS own_family,
  max(share) FILTER (step = 'family_environment') AS family_environment,
  max(share) FILTER (step = 'family_like') AS family_like,
  max(share) FILTER (step = 'residential') AS residential
FROM result_preference_shares
WHERE year = (SELECT max(year) FROM result_preference_shares)
GROUP BY year;

CREATE MACRO verdict_of(known, supported) AS
  CASE WHEN NOT coalesce(known, false) THEN 'no_data'
       WHEN supported THEN 'supported' ELSE 'not_supported' END;

CREATE TABLE verdicts AS
-- Each with its values; those that are unknown are not named.
SELECT 'plan_saves_money' AS finding, NULL AS subject, verdict_of(npv_eur IS NOT NULL, npv_eur > 0)
    AS verdict,
  MAP {'npv_eur': npv_eur, 'net_eur': net_eur, 'peak_funding_eur': peak_funding_eur,
       'break_even_year': break_even_year::DOUBLE, 'peak_funding_year': peak_funding_year::DOUBLE,
       'lowest_npv_eur': lowest, 'highest_npv_eur': highest}
    AS numbers, MAP {}::MAP(VARCHAR, VARCHAR) AS codes
FROM (SELECT 1) LEFT JOIN result_transition_summary ON true
CROSS JOIN (SELECT min(least(outcome_low, outcome_high)) AS lowest,
              max(greatest(outcome_low, outcome_high)) AS highest FROM result_npv_sensitivity)
UNION ALL
SELECT 'plan_saves_across_sensitivity', NULL,
  CASE WHEN npv_eur IS NULL THEN 'no_data' WHEN outcome > 0 THEN 'supported'
       WHEN npv_eur <= 0 THEN 'not_supported' ELSE 'inconclusive' END,
  MAP {'lowest_npv_eur': outcome},
  MAP {'at_parameter': parameter, 'at_care_arrangement': care_arrangement}
FROM (SELECT 1) LEFT JOIN result_transition_summary ON true LEFT JOIN lowest_end ON true
UNION ALL
SELECT 'payer_gains', payer, verdict_of(npv_eur IS NOT NULL, npv_eur > 0),
  MAP {'npv_eur': npv_eur, 'net_eur': net_eur}, MAP {}
FROM result_payer_summary
WHERE payer IN (
  SELECT payer FROM result_budget_by_payer
  WHERE (status_quo_eur, institution_eur, alternative_eur, one_off_eur) IS DISTINCT FROM
    (0, 0, 0, 0))
UNION ALL
SELECT 'emptying_home_is_dear', NULL,
  verdict_of(highest_cost_per_child_eur IS NOT NULL AND cost_per_child_before_eur > 0,
    highest_cost_per_child_eur
      > getvariable('emptying_cost_multiple')::DOUBLE * cost_per_child_before_eur),
  MAP {'cost_per_child_before_eur': cost_per_child_before_eur,
       'highest_cost_per_child_eur': highest_cost_per_child_eur,
       'year': highest_cost_per_child_year::DOUBLE}, MAP {}
FROM (SELECT 1) LEFT JOIN result_transition_summary ON true
UNION ALL
SELECT 'most_children_live_in_families', NULL,
  verdict_of(own_family IS NOT NULL, own_family + family_environment > 0.5),
  MAP {'year': year::DOUBLE, 'own_family': own_family, 'family_environment': family_environment,
       'family_like': family_like, 'residential': residential}, MAP {}
FROM (SELECT 1) LEFT JOIN last_steps ON true;

-- One row a value of a finding; a text stands in `code`. Whether places exceed demand is left to
-- chance.
CREATE TABLE result_findings AS
SELECT finding, subject, 'verdict' AS "key", NULL::DOUBLE AS number, verdict AS code FROM verdicts
UNION ALL
SELECT finding, subject, entry.key, entry.value, NULL
FROM (SELECT *, unnest(map_entries(numbers)) AS entry FROM verdicts)
WHERE entry.value IS NOT NULL AND verdict <> 'no_data'
UNION ALL
SELECT finding, subject, entry.key, NULL, entry.value
FROM (SELECT *, unnest(map_entries(codes)) AS entry FROM verdicts)
WHERE entry.value IS NOT NULL AND verdict <> 'no_data'
ORDER BY finding, subject, "key";
