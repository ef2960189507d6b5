-- Every number of one region's cost comparison, recomputed from the CSV files of a data package.
--
-- Written from the methods, not from the package's code, and sharing nothing with it. Variables
-- that must be set before: data (folder), region, first_year, last_year, price_year,
-- discount_rate, reference. Result tables have the prefix `result_`.
--
-- An unknown amount is NULL, and a sum that needs it is NULL too: SUM alone would skip it.

CREATE MACRO sum_known(x) AS CASE WHEN count(x) = count(*) THEN sum(x) END;
CREATE MACRO leap(y) AS (y % 4 = 0 AND y % 100 <> 0) OR y % 400 = 0;
CREATE MACRO days_in(y) AS CASE WHEN leap(y) THEN 366 ELSE 365 END;
CREATE MACRO months_of(days, y) AS days * 12.0::DOUBLE / days_in(y);
CREATE MACRO over(a, b) AS CASE WHEN b > 0 THEN a::DOUBLE / b END;

------------------------------------------------------------------ input, as it stands in the files

CREATE TABLE costs AS
SELECT * FROM read_csv(getvariable('data') || '/costs.csv', header = true, columns = {
  'region': 'VARCHAR', 'provider': 'VARCHAR', 'care_arrangement': 'VARCHAR', 'year': 'INTEGER',
  'age_band': 'VARCHAR', 'need_level': 'VARCHAR', 'cost_item': 'VARCHAR', 'payer': 'VARCHAR',
  'amount_eur': 'DOUBLE', 'source': 'VARCHAR'});

CREATE TABLE activity AS
SELECT * FROM read_csv(getvariable('data') || '/activity.csv', header = true, columns = {
  'region': 'VARCHAR', 'provider': 'VARCHAR', 'care_arrangement': 'VARCHAR', 'year': 'INTEGER',
  'age_band': 'VARCHAR', 'need_level': 'VARCHAR', 'child_days': 'DOUBLE', 'place_days': 'DOUBLE',
  'source': 'VARCHAR'});

CREATE TABLE providers AS
SELECT * FROM read_csv(getvariable('data') || '/providers.csv', header = true, columns = {
  'provider': 'VARCHAR', 'name_lv': 'VARCHAR', 'care_arrangement': 'VARCHAR',
  'municipality': 'VARCHAR', 'region': 'VARCHAR', 'owner': 'VARCHAR', 'opened': 'DATE',
  'closed': 'DATE', 'source': 'VARCHAR'});

CREATE TABLE assets AS
SELECT * FROM read_csv(getvariable('data') || '/assets.csv', header = true, columns = {
  'provider': 'VARCHAR', 'asset': 'VARCHAR', 'acquired_year': 'INTEGER', 'cost_eur': 'DOUBLE',
  'useful_life_years': 'INTEGER', 'source': 'VARCHAR'});

CREATE TABLE households AS
SELECT * FROM read_csv(getvariable('data') || '/households.csv', header = true, columns = {
  'region': 'VARCHAR', 'care_arrangement': 'VARCHAR', 'year': 'INTEGER',
  'children_in_household': 'VARCHAR', 'age_band': 'VARCHAR', 'child_months': 'DOUBLE',
  'source': 'VARCHAR'});

CREATE TABLE statutory_rates AS
SELECT * FROM read_csv(getvariable('data') || '/statutory_rates.csv', header = true, columns = {
  'rate': 'VARCHAR', 'care_arrangement': 'VARCHAR', 'payment': 'VARCHAR', 'payer': 'VARCHAR',
  'per': 'VARCHAR', 'age_band': 'VARCHAR', 'children_in_household': 'VARCHAR',
  'amount_eur_month': 'DOUBLE', 'valid_from': 'DATE', 'valid_to': 'DATE',
  'legal_basis': 'VARCHAR', 'source': 'VARCHAR'});

CREATE TABLE price_index AS
SELECT * FROM read_csv(getvariable('data') || '/price_index.csv', header = true, columns = {
  'year': 'INTEGER', 'value': 'DOUBLE', 'source': 'VARCHAR'});

