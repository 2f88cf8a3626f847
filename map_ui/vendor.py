"""The third-party files of the pages: copied from `node_modules` at set-up, listed with their hashes, checked."""

import hashlib
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

__all__ = ["LIBRARIES", "VENDOR", "Library", "VendorError", "check", "copy"]

PROJECT = Path(__file__).resolve().parents[1]
VENDOR = Path(__file__).resolve().parent / "static" / "vendor"
LISTING = "listing.json"


@dataclass(frozen=True)
class Library:
    """One npm package: `files` (paths inside the package) go to `folder` by their last name, with its licence."""

    package: str
    folder: str
    files: tuple[str, ...]
    licence: str


# Leaflet's images serve markers and the layer switch, which the pages do not use.
LIBRARIES = (
    Library("leaflet", "leaflet", ("dist/leaflet.js", "dist/leaflet.css"), "LICENSE"),
    Library("@mapbox/vector-tile", "vector-tile", ("index.js",), "LICENSE.txt"),
    Library("@mapbox/point-geometry", "point-geometry", ("index.js",), "LICENSE"),
    Library("pbf", "pbf", ("index.js",), "LICENSE"),
)


class VendorError(Exception):
    """The vendored libraries are missing or not what was pinned."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


def copy(project: Path = PROJECT, target: Path = VENDOR) -> list[str]:
    """Replace `target` by the pinned libraries of `project`/node_modules; gives the copied paths, sorted.

    Raises: VendorError naming every package that is absent or of another version than package.json pins;
    nothing is replaced then.
    """
    pinned = json.loads((project / "package.json").read_text("utf-8"))["dependencies"]
    faults = [fault for lib in LIBRARIES if (fault := _version_fault(project, lib, pinned.get(lib.package)))]
    if faults:
        raise VendorError(faults)
    shutil.rmtree(target, ignore_errors=True)
    for library in LIBRARIES:
        source = project / "node_modules" / library.package
        folder = target / library.folder
        folder.mkdir(parents=True)
        for name in library.files:
            shutil.copyfile(source / name, folder / Path(name).name)
        shutil.copyfile(source / library.licence, folder / "LICENSE.txt")
    hashes = _hashes(target)
    (target / LISTING).write_text(json.dumps(hashes, indent=1, sort_keys=True) + "\n", "utf-8")
    return sorted(hashes)


def check(target: Path = VENDOR) -> None:
    """Compare the files of `target` with the listing written when they were copied.

    Raises: VendorError naming every file that is missing, changed or unlisted.
    Limit: the listing lies beside the files, so this finds accidents, not an attacker.
    """
    listing = target / LISTING
    if not listing.is_file():
        raise VendorError([f"{target.name}: not filled; run `npm ci`, then `python -m map_ui.vendor`"])
    expected: dict[str, str] = json.loads(listing.read_text("utf-8"))
    present = _hashes(target)
    faults = [f"{name}: missing" for name in sorted(expected.keys() - present.keys())]
    faults += [f"{name}: not in the listing" for name in sorted(present.keys() - expected.keys())]
    faults += [
        f"{name}: changed" for name in sorted(expected.keys() & present.keys()) if expected[name] != present[name]
    ]
    if faults:
        raise VendorError(faults)


def _version_fault(project: Path, library: Library, pinned: str | None) -> str | None:
    described = project / "node_modules" / library.package / "package.json"
    if pinned is None:
        return f"{library.package}: not pinned in package.json"
    if not described.is_file():
        return f"{library.package}: not installed; run `npm ci`"
    version = json.loads(described.read_text("utf-8"))["version"]
    return None if version == pinned else f"{library.package}: {version} is installed, {pinned} is pinned"


def _hashes(target: Path) -> dict[str, str]:
    files = sorted(path for path in target.rglob("*") if path.is_file() and path.name != LISTING)
    return {path.relative_to(target).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def main() -> int:
    """Copy, check, and say so; 1 with every fault named when it cannot be done."""
    try:
        names = copy()
        check()
    except VendorError as error:
        sys.stderr.writelines(f"{fault}\n" for fault in error.faults)
        return 1
    sys.stdout.write(f"{len(names)} files in {VENDOR.relative_to(PROJECT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
