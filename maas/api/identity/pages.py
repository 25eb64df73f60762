"""Our few pages, as HTML from the server: they work without a script, but for passkeys.

Everything that comes from outside goes through `escape`. The policy allows one script and one stylesheet of
ours, no frame around us, and forms that end at us or (after consent) at the app's own address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlsplit

from fastapi.responses import HTMLResponse

from maas.api.identity.texts import DATA, TEXTS
from maas.identity.provider import scopes
from maas.identity.provider.clients import Client

__all__ = [
    "answered", "consent", "device_entry", "link", "notice", "page", "question", "sent", "sign_in", "trouble",
]  # fmt: skip

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)


def page(language: str, title: str, body: str, *, status: int = 200, goes_to: str = "") -> HTMLResponse:
    """A whole page. `goes_to` is where a form of it may be redirected to besides ourselves."""
    headers = {
        "Content-Security-Policy": f"{_POLICY} {_source(goes_to)}".rstrip(),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/identity/style.css">'
        f"</head><body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    return HTMLResponse(html, status, headers=headers)


def sign_in(language: str, *, then: str, broker: bool, email: str = "", wrong: str = "") -> HTMLResponse:
    """Passkey, mail, broker, or a new account."""
    t = TEXTS[language]
    go_on, words = _hidden({"then": then}), _attributes(t, "no_passkey", "refused")
    by_broker = (
        f'<form method="post" action="/signin/broker">{go_on}<button>{t["broker"]}</button></form>'
        if broker
        else ""
    )
    body = (
        f'<p id="trouble" role="alert">{escape(wrong)}</p>'
        f'<form id="passkey" data-then="{escape(then)}" data-language="{language}" {words}>'
        f'<button class="first">{t["passkey"]}</button></form><p class="or">{t["or"]}</p>'
        f'<form method="post" action="/signin/email">{go_on}<h2>{t["mail"]}</h2>'
        f'<label for="email">{t["address"]}</label><input id="email" name="email" type="email" required '
        f'autocomplete="username webauthn" maxlength="254" value="{escape(email)}">'
        f"<button>{t['send']}</button></form>{by_broker}"
        f'<form id="register"><h2>{t["new"]}</h2><label for="name">{t["name"]}</label>'
        '<input id="name" name="name" required maxlength="200" autocomplete="nickname">'
        f'<button>{t["create"]}</button></form><script src="/identity/signin.js"></script>'
    )
    return page(language, t["sign_in"], body, status=422 if wrong else 200)


def sent(language: str) -> HTMLResponse:
    """A mail is on its way."""
    return notice(language, "sign_in", "sent")


def link(language: str, token: str) -> HTMLResponse:
    """The page that the link in the mail opens: using it takes a click, which mail scanners do not make."""
    return question(language, "sign_in", "link", "/signin/link", {"token": token})


def consent(
    language: str, client: Client, wanted: Iterable[str], fields: Mapping[str, str], *, action: str,
    text: str, warning: str = "", goes_to: str = "",
) -> HTMLResponse:  # fmt: skip
    """Who would receive what, each to be chosen; the identifier alone is what signing in consists of."""
    t, names = TEXTS[language], DATA[language]
    asked = [category for category in names if category in scopes.data_of(wanted)]
    choices = "".join(
        '<li><label><input type="checkbox" name="data" '
        f'value="{category}" checked{" disabled" if category == "subject" else ""}> '
        f"{names[category]}{' (' + t['always'] + ')' if category == 'subject' else ''}</label></li>"
        for category in asked
    )
    who = escape(t["consent_who"].format(organisation=client.organisation))
    alert = f'<p class="warning" role="note">{escape(warning)}</p>' if warning else ""
    body = (
        f'{alert}<p>{who}</p><p>{escape(text)}</p><form method="post" action="{action}">{_hidden(fields)}'
        f'<ul>{choices}</ul><button class="first" name="decision" value="allow">{t["allow"]}</button>'
        f'<button name="decision" value="deny">{t["deny"]}</button></form>'
    )
    return page(language, t["consent"].format(client=client.name), body, goes_to=goes_to)


def device_entry(language: str, code: str, wrong: str = "") -> HTMLResponse:
    """Where the code of a device is typed."""
    t = TEXTS[language]
    body = (
        f'<p id="trouble" role="alert">{escape(wrong)}</p><p>{t["device_ask"]}</p>'
        f'<form method="post" action="/device"><label for="code">{t["code"]}</label>'
        '<input id="code" name="user_code" required maxlength="20" autocomplete="off" spellcheck="false" '
        f'autocapitalize="characters" value="{escape(code)}"><button>{t["next"]}</button></form>'
    )
    return page(language, t["device"], body, status=422 if wrong else 200)


def answered(language: str, *, yes: bool) -> HTMLResponse:
    """The device was connected or not."""
    return notice(language, "device", "device_yes" if yes else "device_no")


def question(
    language: str, title: str, text: str, action: str, fields: Mapping[str, str], *, goes_to: str = ""
) -> HTMLResponse:
    """One question with one button; `title` and `text` are keys of the words."""
    t = TEXTS[language]
    body = (
        f'<p>{t[text]}</p><form method="post" action="{action}">{_hidden(fields)}'
        f'<button class="first">{t["confirm"]}</button></form>'
    )
    return page(language, t[title], body, goes_to=goes_to)


def notice(language: str, title: str, text: str) -> HTMLResponse:
    """One sentence; `title` and `text` are keys of the words."""
    t = TEXTS[language]
    return page(language, t[title], f'<p role="status">{t[text]}</p>')


def trouble(language: str, what: str, *, status: int) -> HTMLResponse:
    """A refusal, told to a person."""
    t = TEXTS[language]
    body = f'<p role="alert">{escape(what)}</p><p><a href="/signin">{t["again"]}</a></p>'
    return page(language, t["trouble"], body, status=status)


def _hidden(fields: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def _attributes(words: Mapping[str, str], *names: str) -> str:
    return " ".join(f'data-{name.replace("_", "-")}="{escape(words[name])}"' for name in names)


def _source(uri: str) -> str:
    """What a policy calls the place of a URI: scheme, host and port, or an app's own scheme.

    A name or address that could end the policy's directive is left out; then the browser stays with us.
    """
    if not uri:
        return ""
    parts = urlsplit(uri)
    source = f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else f"{parts.scheme}:"
    return "" if any(letter in source for letter in " ;,'\"") else source
