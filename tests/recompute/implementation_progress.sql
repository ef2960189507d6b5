-- The implementation progress of one region as of one day, written from docs/methods-progress.md.
--
-- Variables set before: region, as_of (date), rating_on_track, rating_acceleration,
-- trend_significance, value_age_limit_months, missing (names of input tables that the package does not have).
-- Tables there before: every input table of the report; each row with its `file` and `line`. A
-- missing one stands there empty.
-- Makes result_<table> for every result table, its rows in the order in which they are shown, and
-- left_out: the result tables that are not made because an input table is missing.
--
-- Unknown is NULL. NULL sorts last.

CREATE MACRO today() AS getvariable('as_of')::DATE;
CREATE MACRO own() AS getvariable('region')::VARCHAR;
CREATE MACRO is_missing(name) AS list_contains(getvariable('missing')::VARCHAR[], name);
CREATE MACRO ended(a_year) AS make_date(a_year, 12, 31) <= today();
CREATE MACRO over(a, b) AS CASE WHEN b <> 0 THEN a::DOUBLE / b::DOUBLE END;
-- A sum of what is partly unknown is unknown; of nothing it is 0.
CREATE MACRO sum_known(x) AS CASE WHEN count(x) = count(*) THEN coalesce(sum(x), 0) END;

CREATE TABLE left_out AS
SELECT result FROM (VALUES
  ('indicator_progress', ['indicators', 'targets', 'observations']),
  ('latest_values', ['observations']), ('source_conflicts', ['indicators', 'observations']),
  ('placement_mix', ['placements']), ('family_environment', ['placements']),
  ('moves', ['flows']),
  ('carers_by_year', ['carers']), ('carers_trend', ['carers']), ('hosting_share', ['carers']),
  ('sites', ['services', 'municipalities', 'region_membership']),
  ('service_coverage', ['municipalities', 'region_membership']),
  ('target_group_coverage', ['municipalities', 'region_membership']),
  ('funnel', ['needs', 'municipalities', 'region_membership']),
  ('reimbursement', ['reimbursement']),
  ('reimbursement_pace', ['reimbursement', 'targets']),
  ('infrastructure', ['infrastructure']), ('absorption', ['infrastructure']),
  ('milestones', ['infrastructure', 'milestones']),
  ('process', ['plan_events']), ('deadlines', ['plan_deadlines']),
  ('partners_count', ['partners'])
) AS needed (result, tables)
WHERE list_has_any(tables, getvariable('missing')::VARCHAR[])
  OR (result IN ('service_coverage', 'target_group_coverage')
      AND list_has_all(getvariable('missing')::VARCHAR[], ['services', 'needs', 'availability']));

--------------------------------------------------------------- where a municipality is counted

CREATE TABLE plan_date AS
SELECT coalesce(
  (SELECT max(date) FROM plan_events
   WHERE region = 'national' AND plan = 'di_plan' AND event = 'approved' AND date <= today()),
  (SELECT min(date) FROM plan_events WHERE plan = 'di_plan' AND date <= today()),
  today()) AS day;

-- The membership on the plan's date, or else the first one after it.
CREATE TABLE own_membership AS
SELECT municipality, arg_min(region, valid_from) AS region
FROM region_membership, plan_date
WHERE coalesce(valid_to, DATE '9999-12-31') >= day
GROUP BY municipality;

-- A municipality may have existed in several periods: the last of them that names one says who
-- took over.
CREATE TABLE took_over AS
SELECT municipality, arg_max(successor, valid_from) AS successor
FROM municipalities
WHERE successor IS NOT NULL
GROUP BY municipality;

CREATE TABLE placed AS
WITH RECURSIVE following AS (
  SELECT DISTINCT municipality, municipality AS reached, [municipality] AS seen
  FROM (SELECT municipality FROM municipalities
        UNION SELECT municipality FROM region_membership)
  UNION ALL
  SELECT following.municipality, took_over.successor, list_append(seen, took_over.successor)
  FROM following JOIN took_over ON took_over.municipality = following.reached
  WHERE NOT EXISTS (SELECT * FROM own_membership
                    WHERE own_membership.municipality = following.reached)
    AND NOT list_contains(seen, took_over.successor)
)
SELECT following.municipality, own_membership.region
FROM following JOIN own_membership ON own_membership.municipality = following.reached;

-- Where municipalities and their regions are not known, nobody can say what belongs nowhere.
CREATE MACRO placeable() AS
  NOT is_missing('municipalities') AND NOT is_missing('region_membership');

CREATE TABLE ours AS SELECT municipality FROM placed WHERE region = own() AND placeable();

CREATE TABLE existing AS
SELECT DISTINCT municipality FROM municipalities
WHERE valid_from <= today() AND coalesce(valid_to, DATE '9999-12-31') >= today();

---------------------------------------------------------------------------- observations, chosen

-- Of sources that state the same, the place in which each would be chosen.
CREATE TABLE observed AS
SELECT observations.*,
  list_position(['published', 'administrative', 'derived', 'expert', 'assumed', 'synthetic'],
                sources.evidence) AS weakness,
  sources.published,
  row_number() OVER (PARTITION BY indicator, region, date, counting_basis
                     ORDER BY weakness, published DESC, source) AS place
FROM observations JOIN sources USING (source)
WHERE date <= today() AND region IN (own(), 'national');

-------------------------------------------------------------------------------------- indicators

CREATE MACRO years_between(one, other) AS (other - one) / 365.25::DOUBLE;
-- Over a day or two growth may exceed every number.
CREATE MACRO finite(x) AS CASE WHEN isfinite(x) THEN x END;
CREATE MACRO growth(one, other, years) AS
  CASE WHEN years > 0 AND one <> 0 AND other <> 0 AND sign(one) = sign(other)
       THEN finite(sign(one) * (pow(other::DOUBLE / one, 1 / years) - 1)) END;

