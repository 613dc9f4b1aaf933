"""A table as it lies in a file: text cells in rows and columns, before anything is understood."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet or text file, all as text.

    ``columns`` are equally long; cell ``i`` of each stands in the file's row ``row_numbers[i]`` (1-based, as a
    spreadsheet program shows it). ``errors`` maps (index, column) to the text of an error cell (``#REF!``).
    """

    sheet: str | None
    columns: tuple[pa.Array, ...]
    row_numbers: npt.NDArray[np.int64]
    encoding: str | None = None
    date_1904: bool = False
    hidden: bool = False
    errors: dict[tuple[int, int], str] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """How many rows there are, blank ones included."""
        return len(self.row_numbers)

    def row(self, index: int) -> list[str]:
        """The cells of one row, trimmed; an empty cell is ``""``."""
        return [(column[index].as_py() or "").strip() for column in self.columns]
