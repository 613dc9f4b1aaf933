"""The same measures give the same figures on DuckDB, PostgreSQL and Spark."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from benchmarks.lake_data import chunks
from casework.analytics.cases import schema
from casework.analytics.dataset import Known, open_cases, open_tables
from casework.analytics.engines import Engine, open_engine
from casework.analytics.figures import as_document
from casework.analytics.overlap import once
from casework.analytics.periods import parse_span
from casework.analytics.review import Filters
from casework.errors import BadFile, CaseworkError, Unavailable
from casework.exchange.read import read_export
from tests.shared import shared_data

TABLES = (
    "boston311/boston311-100.csv",
    "boston311/boston311-dmy-100.csv",
    "receipt-log/DERIVED_receipt_cases.csv",
    "cfpb-xlsx/consumer_complaints.xlsx",
)

#: For many small questions: compiling each to machine code takes longer than answering it.
_QUICK = """
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.executor.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
spark.sql.codegen.wholeStage false
spark.sql.codegen.factoryMode NO_CODEGEN
"""


@pytest.fixture
def database(postgres: str) -> Iterator[Engine]:
    engine = open_engine(postgres)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A standalone cluster of two workers on this machine."""
    pytest.importorskip("pyspark", reason="pyspark is not installed (casework[spark])")
    if not shutil.which("java"):
        pytest.skip("Java is not installed (Debian: default-jre-headless)")
    settings = tmp_path_factory.mktemp("spark") / "spark-defaults.conf"
    settings.write_text(_QUICK, "utf-8")
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")
        patch.setenv("SPARK_CONF_DIR", str(settings.parent))
        engine = open_engine("local-cluster[2,1,1024]")
    yield engine
    engine.close()


def figures(engine: Engine, cases: pa.Table, *, month: str = "", filters: Filters | None = None) -> str:
    table = engine.table(cases)
    data = open_cases(table, engine, Known(has_time=True), dt.date(2025, 12, 30))
    report = data.report(parse_span(month) if month else None, filters)
    return json.dumps(as_document(report), sort_keys=True, default=str)


def of_export(engine: Engine, path: Path) -> str:
    export = read_export(path, roles=None)
    known = Known((export.source,), export.has_time)
    data = open_tables([export.table], ["closed" in dict(export.source.columns)], known, engine=engine)
    return json.dumps(as_document(data.report()), sort_keys=True, default=str)


