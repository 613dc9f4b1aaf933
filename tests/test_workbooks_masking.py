"""Masking: enough is left to tell two records apart, not to find a person."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.workbooks.masking import (
    mask_address,
    mask_agent,
    mask_email,
    mask_identity,
    mask_name,
    mask_phone,
    mask_text,
)

from .cases import texts

# The numbers are invented: 138 0013 8000 is an operator's own hotline, the identity number has a wrong check digit.
MOBILE, IDENTITY = "13800138000", "110101199003070010"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        *(
            ("张三", "张*"),
            ("张三丰", "张**"),
            ("欧阳修", "欧阳*"),
            ("欧阳", "欧*"),
            ("司马相如", "司马**"),
            ("李", "李*"),
        ),
        *(
            ("John Smith", "John S***"),
            ("Anna Maria Jones", "Anna M*** J***"),
            ("Madonna", "M***"),
            ("", ""),
            ("  ", ""),
        ),
        ("买买提·吐尔逊", "买******"),
    ],
)
def test_names(name, masked):
    assert mask_name(name) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        *(
            (MOBILE, "138****8000"),
            ("138 0013 8000", "138 **** 8000"),
            ("+86 138-0013-8000", "+86 138-****-8000"),
        ),
        *(
            ("+8613800138000", "+86138****8000"),
            ("１３８００１３８０００", "138****8000"),
            ("010-66551234", "010-******34"),
        ),
        *(("66551234", "665***34"), ("12315", "***15"), ("110", "*10"), ("", ""), ("无", "*"), ("5", "*")),
    ],
)
def test_telephones(phone, masked):
    assert mask_phone(phone) == masked


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("someone@example.com", "s***@example.com"),
        ("a@b.example", "a***@b.example"),
        ("", ""),
        ("odd", "o***"),
    ],
)
def test_e_mails(email, masked):
    assert mask_email(email) == masked


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        *(
            ("浙江省杭州市西湖区文三路1号2单元301", "浙江省杭州市***"),
            ("北京市海淀区某街1号", "北京市***"),
            ("某街1号", "***"),
        ),
        *(
            ("内蒙古自治区呼和浩特市某路", "内蒙古自治区呼和浩特市***"),
            ("5 Baker Street, London", "***"),
            ("", ""),
        ),
        ("广东省", "广东省"),
    ],
)
def test_addresses(address, masked):
    assert mask_address(address) == masked


def test_an_agent_by_staff_number_is_no_person():
    assert (mask_agent("工号8012"), mask_agent("王芳")) == ("工号8012", "王*")


def test_identity_numbers_keep_their_region():
    assert mask_identity(IDENTITY) == "110101***********0"


def test_free_text_loses_what_has_a_form_and_the_names_that_are_known():
    text = f"我叫王小明，身份证{IDENTITY}，电话{MOBILE}，邮箱 wang@example.com，卡号6222 0000 0000 0000 123，座机0571-88776655。"
    assert mask_text(text, ["王小明"]) == (
        "我叫王**，身份证110101***********0，电话138****8000，邮箱 w***@example.com，卡号**** **** **** ***0 123，座机057*-******55。"
    )


def test_free_text_keeps_dates_amounts_and_order_numbers():
    text = "2025-04-09 10:30 付款 1288.00 元，订单号 202504090012345678901，工号8012，共 3 次；第12315号。"
    assert mask_text(text, ["王小明"]) == text


def test_full_width_digits_hide_no_telephone_and_stay_elsewhere():
    assert mask_text("电话１３８００１３８０００") == "电话138****8000"
    assert mask_text("２０２５年４月") == "２０２５年４月"


def test_a_latin_name_is_masked_as_a_whole_word_only():
    assert mask_text("Ann paid; Annual fee", ["Ann"]) == "A*** paid; Annual fee"


@given(texts, texts)
def test_masking_is_the_same_every_time_and_never_fails(text, name):
    assert mask_text(text, [name]) == mask_text(text, [name])
    for mask in (mask_name, mask_phone, mask_email, mask_address, mask_identity):
        assert mask(text) == mask(text)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.sampled_from(["{}", "电话{}。", "打 {} 或", "tel:{},", "（{}）"]),
)
def test_no_mobile_number_survives_in_free_text(number, around):
    masked = mask_text(around.format(number))
    assert number not in re.sub(r"\D", "", masked)
    assert number[:3] + "****" + number[-4:] in masked
