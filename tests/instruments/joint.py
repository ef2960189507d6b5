"""Two editions as one system, for whoever has the numbers of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import block_diag, csr_array, lil_array, vstack

from dieval.release.linked import Linked


def editions(
    earlier: Linked, later: Linked, pairs: Sequence[tuple[int, int]]
) -> tuple[Linked, np.ndarray]:
    """Put two editions together: what changed from one to the other is a cell of its own.

    Parameters
    ----------
    earlier, later : Linked
    pairs : sequence of (int, int)
        Position of a cell in the earlier edition, and of the same cell in the later one.

    Returns
    -------
    system : Linked
        Cells of the earlier edition, of the later one, and by how much each pair differs.
    changes : array of int, shape (pairs,)
        Positions of the changes.
    """
    first, second = len(earlier.values), len(later.values)
    change = np.array([later.values[new] - earlier.values[old] for old, new in pairs])
    values = np.concatenate([earlier.values, later.values, np.abs(change)])
    places = first + second + np.arange(len(pairs))
    links = lil_array((len(pairs), len(values)))
    for number, (old, new) in enumerate(pairs):
        more, less = (first + new, old) if change[number] >= 0 else (old, first + new)
        links[number, [more, less, places[number]]] = -1.0, 1.0, 1.0
    alone = block_diag([earlier.sums, later.sums, csr_array((0, len(pairs)))])
    whole = earlier.whole and later.whole
    return Linked(values, csr_array(vstack([alone, links])), whole), places
