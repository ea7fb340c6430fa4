#!/usr/bin/env python3
"""Kills the appliance at random moments and looks for anything that was acknowledged and is gone.

Each cycle starts the binary, lets several writers note utterances over HTTP, and ends the process
with SIGKILL after a time drawn uniformly. After the last kill `bigdecoder export` must hold every
acknowledged utterance, and `bigdecoder audit verify` must find the chain intact; both are also
asked after every cycle with `--check-each`. Prints one line of JSON; the exit status is 1 if
anything was lost.
"""

import argparse
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_S = 30
FORM = "application/x-www-form-urlencoded"
PASSWORD = "salon przy lesie 27"
# Not a word of it is a special category, so nothing of it is taken out before it is stored.
SENTENCE = "Pytam o bagażnik i o ładowanie, notatka numer {}."


def binary():
    given = os.environ.get("BIGDECODER_BINARY")
    if given:
        return given
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for profile in ("release", "debug"):
        if (target / profile / "bigdecoder").exists():
            return str(target / profile / "bigdecoder")
    sys.exit("there is no binary: run `cargo build` first")


class Appliance:
    """One life of the process."""

    def __init__(self, program, data):
        self.log = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            [program, "serve", "--listen", "127.0.0.1:0", "--data-dir", data],
            env={**os.environ, "BIGDECODER_LIFT_LIMITS": "true"},
            cwd=Path(data).parent,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.setup = None
        watchdog = threading.Timer(START_S, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        found = re.match(r"Listening on http://([\d.]+):(\d+)", line)
        if not found:
            self.log.seek(0)
            sys.exit(f"the appliance did not start: {line}\n{self.log.read()}")
        self.host, self.port = found[1], int(found[2])

    def setup_key(self):
        return re.search(r"key=(\S+)", self.process.stdout.readline())[1]

    def post(self, path, fields, cookie=None):
        """Status, cookie and location of a form that is sent as the page would send it."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        origin = f"http://{self.host}:{self.port}"
        headers = {"Content-Type": FORM, "Origin": origin, "Sec-Fetch-Site": "same-origin"}
        if cookie:
            headers["Cookie"] = cookie
        try:
            connection.request("POST", path, urllib.parse.urlencode(fields), headers)
            answer = connection.getresponse()
            answer.read()
            cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
            return answer.status, cookie, answer.getheader("Location") or ""
        finally:
            connection.close()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


class Writers:
    """Several people who note utterances until the appliance is gone."""

    def __init__(self, appliance, cookie, session, count, numbers):
        self.appliance, self.cookie = appliance, cookie
        self.path = f"/sessions/{session}/utterances"
        self.numbers = numbers
        self.acknowledged, self.unanswered, self.refused = [], [], []
        self.threads = [threading.Thread(target=self.write) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def write(self):
        while True:
            number = next(self.numbers)
            fields = {"speaker": "client", "role": "client", "text": SENTENCE.format(number)}
            try:
                status, _, _ = self.appliance.post(self.path, fields, self.cookie)
            except (OSError, http.client.HTTPException):
                # Sent or not, it was not acknowledged: it may be there or not.
                self.unanswered.append(number)
                return
            if status < 400:
                self.acknowledged.append(number)
            else:
                self.refused.append(status)
                return

    def join(self):
        for thread in self.threads:
            thread.join()


class Numbers:
    """Counts for many threads."""

    def __init__(self):
        self.value, self.lock = 0, threading.Lock()

    def __next__(self):
        with self.lock:
            self.value += 1
            return self.value


def set_up(appliance):
    fields = {
        "key": appliance.setup_key(),
        "name": "Anna",
        "password": PASSWORD,
        "role": "seller",
        "admin_name": "Informatyk",
        "admin_password": "serwer pod schodami 31",
    }
    status, cookie, _ = appliance.post("/setup", fields)
    if status >= 400 or not cookie:
        sys.exit(f"set-up was refused: {status}")
    return cookie


def open_session(appliance, cookie):
    fields = {"alias": "Kill loop", "profiling": "on", "lang": "pl"}
    status, _, location = appliance.post("/sessions", fields, cookie)
    found = re.search(r"/sessions/([0-9a-f-]{36})", location)
    if not found:
        sys.exit(f"no session was opened: {status} {location}")
    return found[1]


def stored(program, data, out):
    """Numbers of the notes in an export."""
    command = [program, "export", "--out", str(out), "--data-dir", data]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=Path(data).parent)
    text = "".join(file.read_text() for file in Path(out).glob("*.jsonl"))
    return {int(number) for number in re.findall(r"notatka numer (\d+)\.", text)}


def intact(program, data):
    command = [program, "audit", "verify", "--data-dir", data]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(data).parent)
    if done.returncode != 0:
        print(done.stdout + done.stderr, file=sys.stderr)
    return done.returncode == 0


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cycles", type=int, default=50)
    arguments.add_argument("--writers", type=int, default=4)
    arguments.add_argument("--longest-ms", type=int, default=800)
    arguments.add_argument("--seed", type=int, default=None)
    arguments.add_argument("--check-each", action="store_true")
    asked = arguments.parse_args()
    seed = asked.seed if asked.seed is not None else random.randrange(2**32)
    chance = random.Random(seed)
    program = binary()
    result = {"seed": seed, "cycles": asked.cycles, "acknowledged": 0, "unanswered": 0,
              "kills_between_write_and_acknowledgement": 0, "stored_unacknowledged": 0,
              "lost": 0, "chain_broken": 0, "refused": 0, "slowest_restart_ms": 0}
    with tempfile.TemporaryDirectory(prefix="bigdecoder-kill-") as folder:
        data = str(Path(folder) / "data")
        appliance = Appliance(program, data)
        cookie = set_up(appliance)
        session = open_session(appliance, cookie)
        numbers, acknowledged, unanswered = Numbers(), set(), []
        for cycle in range(asked.cycles):
            writers = Writers(appliance, cookie, session, asked.writers, numbers)
            time.sleep(chance.uniform(0, asked.longest_ms / 1000))
            appliance.kill()
            writers.join()
            acknowledged.update(writers.acknowledged)
            unanswered.append(set(writers.unanswered))
            result["refused"] += len(writers.refused)
            if asked.check_each or cycle + 1 == asked.cycles:
                found = stored(program, data, Path(folder) / f"export-{cycle}")
                result["lost"] += len(acknowledged - found)
                result["chain_broken"] += not intact(program, data)
            since = time.monotonic()
            appliance = Appliance(program, data)
            restart = round((time.monotonic() - since) * 1000)
            result["slowest_restart_ms"] = max(result["slowest_restart_ms"], restart)
        result["exit"] = appliance.stop()
        # What was stored and never answered was killed after the write and before the answer.
        between = [numbers & found for numbers in unanswered]
        result["kills_between_write_and_acknowledgement"] = sum(map(bool, between))
        result["stored_unacknowledged"] = sum(map(len, between))
        result["acknowledged"] = len(acknowledged)
        result["unanswered"] = sum(map(len, unanswered))
    print(json.dumps(result))
    wrong = result["lost"] or result["chain_broken"] or result["refused"] or result["exit"]
    sys.exit(1 if wrong or not result["acknowledged"] else 0)


if __name__ == "__main__":
    main()
