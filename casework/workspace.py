"""Where an office's data live: open a folder or addresses, and put store, vault and rules together.

A workspace is a folder with ``casework.db``, ``vault/``, ``inbox/`` (large files to attach) and ``out/``; or
the address of a PostgreSQL database, with the vault at ``CASEWORK_VAULT`` and a folder for the rest.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from casework.errors import CaseworkError, NotFound, Unavailable, printable
from casework.i18n import _

if TYPE_CHECKING:
    from casework.evidence import Vault
    from casework.rules import RulePack
    from casework.store import Store

DATABASE = "casework.db"

#: What folders of synchronising services are called, in lower case. SQLite is damaged when one copies its
#: files while they are in use.
_SYNCED = re.compile(
    r"onedrive( ?-.*)?|dropbox( \(.*\))?|icloud ?drive|com~apple~clouddocs|google ?drive|googledrive.*|my drive"
    r"|box( sync)?|nextcloud|owncloud|seafile|syncthing|mega(sync)?|pcloud ?drive"
    r"|nutstore( files)?|我的坚果云|坚果云|baidu ?netdisk.*|baidusyncdisk|百度网盘.*|百度云同步盘"
    r"|wps ?云盘|wps ?cloud files|wpsdrive|微云.*|weiyun|阿里云盘|天翼云盘|115网盘|夸克网盘"
)


@dataclass(frozen=True)
class Workspace:
    """An open workspace. ``location`` is for people (no password in it); ``folder`` holds inbox and out.

    ``warnings`` are sentences that a person should see once the workspace is open.
    """

    location: str
    folder: Path
    store: Store
    vault: Vault
    warnings: tuple[str, ...] = ()

    @cached_property
    def rules(self) -> RulePack:
        """The rule pack, loaded when it is first asked for."""
        from casework.rules import load_pack

        return load_pack()

    def close(self) -> None:
        """Close the database."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_workspace(location: str | Path | None = None, *, create: bool = True) -> Workspace:
    """Open the workspace in a folder or at a PostgreSQL address; what a crash left in the vault is removed.

    Default: ``CASEWORK_WORKSPACE``, else ``~/casework``. A folder that is missing or empty becomes a new
    workspace, unless ``create`` is false: then NotFound. CaseworkError if it cannot be opened.
    """
    from casework.evidence import Vault
    from casework.store import Store

    place = str(location or os.environ.get("CASEWORK_WORKSPACE") or Path("~", "casework"))
    if re.match(r"postgres(ql)?(\+\w+)?://", place):
        database: str | Path = place
        name, folder, vault = _without_password(place), _side_folder(), _vault_address()
    else:
        folder = _folder(place, create=create)
        name, database, vault = str(folder), folder / DATABASE, str(folder / "vault")
    _make(folder)
    store = Store.open(database)
    try:
        shelf = Vault(vault)
        shelf.sweep()
    except BaseException:
        store.close()
        raise
    return Workspace(name, folder, store, shelf, _warnings(database))


def _folder(place: str, *, create: bool) -> Path:
    if "://" in place:
        remedy = _("Use a folder, or postgresql://user@host/name.")
        raise NotFound(
            _("This is not the address of a workspace."), where=_without_password(place), remedy=remedy
        )
    folder = Path(place).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        remedy = _("Name a folder.")
        raise CaseworkError(
            _("A workspace is a folder, and this is a file."), where=printable(folder), remedy=remedy
        )
    if not create and not (folder / DATABASE).is_file():
        remedy = _("Check the path, or open it once to create it.")
        raise NotFound(_("There is no workspace here."), where=printable(folder), remedy=remedy)
    return folder


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # personal data: for nobody else
        for name in ("inbox", "out"):
            (folder / name).mkdir(exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = _("The folder cannot be made or written: {reason}.").format(reason=reason)
        raise Unavailable(what, where=printable(folder), remedy=_("Choose another folder.")) from error


def _side_folder() -> Path:
    """Return the folder for inbox and out of a workspace whose records are in a database server."""
    return Path(os.environ.get("CASEWORK_FOLDER") or Path("~", "casework")).expanduser().absolute()


def _vault_address() -> str:
    address = os.environ.get("CASEWORK_VAULT")
    if not address:
        remedy = _("Set CASEWORK_VAULT to a folder or an address such as s3://bucket/vault.")
        raise Unavailable(_("It is not said where the evidence of this workspace lies."), remedy=remedy)
    return address if "://" in address else str(Path(address).expanduser().absolute())


def _without_password(address: str) -> str:
    hidden = re.sub(r"(://[^:/@]*):[^@]*@", r"\1:***@", address)
    return re.sub(r"(?i)(password=)[^&]*", r"\1***", hidden)


def _warnings(database: str | Path) -> tuple[str, ...]:
    service = sync_folder(database) if isinstance(database, Path) else None
    if service is None:
        return ()
    warning = _(
        "The workspace lies in “{service}”, a folder that is synchronised with the network. That can damage its "
        "database: move the workspace to a folder of this computer only."
    )
    return (warning.format(service=service),)


def sync_folder(path: Path) -> str | None:
    """Return the name of the synchronised folder in which ``path`` lies, or None."""
    marked = {os.environ.get(name, "") for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")} - {
        ""
    }
    for folder in path.parents:
        if _SYNCED.fullmatch(folder.name.lower()) or str(folder) in marked:
            return folder.name
    return None
