"""What the demonstration rests on: every number here is invented unless it says otherwise."""

SEED = 20200519
MADE_ON = "2026-11-01"  # fixed, so that the same inputs give the same bytes
# Days of the invented entries of the quality log.
CHECKED_FIRST, CHECKED_LAST = "2026-11-02", "2026-11-05"
YEARS = tuple(range(2014, 2023))
LAST_YEAR_END = "2022-12-31"

REGION_NAMES = {
    "kurzeme": "Kurzeme",
    "latgale": "Latgale",
    "riga": "Rīga",
    "vidzeme": "Vidzeme",
    "zemgale": "Zemgale",
}
# Share of the national stock; Latgale so that 2017 gives the published 209 of 1,037 children.
REGION_SHARES = {
    "kurzeme": 0.145,
    "latgale": 0.2015,
    "riga": 0.3985,
    "vidzeme": 0.115,
    "zemgale": 0.14,
}
# Share of residential care that the state's branches give, at the end of the year.
STATE_SHARE = {2013: 0.14, 2022: 0.13}
# Children in specialised foster families of the country at the end of the year (from 2018-07).
SPECIALISED_STOCK = {2018: 40, 2019: 62, 2020: 80, 2021: 96, 2022: 112}
SPECIALISED_START = "2018-07-01"

MOST_CHILDREN_IN_A_HOME = 60
FEWEST_CHILDREN_IN_A_HOME = 2
MOST_CHILDREN_IN_A_DWELLING = 8

