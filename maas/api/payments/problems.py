"""The refusals of payments as problem details."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from maas.api.problems import Problem
from payments.errors import (
    BadSignature,
    Declined,
    FareError,
    HoldError,
    LedgerError,
    MoneyError,
    Overdrawn,
    PaymentsError,
    PointsError,
    ProcessorError,
    Refused,
    SettlementError,
    Unavailable,
)

__all__ = ["install"]

_TYPE = "https://makuhari-maas.example/problems/"
_KINDS: tuple[tuple[type[PaymentsError], int, str, str], ...] = (
    (Declined, 402, "declined", "The card was declined"),
    (
        Unavailable,
        503,
        "processor-silent",
        "The payment processor gave no answer; ask again, nothing is lost",
    ),
    (BadSignature, 400, "bad-signature", "The message is not signed by the processor"),
    (Refused, 409, "processor-refused", "The payment processor refused"),
    (ProcessorError, 503, "processor", "The payment processor failed"),
    (HoldError, 409, "payment-state", "The payment's state does not allow this"),
    (PointsError, 409, "points", "The rules of the points say no"),
    (Overdrawn, 409, "overdrawn", "There is not enough"),
    (LedgerError, 409, "ledger", "The ledger refused"),
    (FareError, 422, "fare", "This cannot be priced"),
    (MoneyError, 422, "money", "This amount cannot be right"),
    (SettlementError, 422, "settlement", "This cannot be settled"),
    (PaymentsError, 409, "payment", "This payment is not possible"),
)


def install(app: FastAPI) -> None:
    """Answer every PaymentsError of `app`, whoever raised it."""

    @app.exception_handler(PaymentsError)
    def refused(_: Request, error: PaymentsError) -> JSONResponse:
        status, slug, title = next(kind[1:] for kind in _KINDS if isinstance(error, kind[0]))
        code = getattr(error, "code", None)
        more = {} if code is None else {"code": code}
        problem = Problem(type=_TYPE + slug, title=title, status=status, detail=str(error), **more)
        return JSONResponse(problem.model_dump(), status, media_type="application/problem+json")
