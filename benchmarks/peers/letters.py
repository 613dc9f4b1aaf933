"""Write a complaint letter so many times: ``letters.py casework|docxtpl COUNT``.

Both sides fill the same Word template with the words of the same sample case, three exhibits long. The
peer does what docxtpl's manual shows: open the template, render, save.
"""

import datetime as dt
import hashlib
import io
import sys
from pathlib import Path

from casework.demo import office_cases, sample_folder
from casework.evidence import Stored
from casework.letters import compose, own_template, render
from casework.rules import load_pack

TODAY = dt.date(2026, 11, 2)
way, count = sys.argv[1], int(sys.argv[2])


def described(path: Path) -> Stored:
    content = path.read_bytes()
    return Stored(hashlib.sha256(content).hexdigest(), len(content), "")


cases = office_cases(sample_folder() / "office.json", keep=described)
case = max(cases, key=lambda one: len(one.exhibits))
pack = load_pack()
channel = pack.channels["cn_samr_complaint"]


def by_casework() -> bytes:
    return render(case, channel, pack, today=TODAY)


def by_docxtpl() -> bytes:
    from docxtpl import DocxTemplate

    letter = DocxTemplate(io.BytesIO(own_template("complaint", "zh")))
    letter.render(compose(case, channel, pack, today=TODAY).context(), autoescape=True)
    out = io.BytesIO()
    letter.save(out)
    return out.getvalue()


write = {"casework": by_casework, "docxtpl": by_docxtpl}[way]
for _ in range(count):
    letter_file = write()
print(len(letter_file))
