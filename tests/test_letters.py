"""A complaint letter in two languages: what it says, in which order, and what keeps it from being written."""

from __future__ import annotations

import datetime as dt
import io
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import CaseworkError, Incomplete
from casework.i18n import set_language, use_language
from casework.letters import (
    REQUESTS,
    check,
    compose,
    plain_text,
    read_letter,
    remarks,
    render,
)
from casework.letters.wording import amount_text, date_text
from casework.model import EXHIBIT_KINDS, REMEDY_KINDS, Case, Complainant, Incident, Remedy, Respondent
from casework.rules import load_pack
from casework.words import EXHIBITS

from .letters import CALL, CHAT, PACK, PAYMENT, PLATFORM, SAMR, TODAY, letter_case, unpack, words

LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])


def letter(case: Case, lang: str = "zh", **options: Any) -> str:
    return words(render(case, SAMR, PACK, lang=lang, today=TODAY, **options))


def in_order(text: str, parts: list[str]) -> bool:
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            raise AssertionError(f"{part!r} is missing or out of order")
    return True


def fields(findings: list[Any]) -> list[str]:
    return [finding.field for finding in findings]


# ---------------------------------------------------------------------------------------- what it says


def test_a_chinese_letter_has_its_parts_in_order() -> None:
    assert in_order(
        letter(letter_case()),
        [
            "投诉书", "关于示例在线教育有限公司客服的投诉", "市场监督管理局：",
            "投诉人：", "李小萌", "13800000000", "示例市示例区示例路1号",
            "被投诉人：", "示例在线教育有限公司", "示例学堂", "工号8021", "91310000XXXXXXXXXX", "示例市示例大道88号",
            "我是李小萌，我要投诉示例在线教育有限公司的客服（工号8021）",
            "一、投诉请求", "1．退还课程费用（金额：人民币300元；请于2026年12月10日前答复）。", "2．向本人赔礼道歉。",
            "二、事实与理由", "三、法律依据", "《中华人民共和国消费者权益保护法》第二十条",
            "真实性负责", "于2026年12月10日前将处理结果书面答复本人", "此致", "敬礼！",
            "投诉人（签名）：李小萌", "2026年11月24日", "附件：", "证据清单", "证据材料（共3件）",
        ],
    )  # fmt: skip


def test_an_english_letter_has_its_parts_in_order_and_keeps_names_as_they_are() -> None:
    assert in_order(
        letter(letter_case(), "en"),
        [
            "Letter of Complaint", "示例在线教育有限公司", "24 November 2026", "To: Administration for Market Regulation",
            "Complainant", "李小萌", "13800000000", "Respondent", "示例在线教育有限公司", "staff no. 8021",
            "Dear Sir or Madam,", "I am 李小萌, and I wish to complain about the customer service of 示例在线教育有限公司",
            "1. Requests", "(1)\t退还课程费用 (amount: CNY 300.00; please reply by 10 December 2026).",
            "(2)\tAn apology to me.", "2. Facts and reasons", "3. Legal basis", "Consumer Rights Protection Law, Article 20",
            "I confirm", "your written reply by 10 December 2026", "Yours faithfully,", "李小萌", "24 November 2026",
            "Enclosures:", "Evidence (items: 3)",
        ],
    )  # fmt: skip


def test_incidents_are_told_from_first_to_last_and_each_cites_its_exhibits() -> None:
    assert in_order(
        letter(letter_case()),
        [
            "1．2026年3月2日9:30，客服保证学完找到高薪工作（见证据1、证据2）",
            "2．2026年3月2日14:05，提交退款申请\n",
            "3．2026年3月20日10:15，客服以系统升级为由推诿（见证据3）",
        ],
    )
    assert in_order(
        letter(letter_case(), "en"),
        [
            "(1)\t2 March 2026, 9:30: 客服保证学完找到高薪工作 (Exhibit 1, Exhibit 2)",
            "(3)\t20 March 2026, 10:15: 客服以系统升级为由推诿 (Exhibit 3)",
        ],
    )


