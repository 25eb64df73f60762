"""A printed ticket is read from paper by another's decoder, and accepted by a process without a network."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
import zxingcpp
from tickets_world import NOW, PLACE, Office

from maas.tickets.paper import Paper, tickets_pdf
from maas.tickets.reader_files import FileLog, store

JST = ZoneInfo("Asia/Tokyo")


def printed(office: Office, paper: Paper, language: str = "ja", dpi: int = 200) -> tuple[str, list[str]]:
    """The words on the paper, and the codes that a decoder finds in its picture."""
    tickets = [office.issue(part=1), office.issue(part=2)]
    content = tickets_pdf(tickets, paper=paper, language=language, zone=JST, at=NOW)
    document = pypdfium2.PdfDocument(content)
    text, codes = "", []
    for number in range(len(document)):
        page = document[number]
        textpage = page.get_textpage()
        text += textpage.get_text_range()
        picture = page.render(scale=dpi / 72, grayscale=True).to_numpy()
        codes += [found.text for found in zxingcpp.read_barcodes(picture)]
        textpage.close()
        page.close()
    document.close()
    assert codes == [ticket.text for ticket in tickets]
    return text, codes


@pytest.mark.parametrize("paper", list(Paper))
@pytest.mark.parametrize("language", ["ja", "en", "zh", "ko"])
def test_the_code_on_paper_is_the_ticket(booth: Office, paper: Paper, language: str) -> None:
    text, _ = printed(booth, paper, language)
    assert "海浜幕張駅" in text
    assert "2026-11-25 09:50 – 10:50" in text


def test_a_fax_is_sharp_enough(booth: Office) -> None:
    printed(booth, Paper.A4, dpi=100)


def test_the_same_ticket_gives_the_same_bytes(booth: Office) -> None:
    made = booth.issue()
    one, two = (tickets_pdf([made], paper=Paper.A4, language="ja", zone=JST, at=NOW) for _ in range(2))
    assert one == two


def without_network(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command where no interface is up; or, where the kernel forbids that, no socket can be made."""
    command = [str(Path(sys.executable).parent / "maas"), "tickets", "read", *arguments]
    unshare = [shutil.which("unshare") or "unshare", "-rn"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        command = [*unshare, *command]
    else:
        script = (
            "import socket, sys\n"
            "def refuse(*_a, **_k): raise OSError('the network is off')\n"
            "socket.socket = refuse\n"
            "from maas.cli import main\nsys.argv = ['maas', 'tickets', 'read', *sys.argv[1:]]\nmain()\n"
        )
        command = [sys.executable, "-c", script, *arguments]
    own = {**os.environ, "http_proxy": "http://127.0.0.1:9"}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=own, check=False)


def test_a_vehicle_without_a_network_accepts_the_paper_once(booth: Office, tmp_path: Path) -> None:
    _, (code, other) = printed(booth, Paper.RECEIPT)
    folder = tmp_path / "reader"
    keys = booth.database.run(lambda c: booth.tickets.key_set(c, now=NOW))
    bundle = booth.tickets.revoke
    booth.database.run(lambda c: bundle(c, "bun_" + "1" * 32, [2], "cancelled", now=NOW))
    listed = booth.database.run(lambda c: booth.tickets.revocations(c, now=NOW))
    store(folder, json.dumps(keys).encode(), listed)
    at = ["--at", str(folder), "--place", PLACE, "--now", NOW.isoformat(), "--json"]
    first = without_network(code, *at)
    assert first.returncode == 0, first.stdout + first.stderr
    verdict = json.loads(first.stdout)
    assert (verdict["accepted"], verdict["passengers"], verdict["wheelchairs"]) == (True, 2, 1)
    again = without_network(code, *at)
    assert (again.returncode, json.loads(again.stdout)["code"]) == (1, "used")
    assert json.loads(without_network(other, *at).stdout)["code"] == "revoked"
    assert [use["ticket"] for use in FileLog(folder).untold()] == [verdict["ticket"]]


def test_a_use_that_the_power_cut_short_is_not_counted(tmp_path: Path) -> None:
    log = FileLog(tmp_path)
    log.add("a" * 16, NOW, PLACE)
    with (tmp_path / "uses.jsonl").open("a") as out:
        out.write('{"ticket": "bbbb')
    assert log.uses("a" * 16) == [NOW]
    log.add("c" * 16, NOW + timedelta(minutes=1), PLACE)
    assert [use["ticket"] for use in log.untold()] == ["a" * 16, "c" * 16]


def test_a_reader_without_keys_says_how_to_get_them(tmp_path: Path, maas_command) -> None:  # type: ignore[no-untyped-def]
    done = maas_command("tickets", "read", "x", "--at", tmp_path, "--place", "a", check=False)
    assert (done.returncode, "maas tickets fetch" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr
