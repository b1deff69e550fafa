"""The open index: opened, warmed, replaced by a newer one, closed when nobody reads it any more."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

from langchain_core.embeddings import Embeddings

from knowledge.documents import Audience
from knowledge.errors import IndexUnavailable, KnowledgeError, ServerUnavailable
from knowledge.generations import Generation, Manifest, home
from knowledge.questions.terms import load_terms
from knowledge.search.reranking import load_reranker, rerank
from knowledge.search.retrieval import Found, Retriever
from knowledge.settings import KnowledgeSettings

logger = logging.getLogger(__name__)

#: Seconds between two looks at what answers; a new generation is noticed within five.
_LOOK = 2.0


class Reader:
    """One generation, ready to be asked, and how many are asking it."""

    def __init__(self, generation: Generation, embeddings: Embeddings, settings: KnowledgeSettings):
        self.manifest: Manifest = generation.manifest
        self.retriever = Retriever(
            catalogue=generation.catalogue,
            vectors=generation.vectors,
            embeddings=embeddings,
            terms=load_terms(settings.terms),
        )
        self.documents = {
            audience: generation.catalogue.count_documents(audience) for audience in Audience
        }
        self._reranker = load_reranker(settings.reranker)
        self._generation = generation
        self._asking = 0
        self._retired = False

    def find(self, question: str, *, audience: Audience, context: str = "") -> Found:
        """Return all candidates for a question, judged, and looked at again if so configured."""
        found = self.retriever.find(question, audience=audience, context=context)
        return rerank(found, self._reranker, context) if self._reranker else found

    def warm(self) -> None:
        """Ask something, so that the first person does not wait for files to be read."""
        for audience in Audience:
            self.find("Co je Czech Smart City Cluster?", audience=audience)

    def check(self) -> None:
        """Ask whether everything that is needed for answers is there.

        Raises:
            ServerUnavailable: a server does not answer.
        """
        self._generation.check()

    @asynccontextmanager
    async def asked(self) -> AsyncIterator[Self]:
        """Keep the generation open while it is being asked."""
        self._asking += 1
        try:
            yield self
        finally:
            self._asking -= 1
            await self._close_if_done()

    async def retire(self) -> None:
        """Close the generation, as soon as nobody asks it."""
        self._retired = True
        await self._close_if_done()

    async def _close_if_done(self) -> None:
        if self._retired and not self._asking:
            await asyncio.to_thread(self._generation.close)


class Library:
    """Holds the current reader and changes it when a new generation is announced."""

    def __init__(
        self, settings: KnowledgeSettings, *, embeddings: Callable[[], Embeddings]
    ) -> None:
        self._settings = settings
        self._embeddings = embeddings
        self._home = home(settings)
        self._reader: Reader | None = None
        #: Why there is no reader, or why a newer generation could not be opened.
        self.problem: KnowledgeError | None = None
        self._refused: str | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def reader(self) -> Reader | None:
        """Return the open generation, None if there is none."""
        return self._reader

    @property
    def ready(self) -> bool:
        """Whether questions can be answered now: a generation is open, and no server is away."""
        return self._reader is not None and self.reachable

    @property
    def reachable(self) -> bool:
        """Whether no server that holds the index is away."""
        return not isinstance(self.problem, ServerUnavailable)

    def asked(self) -> Reader:
        """Return the open generation.

        Raises:
            IndexUnavailable, IndexMismatch: there is none; says what to do.
            ServerUnavailable: a server of it is away; nobody need wait to find out again.
        """
        if self._reader is None or not self.reachable:
            raise self.problem or IndexUnavailable()
        return self._reader

    async def look(self) -> None:
        """Open the current generation if it is not the open one; a problem is kept, not raised."""
        was_reachable = self.reachable
        try:
            await self._look()
        except KnowledgeError as error:
            self.problem = error
            if self._reader and was_reachable and not self.reachable:
                logger.error("Questions cannot be answered now: %s", error)
        if self.ready and not was_reachable:
            logger.info("Questions can be answered again.")

    async def _look(self) -> None:
        identity = await asyncio.to_thread(self._home.current_id)
        if identity is not None and identity == self._refused:
            return
        if self._reader and identity in (None, self._reader.manifest.id):
            await asyncio.to_thread(self._reader.check)
            self.problem = None
        elif identity is None:
            self.problem = IndexUnavailable()
        else:
            await self._change(identity)

    async def _change(self, identity: str) -> None:
        try:
            fresh = await asyncio.to_thread(self._open)
        except ServerUnavailable:
            raise  # it may be back at the next look
        except KnowledgeError as error:
            # Looked at again only when there is another one: it will not mend itself.
            self._refused, self.problem = identity, error
            logger.error("The index %s cannot be opened: %s", identity, error)
            return
        old, self._reader = self._reader, fresh
        self.problem = None
        logger.info(
            "Answering from the index %s (%d documents, %d chunks).",
            fresh.manifest.id,
            fresh.manifest.documents,
            fresh.manifest.chunks,
        )
        if old:
            await old.retire()

    def _open(self) -> Reader:
        generation = self._home.open_current()
        try:
            reader = Reader(generation, self._embeddings(), self._settings)
            reader.warm()
        except BaseException:
            generation.close()
            raise
        return reader

    async def __aenter__(self) -> Self:
        """Open the current generation, if there is one, and begin to look for newer ones."""
        await self.look()
        self._watch = asyncio.create_task(self._keep_looking(), name="index watch")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop looking and close."""
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._reader:
            await self._reader.retire()
            self._reader = None
        await asyncio.to_thread(self._home.close)

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(_LOOK)
            await self.look()
