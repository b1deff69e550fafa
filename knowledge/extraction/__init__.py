"""Bytes -> documents."""

from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.reading import SUFFIXES, VERSION, Raw, edition, extract, is_office

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
