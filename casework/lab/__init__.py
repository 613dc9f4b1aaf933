"""The notebooks as a caseworker's application: JupyterLab (``lab``) or Voila without code (``app``)."""

from __future__ import annotations

from casework.lab.launch import app, lab

__all__ = ["app", "lab"]
