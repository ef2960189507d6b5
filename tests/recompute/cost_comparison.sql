-- Every number of one region's cost comparison, recomputed from the tables of a data package.
--
-- Written from the methods, not from the package's code, and sharing nothing with it. Tables that
-- must be there before: those of the data package (read_csv.sql reads them from files) and those
-- that unit_costs.sql makes of them. Variables that must be set before: region, first_year,
-- last_year, price_year, discount_rate, reference, draws and, from the parameter files,
-- discount_low, discount_main, discount_high, support_low, support_high,
-- variable_share_child_parts, variable_share_place_parts and error_factor_ of every kind of
-- evidence. Result tables have the prefix `result_`; what only chance can fill (quantiles of
-- draws) they leave out, and the tables with the prefix `chance_` say what chance acts on.
--
-- An unknown amount is NULL, and a sum that needs it is NULL too: SUM alone would skip it.

------------------------------------------------------------------------------------- comparison

-- The elements that a comparison should cover on both sides, and the parts that cover them.
CREATE TABLE covering AS
SELECT * FROM (
  VALUES ('care', 'staff'), ('care', 'remuneration'), ('care', 'allowance'),
    ('upkeep', 'upkeep'), ('upkeep', 'goods_services'), ('upkeep', 'maintenance'),
    ('upkeep', 'allowance'), ('support', 'support'), ('administration', 'administration'),
    ('premises', 'premises'), ('capital', 'capital')
) AS pairs (element, part);

CREATE TABLE support AS
SELECT year, care_arrangement, cost_per_child_month_eur AS support
FROM result_unit_cost_parts WHERE part = 'support';

-- What each side costs without the parts whose elements the other side lacks altogether.
CREATE TABLE on_common_ground AS
WITH spent AS (
  SELECT year, care_arrangement, part, cost_per_child_month_eur AS cost
  FROM result_unit_cost_parts WHERE amount_eur <> 0
), covered AS (
  SELECT DISTINCT year, care_arrangement, element FROM spent JOIN covering USING (part)
)
SELECT spent.year, spent.care_arrangement, other.care_arrangement AS beside, sum(spent.cost) AS cost
FROM spent JOIN known AS other ON other.year = spent.year
WHERE spent.part NOT IN (SELECT part FROM covering)
  OR EXISTS (SELECT * FROM covering JOIN covered USING (element)
             WHERE covering.part = spent.part AND covered.year = spent.year
               AND covered.care_arrangement = other.care_arrangement)
GROUP BY ALL;

CREATE TABLE result_comparison AS
WITH pairs AS (
  SELECT other.year, ours.care_arrangement AS reference, other.care_arrangement AS alternative,
    ours.cost AS reference_cost, other.cost AS alternative_cost,
    over(ours.cost, other.cost) AS ratio, support.support,
    CASE WHEN other.cost > 0
         THEN pow(z(), 2) * other_error.variance / pow(other.cost, 2) END AS g,
    -- Fieller: the ratios that differ from the data by less than z standard errors of both costs.
    CASE WHEN g < 1 THEN z() / other.cost
      * sqrt((1 - g) * our_error.variance + pow(ratio, 2) * other_error.variance) END AS half_width
  FROM known AS other
  JOIN known AS ours
    ON ours.year = other.year AND ours.care_arrangement = getvariable('reference')
  LEFT JOIN support
    ON support.year = other.year AND support.care_arrangement = other.care_arrangement
  LEFT JOIN variances AS our_error
    ON our_error.year = ours.year AND our_error.care_arrangement = ours.care_arrangement
  LEFT JOIN variances AS other_error
    ON other_error.year = other.year AND other_error.care_arrangement = other.care_arrangement
  WHERE other.care_arrangement <> ours.care_arrangement
)
SELECT pairs.year, reference, alternative,
  alternative_cost AS alternative_eur_per_child_month,
  reference_cost AS reference_eur_per_child_month,
  reference_cost - alternative_cost AS difference_eur_per_child_month,
  coalesce(ours.cost, 0) - coalesce(other.cost, 0) AS common_difference_eur_per_child_month,
  ratio,
  support AS support_eur_per_child_month,
  reference_cost - (alternative_cost - coalesce(support, 0))
    AS switch_point_support_eur_per_child_month,
  CASE WHEN reference_cost > alternative_cost - coalesce(support, 0)
       THEN over(reference_cost - (alternative_cost - support), support)
  END AS switch_point_multiple,
  (ratio - half_width) / (1 - g) AS ratio_low,
  (ratio + half_width) / (1 - g) AS ratio_high,
  g AS ratio_g
FROM pairs
LEFT JOIN on_common_ground AS ours
  ON ours.year = pairs.year AND ours.care_arrangement = reference AND ours.beside = alternative
LEFT JOIN on_common_ground AS other
  ON other.year = pairs.year AND other.care_arrangement = alternative AND other.beside = reference;

--------------------------------------------------------------------------------------- case mix

