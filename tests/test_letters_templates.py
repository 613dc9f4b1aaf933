"""Word templates from outside: what they may do, and that nothing else happens."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from casework.errors import BadFile
from casework.letters import child, compose, engine, own_template, plain_text, render, sandbox

from .letters import PACK, SAMR, TODAY, letter_case, pack, paragraph, swap, tampered, unpack, words

CONTEXT = compose(letter_case(), SAMR, PACK, today=TODAY).context()
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def fill(template: bytes) -> bytes:
    """Fill a template in this process, where a breach would be seen."""
    return engine.fill(template, CONTEXT, title="投诉书", day=TODAY)


def with_body(xml: str) -> bytes:
    return tampered({"word/document.xml": swap("<w:p>", xml + "<w:p>")})


def with_relation(kind: str, target: str, *, outside: bool = True, part: str = "document") -> bytes:
    mode = ' TargetMode="External"' if outside else ""
    line = f'<Relationship Id="rEvil" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    return tampered(
        {f"word/_rels/{part}.xml.rels": swap("</Relationships>", line)}, more={"word/evil.xml": b"<x/>"}
    )


def with_part(kind: str, content_type: str, text: str) -> bytes:
    """Return the template with a header, a footer or footnotes that say ``text``."""
    tag = {"header": "hdr", "footer": "ftr", "footnotes": "footnotes"}[kind]
    inside = (
        f'<w:footnote w:id="2">{paragraph(text)}</w:footnote>' if kind == "footnotes" else paragraph(text)
    )
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    xml = f'<w:{tag} xmlns:w="{namespace}">{inside}</w:{tag}>'
    override = f'<Override PartName="/word/{kind}9.xml" ContentType="{content_type}"/></Types>'
    relation = f'<Relationship Id="rNew" Type="{R}/{kind}" Target="{kind}9.xml"/></Relationships>'
    reference = f'<w:{kind}Reference xmlns:r="{R}" w:type="first" r:id="rNew"/><w:pgSz'
    changes: dict[str, Callable[[bytes], bytes]] = {
        "[Content_Types].xml": swap("</Types>", override),
        "word/_rels/document.xml.rels": swap("</Relationships>", relation),
    }
    if kind != "footnotes":
        changes["word/document.xml"] = swap("<w:pgSz", reference)
    return tampered(changes, more={f"word/{kind}9.xml": xml.encode()})


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PLACES: dict[str, Callable[[str], bytes]] = {
    "body": lambda text: with_body(paragraph(text)),
    "table": lambda text: tampered(
        {"word/document.xml": swap("{{ e.name }}", text.replace("&", "&amp;").replace("<", "&lt;"))}
    ),
    "header": lambda text: with_part("header", f"{WORD}.header+xml", text),
    "footer": lambda text: with_part("footer", f"{WORD}.footer+xml", text),
    "footnotes": lambda text: with_part("footnotes", f"{WORD}.footnotes+xml", text),
}

COMMAND = "touch CANARY"
ATTACKS = [
    "{{ cycler.__init__.__globals__.os.popen('" + COMMAND + "').read() }}",
    "{{ joiner.__init__.__globals__.os.system('" + COMMAND + "') }}",
    "{{ namespace.__init__.__globals__['os'].system('" + COMMAND + "') }}",
    "{{ lipsum.__globals__['os'].popen('" + COMMAND + "').read() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').system('" + COMMAND + "') }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ complainant.__class__.__base__.__subclasses__() }}",
    "{{ complainant['__class__'] }}",
    "{{ complainant|attr('__class__') }}",
    "{{ complainant.name|attr('format')('x') }}",
    "{{ '{0.__class__}'.format(complainant) }}",
    "{{ ('%s' ~ complainant.name).__class__ }}",
    "{{ complainant.name.__class__ }}",
    "{{ complainant.items() }}",
    "{{ complainant.pop('name') }}",
    "{{ facts.append('x') }}",
    "{{ facts|map(attribute='__class__')|list }}",
    "{{ complainant[conducts[0]] }}",
    "{{ _x }}",
    "{{ request.application.__globals__ }}",
    "{{ config }}",
    "{{ dict.__base__ }}",
    "{{ range(999999999)|list }}",
    "{{ 'a' * 999999999 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ 'a'|center(999999999) }}",
    "{{ '%999999999d' % 1 }}",
    "{{ 'x' ~ 'y' }}",
    "{{ '<w:altChunk/>'|safe }}",
    "{{ complainant.name|replace('a', 'b') }}",
    "{{ complainant.name[0:1] }}",
    "{{ [1, 2] }}",
    "{{ complainant }}",
    "{{ facts }}",
    "{{ complainant.nickname }}",
    "{{ none }}",
    "{% set x = 1 %}",
    "{% set x %}<w:p/>{% endset %}{{ x }}",
    "{% macro m() %}x{% endmacro %}{{ m() }}",
    "{% call m() %}{% endcall %}",
    "{% include 'word/document.xml' %}",
    "{% import 'x' as y %}",
    "{% from 'x' import y %}",
    "{% extends 'x' %}",
    "{% block b %}{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}{{ complainant.name }}{% endautoescape %}",
    "{% do complainant.clear() %}",
    "{% with a = 1 %}{{ a }}{% endwith %}",
    "{% for f in facts recursive %}{{ loop(facts) }}{% endfor %}",
    "{% for f in facts %}{{ loop.__init__ }}{% endfor %}",
    "{% for f in facts %}{{ loop.cycle('a') }}{% endfor %}",
    "{% for f in facts %}{{ loop.previtem }}{% endfor %}",
    "{% if complainant is callable %}x{% endif %}",
    "{% for a in facts %}",
    "{{ complainant.name",
    "{% debug %}",
    "{{ url_for.__globals__ }}",
    "{{ undeclared.attribute }}",
    "{{ loop }}",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_that_does_more_than_print_choose_and_repeat_is_refused(
    place: str, attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = str(CONTEXT)
    with pytest.raises(BadFile):
        fill(PLACES[place](attack))
    assert not list(tmp_path.iterdir()), "a command ran"
    assert str(CONTEXT) == before, "the values were changed"


@pytest.mark.parametrize("attack", [each for each in ATTACKS if "__" in each or "(" in each])
def test_the_sandbox_stops_what_the_grammar_would_let_through(
    attack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Exception) as stopped:
        sandbox.environment().from_string(attack).render(CONTEXT)
    assert not isinstance(stopped.value, MemoryError)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", PLACES)
def test_a_harmless_tag_is_filled_in_everywhere(place: str) -> None:
    filled = unpack(fill(PLACES[place]("【{{ complainant.name|upper }}】{{ conducts|join('/') }}")))
    assert "【李小萌】".encode() in b"".join(filled.values())


def test_all_problems_of_a_template_are_told_at_once() -> None:
    bad = tampered({
        "word/document.xml": lambda data: data.replace(
            b"<w:p>", (paragraph("{{ nonsense }}") + paragraph("{% set x = 1 %}") + "<w:altChunk/><w:p>").encode(), 1
        ),
        "word/styles.xml": swap("<w:docDefaults>", "<w:ins/><w:docDefaults>"),
    })  # fmt: skip
    with pytest.raises(BadFile) as refusal:
        fill(bad)
    for told in ("nonsense", "Assign", "altChunk", "修订"):
        assert told in str(refusal.value)


OUTSIDE = {
    "a picture from the network": (f"{R}/image", "http://example.org/track.png"),
    "a picture from a share": (f"{R}/image", "\\\\server\\share\\a.png"),
    "a template from outside": (f"{R}/attachedTemplate", "http://example.org/evil.dotm"),
    "an OLE link": (f"{R}/oleObject", "file:///c:/secret.xls"),
    "a linked sub-document": (f"{R}/subDocument", "http://example.org/a.docx"),
    "a frame": (f"{R}/frame", "http://example.org/a.htm"),
    "a mail-merge source": (f"{R}/mailMergeSource", "file:///c:/people.mdb"),
    "a link to a file": (f"{R}/hyperlink", "file:///etc/passwd"),
    "a link that is a script": (f"{R}/hyperlink", "javascript:alert(1)"),
    "a link to a share": (f"{R}/hyperlink", "\\\\server\\share"),
}


@pytest.mark.parametrize("what", OUTSIDE)
def test_what_points_outside_is_refused(what: str) -> None:
    kind, target = OUTSIDE[what]
    with pytest.raises(BadFile) as refusal:
        fill(with_relation(kind, target))
    assert target in str(refusal.value)


@pytest.mark.parametrize(
    "kind",
    [
        f"{R}/aFChunk", f"{R}/oleObject", f"{R}/package", f"{R}/control", f"{R}/comments", f"{R}/font", f"{R}/unheard",
        "http://schemas.microsoft.com/office/2006/relationships/vbaProject",
        "http://schemas.microsoft.com/office/2006/relationships/activeXControlBinary",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/image",
    ],
)  # fmt: skip
def test_what_a_letter_must_not_hold_is_refused(kind: str) -> None:
    with pytest.raises(BadFile) as refusal:
        fill(with_relation(kind, "evil.xml", outside=False))
    assert kind.rsplit("/", 1)[-1] in str(refusal.value)


def test_a_macro_document_is_refused_even_under_an_innocent_name() -> None:
    macro = "application/vnd.ms-word.document.macroEnabled.main+xml"
    with pytest.raises(BadFile, match="宏"):
        fill(tampered({"[Content_Types].xml": swap(f"{WORD}.document.main+xml", macro)}))


def test_a_picture_that_is_no_picture_is_refused() -> None:
    with pytest.raises(BadFile, match=r"evil\.xml"):
        fill(with_relation(f"{R}/image", "evil.xml", outside=False))


def test_a_link_to_a_web_page_may_stay() -> None:
    assert fill(with_relation(f"{R}/hyperlink", "https://www.12315.cn"))


def run(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


FIELDS = {
    "DDE": run(" DDEAUTO c:\\\\x.exe ") + mark("separate"),
    "a field split over runs": run("D") + run("DE") + run(" x y"),
    "INCLUDETEXT": run("INCLUDETEXT c:\\\\secret.txt"),
    "INCLUDEPICTURE": run('INCLUDEPICTURE "http://example.org/a.png" \\d'),
    "LINK": run("LINK Excel.Sheet.8 c:\\\\x.xls"),
    "MACROBUTTON": run("MACROBUTTON evil go"),
    "a field made of codes": run("")
    + mark("begin")
    + run("QUOTE 68 68 69")
    + mark("end")
    + run(" c:\\\\x.exe"),
    "a field with a tag": run("PAGE {{ complainant.name }}"),
    "a field link to a file": run('HYPERLINK "file:///etc/passwd"'),
    "an empty field": run(" "),
}


@pytest.mark.parametrize("what", FIELDS)
def test_a_field_that_fetches_or_runs_is_refused(what: str) -> None:
    with pytest.raises(BadFile):
        fill(with_body(f"<w:p>{mark('begin')}{FIELDS[what]}{mark('end')}</w:p>"))


@pytest.mark.parametrize(
    "xml",
    [
        '<w:p><w:fldSimple w:instr=" DDEAUTO a b "/></w:p>',
        f"<w:p>{run('DDEAUTO a b')}</w:p>",
        f"<w:p>{mark('begin')}{run('DDE a b')}</w:p>",
        '<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="http://example.org/a"/></w:pict></w:r></w:p>',
        '<w:p><w:ins w:author="x"><w:r><w:t>neu</w:t></w:r></w:ins></w:p>',
        '<w:p><w:r><w:object/></w:r></w:p>',
    ],
)  # fmt: skip
def test_other_ways_to_reach_out_are_refused(xml: str) -> None:
    with pytest.raises(BadFile):
        fill(with_body(xml))


def test_page_numbers_and_contents_are_allowed() -> None:
    allowed = (
        run(" TOC \\o ")
        + mark("separate")
        + f"<w:r><w:t>1</w:t></w:r>{mark('begin')}{run('PAGEREF a')}{mark('end')}"
    )
    assert fill(with_body(f"<w:p>{mark('begin')}{allowed}{mark('end')}</w:p>"))


@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"]
)
def test_a_doctype_is_refused_in_every_part(part: str) -> None:
    entities = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'

    def declare(data: bytes) -> bytes:
        head, tail = data.split(b"?>", 1)
        return head + b"?>" + entities.encode() + tail

    with pytest.raises(BadFile, match="DOCTYPE"):
        fill(tampered({part: declare}))


@pytest.mark.parametrize("encoding", ["utf-16", "cp037", "iso-8859-1"])
def test_a_part_in_another_encoding_is_refused(encoding: str) -> None:
    def encode(data: bytes) -> bytes:
        body = data.decode().split("?>", 1)[1].encode("ascii", "xmlcharrefreplace").decode()
        text = f'<?xml version="1.0" encoding="{encoding}"?>{body}'
        return text.encode("utf-16") if encoding == "utf-16" else text.encode()

    with pytest.raises(BadFile):
        fill(tampered({"word/styles.xml": encode}))


def test_a_tag_where_none_is_filled_in_is_refused() -> None:
    with pytest.raises(BadFile, match=r"settings\.xml"):
        fill(tampered({"word/settings.xml": swap("</w:settings>", "<w:x>{{ date }}</w:x></w:settings>")}))


def not_templates() -> dict[str, bytes]:
    good = own_template("complaint", "zh")
    bomb = pack({**unpack(good), "word/media/a.png": bytes(21 << 20)})
    doubled = io.BytesIO(good)
    with zipfile.ZipFile(doubled, "a") as archive, pytest.warns(UserWarning):
        archive.writestr("word/document.xml", "<x/>")
    return {
        "nothing": b"", "text": b"hello", "half a file": good[: len(good) // 2], "an empty zip": pack({}),
        "a spreadsheet": pack({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<x/>"}),
        "a bomb": bomb, "two documents in one": doubled.getvalue(), "many parts": pack({str(n): b"" for n in range(2001)}),
    }  # fmt: skip


@pytest.mark.parametrize("what", not_templates())
def test_what_is_no_word_file_is_refused_in_one_line(what: str) -> None:
    with pytest.raises(BadFile) as refusal:
        fill(not_templates()[what])
    assert "模板" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_what_a_letter_does_not_need_is_dropped() -> None:
    properties = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties"
    line = f'<Relationship Id="rApp" Type="{properties}" Target="docProps/app.xml"/></Relationships>'
    secret = b"<Properties><Company>Secret Office</Company></Properties>"
    filled = fill(
        tampered(
            {"_rels/.rels": swap("</Relationships>", line)},
            more={"docProps/app.xml": secret, "word/left.xml": secret},
        )
    )
    assert b"Secret Office" not in b"".join(unpack(filled).values())
    assert Document(io.BytesIO(filled)).paragraphs


def test_an_attack_in_the_properties_is_dropped_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document = Document(io.BytesIO(own_template("complaint", "zh")))
    document.core_properties.title = ATTACKS[0]
    document.core_properties.author = "Somebody"
    changed = io.BytesIO()
    document.save(changed)
    filled = fill(changed.getvalue())
    assert not list(tmp_path.iterdir())
    assert Document(io.BytesIO(filled)).core_properties.title == "投诉书"
    assert b"Somebody" not in b"".join(unpack(filled).values())


def test_the_engine_agrees_with_docxtpl_itself() -> None:
    from docxtpl import DocxTemplate

    for lang in ("zh", "en"):
        context = compose(letter_case(), SAMR, PACK, lang=lang, today=TODAY).context()
        theirs, saved = DocxTemplate(io.BytesIO(own_template("complaint", lang))), io.BytesIO()
        theirs.render(context, sandbox.environment())
        theirs.save(saved)
        ours = engine.fill(own_template("complaint", lang), context, title="x", day=TODAY)
        assert words(ours) == words(saved.getvalue())


# ------------------------------------------------------------------------------- an office's own template


def office_template() -> bytes:
    """A template as an office makes it: opened, changed and saved with an ordinary tool."""
    document = Document(io.BytesIO(own_template("complaint", "zh")))
    document.add_paragraph("经办：示例市消费者维权中心，{{ complainant.name }}")
    document.sections[0].header.paragraphs[0].text = "示例市消费者维权中心 {{ date }}"
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def options(**changes: Any) -> dict[str, Any]:
    return {"today": TODAY, **changes}


def test_an_offices_own_template_is_filled_in_a_child_process() -> None:
    docx = render(letter_case(), SAMR, PACK, **options(template=office_template()))
    assert "经办：示例市消费者维权中心，李小萌" in words(docx)
    assert docx == engine.fill(office_template(), CONTEXT, title="投诉书", day=TODAY)
    preview = plain_text(letter_case(), SAMR, PACK, **options(template=office_template()))
    assert preview[-1].text == "经办：示例市消费者维权中心，李小萌"


def test_a_refusal_in_the_child_reads_as_one_line_in_the_language_of_the_screen() -> None:
    with pytest.raises(BadFile) as refusal:
        render(letter_case(), SAMR, PACK, **options(template=with_body(paragraph("{% set x = 1 %}"))))
    assert "模板不能使用" in str(refusal.value)
    assert "Traceback" not in str(refusal.value)


def test_a_template_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "SECONDS", 2)
    loops = (
        "{% for a in facts %}{% for b in facts %}{% for c in facts %}{% for d in facts %}{% for e in facts %}"
    )
    nested = loops * 4 + "{% endfor %}" * 20
    with pytest.raises(BadFile):
        child.fill_apart(with_body(paragraph(nested)), CONTEXT, title="x", day=TODAY)


def test_a_template_that_grows_without_end_is_stopped() -> None:
    loops = "{% for a in facts %}" * 12 + "长" * 2000 + "{% endfor %}" * 12
    with pytest.raises(BadFile, match="过大"):
        child.fill_apart(with_body(paragraph(loops)), CONTEXT, title="x", day=TODAY)


def test_the_child_sees_no_secrets_of_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CASEWORK_WORKSPACE", "postgresql://somebody:secret@localhost/cases")
    assert "secret" not in str(child._environment())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no limits on a process's memory")
def test_the_child_caps_its_memory_and_writes_no_files(tmp_path: Path) -> None:
    wrote = tmp_path / "written"
    program = (
        "from casework.letters.child import limit_this_process; limit_this_process()\n"
        "try:\n    bytearray(3 << 30)\nexcept MemoryError:\n    print('capped')\n"
        f"try:\n    open({str(wrote)!r}, 'wb', buffering=0).write(b'x')\nexcept OSError:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env=child._environment(), check=True
    )
    if sys.platform == "linux":
        assert done.stdout.split() == ["capped", "refused"]
