#!/bin/sh
# Install wangge on Debian 12 from this bundle, without a network. Run as root: ./install.sh
# Running it again with a newer bundle upgrades the program; data and settings stay.
set -eu
cd "$(dirname "$(readlink -f "$0")")"
[ "$(id -u)" -eq 0 ] || { echo 'Run this as root.' >&2; exit 1; }
. /etc/os-release
[ "${ID:-}" = debian ] && [ "${VERSION_ID:-}" = 12 ] || { echo "This bundle is for Debian 12, this is ${PRETTY_NAME:-unknown}." >&2; exit 1; }
[ "$(dpkg --print-architecture)" = amd64 ] || { echo 'This bundle is for amd64.' >&2; exit 1; }

echo 'Checking the bundle'
sha256sum --quiet --check SHA256SUMS

echo 'Debian packages'
# PostgreSQL would make and start a cluster of its own; ours is private.
mkdir -p /etc/postgresql-common
[ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/parts"
echo "deb [trusted=yes] file:$PWD/debs ./" >"$work/sources.list"
# From the bundle alone, whatever sources this machine has.
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts="$work/parts" \
    -o Dir::State::lists="$work/lists" -o APT::Sandbox::User=root -o Dpkg::Options::=--force-confold "$@"
}
apt update
apt install -y --no-install-recommends postgresql-15 postgresql-15-postgis-3 python3-venv util-linux adduser tzdata >/dev/null

echo 'The program'
getent passwd wangge >/dev/null || adduser --system --group --quiet --home /var/lib/wangge --no-create-home wangge
install -d -o wangge -g wangge -m 0750 /var/lib/wangge
# A new environment each time, put in the old one's place when it is whole.
rm -rf /opt/wangge.new
python3 -m venv /opt/wangge.new
/opt/wangge.new/bin/python -m pip install -qq --disable-pip-version-check --no-index --find-links wheels --require-hashes --no-deps -r requirements.runtime.lock
/opt/wangge.new/bin/python -m pip install -qq --disable-pip-version-check --no-index --no-deps wheels/wangge-*.whl
sed -i 's|/opt/wangge\.new|/opt/wangge|g' /opt/wangge.new/bin/wangge /opt/wangge.new/pyvenv.cfg
rm -rf /opt/wangge.old
[ ! -d /opt/wangge ] || mv /opt/wangge /opt/wangge.old
mv /opt/wangge.new /opt/wangge
rm -rf /opt/wangge.old
# Compiled now, so that nobody who divides a village waits for it; as the user who will read it.
rm -rf /var/cache/wangge
install -d -o wangge -g wangge -m 0750 /var/cache/wangge
setpriv --reuid=wangge --regid=wangge --init-groups env NUMBA_CACHE_DIR=/var/cache/wangge \
  /opt/wangge/bin/python -c 'from gridding.warm import warm_up; warm_up()'
install -m 0755 wangge /usr/local/bin/wangge
[ -e /etc/wangge.env ] || install -m 0644 wangge.env /etc/wangge.env
install -d /etc/systemd/system
install -m 0644 wangge.service wangge-db.service /etc/systemd/system/
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload
  echo 'Start it with: systemctl enable --now wangge'
else
  echo 'Start it with: wangge db start --migrate && wangge serve'
fi