CREATE TABLE versions AS
SELECT *, valid_from > today() AS later,
  row_number() OVER (PARTITION BY indicator, region, later ORDER BY valid_from, version) AS nth,
  count(*) OVER (PARTITION BY indicator, region, later) AS of_all
FROM targets
WHERE region IN (own(), 'national');

CREATE TABLE measured AS
WITH bases AS (SELECT DISTINCT indicator, region, counting_basis FROM observed),
wanted AS (
  SELECT versions.*, bases.counting_basis FROM versions LEFT JOIN bases USING (indicator, region)
), latest AS (
  SELECT indicator, region, version, wanted.counting_basis,
    arg_max({'value': value, 'date': observed.date, 'source': observed.source,
             'qualifier': qualifier}, observed.date) AS found
  FROM wanted JOIN observed USING (indicator, region)
  WHERE place = 1 AND observed.date >= baseline_date
    AND observed.counting_basis IS NOT DISTINCT FROM wanted.counting_basis
  GROUP BY ALL
)
SELECT wanted.* EXCLUDE (source), wanted.source AS target_source, indicators.kind, indicators.direction, found.value AS value,
  found.date AS value_date, found.source AS value_source, found.qualifier AS qualifier
FROM wanted
JOIN indicators USING (indicator)
LEFT JOIN latest ON latest.indicator = wanted.indicator AND latest.region = wanted.region
  AND latest.version = wanted.version
  AND latest.counting_basis IS NOT DISTINCT FROM wanted.counting_basis;

CREATE TABLE judged AS
SELECT *,
  CASE WHEN today() >= target_date THEN target_value
       WHEN today() <= baseline_date THEN baseline_value
       ELSE baseline_value + (target_value - baseline_value)
         * ((today() - baseline_date)::DOUBLE / (target_date - baseline_date))
  END AS expected,
  growth(baseline_value, value, years_between(baseline_date, value_date)) AS growth_observed,
  growth(baseline_value, target_value, years_between(baseline_date, target_date))
    AS growth_required,
  finite(direction * over(growth_observed, abs(growth_required))) AS growth_ratio,
  CASE WHEN value IS NULL THEN 'no_observation'
       WHEN direction * (value - target_value) >= 0 THEN NULL
       WHEN target_value = baseline_value THEN 'target_is_baseline'
       WHEN baseline_date IN (value_date, target_date) THEN 'one_point'
       WHEN baseline_value = 0 THEN 'zero_baseline'
       WHEN sign(value) <> sign(baseline_value) OR sign(target_value) <> sign(baseline_value)
       THEN 'sign_change'
       WHEN growth_ratio IS NULL THEN 'one_point' END AS reason,
  CASE WHEN value IS NULL THEN NULL
       WHEN value_date >= target_date THEN target_value
       WHEN value_date <= baseline_date THEN baseline_value
       ELSE baseline_value + (target_value - baseline_value)
         * ((value_date - baseline_date)::DOUBLE / (target_date - baseline_date)) END AS on_line,
  CASE WHEN value IS NULL THEN 'no_observation'
       WHEN direction * (value - target_value) >= 0 THEN 'met'
       WHEN target_date <= today() AND value_date >= target_date THEN 'missed'
       WHEN target_date <= today() THEN 'not_known_at_target'
       WHEN today() - value_date > getvariable('value_age_limit_months')::DOUBLE * 365.25 / 12
       THEN 'outdated'
       WHEN direction * (value - on_line) >= 0 THEN 'ahead'
       ELSE 'behind' END AS standing
FROM measured;

-- Nobody could be late on the day for a version that was adopted after it.
CREATE MACRO in_force(later, x) AS CASE WHEN NOT later THEN x END;

CREATE TABLE result_indicator_progress AS
SELECT region, indicator, version,
  CASE WHEN later THEN 'later' WHEN of_all = 1 THEN 'only' WHEN nth = 1 THEN 'first'
       WHEN nth = of_all THEN 'current' ELSE 'between' END AS version_role,
  valid_from, baseline_date, baseline_value, target_date, target_value,
  judged.target_source AS target_source, counting_basis, value, value_date,
  value_source AS source, qualifier,
  over(value - baseline_value, target_value - baseline_value) AS achievement,
  CASE WHEN kind = 'cumulative' THEN over(value, target_value) END AS eu_ratio,
  in_force(later, expected) AS expected,
  in_force(later, over(judged.expected - baseline_value, target_value - baseline_value))
    AS expected_achievement,
  in_force(later, on_line) AS expected_on_value_date,
  in_force(later, growth_observed) AS growth_observed,
  in_force(later, growth_required) AS growth_required,
  in_force(later, growth_ratio) AS growth_ratio,
  CASE WHEN later THEN 'not_in_force'
       WHEN reason IS NOT NULL THEN 'unable_to_assess'
       WHEN direction * (value - target_value) >= 0 THEN 'achieved'
       WHEN judged.growth_ratio >= getvariable('rating_on_track')::DOUBLE THEN 'on_track'
       WHEN judged.growth_ratio >= getvariable('rating_acceleration')::DOUBLE
       THEN 'acceleration_needed'
       WHEN judged.growth_ratio >= 0 THEN 'limited_progress'
       ELSE 'deterioration' END AS rating,
  in_force(later, reason) AS reason,
  in_force(later, standing) AS standing
FROM judged
ORDER BY region = 'national', indicator, version, counting_basis;

CREATE TABLE result_latest_values AS
SELECT region, indicator, counting_basis, date, value, qualifier, source FROM observed
WHERE place = 1
QUALIFY date = max(date) OVER (PARTITION BY region, indicator, counting_basis)
ORDER BY region = 'national', indicator, counting_basis;

-- Persons of `reimbursement` are what an indicator of the same group observes.
CREATE TABLE served AS
SELECT * FROM (VALUES ('ft_children', 'ft_children_served'), ('ft_parents', 'ft_parents_served'),
  ('grt_adults', 'grt_adults_served')) AS pairs (target_group, indicator);