-- Which groups of children an arrangement and year tells apart.
CREATE TABLE distinguished AS
SELECT care_arrangement, year, bool_and(age_band <> 'all') AS by_age,
  bool_and(need_level <> 'all') AS by_need
FROM care JOIN known USING (care_arrangement, year)
WHERE child_days > 0
GROUP BY ALL;

-- Child-days by group and provider, and costs by the groups that they name; `all` in a dimension
-- that is not told apart.
CREATE TABLE grouped_days AS
SELECT care_arrangement, year, provider,
  CASE WHEN by_age THEN age_band ELSE 'all' END AS age_band,
  CASE WHEN by_need THEN need_level ELSE 'all' END AS need_level,
  sum(child_days) AS child_days
FROM care JOIN distinguished USING (care_arrangement, year)
WHERE child_days > 0 AND (by_age OR by_need)
GROUP BY ALL;

CREATE TABLE naming AS
SELECT row_number() OVER () AS cost, named.* FROM (
  SELECT care_arrangement, year, provider,
    CASE WHEN by_age THEN age_band ELSE 'all' END AS age_band,
    CASE WHEN by_need THEN need_level ELSE 'all' END AS need_level,
    sum(eur) AS eur
  FROM amounts JOIN distinguished USING (care_arrangement, year)
  WHERE eur <> 0 AND (by_age OR by_need)
  GROUP BY ALL
) AS named;

-- By child-days of its provider where the provider has any, otherwise of the whole arrangement.
CREATE TABLE spread AS
SELECT naming.cost, days.care_arrangement, days.year, days.age_band, days.need_level,
  naming.eur * days.child_days / sum(days.child_days) OVER (PARTITION BY naming.cost) AS eur
FROM naming
JOIN grouped_days AS days
  ON days.care_arrangement = naming.care_arrangement AND days.year = naming.year
  AND naming.age_band IN ('all', days.age_band) AND naming.need_level IN ('all', days.need_level)
WHERE days.provider = naming.provider OR NOT EXISTS (
  SELECT * FROM grouped_days AS own
  WHERE own.care_arrangement = naming.care_arrangement AND own.year = naming.year
    AND own.provider = naming.provider);

CREATE TABLE result_group_costs AS
WITH days AS (
  SELECT care_arrangement, year, age_band, need_level,
    sum(months_of(child_days, year)) AS child_months
  FROM grouped_days GROUP BY ALL
), paid AS (
  SELECT care_arrangement, year, age_band, need_level, sum(eur) AS eur FROM spread GROUP BY ALL
), not_to_be_spread AS (
  SELECT care_arrangement, year FROM naming ANTI JOIN spread USING (cost)
)
SELECT days.year, days.care_arrangement, days.age_band, days.need_level, days.child_months,
  coalesce(paid.eur, 0) / days.child_months AS cost_per_child_month_eur
FROM days
LEFT JOIN paid USING (care_arrangement, year, age_band, need_level)
ANTI JOIN not_to_be_spread USING (care_arrangement, year);

-- Which groups some cost names, and so tells what they cost.
CREATE TABLE naming_groups AS
SELECT care_arrangement, year, by_age AND bool_or(age_band <> 'all') AS by_age,
  by_need AND bool_or(need_level <> 'all') AS by_need
FROM amounts JOIN distinguished USING (care_arrangement, year)
WHERE eur <> 0
GROUP BY care_arrangement, year, by_age, by_need;

CREATE TABLE adjustable AS
SELECT compared.year, compared.reference, compared.alternative,
  compared.difference_eur_per_child_month AS difference,
  ours.by_age AND other.by_age AS by_age, ours.by_need AND other.by_need AS by_need
FROM result_comparison AS compared
JOIN naming_groups AS ours
  ON ours.year = compared.year AND ours.care_arrangement = compared.reference
JOIN naming_groups AS other
  ON other.year = compared.year AND other.care_arrangement = compared.alternative
WHERE (ours.by_age AND other.by_age) OR (ours.by_need AND other.by_need);

