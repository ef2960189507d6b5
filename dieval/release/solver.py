"""Linear programs that are changed and solved again, the same way on every machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_array

FOUND = highspy.HighsModelStatus.kOptimal
IMPOSSIBLE = highspy.HighsModelStatus.kInfeasible
UNLIMITED = highspy.HighsModelStatus.kUnbounded
CUT_SHORT = highspy.HighsModelStatus.kSolutionLimit  # of nodes, not of time
KNOWN = int(highspy.SolutionStatus.kSolutionStatusFeasible)
# One thread and no limit of time: the solver takes the same steps whatever the machine is at.
OPTIONS = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 1e-6,
}
AGAIN = {"presolve": "off"}  # so that a solution is where the next begins


class Program:
    """A linear program over columns within limits, and rows within limits.

    It is solved again from where it ended: what it gives depends on what was done before, in this
    order, and on nothing else.

    Parameters
    ----------
    aim : array of float, shape (columns,)
        Its product with the columns becomes least.
    rows : sparse array, shape (rows, columns)
        Product with the columns that has to be 0.
    least, most : array of float, shape (columns,)
        Limits of the columns.
    """

    def __init__(
        self, aim: np.ndarray, rows: csr_array, least: np.ndarray, most: np.ndarray
    ) -> None:
        # The class itself greets on standard output; what it stands on does not.
        base: Any = highspy.Highs.__base__
        self.solver = base()
        self._set({**OPTIONS, **AGAIN})
        self.columns = np.arange(len(aim), dtype=np.int32)
        self.steps = 0  # of the simplex method, all in all
        rows = csr_array(rows)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(aim), rows.shape[0]
        model.col_cost_, model.col_lower_, model.col_upper_ = aim, least, most
        model.row_lower_ = model.row_upper_ = np.zeros(rows.shape[0])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = rows.indptr
        model.a_matrix_.index_, model.a_matrix_.value_ = rows.indices, rows.data
        self.solver.passModel(model)

    def aim(self, column: int, aim: float) -> None:
        """Change the aim of a column."""
        self.solver.changeColCost(int(column), aim)

    def aims(self, aim: np.ndarray) -> None:
        """Change the aim of all columns."""
        self.solver.changeColsCost(len(self.columns), self.columns, aim)

    def limit(self, least: np.ndarray, most: np.ndarray) -> None:
        """Change the limits of all columns."""
        self.solver.changeColsBounds(len(self.columns), self.columns, least, most)

    def add(self, row: np.ndarray, least: float) -> None:
        """Ask for a product with the columns of at least so much."""
        places = np.flatnonzero(row).astype(np.int32)
        self.solver.addRow(least, highspy.kHighsInf, len(places), places, row[places])

    def solve(self, *expected: Any) -> Any:
        """Find the best columns, and say how that ended.

        Raises
        ------
        ArithmeticError
            It ended otherwise than expected.
        """
        status = self._run()
        if status not in (FOUND, *expected):  # what the solver kept may have led it astray
            self.solver.clearSolver()
            status = self._run()
        if status not in (FOUND, *expected):
            text = self.solver.modelStatusToString(status)
            raise ArithmeticError(f"a linear program was not solved: {text}")
        return status

    def _run(self) -> Any:
        self.solver.run()
        self.steps += max(0, int(self.solver.getInfo().simplex_iteration_count))
        return self.solver.getModelStatus()

    @property
    def best(self) -> np.ndarray:
        """The columns found."""
        return np.array(self.solver.getSolution().col_value)

    @property
    def prices(self) -> np.ndarray:
        """How much the least product grows for each unit by which a column is held further up."""
        return np.array(self.solver.getSolution().col_dual)

    @property
    def product(self) -> float:
        """The least product of aim and columns."""
        return float(self.solver.getInfo().objective_function_value)

    def whole(self, nodes: int) -> tuple[np.ndarray | None, float]:
        """Find the best columns that are whole numbers.

        Parameters
        ----------
        nodes : int
            After so many nodes of the tree that is searched, the best found so far is taken.

        Returns
        -------
        array of float, shape (columns,), or None
            None if there is none, or none was found.
        float
            The least product of aim and columns is not below it.
        """
        self._set({"mip_max_nodes": nodes, "presolve": "on"})
        self._count_in(highspy.HighsVarType.kInteger)
        ending = self.solve(CUT_SHORT, IMPOSSIBLE)
        found, bound = self.best, float(self.solver.getInfo().mip_dual_bound)
        known = self.solver.getInfo().primal_solution_status == KNOWN
        self._count_in(highspy.HighsVarType.kContinuous)
        self._set(AGAIN)
        if ending == IMPOSSIBLE:
            return None, np.inf
        return (np.round(found) if known else None), bound

    def _set(self, options: Mapping[str, Any]) -> None:
        for name, value in options.items():
            if self.solver.setOptionValue(name, value) != highspy.HighsStatus.kOk:
                raise ArithmeticError(f"the solver takes no option {name} = {value}")

    def _count_in(self, kind: Any) -> None:
        kinds = np.full(len(self.columns), int(kind), dtype=np.uint8)
        self.solver.changeColsIntegrality(len(self.columns), self.columns, kinds)
