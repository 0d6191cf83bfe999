"""The endpoint as a process: sockets, signals, beginning and end."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import InputError
from kg.serving.access import LOOPBACK, SHORTEST_TOKEN, Access, host_name
from kg.serving.app import WAITING, Endpoint
from kg.serving.http import Allowances, Server, say_nothing
from kg.serving.pool import SERVED, Pool
from kg.worker import Limits

_ALLOWANCES = Allowances()


@dataclass(frozen=True, slots=True)
class Settings:
    """How an endpoint is served. Only loopback addresses are bound unless lan is set, which needs a token.

    hosts are names by which others may call it, address is where they reach it where a proxy stands in front (its name is
    taken, too). processes is how many questions are answered at once, waiting how many more may wait.
    """

    bind: str = "127.0.0.1"
    port: int = 8765
    lan: bool = False
    token: str = ""
    hosts: tuple[str, ...] = ()
    address: str = ""
    processes: int = 0
    waiting: int = WAITING
    limits: Limits = SERVED
    allowances: Allowances = _ALLOWANCES


def access_for(settings: Settings) -> Access:
    """Who may ask under these settings. InputError for settings that would open more than they say."""
    address = _bound_address(settings.bind)
    if not address.is_loopback and not settings.lan:
        remedy = "use 127.0.0.1, or say --lan and give a token"
        raise InputError(f"{settings.bind} is reached from other machines", remedy=remedy)
    if settings.lan and not settings.token:
        raise InputError("other machines need a token", remedy="--token-file FILE")
    if settings.token and (len(settings.token) < SHORTEST_TOKEN or not settings.token.isprintable()):
        remedy = "python3 -c 'import secrets; print(secrets.token_urlsafe(24))' makes a good one"
        raise InputError(f"the token has fewer than {SHORTEST_TOKEN} characters, or odd ones", remedy=remedy)
    names = set(LOOPBACK) | {host_name(host) for host in settings.hosts}
    if settings.address:
        parts = urlsplit(settings.address)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/") or parts.query:
            raise InputError(f"{settings.address} is no address", remedy="for example https://kg.example.org")
        names.add(host_name(parts.netloc))
    if not address.is_loopback and not address.is_unspecified:
        names.add(f"[{address}]" if address.version == 6 else str(address))
    return Access(frozenset(names), settings.token)


def serve(
    folder: Path,
    settings: Settings | None = None,
    *,
    ready: Callable[[str], None] = say_nothing,
    report: Callable[[str], None] = say_nothing,
) -> None:
    """Serve a store folder until SIGINT or SIGTERM. ready is told the address; report of trouble, in one line each.

    StoreError where the store cannot be read, InputError for settings that cannot be used.
    """
    settings = settings or Settings()
    access = access_for(settings)
    listening = _listen(settings)
    try:
        pool = Pool(folder, settings.processes or min(os.cpu_count() or 1, 4), settings.limits, report)
        try:
            asyncio.run(_serve(pool, folder, access, settings, listening, ready, report))
        finally:
            pool.close()
    finally:
        listening.close()


async def _serve(
    pool: Pool,
    folder: Path,
    access: Access,
    settings: Settings,
    listening: socket.socket,
    ready: Callable[[str], None],
    report: Callable[[str], None],
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        # Signals reach the main thread alone; elsewhere (in a test) the caller ends the loop otherwise.
        with contextlib.suppress(ValueError, RuntimeError):
            loop.add_signal_handler(number, stop.set)
    endpoint = Endpoint(pool, folder, access, address=settings.address, waiting=settings.waiting)
    server = Server(endpoint, settings.allowances, report)
    port = listening.getsockname()[1]
    shown = f"[{settings.bind}]" if ":" in settings.bind else settings.bind
    ready(settings.address or f"http://{shown}:{port}/")
    await server.serve([listening], stop)


def _bound_address(bind: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address("127.0.0.1" if bind == "localhost" else bind)
    except ValueError:
        raise InputError(f"{bind} is no IP address", remedy="for example 127.0.0.1") from None


def _listen(settings: Settings) -> socket.socket:
    address = _bound_address(settings.bind)
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((str(address), settings.port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        place = f"{settings.bind}:{settings.port}"
        raise InputError(error.strerror or str(error), place=place, remedy="name another port with --port") from None
    return listening