CREATE TABLE result_case_mix AS
WITH sides AS (
  SELECT year, reference, alternative, care_arrangement = reference AS ours,
    CASE WHEN by_age THEN age_band ELSE 'all' END AS age_band,
    CASE WHEN by_need THEN need_level ELSE 'all' END AS need_level,
    sum(child_months) AS months, sum(child_months * cost_per_child_month_eur) AS eur
  FROM adjustable JOIN result_group_costs AS groups USING (year)
  WHERE care_arrangement IN (reference, alternative)
  GROUP BY ALL
), shares AS (
  SELECT *, eur / months AS c,
    months / sum(months) OVER (PARTITION BY year, alternative, ours) AS w
  FROM sides
), beside AS (
  SELECT year, reference, alternative, age_band, need_level,
    coalesce(any_value(w) FILTER (ours), 0) AS w_r,
    coalesce(any_value(w) FILTER (NOT ours), 0) AS w_a,
    coalesce(any_value(c) FILTER (ours), any_value(c)) AS c_r,
    coalesce(any_value(c) FILTER (NOT ours), any_value(c)) AS c_a,
    count(*) = 2 AS in_common, sum(months) AS months
  FROM shares GROUP BY ALL
), effects AS (
  SELECT year, reference, alternative,
    sum((w_a + w_r) / 2 * (c_r - c_a)) AS rate_effect,
    sum((c_a + c_r) / 2 * (w_r - w_a)) AS mix_effect,
    sum(months * c_r) FILTER (in_common) / sum(months) FILTER (in_common) AS standardised_reference,
    sum(months * c_a) FILTER (in_common) / sum(months) FILTER (in_common)
      AS standardised_alternative,
    coalesce(sum(months) FILTER (in_common), 0) / sum(months) AS common_share,
    sum(w_r) AS reference_share, sum(w_a) AS alternative_share
  FROM beside GROUP BY ALL
)
SELECT year, reference, alternative,
  CASE WHEN by_age AND by_need THEN 'age_and_need' WHEN by_age THEN 'age' ELSE 'need' END AS groups,
  difference AS total_difference, rate_effect, mix_effect,
  standardised_reference AS standardised_reference_eur_per_child_month,
  standardised_alternative AS standardised_alternative_eur_per_child_month, common_share
FROM adjustable JOIN effects USING (year, reference, alternative)
-- Both sides must be there: one whose costs cannot be spread has no groups.
WHERE reference_share > 0 AND alternative_share > 0;

------------------------------------------------------ what follows the number of children, payers

CREATE MACRO following(part) AS CASE
  WHEN by_law(part) THEN 1
  WHEN part IN ('upkeep', 'goods_services', 'support', 'allowance')
    THEN getvariable('variable_share_child_parts')::DOUBLE
  ELSE getvariable('variable_share_place_parts')::DOUBLE END;

CREATE TABLE last_known AS
SELECT * FROM known WHERE year = getvariable('last_year')::INTEGER;

CREATE TABLE result_payer_shift AS
WITH paid AS (
  SELECT care_arrangement, payer, sum(eur / months) AS eur, sum(eur / months * following(part)) AS v
  FROM amounts JOIN last_known USING (care_arrangement, year)
  GROUP BY ALL
)
SELECT pairs.year, pairs.reference, pairs.alternative, payers.payer,
  coalesce(ours.eur, 0) AS reference_payer_eur_per_child_month,
  coalesce(other.eur, 0) AS alternative_payer_eur_per_child_month,
  coalesce(other.eur, 0) - coalesce(ours.eur, 0) AS change_eur_per_child_month,
  coalesce(other.eur, 0) - coalesce(ours.v, 0) AS change_at_once_eur_per_child_month
FROM result_comparison AS pairs
CROSS JOIN (SELECT DISTINCT payer FROM paid) AS payers
LEFT JOIN paid AS ours ON ours.care_arrangement = pairs.reference AND ours.payer = payers.payer
LEFT JOIN paid AS other
  ON other.care_arrangement = pairs.alternative AND other.payer = payers.payer
WHERE pairs.year = getvariable('last_year')::INTEGER
  AND (ours.payer IS NOT NULL OR other.payer IS NOT NULL);

-------------------------------------------------------------------------------------- occupancy

CREATE TABLE last_split AS
SELECT care_arrangement, sum(eur / months * following(part)) AS v,
  sum(eur / months * (1 - following(part))) AS f
FROM amounts JOIN last_known USING (care_arrangement, year)
GROUP BY ALL;

CREATE TABLE result_occupancy_curve AS
SELECT year, care_arrangement, step / 100 AS occupancy,
  f * last_known.occupancy / (step / 100) + v AS cost_per_child_month_eur
FROM last_known
JOIN last_split USING (care_arrangement)
CROSS JOIN (SELECT unnest(range(20, 101, 5))::DOUBLE AS step)
WHERE cost > 0 AND last_known.occupancy > 0;

CREATE TABLE result_occupancy_effects AS
WITH all_years AS (
  SELECT care_arrangement, NULL AS provider, year, occupancy, child_months AS m,
    real_cost_per_child_month_eur AS c
  FROM result_unit_costs
  UNION ALL
  SELECT care_arrangement, provider, year, occupancy, child_months, real_cost_per_child_month_eur
  FROM result_provider_unit_costs
), ends AS (
  SELECT care_arrangement, provider, min(year) AS first_year, max(year) AS last_year,
    arg_min(occupancy, year) AS o0, arg_max(occupancy, year) AS o1,
    arg_min(c, year) AS c0, arg_max(c, year) AS c1,
    arg_min(m, year) AS m0, arg_max(m, year) AS m1
  FROM all_years WHERE c > 0 AND occupancy > 0
  GROUP BY ALL
  HAVING count(*) >= 2
)
SELECT care_arrangement, provider, first_year, last_year,
  o0 AS first_occupancy, o1 AS last_occupancy,
  m0 AS first_child_months, m1 AS last_child_months,
  c0 * m0 AS first_real_total_eur, c1 * m1 AS last_real_total_eur,
  c0 AS first_real_cost_per_child_month_eur, c1 AS last_real_cost_per_child_month_eur,
  c1 - c0 AS total_change,
  (1 / o0 + 1 / o1) / 2 * (c1 * o1 - c0 * o0) AS place_cost_effect,
  (c0 * o0 + c1 * o1) / 2 * (1 / o1 - 1 / o0) AS occupancy_effect