CREATE TABLE reimbursed AS
SELECT indicator, region, date, persons_cumulative AS value, source
FROM reimbursement JOIN served USING (target_group)
WHERE date <= today() AND region IN (own(), 'national');

-- A group counts where two sources state two values.
CREATE TABLE result_source_conflicts AS
WITH stated AS (
  SELECT observed.*, level FROM observed JOIN indicators USING (indicator)
), at_odds AS (
  SELECT one.indicator, one.region, one.date, one.counting_basis, one.level,
    other.date AS other_date, other.counting_basis AS other_basis
  FROM stated AS one JOIN stated AS other USING (indicator, region)
  WHERE one.value <> other.value AND one.source <> other.source
), different AS (
  SELECT one.indicator, one.region, one.date
  FROM stated AS one JOIN stated AS other USING (indicator, region, date)
  WHERE one.value <> other.value
    AND one.counting_basis IS DISTINCT FROM other.counting_basis
), persons AS (
  SELECT indicator, region, date
  FROM stated JOIN reimbursed USING (indicator, region, date)
  WHERE place = 1 AND stated.value <> reimbursed.value
), listed AS (
  SELECT region, indicator, 'same_date' AS kind, date, counting_basis, value, source,
    place = 1 AS used
  FROM stated
  WHERE level IN ('output', 'result')
    AND EXISTS (SELECT * FROM at_odds
                WHERE at_odds.indicator = stated.indicator AND at_odds.region = stated.region
                AND at_odds.date = stated.date AND at_odds.other_date = stated.date
                AND at_odds.counting_basis IS NOT DISTINCT FROM stated.counting_basis
                AND at_odds.other_basis IS NOT DISTINCT FROM stated.counting_basis)
  UNION ALL
  SELECT region, indicator, 'stated_differently', date, counting_basis, value, source,
    row_number() OVER (PARTITION BY indicator, region ORDER BY date DESC, weakness,
                       published DESC, source, counting_basis) = 1
  FROM stated SEMI JOIN at_odds USING (indicator, region)
  WHERE level = 'input'
  UNION ALL
  SELECT region, indicator, 'counting_basis', date, counting_basis, value, source, place = 1
  FROM stated SEMI JOIN different USING (indicator, region, date)
  UNION ALL
  SELECT region, indicator, 'reimbursement', date, counting_basis, value, source, true
  FROM stated SEMI JOIN persons USING (indicator, region, date)
  WHERE place = 1
  UNION ALL
  SELECT region, indicator, 'reimbursement', date, NULL, value, source, true
  FROM reimbursed SEMI JOIN persons USING (indicator, region, date)
)
SELECT region, indicator, kind, date, counting_basis, value, source,
  CASE WHEN used THEN 'yes' ELSE 'no' END AS used
FROM listed
ORDER BY region = 'national', indicator, kind, date, counting_basis, value, source, used;

-------------------------------------------------------------------------------- children in care

CREATE TABLE arrangements AS
SELECT * FROM (VALUES (1, 'institution', 'other'), (2, 'state_institution', 'other'),
  (3, 'family_like', 'other'), (4, 'youth_house', 'other'), (5, 'foster_family', 'family'),
  (6, 'specialised_foster_family', 'family'), (7, 'guardian', 'family'))
  AS codes (nth, care_arrangement, side);

CREATE TABLE in_care AS
SELECT * FROM placements JOIN arrangements USING (care_arrangement)
WHERE ended(year) AND region IN (own(), 'national');

CREATE TABLE care_totals AS
SELECT region, year, counting_basis, sum(children) AS children,
  sum(children) FILTER (side = 'family') AS in_families,
  count(DISTINCT side) = 2 AS both_sides
FROM in_care
GROUP BY ALL;

CREATE TABLE result_placement_mix AS
SELECT region, year, counting_basis, care_arrangement, in_care.children,
  CASE WHEN both_sides THEN over(in_care.children, care_totals.children) END AS share
FROM in_care JOIN care_totals USING (region, year, counting_basis)
ORDER BY region = 'national', year, counting_basis, nth;

CREATE TABLE result_family_environment AS
WITH published AS (
  SELECT region, date, value / 100 AS share, source FROM observed
  WHERE indicator = 'family_environment_share'
  QUALIFY row_number() OVER (PARTITION BY region, date
                             ORDER BY weakness, published DESC, source, counting_basis) = 1
)
SELECT care_totals.region, year, counting_basis,
  CASE WHEN both_sides THEN children END AS children_in_care,
  CASE WHEN both_sides THEN in_families END AS children_in_families,
  CASE WHEN both_sides THEN over(in_families, children) END AS share,
  published.share AS published_share, published.source AS published_source
FROM care_totals
LEFT JOIN published
  ON published.region = care_totals.region AND published.date = make_date(year, 12, 31)
ORDER BY care_totals.region = 'national', year, counting_basis;

CREATE TABLE result_moves AS
WITH went AS (
  SELECT * FROM (VALUES ('foster_family', 'families'), ('specialised_foster_family', 'families'),
    ('guardian', 'families'), ('family', 'families'), ('adoption', 'families'),
    ('institution', 'residential'), ('state_institution', 'residential'),
    ('family_like', 'family_like'), ('youth_house', 'family_like'), ('exit', 'exit'))
    AS codes (to_arrangement, to_group)
)
SELECT region, year, 'residential' AS from_group, to_group, sum(children) AS children
FROM flows JOIN went USING (to_arrangement)
WHERE region = own() AND ended(year)
  AND from_arrangement IN ('institution', 'state_institution')
GROUP BY ALL
ORDER BY year, to_group;

------------------------------------------------------------------------------------------ carers

CREATE TABLE result_carers_by_year AS
WITH whole AS (
  SELECT region, carer_type, status, year, "count", entries, exits, source FROM carers
  WHERE municipality IS NULL AND region IN (own(), 'national') AND ended(year)
), parts AS (
  SELECT own() AS region, carer_type, status, year, sum("count") AS "count",
    sum_known(entries) AS entries, sum_known(exits) AS exits, min(source) AS source
  FROM carers
  WHERE ended(year) AND municipality IS NOT NULL
    AND CASE WHEN placeable() AND municipality IN (SELECT municipality FROM municipalities)
             THEN municipality IN (FROM ours) ELSE region = own() END
  GROUP BY ALL
)
FROM (FROM whole
      UNION ALL
      FROM parts ANTI JOIN whole USING (region, carer_type, status, year))
