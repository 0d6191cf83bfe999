"""Who may ask: judged by the head of a request, before anything of it is read further.

A page of another site that a reader has open, a name that somebody points at this machine, a neighbour in the network: none of
them gets an answer. Names are compared with a list (against DNS rebinding), requests that a browser makes for another origin are
refused, and where a token is wanted it is compared in constant time.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from kg.serving.http import Request

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
SHORTEST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class Access:
    """Names by which the endpoint may be called (without port), and the token that every request needs ("" for none)."""

    hosts: frozenset[str] = LOOPBACK
    token: str = ""

    def refusal(self, request: Request) -> tuple[int, str] | None:
        """Status and reason where the request is refused; None where it may ask."""
        host = host_name(request.headers.get("host", ""))
        if host not in self.hosts:
            return 421, "this name is not in the list of names by which the endpoint may be called (--allow-host)"
        if self._is_foreign(request):
            return 403, "a page of another site made this request, which is not allowed"
        if self.token and not self._has_token(request):
            return 401, "a token is needed: as Authorization: Bearer …, or as the password that a browser asks for"
        return None

    def _is_foreign(self, request: Request) -> bool:
        """Whether a browser says that another site's page made the request. A link that somebody follows is none."""
        origin = request.headers.get("origin", "")
        if origin and (origin == "null" or host_name(urlsplit(origin).netloc) not in self.hosts):
            return True
        followed = request.method in ("GET", "HEAD") and request.headers.get("sec-fetch-mode") == "navigate"
        return request.headers.get("sec-fetch-site") in ("cross-site", "same-site") and not followed

    def _has_token(self, request: Request) -> bool:
        scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
        given = credentials.strip()
        if scheme.lower() == "basic":
            try:
                given = base64.b64decode(given, validate=True).decode("utf-8").partition(":")[2]
            except (binascii.Error, ValueError):
                return False
        elif scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(given.encode("utf-8", "replace"), self.token.encode("utf-8"))


def host_name(host: str) -> str:
    """The name of a Host header without its port, in lower case."""
    host = host.strip().lower()
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].removesuffix(".")