FROM ends;

------------------------------------------------------------------------------ capital scenarios

CREATE TABLE last_assets AS
SELECT care_arrangement, life, cost_eur / months AS recorded,
  cost_eur / months * now.value / bought.value AS replacement
FROM owned
JOIN last_known USING (care_arrangement, year)
JOIN price_index AS now ON now.year = owned.year
-- The index of its first year stands for the years before it.
JOIN price_index AS bought
  ON bought.year = greatest(owned.acquired_year, (SELECT min(year) FROM price_index));

CREATE TABLE result_capital_scenarios AS
WITH scenarios AS (
  SELECT DISTINCT valuation, unnest([getvariable('discount_low')::DOUBLE,
    getvariable('discount_main')::DOUBLE, getvariable('discount_high')::DOUBLE,
    getvariable('discount_rate')::DOUBLE]) AS discount_rate
  FROM (VALUES ('recorded'), ('replacement')) AS valuations (valuation)
), priced AS (
  SELECT year, care_arrangement, valuation, discount_rate,
    any_value(cost) - coalesce(sum(recorded / annuity(life, getvariable('discount_rate')::DOUBLE)),
                               0) AS other_parts,
    coalesce(sum(CASE valuation WHEN 'recorded' THEN recorded ELSE replacement END
                 / annuity(life, discount_rate)), 0) AS capital
  FROM last_known
  CROSS JOIN scenarios
  LEFT JOIN last_assets USING (care_arrangement)
  GROUP BY ALL
)
SELECT priced.year, priced.care_arrangement, priced.valuation, priced.discount_rate,
  priced.capital AS capital_eur_per_child_month,
  priced.other_parts + priced.capital AS cost_per_child_month_eur,
  ours.other_parts + ours.capital - (priced.other_parts + priced.capital)
    AS difference_eur_per_child_month
FROM priced
LEFT JOIN priced AS ours
  ON ours.care_arrangement = getvariable('reference') AND ours.valuation = priced.valuation
  AND ours.discount_rate = priced.discount_rate;

------------------------------------------------------------------------------- one at a time

-- Each side's capital, so that it can be taken out and put back at another rate: positive for the
-- reference, negative for the alternative.
CREATE TABLE pair_assets AS
SELECT alternative, life,
  CASE WHEN care_arrangement = reference THEN recorded ELSE -recorded END AS recorded
FROM result_comparison AS pairs
JOIN last_assets ON care_arrangement IN (reference, alternative)
WHERE pairs.year = getvariable('last_year')::INTEGER AND recorded > 0;

CREATE TABLE last_pairs AS
SELECT pairs.year, pairs.reference, pairs.alternative,
  pairs.reference_eur_per_child_month AS r, pairs.alternative_eur_per_child_month AS a,
  support.support, ours.occupancy, ours_split.f, ours_split.v,
  other.occupancy AS other_occupancy, other_split.f AS other_f, other_split.v AS other_v,
  our_error.variance AS our_variance, other_error.variance AS other_variance,
  r - a - coalesce((
    SELECT sum(recorded / annuity(life, getvariable('discount_rate')::DOUBLE)) FROM pair_assets
    WHERE pair_assets.alternative = pairs.alternative), 0) AS without_capital,
  (SELECT sum(eur / last_known.months) FROM amounts
   JOIN last_known USING (care_arrangement, year)
   WHERE care_arrangement = pairs.alternative AND by_law(part)) AS paid_by_law
FROM result_comparison AS pairs
JOIN last_known AS ours ON ours.care_arrangement = pairs.reference
JOIN last_split AS ours_split ON ours_split.care_arrangement = pairs.reference
JOIN last_known AS other ON other.care_arrangement = pairs.alternative
JOIN last_split AS other_split ON other_split.care_arrangement = pairs.alternative
LEFT JOIN variances AS our_error
  ON our_error.year = pairs.year AND our_error.care_arrangement = pairs.reference
LEFT JOIN variances AS other_error
  ON other_error.year = pairs.year AND other_error.care_arrangement = pairs.alternative
LEFT JOIN support ON support.year = pairs.year AND support.care_arrangement = pairs.alternative
WHERE pairs.year = getvariable('last_year')::INTEGER;

CREATE TABLE among_providers AS
SELECT care_arrangement, min(cost_per_child_month_eur) AS cheapest,
  max(cost_per_child_month_eur) AS dearest
