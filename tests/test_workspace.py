"""A workspace opens from a folder or an address, and says in one line why it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.errors import CaseworkError, Damaged, NotFound, Unavailable
from casework.workspace import open_workspace, sync_folder
from tests.cases import a_case


def test_a_new_folder_becomes_a_workspace_and_opens_again(tmp_path: Path) -> None:
    folder = tmp_path / "办公室 1"
    with open_workspace(folder) as workspace:
        assert (workspace.location, workspace.folder, workspace.warnings) == (str(folder), folder, ())
        with workspace.store.unit("小李") as unit:
            unit.add(a_case())
            unit.commit()
    with open_workspace(str(folder), create=False) as workspace:
        assert workspace.store.count() == 1
        assert {path.name for path in folder.iterdir()} >= {"casework.db", "inbox", "out"}


def test_only_its_owner_may_look_into_a_new_workspace(tmp_path: Path) -> None:
    open_workspace(tmp_path / "office").close()
    assert (tmp_path / "office").stat().st_mode & 0o077 == 0


def test_the_environment_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_WORKSPACE", str(tmp_path / "mine"))
    with open_workspace() as workspace:
        assert workspace.folder == tmp_path / "mine"
    monkeypatch.delenv("CASEWORK_WORKSPACE")
    monkeypatch.setenv("HOME", str(tmp_path))
    with open_workspace() as workspace:
        assert workspace.folder == tmp_path / "casework"


def test_a_missing_workspace_is_not_made_when_that_is_not_wanted(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="nowhere"):
        open_workspace(tmp_path / "nowhere", create=False)
    assert list(tmp_path.iterdir()) == []


def test_the_rules_come_with_it(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as workspace:
        assert workspace.rules is workspace.rules
        assert workspace.rules.channels


def test_what_a_crash_left_in_the_vault_is_removed(tmp_path: Path) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / ".incoming-x").write_bytes(b"half")
    open_workspace(tmp_path).close()
    assert list((tmp_path / "vault").iterdir()) == []


def test_why_it_does_not_open_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "casework.db").write_bytes(b"no database" * 100)
    refused: dict[str | Path, type[CaseworkError]] = {
        tmp_path / "file": CaseworkError,
        tmp_path / "file" / "below": CaseworkError,
        tmp_path / "bad": Damaged,
        "http://user:secret@example.com/x": NotFound,
        "nul\0byte": CaseworkError,
    }
    for place, kind in refused.items():
        with pytest.raises(kind) as refusal:
            open_workspace(place)
        assert str(refusal.value).isprintable()
        assert "secret" not in str(refusal.value)


def test_a_database_server_needs_a_place_for_the_evidence(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CASEWORK_VAULT", raising=False)
    with pytest.raises(Unavailable, match="CASEWORK_VAULT"):
        open_workspace(postgres)


def test_a_database_server_with_a_vault_is_a_workspace(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_VAULT", str(tmp_path / "vault"))
    monkeypatch.setenv("CASEWORK_FOLDER", str(tmp_path / "side"))
    (tmp_path / "a.txt").write_text("证据")
    schema = f"workspace_{tmp_path.name}".replace("-", "_")
    import psycopg

    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
    with open_workspace(f"{postgres}&options=-csearch_path%3D{schema}&password=secret") as workspace:
        workspace.vault.put(tmp_path / "a.txt")
        assert (workspace.folder, workspace.store.count()) == (tmp_path / "side", 0)
        assert "secret" not in workspace.location
        assert len(list((tmp_path / "vault").glob("??/*"))) == 1


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("C/Users/li/OneDrive - 某某协会/casework/casework.db", "OneDrive - 某某协会"),
        ("home/li/Dropbox/casework/casework.db", "Dropbox"),
        ("Users/li/Library/Mobile Documents/com~apple~CloudDocs/c/casework.db", "com~apple~CloudDocs"),
        ("D/我的坚果云/案件/casework.db", "我的坚果云"),
        ("D/BaiduSyncdisk/casework.db", "BaiduSyncdisk"),
        ("D/百度网盘/casework/casework.db", "百度网盘"),
        ("home/li/casework/casework.db", None),
        ("home/li/dropboxes/casework.db", None),
    ],
)
def test_a_synchronised_folder_is_recognised(path: str, service: str | None) -> None:
    assert sync_folder(Path("/", path)) == service


def test_a_workspace_in_a_synchronised_folder_warns(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "Nutstore" / "office") as workspace:
        [warning] = workspace.warnings
        assert "Nutstore" in warning