ORDER BY region = 'national', carer_type, status, year;

CREATE TABLE series AS
SELECT region, carer_type, status, count(*) AS n, list("count"::DOUBLE ORDER BY year) AS counts,
  list(year::DOUBLE ORDER BY year) AS years
FROM result_carers_by_year
GROUP BY ALL
HAVING count(*) >= 2;

-- S of every order of counts: they are put down one after another, each once, in every possible
-- way. A set of counts already put down is a number with one binary digit for each count; who comes
-- next adds the smaller ones among them and takes away the larger ones. Only the ties matter, so
-- counts are their ranks here.
CREATE TABLE elements AS
WITH shapes AS (
  SELECT DISTINCT list_sort(list_transform(counts,
    lambda one: len(list_filter(counts, lambda other: other < one)))) AS shape
  FROM series WHERE n <= 10
), single AS (
  SELECT shape, unnest(range(len(shape))) AS nth FROM shapes
)
SELECT one.shape, 1 << one.nth AS bit,
  coalesce(sum(1 << other.nth) FILTER (other.shape[other.nth + 1] < one.shape[one.nth + 1]), 0)
    ::BIGINT AS smaller,
  coalesce(sum(1 << other.nth) FILTER (other.shape[other.nth + 1] > one.shape[one.nth + 1]), 0)
    ::BIGINT AS larger
FROM single AS one JOIN single AS other ON other.shape = one.shape
GROUP BY ALL;

CREATE TABLE orders AS
WITH RECURSIVE put_down AS (
  SELECT DISTINCT shape, 0::BIGINT AS there, 0::BIGINT AS s, 1::BIGINT AS ways FROM elements
  UNION ALL
  SELECT shape, there + bit, s + bit_count(there & smaller) - bit_count(there & larger),
    sum(ways)::BIGINT
  FROM put_down JOIN elements USING (shape)
  WHERE there & bit = 0
  GROUP BY ALL
)
SELECT shape, s, ways FROM put_down WHERE there = (1 << len(shape)) - 1;

-- Pairs of years of every series.
CREATE TABLE pairs AS
WITH numbered AS (
  SELECT region, carer_type, status, unnest(counts) AS number, unnest(years) AS year FROM series
)
SELECT region, carer_type, status, sign(later.number - earlier.number) AS sign,
  (later.number - earlier.number) / (later.year - earlier.year) AS slope
FROM numbered AS earlier JOIN numbered AS later USING (region, carer_type, status)
WHERE earlier.year < later.year;

-- Probability of a standard normal number beyond z on either side: 1 - 2 phi(z) (z + z^3/3 +
-- z^5/(3 5) + ...), the double factorials by the gamma function.
CREATE MACRO beyond(z) AS
  CASE WHEN z = 0 THEN 1::DOUBLE ELSE
    1 - 2 * exp(-z * z / 2) / sqrt(2 * pi()) * list_sum(list_transform(range(0, 150),
      lambda k: exp((2 * k + 1) * ln(z) - (k + 1) * ln(2::DOUBLE) - lgamma(k + 1.5::DOUBLE)
                    + ln(pi()) / 2))) END;

CREATE TABLE tested AS
WITH statistic AS (
  SELECT region, carer_type, status, sum(sign)::BIGINT AS s,
    count(*) FILTER (sign <> 0) AS largest, median(slope) AS sen_slope
  FROM pairs GROUP BY ALL
), ties AS (
  SELECT region, carer_type, status, sum(t * (t - 1) * (2 * t + 5))::DOUBLE AS correction
  FROM (SELECT region, carer_type, status, number, count(*) AS t
        FROM (SELECT region, carer_type, status, unnest(counts) AS number FROM series)
        GROUP BY ALL)
  GROUP BY ALL
)
SELECT series.*, s, largest, sen_slope,
  sqrt((n * (n - 1) * (2 * n + 5) - correction) / 18) AS deviation,
  list_sort(list_transform(counts,
    lambda one: len(list_filter(counts, lambda other: other < one)))) AS shape
FROM series
JOIN statistic USING (region, carer_type, status)
JOIN ties USING (region, carer_type, status);

CREATE TABLE probabilities AS
SELECT region, carer_type, status,
  sum(ways) FILTER (abs(orders.s) >= abs(tested.s))::DOUBLE / sum(ways)::DOUBLE AS p_exact,
  sum(ways) FILTER (abs(orders.s) >= largest)::DOUBLE / sum(ways)::DOUBLE AS smallest_p
FROM tested JOIN orders USING (shape)
GROUP BY ALL
UNION ALL
SELECT region, carer_type, status,
  CASE WHEN s = 0 THEN 1 ELSE beyond((abs(s) - 1) / deviation) END,
  CASE WHEN largest = 0 THEN 1 ELSE beyond((largest - 1) / deviation) END
FROM tested WHERE n > 10;

CREATE TABLE result_carers_trend AS
SELECT region, carer_type, status, years[1]::INTEGER AS first_year, years[-1]::INTEGER AS last_year,
  n AS n_years, counts[1] AS first_count, counts[-1] AS last_count,
  over(counts[-1], counts[1]) - 1 AS change, s, p_exact, smallest_p, sen_slope,
  CASE WHEN smallest_p > getvariable('trend_significance')::DOUBLE THEN 'not_decidable'
       WHEN p_exact <= getvariable('trend_significance')::DOUBLE AND s > 0 THEN 'growing'
       WHEN p_exact <= getvariable('trend_significance')::DOUBLE AND s < 0 THEN 'falling'
       ELSE 'stagnating' END AS verdict