FROM result_provider_unit_costs
WHERE year = getvariable('last_year')::INTEGER AND cost_per_child_month_eur IS NOT NULL
GROUP BY ALL
HAVING count(*) >= 2;

CREATE TABLE emptiest_year AS
SELECT care_arrangement, min(occupancy) AS emptiest FROM result_unit_costs
WHERE occupancy > 0 GROUP BY ALL;

-- The ranges, in the order of the methods.
CREATE TABLE ranges AS
WITH listed AS (
  SELECT 1 AS place, alternative, 'discount_rate' AS parameter, 'parameter_file' AS range_source,
    getvariable('discount_low')::DOUBLE AS low, getvariable('discount_rate')::DOUBLE AS base,
    getvariable('discount_high')::DOUBLE AS high
  FROM last_pairs SEMI JOIN pair_assets USING (alternative)
  UNION ALL
  SELECT 2, alternative, 'reference_cost', 'providers', cheapest, r, dearest
  FROM last_pairs JOIN among_providers ON care_arrangement = reference
  UNION ALL
  SELECT 3, alternative, 'alternative_cost', 'providers', cheapest, a, dearest
  FROM last_pairs JOIN among_providers ON care_arrangement = alternative
  UNION ALL
  SELECT 4, alternative, 'statutory_package', 'statutory_rates', lowest, paid_by_law, highest
  FROM last_pairs
  JOIN (SELECT care_arrangement, year, min(package_eur_per_child_month) AS lowest,
          max(package_eur_per_child_month) AS highest
        FROM result_statutory_packages GROUP BY ALL) AS packages
    ON packages.care_arrangement = alternative AND packages.year = last_pairs.year
  WHERE alternative IN ('foster_family', 'guardian')
  UNION ALL
  SELECT 5, alternative, 'support_multiple', 'parameter_file',
    getvariable('support_low')::DOUBLE, 1, getvariable('support_high')::DOUBLE
  FROM last_pairs WHERE support > 0
  UNION ALL
  SELECT 6, alternative, 'reference_error', 'evidence', greatest(r - z() * sqrt(our_variance), 0),
    r, r + z() * sqrt(our_variance)
  -- Less is what sums of floating numbers leave, not an error.
  FROM last_pairs WHERE z() * sqrt(our_variance) > 1e-12 * abs(r)
  UNION ALL
  SELECT 7, alternative, 'alternative_error', 'evidence',
    greatest(a - z() * sqrt(other_variance), 0), a, a + z() * sqrt(other_variance)
  FROM last_pairs WHERE z() * sqrt(other_variance) > 1e-12 * abs(a)
  UNION ALL
  SELECT 8, alternative, 'occupancy', 'activity', emptiest, occupancy, 1
  FROM last_pairs JOIN emptiest_year ON care_arrangement = reference WHERE occupancy > 0
  UNION ALL
  SELECT 9, alternative, 'alternative_occupancy', 'activity', emptiest, other_occupancy, 1
  FROM last_pairs JOIN emptiest_year ON care_arrangement = alternative WHERE other_occupancy > 0
)
SELECT place, alternative, parameter, range_source, least(low, base) AS low, base,
  greatest(high, base) AS high
FROM listed;

-- Ends, base and the five points of every range, each with its outcome.
CREATE TABLE tried AS
WITH points AS (
  SELECT alternative, parameter, 'low' AS point, low AS x FROM ranges
  UNION ALL SELECT alternative, parameter, 'base', base FROM ranges
  UNION ALL SELECT alternative, parameter, 'high', high FROM ranges
  UNION ALL
  SELECT alternative, parameter, point::VARCHAR, low + (high - low) * (point - 1) / 4
  FROM ranges CROSS JOIN (SELECT unnest(range(1, 6)) AS point)
)
SELECT year, reference, alternative, parameter, point, x,
  CASE parameter
    WHEN 'discount_rate' THEN without_capital + (
      SELECT sum(recorded / annuity(life, x)) FROM pair_assets
      WHERE pair_assets.alternative = points.alternative)
    WHEN 'reference_cost' THEN x - a
    WHEN 'reference_error' THEN x - a
    WHEN 'alternative_cost' THEN r - x
    WHEN 'alternative_error' THEN r - x
    WHEN 'statutory_package' THEN r - (a - paid_by_law + x)
    WHEN 'support_multiple' THEN r - (a + (x - 1) * support)
    WHEN 'occupancy' THEN f * occupancy / x + v - a
    WHEN 'alternative_occupancy' THEN r - (other_f * other_occupancy / x + other_v)
  END AS outcome
FROM points JOIN last_pairs USING (alternative);

CREATE TABLE result_sensitivity_points AS
SELECT year, reference, alternative, parameter, point::INTEGER AS point, x AS value, outcome
FROM tried WHERE point NOT IN ('low', 'base', 'high');

