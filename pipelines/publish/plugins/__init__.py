"""Plugins of ours for Datasette; server.py registers them."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from datasette import hookimpl

F = TypeVar("F", bound=Callable[..., Any])


def hook(function: F) -> F:
    """Datasette's hookimpl, which says nothing of types. Ours run after its own."""
    return cast(F, hookimpl(function, trylast=True))
