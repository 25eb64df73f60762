"""A ticket's QR code as SVG, and tickets on paper: A4, or the 80 mm roll of a receipt printer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime, tzinfo
from enum import StrEnum
from pathlib import Path

import segno
from fpdf import FPDF

from maas.tickets.model import Concession, Reduced
from maas.tickets.service import Ticket
from maas.tickets.texts import CONCESSIONS, FACE, KINDS, WORDS
from payments.settlement.documents import japanese_font

__all__ = ["Paper", "facts", "qr_svg", "tickets_pdf", "title_of", "valid_text"]

_QUIET = 4  # modules of white around the code, as ISO 18004 asks


class Paper(StrEnum):
    """What it is printed on."""

    A4 = "a4"
    RECEIPT = "receipt"


def qr_svg(ticket: Ticket) -> str:
    """The code as SVG, one unit a module, black on white whatever the page's colours."""
    out = io.BytesIO()
    _code(ticket).save(
        out, kind="svg", border=_QUIET, light="#fff", dark="#000", xmldecl=False, svgns=True, omitsize=True
    )
    return out.getvalue().decode()


def facts(ticket: Ticket, language: str, zone: tzinfo) -> list[tuple[str, str]]:
    """What a person reads beside the code: (name, value)."""
    words, claims = WORDS[language], ticket.claims
    found = [
        (name, _value(ticket.face[key], zone, language))
        for key, name in FACE[language].items()
        if ticket.face.get(key) not in (None, "")
    ]
    found.append((words["passengers"], words["people"].format(count=claims.passengers)))
    if claims.wheelchairs:
        found.append((words["wheelchairs"], words["people"].format(count=claims.wheelchairs)))
    if claims.reduced:
        found.append((words["concession"], _less(claims.reduced, language)))
    elif claims.concession is not Concession.NONE:
        found.append((words["concession"], CONCESSIONS[language][claims.concession]))
    found.append((words["valid"], valid_text(ticket, zone)))
    found.append((words["number"], _grouped(ticket.id)))
    return found


def _less(reduced: Sequence[Reduced], language: str) -> str:
    """Who pays less, how many of them, and whether they must show proof."""
    words = WORDS[language]
    return ", ".join(
        f"{CONCESSIONS[language][each.concession]} {words['people'].format(count=each.count)}"
        + (f" ({words['proof']})" if each.proof else "")
        for each in reduced
    )


def valid_text(ticket: Ticket, zone: tzinfo) -> str:
    """The validity window by the area's clock; the day once where it is one day."""
    begin, end = (each.astimezone(zone) for each in (ticket.claims.valid_from, ticket.claims.valid_until))
    finish = f"{end:%H:%M}" if begin.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{begin:%Y-%m-%d %H:%M} – {finish}"


def tickets_pdf(
    tickets: Sequence[Ticket], *, paper: Paper, language: str, zone: tzinfo, at: datetime,
    font: Path | None = None,
) -> bytes:  # fmt: skip
    """A page for each ticket. `at` is the time in the file, so that the same content gives the same bytes."""
    pdf = FPDF(format="A4" if paper is Paper.A4 else (80, 200))
    pdf.set_creation_date(at)
    pdf.set_title(WORDS[language]["ticket"])
    pdf.set_lang(language)
    pdf.add_font("text", fname=str(japanese_font(font)))
    pdf.set_auto_page_break(False)
    for ticket in tickets:
        pdf.add_page()
        _page(pdf, ticket, paper, language, zone)
    return bytes(pdf.output())


def _page(pdf: FPDF, ticket: Ticket, paper: Paper, language: str, zone: tzinfo) -> None:
    wide = paper is Paper.A4
    margin, width = (20.0, 170.0) if wide else (5.0, 70.0)
    side = 70.0 if wide else 56.0
    pdf.set_margins(margin, margin)
    pdf.set_xy(margin, margin)
    pdf.set_font("text", size=22 if wide else 13)
    title = title_of(ticket, language)
    pdf.multi_cell(width, 10 if wide else 6, title, new_x="LMARGIN", new_y="NEXT", align="L")
    pdf.set_font("text", size=11 if wide else 8)
    kind = WORDS[language]["ticket"] if title != WORDS[language]["ticket"] else ""
    if ticket.revoked is not None:
        kind = WORDS[language]["revoked"]
    pdf.cell(width, 6, kind, new_x="LMARGIN", new_y="NEXT")
    top = pdf.get_y() + 3
    _draw(pdf, ticket, margin + (width - side) / 2, top, side)
    pdf.set_xy(margin, top + side + 3)
    pdf.cell(width, 6, WORDS[language]["show"], align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    pdf.set_font("text", size=12 if wide else 8.5)
    for name, value in facts(ticket, language, zone):
        pdf.multi_cell(
            width, 7 if wide else 4.6, f"{name}  {value}", new_x="LMARGIN", new_y="NEXT", align="L"
        )


def _draw(pdf: FPDF, ticket: Ticket, left_mm: float, top_mm: float, side_mm: float) -> None:
    """The code in rectangles: sharp on any printer. A run of dark modules in a row is one of them."""
    rows = [list(row) for row in _code(ticket).matrix_iter(border=_QUIET)]
    module = side_mm / len(rows)
    pdf.set_fill_color(0, 0, 0)
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                pdf.rect(left_mm + x * module, top_mm + y * module, (end - x) * module, module, style="F")
            x = max(end, x + 1)


def _code(ticket: Ticket) -> segno.QRCode:
    return segno.make_qr(ticket.text, error="m", boost_error=False)


def _grouped(id_: str) -> str:
    return " ".join(id_[at : at + 4] for at in range(0, len(id_), 4))


def title_of(ticket: Ticket, language: str) -> str:
    """What the ticket is for, in a few words."""
    return spoken(ticket.face.get("title"), language) or KINDS[language][ticket.claims.kind]


def spoken(value: object, language: str) -> str:
    """A text, or of a text in several languages the one that is wanted, else Japanese."""
    if isinstance(value, dict):
        return str(value.get(language) or value.get("ja") or next(iter(value.values()), ""))
    return "" if value is None else str(value)


def _value(value: object, zone: tzinfo, language: str) -> str:
    """Instants by the area's clock, names in the language, everything else as it stands."""
    if isinstance(value, str) and len(value) >= 19 and value[10:11] == "T":
        try:
            return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}"
        except ValueError:
            return value
    return spoken(value, language)
