"""What the endpoint answers to which address."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

from kg import guard
from kg.errors import InputError, KGError, QueryError, QueryLimit, QueryRefused
from kg.query import ask, named_queries
from kg.serving import answers, describe, pages
from kg.serving.access import Access
from kg.serving.drawing import Drawings, options_of
from kg.serving.http import Gone, Request, Response
from kg.serving.negotiate import GRAPHS, HTML, ROWS, Form, best_form
from kg.serving.pool import Loan, Pool
from kg.serving.protocol import BadRequest, fields_of, operation
from kg.terms import iri

_ASSETS = {
    "/static/serve.css": ("serve/serve.css", "text/css; charset=utf-8"),
    "/static/editor.js": ("serve/editor.js", "text/javascript; charset=utf-8"),
    "/static/yasgui.min.js": ("vendor/yasgui.min.js", "text/javascript; charset=utf-8"),
    "/static/yasgui.min.css": ("vendor/yasgui.min.css", "text/css; charset=utf-8"),
}
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-cache"),
)
_NO_ACTIVE_CONTENT = ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
_STATUS = {"time": 504, "memory": 503, "rows": 413, "bytes": 413}
WAITING = 64
WAIT_SECONDS = 30.0

Work = Callable[[Loan], Response]


class Endpoint:
    """The application: judges requests by their head, answers them from the pool, refuses what is too much."""

    def __init__(self, pool: Pool, folder: Path, access: Access, *, address: str = "", waiting: int = WAITING) -> None:
        """address is where others reach it where a proxy stands in front; waiting is how many may wait for a process."""
        self._pool = pool
        self._access = access
        self._address = address.rstrip("/")
        self._drawings = Drawings(folder)
        self._gate = Gate(pool, waiting, WAIT_SECONDS)
        static = Path(__file__).parent.parent / "static"
        self._assets = {
            path: Response(200, kind, (static / name).read_bytes()) for path, (name, kind) in _ASSETS.items()
        }

    # -- before the body -------------------------------------------------------------------------------------------------

    def judge(self, request: Request) -> Response | None:
        """Refuse what may not ask, what no address answers, and methods that none takes."""
        refused = self._access.refusal(request)
        if refused is not None:
            status, found = refused
            extra = (("WWW-Authenticate", 'Basic realm="diplomatic-kg", charset="UTF-8"'),) if status == 401 else ()
            return self._plain(status, found, extra)
        allowed = ("GET", "HEAD", "POST") if request.path == "/sparql" else ("GET", "HEAD")
        if request.method not in allowed:
            return self._plain(
                405, f"{request.method} is not possible here: the endpoint only reads", (("Allow", ", ".join(allowed)),)
            )
        return None

    def refusal(self, status: int, found: str) -> Response:
        """A refusal as one line of text."""
        return self._plain(status, found, (("Retry-After", "1"),) if status == 503 else ())

    def _plain(self, status: int, found: str, headers: tuple[tuple[str, str], ...] = ()) -> Response:
        return _finished(Response(status, "text/plain; charset=utf-8", answers.encode(found + "\n"), headers))

    # -- answering -------------------------------------------------------------------------------------------------------

    async def answer(self, request: Request, gone: Gone) -> Response:
        """The answer to a request whose head was judged."""
        readable = best_form(request.headers.get("accept", ""), (*GRAPHS, *ROWS, HTML)) is HTML
        try:
            response = await self._route(request, gone, readable)
        except BadRequest as error:
            response = self._failed(error.status, error, readable)
        except QueryLimit as error:
            response = self._failed(_STATUS[error.limit], error, readable)
        except QueryRefused as error:
            response = self._failed(403, error, readable)
        except (QueryError, InputError) as error:
            response = self._failed(400, error, readable)
        except KGError as error:
            response = self._failed(500, error, readable)
        return _finished(response)

    async def _route(self, request: Request, gone: Gone, readable: bool) -> Response:
        path = request.path
        if path in self._assets:
            return self._assets[path]
        if path == "/who-talks-to-whom":
            return await self._drawing(request)
        if path == "/sparql":
            work = await self._sparql(request, readable)
        else:
            work = self._work(request, path, readable)
        if isinstance(work, Response):
            return work
        response = await self._gate.run(work, gone)
        return response or self.refusal(503, "too many questions at once; ask again in a moment")

    def _work(self, request: Request, path: str, readable: bool) -> Work | Response:
        """What to do with a query process, or the answer where none is needed."""
        if path == "/":
            return lambda loan: pages.home(loan.manifest, ask(loan, "overview"))
        if path == "/questions/":
            return pages.questions()
        if path == "/questions":
            return _see("/questions/")
        if path.startswith("/questions/"):
            return self._question(request, unquote(path.removeprefix("/questions/")), readable)
        if path == "/editor":
            query = dict(fields_of(request.query)).get("query", "")
            return lambda loan: pages.editor(query, loan.base)
        if path.startswith("/id/"):
            return lambda loan: self._thing(request, loan, loan.base + path.removeprefix("/id/"), readable)
        if path == "/resource":
            node = dict(fields_of(request.query)).get("iri", "")
            return lambda loan: self._thing(request, loan, node, readable)
        if path in ("/void", "/.well-known/void"):
            return lambda loan: self._graph(request, describe.void(loan, loan.manifest, self._endpoint(request)), loan)
        raise BadRequest(404, "there is nothing at this address", "/ says what there is")

    async def _sparql(self, request: Request, readable: bool) -> Work | Response:
        names = {name for name, _ in fields_of(request.query)}
        if request.method != "POST" and not names & {"query", "update"}:
            if readable:
                return _see("/editor")
            return lambda loan: self._graph(
                request, describe.service_description(loan, loan.manifest, self._endpoint(request)), loan
            )
        asked = operation(request)
        # What is refused by its words is refused at once, and waits for no process.
        await asyncio.to_thread(guard.check, asked.query)

        def work(loan: Loan) -> Response:
            answer = loan.query_checked(asked.query, asked.dataset)
            response = answers.respond(answer, request.headers.get("accept", ""), loan.base)
            return response or self._not_acceptable(GRAPHS if answer.kind == "graph" else ROWS)

        return work

    def _question(self, request: Request, name: str, readable: bool) -> Work:
        query = named_queries().get(name)
        if query is None or query.internal:
            raise BadRequest(404, f"there is no question {name!r}", "/questions/ lists them")
        fields = [(key, value.strip()) for key, value in fields_of(request.query)]
        wanted = dict(fields).get("format", "")
        accept = _accept(wanted, ROWS) if wanted else request.headers.get("accept", "")
        values = {key: value for key, value in fields if value and key != "format"}
        needed = {parameter.name for parameter in query.parameters if not parameter.optional}

        def work(loan: Loan) -> Response:
            if wanted or not readable:
                response = answers.respond(ask(loan, query, None, **values), accept, loan.base)
                return response or self._not_acceptable(ROWS)
            if not values and needed:
                return pages.question(loan, query, values, None, "")
            try:
                return pages.question(loan, query, values, ask(loan, query, None, **values), "")
            except QueryLimit:
                raise
            except QueryError as error:
                return pages.question(loan, query, values, None, str(error))

        return work

    def _thing(self, request: Request, loan: Loan, node: str, readable: bool) -> Response:
        try:
            iri(node)
        except ValueError as error:
            raise BadRequest(404, str(error)) from None
        wanted = dict(fields_of(request.query)).get("format", "")
        if readable and not wanted:
            response = pages.thing(loan, node)
        else:
            triples = pages.thing_triples(loan, node)
            accept = _accept(wanted, GRAPHS) if wanted else request.headers.get("accept", "")
            response = (
                (answers.respond_graph(triples, accept, loan.base) or self._not_acceptable(GRAPHS)) if triples else None
            )
        if response is None:
            raise BadRequest(404, f"the graph says nothing of {node}")
        return response

    async def _drawing(self, request: Request) -> Response:
        from kg.render import content_security_policy

        options = options_of(fields_of(request.query))
        manifest = await asyncio.to_thread(self._pool.refresh)
        page = await self._drawings.page(manifest.digest, options)
        policy = await asyncio.to_thread(content_security_policy, page.decode("utf-8"))
        headers = (("Content-Security-Policy", f"{policy}; frame-ancestors 'none'"),)
        return Response(200, "text/html; charset=utf-8", page, headers)

    def _graph(self, request: Request, triples: list[answers.Triple], loan: Loan) -> Response:
        accept = request.headers.get("accept", "")
        # A browser that asks for HTML gets Turtle, which it shows as text or saves.
        form = best_form(accept, (*GRAPHS, HTML))
        response = answers.respond_graph(triples, "" if form is HTML else accept, loan.base)
        return response or self._not_acceptable(GRAPHS)

    # -- small answers ---------------------------------------------------------------------------------------------------

    def _endpoint(self, request: Request) -> str:
        return f"{self._address or 'http://' + request.headers['host']}/sparql"

    def _failed(self, status: int, error: KGError, readable: bool) -> Response:
        return pages.error_page(status, str(error)) if readable else self.refusal(status, str(error))

    def _not_acceptable(self, forms: tuple[Form, ...]) -> Response:
        known = ", ".join(form.types[0] for form in forms)
        return self._plain(406, f"the answer is given as {known}, none of which the Accept header takes")


class Gate:
    """Lets as many requests ask at once as there are query processes, a few more wait, and no others."""

    def __init__(self, pool: Pool, waiting: int, seconds: float) -> None:
        self._pool = pool
        self._free = asyncio.Semaphore(pool.size)
        self._threads = ThreadPoolExecutor(pool.size, "asking")
        self._waiting = 0
        self._most = waiting
        self._seconds = seconds

    async def run(self, work: Work, gone: Gone) -> Response | None:
        """What work answers with a process of the pool; None where too many wait already, or none got free in time."""
        if self._free.locked() and self._waiting >= self._most:
            return None
        self._waiting += 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError:
            return None
        finally:
            self._waiting -= 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._threads, self._do, work, gone, loop)
        finally:
            self._free.release()

    def _do(self, work: Work, gone: Gone, loop: asyncio.AbstractEventLoop) -> Response:
        with self._pool.borrow() as loan:

            def stop() -> None:
                # Stopping waits for the process to end, for which the server does not wait.
                loop.run_in_executor(None, loan.stop)

            loop.call_soon_threadsafe(gone.call, stop)
            return work(loan)


def _accept(wanted: str, forms: tuple[Form, ...]) -> str:
    """The Accept header that a short name of a form stands for."""
    for form in forms:
        if form.name == wanted:
            return form.types[0]
    raise BadRequest(400, f"there is no format {wanted!r} here", f"one of {', '.join(form.name for form in forms)}")


def _see(path: str) -> Response:
    return Response(303, headers=(("Location", path), ("Vary", "Accept")))


def _finished(response: Response) -> Response:
    """The answer with what every answer says."""
    own = {name for name, _ in response.headers}
    extra = _ALWAYS if "Content-Security-Policy" in own else (*_ALWAYS, _NO_ACTIVE_CONTENT)
    headers = (*response.headers, *(pair for pair in extra if pair[0] not in own))
    return Response(response.status, response.content_type, response.body, headers)