FROM tested JOIN probabilities USING (region, carer_type, status)
ORDER BY region = 'national', carer_type, status;

CREATE TABLE result_hosting_share AS
SELECT region, carer_type, year, registered."count" AS registered, hosting."count" AS hosting,
  over(hosting."count", registered."count") AS share
FROM (FROM result_carers_by_year WHERE status = 'registered') AS registered
JOIN (FROM result_carers_by_year WHERE status = 'hosting') AS hosting
  USING (region, carer_type, year)
WHERE carer_type = 'foster_family'
ORDER BY region = 'national', carer_type, year;

---------------------------------------------------------------------------------------- services

CREATE TABLE opened AS
SELECT * FROM services
WHERE opened <= today() AND (closed IS NULL OR closed >= today());

CREATE TABLE open_here AS FROM opened SEMI JOIN ours USING (municipality);
CREATE TABLE known_needs AS FROM needs WHERE date <= today();
CREATE TABLE needs_here AS FROM known_needs SEMI JOIN ours USING (municipality);

-- Persons of a municipality that has ended are counted again where they live now: what it stated
-- of a service and target group counts until one of those that took over, near or far, states it
-- of a day after the end.
CREATE TABLE heirs AS
WITH RECURSIVE ended AS (
  SELECT municipality, max(valid_to) AS last_day
  FROM municipalities ANTI JOIN existing USING (municipality)
  WHERE valid_from <= today()
  GROUP BY municipality
), following AS (
  SELECT municipality, last_day, successor AS heir FROM ended JOIN took_over USING (municipality)
  UNION
  SELECT following.municipality, last_day, successor
  FROM following JOIN took_over ON took_over.municipality = heir
)
FROM following WHERE heir <> municipality;

CREATE TABLE needs_that_count AS
FROM needs_here
WHERE NOT EXISTS (
  SELECT * FROM heirs JOIN known_needs AS newer ON newer.municipality = heir
  WHERE heirs.municipality = needs_here.municipality AND newer.date > last_day
    AND newer.service_type = needs_here.service_type
    AND newer.target_group = needs_here.target_group);

CREATE TABLE known_ratings AS FROM availability WHERE date <= today();
CREATE TABLE ratings_that_count AS
FROM known_ratings SEMI JOIN ours USING (municipality)
WHERE NOT EXISTS (
  SELECT * FROM heirs JOIN known_ratings AS newer ON newer.municipality = heir
  WHERE heirs.municipality = known_ratings.municipality AND newer.date > last_day
    AND newer.service_type = known_ratings.service_type
    AND newer.target_group = known_ratings.target_group);

CREATE TABLE listed AS
SELECT municipality FROM existing SEMI JOIN ours USING (municipality)
UNION SELECT municipality FROM open_here;

CREATE TABLE result_sites AS
FROM (
  SELECT municipality, count(DISTINCT site) AS sites, count(DISTINCT provider_name) AS providers
  FROM listed LEFT JOIN open_here USING (municipality)
  GROUP BY municipality
  UNION ALL
  -- Of a region without municipalities there is nothing to add up.
  SELECT NULL, count(DISTINCT (municipality, site)), count(DISTINCT provider_name) FROM open_here
  HAVING (SELECT count(*) FROM listed) > 0
)
ORDER BY municipality;

CREATE TABLE latest_needs AS
SELECT municipality, service_type, target_group, assessed, needing, receiving, date AS needs_date,
  source AS needs_source
FROM needs_that_count
QUALIFY date = max(date) OVER (PARTITION BY municipality, service_type, target_group);

CREATE TABLE result_service_coverage AS
WITH combinations AS (
  SELECT municipality, service_type, target_group FROM open_here
  UNION SELECT municipality, service_type, target_group FROM needs_that_count
  UNION SELECT municipality, service_type, target_group FROM ratings_that_count
), rated AS (
  SELECT municipality, service_type, target_group, rating, date AS rating_date,
    source AS rating_source
  FROM ratings_that_count
  QUALIFY date = max(date) OVER (PARTITION BY municipality, service_type, target_group)
), places AS (
  SELECT municipality, service_type, target_group, count(DISTINCT site) AS sites
  FROM open_here GROUP BY ALL
), joined AS (
  SELECT combinations.*, rating, rating_date, rating_source,
    CASE WHEN NOT is_missing('services') THEN coalesce(sites, 0) END AS sites,
    assessed, needing, receiving, needs_date, needs_source, over(receiving, needing) AS coverage,
    CASE WHEN receiving > needing THEN 0 ELSE needing - receiving END AS unmet
  FROM combinations
  LEFT JOIN rated USING (municipality, service_type, target_group)
  LEFT JOIN places USING (municipality, service_type, target_group)
  LEFT JOIN latest_needs USING (municipality, service_type, target_group)
)
SELECT *, CASE WHEN unmet > 0 THEN rank() OVER (ORDER BY unmet DESC) END AS rank
FROM joined
ORDER BY municipality, service_type, target_group;

CREATE TABLE result_target_group_coverage AS
WITH groups AS (
  SELECT target_group FROM open_here
  UNION SELECT target_group FROM needs_here
  UNION SELECT target_group FROM known_ratings SEMI JOIN ours USING (municipality)
)
SELECT municipality, target_group,
  CASE WHEN NOT is_missing('services') THEN count(DISTINCT service_type) END AS services,
  CASE WHEN NOT is_missing('services') THEN count(DISTINCT site) END AS sites
FROM listed
CROSS JOIN groups
LEFT JOIN open_here USING (municipality, target_group)
GROUP BY municipality, target_group
ORDER BY municipality, target_group;

CREATE TABLE result_funnel AS
SELECT target_group, service_type, sum(assessed) AS assessed, sum(needing) AS needing,
  sum(receiving) AS receiving
FROM latest_needs
GROUP BY target_group, service_type
ORDER BY target_group, service_type;

----------------------------------------------------------------------------------- reimbursement

CREATE TABLE paid_here AS
SELECT * FROM reimbursement WHERE region = own() AND date <= today();

