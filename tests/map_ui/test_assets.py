"""Static files: one hash for all, unknown names and old versions refused; vendored libraries are the pinned ones."""

import json

import pytest

from map_ui import vendor
from map_ui.assets import Assets, load_assets

FILES = {"app/a.mjs": b"1", "app/page.css": b"2"}


def test_an_address_carries_the_version_and_leads_back_to_the_file():
    assets = Assets(FILES)
    assert assets.url("app/a.mjs") == f"/static/{assets.version}/app/a.mjs"
    asset = assets.find(assets.version, "app/a.mjs")
    assert asset is not None
    assert (asset.content, asset.media_type) == (b"1", "text/javascript; charset=utf-8")


@pytest.mark.parametrize("changed", [{"app/a.mjs": b"2"}, {"app/b.mjs": b"1"}, {"app/a.mjs": b"1", "app/b.mjs": b""}])
def test_any_change_gives_another_version(changed):
    assert Assets({"app/a.mjs": b"1"}).version != Assets(changed).version


def test_the_order_of_the_files_does_not_matter():
    assert Assets(FILES).version == Assets(dict(reversed(FILES.items()))).version


def test_another_version_is_not_answered():
    assert Assets(FILES).find("0" * 16, "app/a.mjs") is None


@pytest.mark.parametrize("name", ["", "app", "app/../app/a.mjs", "../pages.py", "/etc/passwd", "app/a.mjs/"])
def test_only_exact_names_are_files(name):
    assets = Assets(FILES)
    assert assets.find(assets.version, name) is None


def test_the_address_of_an_unknown_file_is_an_error():
    with pytest.raises(KeyError, match="nothing"):
        Assets(FILES).url("nothing.css")


def test_python_files_and_the_listing_are_not_served():
    names = load_assets().names
    assert "i18n/zh.json" in names
    assert [name for name in names if name.endswith((".py", "listing.json"))] == []


def test_every_library_comes_with_its_licence():
    names = load_assets().names
    assert [lib for lib in vendor.LIBRARIES if f"vendor/{lib.folder}/LICENSE.txt" not in names] == []


@pytest.fixture
def project(tmp_path):
    """A project with every library at version 1.0.0, each file holding its own name."""
    pins = {}
    for library in vendor.LIBRARIES:
        package = tmp_path / "node_modules" / library.package
        for name in (*library.files, library.licence):
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).write_text(name)
        (package / "package.json").write_text('{"version": "1.0.0"}')
        pins[library.package] = "1.0.0"
    (tmp_path / "package.json").write_text(json.dumps({"dependencies": pins}))
    return tmp_path


def test_copied_libraries_pass_the_check(project):
    target = project / "vendor"
    names = vendor.copy(project, target)
    vendor.check(target)
    assert "leaflet/leaflet.css" in names
    assert (target / "leaflet/leaflet.css").read_text() == "dist/leaflet.css"


def test_copying_again_removes_what_is_no_longer_wanted(project):
    target = project / "vendor"
    vendor.copy(project, target)
    (target / "old.js").write_text("")
    vendor.copy(project, target)
    assert not (target / "old.js").exists()


def test_an_unpinned_version_is_refused_and_nothing_replaced(project):
    target = project / "vendor"
    vendor.copy(project, target)
    (project / "node_modules/pbf/package.json").write_text('{"version": "2.0.0"}')
    (project / "node_modules/leaflet/package.json").unlink()
    with pytest.raises(vendor.VendorError) as caught:
        vendor.copy(project, target)
    assert caught.value.faults == [
        "leaflet: not installed; run `npm ci`",
        "pbf: 2.0.0 is installed, 1.0.0 is pinned",
    ]
    vendor.check(target)


def test_the_check_names_every_file_that_differs(project):
    target = project / "vendor"
    vendor.copy(project, target)
    (target / "leaflet/leaflet.js").write_text("changed")
    (target / "pbf/index.js").unlink()
    (target / "extra.js").write_text("")
    with pytest.raises(vendor.VendorError) as caught:
        vendor.check(target)
    assert caught.value.faults == [
        "pbf/index.js: missing",
        "extra.js: not in the listing",
        "leaflet/leaflet.js: changed",
    ]


def test_an_empty_folder_says_what_to_do(tmp_path):
    with pytest.raises(vendor.VendorError, match=r"python -m map_ui\.vendor"):
        vendor.check(tmp_path)
