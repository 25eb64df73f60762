"""A real Mosquitto for the tests, with a password for the server and one for each of two vehicles."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

MOSQUITTO = shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
USERS = {"server": "s", "bus1": "one", "bus2": "two"}
_ACL = """
user server
topic readwrite #
pattern write maas/town/vehicle/%u/telemetry
"""


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A running broker; yields its port. A vehicle may only publish under its own id."""
    assert MOSQUITTO, "mosquitto is missing; make test installs it (scripts/system-packages.sh)"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    folder: Path = tmp_path_factory.mktemp("mosquitto")
    passwords = folder / "passwords"
    passwords.write_text("".join(f"{user}:{word}\n" for user, word in USERS.items()))
    subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True, capture_output=True)
    (folder / "acl").write_text(_ACL)
    (folder / "conf").write_text(
        f"listener {port} 127.0.0.1\nallow_anonymous false\nuser root\n"
        f"password_file {passwords}\nacl_file {folder / 'acl'}\npersistence false\n"
    )
    process = subprocess.Popen(
        [MOSQUITTO, "-c", str(folder / "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            assert process.poll() is None, "mosquitto ended before it listened"
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)
