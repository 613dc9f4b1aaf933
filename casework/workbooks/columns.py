"""Model values gathered into Arrow columns, some thousand at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from casework.workbooks.sheets import TEXT_STYLES, Column, Sheet

if TYPE_CHECKING:
    import pyarrow as pa

Item = TypeVar("Item")
_BATCH = 4000


@dataclass(frozen=True, slots=True)
class Field(Generic[Item]):
    """One column: its header, its style (:mod:`casework.workbooks.looks`) and the value of an item."""

    title: str
    style: str
    of: Callable[[Item], object]
    width: float = 0
    choices: str = ""


class Gathering(Generic[Item]):
    """Items on their way into a sheet. Empty texts become empty cells."""

    def __init__(
        self, name: str, fields: Sequence[Field[Item]], *, frozen: int = 1, printed: int = 0
    ) -> None:
        self._name, self._fields = name, tuple(fields)
        self._frozen, self._printed = frozen, printed
        self._waiting: list[Item] = []
        self._batches: list[pa.RecordBatch] = []

    def add(self, item: Item) -> None:
        """Take one more item."""
        self._waiting.append(item)
        if len(self._waiting) >= _BATCH:
            self._turn()

    def sheet(self) -> Sheet:
        """Return everything taken, as a sheet."""
        import pyarrow as pa

        self._turn()
        names = [str(place) for place in range(len(self._fields))]
        schema = pa.schema(
            [(name, _type(field.style)) for name, field in zip(names, self._fields, strict=True)]
        )
        columns = tuple(
            Column(field.title, field.style, field.width, field.choices) for field in self._fields
        )
        table = pa.Table.from_batches(self._batches, schema)
        return Sheet(self._name, table, columns, self._frozen, printed=self._printed)

    def _turn(self) -> None:
        import pyarrow as pa

        if self._waiting:
            arrays = [
                pa.array([_present(field.of(item)) for item in self._waiting], _type(field.style))
                for field in self._fields
            ]
            self._batches.append(pa.record_batch(arrays, [str(place) for place in range(len(arrays))]))
            self._waiting = []


def _present(value: object) -> object:
    return None if value == "" else value


def _type(style: str) -> Any:
    import pyarrow as pa

    if style in TEXT_STYLES:
        return pa.string()
    return {"stamp": pa.timestamp("us"), "day": pa.date32(), "money": pa.decimal128(38, 2)}.get(
        style, pa.int64()
    )
