"""Mail by SMTP."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from maas.identity.errors import MailNotSent
from maas.identity.ports import Message

__all__ = ["SmtpMailer", "SmtpSettings"]


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Where the mail server is. `security` is `starttls`, `tls` (from the first byte) or `none`."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout_s: float = 15.0


class SmtpMailer:
    """Sends each message in a connection of its own: mails are few, and a kept connection goes stale."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def send(self, message: Message) -> None:
        """Hand over to the server. Raises MailNotSent; neither address nor link goes to a log."""
        try:
            with self._connect() as server:
                server.send_message(self._built(message))
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(
                f"the mail server did not take it ({type(error).__name__}); try again"
            ) from error

    def _connect(self) -> smtplib.SMTP:
        s = self._settings
        if s.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                s.host, s.port, timeout=s.timeout_s, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(s.host, s.port, timeout=s.timeout_s)
            if s.security == "starttls":
                server.starttls(context=ssl.create_default_context())
        if s.user is not None:
            server.login(s.user, s.password or "")
        return server

    def _built(self, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._settings.sender, message.to, message.subject
        mail["Date"] = formatdate(usegmt=True)
        mail["Message-ID"] = make_msgid(domain=self._settings.sender.rpartition("@")[2].rstrip("> "))
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        return mail
