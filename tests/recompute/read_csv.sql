-- The tables of a data package, as they stand in its CSV files. Variable set before: data (folder).

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
  'locator': 'VARCHAR', 'url': 'VARCHAR', 'licence': 'VARCHAR', 'language': 'VARCHAR',
  'evidence': 'VARCHAR'});
