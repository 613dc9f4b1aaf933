"""By when a body must have accepted a filing, and by when it must have finished it.

A day is the later one of two readings where the law can be read in two ways: no body is called late on the stricter.
Without an acceptance date the body is taken to have accepted on the last day that it had for this. Extensions, which
no export tells of, are not counted; neither is time for testing and appraisal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from casework.calendars import UnknownYear, add_working_days, working_day_from
from casework.rules.pack import Deadline, RulePack

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

    Days = npt.NDArray[np.int64]

_EPOCH = dt.date(1970, 1, 1).toordinal()
_DAY_US = 86_400_000_000
_MOST_DAYS = 1 << 20
_NONE = -(1 << 62)  # a day that there is not


def last_day(deadline: Deadline, start: dt.date) -> dt.date:
    """The last day of a period that ``start`` sets off. Raises :class:`casework.calendars.UnknownYear`.

    Working days are counted from the next one; a last calendar day on a day of rest moves to the next working day.
    """
    if deadline.unit == "working_day":
        return add_working_days(start, deadline.n)
    return working_day_from(start + dt.timedelta(days=deadline.n))


def due_dates(
    pack: RulePack, channel_id: str, filed: dt.date, accepted: dt.date | None = None
) -> tuple[dt.date | None, dt.date | None]:
    """By when the body of a channel must accept what was filed on a day, and by when it must finish it.

    None where the pack has no verified period for it, or the year's working days are not known. What was filed is
    taken as received on the same day.
    """
    accept = _due(_period(pack, channel_id, "accept", filed), filed, accepted, None)
    return accept, _due(_period(pack, channel_id, "handle", filed), filed, accepted, accept)


def _period(pack: RulePack, channel: str, role: str, filed: dt.date) -> Deadline | None:
    return next((one for one in _periods(pack, channel, role) if one.in_force(filed)), None)


def _periods(pack: RulePack, channel: str, role: str) -> Iterator[Deadline]:
    for one in pack.deadlines.values():
        if one.channel == channel and one.role == role and one.verified:
            yield one


def _due(
    deadline: Deadline | None, filed: dt.date, accepted: dt.date | None, accept: dt.date | None
) -> dt.date | None:
    if deadline is None:
        return None
    start = (accepted or accept) if deadline.trigger == "accepted" else filed
    return None if start is None else _or_none(deadline, start)


def _or_none(deadline: Deadline, start: dt.date) -> dt.date | None:
    try:
        return last_day(deadline, start)
    except (UnknownYear, OverflowError):
        return None


# ------------------------------------------------------------------ whole columns


def due_columns(pack: RulePack, channels: pa.Array, filed: pa.Array, accepted: pa.Array) -> pa.Array:
    """By when each filing must be finished: the last moment of that day (timestamp[us], wall clock), null as above.

    ``channels`` are ids of the pack (strings; any other has no period), ``filed`` and ``accepted`` timestamps. All are
    of one length. Each distinct day is looked up once.
    """
    return _moments(_column(pack, "handle", channels, filed, accepted))


def accept_columns(pack: RulePack, channels: pa.Array, filed: pa.Array) -> pa.Array:
    """By when each filing must be accepted, as :func:`due_columns` says it."""
    return _moments(_column(pack, "accept", channels, filed, None))


def _column(
    pack: RulePack, role: str, channels: pa.Array, filed: pa.Array, accepted: pa.Array | None
) -> Days:
    """The due day of each filing as days since 1970; :data:`_NONE` where there is none."""
    import numpy as np

    names, code = _coded(channels)
    filed_days = _days(filed)
    taken = None if accepted is None else _days(accepted)
    due: Days = np.full(len(filed_days), _NONE, np.int64)
    for place, name in enumerate(names):
        if not name or not any(_periods(pack, name, role)):
            continue
        rows = np.flatnonzero((code == place) & (filed_days != _NONE))
        accept = _of_channel(pack, name, "accept", filed_days[rows], filed_days[rows])
        start = accept if taken is None else np.where(taken[rows] != _NONE, taken[rows], accept)
        due[rows] = accept if role == "accept" else _of_channel(pack, name, role, filed_days[rows], start)
    return due


def _of_channel(pack: RulePack, channel: str, role: str, filed: Days, accepted: Days) -> Days:
    """The due days of one channel's filings; which period counts is settled by the day of filing."""
    import numpy as np

    due: Days = np.full(len(filed), _NONE, np.int64)
    for deadline in reversed(list(_periods(pack, channel, role))):
        rows = np.flatnonzero(_in_force(deadline, filed))
        start = (accepted if deadline.trigger == "accepted" else filed)[rows]
        due[rows] = _each(start, deadline)
    return due


