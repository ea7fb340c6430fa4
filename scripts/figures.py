#!/usr/bin/env python3
"""Size, start and memory of the release binary, held to the limits of the specification."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MIB = 1 << 20
STARTS = 5
LIMITS = {"binary_mib": 80.0, "ready_ms": 1000.0, "rss_mib": 100.0}


def binary():
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return os.environ.get("BIGDECODER_BINARY") or str(target / "release" / "bigdecoder")


def start(program, data):
    """Milliseconds from the start to the first healthy answer, and MiB resident then."""
    since = time.monotonic()
    command = [program, "serve", "--listen", "127.0.0.1:0", "--data-dir", data]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=Path(data).parent
    )
    try:
        url = re.match(r"Listening on (\S+)", process.stdout.readline())[1]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/health", timeout=5) as answer:
            answer.read()
        ready = (time.monotonic() - since) * 1000
        status = Path(f"/proc/{process.pid}/status").read_text()
        return ready, int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def main():
    program = binary()
    with tempfile.TemporaryDirectory(prefix="bigdecoder-figures-") as folder:
        data = str(Path(folder) / "data")
        first = start(program, data)
        later = sorted(start(program, data) for _ in range(STARTS))
    figures = {
        "binary_mib": round(os.path.getsize(program) / MIB, 1),
        "first_start_ms": round(first[0]),
        "ready_ms": round(later[STARTS // 2][0]),
        "rss_mib": round(max(rss for _, rss in later), 1),
    }
    above = [key for key, limit in LIMITS.items() if figures[key] > limit]
    print(json.dumps({**figures, "limits": LIMITS, "above": above}))
    sys.exit(1 if above else 0)


if __name__ == "__main__":
    main()
