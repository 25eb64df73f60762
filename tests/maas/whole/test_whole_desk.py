"""A call-taker books a wheelchair shuttle and a clinic slot for a caller; paper opens the vehicle's door."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import httpx
import pypdfium2
import zxingcpp
from whole_world import TOKYO, Whole

from maas.identity.model import Role


def codes_on(paper: bytes) -> list[str]:
    """What an independent decoder reads from the picture of every page."""
    document = pypdfium2.PdfDocument(paper)
    found: list[str] = []
    for number in range(len(document)):
        page = document[number]
        picture = page.render(scale=200 / 72, grayscale=True).to_numpy()
        found += [each.text for each in zxingcpp.read_barcodes(picture)]
        page.close()
    document.close()
    return found


def offline(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The reader's command in a namespace without a network, where the kernel allows that."""
    command = [str(Path(sys.executable).parent / "maas"), "tickets", *arguments]
    unshare = [shutil.which("unshare") or "unshare", "-rn"]
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
        command = [*unshare, *command]
    dead = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    own = {**os.environ, **dead}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env=own, check=False)


def test_a_caller_without_a_phone_rides_to_the_clinic_by_paper(
    whole: Whole, tmp_path: Path, maas_command
) -> None:  # type: ignore[no-untyped-def]
    taker = whole.person((Role.CALL_TAKER, ""))
    caller = taker.done("POST", "/v1/callers", {"name": "幕張 花子"})["account_id"]
    behalf = {"X-On-Behalf-Of": caller}
    expires = f"{datetime.now(TOKYO).year + 2}-01-01T00:00:00+09:00"
    taker.done("POST", f"/v1/admin/accounts/{caller}/entitlements",
               {"kind": "disability", "holds": True, "expires": expires})  # fmt: skip
    slot = whole.slot("medical-internal")
    bundle = taker.done(
        "POST", "/v1/bundles", headers=behalf,
        body={"lang": "ja", "parts": [
            {"kind": "service", "label": "clinic", "slot_id": slot["id"]},
            {"kind": "shuttle", "label": "there", "from": "海浜幕張駅",
             "to": "幕張ベイパーク メディカルセンター",
             "before": "clinic", "slack_s": 600, "party": {"adults": 0, "wheelchairs": 1},
             "wheelchair_stops": True},
        ]},
    )  # fmt: skip
    ride = next(part for part in bundle["parts"] if part["label"] == "there")
    assert ride["price"]["amount"] < ride["full_price_minor"], "the disability concession"
    assert any(each["rule"] == "concession:disability" for each in ride["discounts"])
    done = taker.send(
        "POST", f"/v1/bundles/{bundle['id']}/confirm", {"payment": {"by": "on_site"}}, headers=behalf
    )
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["booked_by"]) == ("confirmed", taker.account)

    # The desk prints the paper; nobody without the right sees it.
    url = f"/v1/tickets/paper.pdf?bundle_id={bundle['id']}&size=receipt&lang=ja"
    assert taker.get(url).status_code == 404
    assert whole.person().get(url, headers=behalf).status_code == 403
    paper = taker.get(url, headers=behalf)
    assert paper.status_code == 200, paper.text
    tickets = taker.get(f"/v1/tickets?bundle_id={bundle['id']}", headers=behalf).json()
    assert codes_on(paper.content) == [each["code"] for each in tickets]
    shuttle = next(each for each in tickets if each["kind"] == "shuttle")
    assert (shuttle["passengers"], shuttle["wheelchairs"], shuttle["concession"]) == (1, 1, "disability")
    assert {"concession": "disability", "count": 1, "proof": True} in shuttle["reduced"]
    assert "手帳" in ride["proofs"][0]["text"]

    # The vehicle fetched keys this morning; now its network is off.
    folder = tmp_path / "vehicle"
    maas_command("tickets", "fetch", "--at", folder, "--url", whole.url)
    place = f"makuhari-shuttle/on-demand/{ride['details']['vehicle_id']}"
    at = ["--at", str(folder), "--place", place, "--now", ride["starts_at"], "--json"]
    read = offline("read", shuttle["code"], *at)
    assert read.returncode == 0, read.stdout + read.stderr
    verdict = json.loads(read.stdout)
    assert (verdict["accepted"], verdict["wheelchairs"], verdict["concession"]) == (True, 1, "disability")
    assert verdict["reduced"] == [{"concession": "disability", "count": 1, "proof": True}]
    clinic = next(each for each in tickets if each["kind"] == "service")
    assert json.loads(offline("read", clinic["code"], *at).stdout)["code"] == "elsewhere"
    assert json.loads(offline("read", shuttle["code"], *at).stdout)["code"] == "used"

    # Back in the depot: the ride was used.
    maas_command("tickets", "sync", "--at", folder, "--url", whole.url, "--reader", "shuttle-1",
                 "--token", "the-tests-operator")  # fmt: skip
    shown = taker.get(f"/v1/bundles/{bundle['id']}", headers=behalf).json()
    assert {part["label"]: part["state"] for part in shown["parts"]}["there"] == "used"

    chief = whole.person((Role.ADMINISTRATOR, ""))
    trail = chief.get("/v1/admin/audit", params={"subject": caller, "count": 1000}).json()
    booked = [each for each in trail if each["action"].startswith("bundle.")]
    assert {(each["actor"], each["on_behalf_of"]) for each in booked} == {(taker.account, caller)}
    assert httpx.get(f"{whole.url}/v1/tickets/{shuttle['id']}", timeout=20).status_code == 401
