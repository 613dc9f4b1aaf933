"""An office's own Word template for the published report: judged as the templates of letters are."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from casework.errors import BadFile
from casework.i18n import _
from casework.letters.inspection import problems
from casework.letters.parts import Parts, read_parts

if TYPE_CHECKING:
    from docx.document import Document as Word

#: A paragraph of one of these, alone, says where the report stands.
MARKS = ("{{report}}", "{{报告}}")
MOST_BYTES = 20 << 20


def opened(template: bytes | None) -> Word:
    """A Word file to write into. Raises :class:`BadFile` with everything that is refused of a template."""
    import docx

    if template is None:
        return docx.Document()
    if len(template) > MOST_BYTES:
        raise BadFile(_("The template is too large."), remedy=_("Remove large pictures from it."))
    parts = read_parts(template)
    refused = problems(parts)
    if refused:
        raise BadFile(
            _("The template is refused: {problems}.").format(problems=_("; ").join(refused)),
            remedy=_("Mend it in Word, or use the template that comes with casework."),
        )
    return docx.Document(io.BytesIO(_kept(parts)))


def _kept(parts: Parts) -> bytes:
    """Only what was looked at: properties, authors and previews stay behind."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.files.items():
            archive.writestr(name, data)
    return output.getvalue()
