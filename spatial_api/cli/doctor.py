"""`wangge doctor`: is everything as it must be?"""

from __future__ import annotations

from pathlib import Path

import typer

from layers.crypto import Vault
from layers.doctor import examine
from layers.errors import Fault, Unavailable
from layers.scope import Scope
from spatial_api.cli.context import AsJson, answer, ready_database

__all__ = ["app", "doctor"]

app = typer.Typer()

_SHOWN = 5


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check everything that must always hold; exit code 1 with the faults when something does not."""
    database = ready_database()
    vault, faults = _vault(database.settings.key_path)
    findings: dict[str, list[Fault]] = {"key": faults}
    with database.write(Scope.everything()) as session:
        findings |= dict(examine(session, vault))
    if as_json:
        answer({"sound": not any(findings.values()), "checks": findings}, as_json)
    else:
        answer([_line(name, faults) for name, faults in findings.items()], as_json, "wangge doctor")
    if any(findings.values()):
        raise typer.Exit(1)


def _vault(key_path: Path) -> tuple[Vault | None, list[Fault]]:
    try:
        return Vault.open_file(key_path), []
    except Unavailable as error:
        return None, [Fault(str(key_path), error.detail)]


def _line(name: str, faults: list[Fault]) -> dict[str, object]:
    shown = [f"{fault.where}: {fault.message}" for fault in faults[:_SHOWN]]
    more = [f"… {len(faults) - _SHOWN} more; --json lists all"] if len(faults) > _SHOWN else []
    return {"check": name, "faults": len(faults), "first": "\n".join(shown + more)}
