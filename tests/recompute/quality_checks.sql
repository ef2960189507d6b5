-- The quality log of one report, from the CSV files: which entry of each check counts, and how it stands.
-- Variables: data, parameters (folders), report, region, provider (or NULL), edition, data_sha256, report_sha256.

-- In the order of the contract: the check that reading makes, those of the data, those of a report.
CREATE TABLE asked AS
SELECT * FROM (VALUES
    (0, 'data_checked', 'data', 'yes'),
    (1, 'data_complete', 'data', 'yes'),
    (2, 'sources_compared', 'data', 'yes'),
    (3, 'assumptions_agreed', 'report', 'yes'),
    (4, 'recomputed', 'report', 'yes'),
    (5, 'figures_compared', 'report', 'yes'),
    (6, 'text_read_lv', 'report', 'yes'),
    (7, 'text_read_en', 'report', 'yes'),
    (8, 'conclusions_reviewed', 'report', 'yes'),
    (9, 'disclosure_audited', 'report', 'yes'),
    (10, 'accessibility_tried', 'report', 'no'),
    (11, 'stakeholders_heard', 'report', 'no')
) AS asked (place, "check", check_of, critical)
WHERE "check" <> 'disclosure_audited' OR getvariable('edition') = 'public';

CREATE TABLE entries AS
SELECT * FROM read_csv(
    getvariable('data') || '/quality_checks.csv', header = true, all_varchar = true, nullstr = ''
)
WHERE region = getvariable('region')
  AND (report IS NULL
       OR (report = getvariable('report') AND provider IS NOT DISTINCT FROM getvariable('provider')));

CREATE TABLE result_quality_checks AS
WITH standing AS (
    SELECT
        asked.*,
        entries.* EXCLUDE ("check", region, provider, report),
        -- The latest day is last; an entry without a day is later than all.
        row_number() OVER (
            PARTITION BY asked."check" ORDER BY entries.checked_on DESC NULLS FIRST
        ) AS from_the_end,
        CASE check_of
            WHEN 'data' THEN getvariable('data_sha256') ELSE getvariable('report_sha256')
        END AS now_sha256
    FROM asked LEFT JOIN entries USING ("check")
)
SELECT
    "check",
    check_of,
    critical,
    CASE
        WHEN "check" = 'data_checked' THEN 'passed'
        WHEN result IS NULL THEN 'open'
        WHEN from_the_end > 1 THEN 'earlier'
        WHEN result = 'open' THEN 'open'
        WHEN checked_sha256 IS DISTINCT FROM now_sha256 THEN 'reopened'
        ELSE result
    END AS check_state,
    CASE "check" WHEN 'data_checked' THEN 'dieval ' || getvariable('version') ELSE checked_by END
        AS checked_by,
    checked_on,
    CASE "check" WHEN 'data_checked' THEN 'dieval check' ELSE evidence END AS check_evidence,
    source
FROM standing
ORDER BY place, checked_on NULLS LAST;
