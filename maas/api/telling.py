"""Web push over HTTP: our key, and which of my devices are told of my trips."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from maas.api.identity import Guards
from maas.api.identity.problems import also
from maas.identity.compose import Identity
from maas.identity.errors import NotAllowed
from maas.identity.principal import Principal
from maas.identity.purposes import PUSH
from maas.telling.model import Device
from maas.telling.service import Telling

__all__ = ["router"]

HashPath = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the endpoint, in hex")]
Base64Url = r"^[A-Za-z0-9_-]+={0,2}$"


class PushView(BaseModel):
    """What a browser needs in order to subscribe, and the words to show first."""

    public_key: str = Field(description="applicationServerKey, base64url")
    text_version: str
    text: dict[str, str] = Field(description="what is agreed to, by language")


class DevicesView(BaseModel):
    """Which of my devices are told; each by the SHA-256 of its endpoint."""

    devices: list[str]


class PushKeys(BaseModel):
    """The keys of a PushSubscription."""

    model_config = ConfigDict(extra="forbid")

    p256dh: str = Field(min_length=80, max_length=100, pattern=Base64Url)
    auth: str = Field(min_length=20, max_length=40, pattern=Base64Url)


class NewDevice(BaseModel):
    """A browser's PushSubscription, with the text that its owner agreed to."""

    model_config = ConfigDict(extra="forbid")

    endpoint: str = Field(min_length=12, max_length=2000, pattern=r"^https?://[\x21-\x7e]+$")
    keys: PushKeys
    language: str = Field("ja", max_length=8, description="of the messages: ja, en, zh, ko")
    text_version: str = Field(max_length=40)


def router(telling: Telling, identity: Identity, guards: Guards) -> APIRouter:
    """Routes for whoever sits at a browser, guests too; none of them answers to an app's token."""
    routes = APIRouter(tags=["push"])
    at_browser = Depends(_at_browser(guards))

    @routes.get("/v1/push")
    def show_push() -> PushView:
        """Our key and the words of the consent; for everybody."""
        purpose = identity.kit.purposes[PUSH]
        return PushView(public_key=telling.public_key, text_version=purpose.version, text=dict(purpose.text))

    @routes.get("/v1/me/push", responses=also(401, 403))
    def list_push_devices(who: Principal = at_browser) -> DevicesView:
        """My devices that are told."""
        return DevicesView(devices=identity.read(lambda work: telling.devices(work, str(who.account_id))))

    @routes.put("/v1/me/push", responses=also(400, 401, 403, 422))
    def add_push_device(asked: NewDevice, who: Principal = at_browser) -> DevicesView:
        """Tell this device of my trips from now on; the consent is written down with it."""
        device = Device(asked.endpoint, asked.keys.p256dh, asked.keys.auth, asked.language)
        account_id, session_id = str(who.account_id), str(who.session_id)
        told = identity.write(
            lambda work: telling.subscribe(
                work, account_id, session_id, device, text_version=asked.text_version
            ),
            who,
        )
        return DevicesView(devices=told)

    @routes.delete("/v1/me/push/{device}", responses=also(401, 403))
    def remove_push_device(device: HashPath, who: Principal = at_browser) -> DevicesView:
        """Tell that device no more; with the last one the consent is taken back. Safe to repeat."""
        account_id = str(who.account_id)
        left = identity.write(lambda work: telling.unsubscribe(work, account_id, device), who)
        return DevicesView(devices=left)

    return routes


def _at_browser(guards: Guards) -> Callable[..., Principal]:
    """An account in a browser of its own: the device ends with its session."""
    somebody = Depends(guards.current_principal)

    def sits(who: Principal = somebody) -> Principal:
        if who.account_id is None or who.session_id is None:
            raise NotAllowed("this is for somebody at a browser; sign in at /signin, or book as a guest")
        return who

    return sits
