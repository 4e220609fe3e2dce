"""A server written with the official Python SDK, 1.x or 2.x, that lets nobody in who did not log in
at the authorization server beside it, which is the SDK's as well. Everybody who asks may.

It says first where it listens: under HTTP+SSE with the argument `sse`. The tool `end` ends all access
tokens; they can be refreshed. Two clients are known beforehand; others register.
"""

import secrets
import socket
import sys
import time

import uvicorn
from mcp.server.auth.provider import (
    AccessToken,
    AuthorizationCode,
    RefreshToken,
    construct_redirect_uri,
)
from mcp.server.auth.settings import AuthSettings, ClientRegistrationOptions, RevocationOptions
from mcp.shared.auth import OAuthClientInformationFull, OAuthToken

try:
    from mcp.server.mcpserver import MCPServer

    TWO = True
except ImportError:
    from mcp.server.fastmcp import FastMCP as MCPServer

    TWO = False


class Provider:
    """Keeps everything in memory."""

    def __init__(self):
        self.clients, self.codes, self.access, self.refresh = {}, {}, {}, {}
        for name in ["client_secret_basic", "client_secret_post"]:
            self.clients[name] = OAuthClientInformationFull(
                client_id=name,
                client_secret="a secret: 1+1%",
                token_endpoint_auth_method=name,
                redirect_uris=["http://localhost:3000/callback"],
                grant_types=["authorization_code", "refresh_token"],
                scope="greet",
            )

    async def get_client(self, client_id):
        return self.clients.get(client_id)

    async def register_client(self, client):
        self.clients[client.client_id] = client

    async def authorize(self, client, params):
        code = AuthorizationCode(
            code=secrets.token_urlsafe(),
            client_id=client.client_id,
            scopes=params.scopes or [],
            expires_at=time.time() + 60,
            code_challenge=params.code_challenge,
            redirect_uri=params.redirect_uri,
            redirect_uri_provided_explicitly=params.redirect_uri_provided_explicitly,
            resource=params.resource,
        )
        self.codes[code.code] = code
        return construct_redirect_uri(str(params.redirect_uri), code=code.code, state=params.state)

    async def load_authorization_code(self, client, code):
        return self.codes.get(code)

    async def exchange_authorization_code(self, client, code):
        del self.codes[code.code]
        return self.tokens(client, code.scopes, code.resource)

    async def load_refresh_token(self, client, token):
        return self.refresh.get(token)

    async def exchange_refresh_token(self, client, token, scopes):
        resource = self.refresh.pop(token.token).__dict__.get("resource") or url
        return self.tokens(client, scopes, resource)

    async def load_access_token(self, token):
        return self.access.get(token)

    async def revoke_token(self, token):
        self.access.pop(token.token, None)
        self.refresh.pop(token.token, None)

    def tokens(self, client, scopes, resource):
        of = {"client_id": client.client_id, "scopes": scopes}
        access = AccessToken(token=secrets.token_urlsafe(), resource=resource, **of)
        refresh = RefreshToken(token=secrets.token_urlsafe(), **of)
        self.access[access.token] = access
        self.refresh[refresh.token] = refresh
        return OAuthToken(
            access_token=access.token,
            refresh_token=refresh.token,
            expires_in=3600,
            scope=" ".join(scopes),
        )


listener = socket.create_server(("127.0.0.1", 0))
origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
OLD = sys.argv[1:] == ["sse"]
url = f"{origin}/sse" if OLD else f"{origin}/mcp"
provider = Provider()
settings = AuthSettings(
    issuer_url=origin,
    resource_server_url=url,
    required_scopes=["greet"],
    client_registration_options=ClientRegistrationOptions(
        enabled=True, valid_scopes=["greet"], default_scopes=["greet"]
    ),
    revocation_options=RevocationOptions(enabled=True),
    **({"validate_token_resource": True} if TWO else {}),
)
server = MCPServer("protected", auth=settings, auth_server_provider=provider)


@server.tool()
def greet(name: str) -> str:
    return f"Hello, {name}!"


@server.tool()
def end() -> str:
    provider.access.clear()
    return "ended"


print(url, flush=True)
app = server.sse_app() if OLD else server.streamable_http_app()
config = uvicorn.Config(app, log_level="warning")
uvicorn.Server(config).run(sockets=[listener])
