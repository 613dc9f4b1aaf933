"""Text that spreadsheet programs have been seen to run, and text that only looks like it."""

from __future__ import annotations

LIVE = (
    "=1+1",
    '=HYPERLINK("http://x.example","click")',
    "=cmd|'/C calc'!A0",
    "+1+1",
    "+cmd|'/C calc'!A0",
    "-1+1",
    "-2+3+cmd|'/C calc'!A0",
    "@SUM(1,1)",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "\u200b=1+1",
    "\x00=1+1",
)
HARMLESS = (
    *("-5", "-1,234.50", "+3%", "-¥20", "-20元", "-1.5e3", "－5"),
    *("+8613800138000", "+86 138 0013 8000", "+86 138-0013-8000", "+86 (10) 6655 1234", "-", "--", "———"),
)
#: Readable behind an apostrophe; bare, Excel would compute it or show #NAME?.
DASHED = ("-客服拒绝退款", "- first item", "+86-138-0013-8000")
