"""One peer reads the regions of texts, as a process in the peers' environment: `geocoding_peer.py NAME TEXTS ANSWERS`.

TEXTS is a JSON list; ANSWERS gets the CPU seconds of the calls alone, the call as it was made, and for each text the
county, township and village as the peer names them (null where it names none).
"""

# ruff: noqa: PLC0415 -- a peer's process loads that peer's library only
from __future__ import annotations

import importlib.metadata
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

Answer = list[str | None]


def cpca() -> tuple[str, Callable[[list[str]], list[Answer]]]:
    """Chinese Province City Area."""
    import cpca as library

    def read(texts: list[str]) -> list[Answer]:
        frame = library.transform(texts)
        return [[county if isinstance(county, str) else None, None, None] for county in frame["区"]]

    return "cpca.transform(texts)", read


def addressparser() -> tuple[str, Callable[[list[str]], list[Answer]]]:
    """Like cpca, by another author."""
    import addressparser as library

    def read(texts: list[str]) -> list[Answer]:
        return [[county or None, None, None] for county in library.transform(texts)["区"]]

    return "addressparser.transform(texts)", read


def jionlp() -> tuple[str, Callable[[list[str]], list[Answer]]]:
    """Five levels of names."""
    import jionlp as library

    def read(texts: list[str]) -> list[Answer]:
        found = []
        for text in texts:
            try:
                said = library.parse_location(text, town_village=True)
            except Exception:  # a text that it cannot take counts as one without an answer
                said = {}
            found.append([said.get(name) or None for name in ("county", "town", "village")])
        return found

    return "jionlp.parse_location(text, town_village=True)", read


PEERS = {"cpca": cpca, "addressparser": addressparser, "jionlp": jionlp}


def main() -> None:
    """Read the texts, once warmed up."""
    name, source, target = sys.argv[1:]
    texts = json.loads(Path(source).read_text(encoding="utf-8"))
    call, read = PEERS[name]()
    read(texts[:1])
    begun = time.process_time()
    answers = read(texts)
    seconds = time.process_time() - begun
    told = {"seconds": seconds, "call": f"{name} {importlib.metadata.version(name)}: {call}", "answers": answers}
    Path(target).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
