#!/usr/bin/env bash
# Starts the binary, asks for its health and stops it, without any network but loopback.
# Run it inside `unshare -n`: it fails if the namespace has another interface.
set -euo pipefail
binary="$1"
others=$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | grep -vx lo || true)
if [ -n "$others" ]; then
    echo "this namespace has a network: $others"
    exit 1
fi
python3 - <<'PY'
import fcntl, socket, struct
# SIOCGIFFLAGS and SIOCSIFFLAGS: a new namespace has its loopback down.
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    flags = struct.unpack("16sh", fcntl.ioctl(s, 0x8913, struct.pack("16sh", b"lo", 0)))[1]
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", flags | 1))
PY
dir=$(mktemp -d)
"$binary" serve --listen 127.0.0.1:0 --data-dir "$dir/data" >"$dir/out" 2>"$dir/log" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do
    url=$(sed -n 's/^Listening on \(http[^ ]*\).*/\1/p' "$dir/out")
    [ -n "$url" ] && break
    kill -0 "$server" || { cat "$dir/log"; exit 1; }
    sleep 0.1
done
[ -n "$url" ] || { echo "it did not say where it listens"; cat "$dir/log"; exit 1; }
python3 - "$url/health" <<'PY'
import sys, urllib.request
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(sys.argv[1], timeout=5) as answer:
    print(answer.status, answer.read().decode())
PY
kill -TERM "$server"
wait "$server"
