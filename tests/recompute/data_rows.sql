-- Where the rows stand that a region's cost comparison rests on: file, lines and sources.
--
-- Written from the methods, from the CSV files of a data package. Variables set before: data
-- (folder), region, first_year, last_year, price_year. A line is that of the file, the header is 1;
-- no field of the files may hold a line break.

CREATE MACRO lines_of(name) AS TABLE
SELECT *, row_number() OVER () + 1 AS line
FROM read_csv(getvariable('data') || '/' || name || '.csv', header = true, all_varchar = true);

CREATE MACRO year_counts(year) AS
  year::INTEGER BETWEEN getvariable('first_year') AND getvariable('last_year');

CREATE TABLE placed_assets AS
SELECT assets.*
FROM lines_of('assets') AS assets JOIN lines_of('providers') AS providers USING (provider)
WHERE providers.region = getvariable('region');

-- Years whose prices count; the ends of the index stand for what it does not reach.
CREATE TABLE priced_years AS
WITH reach AS (SELECT min(year::INTEGER) AS first, max(year::INTEGER) AS last
               FROM lines_of('price_index'))
SELECT least(greatest(year, first), last) AS year
FROM (SELECT getvariable('price_year') AS year
      UNION SELECT acquired_year::INTEGER FROM placed_assets), reach;

CREATE TABLE counted_rows AS
SELECT 'costs' AS name, care_arrangement, line, source
FROM lines_of('costs') WHERE region = getvariable('region') AND year_counts(year)
UNION ALL
SELECT 'activity', care_arrangement, line, source
FROM lines_of('activity') WHERE region = getvariable('region') AND year_counts(year)
UNION ALL
SELECT 'households', care_arrangement, line, source
FROM lines_of('households') WHERE region = getvariable('region') AND year_counts(year)
UNION ALL
SELECT 'statutory_rates', care_arrangement, line, source
FROM lines_of('statutory_rates')
WHERE year(valid_from::DATE) <= getvariable('last_year')
  AND (valid_to IS NULL OR year(valid_to::DATE) >= getvariable('first_year'))
UNION ALL
SELECT 'assets', NULL, line, source FROM placed_assets
UNION ALL
SELECT 'price_index', NULL, line, source
FROM lines_of('price_index')
WHERE year_counts(year) OR year::INTEGER IN (SELECT year FROM priced_years);

CREATE TABLE result_data_rows AS
WITH numbered AS (
  SELECT *, line - row_number() OVER (PARTITION BY name, care_arrangement ORDER BY line) AS run
  FROM counted_rows
), runs AS (
  SELECT name, care_arrangement, min(line) AS first, max(line) AS last
  FROM numbered GROUP BY name, care_arrangement, run
), written AS (
  SELECT name, care_arrangement,
    string_agg(CASE WHEN first = last THEN first::VARCHAR ELSE first || '–' || last END, ', '
               ORDER BY first) AS rows
  FROM runs GROUP BY name, care_arrangement
)
SELECT name AS "table", counted_rows.care_arrangement, name || '.csv' AS file, rows, count(*) AS n_rows,
  string_agg(DISTINCT source, ', ' ORDER BY source) AS sources
FROM counted_rows JOIN written USING (name)
WHERE counted_rows.care_arrangement IS NOT DISTINCT FROM written.care_arrangement
GROUP BY name, counted_rows.care_arrangement, rows;
