"""The appliance as the scripts use it: one life of its process, and the people and machines that
talk to it over loopback.

Must not know what is measured or checked with it. Standard library only, and never another
address than 127.0.0.1.
"""

import datetime
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# A debug binary on a busy machine takes seconds.
START_S = 60
STOP_S = 30
ANSWER_S = 30
# Less than the appliance waits for the next request of a connection.
IDLE_S = 4
FORM = "application/x-www-form-urlencoded"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
# What the set-up makes: IT, and the first who sells.
ADMIN = ("Informatyk", "serwer pod schodami 31")
FIRST = ("Anna", "salon przy lesie 27")
# Flags of the processor that the models' kernels can use.
FLAGS = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "asimd", "asimddp")


def binary(profiles=("release", "debug")):
    """The program to run: `BIGDECODER_BINARY`, or the first of these profiles that was built."""
    given = os.environ.get("BIGDECODER_BINARY")
    if given:
        return str(Path(given).resolve())
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    for profile in profiles:
        program = target / profile / "bigdecoder"
        if program.exists():
            return str(program.resolve())
    sys.exit(f"there is no {' or '.join(profiles)} binary: run `cargo build` first")


class Appliance:
    """One life of the process."""

    def __init__(self, program, data, model=None, lift_limits=False, prefix=()):
        settings = {"BIGDECODER_LIFT_LIMITS": "true"} if lift_limits else {}
        if model:
            settings["BIGDECODER_MODEL_PATH"] = str(model)
        self.log = tempfile.TemporaryFile(mode="w+")
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*prefix, program, "serve", "--listen", "127.0.0.1:0", "--data-dir", str(data)],
            env={**os.environ, **settings},
            cwd=Path(data).parent,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        watchdog = threading.Timer(START_S, self.process.kill)
        watchdog.start()
        line = self.process.stdout.readline()
        watchdog.cancel()
        found = re.match(r"Listening on http://(127\.0\.0\.1):(\d+)", line)
        if not found:
            self.process.kill()
            self.process.wait()
            sys.exit(f"the appliance did not start: {line}\n{self.told()}")
        self.host, self.port = found[1], int(found[2])
        self.origin = f"http://{self.host}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def setup_key(self):
        """The secret of the set-up link, which only a fresh appliance prints."""
        return re.search(r"key=(\S+)", self.process.stdout.readline())[1]

    def told(self):
        """What it has logged."""
        self.log.seek(0)
        return self.log.read()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Ends it in order; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=STOP_S)

    def resident_mib(self):
        return resident_mib(self.process.pid)

    def workers(self):
        """Process ids of its children: the model worker, if a model is configured."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        return [int(pid) for file in tasks for pid in file.read_text().split()]


def resident_mib(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


class Answer:
    """Status, headers and text of an answer."""

    def __init__(self, answer, body):
        self.status, self.headers, self.bytes = answer.status, answer.headers, body

    def text(self):
        return self.bytes.decode()

    def json(self):
        return json.loads(self.bytes)


class Line:
    """A connection that is kept while it is used; a person's browser or a machine has one.

    The appliance ends a connection that is idle for five seconds. A request never goes out on one
    that may have ended, since a request that failed could not be told from one that was done.
    """

    def __init__(self, appliance, headers):
        self.appliance, self.headers = appliance, headers
        self.connection = http.client.HTTPConnection(
            appliance.host, appliance.port, timeout=ANSWER_S
        )
        self.used = time.monotonic()

    def ask(self, method, path, body=None, headers=None):
        if time.monotonic() - self.used > IDLE_S:
            self.connection.close()
        try:
            return self.answer(method, path, body, headers)
        finally:
            self.used = time.monotonic()

    def answer(self, method, path, body, headers):
        self.connection.request(method, path, body, {**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        return Answer(answer, answer.read())

    def close(self):
        self.connection.close()


class Person:
    """Somebody at a browser: forms, a cookie, and the headers that a browser adds."""

    def __init__(self, appliance, cookie=None):
        self.appliance, self.cookie = appliance, cookie
        headers = {"Accept-Language": "pl", "Sec-Fetch-Site": "same-origin"}
        self.line = Line(appliance, headers)

    def get(self, path, headers=None):
        return self.line.ask("GET", path, None, self.with_cookie(headers))

    def post(self, path, fields, headers=None):
        sent = {"Content-Type": FORM, "Origin": self.appliance.origin, **(headers or {})}
        body = urllib.parse.urlencode(fields)
        answer = self.line.ask("POST", path, body, self.with_cookie(sent))
        given = answer.headers.get("Set-Cookie")
        if given:
            self.cookie = given.split(";")[0]
        return answer

    def with_cookie(self, headers):
        return {**({"Cookie": self.cookie} if self.cookie else {}), **(headers or {})}

    def must(self, answer, doing):
        """The answer, unless it is a refusal."""
        if answer.status >= 400:
            sys.exit(f"{doing} was refused: {answer.status}\n{self.appliance.told()[-2000:]}")
        return answer

    def sign_in(self, name, password):
        self.must(self.post("/login", {"name": name, "password": password}), f"sign-in as {name}")
        return self

    def open_session(self, alias):
        """The id of a new session of a client who may be profiled."""
        fields = {"alias": alias, "profiling": "on", "lang": "pl"}
        answer = self.must(self.post("/sessions", fields), "opening a session")
        return re.search(f"/sessions/({UUID})", answer.headers["Location"])[1]

    def token(self, name):
        """A bearer token of this person's own."""
        page = self.must(self.post("/account/tokens", {"name": name}), "a token").text()
        return re.search(r'<p class="code block">([0-9a-f]{64})</p>', page)[1]