@LANGUAGES
def test_the_evidence_list_has_a_row_for_each_exhibit_and_the_full_hashes_after_it(lang: str) -> None:
    docx = render(letter_case(), SAMR, PACK, lang=lang, today=TODAY)
    table = Document(io.BytesIO(docx)).tables[0]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert len(rows) == 4
    assert [row[1] for row in rows[1:]] == [CHAT.name, PAYMENT.name, CALL.name]
    chinese = [
        "证据2",
        "支付凭证",
        "书证",
        "支付账户",
        "支付300元",
        "证明交易金额",
        "1页／2份",
        "复制件",
        "2026年3月2日",
        "cdcdcdcd",
    ]
    english = ["Exhibit 2", *chinese[1:2], "Documentary evidence", *chinese[3:6], "1 page / 2 copies", "copy"]
    assert rows[2] == (chinese if lang == "zh" else [*english, "2 March 2026", "cdcdcdcd"])
    assert all(exhibit.sha256 in words(docx) for exhibit in (CHAT, PAYMENT, CALL))


@LANGUAGES
def test_a_letter_without_evidence_has_no_list_and_still_its_page_numbers(lang: str) -> None:
    bare = letter_case(exhibits=(), incidents=(Incident("客服推诿", dt.date(2026, 3, 20)),))
    document = Document(io.BytesIO(render(bare, SAMR, PACK, lang=lang, today=TODAY)))
    assert not document.tables
    assert len(document.sections) == 1
    instructions = re.findall(r'w:instr="(\w+)"', document.sections[0].footer.paragraphs[0]._p.xml)
    assert instructions == ["PAGE", "NUMPAGES"]


@LANGUAGES
def test_every_page_of_a_letter_is_a4_and_numbered(lang: str) -> None:
    document = Document(io.BytesIO(render(letter_case(), SAMR, PACK, lang=lang, today=TODAY)))
    sizes = [
        sorted((round(each.page_width.cm, 1), round(each.page_height.cm, 1))) for each in document.sections
    ]
    assert sizes == [[21.0, 29.7]] * 3
    assert all("NUMPAGES" in section.footer.paragraphs[0]._p.xml for section in document.sections)


@LANGUAGES
def test_the_styles_name_a_chinese_font(lang: str) -> None:
    styles = unpack(render(letter_case(), SAMR, PACK, lang=lang, today=TODAY))["word/styles.xml"].decode()
    assert 'w:eastAsia="宋体"' in styles
    assert "eastAsiaTheme" not in styles


def test_only_provisions_that_were_checked_and_concern_the_conduct_are_cited() -> None:
    doubtful = replace(PACK.provisions["crpl-55"], verified=False)
    pack = replace(PACK, provisions={**PACK.provisions, "crpl-55": doubtful})
    told = words(render(letter_case(conducts=("false_claims",)), SAMR, pack, today=TODAY))
    assert "第二十条" in told
    assert "第五十五条" not in told
    assert "第二十七条" not in told, "insult is not this case's conduct"


def test_a_pack_without_provisions_gives_a_letter_without_a_legal_section() -> None:
    britain = load_pack("gb")
    told = words(render(letter_case(), britain.channels["gb_trader_adr"], britain, lang="en", today=TODAY))
    assert "Legal basis" not in told
    assert "2. Facts and reasons" in told


def test_a_letter_to_the_company_is_addressed_to_its_head() -> None:
    told = words(render(letter_case(), PLATFORM, PACK, today=TODAY))
    assert "尊敬的示例在线教育有限公司负责人：" in told
    assert "恳请贵公司依法" in told


def test_the_caseworker_names_the_office() -> None:
    assert "示例市示例区市场监督管理局：\n" in letter(
        letter_case(), addressee=" 示例市示例区市场监督管理局： "
    )
    assert "To: 示例市市场监督管理局" in letter(letter_case(), "en", addressee="示例市市场监督管理局")


