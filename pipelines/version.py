"""The program's name and version, for WARC files, manifests and user agents."""

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """The installed version; ``0`` where it runs from a folder that was never installed."""
    try:
        return version("newsarchive")
    except PackageNotFoundError:
        return "0"


SOFTWARE = f"newsarchive/{program_version()}"
