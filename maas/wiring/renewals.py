"""Renewals of passes joined to cards and mail."""

from __future__ import annotations

import logging
from datetime import tzinfo

from sqlalchemy import Connection

from maas.fares.config import FaresConfig
from maas.fares.passes import Passes
from maas.fares.renewals import Failed, Renewals
from maas.identity import accounts
from maas.identity.compose import Identity
from maas.identity.errors import MailNotSent, NothingThere
from maas.identity.ports import Message
from maas.wiring.payments import Paying

__all__ = ["open_renewals"]

_log = logging.getLogger(__name__)
_TEXTS = {
    "ja": (
        "定期券を更新できませんでした",
        "「{name}」({day}から)の更新のお支払いができませんでした({reason})。\n{next}\n",
        "明日もう一度お支払いを試みます。お支払い方法をご確認ください。",
        "自動更新を終了しました。続けてご利用の場合は、あらためてご購入ください。",
    ),
    "en": (
        "Your pass could not be renewed",
        'The payment for renewing "{name}" from {day} did not go through ({reason}).\n{next}\n',
        "We will try again tomorrow; please look at your saved card.",
        "It is not renewed any more; please buy it anew if you want to go on.",
    ),
}


def open_renewals(
    identity: Identity, paying: Paying, passes: Passes, config: FaresConfig, zone: tzinfo
) -> Renewals:
    """Renewals that use the preferred card and mail those whose card says no."""

    def card_of(connection: Connection, account_id: str) -> tuple[str, str]:
        card = paying.payers.instrument(connection, account_id)
        return card.customer_id, card.method

    def tell(failed: Failed) -> None:
        try:
            account = identity.read(lambda work: accounts.get(work, failed.account_id))
        except NothingThere:
            return
        _log.info("renewal of %s for %s: %s", failed.product_id, failed.account_id, failed.reason)
        if account.email is None:
            return  # whoever has no address sees it among their passes
        language = account.language if account.language in _TEXTS else "en"
        subject, text, again, over = _TEXTS[language]
        product = config.product(failed.product_id)
        name = failed.product_id if product is None else product.text.get(language)
        text = text.format(
            name=name, day=failed.first_day, reason=failed.reason, next=over if failed.last else again
        )
        try:
            identity.mailer.send(Message(account.email, subject, text))
        except MailNotSent as error:
            _log.warning("renewal: %s", error)

    return Renewals(identity.db, passes, zone, card_of, tell)
