-- What a child-month of care cost in one region, by arrangement, year, part and payer, and how sure
-- that is: the first part of every comparison and of every plan.
--
-- Written from docs/methods.md. Tables that must be there before: costs, activity, providers,
-- assets, households, statutory_rates, price_index, sources. Variables that must be set before:
-- region, first_year, last_year, price_year, discount_rate and error_factor_ of every kind of
-- evidence.
--
-- An unknown amount is NULL, and a sum that needs it is NULL too: SUM alone would skip it.

CREATE MACRO sum_known(x) AS CASE WHEN count(x) = count(*) THEN sum(x) END;
CREATE MACRO leap(y) AS (y % 4 = 0 AND y % 100 <> 0) OR y % 400 = 0;
CREATE MACRO days_in(y) AS CASE WHEN leap(y) THEN 366 ELSE 365 END;
CREATE MACRO months_of(days, y) AS days * 12.0::DOUBLE / days_in(y);
CREATE MACRO over(a, b) AS CASE WHEN b > 0 THEN a::DOUBLE / b END;
-- What a yearly payment of 1 at the end of each of so many years is worth today.
CREATE MACRO annuity(years, rate) AS
  list_sum(list_transform(range(1, years + 1), lambda t: pow(1 + rate, -t)));

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
SELECT *, row_number() OVER () AS household FROM households SEMI JOIN period USING (year)
WHERE region = getvariable('region') AND child_months > 0;

-- A twelfth of the year's child-months falls on each month. A month without a rate leaves one
-- amount of the year unknown; whatever stands beside it in that year is then unknown as well.
CREATE TABLE statutory AS
SELECT lived.care_arrangement, lived.year, lived.household, lived.age_band, lived.child_months,
  months.payment, months.payer, months.source,
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

-- Every asset in each year of its life. An asset counts the equal payment at each year end of its
-- life whose present value is its cost.
CREATE TABLE owned AS
SELECT providers.care_arrangement, providers.provider, period.year, assets.source,
  CASE providers.owner WHEN 'ngo' THEN 'other' ELSE providers.owner END AS payer,
  assets.cost_eur, assets.acquired_year, assets.useful_life_years AS life
FROM assets
JOIN providers USING (provider)
JOIN period ON period.year >= assets.acquired_year
  AND period.year < assets.acquired_year + assets.useful_life_years
WHERE providers.region = getvariable('region');

CREATE TABLE capital AS
SELECT *, cost_eur / annuity(life, getvariable('discount_rate')::DOUBLE) AS eur FROM owned;

CREATE TABLE amounts AS
SELECT care_arrangement, provider, year, coalesce(age_band, 'all') AS age_band,
  coalesce(need_level, 'all') AS need_level, cost_item AS part, payer, source, amount_eur AS eur
FROM ledger
UNION ALL
SELECT care_arrangement, NULL, year, age_band, 'all', payment, payer, source, eur FROM statutory
UNION ALL
SELECT care_arrangement, provider, year, 'all', 'all', 'capital', payer, source, eur FROM capital
UNION ALL
-- Children in care, but nothing that says what their care cost: no household in a family, no ledger
-- of the home and none of the region as a whole.
SELECT DISTINCT care_arrangement, NULL, year, 'all', 'all', 'maintenance', NULL, NULL, NULL::DOUBLE
FROM care ANTI JOIN lived USING (care_arrangement, year)
WHERE child_days > 0 AND care_arrangement IN ('foster_family', 'guardian')
UNION ALL
SELECT DISTINCT care_arrangement, provider, year, 'all', 'all', 'other', NULL, NULL, NULL::DOUBLE
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

------------------------------------------------------------------------------ errors of the data

-- The methods write 1.959964 for the normal quantile of 97.5 %.
CREATE MACRO z() AS 1.959964::DOUBLE;

CREATE TABLE errors AS
SELECT source, evidence, ln(error_factor::DOUBLE) / z() AS s
FROM sources JOIN (VALUES
  ('published', getvariable('error_factor_published')),
  ('administrative', getvariable('error_factor_administrative')),
  ('derived', getvariable('error_factor_derived')),
  ('expert', getvariable('error_factor_expert')),
  ('assumed', getvariable('error_factor_assumed')),
  ('synthetic', getvariable('error_factor_synthetic'))
) AS factors (evidence, error_factor) USING (evidence);

CREATE MACRO by_law(part) AS part IN ('remuneration', 'maintenance');

CREATE TABLE known AS
SELECT year, care_arrangement, cost_per_child_month_eur AS cost, child_months AS months, occupancy
FROM result_unit_costs WHERE cost_per_child_month_eur IS NOT NULL;

-- Amounts by evidence (T_e), the share of them that is not laid down by law, and the error that is
-- common to the child-days (s_m).
CREATE TABLE by_evidence AS
SELECT amounts.care_arrangement, amounts.year, errors.evidence, errors.s, sum(amounts.eur) AS eur,
  coalesce(sum(amounts.eur) FILTER (NOT by_law(amounts.part)), 0) AS eur_by_ledger
FROM amounts
JOIN known USING (care_arrangement, year)
JOIN errors USING (source)
GROUP BY ALL;

CREATE TABLE counting AS
SELECT care.care_arrangement, care.year, sum(child_days * s) / sum(child_days) AS s_m
FROM care JOIN errors USING (source) JOIN known USING (care_arrangement, year)
GROUP BY ALL;

-- Households: share of child-months (p_k) and statutory payments per child-month (r_k).
CREATE TABLE mixed AS
SELECT care_arrangement, year, household, child_months,
  child_months / sum(child_months) OVER (PARTITION BY care_arrangement, year) AS p,
  eur / child_months AS r
FROM (
  SELECT care_arrangement, year, household, child_months, sum(eur) AS eur
  FROM statutory JOIN known USING (care_arrangement, year) GROUP BY ALL
);

CREATE TABLE mix_variance AS
WITH middle AS (
  SELECT care_arrangement, year, sum(p * r) AS r_bar, sum(child_months) / 12 AS n,
    sum(child_months * r) AS paid
  FROM mixed GROUP BY ALL
)
SELECT care_arrangement, year,
  pow(any_value(paid / (known.months * r_bar)), 2) * sum(p * pow(r - r_bar, 2))
    / any_value(n + 1) AS v
FROM mixed
JOIN middle USING (care_arrangement, year)
JOIN known USING (care_arrangement, year)
WHERE r_bar > 0
GROUP BY ALL;

CREATE TABLE variances AS
SELECT known.care_arrangement, known.year,
  (sum(pow(eur * s, 2)) + pow(sum(eur_by_ledger) * any_value(s_m), 2)) / pow(any_value(months), 2)
    + coalesce(any_value(v), 0) AS variance
FROM known
JOIN by_evidence USING (care_arrangement, year)
JOIN counting USING (care_arrangement, year)
LEFT JOIN mix_variance USING (care_arrangement, year)
GROUP BY ALL;
