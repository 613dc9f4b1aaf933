"""LibreOffice and poppler, for looking at documents as a person would. Tests skip where they are missing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def as_pdf(document: Path, folder: Path) -> Path:
    """Convert a document to PDF without a screen; skips where LibreOffice is missing."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc, libreoffice-writer)")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(document)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180)
    result = folder / f"{document.stem}.pdf"
    assert result.exists(), done.stdout + done.stderr
    return result


def text_of(pdf: Path) -> str:
    """The text of a PDF; skips where poppler is missing."""
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed (Debian: poppler-utils)")
    return subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
