-- What plans are worth, from their numbers alone; written from docs/methods-plans.md, “Transition”.
--
-- Tables there before, each with the number of the plan: plans (plan, home, discount_rate), years
-- (plan, year, fixed_eur, variable_eur_per_child, step_eur, step_children), children (plan, year,
-- care_arrangement, children), prices (plan, year, care_arrangement, cost_per_child_year_eur),
-- one_off (plan, year, payer, amount_eur), home_payers (plan, payer, share), payers (plan, year,
-- care_arrangement, payer, share).

CREATE MACRO home_cost(n, fixed, variable, step, size) AS
  CASE WHEN n > 0 THEN fixed + variable * n + step * ceil(n / size) ELSE 0 END;

CREATE TABLE counted AS
SELECT plan, year, sum(children) AS in_care,
  sum(children) FILTER (care_arrangement = home) AS stay
FROM children JOIN plans USING (plan) GROUP BY ALL;

CREATE TABLE of_home AS
SELECT plan, year,
  home_cost(in_care, fixed_eur, variable_eur_per_child, step_eur, step_children) AS status_quo_eur,
  home_cost(stay, fixed_eur, variable_eur_per_child, step_eur, step_children) AS institution_eur
FROM counted JOIN years USING (plan, year);

CREATE TABLE elsewhere AS
SELECT plan, year, care_arrangement, children * cost_per_child_year_eur AS amount_eur
FROM children JOIN plans USING (plan) JOIN prices USING (plan, year, care_arrangement)
WHERE care_arrangement <> home;

CREATE TABLE result_transition AS
SELECT *, status_quo_eur - institution_eur - alternative_eur - one_off_eur AS net_eur
FROM (
  SELECT plan, year, status_quo_eur, institution_eur,
    coalesce((SELECT sum(amount_eur) FROM elsewhere e WHERE e.plan = o.plan AND e.year = o.year), 0)
      AS alternative_eur,
    coalesce((SELECT sum(amount_eur) FROM one_off f WHERE f.plan = o.plan AND f.year = o.year), 0)
      AS one_off_eur
  FROM of_home o
) ORDER BY plan, year;

CREATE TABLE result_worth AS
SELECT plan, sum(net_eur) AS net_eur,
  sum(net_eur / (1 + discount_rate) ** (year - first)) AS npv_eur
FROM result_transition JOIN plans USING (plan)
JOIN (SELECT plan, min(year) AS first FROM years GROUP BY plan) USING (plan)
GROUP BY plan ORDER BY plan;

CREATE TABLE result_payers AS
SELECT plan, year, payer,
  coalesce(h.share, 0) * (status_quo_eur - institution_eur)
  - coalesce((SELECT sum(e.amount_eur * p.share) FROM elsewhere e
      JOIN payers p USING (plan, year, care_arrangement)
      WHERE e.plan = o.plan AND e.year = o.year AND p.payer = names.payer), 0)
  - coalesce((SELECT sum(f.amount_eur) FROM one_off f
      WHERE f.plan = o.plan AND f.year = o.year AND f.payer = names.payer), 0) AS net_eur
FROM of_home o
CROSS JOIN (SELECT unnest(['state', 'municipality', 'eu_fund', 'other']) AS payer) names
LEFT JOIN home_payers h USING (plan, payer)
ORDER BY plan, year, payer;
