#!/usr/bin/env bash
# Make the offline bundle: everything that a Debian 12 without a network needs to run wangge. Called by `./run bundle`.
#   bundle.sh FOLDER    writes FOLDER/wangge-<version>.tar and its checksum
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
out=$(readlink -m "${1:?give a folder}")
python=.venv/bin/python
version=$($python -c 'from importlib.metadata import version; print(version("wangge"))')
name=wangge-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bundle=$work/$name
mkdir -p "$bundle"/{debs,wheels} "$work/apt/partial" "$out"

echo 'Debian packages' >&2
# With an empty list of what is installed, apt takes everything that is needed, whatever this machine has already.
: >"$work/status"
apt-get -qq -y --no-install-recommends --download-only \
  -o Dir::State::status="$work/status" -o Dir::Cache::archives="$work/apt" -o APT::Sandbox::User=root -o Debug::NoLocking=1 \
  install postgresql-15 postgresql-15-postgis-3 python3-venv util-linux adduser tzdata >/dev/null
mv "$work"/apt/*.deb "$bundle/debs/"
for deb in "$bundle"/debs/*.deb; do
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' \
    "$(basename "$deb")" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d' ' -f1)"
done >"$bundle/debs/Packages"

echo 'Python wheels' >&2
$python -m pip download -qq --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: \
  -r requirements.runtime.lock -d "$bundle/wheels"
$python -m pip wheel -qq --disable-pip-version-check --no-deps --no-build-isolation . -w "$bundle/wheels"

cp deploy/install.sh deploy/wangge deploy/wangge.service deploy/wangge-db.service deploy/wangge.env requirements.runtime.lock LICENSE "$bundle/"
(cd "$bundle" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
tar --sort=name --owner=0 --group=0 -C "$work" -cf "$out/$name.tar.partial" "$name"
mv "$out/$name.tar.partial" "$out/$name.tar"
(cd "$out" && sha256sum "$name.tar" >"$name.tar.sha256")
echo "$out/$name.tar"
