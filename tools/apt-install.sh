#!/bin/sh
# Install Debian packages, as root or through sudo; say what to do where neither is possible.
set -eu
if [ "$(id -u)" = 0 ]; then run=; elif command -v sudo >/dev/null; then run=sudo; else
    echo "These Debian packages are needed: $*. Ask an administrator: apt-get install $*" >&2
    exit 1
fi
echo "installing Debian packages: $*" >&2
$run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq --no-install-recommends "$@" >/dev/null
