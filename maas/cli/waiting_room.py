"""What a server answers while it is not ready: a page that says so and comes back by itself, 503 to machines.

On a fresh machine kernels are compiled for a minute or two before anything can be served; whoever opens the
page meanwhile should see that something is happening, and what.
"""

from __future__ import annotations

import html
import json
import socket
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType

__all__ = ["WaitingRoom"]

_AGAIN_S = 3
_WORDS = {
    "ja": (
        "準備しています",
        "この機械で初めてのときは数分かかります。できたら自動で開きます。",
        "秒たちました",
    ),
    "en": (
        "Getting ready",
        "The first time on a machine takes some minutes. The page opens by itself.",
        "s so far",
    ),
    "zh": ("正在准备", "在这台机器上首次运行需要几分钟。准备好后页面会自动打开。", "秒"),
    "ko": (
        "준비하고 있습니다",
        "이 기계에서 처음이면 몇 분이 걸립니다. 끝나면 자동으로 열립니다.",
        "초 지났습니다",
    ),
}
_PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{again}">
<title>{title}</title><style>:root{{color-scheme:light dark;font-family:system-ui,sans-serif}}
body{{max-width:34rem;margin:14vh auto;padding:0 1rem;line-height:1.6}}
h1{{color:light-dark(#0b5563,#7fd0d8)}}</style></head>
<body><main><h1>{title}</h1><p>{text}</p><p>{seconds} {so_far}: {step}</p></main></body></html>
"""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class WaitingRoom:
    """Listens at the server's own address until the server does. Use as a context manager.

    Raises OSError where the port is taken.
    """

    def __init__(self, host: str, port: int, show: Callable[[str], None]) -> None:
        self._show = show
        self._step = "…"
        self._begun = time.monotonic()
        room = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one_request(self) -> None:
                """Whatever is asked, by whatever method, the answer is the same."""
                self.raw_requestline = self.rfile.readline(65_537)
                self.close_connection = True
                if self.raw_requestline and self.parse_request():
                    self._answer()

            def _answer(self) -> None:
                accepts = self.headers.get("Accept", "")
                body, kind = room.answer("text/html" in accepts, self.headers.get("Accept-Language", ""))
                self.send_response(503)
                for name, value in (
                    ("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"),
                    ("Retry-After", str(_AGAIN_S)), ("Connection", "close"),
                ):  # fmt: skip
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nobody needs to read who is waiting."""

        self._server = _Server((host, port), Handler)
        self._thread = Thread(target=self._server.serve_forever, name="waiting room", daemon=True)

    def __enter__(self) -> WaitingRoom:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def door(self) -> socket.socket:
        """The listening socket once more: who comes while the server takes over waits, and is not refused."""
        return self._server.socket.dup()

    def told(self, step: str) -> None:
        """Progress: shown to who started the server, and to who waits for it."""
        self._step = step
        self._show(step)

    def answer(self, page: bool, languages: str) -> tuple[bytes, str]:
        """The page in the first language that we speak, or the state as JSON; with its media type."""
        seconds = round(time.monotonic() - self._begun)
        if not page:
            state = {"status": "starting", "step": self._step, "seconds": seconds}
            return json.dumps(state, ensure_ascii=False).encode(), "application/json"
        wished = (part.strip()[:2].lower() for part in languages.split(","))
        lang = next((one for one in wished if one in _WORDS), "ja")
        title, text, so_far = _WORDS[lang]
        made = _PAGE.format(
            lang=lang, again=_AGAIN_S, title=title, text=text, seconds=seconds, so_far=so_far,
            step=html.escape(self._step),
        )  # fmt: skip
        return made.encode(), "text/html; charset=utf-8"
