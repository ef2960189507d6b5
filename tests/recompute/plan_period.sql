-- Whose unit costs a plan needs, of which years and in what money; before unit_costs.sql.
--
-- Tables that must be there before: providers, costs, activity, households, price_index. Variables
-- that must be set before: provider, start_year, horizon_years.

SET VARIABLE region =
  (SELECT region FROM providers WHERE provider = getvariable('provider'));
SET VARIABLE last_year = getvariable('start_year')::INTEGER + getvariable('horizon_years') - 1;
SET VARIABLE first_year = (
  SELECT min(year) FROM (
    SELECT region, year FROM costs UNION ALL SELECT region, year FROM activity
    UNION ALL SELECT region, year FROM households)
  WHERE region = getvariable('region'));

-- A year that the index does not have yet has the money of its last year.
INSERT INTO price_index BY NAME
SELECT unnest(range(last.year + 1, getvariable('last_year')::INTEGER + 1)) AS year, last.value
FROM (SELECT max(year) AS year, arg_max(value, year) AS value FROM price_index) AS last;