def test_a_company_named_like_a_placeholder_stays_what_it_is() -> None:
    odd = letter_case(respondent=replace(letter_case().respondent, company="{addressee}{company}"))
    assert "尊敬的{addressee}{company}负责人：" in words(render(odd, PLATFORM, PACK, today=TODAY))


@pytest.mark.parametrize(
    ("amount", "currency", "chinese", "english"),
    [
        ("300", "CNY", "人民币300元", "CNY 300.00"),
        ("300.00", "CNY", "人民币300元", "CNY 300.00"),
        ("300.5", "CNY", "人民币300.50元", "CNY 300.50"),
        ("12800", "CNY", "人民币12,800元", "CNY 12,800.00"),
        ("0.125", "CNY", "人民币0.125元", "CNY 0.125"),
        ("1E+3", "USD", "USD 1,000.00", "USD 1,000.00"),
    ],
)
def test_amounts_read_as_an_office_writes_them(
    amount: str, currency: str, chinese: str, english: str
) -> None:
    with use_language("zh"):
        assert amount_text(Decimal(amount), currency) == chinese
    with use_language("en"):
        assert amount_text(Decimal(amount), currency) == english


def test_dates_read_as_an_office_writes_them() -> None:
    with use_language("zh"):
        assert date_text(dt.date(2025, 4, 9)) == "2025年4月9日"
    with use_language("en"):
        assert date_text(dt.date(2025, 4, 9)) == "9 April 2025"


@pytest.mark.parametrize(
    ("agent", "chinese"),
    [("8021", "工号8021"), ("KF-1024", "工号KF-1024"), ("工号8021", "工号8021"), ("小王", "小王")],
)
def test_a_bare_staff_number_is_called_one(agent: str, chinese: str) -> None:
    case = letter_case(respondent=replace(letter_case().respondent, agent=agent))
    assert f"的客服（{chinese}）。" in letter(case)


@LANGUAGES
def test_the_language_of_the_letter_is_not_that_of_the_screen(lang: str) -> None:
    for screen in ("zh", "en"):
        set_language(screen)
        assert "投诉人" in letter(letter_case(), "zh")
        assert "Yours faithfully" in letter(letter_case(), "en")
        content = compose(letter_case(), SAMR, PACK, lang=lang, today=TODAY)
        assert content.exhibits[0]["label"] == ("证据1" if lang == "zh" else "Exhibit 1")


@LANGUAGES
def test_the_same_case_gives_the_same_bytes_and_no_name_of_an_author(lang: str) -> None:
    first = render(letter_case(), SAMR, PACK, lang=lang, today=TODAY)
    assert first == render(letter_case(), SAMR, PACK, lang=lang, today=TODAY)
    properties = Document(io.BytesIO(first)).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert properties.title == ("投诉书" if lang == "zh" else "Letter of complaint")
    assert properties.created.date() == TODAY
    assert "docProps/app.xml" not in unpack(first)


@LANGUAGES
def test_no_tag_is_left_and_nothing_is_called_none(lang: str) -> None:
    thin = letter_case(
        respondent=Respondent("示例有限公司", address="示例市"),
        exhibits=(replace(CALL, number=1, source="", content=""),),
        incidents=(Incident("客服推诿", dt.date(2026, 3, 20), exhibits=("call",)),),
        remedies=(Remedy("written_reply"),),
    )
    everything = "".join(
        data.decode() for name, data in unpack(render(thin, SAMR, PACK, lang=lang, today=TODAY)).items()
    )
    assert not re.search(r"\{[{%#]|None|\bnan\b|Undefined", everything)


# ------------------------------------------------------------------------------------------- the preview


@LANGUAGES
def test_every_sentence_of_the_preview_is_in_the_word_file(lang: str) -> None:
    told = letter(letter_case(), lang)
    preview = plain_text(letter_case(), SAMR, PACK, lang=lang, today=TODAY)
    for paragraph in preview:
        for piece in paragraph.text.split("\t") if paragraph.kind.startswith("table") else [paragraph.text]:
            assert piece in told
    assert len(preview) > 30


