"""A password on a workbook: real encryption (ECMA-376 agile, AES-256), as Excel and LibreOffice open it."""

from __future__ import annotations

import io

from casework.errors import CaseworkError
from casework.i18n import _

SHORTEST = 8


def check_password(password: str) -> None:
    """Raise :class:`CaseworkError` where a password protects nothing."""
    if not password.strip():
        raise CaseworkError(
            _("The password is empty."),
            remedy=_("Choose one of at least {count} characters.").format(count=SHORTEST),
        )
    if len(password) < SHORTEST:
        raise CaseworkError(
            _("The password is too short."),
            remedy=_("Choose one of at least {count} characters.").format(count=SHORTEST),
        )
    if len(password) > 255 or not password.isprintable():  # Excel's dialog takes no more, and no controls
        raise CaseworkError(
            _("The password cannot be typed into Excel."),
            remedy=_("Choose one of at most 255 characters, without line ends or tabs."),
        )


def encrypt(content: bytes, password: str) -> bytes:
    """Return an .xlsx file that opens with ``password`` only. Raises :class:`CaseworkError` for a weak password."""
    check_password(password)
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(content)).encrypt(password, target)
    return target.getvalue()
