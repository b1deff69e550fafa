"""robots.txt: what a host lets us read, how fast, and which sitemaps it names."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

#: Seconds that a Crawl-delay is obeyed to at most: more would never end.
LONGEST_DELAY = 30.0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host for our User-Agent."""

    rules: Protego
    user_agent: str

    @classmethod
    def parse(cls, body: bytes, user_agent: str) -> Robots:
        """Read the rules; what is not understood allows."""
        # With its mark of UTF-8 the first line would not be understood, and all rules with it.
        text = body.decode("utf-8-sig", "replace")
        return cls(Protego.parse(text), user_agent.partition("/")[0])

    def allows(self, url: str) -> bool:
        """Tell whether the URL may be read."""
        return bool(self.rules.can_fetch(url, self.user_agent))

    @property
    def delay(self) -> float:
        """Return the seconds between two requests, 0 if it does not say."""
        delay = self.rules.crawl_delay(self.user_agent)
        return min(LONGEST_DELAY, float(delay or 0.0))

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Return the sitemaps it names."""
        return tuple(self.rules.sitemaps)


def address(url: str) -> str:
    """Return where the robots.txt for a URL is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