CREATE TABLE sources AS
SELECT * FROM read_csv(getvariable('data') || '/sources.csv', header = true, columns = {
  'source': 'VARCHAR', 'title': 'VARCHAR', 'publisher': 'VARCHAR', 'published': 'VARCHAR',
  'locator': 'VARCHAR', 'url': 'VARCHAR', 'licence': 'VARCHAR', 'evidence': 'VARCHAR'});

------------------------------------------------------------------------------ period and prices

CREATE TABLE period AS
SELECT unnest(range(getvariable('first_year')::INTEGER, getvariable('last_year')::INTEGER + 1))
  ::INTEGER AS year;

CREATE TABLE to_price_year AS
SELECT of_year.year, base.value / of_year.value AS factor
FROM period
JOIN price_index AS of_year USING (year)
JOIN price_index AS base ON base.year = getvariable('price_year')::INTEGER;

------------------------------------------------------------------------------- what the law pays

-- One row a child in each kind of household and month, for every payment that the arrangement
-- has at any time; `paid` is NULL in a month on whose first day no rate is valid.
CREATE TABLE kinds AS
SELECT age_band, size, shared_by
FROM (VALUES ('0-6'), ('7-17'), ('18+')) AS bands (age_band)
CROSS JOIN (VALUES ('1', 1), ('2', 2), ('3+', 3)) AS sizes (size, shared_by);

CREATE TABLE payments_by_month AS
WITH payments AS (SELECT DISTINCT care_arrangement, payment FROM statutory_rates),
first_days AS (
  SELECT year, make_date(year, month, 1) AS first_day
  FROM period CROSS JOIN (SELECT unnest(range(1, 13)) AS month)
)
SELECT payments.care_arrangement, payments.payment, kinds.age_band, kinds.size,
  first_days.year, first_days.first_day, rates.payer, rates.source,
  CASE WHEN rates.per = 'child' THEN rates.amount_eur_month
       ELSE rates.amount_eur_month / kinds.shared_by END AS paid
FROM payments
CROSS JOIN kinds
CROSS JOIN first_days
LEFT JOIN statutory_rates AS rates
  ON rates.care_arrangement = payments.care_arrangement
  AND rates.payment = payments.payment
  AND first_days.first_day >= rates.valid_from
  AND first_days.first_day <= coalesce(rates.valid_to, DATE '9999-12-31')
  AND coalesce(rates.age_band, 'all') IN ('all', kinds.age_band)
  AND coalesce(rates.children_in_household, 'all') IN ('all', kinds.size);

-- A payment that lacks a rate in any of the twelve months is unknown for the year.
CREATE TABLE payments_by_year AS
SELECT care_arrangement, payment, age_band, size, year,
  sum_known(paid) / 12 AS eur_per_child_month
FROM payments_by_month
GROUP BY ALL;

CREATE TABLE result_statutory_packages AS
WITH named AS (
  SELECT DISTINCT care_arrangement, age_band FROM statutory_rates
  WHERE age_band IN ('0-6', '7-17', '18+')
)
SELECT care_arrangement, year, age_band, size AS children_in_household,
  sum_known(eur_per_child_month) AS package_eur_per_child_month
FROM payments_by_year AS paid
WHERE EXISTS (SELECT * FROM named WHERE named.care_arrangement = paid.care_arrangement
              AND named.age_band = paid.age_band)
  OR NOT EXISTS (SELECT * FROM named WHERE named.care_arrangement = paid.care_arrangement)
GROUP BY ALL;

-------------------------------------------------------------- every amount of the region, one list

CREATE TABLE care AS
SELECT * FROM activity SEMI JOIN period USING (year) WHERE region = getvariable('region');

CREATE TABLE ledger AS
SELECT * FROM costs SEMI JOIN period USING (year)
WHERE region = getvariable('region')
  -- What the law pays stands for allowances to foster families and guardians.
  AND NOT (cost_item = 'allowance' AND care_arrangement IN ('foster_family', 'guardian'));

CREATE TABLE lived AS
SELECT * FROM households SEMI JOIN period USING (year)
WHERE region = getvariable('region') AND child_months > 0;