class Machine:
    """A client of the JSON API."""

    def __init__(self, appliance, token):
        self.line = Line(appliance, {"Authorization": f"Bearer {token}"})

    def get(self, path):
        return self.line.ask("GET", path)

    def post(self, path, document):
        kind = {"Content-Type": "application/json"}
        return self.line.ask("POST", path, json.dumps(document), kind)


def set_up(appliance, role="seller"):
    """Follows the set-up link; the first person, signed in."""
    person = Person(appliance)
    fields = {
        "key": appliance.setup_key(),
        "name": FIRST[0],
        "password": FIRST[1],
        "role": role,
        "admin_name": ADMIN[0],
        "admin_password": ADMIN[1],
    }
    person.must(person.post("/setup", fields), "set-up")
    if not person.cookie:
        sys.exit("set-up signed nobody in")
    return person


def utterances(path):
    """What clients say in a file of the corpus."""
    rows = map(json.loads, Path(path).read_text().splitlines())
    return [row["text"] for row in rows if row.get("role", "client") == "client"]


def tool(program, data, *arguments):
    """Runs a command of the binary on a data folder that nobody serves."""
    command = [program, *map(str, arguments), "--data-dir", str(data)]
    return subprocess.run(command, capture_output=True, text=True, cwd=Path(data).parent)


def circumstances():
    """What a figure depends on beside the program: machine, load, date and commit."""
    cpu = Path("/proc/cpuinfo").read_text()
    model = re.search(r"^(?:model name|CPU part)\s*:\s*(.+)$", cpu, re.M)
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", cpu, re.M)
    known = flags[1].split() if flags else []
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT
    )
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        # Of another binary nothing is known.
        "commit": None if "BIGDECODER_BINARY" in os.environ else commit.stdout.strip() or None,
        "cpu": model[1].strip() if model else None,
        "cores": os.cpu_count(),
        "flags": [flag for flag in FLAGS if flag in known],
        "niceness": os.nice(0),
        "load_average": load_average(),
    }


def load_average():
    return [round(value, 2) for value in os.getloadavg()]
