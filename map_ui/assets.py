"""The static files of the pages, held in memory and addressed by the hash of their content."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from map_ui import vendor

__all__ = ["CACHE_CONTROL", "Asset", "Assets", "load_assets"]

ROOM = Path(__file__).resolve().parent
# The URL changes with the content, so a browser never has to ask again.
CACHE_CONTROL = "public, max-age=31536000, immutable"
MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


@dataclass(frozen=True)
class Asset:
    """One file as it is served."""

    content: bytes
    media_type: str


class Assets:
    """All static files under one hash: a module's relative imports then stay inside the same version."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._files = {name: Asset(content, MEDIA_TYPES[Path(name).suffix]) for name, content in sorted(files.items())}
        digest = hashlib.sha256()
        for name, asset in self._files.items():
            digest.update(f"{name}\0{len(asset.content)}\0".encode())
            digest.update(asset.content)
        self.version = digest.hexdigest()[:16]

    @property
    def names(self) -> list[str]:
        """The paths of all files, sorted, such as `app/map.mjs`."""
        return list(self._files)

    def url(self, name: str) -> str:
        """The address of a file: `/static/<version>/<name>`.

        Raises: KeyError when there is no such file.
        """
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def find(self, version: str, name: str) -> Asset | None:
        """The file at `/static/<version>/<name>`; None for an unknown name and for any other version.

        An old version is refused because its answer would be kept for ever under the wrong content.
        """
        return self._files.get(name) if version == self.version else None


def load_assets() -> Assets:
    """Read the pages' modules, styles, words and third-party libraries from disk.

    Raises: map_ui.vendor.VendorError when the libraries are missing or changed.
    """
    vendor.check()
    static = ROOM / "static"
    paths = [path for path in static.rglob("*") if path.suffix in MEDIA_TYPES and path.name != vendor.LISTING]
    files = {path.relative_to(static).as_posix(): path.read_bytes() for path in paths}
    words = {f"i18n/{path.name}": path.read_bytes() for path in (ROOM / "i18n").glob("*.json")}
    return Assets(files | words)