# Synthetic homes: region, arrangement, municipality, owner, weight, opened, closed.
HOMES = (
    ("kurzeme", "institution", "kuldigas-novads", "municipality", 1.0, "1993-09-01", "2021-08-31"),
    ("kurzeme", "institution", "talsu-novads", "municipality", 0.9, "1995-01-02", ""),
    ("kurzeme", "institution", "saldus-novads", "municipality", 1.1, "1992-06-01", ""),
    ("kurzeme", "institution", "liepaja", "ngo", 0.8, "1998-03-01", ""),
    ("kurzeme", "state_institution", "liepaja", "state", 1.0, "1991-09-01", ""),
    ("kurzeme", "family_like", "ventspils", "municipality", 7.2, "2018-02-01", ""),
    ("kurzeme", "youth_house", "liepaja", "municipality", 9.0, "2016-02-01", ""),
    ("latgale", "institution", "daugavpils", "municipality", 1.1, "1992-02-01", "2021-06-30"),
    ("latgale", "institution", "balvu-novads", "municipality", 0.9, "1994-09-01", ""),
    ("latgale", "institution", "rezeknes-novads", "municipality", 1.0, "1993-01-04", ""),
    ("latgale", "institution", "kraslavas-novads", "municipality", 0.8, "1996-05-02", ""),
    ("latgale", "institution", "ludzas-novads", "ngo", 0.8, "1999-10-01", ""),
    ("latgale", "institution", "preilu-novads", "municipality", 1.0, "1992-09-01", ""),
    ("latgale", "state_institution", "daugavpils", "state", 1.0, "1990-09-03", ""),
    ("latgale", "family_like", "rezekne", "municipality", 6.8, "2018-02-01", ""),
    ("latgale", "youth_house", "daugavpils", "municipality", 11.0, "2015-02-02", ""),
    ("riga", "institution", "riga", "municipality", 1.1, "1991-09-02", "2021-12-31"),
    ("riga", "institution", "jurmala", "municipality", 0.9, "1993-03-01", ""),
    ("riga", "institution", "riga", "ngo", 0.8, "1997-09-01", ""),
    ("riga", "institution", "siguldas-novads", "municipality", 0.9, "1994-04-01", ""),
    ("riga", "institution", "riga", "municipality", 1.1, "1992-09-01", ""),
    ("riga", "institution", "salaspils-novads", "municipality", 0.9, "1995-09-01", ""),
    ("riga", "institution", "riga", "municipality", 1.1, "1992-01-02", ""),
    ("riga", "institution", "olaines-novads", "municipality", 0.8, "1996-09-02", "2016-12-31"),
    ("riga", "institution", "riga", "municipality", 1.0, "1993-09-01", ""),
    ("riga", "institution", "marupes-novads", "ngo", 0.7, "2001-05-02", ""),
    ("riga", "institution", "riga", "municipality", 1.0, "1994-01-03", "2018-08-31"),
    ("riga", "state_institution", "riga", "state", 1.1, "1990-01-02", ""),
    ("riga", "state_institution", "riga", "state", 0.9, "1992-09-01", ""),
    ("riga", "family_like", "riga", "municipality", 7.6, "2018-02-01", ""),
    ("riga", "family_like", "jurmala", "ngo", 6.6, "2019-02-01", ""),
    ("riga", "youth_house", "riga", "municipality", 15.0, "2013-09-01", ""),
    ("vidzeme", "institution", "gulbenes-novads", "municipality", 1.0, "1992-09-01", "2021-12-31"),
    ("vidzeme", "institution", "valkas-novads", "municipality", 0.9, "1995-06-01", ""),
    ("vidzeme", "institution", "cesu-novads", "ngo", 0.9, "1998-09-01", ""),
    ("vidzeme", "state_institution", "valkas-novads", "state", 1.0, "1991-01-02", ""),
    ("vidzeme", "family_like", "madonas-novads", "ngo", 6.4, "2019-01-02", ""),
    ("vidzeme", "youth_house", "cesu-novads", "municipality", 8.0, "2017-02-01", ""),
    ("zemgale", "institution", "bauskas-novads", "municipality", 1.0, "1993-09-01", "2021-06-30"),
    ("zemgale", "institution", "dobeles-novads", "municipality", 0.9, "1994-02-01", ""),
    ("zemgale", "institution", "jelgava", "municipality", 1.1, "1992-06-01", ""),
    ("zemgale", "institution", "jekabpils-novads", "municipality", 0.9, "1996-09-02", ""),
    ("zemgale", "state_institution", "jelgava", "state", 1.0, "1990-06-01", ""),
    ("zemgale", "family_like", "aizkraukles-novads", "municipality", 7.0, "2018-01-15", ""),
    ("zemgale", "youth_house", "jelgava", "municipality", 10.0, "2016-02-01", ""),
)
HOME_WORDS = {
    "institution": ("Paraugnams", "izdomāts"),
    "state_institution": ("Valsts paraugfiliāle", "izdomāta"),
    "family_like": ("Ģimeniska paraugmāja", "izdomāta"),
    "youth_house": ("Jauniešu paraugmāja", "izdomāta"),
}
LETTERS = (
    *("Alfa", "Beta", "Gamma", "Delta", "Epsilons", "Dzēta", "Ēta", "Tēta", "Jota", "Kapa"),
    *("Lambda", "Mī", "Nī", "Ksī", "Omikrons", "Pī", "Ro", "Sigma", "Tau", "Ipsilons"),
)
UNEVEN_YEAR = (0.97, 1.03)  # children on average beside the mean of both year-ends, by region
UNEVEN_END = (0.88, 1.12)  # children of a house at a year's end as a multiple of its average
RUN_DOWN = (0.35, 0.6, 0.85)  # weight of a home in its last year, the year before, two before

