#!/bin/sh
# Builds the sandbox image from the distribution's own packages, for machines that cannot pull python:3.12-slim.
#
#   sandbox/debian.sh IMAGE_TAG        (as root; needs docker and debootstrap)
#
# Two layers: a slow one with the packages (tagged by a hash of everything that goes into it, so it is made
# once), and the quick one of sandbox/Dockerfile with our own files. CODEX_SANDBOX_PACKAGES adds packages
# ("python3-numpy libpq-dev") for projects whose dependencies an offline machine cannot install.
set -eu

tag=${1:?usage: sandbox/debian.sh IMAGE_TAG}
here=$(cd "$(dirname "$0")" && pwd)
say() { echo "sandbox image: $*" >&2; }
fail() { say "$*"; exit 1; }

# pytest and what a project's own pytest options most often need, compiler and headers for common wheels,
# and the build backends: nothing a project would import at run time, so that a forgotten dependency shows.
packages="ca-certificates git gcc g++ make pkg-config libc6-dev libffi-dev libssl-dev zlib1g-dev
python3 python3-dev python3-venv python3-pip
python3-pytest python3-pytest-asyncio python3-pytest-cov python3-pytest-mock python3-pytest-subtests
python3-pytest-timeout python3-pytest-xdist python3-hypothesis
python3-setuptools python3-setuptools-scm python3-wheel python3-hatchling python3-hatch-vcs flit
python3-poetry-core python3-pdm-pep517 ${CODEX_SANDBOX_PACKAGES:-}"

suite=$(. /etc/os-release && [ "$ID" = debian ] && echo "${VERSION_CODENAME:-}") || true
[ -n "$suite" ] || fail "only Debian can be the source of packages; build sandbox/Dockerfile where images can be pulled"
mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $suite" 'Component: main' 'Identifier: Packages' | head -n 1)

recipe=$(echo "1 $suite $(uname -m)" $packages | sha256sum | cut -c 1-12)
base=codex-sandbox-base:$recipe

build_base() {
  [ "$(id -u)" = 0 ] || fail 'debootstrap needs root: run this as root'
  command -v debootstrap >/dev/null || fail 'debootstrap is missing: apt-get install debootstrap'
  root=$(mktemp -d /var/tmp/codex-sandbox.XXXXXX)
  trap 'rm -rf "$root"' EXIT
  trap 'exit 130' INT TERM
  say "installing $(echo $packages | wc -w) packages of Debian $suite (about two minutes, once)"
  list=$(echo $packages | tr ' ' ',')
  debootstrap --variant=minbase --include="$list" "$suite" "$root/root" ${mirror:+"$mirror"} >"$root/log" 2>&1 ||
    { tail -n 5 "$root/log" "$root/root/debootstrap/debootstrap.log" >&2 2>/dev/null; fail 'debootstrap failed'; }
  say 'loading them into Docker'
  tar -C "$root/root" --exclude='./var/cache/apt/*' --exclude='./var/lib/apt/lists/*' --exclude='./dev/*' \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' \
    --exclude='./usr/share/info/*' --exclude='./usr/lib/*/libpython3*.a' --exclude='*/config-3*/libpython3*.a' -c . |
    docker import --change 'ENV LANG=C.UTF-8' - "$base" >/dev/null
}

docker image inspect "$base" >/dev/null 2>&1 || build_base
say "adding Codex's runner"
docker build -q --build-arg BASE="$base" --build-arg TOOLS=present -t "$tag" "$here" >/dev/null
say "$tag is ready"
