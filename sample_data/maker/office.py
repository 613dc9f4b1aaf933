"""Invent the cases: who complained, about whom, what happened, where it was filed and how it ended."""

from __future__ import annotations

import calendar
import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from .words import AS_OF, FIRST_MONTH, MONTHS, WORDS, chance, days_between, office_hours, one, pick

CASES_A_MONTH = 13.4
AGE_AT_WHICH_AN_OFFICE_GIVES_UP = 190  # days
DRAWN = ("excuses", "waits", "callers", "abuses", "lures")  # each case gets one of each that its conduct has
Record = dict[str, Any]


def cases() -> list[Record]:
    """Return all cases of the office in the order received, as plain records (see sample_data/README.md)."""
    records = []
    for number, received in enumerate(_arrivals(), 1):
        records.append(_case(number, received))
    return records


def _arrivals() -> list[dt.datetime]:
    """Return the moments at which cases came in: a yearly season on a slowly rising level."""
    arrivals = []
    for index in range(MONTHS):
        year, month = divmod(FIRST_MONTH.month - 1 + index, 12)
        first = dt.date(FIRST_MONTH.year + year, month + 1, 1)
        level = CASES_A_MONTH * WORDS["season"]["months"][month] * (1 + 0.006 * index)
        rng = chance("month", first)
        for _ in range(round(rng.gauss(level, level**0.5 / 2))):
            arrivals.append(
                office_hours(
                    rng,
                    first + dt.timedelta(days=rng.randrange(calendar.monthrange(first.year, first.month)[1])),
                )
            )
    return sorted(moment for moment in arrivals if moment <= AS_OF)


def _case(number: int, received: dt.datetime) -> Record:
    rng = chance("case", number)
    conduct = _conduct(rng, received)
    company = _company(rng, conduct)
    words = _words(rng, number, received, conduct, company)
    filings = list(_filings(rng, number, received, conduct, company, words))
    closed = _closing(rng, received, filings)
    return {
        "case_no": f"XF{received:%Y}-{number:04d}",
        "received_at": received,
        "closed_at": closed,
        "status": "closed" if closed else "open",
        "intake": pick(rng, {row["zh"]: row["share"] for row in WORDS["intake"]}),
        "handler": one(rng, WORDS["handlers"]),
        "conducts": _conducts(rng, conduct),
        "summary": _fill(one(rng, WORDS["conduct"][conduct]["summary"]), words),
        "complainant": _complainant(rng, number),
        "respondent": _respondent(company, words),
        "incidents": _incidents(conduct, words),
        "remedies": _remedies(rng, conduct, words, received),
        "exhibits": [],
        "filings": filings,
        "words": words,
    }


# --- who and what ----------------------------------------------------------------------------------


def _conduct(rng: random.Random, received: dt.datetime) -> str:
    shares = {name: conduct["share"] for name, conduct in WORDS["conduct"].items()}
    if received.month in (2, 7, 8):  # school holidays
        shares["minors_spending"] *= 2.5
    if received.month in (6, 11):  # 618 and 双11
        shares["false_claims"] *= 1.4
    return pick(rng, shares)


def _conducts(rng: random.Random, conduct: str) -> list[str]:
    also_stalled = conduct != "stalling" and rng.random() < 0.18
    return [conduct, "stalling"] if also_stalled else [conduct]


def _company(rng: random.Random, conduct: str) -> Record:
    companies = {row["name"]: row for row in WORDS["company"] if conduct in row["weights"]}
    return companies[pick(rng, {name: row["weights"][conduct] for name, row in companies.items()})]


def _words(rng: random.Random, number: int, received: dt.datetime, conduct: str, company: Record) -> Record:
    """Return what the sentences of this case are filled with."""
    product, price, *_ = one(rng, [row for row in company["products"] if _goes_with(row, conduct)])
    times = rng.randrange(2, 9) if conduct == "minors_spending" else 1
    bought = received - dt.timedelta(days=18 + rng.randrange(25))
    kind = WORDS["conduct"][conduct]
    faults = WORDS["conduct"]["stalling"]["goods_faults" if company.get("goods") else "faults"]
    drawn = {name.removesuffix("s"): one(rng, values) for name, values in kind.items() if name in DRAWN}
    return {
        "platform": company["platform"],
        "product": product,
        "amount": round(price * times * rng.choice((1, 1, 1, 0.9, 0.8))),
        "promise": one(rng, company["promises"]),
        "agent": f"工号{_staff_number(rng, company, conduct)}",
        "order": f"{bought:%y%m%d}0000{number:06d}",
        "n": rng.randrange(2, 5) if times > 1 else rng.randrange(3, 12),
        "m": rng.randrange(2, 6),
        "age": rng.randrange(8, 16),
        "day0": bought,
        "fault": one(rng, faults),
        **drawn,
    }