-- A twelfth of the year's child-months falls on each month. A month without a rate leaves one
-- amount of the year unknown; whatever stands beside it in that year is then unknown as well.
CREATE TABLE statutory AS
SELECT lived.care_arrangement, lived.year, months.payment, months.payer, months.source,
  CASE WHEN whole_year.eur_per_child_month IS NOT NULL
       THEN lived.child_months / 12 * months.paid END AS eur
FROM lived
LEFT JOIN payments_by_month AS months
  ON months.care_arrangement = lived.care_arrangement AND months.year = lived.year
  AND months.age_band = lived.age_band AND months.size = lived.children_in_household
LEFT JOIN payments_by_year AS whole_year
  ON whole_year.care_arrangement = months.care_arrangement
  AND whole_year.payment = months.payment AND whole_year.year = months.year
  AND whole_year.age_band = months.age_band AND whole_year.size = months.size;

-- The equal payment at each year end of the asset's life whose present value is its cost.
CREATE TABLE capital AS
SELECT providers.care_arrangement, providers.provider, period.year, assets.source,
  CASE providers.owner WHEN 'ngo' THEN 'other' ELSE providers.owner END AS payer,
  assets.cost_eur / (
    SELECT sum(pow(1 + getvariable('discount_rate')::DOUBLE, -t))
    FROM (SELECT unnest(range(1, assets.useful_life_years + 1)) AS t)
  ) AS eur
FROM assets
JOIN providers USING (provider)
JOIN period ON period.year >= assets.acquired_year
  AND period.year < assets.acquired_year + assets.useful_life_years
WHERE providers.region = getvariable('region');

CREATE TABLE amounts AS
SELECT care_arrangement, provider, year, cost_item AS part, payer, source, amount_eur AS eur
FROM ledger
UNION ALL
SELECT care_arrangement, NULL, year, payment, payer, source, eur FROM statutory
UNION ALL
SELECT care_arrangement, provider, year, 'capital', payer, source, eur FROM capital
UNION ALL
-- Children in care, but nothing that says what their care cost: no household in a family, no ledger
-- of the home and none of the region as a whole.
SELECT DISTINCT care_arrangement, NULL, year, 'maintenance', NULL, NULL, NULL::DOUBLE
FROM care ANTI JOIN lived USING (care_arrangement, year)
WHERE child_days > 0 AND care_arrangement IN ('foster_family', 'guardian')
UNION ALL
SELECT DISTINCT care_arrangement, provider, year, 'other', NULL, NULL, NULL::DOUBLE
FROM care
WHERE child_days > 0 AND care_arrangement NOT IN ('foster_family', 'guardian')
  AND NOT EXISTS (SELECT * FROM ledger
                  WHERE ledger.care_arrangement = care.care_arrangement
                  AND ledger.year = care.year
                  AND (ledger.provider IS NULL OR care.provider IS NULL
                       OR ledger.provider = care.provider));

------------------------------------------------------------------------------------- unit costs

CREATE TABLE care_of_provider AS
SELECT care_arrangement, provider, year, sum(child_days) AS child_days,
  sum(place_days) AS place_days
FROM care
GROUP BY ALL;

-- Money that was spent on care, but no child-days to divide it by, of the home or of the region.
CREATE TABLE uncounted AS
SELECT DISTINCT care_arrangement, year FROM amounts
WHERE part <> 'capital' AND eur IS NOT NULL AND eur <> 0
  AND NOT EXISTS (SELECT * FROM care
                  WHERE care.care_arrangement = amounts.care_arrangement
                  AND care.year = amounts.year
                  AND (care.provider IS NULL OR amounts.provider IS NULL
                       OR care.provider = amounts.provider));

