"""The offline bundle: what it installs, and that a bare Debian 12 without a network can run it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
DEVELOPERS = {"pytest", "playwright", "hypothesis", "mypy", "ruff"}


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text(encoding="utf-8")))


def test_what_runs_has_the_versions_that_were_tested():
    runtime, tested = pins("requirements.runtime.lock"), pins("requirements.lock")
    assert {name: tested.get(name) for name in runtime} == runtime
    assert {"fastapi", "psycopg", "geopandas", "numba", "llvmlite", "h3"} <= runtime.keys()
    assert not DEVELOPERS & runtime.keys()


def test_every_pin_of_what_runs_has_its_hashes():
    text = (ROOT / "requirements.runtime.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]
    assert [block.split("==")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "://" not in text


@pytest.mark.parametrize("script", ["bundle.sh", "install.sh", "wangge"])
def test_the_scripts_are_sound_shell(script):
    path = DEPLOY / script
    shell = "bash" if "bash" in path.read_text(encoding="utf-8").splitlines()[0] else "sh"
    subprocess.run([shell, "-n", str(path)], check=True)
    assert os.access(path, os.X_OK)


@pytest.mark.parametrize("unit", ["wangge.service", "wangge-db.service"])
def test_a_unit_runs_what_is_installed_and_not_as_root(unit):
    lines = (DEPLOY / unit).read_text(encoding="utf-8").splitlines()
    started = [line.split("=", 1)[1] for line in lines if re.match(r"Exec\w+=", line)]
    assert started
    assert all(command.startswith("/opt/wangge/bin/wangge ") for command in started)
    assert "User=wangge" in lines


def test_service_and_command_line_share_one_cache_that_both_may_write():
    unit = (DEPLOY / "wangge.service").read_text(encoding="utf-8").splitlines()
    assert "CacheDirectory=wangge" in unit, "under ProtectSystem=strict nothing else under /var/cache can be written"
    setting = "NUMBA_CACHE_DIR=/var/cache/wangge"
    assert f"Environment={setting}" in unit
    for script in ("wangge", "install.sh"):
        assert setting in (DEPLOY / script).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a bare Debian 12 with an unpacked bundle in /srv/bundle."""
    work = tmp_path_factory.mktemp("bundle")
    made = subprocess.run([str(DEPLOY / "bundle.sh"), str(work)], check=True, capture_output=True, text=True)
    system = work / "system"
    subprocess.run(["debootstrap", "--variant=minbase", "bookworm", str(system)], check=True, capture_output=True)
    bundle = system / "srv" / "bundle"
    bundle.mkdir()
    subprocess.run(["tar", "-xf", made.stdout.strip(), "--strip-components=1", "-C", str(bundle)], check=True)
    yield system
    shutil.rmtree(system)


def within(system: Path, script: str) -> str:
    """What a script says inside the bare system, with no network but an interface that is down."""
    mounts = "mount -t proc proc /proc; mount -t devtmpfs dev /dev 2>/dev/null || true; mount -t tmpfs run /run;"
    command = ["unshare", "--net", "--mount", "--fork", "--pid", "chroot", str(system), "/bin/sh", "-ec"]
    done = subprocess.run([*command, f"{mounts} {script}"], check=False, capture_output=True, text=True, env={
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8",
    })  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_a_bare_machine_without_a_network_runs_it(bare):
    said = within(
        bare,
        """
        ! getent hosts debian.org
        /srv/bundle/install.sh
        wangge db start --migrate
        wangge doctor
        wangge db backup /var/lib/wangge/saved
        wangge db restore /var/lib/wangge/saved
        wangge doctor
        (wangge serve & echo $! >/tmp/pid; sleep 12; kill $(cat /tmp/pid)) 2>&1 | tail -n 3
        wangge db stop
        id -u wangge
        stat -c %U /var/lib/wangge/main
        stat -c %U /var/cache/wangge
        find /var/cache/wangge -user wangge -name '*.nbi' | grep -q . && echo compiled
        """,
    )
    assert said.rstrip().endswith("\nwangge\nwangge\ncompiled"), said
    assert "misplaced" in said, "the doctor told its checks"


@pytest.mark.slow
def test_installing_again_keeps_data_and_settings(bare):
    within(
        bare,
        """
        echo '# mine' >>/etc/wangge.env
        /srv/bundle/install.sh
        grep -q '# mine' /etc/wangge.env
        wangge db start --json | grep stopped
        wangge db stop
        """,
    )


@pytest.mark.slow
def test_a_damaged_bundle_is_refused(bare):
    within(bare, "cp -r /srv/bundle /srv/bad; echo x >>/srv/bad/LICENSE; ! /srv/bad/install.sh; rm -rf /srv/bad")