def _goes_with(product: list[Any], conduct: str) -> bool:
    """A product's third field, if it has one, names the conducts it is invented for."""
    return len(product) < 3 or conduct in product[2].split()


def _staff_number(rng: random.Random, company: Record, conduct: str) -> int:
    """Return an agent's number; insults come from the same few agents of a company again and again."""
    base = 8000 + 37 * [row["name"] for row in WORDS["company"]].index(company["name"])
    return base + (rng.choice((1, 1, 1, 2)) if conduct == "insult" else rng.randrange(3, 30))


def _complainant(rng: random.Random, number: int) -> Record:
    surname = WORDS["surnames"][number % len(WORDS["surnames"])]
    year = (number - 1) % 60  # 甲子, 乙丑 ...: the sixty-year cycle
    name = surname + WORDS["stems"][year % 10] + WORDS["branches"][year % 12]
    place = one(rng, WORDS["districts"]) + one(rng, WORDS["roads"])
    return {
        "name": name,
        "phone": f"1990000{number:04d}",
        "email": f"u{number:04d}@example.com",
        "address": f"{place}{rng.randrange(1, 300)}号",
    }


def _respondent(company: Record, words: Record) -> Record:
    index = [row["name"] for row in WORDS["company"]].index(company["name"]) + 1
    city = "虚州市云桥区" if company["name"].startswith("虚州") else "乌有市无中区"
    return {
        "company": company["name"],
        "platform": company["platform"],
        "agent": words["agent"],
        "address": f"{city}虚拟大道{index * 8}号",
        "credit_code": credit_code(index),
        "contact": f"kefu{index:02d}@example.com",
    }


_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def check_digit(body: str) -> str:
    """Return the 18th character that a true credit code with these 17 would have (GB 32100-2015)."""
    total = sum(
        _CODE_CHARACTERS.index(character) * weight
        for character, weight in zip(body, _CODE_WEIGHTS, strict=True)
    )
    return _CODE_CHARACTERS[-total % 31]


def credit_code(index: int) -> str:
    """Return an impossible credit code: no such district (000000), and a check digit that is wrong."""
    body = f"91000000MA00000{index:02d}"
    return body + _CODE_CHARACTERS[(_CODE_CHARACTERS.index(check_digit(body)) + 7) % 31]


# --- what happened ---------------------------------------------------------------------------------


def _fill(text: str, words: Record) -> str:
    return text.format(**words)


def _incidents(conduct: str, words: Record) -> list[Record]:
    incidents = []
    for step, (days, proof, text) in enumerate(WORDS["conduct"][conduct]["steps"]):
        moment = words["day0"] + dt.timedelta(days=days, minutes=17 * step)
        incidents.append(
            {"on": moment.date(), "at": f"{moment:%H:%M}", "text": _fill(text, words), "proof": proof}
        )
    return incidents


def _remedies(rng: random.Random, conduct: str, words: Record, received: dt.datetime) -> list[Record]:
    reply_by = received.date() + dt.timedelta(days=15)
    amounts = {
        "refund": words["amount"],
        "compensation": max(500, words["amount"] * 3) if conduct == "false_claims" else 500,
    }
    texts = {
        "refund": f"退还购买“{words['product']}”支付的全部费用",
        "compensation": "赔偿因此造成的损失",
        "apology": "由涉事客服及公司书面道歉",
        "deletion": "删除投诉人的个人信息"
        if conduct == "privacy_leak"
        else "注销未成年人使用的账号并删除其信息",
        "written_reply": "就处理结果作出书面答复",
    }
    kinds = [
        kind for kind in WORDS["conduct"][conduct]["remedies"] if kind != "compensation" or rng.random() < 0.6
    ]
    return [
        {"kind": kind, "text": texts[kind], "amount": amounts.get(kind), "reply_by": reply_by}
        for kind in kinds
    ]


# --- where it went ---------------------------------------------------------------------------------