CREATE TABLE result_reimbursement AS
WITH everybody AS (
  SELECT date, 'total' AS target_group, sum(persons_cumulative) AS persons,
    sum_known(amount_eur_cumulative) AS amount_eur, NULL AS source
  FROM paid_here
  GROUP BY date
  HAVING count(*) = (SELECT count(DISTINCT target_group) FROM paid_here)
), listed AS (
  SELECT date, target_group, persons_cumulative AS persons, amount_eur_cumulative AS amount_eur,
    source
  FROM paid_here
  UNION ALL FROM everybody
)
SELECT * EXCLUDE (source),
  persons - lag(persons) OVER (PARTITION BY target_group ORDER BY date) AS persons_since,
  amount_eur - lag(amount_eur) OVER (PARTITION BY target_group ORDER BY date) AS amount_eur_since,
  source
FROM listed
ORDER BY date, target_group = 'total', target_group;

CREATE MACRO months_between(one, other) AS (other - one) / (365.25::DOUBLE / 12);

CREATE TABLE result_reimbursement_pace AS
WITH latest AS (
  SELECT target_group, date, persons_cumulative AS persons, source FROM paid_here
  QUALIFY date = max(date) OVER (PARTITION BY target_group)
)
SELECT target_group, version, date, persons, target_value, target_date,
  CASE WHEN date > baseline_date THEN persons / months_between(baseline_date, date) END
    AS per_month_so_far,
  CASE WHEN persons >= target_value THEN 0
       WHEN target_date <= today() OR target_date <= date THEN NULL
       ELSE (target_value - persons) / months_between(date, target_date) END AS per_month_needed,
  latest.source, versions.source AS target_source
FROM latest
JOIN served USING (target_group)
JOIN versions USING (indicator)
WHERE versions.region = own() AND NOT later
ORDER BY target_group, version;

---------------------------------------------------------------------------------- infrastructure

CREATE TABLE steps AS
SELECT * FROM (VALUES (1, 'design'), (2, 'permit'), (3, 'procurement'), (4, 'works'),
  (5, 'commissioned'), (6, 'first_client')) AS codes (step, milestone);

CREATE TABLE projects AS SELECT * FROM infrastructure WHERE region = own();

CREATE TABLE progress AS
SELECT milestones.project, step, milestone, planned,
  CASE WHEN actual <= today() THEN actual END AS actual,
  milestones.file, milestones.line, milestones.source
FROM milestones JOIN steps USING (milestone) SEMI JOIN projects USING (project);

CREATE TABLE dated AS
SELECT *,
  CASE WHEN actual IS NOT NULL THEN actual - planned
       WHEN today() > planned THEN today() - planned END AS delay_days,
  CASE WHEN actual IS NOT NULL THEN 'reached' WHEN today() > planned THEN 'overdue'
       ELSE 'ahead' END AS state
FROM progress;

CREATE TABLE result_milestones AS
SELECT project, milestone, planned, actual, delay_days, state, source FROM dated
ORDER BY project, step;

CREATE TABLE plan_names AS
SELECT DISTINCT municipality FROM planned_places
WHERE region = own() AND municipality IS NOT NULL;

CREATE TABLE result_infrastructure AS
WITH last AS (
  SELECT project, milestone AS last_milestone, delay_days FROM dated WHERE state = 'reached'
  QUALIFY step = max(step) OVER (PARTITION BY project)
), overdue AS (
  SELECT project, max(delay_days) AS overdue_days FROM dated WHERE state = 'overdue' GROUP BY ALL
)
SELECT projects.project, municipality, fund, planned_eur, contracted_eur, certified_eur,
  over(contracted_eur, planned_eur) AS contracted_rate,
  over(certified_eur, planned_eur) AS certified_rate, places, last_milestone, delay_days,
  CASE WHEN project IN (SELECT project FROM dated) THEN coalesce(overdue_days, 0) END
    AS overdue_days,
  CASE WHEN municipality IN (FROM plan_names) THEN 'yes'
       WHEN (SELECT count(*) FROM plan_names) > 0 THEN 'no' END AS named_in_plan,
  projects.source
FROM projects
LEFT JOIN last USING (project)
LEFT JOIN overdue USING (project)
ORDER BY projects.project;

CREATE TABLE result_absorption AS
WITH each AS (
  SELECT projects.*, coalesce(bool_or(state = 'reached'
      AND milestone IN ('commissioned', 'first_client')), false) AS in_use,
    count(milestone) > 0 AS followed
  FROM projects LEFT JOIN dated USING (project)
  GROUP BY ALL
), sums AS (
  SELECT count(*) AS projects, sum_known(planned_eur) AS planned_eur,
    sum_known(contracted_eur) AS contracted_eur, sum_known(certified_eur) AS certified_eur,
    sum_known(places) AS places,
    CASE WHEN bool_and(followed)
         THEN sum_known(CASE WHEN in_use THEN places ELSE 0 END) END AS places_open
  FROM each
)
SELECT projects, planned_eur, contracted_eur, certified_eur,
  over(contracted_eur, planned_eur) AS contracted_rate,
  over(certified_eur, planned_eur) AS certified_rate, places, places_open,
  over(places_open, places) AS places_open_rate
FROM sums
WHERE projects > 0;

----------------------------------------------------------------------------------------- process

CREATE TABLE happened AS
SELECT * FROM plan_events WHERE date <= today() AND region IN (own(), 'national');

CREATE TABLE result_process AS
SELECT region, plan, date, event, number, source FROM happened
ORDER BY region = 'national', date, plan, event, number, source;

CREATE TABLE plan_steps AS
SELECT * FROM (VALUES (1, 'contracted'), (2, 'drafted'), (3, 'submitted'), (4, 'approved'),
  (5, 'amended'), (6, 'evaluated')) AS codes (step, event);

