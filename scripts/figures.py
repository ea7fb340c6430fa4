#!/usr/bin/env python3
"""Size, start and memory of the binary, held to the limits of the specification (section 10).

The embedded writer does not exist yet. A GGUF of random weights, made by `bigdecoder model tiny`,
stands in for it in the worker, so the worker's memory is a floor of what it will be. The
specification takes memory ten minutes after the first strategy: `--wait-s 600` does, and without
it memory is taken at once.

Prints one table and one line of JSON; the exit status is 1 if a figure is above its limit.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from appliance import (
    FIRST,
    ROOT,
    Appliance,
    Line,
    Machine,
    Person,
    binary,
    circumstances,
    resident_mib,
    set_up,
    tool,
    utterances,
)

MIB = 1 << 20
STARTS = 9
PATIENCE_S = 120
SAID = 8
# A morning in a showroom: each sign-in hashes a password in 19 MiB.
SIGN_INS = 10
LIMITS = {"binary_mib": 80.0, "ready_ms": 1000.0, "server_at_start_mib": 100.0, "together_mib": 200.0}
# Of every figure: what it is.
MEANING = {
    "binary_mib": "the binary with its embedded models",
    "first_ready_ms": "first start, which makes keys, schema and knowledge, to a healthy answer",
    "ready_ms": "start to a healthy answer, median of the later starts",
    "slowest_ready_ms": "the slowest of those",
    "server_at_start_mib": "memory of the server then, the largest of those",
    "first_section_ms": "a strategy asked for, to its first section by a playbook",
    "server_mib": "memory of the server after ten sign-ins, a strategy by the worker, and the wait",
    "worker_mib": "memory of the worker then",
    "together_mib": "both",
}


def health(appliance):
    line = Line(appliance, {})
    answer = line.ask("GET", "/health")
    line.close()
    if answer.status != 200:
        sys.exit(f"the appliance is not healthy: {answer.status} {answer.text()}")
    return answer.json()


def start(program, data):
    """Milliseconds from the start to a healthy answer, and MiB resident then."""
    with Appliance(program, data) as appliance:
        health(appliance)
        ready = (time.monotonic() - appliance.began) * 1000
        resident = appliance.resident_mib()
        appliance.stop()
        return ready, resident


def until(what, check):
    """The first answer of `check` that is not empty."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(0.005)
    sys.exit(f"{what} did not happen within {PATIENCE_S} s")


class Visit:
    """A seller with a client who has said enough for a strategy."""

    def __init__(self, appliance):
        person = set_up(appliance)
        self.machine = Machine(appliance, person.token("figures"))
        self.session = person.open_session("Pierwszy klient")
        for text in utterances(ROOT / "models/corpus/utterances/q.jsonl")[:SAID]:
            document = {"session_id": self.session, "text": text}
            person.must(self.machine.post("/api/analyze", document), "an utterance")

    def ask(self):
        answer = self.machine.post("/api/strategies", {"session_id": self.session})
        self.strategy = answer.json()["id"]

    def view(self):
        return self.machine.get(f"/api/strategies/{self.strategy}").json()

    def sections(self):
        return self.view()["sections"]

    def done(self):
        return self.view()["state"] not in ("queued", "running")


def first_section(program, data):
    """Milliseconds from asking for a strategy until its first section can be read."""
    with Appliance(program, data, lift_limits=True) as appliance:
        visit = Visit(appliance)
        since = time.monotonic()
        visit.ask()
        until("a section", visit.sections)
        taken = (time.monotonic() - since) * 1000
        until("the strategy", visit.done)
        appliance.stop()
        return taken


def memory(program, data, model, wait_s):
    """MiB of server and worker, some time after a first strategy that the worker was asked for."""
    with Appliance(program, data, model=model, lift_limits=True) as appliance:
        visit = Visit(appliance)
        for _ in range(SIGN_INS):
            Person(appliance).sign_in(*FIRST).line.close()
        until("a ready worker", lambda: all(w["state"] == "ready" for w in health(appliance)["writers"]))
        visit.ask()
        until("the strategy", visit.done)
        written = sum(section["source"]["source"] == "model" for section in visit.sections())
        time.sleep(wait_s)
        workers = appliance.workers()
        if len(workers) != 1:
            sys.exit(f"there are {len(workers)} workers instead of one:\n{appliance.told()}")
        server, worker = appliance.resident_mib(), resident_mib(workers[0])
        appliance.stop()
        return server, worker, written


def measured(program, folder, wait_s):
    model = folder / "tiny.gguf"
    made = tool(program, folder / "none", "model", "tiny", model)
    if made.returncode != 0:
        sys.exit(f"no model was made: {made.stderr}")
    first, _ = start(program, folder / "starts")
    starts = sorted(start(program, folder / "starts") for _ in range(STARTS))
    section = first_section(program, folder / "playbook")
    server, worker, written = memory(program, folder / "worker", model, wait_s)
    figures = {
        "binary_mib": os.path.getsize(program) / MIB,
        "first_ready_ms": first,
        "ready_ms": starts[STARTS // 2][0],
        "slowest_ready_ms": starts[-1][0],
        "server_at_start_mib": max(resident for _, resident in starts),
        "first_section_ms": section,
        "server_mib": server,
        "worker_mib": worker,
        "together_mib": server + worker,
    }
    return {key: round(value, 1) for key, value in figures.items()}, written


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--wait-s", type=int, default=0, help="between strategy and memory")
    asked = arguments.parse_args()
    program, before = binary(["release"]), circumstances()
    with tempfile.TemporaryDirectory(prefix="bigdecoder-figures-") as folder:
        figures, written = measured(program, Path(folder), asked.wait_s)
    for key, value in figures.items():
        limit = f"≤ {LIMITS[key]:g}" if key in LIMITS else ""
        print(f"{key:20}{value:9.1f}  {limit:8}  {MEANING[key]}")
    above = [key for key, limit in LIMITS.items() if figures[key] > limit]
    found = {**figures, "sections_by_the_worker": written, "limits": LIMITS, "above": above}
    print(json.dumps({**found, "wait_s": asked.wait_s, **before}))
    sys.exit(1 if above else 0)


if __name__ == "__main__":
    main()
