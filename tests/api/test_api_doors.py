"""What a server has open is closed in order when it ends."""

from __future__ import annotations

import threading
import time
from copy import copy

from starlette.testclient import TestClient

from spatial_api.app import create_app


def test_who_writes_gives_the_connection_back_before_the_door_closes(api_settings, town, monkeypatch):
    begun, order = threading.Event(), []

    def forget(_session):
        begun.set()
        time.sleep(0.3)
        order.append("written")

    database = copy(town)
    dispose = database.dispose

    def close():
        order.append("closed")
        dispose()

    monkeypatch.setattr("spatial_api.doors.forget_changes", forget)
    monkeypatch.setattr(database, "dispose", close)
    with TestClient(create_app(api_settings, database), base_url="http://localhost"):
        assert begun.wait(10)
    assert order == ["written", "closed"]
