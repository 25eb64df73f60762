#!/usr/bin/env bash
# Make the virtual environment with everything in it. Usage: setup.sh PYTHON VENV
# Bare Debian has Python without ensurepip: then the venv package is installed as root, or named.
set -euo pipefail
python=$1 venv=$2

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "setup: Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11" >&2; exit 2; }

if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
  else
    echo "setup: Python's venv module is missing; run: sudo apt-get install python3-venv" >&2; exit 2
  fi
fi

[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
[ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet uv
echo "setup: installing dependencies into $venv"
VIRTUAL_ENV=$PWD/$venv "$venv/bin/uv" pip install --quiet --compile-bytecode --constraint constraints.txt --group dev --group peers --editable .
# Bytecode once, here: where Python may not write it, each start would compile half a second's worth anew.
"$venv/bin/python" -m compileall -q fleet gtfs maas payments routing storage
echo "setup: done"
