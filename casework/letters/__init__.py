"""文书: a letter from a case, as an editable Word file and as a preview.

:func:`check` lists everything that is missing, :func:`remarks` what could be better, :func:`render` makes the
.docx, :func:`plain_text` its preview. The wording of a letter stands in the Word templates.
"""

from __future__ import annotations

from casework.letters.check import KINDS, check
from casework.letters.content import LetterContent, compose
from casework.letters.places import PLACES
from casework.letters.preview import Paragraph, read_letter
from casework.letters.remarks import remarks
from casework.letters.render import own_template, plain_text, render
from casework.letters.wording import REQUESTS

__all__ = [
    "KINDS",
    "PLACES",
    "REQUESTS",
    "LetterContent",
    "Paragraph",
    "check",
    "compose",
    "own_template",
    "plain_text",
    "read_letter",
    "remarks",
    "render",
]
