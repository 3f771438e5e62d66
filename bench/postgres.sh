#!/usr/bin/env bash
# Starts or stops a throw-away PostgreSQL from the installed binaries, with default durability (fsync on).
#
#   bench/postgres.sh start DIR    makes a server in DIR and prints its address
#   bench/postgres.sh stop DIR     stops it and removes DIR
#
# PostgreSQL refuses to run as root: there the server runs as `postgres`, or as `nobody`.
set -euo pipefail

usage() {
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
}
[ $# -eq 2 ] || usage

binaries=$(pg_config --bindir 2>/dev/null || true)
if [ ! -x "$binaries/initdb" ]; then
    for folder in /usr/lib/postgresql/*/bin; do
        [ -x "$folder/initdb" ] && binaries=$folder
    done
fi
[ -x "$binaries/initdb" ] || { echo "PostgreSQL is not installed: apt-get install postgresql" >&2; exit 1; }

folder=$2
as_owner() {
    if [ "$(id -u)" -eq 0 ]; then
        owner=nobody
        id postgres >/dev/null 2>&1 && owner=postgres
        setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
    else
        "$@"
    fi
}

case $1 in
start)
    mkdir -p "$folder"
    folder=$(cd "$folder" && pwd)
    if [ "$(id -u)" -eq 0 ]; then
        owner=nobody
        id postgres >/dev/null 2>&1 && owner=postgres
        chown "$owner" "$folder"
    fi
    cd "$folder"
    as_owner "$binaries/initdb" -D "$folder/cluster" -U muster -A trust -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log"
    # A free port: the first that nothing listens on.
    port=${MUSTER_BENCH_PORT:-55432}
    while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
        port=$((port + 1))
    done
    as_owner "$binaries/pg_ctl" -D "$folder/cluster" -l "$folder/server.log" -w \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder" start >/dev/null
    echo "postgres://muster@127.0.0.1:$port/postgres"
    ;;
stop)
    folder=$(cd "$folder" && pwd)
    cd "$folder"
    as_owner "$binaries/pg_ctl" -D "$folder/cluster" -m fast -w stop >/dev/null
    cd /
    rm -rf "$folder"
    ;;
*) usage ;;
esac