def test_the_preview_knows_the_kinds_of_its_paragraphs() -> None:
    preview = plain_text(letter_case(), SAMR, PACK, today=TODAY)
    kinds = [paragraph.kind for paragraph in preview]
    assert kinds[:3] == ["title", "subtitle", "addressee"]
    assert [each.text for each in preview if each.kind == "heading"][:3] == [
        "一、投诉请求",
        "二、事实与理由",
        "三、法律依据",
    ]
    assert {
        "party",
        "body",
        "item",
        "closing",
        "signature",
        "enclosure",
        "table_head",
        "table_row",
        "note",
    } < set(kinds)
    assert kinds.count("table_row") == 3


def test_nothing_in_the_word_file_is_missing_from_the_preview() -> None:
    docx = render(letter_case(), SAMR, PACK, today=TODAY)
    seen = "".join(paragraph.text for paragraph in read_letter(docx))
    for line in words(docx).splitlines():
        assert line.strip() in seen


# ------------------------------------------------------------------------------------------- what is missing


def test_an_empty_case_lists_everything_that_is_missing_at_once() -> None:
    empty = Case("2026-0002", dt.datetime(2026, 4, 1))
    missing = check(empty, SAMR, PACK)
    assert fields(missing) == [
        "complainant.name", "complainant.phone", "complainant.address", "respondent.company", "respondent.address",
        "conducts", "incidents", "remedies",
    ]  # fmt: skip
    with pytest.raises(Incomplete) as refusal:
        render(empty, SAMR, PACK, today=TODAY)
    assert refusal.value.findings == tuple(missing)
    assert "投诉人姓名" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    with pytest.raises(Incomplete):
        plain_text(empty, SAMR, PACK, today=TODAY)


def test_a_complete_case_lacks_nothing() -> None:
    for channel in PACK.channels.values():
        assert fields(check(letter_case(), channel, PACK)) == ([] if channel.letters else ["channel"])


def test_a_channel_that_asks_for_no_address_still_needs_a_way_to_answer() -> None:
    silent = letter_case(complainant=Complainant("李小萌"))
    assert fields(check(silent, PLATFORM, PACK)) == ["complainant.phone"]
    for way in ({"phone": "1"}, {"email": "a@example.org"}, {"address": "示例市"}):
        assert not check(letter_case(complainant=Complainant("李小萌", **way)), PLATFORM, PACK)


def test_white_space_is_not_a_name() -> None:
    case = letter_case(complainant=replace(letter_case().complainant, name=" \u3000\n"))
    assert fields(check(case, SAMR, PACK)) == ["complainant.name"]


def test_every_faulty_part_is_named_with_its_place() -> None:
    case = letter_case(
        conducts=("false_claims", "witchcraft"),
        incidents=(
            Incident("", None, exhibits=("gone", "chat")),
            Incident("客服推诿", dt.date(2026, 3, 20)),
        ),
        remedies=(
            Remedy("refund", amount=Decimal("0")),
            Remedy("other", "  "),
            Remedy("compensation", amount=Decimal("NaN")),
            Remedy("apology", amount=Decimal("-3"), currency=""),
            Remedy("refund", amount=Decimal("1E+999999")),
        ),
        exhibits=(CHAT, replace(PAYMENT, number=1, purpose=""), replace(CALL, number=0, name=" ")),
    )
    found = check(case, SAMR, PACK)
    assert fields(found) == [
        "conducts",
        "incidents.0.on", "incidents.0.text", "incidents.0.exhibits",
        "remedies.0.amount", "remedies.1.text", "remedies.2.amount", "remedies.3.amount", "remedies.3.currency",
        "remedies.4.amount",
        "exhibits.0.number", "exhibits.1.number", "exhibits.1.purpose", "exhibits.2.number", "exhibits.2.name",
    ]  # fmt: skip
    assert {finding.value for finding in found} > {"witchcraft", "gone", "0", "NaN", "-3"}
    assert all(finding.place and finding.problem for finding in found)


