#!/usr/bin/env bash
# Does the main job in a namespace that holds nothing but loopback. Run it inside `unshare -rn`:
# it fails if there is another interface, and if a packet to another machine gets out.
set -euo pipefail
cd "$(dirname "$0")/.."
others=$(tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' ' | grep -vx lo || true)
if [ -n "$others" ]; then
    echo "this namespace has a network: $others"
    exit 1
fi
python3 - <<'PY'
import fcntl, socket, struct, sys
# SIOCGIFFLAGS and SIOCSIFFLAGS: a new namespace has its loopback down.
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
    flags = struct.unpack("16sh", fcntl.ioctl(s, 0x8913, struct.pack("16sh", b"lo", 0)))[1]
    fcntl.ioctl(s, 0x8914, struct.pack("16sh", b"lo", flags | 1))
    try:
        s.connect(("192.0.2.1", 9))
        sys.exit("another machine can be reached from here")
    except OSError:
        pass
PY
python3 scripts/main_job.py
