"""A table as it lies in a file: text cells in rows and columns, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet or text file, all as text.

    ``columns`` are equally long, the sheet's column A first (a blank one stays); cell ``i`` of each stands in the
    file's row ``row_numbers[i]`` (1-based, as a spreadsheet program shows it). ``loaded`` names the columns that were
    read where only some were; the others are blank then. ``errors`` maps (index, column) to the text of an error cell
    (``#REF!``).

    Hidden rows and columns are read like the others. ``hidden_rows`` counts them, ``hidden_spans`` are the first runs
    of their row numbers (first, last), ``hidden_columns`` are column indices. ``merged`` holds the merged areas that
    begin in the first :data:`MERGED_DEPTH` rows as (top index, left column, bottom index, right column), from 0,
    inclusive; only the top left cell of an area has text.
    """

    sheet: str | None
    columns: tuple[pa.Array, ...]
    row_numbers: npt.NDArray[np.int64]
    encoding: str | None = None
    date_1904: bool = False
    hidden: bool = False
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    loaded: frozenset[int] | None = None
    hidden_rows: int = 0
    hidden_spans: tuple[tuple[int, int], ...] = ()
    hidden_columns: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int, int], ...] = ()

    @property
    def height(self) -> int:
        """How many rows there are, blank ones included."""
        return len(self.row_numbers)

    def row(self, index: int) -> list[str]:
        """The cells of one row, trimmed; an empty cell is ``""``."""
        return [(column[index].as_py() or "").strip() for column in self.columns]


#: Merged areas matter in headers only; those further down are not kept.
MERGED_DEPTH = 40
