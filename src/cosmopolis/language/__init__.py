r"""
Message ids and values become words, numbers and dates in a language.

>>> from cosmopolis.language import language
>>> language("fr").percent(0.184)
'18,4\xa0%'
"""

from cosmopolis.language.catalogues import MissingWords
from cosmopolis.language.pieces import Piece
from cosmopolis.language.speech import LANGUAGES, Language, best_language, language

__all__ = ["LANGUAGES", "Language", "MissingWords", "Piece", "best_language", "language"]
