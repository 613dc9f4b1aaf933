"""Columns of an Arrow table as arrays that can be computed with, whatever the table lacks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

STAMP = pa.timestamp("us")


def column(table: pa.Table, name: str, kind: pa.DataType) -> pa.Array:
    """A column of a table as one array of ``kind``; nulls where the table has no such column."""
    if name not in table.column_names:
        return pa.nulls(table.num_rows, kind)
    whole = table[name].combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.nulls(0, whole.type)
    return whole if whole.type == kind else whole.cast(kind)


def text_column(table: pa.Table, name: str) -> pa.Array:
    """A column of texts."""
    return column(table, name, pa.string())


def flags(array: pa.Array) -> Flags:
    """A boolean array as numpy, null counting as false."""
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def micros(stamps: pa.Array) -> Numbers:
    """Timestamps as microseconds, null as 0."""
    return np.asarray(pc.fill_null(stamps.cast(pa.int64()), 0).to_numpy(zero_copy_only=False), dtype=np.int64)


def put(array: pa.Array, where: Flags, values: Sequence[str | None]) -> pa.Array:
    """``array`` with the texts at the true places of ``where`` replaced, in order."""
    if not where.any():
        return array
    return pc.replace_with_mask(array, pa.array(where), pa.array(values, pa.string()))


def codes(array: pa.Array) -> Numbers:
    """Equal texts as equal numbers from 0 on, null as -1."""
    indices = array.dictionary_encode().indices
    return np.asarray(pc.fill_null(indices, -1).to_numpy(zero_copy_only=False), dtype=np.int64)


def ranks(code: Numbers) -> Numbers:
    """How many equal numbers stand before each one."""
    order = np.argsort(code, kind="stable")
    ordered = code[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(code) else np.empty(0, np.int64)
    lengths = np.diff(np.r_[starts, len(code)])
    place = np.arange(len(code)) - np.repeat(starts, lengths)
    result = np.empty(len(code), np.int64)
    result[order] = place
    return result


def joined(parts: Sequence[pa.Array], separator: str) -> pa.Array:
    """The texts of each row joined, null ones left out; a row of nulls is an empty text.

    Arrow (26) drops a row of nulls from the result of such a join, so that such rows get a text first.
    """
    nothing = ~np.logical_or.reduce([flags(part.is_valid()) for part in parts])
    first = pc.if_else(pa.array(nothing), "", parts[0]) if nothing.any() else parts[0]
    return pc.binary_join_element_wise(first, *parts[1:], separator, null_handling="skip")
