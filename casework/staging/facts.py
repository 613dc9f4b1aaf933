"""What a row of an export says, as the columns of a new case and as one canonical text to compare next time.

The *facts* of a row are what its export says, by role, blank ones left out: JSON with sorted keys and no spaces.
Dates are ``YYYY-MM-DD HH:MM:SS`` by the wall clock, amounts yuan with two places, all of them strings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from casework.i18n import _
from casework.progress import Progress, Step, quiet
from casework.sources import DATE_ROLES, KEEP, STORED_ROLES
from casework.staging import labels
from casework.staging.columns import (
    STAMP,
    Flags,
    Numbers,
    codes,
    column,
    flags,
    joined,
    micros,
    put,
    ranks,
    text_column,
)
from casework.staging.vocabulary import Vocabulary, apply, placeholders

#: The columns that a new case is stored from; amounts in fen, conducts and facts as JSON.
COLUMNS = (
    *(
        "row",
        "number",
        "case_no",
        "received_at",
        "closed_at",
        "status",
        "summary",
        "handler",
        "region",
        "conducts",
    ),
    *("complainant_name", "complainant_phone", "respondent_company", "channel", "filing_status"),
    *("first_response_at", "amount_minor", "remedy_text", "facts", "outcome"),
)
#: Besides these: why a row cannot be used, and what was left out of it, in words; null where there is nothing.
TOLD = ("fault", "remark")

DATES = tuple(role for role in DATE_ROLES if role in STORED_ROLES)
TEXTS = tuple(role for role in labels.FACTS if role not in (*DATES, "amount"))
BATCH = 50_000
LONGEST_NUMBER = 200  # characters
#: Clocks of two time zones differ by at most this; a date that lies further before the receipt cannot be right.
ZONES = dt.timedelta(hours=26)
JSON_BLOCK = 1 << 24  # bytes
MOST_FEN = 2**53  # beyond, a spreadsheet's number no longer holds single fen
YEARS = (1990, 2100)  # as casework.intake allows

_FIRST, _PAST = (
    int(np.datetime64(f"{year}-01-01", "us").astype(np.int64)) for year in (YEARS[0], YEARS[1] + 1)
)
_NO_NUMBER = r"(?i)^(?:#(?:ref!|n/a|value!|name\?|null!|num!|div/0!)|\d(?:\.\d+)?e\+?\d+)$"
_THREE_DIGITS = r"(?s)\p{Nd}.*\p{Nd}.*\p{Nd}"
_encode = json.JSONEncoder(ensure_ascii=False).encode


def incoming(table: pa.Table, vocabulary: Vocabulary, progress: Progress = quiet) -> pa.Table:
    """The rows of an export as new cases: exactly :data:`COLUMNS`, in the order of the export."""
    return prepare(table, vocabulary, progress).select(list(COLUMNS))


def prepare(table: pa.Table, vocabulary: Vocabulary, progress: Progress = quiet) -> pa.Table:
    """:data:`COLUMNS` and :data:`TOLD` for each row of an export (one row a case, columns named by role).

    A row without a case number is named by what it says, so that it is known again; rows that say the same are
    counted. What no database holds is left out of a text, and the remark says so.
    """
    table = apply(table, vocabulary.words)
    batches = []
    for start in range(0, max(table.num_rows, 1), BATCH):
        progress(Step(_("Reading the rows"), start, table.num_rows))
        batches.append(_batch(table.slice(start, BATCH)))
    return _numbered(pa.concat_tables(batches).combine_chunks())


def _batch(table: pa.Table) -> pa.Table:
    said = _Said(table)
    received, closed, answered = said.stamps["received"], said.closed, said.answered
    conduct, text, meaning = said.texts["conduct"], said.texts["text"], text_column(table, "conduct_meaning")
    mapped = flags(pc.and_(pc.is_valid(meaning), pc.not_equal(meaning, KEEP)))
    is_closed = flags(
        pc.or_(
            pc.is_valid(closed), pc.fill_null(pc.equal(text_column(table, "status_meaning"), "closed"), False)
        )
    )
    fen = pa.array(said.fen, mask=~said.has_amount)
    return pa.table(
        {
            "row": column(table, "row", pa.int64()),
            "number": said.texts["case_no"],
            "case_no": said.texts["case_no"],
            "received_at": received,
            "closed_at": closed,
            "status": pc.if_else(is_closed, "closed", "open"),
            "summary": _summary(text, conduct, mapped),
            "handler": pc.fill_null(said.texts["handler"], ""),
            "region": pc.fill_null(said.texts["region"], ""),
            "conducts": pc.if_else(mapped, pc.binary_join_element_wise('["', meaning, '"]', ""), "[]"),
            "complainant_name": pc.fill_null(said.texts["complainant"], ""),
            "complainant_phone": pc.fill_null(said.phone, ""),
            "respondent_company": pc.fill_null(said.texts["respondent"], ""),
            "channel": _channel(said.texts["channel"], text_column(table, "channel_meaning")),
            "filing_status": pc.if_else(is_closed, "closed", "filed"),
            "first_response_at": answered,
            "amount_minor": fen,
            "remedy_text": pc.if_else(
                pc.is_valid(fen), _("Amount in the export"), pa.scalar(None, pa.string())
            ),
            "facts": said.facts(),
            "outcome": said.texts["outcome"],
            "fault": said.fault(),
            "remark": said.remark(),
            "_key": said.key(),
        }
    )


def _summary(text: pa.Array, conduct: pa.Array, mapped: Flags) -> pa.Array:
    """The text, else the conduct's word; a word without a meaning here stands before the text."""
    marked = pc.binary_join_element_wise("〔", conduct, "〕", text, "")
    own = pc.if_else(pa.array(mapped), text, pc.coalesce(marked, text))
    return pc.coalesce(own, conduct, "")


