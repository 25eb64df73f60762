"""Statements and invoices as PDF (A4, Japanese font embedded as a subset), with fpdf2.

Why fpdf2: see docs/decisions/payments-pdf.md. The same content gives the same bytes: the time in the file
is given, not taken from the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace

from payments.errors import SettlementError
from payments.settlement.invoice import REDUCED_MARK, REDUCED_PERCENT, Business, Invoice
from payments.settlement.statement import KINDS, Statement

FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/ipaexfont-gothic/ipaexg.ttf"),
    Path("/System/Library/Fonts/ヒラギノ角ゴシック W3.ttc"),
    Path("C:/Windows/Fonts/YuGothR.ttc"),
)
_WIDTH_MM = 180.0
_HEADING = FontFace(emphasis=None, fill_color=(230, 230, 230))  # the font has no bold


def japanese_font(font: Path | None = None) -> Path:
    """The font to embed: the one given, or the first known one on this machine."""
    for path in (font,) if font is not None else FONTS:
        if path.is_file():
            return path
    raise SettlementError(
        f"no Japanese font at {font or 'any known place'}; install Debian's fonts-noto-cjk"
        " or name a .ttf, .otf or .ttc file"
    )


def statement_pdf(made: Statement, *, issuer: Business, font: Path | None = None) -> bytes:
    """The monthly statement (精算書) as PDF."""
    pdf = _page("精算書", made.month.until, font)
    _facts(pdf, [(made.name, "御中"), ("対象月", str(made.month)), ("発行者", issuer.name)])
    _table(
        pdf,
        ("", "円"),
        [
            ("前月繰越", _yen(made.opening_minor)),
            *(
                (label, _yen(made.total(kind, field="gross_minor")))
                for kind, label in KINDS.items()
                if any(line.kind == kind for line in made.lines)
            ),
            ("手数料（税込）", _yen(-made.fee_minor)),
            ("月末残高", _yen(made.closing_minor)),
        ],
        (130, 50),
    )
    _table(
        pdf,
        ("日時", "区分", "予約番号", "明細", "総額", "手数料", "差引額"),
        [
            (
                f"{line.at:%m-%d %H:%M}", KINDS.get(line.kind, "その他"), line.reference, line.part,
                _yen(line.gross_minor), _yen(line.fee_minor), _yen(line.net_minor),
            )
            for line in made.lines
        ],
        (26, 20, 44, 30, 20, 20, 20),
    )  # fmt: skip
    return bytes(pdf.output())


def invoice_pdf(made: Invoice, *, font: Path | None = None) -> bytes:
    """The qualified invoice (適格請求書) as PDF, with everything that the law asks for."""
    title = "適格返還請求書" if made.corrects else "請求書（適格請求書）"
    pdf = _page(title, datetime.combine(made.issued_on, time()), font)
    _facts(
        pdf,
        [
            (made.recipient.name, "御中"),
            ("請求書番号", made.number),
            *([("訂正する請求書", made.corrects)] if made.corrects else []),
            ("発行日", made.issued_on.isoformat()),
            ("発行者", made.issuer.name),
            ("所在地", made.issuer.address),
            ("登録番号", made.issuer.registration),
            ("ご請求金額（税込）", f"{_yen(made.total_minor)} 円"),
        ],
    )
    _table(
        pdf,
        ("取引日", "内容", "税率", "税込金額" if made.tax_included else "税抜金額"),
        [
            (
                line.day.isoformat(),
                line.text + (f" {REDUCED_MARK}" if line.rate_percent == REDUCED_PERCENT else ""),
                f"{line.rate_percent}%",
                _yen(line.amount_minor),
            )
            for line in made.lines
        ],
        (28, 102, 20, 30),
    )
    _table(
        pdf,
        ("税率ごとの合計", "税抜", "消費税額", "税込"),
        [
            (f"{s.rate_percent}% 対象", _yen(s.net_minor), _yen(s.tax_minor), _yen(s.gross_minor))
            for s in made.sums()
        ],
        (60, 40, 40, 40),
    )
    if any(line.rate_percent == REDUCED_PERCENT for line in made.lines):
        pdf.cell(
            text=f"{REDUCED_MARK} は軽減税率（{REDUCED_PERCENT}%）対象品目", new_x="LMARGIN", new_y="NEXT"
        )
    return bytes(pdf.output())


def _page(title: str, at: datetime, font: Path | None) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_creation_date(at)
    pdf.set_margins(15, 15)
    pdf.set_title(title)
    pdf.set_lang("ja")
    pdf.add_font("ja", fname=str(japanese_font(font)))
    pdf.add_page()
    pdf.set_font("ja", size=18)
    pdf.cell(text=title, new_x="LMARGIN", new_y="NEXT", h=12)
    pdf.set_font("ja", size=10)
    return pdf


def _facts(pdf: FPDF, facts: Sequence[tuple[str, str]]) -> None:
    for name, value in facts:
        if value:
            pdf.cell(text=f"{name}  {value}", new_x="LMARGIN", new_y="NEXT", h=6)
    pdf.ln(4)


def _table(
    pdf: FPDF, header: Sequence[str], rows: Sequence[Sequence[str]], widths_mm: Sequence[float]
) -> None:
    pdf.set_font("ja", size=8)
    numbers = {"円", "総額", "手数料", "差引額", "税込金額", "税抜金額", "税抜", "消費税額", "税込", "税率"}
    aligned = tuple("RIGHT" if name in numbers else "LEFT" for name in header)
    with pdf.table(
        width=_WIDTH_MM,
        col_widths=tuple(widths_mm),
        text_align=aligned,
        line_height=5,
        headings_style=_HEADING,
    ) as table:
        for cells in (header, *rows):
            row = table.row()
            for cell in cells:
                row.cell(cell)
    pdf.set_font("ja", size=10)
    pdf.ln(5)


def _yen(amount_minor: int) -> str:
    return f"{amount_minor:,}"