CREATE TABLE result_unit_costs AS
WITH cost AS (
  SELECT care_arrangement, year, sum_known(eur) AS total_eur FROM amounts GROUP BY ALL
), days AS (
  SELECT care_arrangement, year,
    sum(child_days) AS child_days, sum_known(place_days) AS place_days
  FROM care_of_provider GROUP BY ALL
), units AS (
  SELECT year, care_arrangement, total_eur, place_days,
    CASE WHEN uncounted.year IS NULL THEN coalesce(child_days, 0) END AS child_days
  FROM cost FULL JOIN days USING (care_arrangement, year)
  LEFT JOIN uncounted USING (care_arrangement, year)
)
SELECT year, care_arrangement, total_eur, child_days, place_days,
  months_of(child_days, year) AS child_months,
  over(child_days, place_days) AS occupancy,
  over(total_eur, child_days) AS cost_per_child_day_eur,
  over(total_eur, months_of(child_days, year)) AS cost_per_child_month_eur,
  12 * over(total_eur, months_of(child_days, year)) AS cost_per_child_year_eur,
  over(total_eur, months_of(place_days, year)) AS cost_per_place_month_eur,
  factor * over(total_eur, months_of(child_days, year)) AS real_cost_per_child_month_eur
FROM units JOIN to_price_year USING (year);

CREATE TABLE result_provider_unit_costs AS
WITH cost AS (
  SELECT care_arrangement, provider, year, sum_known(eur) AS total_eur FROM (
    SELECT care_arrangement, provider, year, eur FROM amounts WHERE provider IS NOT NULL
    UNION ALL
    -- A ledger of the region as a whole does not say what a single home costs.
    SELECT care_arrangement, provider, year, NULL::DOUBLE
    FROM care ANTI JOIN ledger USING (care_arrangement, provider, year)
    WHERE provider IS NOT NULL AND child_days > 0
      AND care_arrangement NOT IN ('foster_family', 'guardian')
  ) GROUP BY ALL
), days AS (
  SELECT * FROM care_of_provider WHERE provider IS NOT NULL
), units AS (
  SELECT year, care_arrangement, provider, total_eur, place_days,
    CASE WHEN days.provider IS NOT NULL THEN child_days
         WHEN NOT EXISTS (
           SELECT * FROM ledger WHERE ledger.care_arrangement = cost.care_arrangement
           AND ledger.provider = cost.provider AND ledger.year = cost.year
           AND ledger.amount_eur <> 0)
         THEN 0 END AS child_days
  FROM cost FULL JOIN days USING (care_arrangement, provider, year)
)
SELECT year, care_arrangement, provider, total_eur, child_days, place_days,
  months_of(child_days, year) AS child_months,
  over(child_days, place_days) AS occupancy,
  over(total_eur, child_days) AS cost_per_child_day_eur,
  over(total_eur, months_of(child_days, year)) AS cost_per_child_month_eur,
  12 * over(total_eur, months_of(child_days, year)) AS cost_per_child_year_eur,
  over(total_eur, months_of(place_days, year)) AS cost_per_place_month_eur,
  factor * over(total_eur, months_of(child_days, year)) AS real_cost_per_child_month_eur
FROM units JOIN to_price_year USING (year);

CREATE TABLE result_unit_cost_parts AS
WITH cost AS (
  SELECT year, care_arrangement, part, sum_known(eur) AS amount_eur FROM amounts GROUP BY ALL
)
SELECT cost.year, cost.care_arrangement, cost.part, cost.amount_eur,
  over(cost.amount_eur, units.child_months) AS cost_per_child_month_eur
FROM cost JOIN result_unit_costs AS units USING (year, care_arrangement);

CREATE TABLE result_payer_split AS
WITH paid AS (
  SELECT amounts.year, amounts.care_arrangement, amounts.payer, sum(amounts.eur) AS amount_eur,
    any_value(units.total_eur) AS total_eur
  FROM amounts JOIN result_unit_costs AS units USING (year, care_arrangement)
  WHERE units.total_eur IS NOT NULL
  GROUP BY ALL
)
SELECT year, care_arrangement, payer, amount_eur,
  CASE WHEN min(amount_eur) OVER (PARTITION BY year, care_arrangement) >= 0
       THEN amount_eur / nullif(total_eur, 0) END AS share
FROM paid;

------------------------------------------------------------------------------------- comparison