-- Where the outcome is 0. The rate has no closed form: its value is checked against
-- `check_discount_rate`, the outcome as a function of the rate.
CREATE TABLE result_sensitivity AS
WITH outcomes AS (
  SELECT alternative, parameter,
    any_value(outcome) FILTER (point = 'low') AS outcome_low,
    any_value(outcome) FILTER (point = 'base') AS outcome_base,
    any_value(outcome) FILTER (point = 'high') AS outcome_high
  FROM tried GROUP BY ALL
), switches AS (
  SELECT *, CASE parameter
      WHEN 'reference_cost' THEN a
      WHEN 'reference_error' THEN a
      WHEN 'alternative_cost' THEN r
      WHEN 'alternative_error' THEN r
      WHEN 'statutory_package' THEN r - a + paid_by_law
      WHEN 'support_multiple' THEN 1 + (r - a) / support
      WHEN 'occupancy' THEN CASE WHEN a <> v THEN f * occupancy / (a - v) END
      WHEN 'alternative_occupancy' THEN
        CASE WHEN r <> other_v THEN other_f * other_occupancy / (r - other_v) END
    END AS x
  FROM ranges JOIN last_pairs USING (alternative)
)
SELECT year, reference, alternative, parameter, low, base, high,
  outcome_low, outcome_base, outcome_high,
  greatest(outcome_low, outcome_high) - least(outcome_low, outcome_high) AS span,
  CASE WHEN parameter IN ('occupancy', 'alternative_occupancy') AND (x <= 0 OR x > high) THEN NULL
       WHEN x >= 0 THEN x END AS switch_value,
  range_source
FROM switches JOIN outcomes USING (alternative, parameter)
ORDER BY alternative, span DESC, place;

CREATE TABLE check_discount_rate AS
SELECT alternative, without_capital, list(recorded) AS recorded, list(life) AS life
FROM last_pairs JOIN pair_assets USING (alternative)
GROUP BY ALL;

------------------------------------------------------------------------------- what chance acts on

-- Providers that are drawn: their cost is known. Where a cost or child-days belong to none of them,
-- drawing them says nothing about the arrangement.
CREATE TABLE chance_providers AS
SELECT year, care_arrangement, provider, total_eur, child_days
FROM result_provider_unit_costs WHERE total_eur IS NOT NULL AND child_days > 0;

CREATE TABLE not_by_provider AS
SELECT care_arrangement, year FROM amounts WHERE provider IS NULL AND eur <> 0
UNION SELECT care_arrangement, year FROM care WHERE provider IS NULL AND child_days > 0
UNION SELECT care_arrangement, year FROM result_provider_unit_costs
WHERE total_eur IS NULL OR child_days IS NULL;

CREATE TABLE chance_pairs AS
SELECT year, reference, alternative, alternative_eur_per_child_month,
  (SELECT count(*) FROM chance_providers AS drawn
   WHERE drawn.year = pairs.year AND drawn.care_arrangement = reference) AS providers,
  (SELECT count(*) FROM chance_providers AS drawn
   WHERE drawn.year = pairs.year AND drawn.care_arrangement = alternative) >= 2
  AND NOT EXISTS (SELECT * FROM not_by_provider AS other WHERE other.year = pairs.year
                  AND other.care_arrangement = alternative) AS alternative_too,
  EXISTS (SELECT * FROM not_by_provider AS ours WHERE ours.year = pairs.year
          AND ours.care_arrangement = reference) AS other_costs
FROM result_comparison AS pairs;

CREATE TABLE result_provider_bootstrap AS
SELECT year, reference, alternative, providers, getvariable('draws')::INTEGER AS draws,
  CASE WHEN other_costs OR providers = 0 THEN 'not_by_provider'
       WHEN providers = 1 THEN 'one_provider'
       WHEN providers < 8 THEN 'few_providers' ELSE 'none' END AS caution
FROM chance_pairs;

CREATE TABLE result_simulation AS
SELECT year, reference, alternative, getvariable('draws')::INTEGER AS draws
FROM result_comparison;

CREATE TABLE result_simulated_costs AS
SELECT year, care_arrangement, getvariable('draws')::INTEGER AS draws FROM known;

CREATE TABLE check_variables AS
SELECT getvariable('discount_low')::DOUBLE AS discount_low,
  getvariable('discount_high')::DOUBLE AS discount_high,
  getvariable('discount_rate')::DOUBLE AS discount_rate;

CREATE TABLE chance_counts AS
SELECT care_arrangement, year, known.months, known.occupancy, s_m
FROM known JOIN counting USING (care_arrangement, year);

CREATE TABLE chance_ledger AS
SELECT care_arrangement, year, evidence, s, sum(eur) AS eur
FROM amounts JOIN known USING (care_arrangement, year) JOIN errors USING (source)
WHERE NOT by_law(part) AND part <> 'capital'
GROUP BY ALL;

CREATE TABLE chance_assets AS
SELECT care_arrangement, year, evidence, s, cost_eur, life
FROM owned JOIN known USING (care_arrangement, year) JOIN errors USING (source);

