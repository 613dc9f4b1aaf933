"""Spark: for tables that outgrow one machine. The optional library ``pyspark`` and Java are needed.

Tables go in as Parquet files in a folder that every worker can read, never row by row.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.analytics.cases import schema
from casework.analytics.engines import parquet_files
from casework.errors import Unavailable
from casework.i18n import _

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

#: Rows per Parquet file: Spark's workers take a file each.
_ROWS = 500_000
_SETTINGS = {
    "spark.app.name": "casework",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    # Wall-clock times stay what they are, wherever driver and workers stand.
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
    "spark.sql.adaptive.enabled": "true",
    "spark.executorEnv.LC_ALL": "C.UTF-8",
    "spark.sql.ansi.enabled": "true",  # what does not fit is an error, never another number
}
#: Of a Spark on this machine alone: nothing listens to the network, and a few parts are enough.
_LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "4",
}


class Spark:
    """A Spark session. See :class:`casework.analytics.engines.Engine`.

    A session that runs in this process already is used and left running. Tables are handed over in
    ``CASEWORK_SPARK_FOLDER``, a folder that driver and workers share; without it in a temporary one, which serves where
    the workers are on this machine.
    """

    def __init__(self, url: str) -> None:
        """Start or join a Spark at a master's address (``spark://…``, ``local[2]``, ``local-cluster[2,1,1024]``).

        :class:`Unavailable` where pyspark or Java is missing or Spark does not start.
        """
        _require()
        self._folder = Path(tempfile.mkdtemp(prefix="casework-", dir=os.environ.get("CASEWORK_SPARK_FOLDER")))
        try:
            self._session, self._own = _session(url.removeprefix("spark+"), self._folder)
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore", FutureWarning
                )  # pyspark's, about pandas, which is not used here
                import ibis

                self._ibis: Any = ibis.pyspark.connect(self._session)
        except BaseException:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        self._names = 0
        self._kept: dict[str, Any] = {}

    def _name(self) -> str:
        self._names += 1
        return f"{self._folder.name.replace('-', '_')}_{self._names}"

    def table(self, cases: pa.Table) -> ir.Table:
        """See :class:`Engine`."""
        from pyarrow import parquet

        name = self._name()
        folder = self._folder / name
        folder.mkdir()
        for start in range(0, max(cases.num_rows, 1), _ROWS):
            parquet.write_table(cases.slice(start, _ROWS), folder / f"{start:012}.parquet")
        return self._view(name, self._session.read.parquet(_address(folder)))

    def parquet(self, pattern: str) -> ir.Table:
        """See :class:`Engine`; the workers read the files themselves."""
        files = [_address(Path(file)) for file in parquet_files(pattern)]
        if not files:
            return self.table(schema().empty_table())
        return self._view(self._name(), self._session.read.parquet(*files))

    def _view(self, name: str, frame: Any) -> ir.Table:
        frame.createOrReplaceTempView(name)
        return self._ibis.table(name)

    def keep(self, expression: ir.Table) -> ir.Table:
        """See :class:`Engine`; what does not fit into the workers' memory goes to their disks."""
        name = self._name()
        frame = self._frame(expression).persist()
        frame.count()  # now, not at the first use
        self._kept[name] = frame
        return self._view(name, frame)

    def drop(self, kept: ir.Table) -> None:
        """See :class:`Engine`."""
        name = kept.op().name
        self._session.catalog.dropTempView(name)
        if name in self._kept:
            self._kept.pop(name).unpersist()
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def arrow(self, expression: ir.Table) -> pa.Table:
        """See :class:`Engine`."""
        return self._frame(expression).toArrow().cast(expression.schema().to_pyarrow())

    def _frame(self, expression: ir.Table) -> Any:
        return self._session.sql(str(self._ibis.compile(expression)))

    def ask(self, measure: Callable[..., ir.Table], seen: ir.Table, *asked: Hashable) -> pa.Table:
        """See :class:`Engine`; put anew each time, which is little beside the way to the server."""
        return self.arrow(measure(seen, *asked))

    def close(self) -> None:
        """See :class:`Engine`; a session that was here before goes on."""
        for frame in self._kept.values():
            frame.unpersist()
        if self._own:
            name = self._session.sparkContext.applicationId
            self._session.stop()
            shutil.rmtree(_home() / "work" / name, ignore_errors=True)  # the workers' of a local-cluster
        shutil.rmtree(self._folder, ignore_errors=True)


def _home() -> Path:
    import pyspark

    return Path(os.environ.get("SPARK_HOME") or Path(pyspark.__file__).parent)


def _address(path: Path) -> str:
    """A path as Spark reads it, which takes brackets and stars for patterns and knows no %20."""
    return "file://" + re.sub(r"([\[\]{}*?\\])", r"\\\1", path.absolute().as_posix())


def _require() -> None:
    """Refuse in words where something is missing that has to be installed."""
    warnings.filterwarnings("ignore", category=FutureWarning, module="pyspark")  # about pandas, not used here
    try:
        import pyspark  # noqa: F401
    except ModuleNotFoundError:
        raise Unavailable(
            _("The Spark engine is not installed."), remedy=_("Install it: pip install 'casework[spark]'")
        ) from None
    home = os.environ.get("JAVA_HOME")
    if not (shutil.which("java", path=str(Path(home, "bin"))) if home else shutil.which("java")):
        raise Unavailable(
            _("Spark needs Java, and there is none on this machine."),
            where=f"JAVA_HOME={home}" if home else "",
            remedy=_("Install Java 17 or newer, or leave --engine out."),
        )


def _session(master: str, folder: Path) -> tuple[Any, bool]:
    """A session, and whether it was started here."""
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        fresh = running.newSession()
        for key, value in _SETTINGS.items():
            if key.startswith("spark.sql."):
                fresh.conf.set(key, value)
        return fresh, False
    settings = _SETTINGS | {"spark.sql.warehouse.dir": str(folder)}
    if master.startswith("local"):
        settings |= _LOCAL
    conf = SparkConf(loadDefaults=False).setMaster(master).setAll(list(settings.items()))
    try:
        with (
            _utf8(),
            (folder / "spark.log").open("wb") as log,
        ):  # Java's own chatter: not for a caseworker's screen
            launch: Any = launch_gateway  # without types
            gateway = launch(conf, {"stdout": subprocess.DEVNULL, "stderr": log})
        context = SparkContext(conf=conf, gateway=gateway)
        return SparkSession(context), True
    except (PySparkException, Py4JError, OSError) as error:
        raise Unavailable(_("Spark does not start."), where=master, remedy=_reason(error, folder)) from error


@contextmanager
def _utf8() -> Iterator[None]:
    """Java reads and writes names of files in the encoding of its locale: while it starts that is UTF-8."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before


def _reason(error: BaseException, folder: Path) -> str:
    """The line that says why, of what Spark and Java said."""
    log = folder / "spark.log"
    told = (log.read_text("utf-8", "replace") if log.exists() else "") + str(error)
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    return next(
        (line for line in lines if "Exception" in line or "Error" in line), lines[-1] if lines else ""
    )