CREATE TABLE support AS
SELECT year, care_arrangement, cost_per_child_month_eur AS support
FROM result_unit_cost_parts WHERE part = 'support';

CREATE TABLE result_comparison AS
WITH pairs AS (
  SELECT other.year, ours.care_arrangement AS reference, other.care_arrangement AS alternative,
    ours.cost_per_child_month_eur AS reference_cost,
    other.cost_per_child_month_eur AS alternative_cost,
    support.support
  FROM result_unit_costs AS other
  JOIN result_unit_costs AS ours
    ON ours.year = other.year AND ours.care_arrangement = getvariable('reference')
  LEFT JOIN support
    ON support.year = other.year AND support.care_arrangement = other.care_arrangement
  WHERE other.care_arrangement <> ours.care_arrangement
    AND other.cost_per_child_month_eur IS NOT NULL
    AND ours.cost_per_child_month_eur IS NOT NULL
)
SELECT year, reference, alternative,
  alternative_cost AS alternative_eur_per_child_month,
  reference_cost AS reference_eur_per_child_month,
  reference_cost - alternative_cost AS difference_eur_per_child_month,
  over(reference_cost, alternative_cost) AS ratio,
  support AS support_eur_per_child_month,
  reference_cost - (alternative_cost - coalesce(support, 0)) AS switch_point_support_eur_per_child_month,
  CASE WHEN reference_cost > alternative_cost - coalesce(support, 0)
       THEN over(reference_cost - (alternative_cost - support), support)
  END AS switch_point_multiple
FROM pairs;

-------------------------------------------------------------------------------------- perimeter

CREATE TABLE covering AS
SELECT * FROM (
  VALUES ('care', 'staff'), ('care', 'remuneration'), ('care', 'allowance'),
    ('upkeep', 'upkeep'), ('upkeep', 'goods_services'), ('upkeep', 'maintenance'),
    ('upkeep', 'allowance'), ('support', 'support'), ('administration', 'administration'),
    ('premises', 'premises'), ('capital', 'capital')
) AS pairs (element, part);

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
SELECT with_support, year, foster, guardian, other, least
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

-- The first year from which the cost of the reference covers another element, or one less.
CREATE TABLE breaks AS
WITH recorded AS (
  SELECT DISTINCT year, part FROM result_unit_cost_parts
  WHERE care_arrangement = getvariable('reference') AND amount_eur IS DISTINCT FROM 0
), covered AS (
  SELECT years.year, elements.element, EXISTS (
      SELECT * FROM recorded JOIN covering USING (part)
      WHERE recorded.year = years.year AND covering.element = elements.element) AS has
  FROM (SELECT DISTINCT year FROM recorded) AS years
  CROSS JOIN (SELECT DISTINCT element FROM covering) AS elements
), changed AS (
  SELECT year FROM covered
  QUALIFY has <> lag(has) OVER (PARTITION BY element ORDER BY year)
)
SELECT min(changed.year) AS year FROM changed, dearer
WHERE changed.year > dearer.first_year AND changed.year <= dearer.last_year;

-- One row a value of a finding; a text stands in `code`.
CREATE TABLE result_findings AS
WITH named AS (
  SELECT 'family_based_is_cheapest' || CASE WHEN with_support THEN '_with_support' ELSE '' END
    AS finding,
    CASE (foster < least)::INTEGER + (guardian < least)::INTEGER
      WHEN 2 THEN 'supported' WHEN 1 THEN 'inconclusive' ELSE 'not_supported' END AS verdict,
    cheapest.*
  FROM cheapest
)
SELECT finding, verdict, 'year' AS key, year::DOUBLE AS number, NULL AS code FROM named
UNION ALL SELECT finding, verdict, 'foster_family_eur_per_child_month', foster, NULL FROM named
UNION ALL SELECT finding, verdict, 'guardian_eur_per_child_month', guardian, NULL FROM named
UNION ALL SELECT finding, verdict, 'cheapest_other', NULL, other FROM named
UNION ALL SELECT finding, verdict, 'cheapest_other_eur_per_child_month', least, NULL FROM named
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
FROM breaks WHERE year IS NOT NULL;
