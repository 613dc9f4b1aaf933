"""Records out of the import page: masked unless asked otherwise, and a blank workbook that comes back."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.desk import Desk
from casework.errors import CaseworkError
from casework.model import Case, Complainant, Respondent
from casework.progress import quiet
from casework.ui.data import DataPage
from casework.workspace import open_workspace

NAME, PHONE = "欧阳示例", "13812345678"


@pytest.fixture
def page(tmp_path: Path) -> Iterator[DataPage]:
    with open_workspace(tmp_path / "ws") as workspace:
        desk = Desk(workspace, "tester")
        desk.new_case(
            Case(
                case_no="X1",
                received_at=dt.datetime(2026, 3, 4, 5, 6),
                complainant=Complainant(name=NAME, phone=PHONE),
                respondent=Respondent(company="虚州示例公司"),
            )
        )
        yield DataPage(desk, "zh")


def choose(page: DataPage, **values: Any) -> None:
    page.out.form.hear({"change": next(iter(values)), "values": page.out.form.values | values}, [])


def text_of(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


def test_personal_data_are_masked_unless_a_person_says_twice_that_they_are_needed(page: DataPage) -> None:
    masked = page.out._records(quiet)
    assert isinstance(masked.content, bytes)
    assert "X1" in text_of(masked.content)
    assert NAME not in text_of(masked.content) and PHONE not in text_of(masked.content)
    choose(page, shown="clear")
    assert page.out.records.disabled and page.out.warning.title
    with pytest.raises(CaseworkError):
        page.out._records(quiet)
    choose(page, sure=True)
    assert not page.out.records.disabled
    clear = page.out._records(quiet)
    assert isinstance(clear.content, bytes) and NAME in text_of(clear.content)


def test_a_password_is_typed_twice_and_really_encrypts(page: DataPage) -> None:
    choose(page, password="correct horse", again="correct house")  # noqa: S106  (made up for this test)
    with pytest.raises(CaseworkError):
        page.out._records(quiet)
    choose(page, again="correct horse")
    file = page.out._records(quiet)
    assert isinstance(file.content, bytes)
    assert not zipfile.is_zipfile(io.BytesIO(file.content))


def test_a_csv_file_holds_one_table_and_no_password_is_asked(page: DataPage) -> None:
    choose(page, form="csv")
    assert all("password" not in field["key"] for field in page.out.form.sections[0]["fields"])
    with pytest.raises(CaseworkError):
        page.out._records(quiet)
    choose(page, what=["cases"])
    file = page.out._records(quiet)
    assert isinstance(file.content, bytes)
    assert file.name.endswith(".csv") and file.content.startswith(b"\xef\xbb\xbf")


def test_a_blank_intake_workbook_can_be_taken(page: DataPage) -> None:
    file = page.out._intake(quiet)
    assert file.name.endswith(".xlsx") and file.size > 1000
