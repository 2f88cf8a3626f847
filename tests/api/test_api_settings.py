"""The server's settings: documented, read from the environment, checked, and obeyed."""

from __future__ import annotations

from copy import copy

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from spatial_api.app import create_app
from spatial_api.settings import Settings


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(f"WANGGE_{name.upper()}", raising=False)


def test_every_setting_says_what_it_is():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_it_listens_to_this_machine_only_unless_told_otherwise():
    settings = Settings()
    assert (settings.host, settings.port, settings.allowed_hosts) == ("127.0.0.1", 8000, ())


def test_hosts_come_as_a_list_with_commas(monkeypatch):
    monkeypatch.setenv("WANGGE_ALLOWED_HOSTS", " Grid.Example.CN , 10.0.0.5,")
    assert Settings().allowed_hosts == ("grid.example.cn", "10.0.0.5")


@pytest.mark.parametrize(("name", "value"), [("PORT", "70000"), ("LOG_LEVEL", "loud"), ("READ_POOL_SIZE", "0")])
def test_wrong_values_are_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"WANGGE_{name}", value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


def test_settings_do_not_change_under_a_running_server():
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1


def test_an_allowed_host_is_answered(api_settings, town):
    named = api_settings.model_copy(update={"allowed_hosts": ("grid.example.cn",)})
    with TestClient(create_app(named, copy(town)), base_url="http://grid.example.cn:8000") as client:
        assert client.get("/health").status_code == 200
        assert client.get("/health", headers={"host": "other.example.cn"}).status_code == 421
