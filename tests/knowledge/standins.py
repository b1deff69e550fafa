"""What the tests of ingest share: a hashing embedding, a web server of a few pages, settings."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zlib import crc32

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.settings import KnowledgeSettings, SourceSettings

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)


class HashingEmbeddings(Embeddings):
    """Words hashed into 32 dimensions: texts with common words are near each other."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += texts
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        vector = np.full(32, 0.01)
        for word in text.lower().split():
            vector[crc32(word.strip(".,:;").encode()) % 32] += 1
        return list(vector / np.linalg.norm(vector))


def now() -> datetime:
    return NOW


def settings_for(folder: Path, *sources: SourceSettings) -> KnowledgeSettings:
    return KnowledgeSettings(data_dir=folder / "var", embeddings="hashing", sources=sources)


def files_source(path: Path, **more: object) -> SourceSettings:
    return SourceSettings.model_validate(
        {"name": "files", "kind": "files", "path": str(path), **more}
    )


@dataclass
class Answer:
    """What the server says to a path."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Site:
    """A running web server; `pages` may be changed at any time."""

    base: str
    pages: dict[str, Answer] = field(default_factory=dict)
    #: (path, headers) of everything that was asked.
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def host(self) -> str:
        return self.base.removeprefix("http://")

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def page(self, path: str, body: str, *, head: str = "", etag: str = "") -> None:
        """Serve a page with an article."""
        html = (
            f"<html lang='cs'><head>{head}</head><body><main><article>{body}"
            "</article></main></body></html>"
        )
        headers = {"Content-Type": "text/html; charset=utf-8", **({"ETag": etag} if etag else {})}
        self.pages[path] = Answer(html.encode(), headers=headers)

    def source(self, **more: object) -> SourceSettings:
        return SourceSettings.model_validate(
            {
                "name": "web",
                "kind": "web",
                "url": f"{self.base}/",
                "allow_private_hosts": (self.host,),
                **more,
            }
        )


@contextmanager
def serving() -> Iterator[Site]:
    """Run a site on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            site.asked.append((self.path, headers))
            answer = site.pages.get(self.path, Answer(b"nothing", status=404))
            etag = answer.headers.get("ETag")
            unchanged = etag is not None and headers.get("if-none-match") == etag
            self.send_response(304 if unchanged else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            body = b"" if unchanged else answer.body
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A reader that hangs up is no error."""

    server = Server(("127.0.0.1", 0), Handler)
    site = Site(base=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