def _in_force(deadline: Deadline, filed: Days) -> npt.NDArray[np.bool_]:
    first, last = deadline.in_force_from or dt.date.min, deadline.in_force_until or dt.date.max
    flags: npt.NDArray[np.bool_] = (filed >= first.toordinal() - _EPOCH) & (
        filed <= last.toordinal() - _EPOCH
    )
    return flags


def _each(start: Days, deadline: Deadline) -> Days:
    """The last day of the period from each day; each distinct one is computed once."""
    import numpy as np

    known = start[start != _NONE]
    if not len(known):
        return start
    first, span = int(known.min()), int(np.ptp(known)) + 1
    if span > _MOST_DAYS:  # some year that cannot be: then a table of days would not fit
        distinct, places = np.unique(start, return_inverse=True)
        return np.array([_last(day, deadline) for day in distinct.tolist()], np.int64)[places]
    there = np.zeros(span, np.bool_)
    there[known - first] = True
    table: Days = np.full(span + 1, _NONE, np.int64)  # the last place is for rows without a day
    for place in np.flatnonzero(there).tolist():
        table[place] = _last(first + place, deadline)
    result: Days = table[np.where(start == _NONE, span, start - first)]
    return result


def _last(day: int, deadline: Deadline) -> int:
    if not dt.date.min.toordinal() <= day + _EPOCH <= dt.date.max.toordinal():
        return _NONE
    found = _or_none(deadline, dt.date.fromordinal(day + _EPOCH))
    return _NONE if found is None else found.toordinal() - _EPOCH


def _coded(words: pa.Array) -> tuple[list[str | None], Days]:
    """Distinct words, and the place of each row's among them."""
    import numpy as np

    coded = _flat(words).dictionary_encode(null_encoding="encode")
    return coded.dictionary.to_pylist(), _whole(coded.indices, "int32").astype(np.int64)


def _days(stamps: pa.Array) -> Days:
    """The day of each time as days since 1970."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    flat = _flat(stamps).cast(pa.timestamp("us")).cast(pa.int64())
    micros = _whole(flat, "int64")
    day = np.floor_divide(micros, _DAY_US)
    if flat.null_count:
        known = _whole(pc.is_valid(flat).cast(pa.uint8()), "uint8") > 0
        day = np.where(known, day, _NONE)
    days: Days = day
    return days


def _whole(array: pa.Array, dtype: str) -> npt.NDArray[Any]:
    """An array's values as they lie in memory: to_numpy() would import pandas."""
    import numpy as np

    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), dtype)
    return np.frombuffer(buffer, dtype)[array.offset : array.offset + len(array)]


def _flat(column: pa.Array) -> pa.Array:
    return column.combine_chunks() if hasattr(column, "combine_chunks") else column


def _moments(days: Days) -> pa.Array:
    import numpy as np
    import pyarrow as pa

    known = days != _NONE
    micros = np.where(known, days, 0) * _DAY_US + (_DAY_US - 1)
    buffers = [pa.py_buffer(np.packbits(known, bitorder="little")), pa.py_buffer(micros)]
    return pa.Array.from_buffers(pa.timestamp("us"), len(days), buffers)
