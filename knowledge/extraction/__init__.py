"""Bytes -> documents."""

from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.kinds import SUFFIXES, Raw, is_office
from knowledge.extraction.reading import VERSION, edition, extract

__all__ = [
    "SUFFIXES",
    "VERSION",
    "Extracted",
    "Raw",
    "Unreadable",
    "edition",
    "extract",
    "is_office",
]
