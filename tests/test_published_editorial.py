"""What a supervisor chooses and writes for the published report: it survives re-runs, files and the loss of suggestions."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.analytics.cases import COLUMNS, schema
from casework.errors import BadFile
from casework.published import (
    Editorial,
    HotSpot,
    TypicalCase,
    as_toml,
    compose,
    editorial_at,
    from_toml,
    renewed,
    suggestions,
    untraceable,
)
from casework.published.editorial import SECTIONS
from tests.reviews import make_report

REPORT = make_report(channels=12, months=26, incomplete=False)


def cases(*rows: dict[str, object]) -> pa.Table:
    columns = {name: [row.get(name) for row in rows] for name in COLUMNS}
    return pa.table(columns, schema=schema())


def some_cases() -> pa.Table:
    day, us = dt.datetime(2026, 10, 5), 86_400_000_000
    return cases(
        {"received": day, "case_no": "A1", "kind": "投诉", "respondent": "虚构甲公司", "agent": "工号0417", "amount_minor": 900_000, "elapsed_us": 9 * us, "end": "resolved", "source": 0, "row": 2},
        {"received": day, "case_no": "A2", "kind": "举报", "amount_minor": 100, "elapsed_us": 40 * us, "source": 0, "row": 3},
        {"received": dt.datetime(2025, 1, 1), "case_no": "A3", "amount_minor": 10**9, "source": 0, "row": 4},
    )  # fmt: skip


def test_hot_spots_are_suggested_by_how_many_more_cases_came() -> None:
    found = suggestions(REPORT)
    more = []
    for spot in found.hot_spots:
        part = next(one for one in REPORT.review.breakdown(spot.dimension).parts if one.value == spot.value)  # type: ignore[union-attr]
        assert part.before is not None
        more.append(part.received - part.before)
        assert not spot.use
    assert more and more == sorted(more, reverse=True) and min(more) > 0


def test_nothing_is_suggested_across_a_break() -> None:
    quality = replace(REPORT.review.quality, incomplete=("2026-10",))
    assert suggestions(replace(REPORT, review=replace(REPORT.review, quality=quality))).hot_spots == ()


def test_typical_cases_are_those_of_the_period_and_name_nobody() -> None:
    report = replace(REPORT, cases=some_cases())
    found = suggestions(report)
    assert len(found.typical_cases) == 2  # A1 by its sum, A2 by its days; A3 is of another month
    assert "A1" not in str(found)
    chosen = replace(found, typical_cases=tuple(replace(one, use=True) for one in found.typical_cases))
    document = str(compose(report, chosen, "zh"))
    assert "涉诉金额(万元)" in document and "0.90" in document
    assert "工号0417" not in document and "A1" not in document and "虚构甲公司" not in document


def test_choices_and_words_survive_when_the_data_no_longer_suggest_them() -> None:
    kept = Editorial(
        hot_spots=(HotSpot("conduct", "不再出现", "写过的话"), HotSpot("conduct", "闲置", use=False)),
        typical_cases=(TypicalCase("0" * 12, "旧案", "案情"),),
        own_words=(("overview", "总体的话"),),
    )
    again = renewed(kept, suggestions(REPORT))
    assert again.hot_spots[0] == kept.hot_spots[0]
    assert not any(spot.value == "闲置" for spot in again.hot_spots)
    assert again.typical_cases[0] == kept.typical_cases[0]
    assert len(again.hot_spots) == 1 + len(suggestions(REPORT).hot_spots)
    assert renewed(again, suggestions(REPORT)) == again
    document = str(compose(REPORT, again, "zh"))
    assert "写过的话" in document and "案情" in document and "总体的话" in document
    told = untraceable(REPORT, again)
    assert len(told) == 2 and "不再出现" in told[0]


def test_the_file_holds_suggestions_with_their_figures_and_reads_back() -> None:
    found = suggestions(replace(REPORT, cases=some_cases()))
    file = as_toml(found, replace(REPORT, cases=some_cases()))
    assert "use = false" in file and "# 本期" in file
    read = from_toml(file.encode())
    assert (read.hot_spots, read.typical_cases) == (found.hot_spots, found.typical_cases)
    chosen = from_toml(file.replace("use = false", "use = true", 1))
    assert [spot.use for spot in chosen.hot_spots][:2] == [True, False]


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=40, deadline=None)
@given(st.builds(
    Editorial,
    office=words, advice=words,
    hot_spots=st.lists(st.builds(HotSpot, st.sampled_from(["conduct", "region"]), st.none() | words, words, st.booleans()), max_size=3).map(tuple),
    typical_cases=st.lists(st.builds(TypicalCase, words, words, words, st.booleans()), max_size=3).map(tuple),
    own_words=st.fixed_dictionaries(dict.fromkeys(SECTIONS, words)).map(lambda found: tuple(found.items())),
))  # fmt: skip
def test_any_words_go_through_the_file_unchanged(editorial: Editorial) -> None:
    read = from_toml(as_toml(editorial))
    assert dict(read.own_words) == dict(editorial.own_words)
    assert replace(read, own_words=()) == replace(editorial, own_words=())
    compose(REPORT, editorial, "zh")


def test_everything_wrong_with_a_file_is_said_at_once() -> None:
    bad = 'office = 3\nextra = 1\n[own_words]\nnowhere = "x"\n[[hot_spots]]\nvalue = 5\nuse = "yes"\n'
    with pytest.raises(BadFile) as told:
        from_toml(bad, "editorial.toml")
    for part in ("office", "extra", "nowhere", "value", "use", "dimension", "editorial.toml"):
        assert part in str(told.value)
    for broken in (b"\xff\xfe", b"office = ", b"x" * (2 << 20)):
        with pytest.raises(BadFile):
            from_toml(broken)


def test_a_missing_file_is_started_with_suggestions_and_an_existing_one_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "editorial.toml"
    started, new = editorial_at(path, REPORT)
    assert new and started == suggestions(REPORT)
    mine = (
        path.read_text("utf-8")
        .replace("use = false", "use = true", 1)
        .replace('advice = ""', 'advice = "三思"')
    )
    path.write_text(mine, "utf-8")
    kept, new = editorial_at(path, REPORT)
    assert not new and kept.advice == "三思" and kept.hot_spots[0].use
    assert path.read_text("utf-8") == mine
    with pytest.raises(BadFile):
        editorial_at(tmp_path / "nowhere" / "editorial.toml", REPORT)
