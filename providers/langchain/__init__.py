"""The factory's LLM as a LangChain chat model. Needs the extra: ``pip install "telex[langchain]"``.

Nothing else of this package imports it, and it is the only one that imports LangChain.
"""

try:
    import langchain_core  # noqa: F401  # to say what is missing before anything fails over it
except ModuleNotFoundError as error:
    raise ImportError(
        'providers.langchain needs LangChain, which is missing: pip install "telex[langchain]"'
    ) from error

from providers.langchain.chat_model import ChatTelex

__all__ = ["ChatTelex"]
