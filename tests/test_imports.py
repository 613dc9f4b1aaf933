"""Importing from the command line: looked at first, one run, nothing twice, taken back exactly."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from casework import Desk, open_workspace
from casework.errors import Cancelled
from casework.progress import Step

from .commands import answer, casework, refusal

HEADER = "工单号,登记日期,办结日期,投诉渠道,办理状态,问题分类,涉及主体名称,涉诉金额,投诉人,联系电话,投诉内容"
ROWS = [
    "A1,2026-03-01,,电话,处理中,虚假宣传,虚构公司一,100.5,张三,13800000001,客服承诺退款后拒绝兑现",
    "A2,2026-03-02,2026-03-20,网页,已办结,合同,虚构公司二,,李四,13800000002,多次联系无人处理",
    "A3,2026-03-03,,电话,处理中,其他,虚构公司三,3元,王五,13800000003,账号被无故封停",
]


@pytest.fixture
def office(tmp_path) -> dict[str, str]:
    return {"CASEWORK_WORKSPACE": str(tmp_path / "office"), "CASEWORK_USER": "tester"}


def write(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def contents(office: dict[str, str]) -> list[dict]:
    """Everything about every case but its versions, which move on."""
    with open_workspace(office["CASEWORK_WORKSPACE"]) as workspace:
        from casework.store.documents import document

        return [document(case) for case in workspace.store.all_cases()]


def counts(document: dict) -> tuple[int, ...]:
    return tuple(document[key] for key in ("new", "updated", "unchanged", "duplicate", "invalid"))


def test_a_dry_run_changes_nothing_and_says_what_would_happen(tmp_path, office):
    path = write(tmp_path / "导出.csv", *ROWS, "A4,上周三,,电话,处理中,其他,虚构公司四,,,,")
    told = answer("import", path, "--dry-run", **office)
    assert counts(told) == (3, 0, 0, 0, 1)
    rows = {row["row"]: row for row in told["imports"][0]["rows"]}
    assert rows[5]["verdict"] == "invalid" and "上周三" in rows[5]["reason"]
    assert contents(office) == [] and answer("import", "sources", **office) == []


def test_the_same_file_twice_changes_nothing(tmp_path, office):
    path = write(tmp_path / "导出.csv", *ROWS)
    first = answer("import", path, **office)
    assert (counts(first), first["run"]) == ((3, 0, 0, 0, 0), "R1")
    before = contents(office)
    again = answer("import", path, **office)
    assert (counts(again), again["run"]) == ((0, 0, 3, 0, 0), None)
    assert contents(office) == before
    assert [run["run"] for run in answer("import", "runs", **office)] == ["R1"]


def test_a_later_export_updates_what_changed_and_undo_puts_everything_back(tmp_path, office):
    answer("import", write(tmp_path / "三月.csv", *ROWS), **office)
    before = contents(office)
    later = [
        ROWS[0].replace(",,电话,处理中", ",2026-04-05,电话,已办结"),
        *ROWS[1:],
        ROWS[2].replace("A3", "A9"),
    ]
    told = answer("import", write(tmp_path / "四月.csv", *later), **office)
    assert (counts(told), told["run"]) == ((1, 1, 2, 0, 0), "R2")
    case = answer("case", "show", "A1", **office)
    assert case["status"] == "closed" and case["closed_at"].startswith("2026-04-05")
    assert answer("import", "undo", "r2", **office) == {"run": "r2", "removed": 1, "restored": 1}
    assert contents(office) == before
    assert "R2" in refusal("import", "undo", "2", **office)
    assert answer("import", "undo", "R1", **office)["removed"] == 3
    assert contents(office) == []
    assert casework("verify", **office).returncode == 0


def test_a_later_edit_stands_in_the_way_of_undo_and_is_named(tmp_path, office):
    answer("import", write(tmp_path / "导出.csv", *ROWS), **office)
    edit(office, "A2", handler="林一")
    before = contents(office)
    line = refusal("import", "undo", "R1", "--lang", "en", **office)
    assert "A2" in line and "tester" in line
    assert contents(office) == before


def test_the_offices_own_edit_is_kept_where_the_export_changed_the_same(tmp_path, office):
    answer("import", write(tmp_path / "三月.csv", *ROWS), **office)
    edit(office, "A1", summary="本所核实后的摘要")
    changed = ROWS[0].replace("客服承诺退款后拒绝兑现", "系统改写的内容").replace("100.5", "200")
    told = answer("import", write(tmp_path / "四月.csv", changed, *ROWS[1:]), **office)
    assert counts(told) == (0, 1, 2, 0, 0)
    (kept,) = told["imports"][0]["kept"]
    assert "A1" in kept
    case = answer("case", "show", "A1", **office)
    assert case["summary"] == "本所核实后的摘要"
    assert str(case["remedies"][0]["amount"]).startswith("200")


def edit(office: dict[str, str], number: str, **changes: str) -> None:
    from dataclasses import replace

    with open_workspace(office["CASEWORK_WORKSPACE"]) as workspace:
        desk = Desk(workspace, "tester")
        case = desk.case(number)
        person = replace(case.complainant, name=case.complainant.name or "某人")
        desk.save_case(replace(case, complainant=person, **changes))


def test_a_number_that_another_source_uses_is_not_taken_over(tmp_path, office):
    answer("import", write(tmp_path / "甲系统.csv", *ROWS), **office)
    other = tmp_path / "乙系统.csv"
    write(other, "A1,2026-05-01,虚构公司九", header="案件编号,受理日期,被投诉方")
    told = answer("import", other, **office)
    assert counts(told) == (0, 0, 0, 1, 0)
    assert answer("case", "show", "A1", **office)["received_at"].startswith("2026-03-01")


def test_words_are_listed_mapped_and_remembered(tmp_path, office):
    path = write(tmp_path / "导出.csv", *ROWS)
    told = answer("import", path, "--dry-run", **office)
    assert told["imports"][0]["unmapped"] == 7
    told = answer(
        "import", path, "--word", "conduct:虚假宣传=false_claims", "--word", "channel:电话==", **office
    )
    assert told["imports"][0]["unmapped"] == 5
    assert answer("case", "show", "A1", **office)["conducts"] == ["false_claims"]
    (source,) = answer("import", "sources", **office)
    assert {(word["word"], word["meaning"]) for word in source["words"]} == {
        ("虚假宣传", "false_claims"),
        ("电话", "="),
    }
    again = answer("import", path, "--dry-run", **office)
    assert again["imports"][0]["unmapped"] == 5


def test_a_source_that_drifts_says_what_changed_and_asks(tmp_path, office):
    answer("import", write(tmp_path / "三月.csv", *ROWS), **office)
    renamed = write(
        tmp_path / "四月.csv",
        *(row.replace("A", "B", 1) for row in ROWS),
        header=HEADER.replace("登记日期", "立案日期"),
    )
    line = refusal("import", renamed, **office)
    assert "登记日期" in line and "立案日期" in line
    assert len(contents(office)) == 3
    assert counts(answer("import", renamed, "--accept", **office)) == (3, 0, 0, 0, 0)
    assert counts(answer("import", renamed, **office)) == (0, 0, 3, 0, 0)


def test_an_unknown_layout_is_imported_with_a_persons_columns_and_known_again(tmp_path, office):
    path = write(tmp_path / "unknown.csv", "x1,2026-03-01,2026-03-09", "x2,2026-03-02,", header="甲,乙,丙")
    assert "乙" in refusal("import", path, **office)
    columns = [
        f"--column={role}={header}"
        for role, header in (("case_no", "甲"), ("received", "乙"), ("closed", "丙"))
    ]
    assert counts(answer("import", path, *columns, **office)) == (2, 0, 0, 0, 0)
    assert counts(answer("import", path, **office)) == (0, 0, 2, 0, 0)


def test_rows_with_problems_come_back_in_a_workbook_are_mended_and_imported(tmp_path, office):
    bad = "A4,2026年13月1日,,电话,处理中,其他,虚构公司四,十元,赵六,13800000004,=HYPERLINK(1)"
    path, mend = write(tmp_path / "导出.csv", *ROWS, bad), tmp_path / "mend.xlsx"
    told = answer("import", path, "--problems", mend, **office)
    assert counts(told) == (3, 0, 0, 0, 1)
    book = openpyxl.load_workbook(mend)
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:11] == HEADER.split(",")
    assert sheet.max_row == 2 and "2026年13月1日" in [cell.value for cell in sheet[2]]
    assert all(cell.data_type != "f" for cell in sheet[2])
    for cell in sheet[2]:
        cell.value = {"2026年13月1日": "2026年12月1日", "十元": "10"}.get(cell.value, cell.value)
    book.save(mend)
    assert counts(answer("import", mend, **office)) == (1, 0, 0, 0, 0)
    assert answer("case", "show", "A4", **office)["received_at"].startswith("2026-12-01")
    assert counts(answer("import", path, **office))[:3] == (0, 0, 3)


def test_likely_duplicates_are_listed_and_still_imported(tmp_path, office):
    twin = ROWS[0].replace("A1", "A7").replace("2026-03-01", "2026-03-04")
    told = answer("import", write(tmp_path / "导出.csv", *ROWS, twin), **office)
    assert counts(told)[0] == 4
    (pair,) = told["imports"][0]["likely_duplicates"]
    assert {pair["case_no"], pair["other"]} == {"A1", "A7"}


def test_cancelling_at_any_step_leaves_nothing_behind(tmp_path, office):
    path = write(tmp_path / "导出.csv", *ROWS)
    with open_workspace(office["CASEWORK_WORKSPACE"]) as workspace:
        desk = Desk(workspace, "tester")
        (table,) = desk.imports.read(path)
        staged = desk.imports.stage(table)
        seen: list[str] = []
        desk.imports.stage(table, progress=lambda step: seen.append(step.stage))
        for stop in range(50):
            left = stop

            def cancel(step: Step) -> None:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Cancelled("stopped")

            try:
                desk.imports.confirm(staged, progress=cancel)
                break
            except Cancelled:
                assert desk.imports.runs() == [] and desk.imports.sources() == [] and desk.count() == 0
        assert stop > 2 and seen
        assert desk.count() == 3 and workspace.store.verify_audit() == []


def test_an_imported_case_is_found_by_its_words(tmp_path, office):
    answer("import", write(tmp_path / "导出.csv", *ROWS), **office)
    assert "A3" in casework("case", "search", "封停", **office).stdout
    answer("import", "undo", "1", **office)
    assert "A3" not in casework("case", "search", "封停", **office).stdout


def test_forgetting_a_source_keeps_its_cases(tmp_path, office):
    answer("import", write(tmp_path / "导出.csv", *ROWS), "--source", "市局系统", **office)
    assert casework("import", "forget", "市局系统", **office).returncode == 0
    assert answer("import", "sources", **office) == [] and len(contents(office)) == 3
    assert "市局系统" in refusal("import", "forget", "市局系统", **office)
    shutil.rmtree(office["CASEWORK_WORKSPACE"])


def test_a_run_is_in_the_audit_log_with_its_digest(tmp_path, office):
    answer("import", write(tmp_path / "导出.csv", *ROWS), **office)
    done = casework("audit", "--json", **office).stdout
    entry = next(entry for entry in json.loads(done) if entry["action"] == "import")
    assert entry["subject"] == "R1" and entry["after"]["new"] == 3 and len(entry["after"]["digest"]) == 64


def test_a_new_source_is_not_compared_with_another(tmp_path, office):
    answer(
        "import",
        write(tmp_path / "m1.csv", "A1,2026-04-01,电话,100", header="投诉编号,接收日期,投诉渠道,涉案金额"),
        **office,
    )
    other = write(
        tmp_path / "m3.csv", "B1,2026-04-01,电话,2026-04-05", header="投诉编号,接收日期,投诉渠道,办结日期"
    )
    told = answer("import", other, "--source", "other", **office)
    assert dict(told["imports"][0]["columns"])["closed"] == "办结日期"
    assert [source["name"] for source in answer("import", "sources", **office)] == ["m", "other"]


def test_accepting_a_column_that_is_gone_gives_its_role_to_no_other(tmp_path, office):
    answer(
        "import",
        write(tmp_path / "m1.csv", "A1,2026-04-01,电话,100", header="投诉编号,接收日期,投诉渠道,涉案金额"),
        **office,
    )
    later = write(
        tmp_path / "m2.csv", "B1,2026-04-01,电话,2026-04-05", header="投诉编号,接收日期,投诉渠道,办结日期"
    )
    told = answer("import", later, "--accept", **office)
    assert dict(told["imports"][0]["columns"])["amount"] == ""
    assert answer("case", "show", "B1", **office)["closed_at"].startswith("2026-04-05")


def test_the_intake_workbook_filled_from_its_own_lists_imports_without_a_question(tmp_path, office):
    form = tmp_path / "intake.xlsx"
    assert casework("intake", "--out", form, **office).returncode == 0
    book = openpyxl.load_workbook(form)
    sheet = next(
        each for each in book.worksheets if "接收日期" in [str(cell.value).strip("*＊ ") for cell in each[1]]
    )
    header = [str(cell.value).strip("*＊ ") for cell in sheet[1]]
    values = {
        "接收日期": "2026-04-03",
        "投诉人": "张三",
        "被投诉方": "虚构公司",
        "投诉渠道": "市场监管部门投诉（全国12315平台）",
        "办理状态": "未办结",
    }
    for place, name in enumerate(header, 1):
        if name in values:
            sheet.cell(2, place).value = values[name]
    book.save(form)
    told = answer("import", form, **office)
    (table,) = told["imports"]
    assert (
        told["new"] == 1
        and table["questions"] == []
        and table["unmapped"] == 0
        and table["problem_count"] == 0
    )
