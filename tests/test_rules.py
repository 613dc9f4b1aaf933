"""The rule packs: whole, sourced, honest about what was not checked, and as the catalogue has it."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from typing import Any

import pytest

from casework.errors import BadFile, NotFound
from casework.letters import KINDS, PLACES
from casework.rules import RulePack, jurisdictions, load_pack, parse_pack
from casework.rules.reader import PLACES as PATHS

from .shared import shared_data

TODAY = dt.date(2026, 11, 24)


@pytest.fixture(params=jurisdictions())
def pack(request: pytest.FixtureRequest) -> RulePack:
    return load_pack(request.param)


def test_every_pack_loads_and_is_read_once(pack: RulePack) -> None:
    assert pack.conducts
    assert pack.channels
    assert load_pack(pack.jurisdiction.lower()) is pack


def test_an_unknown_jurisdiction_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(NotFound) as refusal:
        load_pack("../gb")
    assert "cn, gb" in str(refusal.value)


def test_every_record_says_where_it_comes_from(pack: RulePack) -> None:
    for record in (*pack.conducts.values(), *pack.provisions.values(), *pack.channels.values()):
        assert pack.sources[record.source].title


def test_what_nobody_read_is_not_called_verified(pack: RulePack) -> None:
    for record in (*pack.provisions.values(), *pack.channels.values()):
        assert not (record.verified and record.evidence_level == "memory"), record.id
        assert not (record.verified and pack.sources[record.source].basis == "memory"), record.id


def test_every_name_exists_in_both_languages(pack: RulePack) -> None:
    for record in (*pack.conducts.values(), *pack.provisions.values(), *pack.channels.values()):
        assert record.name("zh").strip()
        assert record.name("en").strip()
        assert not any(
            "\u4e00" <= sign <= "\u9fff" for sign in record.name("en").replace("顾客联络服务", "")
        ), record.id


def test_a_channel_with_a_contact_says_whether_it_was_checked(pack: RulePack) -> None:
    for channel in pack.channels.values():
        if channel.hotline or channel.url:
            assert channel.contact_verified is not None, channel.id


def test_channels_come_in_their_order(pack: RulePack) -> None:
    orders = [channel.order for channel in pack.channels.values()]
    assert orders == sorted(orders)


def test_every_place_that_a_channel_asks_for_has_a_name_for_the_person(pack: RulePack) -> None:
    for channel in pack.channels.values():
        assert set(channel.needs) <= set(PLACES) <= PATHS | {"addressee", "channel", "kind", "lang"}
        assert set(channel.letters) <= set(KINDS)


def test_a_letter_cites_only_what_concerns_its_conduct(pack: RulePack) -> None:
    for conduct in pack.conducts.values():
        for provision in conduct.cites:
            assert conduct.id in pack.provisions[provision].conducts, (conduct.id, provision)
    for channel in pack.channels.values():
        assert set(channel.cites) <= set(channel.legal_basis), channel.id


def test_channels_are_offered_for_the_conducts_of_a_case() -> None:
    china = load_pack("cn")
    offered = [channel.id for channel in china.channels_for(["minors_spending", "no such conduct"])]
    assert offered == [
        "cn_platform",
        "cn_samr_complaint",
        "cn_samr_report",
        "cn_cac_pi",
        "cn_culture",
        "cn_court",
    ]
    assert china.channels_for([]) == []


def test_what_is_to_be_checked_is_a_candidate_but_is_not_cited() -> None:
    china = load_pack("cn")
    unsure = replace(china.provisions["crpl-20"], verified=False)
    doubtful = replace(china, provisions={**china.provisions, "crpl-20": unsure})
    channel = china.channels["cn_samr_complaint"]
    assert unsure in doubtful.candidates(["false_claims"], channel)
    cited = doubtful.cited(["false_claims"], channel, events=TODAY, today=TODAY)
    assert "crpl-20" not in {provision.id for provision in cited}
    assert "crpl-55" in {provision.id for provision in cited}


def test_a_rule_is_not_cited_for_events_before_it_was_in_force() -> None:
    china = load_pack("cn")
    channel = china.channels["cn_samr_complaint"]
    before = china.cited(["stalling"], channel, events=dt.date(2024, 6, 30), today=TODAY)
    after = china.cited(["stalling"], channel, events=dt.date(2024, 7, 1), today=TODAY)
    assert {provision.id for provision in after} - {provision.id for provision in before} == {"impl-44"}
    assert "impl-46" in {provision.id for provision in before}, "procedure counts from today"


def test_a_provision_is_cited_once_and_in_the_order_of_the_conducts() -> None:
    china = load_pack("cn")
    cited = china.cited(["insult", "privacy_leak"], china.channels["cn_platform"], events=TODAY, today=TODAY)
    ids = [provision.id for provision in cited]
    assert ids == ["crpl-27", "civ-1024", "crpl-50", "crpl-29", "pipl-10", "civ-1032", "pipl-69"]


def test_a_law_with_an_edition_says_so_in_its_name() -> None:
    provision = load_pack("cn").provisions["psl-50"]
    assert provision.name("zh") == "《中华人民共和国治安管理处罚法》（2025年修订）第五十条"
    assert (
        provision.name("en") == "Public Security Administration Punishments Law (2025 revision), Article 50"
    )


def test_every_fault_of_a_pack_is_listed_at_once() -> None:
    faulty = """
        jurisdiction = "XX"
        compiled_on = 2026-13
        surprise = 1
    """
    with pytest.raises(BadFile, match=r"xx\.toml"):
        parse_pack(faulty, "xx.toml")
    faulty = """
        jurisdiction = "XX"
        compiled_on = "soon"
        surprise = 1
        [[source]]
        id = "s"
        title = ""
        basis = "memory"
        [[conduct]]
        id = "c"
        name = { zh = "甲" }
        short = { zh = "甲", en = "a", fr = "a" }
        channels = ["nowhere"]
        cites = [1]
        source = "unheard"
        verified = "yes"
        [[conduct]]
        id = "c"
        [[provision]]
        id = "p"
        effect = "magic"
        conducts = ["c", "d"]
        [[channel]]
        id = "k"
        order = true
        materials = [{ zh = "乙", en = "b", field = "complainant.shoe_size" }]
        colour = "red"
    """
    with pytest.raises(BadFile) as refusal:
        parse_pack(faulty, "xx.toml")
    told = str(refusal.value)
    for fault in (
        "xx.toml", "surprise", "compiled_on", "source s：title", "conduct c.name：缺少en", "conduct c.short：不认识fr",
        "nowhere", "unheard", "conduct c：verified", "conduct c：cites", "编号重复", "magic", "“d”", "provision p：缺少law",
        "order", "complainant.shoe_size", "channel k：不认识colour", "channel k：缺少source",
    ):  # fmt: skip
        assert fault in told, fault
    assert "\n" not in told


@pytest.mark.parametrize(
    "text", ["conduct = 3", "[conduct]\nid = 3", "conduct = ['a']", "[[channel]]\nmaterials = [1]"]
)
def test_a_pack_of_the_wrong_shape_is_refused_and_not_crashed_on(text: str) -> None:
    with pytest.raises(BadFile):
        parse_pack(text, "xx.toml")


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Any]:
    return tomllib.loads(shared_data("../domain/catalogue.toml").read_text(encoding="utf-8"))


def test_the_pack_has_the_provisions_of_the_catalogue(catalogue: dict[str, Any]) -> None:
    ours = load_pack("cn").provisions
    theirs = {each["id"]: each for each in catalogue["provision"]}
    assert set(ours) == set(theirs)
    for identity, record in theirs.items():
        mine = ours[identity]
        assert (mine.number, list(mine.conducts), mine.effect) == (
            record["article"],
            record["conduct"],
            record["effect"],
        )
        assert (mine.source, mine.verified) == (record["source"], record["verified"])
        assert mine.evidence_level == record["evidence_level"]


def test_the_packs_have_the_channels_and_conducts_of_the_catalogue(catalogue: dict[str, Any]) -> None:
    for jurisdiction in ("cn", "gb"):
        ours = load_pack(jurisdiction).channels
        theirs = {
            each["id"]: each for each in catalogue["channel"] if each["jurisdiction"] == jurisdiction.upper()
        }
        assert set(ours) == set(theirs)
        for identity, record in theirs.items():
            mine = ours[identity]
            assert (mine.order, mine.kind, list(mine.next)) == (
                record["order"],
                record["kind"],
                record["next"],
            )
            assert (mine.source, mine.verified, mine.url) == (
                record["source"],
                record["verified"],
                record.get("url", ""),
            )
            assert list(mine.legal_basis) == record.get("legal_basis", [])
            assert mine.contact_verified == record.get("contact_verified")
            assert mine.in_force_from == record.get("in_force_from")
    conducts = {each["id"]: each for each in catalogue["conduct"]}
    assert set(load_pack("cn").conducts) == set(conducts)
    for identity, record in conducts.items():
        mine = load_pack("cn").conducts[identity]
        assert (mine.name("zh"), mine.name("en"), sorted(mine.channels)) == (
            record["zh"], record["en"], sorted(record["channels"]),
        )  # fmt: skip
