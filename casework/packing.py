"""The use case of packing: what is in view becomes a frozen pack, with what its numbers were made from."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.progress import Progress, quiet

if TYPE_CHECKING:
    import pyarrow as pa

    from casework.analytics.dataset import Dataset
    from casework.analytics.figures import Report
    from casework.pack.origin import Origin
    from casework.pack.writing import Templates
    from casework.published import Editorial


def make_pack(
    data: Dataset,
    report: Report,
    notes: Mapping[str, Any],
    *,
    files: Sequence[str | Path],
    formats: Sequence[str],
    smallest: int | None,
    templates: Mapping[str, Path],
    day_first: bool | None,
    made_at: dt.datetime,
    progress: Progress = quiet,
) -> tuple[str, bytes, str]:
    """A pack as a zip: its name, its content, and the SHA-256 of its document. See :meth:`casework.desk.Desk.pack`."""
    from casework.pack.document import Packed
    from casework.pack.suppress import SMALLEST, suppress
    from casework.pack.writing import DOCUMENT, pack_files, pack_name
    from casework.pack.zipped import nowhere, zipped

    outside = smallest is not None
    shown = report if smallest is None else suppress(report, smallest)
    packed = Packed(shown, notes["comments"], outside, smallest or SMALLEST, {"day_first": day_first})
    extra = {} if outside or ".xlsx" not in formats else _own_workbook(report, templates, made_at)
    made = pack_files(
        packed,
        _origin(data, files),
        nowhere(),
        _templates(templates, notes["editorial"]),
        extra,
        suffixes=formats,
        progress=progress,
    )
    name = pack_name(packed)
    return f"{name}.zip", zipped(name, made), hashlib.sha256(made[DOCUMENT]).hexdigest()


def _origin(data: Dataset, files: Sequence[str | Path]) -> Origin:
    from casework.exchange.read import find_files
    from casework.pack.origin import Origin

    own = _own(data)
    return Origin(tuple(find_files(files)) if files else (), own, data.known.has_time)


def _own(data: Dataset) -> pa.Table | None:
    """The office's own cases among those that were measured, as they were then."""
    import pyarrow.compute as pc

    places = [place for place, source in enumerate(data.known.sources) if source.header_row is None]
    if not places or data.cases is None:
        return None
    return data.cases.filter(pc.equal(data.cases["source"], places[0]))


def _own_workbook(report: Report, templates: Mapping[str, Path], made_at: dt.datetime) -> dict[str, bytes]:
    if ".xlsx" not in templates:
        return {}
    from casework.workbooks.template import fill_report, read_template

    path = templates[".xlsx"]
    return {path.name: fill_report(read_template(path), report, made_at, name=path.name)}


def _templates(templates: Mapping[str, Path], editorial: Mapping[str, Any]) -> Templates:
    from casework.pack.own_slides import read_slides_template
    from casework.pack.writing import Templates

    slides, word = templates.get(".pptx"), templates.get(".docx")
    return Templates(
        pptx=read_slides_template(slides) if slides else None,
        docx=word.read_bytes() if word else None,
        editorial=editorial_of(editorial),
    )


def editorial_of(kept: Mapping[str, Any]) -> Editorial:
    """What a supervisor chose and wrote for the published report, as it was kept; what is missing is empty."""
    from casework.published import Editorial, HotSpot, TypicalCase

    return Editorial(
        office=str(kept.get("office", "")),
        hot_spots=tuple(HotSpot(**one) for one in kept.get("hot_spots", ())),
        typical_cases=tuple(TypicalCase(**one) for one in kept.get("typical_cases", ())),
        advice=str(kept.get("advice", "")),
        own_words=tuple((str(name), str(text)) for name, text in kept.get("own_words", ())),
    )
