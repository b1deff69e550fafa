"""Bytes -> documents."""

from knowledge.extraction.extracted import Extracted, Unreadable
from knowledge.extraction.reading import SUFFIXES, VERSION, Raw, extract

__all__ = ["SUFFIXES", "VERSION", "Extracted", "Raw", "Unreadable", "extract"]
