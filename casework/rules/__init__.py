"""规则包: what the law says, kept as data.

A pack is one TOML file of conducts, provisions, channels and their sources. :func:`load_pack` reads and
checks it; everything in it carries its source and whether the text was read.
"""

from __future__ import annotations

from casework.rules.load import jurisdictions, load_pack, parse_pack
from casework.rules.pack import Channel, Conduct, Deadline, Material, Provision, RulePack, Source, Text

__all__ = [
    "Channel",
    "Conduct",
    "Deadline",
    "Material",
    "Provision",
    "RulePack",
    "Source",
    "Text",
    "jurisdictions",
    "load_pack",
    "parse_pack",
]