# Cost of a home in prices of 2015 [EUR/month]: fixed per place of its first year, variable per
# child, and a step for every group begun [EUR/child-month of a full group].
COST_FUNCTION = {
    "institution": (310.0, 370.0, 110.0, 8),
    "state_institution": (300.0, 560.0, 120.0, 8),
    "family_like": (250.0, 410.0, 120.0, 8),
    "youth_house": (200.0, 300.0, 80.0, 8),
}
REAL_WAGE_GROWTH = 0.04  # a year, on the part of the cost that is pay
PAY_SHARE = 0.65
ITEM_SHARES = {  # the rest is `other`
    "institution": (0.64, 0.08, 0.10, 0.10, 0.055, 0.015),
    "state_institution": (0.66, 0.08, 0.09, 0.09, 0.06, 0.01),
    "family_like": (0.62, 0.07, 0.12, 0.08, 0.05, 0.05),
    "youth_house": (0.60, 0.09, 0.12, 0.10, 0.05, 0.03),
}
ITEMS = ("staff", "goods_services", "upkeep", "premises", "administration", "support")
# Codes of the ledgers in one region: item, code, its name and its part of the item. Invented with
# the ledgers: neither codes nor names were checked against the classification.
LEDGER_REGION = "kurzeme"
LEDGER_MAPPING = "izdomāts kopā ar grāmatvedību"
LEDGER_CODES = (
    ("staff", "1100", "Atalgojums", 0.81),
    ("staff", "1200", "Darba devēja VSAOI, pabalsti un kompensācijas", 0.19),
    ("goods_services", "2210", "Sakaru pakalpojumi", 0.1),
    ("goods_services", "2310", "Preces un inventārs", 0.9),
    ("upkeep", "2360", "Aprūpē esošo personu uzturēšana", 1.0),
    ("premises", "2220", "Komunālie pakalpojumi", 0.6),
    ("premises", "2240", "Remonts un ēku uzturēšana", 0.4),
    ("administration", "2230", "Administratīvie pakalpojumi", 1.0),
    ("support", "2270", "Speciālistu pakalpojumi", 1.0),
    ("other", "2500", "Nodokļi un nodevas", 1.0),
)
# Bought by the first home of the region: assets are annuitised, so the ledger's amount is left out.
LEDGER_PURCHASE = ("2020", "5230", "Pārējie pamatlīdzekļi", 14_750.00)
EU_SHARE_OF_SUPPORT = (0.5, 0.7)  # from 2018; differs by home and year
EU_SHARE_OF_FAMILY_LIKE = 0.2  # of staff, from 2018
DONATED_SHARE_OF_NGO = 0.12
BREAK_REGION, BREAK_YEAR = "zemgale", 2018  # overheads are in the ledger from this year

# Family-based care [EUR/child-month, prices of 2015] in the first and the last year.
FAMILY_COSTS = {
    ("foster_family", "support"): (22.0, 62.0),
    ("foster_family", "administration"): (20.0, 27.0),
    ("guardian", "support"): (4.0, 13.0),
    ("guardian", "administration"): (9.0, 11.0),
    ("specialised_foster_family", "allowance"): (850.0, 900.0),
    ("specialised_foster_family", "support"): (95.0, 120.0),
    ("specialised_foster_family", "administration"): (34.0, 36.0),
}
HOUSEHOLD_SHARES = {"foster_family": (0.44, 0.31, 0.25), "guardian": (0.68, 0.22, 0.10)}
YOUNG_SHARE = {"foster_family": 387 / (387 + 811), "guardian": 0.18}  # foster: published, 2017

# Where age and need are distinguished, and how the children divide.
GROUP_REGIONS, GROUP_YEARS = ("kurzeme", "vidzeme"), tuple(range(2019, 2023))
GROUPS = (("0-6", "standard"), ("0-6", "complex"), ("7-17", "standard"), ("7-17", "complex"))
GROUP_MIX = {"institution": (0.10, 0.40), "foster_family": (387 / (387 + 811), 0.16)}
GROUP_WEIGHT = {"0-6": 1.15, "7-17": 1.0, "standard": 1.0, "complex": 1.5}
UNEVEN_GROUP = (0.85, 1.15)  # what a group costs as a multiple of that; differs by region and year

# Plans: number of the home in its region, first planned year, share that stays by year.
PLANS = ((1, 2018, (0.75, 0.5, 0.25, 0.0)), (3, 2022, (0.8, 0.5, 0.2, 0.0)))
PLAN_YEARS = 10
DESTINATION_SHARES = {
    "foster_family": 0.34,
    "guardian": 0.18,
    "family_like": 0.26,
    "youth_house": 0.14,
    "specialised_foster_family": 0.08,
}