def test_findings_speak_the_language_of_the_screen() -> None:
    empty = Case("2026-0002", dt.datetime(2026, 4, 1))
    with use_language("en"):
        assert str(check(empty, PLATFORM, PACK)[0]) == "Complainant's name: is missing."
    assert str(check(empty, PLATFORM, PACK)[0]) == "投诉人姓名: 未填写。"
    for finding in check(empty, SAMR, PACK) + remarks(empty, SAMR, PACK, today=TODAY):
        assert re.search("[\u4e00-\u9fff]", finding.place + finding.problem), finding


def test_an_unknown_kind_or_language_is_a_finding() -> None:
    assert fields(check(letter_case(), SAMR, PACK, kind="poem", lang="fr")) == ["lang", "kind"]
    with pytest.raises(Incomplete, match="poem"):
        render(letter_case(), SAMR, PACK, kind="poem", today=TODAY)


def test_a_court_takes_another_paper_and_says_which() -> None:
    found = check(letter_case(), PACK.channels["cn_court"], PACK)
    assert fields(found) == ["channel"]
    assert "民事起诉状" in found[0].problem


@pytest.mark.parametrize("sign", ["\0", "\x0b", "\x0c", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_a_sign_that_word_cannot_hold_is_refused_by_name_and_place(sign: str) -> None:
    case = letter_case(incidents=(Incident(f"前{sign}后", dt.date(2026, 3, 2), exhibits=("chat",)),))
    (finding,) = check(case, SAMR, PACK)
    assert (finding.field, finding.value) == ("incidents.0.text", f"U+{ord(sign):04X}")
    assert fields(check(letter_case(), SAMR, PACK, addressee=sign)) == ["addressee"]


def test_a_text_that_fits_no_letter_is_refused() -> None:
    case = letter_case(complainant=replace(letter_case().complainant, address="路" * 20_001))
    assert fields(check(case, SAMR, PACK)) == ["complainant.address"]


def test_remarks_point_out_what_could_be_better_and_block_nothing() -> None:
    case = letter_case(
        respondent=replace(letter_case().respondent, agent=""),
        remedies=(Remedy("refund"),),
        exhibits=(CHAT, replace(PAYMENT, source="", content=""), CALL, replace(CALL, number=4, id="unused")),
    )
    assert not check(case, SAMR, PACK)
    told = fields(remarks(case, SAMR, PACK, today=TODAY))
    assert told == [
        "addressee", "channel", "respondent.agent", "incidents.2.exhibits", "remedies.0.amount", "remedies",
        "exhibits.1.source", "exhibits.1.content", "exhibits.3.id",
    ]  # fmt: skip


def test_remarks_tell_what_is_left_out_of_the_legal_basis() -> None:
    doubtful = replace(PACK.provisions["crpl-55"], verified=False)
    pack = replace(PACK, provisions={**PACK.provisions, "crpl-55": doubtful})
    early = (Incident("客服推诿", dt.date(2024, 1, 2), exhibits=("chat", "payment", "call")),)
    case = letter_case(incidents=early, conducts=("false_claims", "stalling", "minors_spending", "insult"))
    values = [
        each.value
        for each in remarks(case, PACK.channels["cn_cca"], pack, today=TODAY)
        if each.field == "conducts"
    ]
    assert "《中华人民共和国消费者权益保护法》第五十五条第一款" in values, "to be checked"
    assert "《中华人民共和国消费者权益保护法实施条例》第四十四条" in values, "not yet in force"
    assert "辱骂、侮辱、威胁、滋扰消费者" in values, "not a matter for this channel"


def test_every_kind_of_the_model_has_its_words() -> None:
    assert set(EXHIBITS) == set(EXHIBIT_KINDS)
    assert set(REQUESTS) == set(REMEDY_KINDS) - {"other"}


# --------------------------------------------------------------------------------------- exactly as typed

HOSTILE = [
    "<b>粗体</b>", "</w:t></w:r></w:p>", "{{ 7 * 7 }}", "{% raw %}", "{# gone #}", "{_{ x }_}", "{_% if %_}", "}}{{", "&amp; &lt;",
    "]]>", "<![CDATA[x]]>", "<!DOCTYPE x>", "_x000D_", "\\1 \\g<0> %s {0} {company}", "“双引号”‘单引号’", "None", "nan", "=1+1",
    " 前后有空格 ", "两  个空格", "制\t表", "第一行\n第二行\n", "\n", "👨‍👩‍👧‍👦🇨🇳", "𠮷野家𪚥", "ﷺ\u202eevil", "é e\u0301", "\u2028\u2029\x85", "\x7f\x9f", "\ufeff",
    "a" * 5000, "'\"`",
]  # fmt: skip
typed = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="".join(map(chr, range(32))) + "\ufffe\uffff")
    | st.sampled_from("\t\n{}%#<>&"),
    max_size=30,
)
wanted = typed.filter(lambda text: text.strip() != "")


