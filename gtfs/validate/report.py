"""A report as JSON, as text for a terminal, and as a page to be read on its own; in Japanese or English."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any, Protocol

from gtfs.errors import Severity
from gtfs.validate.notice import Notice, Report, Sample

__all__ = ["Done", "to_dict", "to_html", "to_json", "to_text"]

_NAMES = {
    "en": {
        Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note",
        "none": "No finding: the feed is as it should be.", "why": "Why it matters", "mend": "How to mend it",
        "more": "… and {n:,} more", "line": "line", "title": "Validation report", "profile": "Profile",
        "file": "File", "place": "Line", "field": "Field", "value": "Value", "message": "What is wrong",
        "done": "mended", "sum": "{e:,} errors, {w:,} warnings, {i:,} notes",
    },
    "ja": {
        Severity.ERROR: "エラー", Severity.WARNING: "警告", Severity.INFO: "情報",
        "none": "指摘はありません。フィードは正しく作られています。", "why": "利用者への影響", "mend": "直し方",
        "more": "… 他 {n:,} 件", "line": "行", "title": "検証結果", "profile": "プロファイル",
        "file": "ファイル", "place": "行", "field": "項目", "value": "値", "message": "内容",
        "done": "修正", "sum": "エラー {e:,} 件、警告 {w:,} 件、情報 {i:,} 件",
    },
}  # fmt: skip
_TEXT_SAMPLES = 5
_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.6 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "section{border-left:.4rem solid #777;padding:.1rem 1rem;margin:1.5rem 0}.error{border-color:#c00}"
    ".warning{border-color:#b60}h1{font-size:1.6rem}h2{font-size:1.15rem}h1,h2{overflow-wrap:anywhere}"
    ".rows{overflow-x:auto}table{border-collapse:collapse;min-width:34rem}"
    "th,td{border:1px solid #8888;padding:.2rem .6rem;text-align:left;vertical-align:top}"
    "code{overflow-wrap:anywhere}"
    # on a phone each row is a small card, its cells named by their column
    "@media(max-width:40rem){.rows{overflow:visible}table{min-width:0}thead{display:none}td:empty{display:none}"
    "tr{display:block;border:1px solid #8888;margin:.6rem 0;padding:.3rem .6rem}"
    "td{display:block;border:0;padding:0;overflow-wrap:anywhere}"
    "td::before{content:attr(data-name) ': '}td:last-child{font-weight:600}td:last-child::before{content:''}}"
)


class Done(Protocol):
    """Something that was mended before the feed was judged (`gtfs.validate.mend.Change`)."""

    @property
    def file(self) -> str:
        """The file."""

    @property
    def count(self) -> int:
        """How often."""

    @property
    def en(self) -> str:
        """What, in English."""

    @property
    def ja(self) -> str:
        """What, in Japanese."""


def to_dict(report: Report, language: str = "en", done: Sequence[Done] = ()) -> dict[str, Any]:
    """The report as plain values: `summary`, then `notices` with exact totals and samples.

    `mended` is there only if something was.
    """
    mended = [{"file": d.file, "count": d.count, "message": d.ja if language == "ja" else d.en} for d in done]
    return {
        **({"mended": mended} if done else {}),
        "source": report.source,
        "profile": str(report.profile),
        "summary": {
            "errors": report.total(Severity.ERROR),
            "warnings": report.total(Severity.WARNING),
            "infos": report.total(Severity.INFO),
        },
        "notices": [_notice(n, language) for n in report.notices()],
    }


def _notice(notice: Notice, language: str) -> dict[str, Any]:
    said = notice.kind.words(language)
    return {
        "code": notice.kind.code,
        "severity": notice.kind.severity.value.upper(),
        "total": notice.total,
        "why": said.why,
        "mend": said.mend,
        "samples": [
            {
                "file": s.file, "line": s.line, "field": s.field, "value": s.value,
                "message": s.message(notice.kind, language),
            }
            for s in notice.samples
        ],
    }  # fmt: skip


def to_json(report: Report, language: str = "en", done: Sequence[Done] = ()) -> str:
    """The report as a JSON document."""
    return json.dumps(to_dict(report, language, done), ensure_ascii=False, indent=1)


def to_text(report: Report, language: str = "en", done: Sequence[Done] = ()) -> str:
    """The report for a terminal: a heading per kind, a few places each, why and how to mend it."""
    names = _NAMES["ja" if language == "ja" else "en"]
    lines = [f"{names['done']}: {line}" for line in _done(done, language)]
    lines.append(f"{report.source} ({report.profile}): {_sum(report, names)}")
    if not report.notices():
        lines.append(names["none"])
    for notice in report.notices():
        said = notice.kind.words(language)
        lines += ["", f"[{names[notice.kind.severity]}] {notice.kind.code}  × {notice.total:,}"]
        lines += [
            f"  {_where(s, names)}{s.message(notice.kind, language)}" for s in notice.samples[:_TEXT_SAMPLES]
        ]
        if notice.total > min(_TEXT_SAMPLES, len(notice.samples)):
            lines.append(
                "  " + names["more"].format(n=notice.total - min(_TEXT_SAMPLES, len(notice.samples)))
            )
        lines += [f"  {names['why']}: {said.why}", f"  {names['mend']}: {said.mend}"]
    return "\n".join(lines)


def _where(sample: Sample, names: dict[Any, str]) -> str:
    parts = [sample.file] if sample.file else []
    if sample.line:
        parts.append(f"{sample.line} 行" if names["line"] == "行" else f"line {sample.line}")
    if sample.field:
        parts.append(f"{sample.field}={sample.value!r}" if sample.value else sample.field)
    return ", ".join(parts) + ": " if parts else ""


def _done(done: Sequence[Done], language: str) -> list[str]:
    return [f"{d.file}: {d.ja if language == 'ja' else d.en} ({d.count:,})" for d in done]


def _sum(report: Report, names: dict[Any, str]) -> str:
    e, w, i = (report.total(s) for s in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    return names["sum"].format(e=e, w=w, i=i)


def to_html(report: Report, language: str = "en", done: Sequence[Done] = ()) -> str:
    """The report as one page without scripts or anything from outside."""
    language = "ja" if language == "ja" else "en"
    names = _NAMES[language]
    title = f"{names['title']}: {escape(report.source)}"
    body = [f"<h1>{title}</h1>", f"<p>{names['profile']}: {escape(str(report.profile))}</p>"]
    body.append(f"<p><strong>{_sum(report, names)}</strong></p>")
    if done:
        items = "".join(f"<li>{escape(line)}</li>" for line in _done(done, language))
        body.append(f"<h2>{names['done']}</h2><ul>{items}</ul>")
    if not report.notices():
        body.append(f"<p>{names['none']}</p>")
    body += [_section(n, language, names) for n in report.notices()]
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title>'
        f"<style>{_STYLE}</style></head>\n<body><main>\n" + "\n".join(body) + "\n</main></body></html>\n"
    )


def _section(notice: Notice, language: str, names: dict[Any, str]) -> str:
    said = notice.kind.words(language)
    severity = notice.kind.severity
    heads = "".join(
        f'<th scope="col">{names[k]}</th>' for k in ("file", "place", "field", "value", "message")
    )
    rows = "".join(f"<tr>{_cells(s, s.message(notice.kind, language), names)}</tr>" for s in notice.samples)
    more = notice.total - len(notice.samples)
    rest = f"<p>{names['more'].format(n=more)}</p>" if more > 0 else ""
    return (
        f'<section class="{severity.value}"><h2>{names[severity]}: <code>{notice.kind.code}</code> × {notice.total:,}</h2>'
        f"<p>{names['why']}: {escape(said.why)}</p><p>{names['mend']}: {escape(said.mend)}</p>"
        f'<div class="rows" role="region" tabindex="0" aria-label="{notice.kind.code}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{rest}</section>"
    )


def _cells(sample: Sample, message: str, names: dict[Any, str]) -> str:
    value = f"<code>{escape(sample.value)}</code>" if sample.value else ""
    cells = {
        "file": escape(sample.file), "place": str(sample.line or ""), "field": escape(sample.field),
        "value": value, "message": escape(message),
    }  # fmt: skip
    return "".join(f'<td data-name="{names[name]}">{cell}</td>' for name, cell in cells.items())