-- That a plan went on without an event shows that the event happened, but not when.
CREATE TABLE result_deadlines AS
WITH first AS (
  SELECT region, plan, event, min(date) AS reached FROM happened GROUP BY ALL
), furthest AS (
  SELECT region, plan, max(step) AS step FROM happened JOIN plan_steps USING (event) GROUP BY ALL
), compared AS (
  SELECT plan_deadlines.*, reached,
    reached IS NULL
      AND (is_missing('plan_events') OR coalesce(furthest.step > due_step.step, false)) AS unclear
  FROM plan_deadlines
  JOIN plan_steps AS due_step USING (event)
  LEFT JOIN first USING (region, plan, event)
  LEFT JOIN furthest USING (region, plan)
)
SELECT region, plan, event, due, reached,
  CASE WHEN unclear THEN NULL WHEN reached IS NOT NULL THEN reached - due
       WHEN today() > due THEN today() - due END AS delay_days,
  CASE WHEN unclear THEN NULL WHEN reached IS NOT NULL THEN 'reached'
       WHEN today() > due THEN 'overdue' ELSE 'ahead' END AS state,
  source
FROM compared
WHERE region IN (own(), 'national')
ORDER BY region = 'national', plan, event, due;

CREATE TABLE result_partners_count AS
WITH agreed AS (
  SELECT kind, count(*) FILTER (agreed_on IS NULL OR agreed_on <= today()) AS partners
  FROM partners
  WHERE region = own()
  GROUP BY kind
), stated AS (
  SELECT kind, value AS stated, date AS stated_date, source AS stated_source
  FROM (VALUES ('municipality', 'partner_municipalities'),
               ('children_institution', 'partner_child_institutions')) AS pairs (kind, indicator)
  JOIN observed USING (indicator)
  WHERE region = own()
  QUALIFY row_number() OVER (PARTITION BY indicator
                             ORDER BY date DESC, weakness, published DESC, source,
                             counting_basis) = 1
)
SELECT kind, partners, stated, stated_date, stated_source FROM agreed FULL JOIN stated USING (kind)
ORDER BY kind;

----------------------------------------------------------------------------------- data problems

CREATE MACRO about(codes) AS array_to_string(codes, ' ');

CREATE TABLE result_data_problems AS
WITH of_needs AS (
  SELECT 'needs' AS "table", about([municipality, service_type, target_group, date::VARCHAR])
    AS subject, * FROM needs_here
), fallen AS (
  SELECT * FROM paid_here
  QUALIFY persons_cumulative < lag(persons_cumulative)
    OVER (PARTITION BY target_group ORDER BY date)
), unordered AS (
  SELECT * FROM (
    SELECT *, lag(actual) OVER steps_of AS actual_before, row_number() OVER steps_of AS nth
    FROM progress WINDOW steps_of AS (PARTITION BY project ORDER BY step)
  )
  WHERE actual IS NOT NULL AND nth > 1 AND (actual_before IS NULL OR actual < actual_before)
), homeless AS (
  SELECT 'services' AS "table", about([municipality, service_type, target_group]) AS subject,
    municipality, file, line, source FROM opened
  UNION ALL
  SELECT 'needs', about([municipality, service_type, target_group, date::VARCHAR]),
    municipality, file, line, source FROM known_needs
  UNION ALL
  SELECT 'availability', about([municipality, service_type, target_group, date::VARCHAR]),
    municipality, file, line, source FROM known_ratings
), found AS (
  SELECT 1 AS nth, 'receiving_above_needing' AS problem, "table", file, line, subject, source
  FROM of_needs WHERE receiving > needing
  UNION ALL
  SELECT 2, 'receiving_above_assessed', "table", file, line, subject, source
  FROM of_needs WHERE receiving > assessed
  UNION ALL
  SELECT 3, 'needing_above_assessed', "table", file, line, subject, source
  FROM of_needs WHERE needing > assessed
  UNION ALL
  SELECT 4, 'persons_fall', 'reimbursement', file, line,
    about([target_group, date::VARCHAR]), source
  FROM fallen
  UNION ALL
  SELECT 5, 'milestone_before_predecessor', 'milestones', file, line,
    about([project, milestone]), source
  FROM unordered
  UNION ALL
  SELECT 6, 'dissolved_municipality', 'services', file, line,
    about([municipality, service_type, target_group]), source
  FROM open_here ANTI JOIN existing USING (municipality)
  UNION ALL
  SELECT 7, 'not_named_in_plan', 'infrastructure', file, line,
    about([project, municipality]), source
  FROM projects
  SEMI JOIN (FROM result_infrastructure WHERE named_in_plan = 'no') USING (project)
  UNION ALL
  SELECT 8, 'certified_above_contracted', 'infrastructure', file, line,
    about([project, municipality]), source
  FROM projects WHERE certified_eur > contracted_eur
  UNION ALL
  SELECT 9, 'unplaced_municipality', "table", file, line, subject, source
  FROM homeless ANTI JOIN placed USING (municipality)
  WHERE placeable()
)
SELECT problem, "table", file, line AS row, subject, source FROM found
ORDER BY nth, file, line;

--------------------------------------------------------------------------------------- findings

-- What of the indicators of the region counts: the version in force, on every basis.
CREATE TABLE tracked AS
SELECT indicator || '_is_on_track' AS finding, row_number() OVER () AS nth, value, value_date,
  target_value, target_date, rating, standing, expected_on_value_date AS line,
  CASE WHEN standing = 'no_observation' THEN 'no_data'
       WHEN standing = 'met' THEN 'supported'
       WHEN standing = 'missed' THEN 'not_supported'
       WHEN standing IN ('not_known_at_target', 'outdated') THEN 'inconclusive'
       WHEN reason = 'zero_baseline'
       THEN CASE standing WHEN 'ahead' THEN 'supported' ELSE 'not_supported' END
       WHEN reason IS NOT NULL THEN 'inconclusive'
       WHEN rating = 'on_track' THEN 'supported'
       WHEN standing = 'ahead' THEN 'inconclusive'
       ELSE 'not_supported' END AS verdict
FROM result_indicator_progress
WHERE region = own() AND version_role IN ('only', 'current');