@st.composite
def filled_cases(draw: st.DrawFn) -> Case:
    exhibits = (replace(CHAT, **{part: draw(wanted) for part in ("name", "source", "content", "purpose")}),)
    return letter_case(
        complainant=Complainant(*(draw(wanted) for _ in range(4))),
        respondent=Respondent(*(draw(wanted) for _ in range(6))),
        incidents=(Incident(draw(wanted), dt.date(2026, 3, 2), draw(typed), ("chat",)),),
        remedies=(
            Remedy("refund", draw(wanted), Decimal("300"), draw(wanted)),
            Remedy("other", draw(wanted)),
        ),
        exhibits=exhibits,
    )


def typed_texts(case: Case) -> list[str]:
    people, company = case.complainant, case.respondent
    exhibit, incident = case.exhibits[0], case.incidents[0]
    return [
        people.name, people.phone, people.email, people.address,
        company.company, company.platform, company.agent, company.address, company.credit_code, company.contact,
        incident.text, incident.at if incident.at.strip() else "",
        *(remedy.text for remedy in case.remedies), case.remedies[0].currency if case.remedies[0].currency != "CNY" else "",
        exhibit.name, exhibit.source, exhibit.content, exhibit.purpose,
    ]  # fmt: skip


@given(filled_cases(), st.sampled_from(["zh", "en"]))
def test_any_text_stands_in_the_letter_exactly_as_it_was_typed(case: Case, lang: str) -> None:
    docx = render(case, SAMR, PACK, lang=lang, today=TODAY)
    told = words(docx)
    for text in typed_texts(case):
        assert text in told
    document = unpack(docx)["word/document.xml"].decode()
    for spaces, run in re.findall(r"<w:t( xml:space=\"preserve\")?>([^<]*)</w:t>", document):
        assert spaces or run == run.strip(" "), (
            "Word drops spaces at the edge of a run unless told to keep them"
        )


@given(st.text(max_size=50), st.sampled_from(["zh", "en"]))
def test_any_text_at_all_gives_a_letter_or_a_named_refusal(text: str, lang: str) -> None:
    case = letter_case(incidents=(Incident(text, dt.date(2026, 3, 2), text, ("chat",)),), summary=text)
    try:
        told = words(render(case, SAMR, PACK, lang=lang, today=TODAY, addressee=text))
    except CaseworkError as refusal:
        assert isinstance(refusal, Incomplete)
        assert {finding.field for finding in refusal.findings} <= {
            "incidents.0.text",
            "incidents.0.at",
            "addressee",
        }
    else:
        assert text.replace("\r\n", "\n").replace("\r", "\n") in told


def test_line_breaks_of_every_system_become_line_breaks() -> None:
    case = letter_case(incidents=(Incident("一\r\n二\r三\n四", dt.date(2026, 3, 2), exhibits=("chat",)),))
    docx = render(case, SAMR, PACK, today=TODAY)
    assert "一\n二\n三\n四（见证据1）" in words(docx)
    assert unpack(docx)["word/document.xml"].count(b"<w:br/>") >= 3