CREATE TABLE chance_households AS
SELECT care_arrangement, year, household, child_months, evidence, s, sum(eur) AS eur
FROM statutory JOIN known USING (care_arrangement, year) JOIN errors USING (source)
GROUP BY ALL;

-------------------------------------------------------------------------------------- perimeter

CREATE TABLE result_perimeter AS
WITH present AS (
  SELECT DISTINCT care_arrangement, part FROM result_unit_cost_parts
  WHERE year = getvariable('last_year')::INTEGER AND amount_eur IS DISTINCT FROM 0
)
SELECT arrangements.care_arrangement, elements.element,
  CASE WHEN EXISTS (
    SELECT * FROM present JOIN covering USING (part)
    WHERE present.care_arrangement = arrangements.care_arrangement
      AND covering.element = elements.element
  ) THEN 'yes' ELSE 'no' END AS included
FROM (SELECT DISTINCT care_arrangement FROM present) AS arrangements
CROSS JOIN (SELECT DISTINCT element FROM covering) AS elements;

--------------------------------------------------------------------------------------- evidence

CREATE TABLE result_evidence AS
WITH reported AS (
  SELECT amounts.* FROM amounts JOIN result_unit_costs USING (year, care_arrangement)
  WHERE total_eur IS NOT NULL AND eur <> 0
)
SELECT evidence, sum(abs(eur)) / (SELECT sum(abs(eur)) FROM reported) AS share
FROM reported JOIN sources USING (source)
GROUP BY evidence;

--------------------------------------------------------------------------------------- findings

-- Foster families and guardians beside the cheapest residential or family-like care, in the last
-- year in which both are known; first before, then with their support.
CREATE TABLE cheapest AS
WITH ours AS (
  SELECT year, care_arrangement, with_support,
    cost_per_child_month_eur - CASE WHEN with_support THEN 0 ELSE coalesce(support, 0) END AS eur
  FROM result_unit_costs
  LEFT JOIN support USING (year, care_arrangement)
  CROSS JOIN (VALUES (false), (true)) AS tested (with_support)
  WHERE care_arrangement IN ('foster_family', 'guardian')
), families AS (
  SELECT year, with_support,
    max(eur) FILTER (care_arrangement = 'foster_family') AS foster,
    max(eur) FILTER (care_arrangement = 'guardian') AS guardian
  FROM ours GROUP BY ALL
), others AS (
  SELECT year, min(cost_per_child_month_eur) AS least,
    arg_min(care_arrangement, cost_per_child_month_eur) AS other
  FROM result_unit_costs
  WHERE care_arrangement IN ('institution', 'state_institution', 'family_like', 'youth_house')
    AND cost_per_child_month_eur IS NOT NULL
  GROUP BY year
)
SELECT with_support, year, foster, guardian, other, least, (
    SELECT string_agg(family, ', ' ORDER BY family)
    FROM (VALUES ('foster_family'), ('guardian')) AS both_kinds (family)
    WHERE with_support AND NOT EXISTS (
      SELECT * FROM support WHERE support.year = families.year AND support IS NOT NULL
        AND support.care_arrangement = family)) AS support_not_recorded
FROM families JOIN others USING (year)
WHERE foster IS NOT NULL AND guardian IS NOT NULL
QUALIFY year = max(year) OVER (PARTITION BY with_support);

CREATE TABLE dearer AS
SELECT min(year) AS first_year, max(year) AS last_year,
  arg_min(real_cost_per_child_month_eur, year) AS first_eur,
  arg_max(real_cost_per_child_month_eur, year) AS last_eur
FROM result_unit_costs
WHERE care_arrangement = getvariable('reference') AND real_cost_per_child_month_eur IS NOT NULL
HAVING count(*) >= 2;

-- The years from which the cost of the reference covers another element, or one less.
CREATE TABLE changes AS
WITH recorded AS (
  SELECT DISTINCT year, part FROM result_unit_cost_parts
  WHERE care_arrangement = getvariable('reference') AND amount_eur IS DISTINCT FROM 0
), covered AS (
  SELECT years.year, elements.element, EXISTS (
      SELECT * FROM recorded JOIN covering USING (part)
      WHERE recorded.year = years.year AND covering.element = elements.element) AS has
  FROM (SELECT DISTINCT year FROM recorded) AS years
  CROSS JOIN (SELECT DISTINCT element FROM covering) AS elements
), flagged AS (
  SELECT year FROM covered
  QUALIFY has <> lag(has) OVER (PARTITION BY element ORDER BY year)
)
SELECT DISTINCT year FROM flagged;

CREATE TABLE breaks AS
SELECT min(changes.year) AS year FROM changes, dearer
WHERE changes.year > dearer.first_year AND changes.year <= dearer.last_year;

