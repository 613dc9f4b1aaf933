"""A report in an office's own template: names, documentation, desk, command line and the sample template."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from casework.analytics.periods import parse_span
from casework.desk import Desk
from casework.errors import Incomplete
from casework.i18n import use_language
from casework.measuring import report_exports
from casework.workbooks.filling.figures import CHINESE, aliases, fields, in_chinese, report_values
from casework.workbooks.template import fill_report
from casework.workspace import open_workspace

from .commands import casework, refusal
from .layouts import LAYOUTS
from .templates import cells, grid, opened, parts

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "sample_data" / "templates" / "投诉月报模板.xlsx"
EXPORT = ROOT / "sample_data" / "exports" / "zammad-tickets.xlsx"
MADE_AT = dt.datetime(2026, 11, 2, 9, 15)


@pytest.fixture(scope="module")
def report():
    return report_exports([EXPORT], period=parse_span("2026-06"))


def test_every_name_of_a_report_is_documented_in_both_languages(report):
    values, lists = report_values(report, MADE_AT)
    text = (ROOT / "docs" / "templates.md").read_text(encoding="utf-8")
    for name in values:
        assert f"| `{{{{{CHINESE[name]}}}}}` | `{{{{{name}}}}}` |" in text
    for group in lists:
        line = re.search(rf"^\| `{CHINESE[group]}` \| `{group}` \|.*$", text, re.MULTILINE)
        assert line, group
        for field in fields()[group]:
            assert f"`{in_chinese(field)}` `{field}`" in line.group()


def test_records_have_the_fields_that_are_promised_and_chinese_names_are_each_their_own(report):
    _values, lists = report_values(report, MADE_AT)
    assert lists.keys() == fields().keys()
    for group, records in lists.items():
        assert all(tuple(record) == fields()[group] for record in records), group
    assert all(lists[group] for group in ("resolution", "volume", "history", "months", "backlog", "sources"))
    assert len(set(CHINESE.values())) == len(CHINESE)
    assert aliases()["0至7天"] == "days_0_7"
    assert aliases()["超90天"] == "days_over_90"


def test_the_numbers_are_those_of_the_report(report):
    values, lists = report_values(report, MADE_AT)
    assert (values["received"], values["closed"], values["open"]) == (
        report.received,
        report.closed,
        report.open,
    )
    assert sum(record["n"] for record in lists["resolution"]) == report.received
    assert sum(record["total"] for record in lists["backlog"]) == report.open
    assert sum(record["open"] for record in lists["bands"]) == report.open
    assert sum(record["received"] for record in lists["months"]) == sum(
        row.received for row in report.history
    )


def test_words_come_in_the_language_in_force(report):
    template = cells(("{{month_words}}", "{{as_of_words}}", "{{definitions.term}}"))
    with use_language("zh"):
        chinese = grid(fill_report(template, report, MADE_AT, name="x"), width=3)[0]
    with use_language("en"):
        english = grid(fill_report(template, report, MADE_AT, name="x"), width=3)[0]
    assert chinese[0] == "2026年6月"
    assert english[0] == "June 2026"
    assert re.fullmatch(r"2026年\d+月\d+日", str(chinese[1]))
    assert re.fullmatch(r"\d+ \w+ 2026", str(english[1]))
    assert (chinese[2], english[2]) == ("接收", "Received")


def test_the_sample_template_is_filled_with_logo_and_charts_intact(report):
    template = SAMPLE.read_bytes()
    filled = fill_report(template, report, MADE_AT, name=SAMPLE.name)
    before, after = parts(template), parts(filled)
    assert before.keys() == after.keys()
    assert before["xl/media/image1.png"] == after["xl/media/image1.png"]
    assert before["xl/styles.xml"] == after["xl/styles.xml"] or b"quotePrefix" in after["xl/styles.xml"]
    text = b"".join(data for name, data in after.items() if name.startswith(("xl/worksheets/", "xl/charts/")))
    assert b"{{" not in text
    count = len(report.resolution)
    assert f"月报!$E$9:$E${8 + count}" in after["xl/charts/chart1.xml"].decode()
    sheet = opened(filled)["月报"]
    assert sheet["A9"].value == report.resolution[0].channel
    assert sheet.cell(9 + count, 2).value == f"=SUM(B9:B{8 + count})"


def test_the_sample_template_is_what_its_script_writes(tmp_path):
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from sample_data.maker import template; "
            "template.write(Path(sys.argv[1]))",
            tmp_path / "templates",
        ],
        check=True,
        cwd=ROOT,
        timeout=60,
    )
    ours, fresh = (openpyxl.load_workbook(path) for path in (SAMPLE, tmp_path / "templates" / SAMPLE.name))
    for one, other in zip(ours, fresh, strict=True):
        assert [[cell.value for cell in row] for row in one.rows] == [
            [cell.value for cell in row] for row in other.rows
        ]


def test_the_desk_names_the_file_and_keeps_its_hash_in_the_audit_log(report, tmp_path):
    import hashlib

    workspace = open_workspace(tmp_path / "office", create=True)
    desk = Desk(workspace, "某")
    name, content = desk.fill_template(report, SAMPLE, made_at=MADE_AT)
    assert name == "投诉月报模板_2026-06.xlsx"
    entry = list(desk.audit())[-1]
    assert entry.action == "workbook.write"
    assert hashlib.sha256(content).hexdigest() in str(entry)
    (tmp_path / "bad.xlsx").write_bytes(cells(("{{recieved}}",)))
    entries = len(list(desk.audit()))
    with pytest.raises(Incomplete):
        desk.fill_template(report, tmp_path / "bad.xlsx", made_at=MADE_AT)
    assert len(list(desk.audit())) == entries
    workspace.store.close()


def test_the_command_line_fills_a_template_and_writes_nothing_where_it_cannot(tmp_path):
    export = LAYOUTS[1].write(tmp_path)
    out = tmp_path / "out.xlsx"
    template = tmp_path / "月报.xlsx"
    template.write_bytes(cells(("共{{接收}}件", "{{接受}}")))
    line = refusal("report", export, "--template", template, "--out", out)
    assert "月报.xlsx" in line
    assert "{{接收}}" in line
    assert not out.exists()
    assert "--out" in refusal("report", export, "--template", template)
    refusal("report", export, "--template", tmp_path / "none.xlsx", "--out", out)
    refusal("report", export, "--template", template, "--out", template)
    template.write_bytes(cells(("共{{接收}}件",)))
    done = casework("report", export, "--template", template, "--out", out)
    assert done.returncode in (0, 1), done.stderr
    assert re.fullmatch(r"共\d+件", str(grid(out.read_bytes(), width=1)[0][0]))