def _channel(word: pa.Array, meaning: pa.Array) -> pa.Array:
    return pc.if_else(pc.fill_null(pc.not_equal(meaning, KEEP), False), meaning, word)


class _Said:
    """What the rows of one batch say, cleaned, with what is wrong with them."""

    def __init__(self, table: pa.Table) -> None:
        self.rows = table.num_rows
        self.remarks: list[tuple[Flags, str]] = []
        self.texts = {role: self._clean(text_column(table, role), role) for role in TEXTS}
        self.dates = {role: column(table, role, STAMP) for role in DATES}
        self.stamps = {role: self._possible(role) for role in DATES}
        self.closed = self._after_receipt("closed")
        self.answered = self._after_receipt("first_response")
        self._read_amount(column(table, "amount", pa.float64()))
        self.phone = self._real_phone()

    def _clean(self, array: pa.Array, role: str) -> pa.Array:
        array = _valid(array)
        dirty = _rows_with(array, _UNSTORABLE)
        if dirty.any():
            cleaned = [_without(value) for value in array.filter(pa.array(dirty)).to_pylist()]
            array = put(array, dirty, cleaned)
            told = _("Control characters were left out of “{column}”.")
            self.remarks.append((dirty, told.format(column=labels.name(role))))
        return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)

    def _possible(self, role: str) -> pa.Array:
        stamps = self.dates[role]
        wall = micros(stamps)
        wrong = flags(stamps.is_valid()) & ((wall < _FIRST) | (wall >= _PAST))
        if not wrong.any():
            return stamps
        if role != "received":  # without a received date the row has a fault, which says more
            told = _("“{column}” was left out: its year cannot be.").format(column=labels.name(role))
            self.remarks.append((wrong, told))
        return pc.if_else(pa.array(wrong), pa.scalar(None, STAMP), stamps)

    def _after_receipt(self, role: str) -> pa.Array:
        """A date without a time of day, or of another zone, may seem to lie before the receipt: it is then the receipt."""
        stamps, received = self.stamps[role], self.stamps["received"]
        before = flags(pc.less(stamps, received))
        if not before.any():
            return stamps
        wrong = before & (micros(received) - micros(stamps) > ZONES // dt.timedelta(microseconds=1))
        if wrong.any():
            told = _("“{column}” was left out: it lies before the receipt.").format(column=labels.name(role))
            self.remarks.append((wrong, told))
        moved = pc.if_else(pa.array(before), received, stamps)
        return pc.if_else(pa.array(wrong), pa.scalar(None, STAMP), moved)

    def _read_amount(self, amount: pa.Array) -> None:
        value = np.asarray(pc.fill_null(amount, np.nan).to_numpy(zero_copy_only=False), np.float64)
        with np.errstate(over="ignore", invalid="ignore"):
            fen = np.rint(value * 100)
            readable = np.abs(fen) <= MOST_FEN
        self.fen: Numbers = np.where(readable, fen, 0).astype(np.int64)
        self.said_amount, self.has_amount = readable, readable & (self.fen >= 0)
        wrong = ~np.isnan(value) & ~self.has_amount
        if wrong.any():
            told = _("“{column}” was left out: it is negative or too large.")
            self.remarks.append((wrong, told.format(column=labels.name("amount"))))

    def _real_phone(self) -> pa.Array:
        phone = self.texts["phone"]
        odd = flags(pc.invert(pc.match_substring_regex(phone, _THREE_DIGITS)))
        if not odd.any():
            return phone
        said = pc.utf8_lower(pc.utf8_trim_whitespace(pc.utf8_normalize(phone, "NFKC")))
        nothing = flags(pc.is_in(said, value_set=pa.array(sorted(placeholders()))))
        told = _("“{column}” was left out: it is not a telephone number.").format(column=labels.name("phone"))
        self.remarks.append((odd & ~nothing, told))
        return pc.if_else(pa.array(odd), pa.scalar(None, pa.string()), phone)

    def fault(self) -> pa.Array:
        """Why a row cannot be used; null where it can."""
        number = self.texts["case_no"]
        nameless = pc.or_(
            pc.match_substring_regex(number, _NO_NUMBER), pc.greater(pc.utf8_length(number), LONGEST_NUMBER)
        )
        undated = pa.array(~flags(self.dates["received"].is_valid()))
        impossible = pa.array(~flags(self.stamps["received"].is_valid()))
        return pc.case_when(
            pc.make_struct(undated, impossible, pa.array(flags(nameless)), field_names=["a", "b", "c"]),
            _("It has no received date that can be read."),
            _("The year of its received date cannot be."),
            _("Its case number cannot identify it: a spreadsheet has cut or replaced it."),
            pa.scalar(None, pa.string()),
        )

    def remark(self) -> pa.Array:
        """What was left out of a row; null where nothing was."""
        if not self.remarks:
            return pa.nulls(self.rows, pa.string())
        parts = [
            pc.if_else(pa.array(where), text, pa.scalar(None, pa.string())) for where, text in self.remarks
        ]
        told = joined(parts, " ")
        return pc.if_else(pc.equal(told, ""), pa.scalar(None, pa.string()), told)

    def facts(self) -> pa.Array:
        """The facts of each row as canonical JSON."""
        spelled = {role: _spelled(self.dates[role]) for role in DATES}
        return facts_text({**self.texts, **spelled, "amount": self._yuan()})

    def _yuan(self) -> pa.Array:
        whole, rest = np.divmod(np.abs(self.fen), 100)
        sign = pc.if_else(pa.array(self.fen < 0), "-", "")
        cents = pc.utf8_lpad(pa.array(rest).cast(pa.string()), 2, "0")
        yuan = pc.binary_join_element_wise(sign, pa.array(whole).cast(pa.string()), ".", cents, "")
        return pc.if_else(pa.array(self.said_amount), yuan, pa.scalar(None, pa.string()))

    def key(self) -> pa.Array:
        """What names a row that has no case number; null where it has one."""
        if not self.texts["case_no"].null_count:
            return pa.nulls(self.rows, pa.string())
        parts = [
            _spelled(self.dates["received"]),
            *(self.texts[role] for role in ("channel", "conduct", "respondent")),
            self._yuan(),
            self.texts["text"],
        ]
        filled = [pc.fill_null(part, "") for part in parts]
        said = pc.binary_join_element_wise(*filled, "\x1f")
        return pc.if_else(self.texts["case_no"].is_null(), said, pa.scalar(None, pa.string()))


# ------------------------------------------------------------------ names of rows without a number


def _numbered(table: pa.Table) -> pa.Table:
    """Name the rows that have no case number: ``row-`` and a hash of what they say, repeated ones counted."""
    keys = column(table, "_key", pa.string())
    table = table.drop_columns(["_key"])
    nameless = flags(keys.is_valid())
    if not nameless.any():
        return table
    said = keys.drop_null()
    place = ranks(codes(said))
    hashes = [hashlib.sha256(key.encode()).hexdigest()[:12] for key in said.to_pylist()]
    names: list[str | None] = [
        f"row-{word}" if not before else f"row-{word}-{before + 1}"
        for word, before in zip(hashes, place.tolist(), strict=True)
    ]
    number = put(text_column(table, "number"), nameless, names)
    for name in ("number", "case_no"):
        table = table.set_column(table.schema.get_field_index(name), name, number)
    return table


# ------------------------------------------------------------------ canonical text


def facts_text(columns: Mapping[str, pa.Array]) -> pa.Array:
    """Canonical JSON of each row from the columns of its facts; null values are left out."""
    parts = [
        pc.binary_join_element_wise(f'"{role}":"', _escaped(columns[role]), '"', "")
        for role in sorted(columns)
    ]
    return pc.binary_join_element_wise("{", joined(parts, ","), "}", "")


def read_facts(text: pa.Array) -> dict[str, pa.Array]:
    """The columns that :func:`facts_text` was made of; null where a row does not say it."""
    try:
        table = _read_json(pc.coalesce(text, "{}"))
    except pa.ArrowInvalid:  # facts that are not ours, or one row of more than a block
        listed = [json.loads(each) if each else {} for each in text.to_pylist()]
        return {
            role: pa.array([_text(facts.get(role)) for facts in listed], pa.string()) for role in labels.FACTS
        }
    return {role: text_column(table, role) for role in labels.FACTS}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _read_json(text: pa.Array) -> pa.Table:
    from pyarrow import json as reader

    lines = pc.binary_join_element_wise(text, "\n", "")
    offsets = np.frombuffer(lines.buffers()[1], np.int32) if len(lines) else np.zeros(1, np.int32)
    schema = pa.schema([(role, pa.string()) for role in labels.FACTS])
    if not offsets[-1]:
        return schema.empty_table()
    table = reader.read_json(
        pa.BufferReader(lines.buffers()[2].slice(0, int(offsets[-1]))),
        read_options=reader.ReadOptions(block_size=JSON_BLOCK),
        parse_options=reader.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
    )
    if table.num_rows != len(text):
        raise pa.ArrowInvalid("a row of facts is not one line of JSON")
    return table


def _spelled(stamps: pa.Array) -> pa.Array:
    plain = stamps.cast(pa.timestamp("s"), safe=False).cast(pa.string())
    parted = micros(stamps) % 1_000_000 != 0
    return pc.if_else(pa.array(parted), stamps.cast(pa.string()), plain) if parted.any() else plain


def _escaped(array: pa.Array) -> pa.Array:
    """Texts as they stand between the quotes of JSON."""
    odd = _rows_with(array, _ESCAPED)
    if not odd.any():
        return array
    return put(array, odd, [_encode(value)[1:-1] for value in array.filter(pa.array(odd)).to_pylist()])


_CONTROLS = [code for code in range(32) if chr(code) not in "\t\n\r"] + [127]
_UNSTORABLE = np.zeros(256, np.bool_)
_UNSTORABLE[_CONTROLS] = True
_ESCAPED = np.zeros(256, np.bool_)
_ESCAPED[[*range(32), ord('"'), ord("\\")]] = True
_CLEANING = dict.fromkeys(_CONTROLS)


def _without(value: str) -> str:
    return value.translate(_CLEANING)


def _rows_with(array: pa.Array, bytes_: Flags) -> Flags:
    """Which texts hold one of some ASCII bytes: one look at the whole column's memory."""
    found = np.zeros(len(array), np.bool_)
    data = array.buffers()[2]
    if data is None or not len(array):
        return found
    offsets = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array) + 1]
    whole = np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]
    places = np.flatnonzero(bytes_[whole]) + offsets[0]
    rows = np.searchsorted(offsets, places, side="right") - 1
    found[rows] = True
    return found & flags(array.is_valid())


def _valid(array: pa.Array) -> pa.Array:
    """Texts that are UTF-8; a byte that is not (half a surrogate pair) becomes U+FFFD."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        raw = array.cast(pa.binary())
        listed = [None if value is None else value.decode("utf-8", "replace") for value in raw.to_pylist()]
        return pa.array(listed, pa.string())
    return array
