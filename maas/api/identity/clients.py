"""Registering the apps of operators and shops, kiosks, and machines; by an administrator."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from maas.api.identity.fields import Line
from maas.api.identity.guards import Guards
from maas.api.identity.me import Ended
from maas.api.identity.problems import also
from maas.identity.compose import Identity
from maas.identity.model import Role
from maas.identity.principal import Principal
from maas.identity.provider import clients
from maas.identity.provider.clients import Client, NewClient

__all__ = ["router"]

Uri = Annotated[str, Field(max_length=2_000)]
GrantType = Literal[
    "authorization_code", "refresh_token", "client_credentials",
    "urn:ietf:params:oauth:grant-type:device_code",
]  # fmt: skip
AuthMethod = Literal["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]


class ClientRequest(BaseModel):
    """An app or machine. Redirect URIs match letter by letter; `sector` joins the apps of one operator."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[Line, Field(min_length=1)]
    organisation: Annotated[Line, Field(min_length=1, max_length=80)]
    auth_method: AuthMethod
    grant_types: list[GrantType] = Field(min_length=1, max_length=4)
    scopes: list[Annotated[Line, Field(max_length=64)]] = Field(min_length=1, max_length=20)
    redirect_uris: list[Uri] = Field([], max_length=20)
    logout_uris: list[Uri] = Field([], max_length=20)
    jwks: dict[str, Any] | None = None
    sector: Annotated[Line, Field(max_length=120)] = ""


class ClientView(BaseModel):
    """A registered client."""

    client_id: str
    name: str
    organisation: str
    auth_method: str
    grant_types: list[str]
    scopes: list[str]
    redirect_uris: list[str]
    logout_uris: list[str]
    sector: str

    @classmethod
    def of(cls, client: Client) -> ClientView:
        """The view; of a secret not even the hash."""
        return cls(
            client_id=client.id, name=client.name, organisation=client.organisation,
            auth_method=client.auth_method, grant_types=list(client.grant_types), scopes=list(client.scopes),
            redirect_uris=list(client.redirect_uris), logout_uris=list(client.logout_uris),
            sector=client.sector,
        )  # fmt: skip


class RegisteredView(BaseModel):
    """A new client; its secret is shown once, and null for those without."""

    client: ClientView
    client_secret: str | None


def router(identity: Identity, guards: Guards) -> APIRouter:
    """Routes for administrators at a browser."""
    routes = APIRouter(tags=["clients"], responses=also(401, 403, 422))
    chief = Depends(guards.requires(Role.ADMINISTRATOR))

    @routes.get("/v1/admin/clients", dependencies=[chief])
    def list_clients() -> list[ClientView]:
        """Every client that is not disabled, by name."""
        return [ClientView.of(each) for each in identity.read(clients.list_clients)]

    @routes.post("/v1/admin/clients", status_code=201)
    def register_client(asked: ClientRequest, who: Principal = chief) -> RegisteredView:
        """Register a client."""
        new = NewClient(
            name=asked.name, organisation=asked.organisation, auth_method=asked.auth_method,
            grant_types=tuple(asked.grant_types), scopes=tuple(dict.fromkeys(asked.scopes)),
            redirect_uris=tuple(asked.redirect_uris), logout_uris=tuple(asked.logout_uris), jwks=asked.jwks,
            sector=asked.sector,
        )  # fmt: skip
        made = identity.write(lambda work: clients.register(work, new), who)
        return RegisteredView(client=ClientView.of(made.client), client_secret=made.secret)

    @routes.delete("/v1/admin/clients/{client_id}", responses=also(404))
    def disable_client(
        client_id: Annotated[str, Path(pattern=r"^[A-Za-z0-9._~-]{1,80}$")], who: Principal = chief
    ) -> Ended:
        """Take a client and every token it holds out of use, at once."""
        identity.write(lambda work: clients.disable(work, client_id), who)
        return Ended(ended=1)

    return routes
