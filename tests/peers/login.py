"""Logs the official Python client in, as a person with a browser would who always agrees."""

import importlib.util
import urllib.error
import urllib.parse
import urllib.request

CALLBACK = "http://localhost:3000/callback"


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Memory:
    """Keeps what was got while the program runs."""

    def __init__(self):
        self.tokens = self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Browser:
    """Opens the authorization server, and reads where it sends back to."""

    async def open(self, url):
        try:
            urllib.request.build_opener(Stay).open(url)
            raise RuntimeError("the authorization server does not send back")
        except urllib.error.HTTPError as reply:
            location = reply.headers["location"]
        assert location.startswith(CALLBACK + "?"), location
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query)
        self.sent = {name: values[0] for name, values in query.items()}

    async def answer(self):
        code, state, iss = (self.sent.get(name) for name in ("code", "state", "iss"))
        try:
            from mcp.client.auth import AuthorizationCodeResult
        except ImportError:
            return code, state
        return AuthorizationCodeResult(code=code, state=state, iss=iss)


def provider(url):
    from mcp.client.auth import OAuthClientProvider
    from mcp.shared.auth import OAuthClientMetadata

    browser = Browser()
    # Version 1 does not say that it is no web site when it registers, so it brings its own name.
    is_old = importlib.util.find_spec("httpx2") is None
    document = "https://toolwright.example/client.json" if is_old else None
    metadata = OAuthClientMetadata(client_name="toolwright-tests", redirect_uris=[CALLBACK])
    return OAuthClientProvider(
        server_url=url,
        client_metadata=metadata,
        storage=Memory(),
        redirect_handler=browser.open,
        callback_handler=browser.answer,
        client_metadata_url=document,
    )


def http_client(url):
    """A client of HTTP that logs in."""
    try:
        import httpx2 as http
    except ImportError:
        import httpx as http
    return http.AsyncClient(auth=provider(url), timeout=60)