-- Foster families and guardians in the worst case of every range of the last year.
CREATE TABLE across AS
WITH listed AS (
  SELECT sensitivity.*, place, unnest([outcome_low, outcome_base, outcome_high]) AS outcome
  FROM result_sensitivity AS sensitivity JOIN ranges USING (alternative, parameter)
  WHERE alternative IN ('foster_family', 'guardian')
    AND reference NOT IN ('foster_family', 'specialised_foster_family', 'guardian')
), both_known AS (
  SELECT count(DISTINCT alternative) = 2 AS both_known,
    bool_and(outcome_base <= 0) AS never_cheaper FROM listed
)
SELECT year, outcome AS lowest, parameter, alternative,
  CASE WHEN outcome > 0 THEN 'supported' WHEN never_cheaper THEN 'not_supported'
       ELSE 'inconclusive' END AS verdict
FROM listed CROSS JOIN both_known
WHERE both_known
QUALIFY row_number() OVER (ORDER BY outcome, alternative, span DESC, place) = 1;

CREATE TABLE emptied AS
WITH ours AS (
  SELECT *, (SELECT min(changes.year) FROM changes
             WHERE changes.year > first_year AND changes.year <= last_year) AS series_break
  FROM result_occupancy_effects
  WHERE care_arrangement = getvariable('reference') AND provider IS NULL
)
SELECT *, CASE
    WHEN series_break IS NOT NULL THEN 'inconclusive'
    WHEN total_change <= 0 OR occupancy_effect <= 0 THEN 'not_supported'
    WHEN occupancy_effect > total_change / 2 THEN 'supported'
    ELSE 'not_supported' END AS verdict
FROM ours;

-- One row a value of a finding; a text stands in `code`.
CREATE TABLE result_findings AS
WITH named AS (
  SELECT 'family_based_is_cheapest' || CASE WHEN with_support THEN '_with_support' ELSE '' END
    AS finding,
    CASE (foster < least)::INTEGER + (guardian < least)::INTEGER
      WHEN 2 THEN CASE WHEN support_not_recorded IS NULL THEN 'supported' ELSE 'inconclusive' END
      WHEN 1 THEN 'inconclusive' ELSE 'not_supported' END AS verdict,
    cheapest.*
  FROM cheapest
)
SELECT finding, verdict, 'year' AS key, year::DOUBLE AS number, NULL AS code FROM named
UNION ALL SELECT finding, verdict, 'foster_family_eur_per_child_month', foster, NULL FROM named
UNION ALL SELECT finding, verdict, 'guardian_eur_per_child_month', guardian, NULL FROM named
UNION ALL SELECT finding, verdict, 'cheapest_other', NULL, other FROM named
UNION ALL SELECT finding, verdict, 'cheapest_other_eur_per_child_month', least, NULL FROM named
UNION ALL SELECT finding, verdict, 'support_not_recorded', NULL, support_not_recorded
FROM named WHERE support_not_recorded IS NOT NULL
UNION ALL
SELECT 'reference_became_dearer_in_constant_prices',
  CASE WHEN breaks.year IS NOT NULL THEN 'inconclusive'
       WHEN last_eur > first_eur THEN 'supported' ELSE 'not_supported' END,
  unnest(['first_year', 'last_year', 'first_eur_per_child_month', 'last_eur_per_child_month',
          'change']),
  unnest([first_year, last_year, first_eur, last_eur, (last_eur - first_eur) / first_eur]),
  NULL
FROM dearer, breaks
UNION ALL
SELECT 'reference_became_dearer_in_constant_prices', 'inconclusive', 'series_break', year, NULL
FROM breaks WHERE year IS NOT NULL
UNION ALL
SELECT 'family_based_is_cheapest_across_sensitivity', verdict, 'year', year, NULL FROM across
UNION ALL
SELECT 'family_based_is_cheapest_across_sensitivity', verdict,
  'lowest_difference_eur_per_child_month', lowest, NULL FROM across
UNION ALL
SELECT 'family_based_is_cheapest_across_sensitivity', verdict,
  unnest(['at_parameter', 'at_alternative']), NULL, unnest([parameter, alternative]) FROM across
UNION ALL
SELECT 'family_based_is_cheapest_across_sensitivity', 'no_data', 'verdict', NULL, 'no_data'
WHERE NOT EXISTS (FROM across)
UNION ALL
SELECT 'cost_rose_because_places_stand_empty', verdict,
  unnest(['first_year', 'last_year', 'total_change', 'occupancy_effect', 'place_cost_effect',
          'first_occupancy', 'last_occupancy', 'change_of_child_months',
          'change_of_real_total']),
  unnest([first_year, last_year, total_change, occupancy_effect, place_cost_effect,
          first_occupancy, last_occupancy,
          (last_child_months - first_child_months) / first_child_months,
          (last_real_total_eur - first_real_total_eur) / first_real_total_eur]), NULL
FROM emptied
UNION ALL
SELECT 'cost_rose_because_places_stand_empty', verdict, 'series_break', series_break, NULL
FROM emptied WHERE series_break IS NOT NULL
UNION ALL
SELECT 'cost_rose_because_places_stand_empty', 'no_data', 'verdict', NULL, 'no_data'
WHERE NOT EXISTS (FROM emptied);
