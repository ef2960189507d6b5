from __future__ import annotations

import pandas as pd

from dieval.progress.reimbursement import persons_reimbursed

MAY, LATER = pd.Timestamp("2020-05-19"), pd.Timestamp("2020-12-31")


def reimbursement(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["region", "date", "target_group", "persons_cumulative"])


def test_persons_reimbursed_target_groups_are_added():
    rows = reimbursement(
        ("kurzeme", MAY, "grt_adults", 67),
        ("kurzeme", MAY, "ft_children", 158),
        ("kurzeme", MAY, "ft_parents", 105),
    )
    assert persons_reimbursed(rows).to_dict() == {("kurzeme", MAY): 67 + 158 + 105}
    assert persons_reimbursed(rows).iloc[0] == 330


def test_persons_reimbursed_dates_are_cumulative_and_never_added():
    rows = reimbursement(
        ("kurzeme", MAY, "ft_children", 158), ("kurzeme", LATER, "ft_children", 170)
    )
    assert persons_reimbursed(rows).to_dict() == {("kurzeme", MAY): 158, ("kurzeme", LATER): 170}


def test_persons_reimbursed_regions_are_kept_apart():
    rows = reimbursement(("kurzeme", MAY, "ft_children", 158), ("riga", MAY, "ft_children", 9))
    assert persons_reimbursed(rows).to_dict() == {("kurzeme", MAY): 158, ("riga", MAY): 9}


def test_persons_reimbursed_of_an_empty_table_is_empty():
    assert persons_reimbursed(reimbursement()).empty
