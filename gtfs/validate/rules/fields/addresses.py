"""Addresses in the net: URLs and e-mail."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import numpy as np

from gtfs.validate.context import Context
from gtfs.validate.notice import Report
from gtfs.validate.rules._common import ERROR, fields_of, kind, report_values

URI = kind(
    "u_r_i_syntax_error",
    ERROR,
    (
        "not written as a URL can be: {reason}",
        "The link does nothing when a rider taps it.",
        "Escape blanks and special characters (%20), and check the brackets.",
    ),
    (
        "URL の書き方として誤りです: {reason}",
        "利用者が押してもリンクが開きません。",
        "空白や特殊文字を %20 のように書き、括弧を確かめてください。",
    ),
)
URL = kind(
    "invalid_url",
    ERROR,
    (
        "not a full URL",
        "The link does nothing when a rider taps it.",
        "Begin it with https:// and give the host, e.g. https://example.jp/bus.",
    ),
    (
        "完全な URL ではありません",
        "利用者が押してもリンクが開きません。",
        "https://example.jp/bus のように https:// とホスト名から書いてください。",
    ),
)
EMAIL = kind(
    "invalid_email", ERROR,
    ("not an e-mail address", "Riders' questions come back undelivered.", "Write one address, e.g. info@example.jp."),
    ("メールアドレスではありません", "利用者の問い合わせが届きません。", "info@example.jp のようにアドレスを一つ書いてください。"),
)  # fmt: skip
KINDS = (URI, URL, EMAIL)
_FORBIDDEN = re.compile(r"[\s<>\"{}|\\^`]|[^\x20-\x7e\u00a0-\U0010ffff]|%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"(?=.{1,253}\.?$)([^\W_]([\w-]{0,61}[^\W_])?)(\.[^\W_]([\w-]{0,61}[^\W_])?)*\.?")
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}")


def uri_fault(text: str) -> str:
    """Why a text cannot be parsed as a URI at all; empty if it can."""
    found = _FORBIDDEN.search(text)
    if found:
        return f"{found[0]!r} at {found.start() + 1}"
    try:
        urlsplit(text).port  # noqa: B018
    except ValueError as error:
        return str(error)
    return ""


def is_url(text: str) -> bool:
    """Whether a URI is an http(s) URL with a host in the net."""
    parts = urlsplit(text)
    host = parts.hostname or ""
    named = "." in host or ":" in host or host == "localhost"
    return (
        parts.scheme.lower() in ("http", "https") and named and (":" in host or bool(_HOST.fullmatch(host)))
    )


def is_email(text: str) -> bool:
    """Whether a text is one address of RFC 5321 in its usual form."""
    local, at, domain = text.rpartition("@")
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    top = domain.rpartition(".")[2]
    usual = bool(_LOCAL.fullmatch(local)) and "." in domain and len(top) > 1 and not top.isdigit()
    return bool(at) and usual and not dots and bool(_HOST.fullmatch(domain))


def check(context: Context, report: Report) -> None:
    """Every column of URLs and addresses."""
    for at in fields_of(context, "url"):
        faults = [uri_fault(t) if t else "" for t in at.column.text.to_list()]
        for row in at.column.rows(np.array([bool(f) for f in faults], np.bool_)).tolist():
            reason = faults[at.column.codes[row]]
            report.add(
                URI,
                at.table.file,
                at.table.line(row),
                at.field.name,
                at.table.shown(row, at.field.name),
                reason=reason,
            )
        texts = at.column.text.to_list()
        bad = [bool(t) and not f and not is_url(t) for t, f in zip(texts, faults, strict=True)]
        report_values(report, URL, at, np.array(bad, np.bool_))
    for at in fields_of(context, "email"):
        good = np.array([not t or is_email(t) for t in at.column.text.to_list()], np.bool_)
        report_values(report, EMAIL, at, ~good)