CREATE TABLE result_findings AS
WITH indicator_findings AS (
  SELECT finding,
    CASE WHEN count(value) = 0 THEN 'no_data'
         WHEN count(DISTINCT verdict) > 1 THEN 'inconclusive'
         ELSE any_value(verdict) END AS verdict,
    arg_min(tracked, nth) FILTER (value IS NOT NULL) AS shown
  FROM tracked WHERE 'indicator_progress' NOT IN (FROM left_out)
  GROUP BY finding
), carer_findings AS (
  SELECT carer_type || '_' || status || '_grow' AS finding, *,
    CASE verdict WHEN 'growing' THEN 'supported' WHEN 'falling' THEN 'not_supported'
      WHEN 'stagnating' THEN 'not_supported' ELSE 'inconclusive' END AS conclusion
  FROM result_carers_trend
  WHERE region = own() AND 'carers_trend' NOT IN (FROM left_out)
), most AS (
  SELECT max(sites) AS sites, count(*) AS number,
    string_agg(municipality, ', ' ORDER BY municipality) AS municipalities
  FROM result_sites
  WHERE municipality IS NOT NULL
    AND sites = (SELECT max(sites) FROM result_sites WHERE municipality IS NOT NULL)
), served AS (
  SELECT municipality, bool_and(coalesce(services > 0, false)) AS every_group
  FROM result_target_group_coverage GROUP BY municipality
), served_sums AS (
  SELECT count(*) AS municipalities, count(*) FILTER (every_group) AS complete,
    (SELECT count(DISTINCT target_group) FROM result_target_group_coverage) AS target_groups
  FROM served
), went AS (
  SELECT min(year) AS first_year, max(year) AS last_year,
    coalesce(sum(children) FILTER (to_group = 'families'), 0) AS families,
    coalesce(sum(children) FILTER (to_group IN ('residential', 'family_like')), 0) AS others,
    coalesce(sum(children) FILTER (to_group = 'exit'), 0) AS otherwise
  FROM result_moves
), rows (finding, key, number, code) AS (
  SELECT finding, 'verdict', NULL::DOUBLE, verdict FROM indicator_findings
  UNION ALL SELECT finding, 'value', shown.value, NULL FROM indicator_findings WHERE shown IS NOT NULL
  UNION ALL SELECT finding, 'value_date', NULL, shown.value_date::VARCHAR
  FROM indicator_findings WHERE shown IS NOT NULL
  UNION ALL SELECT finding, 'target_value', shown.target_value, NULL
  FROM indicator_findings WHERE shown IS NOT NULL
  UNION ALL SELECT finding, 'target_date', NULL, shown.target_date::VARCHAR
  FROM indicator_findings WHERE shown IS NOT NULL
  UNION ALL SELECT finding, 'on_the_line_then', shown.line, NULL
  FROM indicator_findings WHERE shown IS NOT NULL
  UNION ALL SELECT finding, 'rating', NULL, shown.rating
  FROM indicator_findings WHERE shown IS NOT NULL
  UNION ALL SELECT finding, 'standing', NULL, shown.standing
  FROM indicator_findings WHERE shown IS NOT NULL

  UNION ALL SELECT finding, 'verdict', NULL, conclusion FROM carer_findings
  UNION ALL SELECT finding, 'first_year', first_year, NULL FROM carer_findings
  UNION ALL SELECT finding, 'last_year', last_year, NULL FROM carer_findings
  UNION ALL SELECT finding, 'first_count', first_count, NULL FROM carer_findings
  UNION ALL SELECT finding, 'last_count', last_count, NULL FROM carer_findings
  UNION ALL SELECT finding, 'p_exact', p_exact, NULL FROM carer_findings
  UNION ALL SELECT finding, 'trend', NULL, verdict FROM carer_findings

  UNION ALL SELECT 'one_municipality_has_most_sites', 'verdict', NULL,
    CASE WHEN coalesce(sites, 0) = 0 THEN 'no_data' WHEN number = 1 THEN 'supported'
         ELSE 'inconclusive' END
  FROM most WHERE 'sites' NOT IN (FROM left_out)
  UNION ALL SELECT 'one_municipality_has_most_sites', 'sites', sites, NULL
  FROM most WHERE sites > 0 AND 'sites' NOT IN (FROM left_out)
  UNION ALL SELECT 'one_municipality_has_most_sites', 'municipalities', NULL, municipalities
  FROM most WHERE sites > 0 AND 'sites' NOT IN (FROM left_out)

  UNION ALL SELECT 'every_group_is_served_everywhere', 'verdict', NULL,
    CASE WHEN municipalities = 0 THEN 'no_data' WHEN complete = municipalities THEN 'supported'
         ELSE 'not_supported' END
  FROM served_sums
  WHERE NOT EXISTS (FROM left_out WHERE result IN ('sites', 'target_group_coverage'))
  UNION ALL SELECT 'every_group_is_served_everywhere', unnest(
      ['municipalities', 'municipalities_with_every_group', 'target_groups']),
    unnest([municipalities, complete, target_groups]), NULL
  FROM served_sums
  WHERE municipalities > 0
    AND NOT EXISTS (FROM left_out WHERE result IN ('sites', 'target_group_coverage'))

  UNION ALL SELECT 'children_leave_institutions_for_families', 'verdict', NULL,
    CASE WHEN families + others = 0 THEN 'no_data' WHEN families > others THEN 'supported'
         WHEN families = others THEN 'inconclusive' ELSE 'not_supported' END
  FROM went WHERE 'moves' NOT IN (FROM left_out)
  UNION ALL SELECT 'children_leave_institutions_for_families',
    unnest(['first_year', 'last_year', 'to_families', 'to_other_care', 'left_otherwise']),
    unnest([first_year, last_year, families, others, otherwise]), NULL
  FROM went WHERE families + others > 0 AND 'moves' NOT IN (FROM left_out)
)
SELECT finding, key, number, code FROM rows ORDER BY finding, key;