def _filings(
    rng: random.Random, number: int, received: dt.datetime, conduct: str, company: Record, words: Record
) -> Iterator[Record]:
    """Yield the filings of a case: the platform first as a rule, then on and on until one settles it."""
    moment, used = received, []
    while len(used) < 4 and (channel := _next_channel(rng, conduct, company, used)):
        filed = office_hours(rng, (moment + dt.timedelta(days=rng.choice((0, 0, 1, 1, 2, 4)))).date())
        filed = max(filed, moment + dt.timedelta(minutes=25))
        if filed > AS_OF:
            return
        filing, settled, moment = _filing(rng, number, filed, channel, company, words)
        used.append(channel)
        yield filing
        if settled or moment > AS_OF or rng.random() < 0.12:  # 12% go no further
            return


def _next_channel(rng: random.Random, conduct: str, company: Record, used: list[str]) -> str | None:
    if not used and rng.random() < 0.7:
        return "cn_platform"
    weights = {
        name: row.get("weight_for", {}).get(conduct, row["weight"]) for name, row in WORDS["channel"].items()
    }
    if company.get("telecom"):
        weights["cn_miit"] = 60
    if not used:
        weights["cn_court"] = 0  # the last road, not the first
    if used[-1:] == ["cn_12345"]:
        weights["cn_samr_complaint"] *= 3
    open_roads = {name: weight for name, weight in weights.items() if weight and name not in used}
    return pick(rng, open_roads) if open_roads else None


def _filing(
    rng: random.Random, number: int, filed: dt.datetime, channel: str, company: Record, words: Record
) -> tuple[Record, bool, dt.datetime]:
    """Return one filing, whether it settled the case, and when the office moves on if it did not."""
    row = WORDS["channel"][channel]
    receipt = row["receipt"].format(ymd=f"{filed:%Y%m%d}", year=filed.year, n=number * 7 % 9973)
    filing = {"channel": channel, "filed_at": filed, "receipt_no": receipt}
    if rng.random() < row["stuck"]:
        patience = filed + dt.timedelta(days=15 + rng.randrange(12))
        return {**filing, "status": rng.choice(("filed", "accepted"))}, False, patience
    fate = _fate(rng, row)
    answered = _answered(rng, filed, row, fate, company["pace"] if channel == "cn_platform" else 1.0)
    if answered > AS_OF:
        status = "accepted" if AS_OF - filed > dt.timedelta(days=7) else "filed"
        return {**filing, "status": status}, False, answered
    status = fate if fate in ("refused", "withdrawn") else "closed"
    told = {"refused": "不予受理", "withdrawn": "投诉人撤回"}
    outcome = told.get(fate) or _fill(one(rng, row["good" if fate == "settled" else "bad"]), words)
    done = {**filing, "status": status, "closed_at": answered, "outcome": outcome}
    return done, fate in ("settled", "withdrawn"), answered


def _fate(rng: random.Random, row: Record) -> str:
    shares = {"refused": row["refused"], "settled": row["settled"], "withdrawn": 0.02}
    return pick(rng, {**shares, "failed": 1 - sum(shares.values())})


def _answered(rng: random.Random, filed: dt.datetime, row: Record, fate: str, pace: float) -> dt.datetime:
    """Return when a body answered: a refusal comes early, everything else with a long tail."""
    days = days_between(rng, row["median"], row["sigma"]) * pace * _slow(filed)
    if fate == "refused":
        days = 1 + days_between(rng, 4, 0.4)
    answered = office_hours(rng, (filed + dt.timedelta(days=days)).date())
    return answered if answered > filed else filed + dt.timedelta(minutes=5 + rng.randrange(200))


def _slow(filed: dt.datetime) -> float:
    """Bodies are slower after 双11 and around 春节."""
    return {11: 1.2, 12: 1.15, 1: 1.25, 2: 1.35}.get(filed.month, 1.0)


def _closing(rng: random.Random, received: dt.datetime, filings: list[Record]) -> dt.datetime | None:
    """Return when the office closed the case: after the last answer, or when it gave up waiting."""
    if not filings:
        return None if AS_OF - received < dt.timedelta(days=20) else received + dt.timedelta(days=3, hours=2)
    last = filings[-1].get("closed_at")
    if last is None:
        waited = filings[-1]["filed_at"] + dt.timedelta(days=AGE_AT_WHICH_AN_OFFICE_GIVES_UP)
        closed = office_hours(rng, waited.date()) if rng.random() < 0.5 else None
    else:
        closed = office_hours(rng, (last + dt.timedelta(days=rng.randrange(6))).date())
        closed = max(closed, last + dt.timedelta(minutes=30))
    return closed if closed and closed <= AS_OF else None
