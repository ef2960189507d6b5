-- What must hold of the simulated demand, whatever the draws are: a row for every fault.
--
-- Tables that must be there before: demand, demand_observed, demand_backtest, places_outlook and the
-- values of the findings, as the package makes them.

CREATE MACRO per_place(children, places) AS
  CASE WHEN places > 0 THEN children / places::DOUBLE END;
CREATE MACRO alike(a, b) AS
  (a IS NULL AND b IS NULL) OR coalesce(abs(a - b) <= 1e-9 * greatest(abs(a), 1), false);

CREATE VIEW beside_places AS
SELECT year, care_arrangement, planned_places, p90 AS high FROM demand
UNION ALL SELECT year, care_arrangement, planned_places, children FROM demand_observed;

-- A quantile is at least what is added to every draw: the plan's own children.
SELECT 'quantiles of demand' AS fault, year, care_arrangement FROM demand
WHERE NOT coalesce(plan_children <= p10 AND p10 <= p50 AND p50 <= p90, false)
UNION ALL
SELECT 'quantiles of the back-test', year, care_arrangement FROM demand_backtest
WHERE NOT coalesce(0 <= p05 AND p05 <= p50 AND p50 <= p95, false)
UNION ALL
SELECT 'inside', year, care_arrangement FROM demand_backtest
WHERE (inside = 'yes') <> (observed >= p05 AND observed <= p95)
UNION ALL
SELECT 'use of places', year, care_arrangement FROM demand
WHERE NOT alike(utilisation_p50, per_place(p50, planned_places))
UNION ALL
SELECT 'outlook', outlook.year, outlook.care_arrangement
FROM places_outlook AS outlook LEFT JOIN demand USING (year, care_arrangement)
WHERE NOT (alike(outlook.p10, demand.p10) AND alike(outlook.p50, demand.p50)
  AND alike(outlook.p90, demand.p90) AND alike(outlook.utilisation_p50, demand.utilisation_p50))
UNION ALL
-- Places are too many from the first year on after the last one in which they are not, counted
-- years among them.
SELECT 'empty from', outlook.year, outlook.care_arrangement
FROM places_outlook AS outlook
WHERE empty_from IS DISTINCT FROM (
  SELECT min(year) FROM beside_places AS first
  WHERE first.care_arrangement = outlook.care_arrangement AND NOT EXISTS (
    FROM beside_places AS later WHERE later.care_arrangement = first.care_arrangement
      AND later.year >= first.year AND NOT coalesce(later.planned_places > later.high, false)))
UNION ALL
SELECT 'finding', outlook.year, outlook.care_arrangement
FROM places_outlook AS outlook
WHERE NOT EXISTS (
  FROM findings WHERE finding = 'planned_places_exceed_demand' AND "key" = 'verdict'
    AND subject = outlook.care_arrangement
    AND code = CASE WHEN empty_from IS NULL THEN 'not_supported' ELSE 'supported' END);