def tricky() -> pa.Table:
    """Moments, words and numbers that engines like to change."""
    moments = [dt.datetime(2025, 3, 9, 2, 30), dt.datetime(1969, 12, 31, 23, 59, 59, 999_999)]
    moments += [
        dt.datetime(2025, 12, 30, 23, 59, 59, 999_999),
        dt.datetime(1, 1, 1),
        dt.datetime(9999, 12, 31),
    ]
    words = ["a", "", None, 'q",\n\\N', "NULL", " 空 ", "😀é", "e\u0301", "\\.", "it's %s {}", "A"]
    rows = []
    for number in range(220):
        received = moments[number % len(moments)]
        word = words[number % len(words)]
        rows.append(
            dict.fromkeys(schema().names)
            | {"received": received, "channel": word, "conduct": words[(number * 7) % len(words)]}
            | {"received_us": (received - dt.datetime(1970, 1, 1)) // dt.timedelta(microseconds=1)}
            | {"case_no": word, "on_time": (True, False, None)[number % 3], "row": number, "source": 0}
            | {"amount_minor": 2**53 + number, "reopened": number % 2, "can_close": True}
        )
    return pa.Table.from_pylist(rows, schema=schema())


def test_a_table_comes_back_from_duckdb_as_it_went_in() -> None:
    assert_unchanged(open_engine())


def test_a_table_comes_back_from_postgresql_as_it_went_in(database: Engine) -> None:
    assert_unchanged(database)


def test_a_table_comes_back_from_spark_as_it_went_in(spark: Engine) -> None:
    assert_unchanged(spark)


def assert_unchanged(engine: Engine) -> None:
    cases = tricky()
    kept = engine.keep(engine.table(cases))
    back = engine.arrow(kept).sort_by("row")
    assert back.schema.equals(schema())
    assert back.to_pylist() == cases.to_pylist()
    assert engine.arrow(engine.table(schema().empty_table())).num_rows == 0
    engine.drop(kept)


@pytest.mark.parametrize("name", TABLES)
def test_postgresql_measures_real_exports_as_duckdb_does(database: Engine, name: str) -> None:
    path = shared_data(name)
    assert of_export(database, path) == of_export(open_engine(), path)


def test_spark_measures_a_real_export_as_duckdb_does(spark: Engine) -> None:
    path = shared_data(TABLES[0])
    assert of_export(spark, path) == of_export(open_engine(), path)


@pytest.mark.parametrize(
    ("month", "filters"),
    [("", None), ("2025-10", None), ("2025", Filters(channel=("电话", None), conduct=("合同",)))],
)
def test_postgresql_measures_generated_cases_as_duckdb_does(
    database: Engine, month: str, filters: Filters | None
) -> None:
    [cases] = chunks(20_000)
    here, there = (
        figures(engine, cases, month=month, filters=filters) for engine in (open_engine(), database)
    )
    assert here == there


@pytest.mark.slow
def test_spark_measures_generated_cases_as_duckdb_does(spark: Engine) -> None:
    [cases] = chunks(20_000)
    here, there = (figures(engine, cases, month="2025-10") for engine in (open_engine(), spark))
    assert here == there


def test_words_that_look_alike_stay_apart_on_every_engine(database: Engine) -> None:
    assert figures(database, tricky()) == figures(open_engine(), tricky())


def test_parquet_files_are_read_alike_whatever_their_folder_is_called(
    tmp_path: Path, database: Engine, spark: Engine
) -> None:
    import glob

    folder = tmp_path / "数据 [1] #%20"
    folder.mkdir()
    [cases] = chunks(3_000)
    parquet.write_table(cases.slice(0, 1_000), folder / "a.parquet")
    parquet.write_table(cases.slice(1_000), folder / "b.parquet")
    for engine in (open_engine(), database, spark):
        found = engine.arrow(engine.parquet(f"{glob.escape(str(folder))}/*.parquet"))
        assert found.sort_by("row").to_pylist() == cases.to_pylist()
        assert engine.arrow(engine.parquet(str(tmp_path / "none" / "*.parquet"))).num_rows == 0


def test_a_case_of_several_sources_counts_once_on_every_engine(database: Engine, spark: Engine) -> None:
    day, later = dt.datetime(2025, 1, 1), dt.datetime(2025, 2, 1)
    rows = [
        ("open in both: the last counts", [("1", None), ("1", None)], [1]),
        ("closed only in the first", [("2", later), ("2", None)], [0]),
        ("closed in both", [("3", later), ("3", later)], [1]),
        ("without a number", [(None, None), (None, None)], [0, 1]),
        ("in one only", [("4", None)], [0]),
    ]
    told = [
        dict.fromkeys(schema().names)
        | {"case_key": key, "case_no": what, "received": day, "closed": closed, "source": source}
        for what, states, _stays in rows
        for source, (key, closed) in enumerate(states)
    ]
    cases = pa.Table.from_pylist(told, schema=schema().append(pa.field("case_key", pa.string())))
    wanted = sorted((what, source) for what, _states, stays in rows for source in stays)
    for engine in (open_engine(), database, spark):
        found = engine.arrow(once(engine.table(cases)))
        assert found.schema.names == schema().names
        assert sorted(zip(found["case_no"].to_pylist(), found["source"].to_pylist(), strict=True)) == wanted


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_postgresql_says_which_column_holds_what_it_cannot_keep(database: Engine, text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    column = pa.Array.from_buffers(
        pa.string(),
        1,
        [None, pa.py_buffer(bytes([0] * 4) + len(raw).to_bytes(4, "little")), pa.py_buffer(raw)],
    )
    with pytest.raises(BadFile, match="handler"):
        database.table(pa.table({"handler": column}))
    assert database.arrow(database.table(pa.table({"handler": ["b"]}))).num_rows == 1


@pytest.mark.parametrize(
    "url", ["postgresql://somebody:secret@127.0.0.1:1/x", "postgresql://[", "mysql://x", "nonsense"]
)
def test_an_engine_that_is_not_there_is_refused_in_one_line(url: str) -> None:
    with pytest.raises(CaseworkError) as refusal:
        open_engine(url)
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


def test_without_java_spark_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed (casework[spark])")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(Unavailable, match="Java 17"):
        open_engine("local[1]")
    assert not list(tmp_path.iterdir())


def test_a_database_is_measured_in_place(database: Any) -> None:
    table = database.from_sql("SELECT 'x'::text AS channel, 7::bigint AS n")
    assert database.arrow(table.filter(table.n > 5)).to_pylist() == [{"channel": "x", "n": 7}]
