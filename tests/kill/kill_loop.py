#!/usr/bin/env python3
"""Kills the appliance while people write, and looks for anything that was acknowledged and is gone.

A cycle starts the binary on the folder that the last kill left behind. Writers, each with a
session and a kept connection of their own, open their session and note one utterance after the
other through the JSON API; a session and an utterance are acknowledged once the answer was read. When the
cycle has its least number of acknowledgements (100), a delay is drawn uniformly from an interval
(400 ms, many times a COMMIT), and the process is ended with SIGKILL when it is over. So no cycle
has to be thrown away for having too few, and within the interval, in which the writers never
pause, every moment is as likely as any other.

After each kill:
- a copy of the folder, write-ahead log and all, goes through `bigdecoder audit verify` and through
  SQLite's own checks, so that the folder itself is recovered by nothing but the next start;
- the appliance is started again on the folder, and every session of the cycle is read through the
  API: what was acknowledged must be there, and nothing twice. What is there without having been
  acknowledged was killed between its write and its acknowledgement; such cycles are counted.
At the end the appliance is stopped in order, and an export must hold every acknowledged utterance
of all cycles.

`--damage` spoils the folder after each kill, so that the loop must fail: to see that it can.

A killed process leaves the kernel's page cache behind: this shows that acknowledgements follow
the COMMIT and that recovery works, not that the disk keeps what it was told to sync.

Prints one line of JSON; the exit status is 1 if anything was lost, doubled, refused or broken.
"""

import argparse
import contextlib
import http.client
import json
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from appliance import Appliance, Machine, binary, circumstances, set_up, tool

# Not a word of it is a special category, so nothing of it is taken out before it is stored.
SENTENCE = "Pytam o bagażnik i o ładowanie, notatka numer {}."
NUMBER = re.compile(r"notatka numer (\d+)\.")
# A cycle that has not written enough after this long is a fault, not a slow machine.
PATIENCE_S = 120
# What a fault would leave behind: acknowledged rows that are gone, and an entry that was edited.
DAMAGE = {
    "rows": "delete from conversations where rowid in"
    " (select rowid from conversations where message_type = 'client' order by rowid desc limit 20)",
    "audit": "drop trigger audit_is_append_only_update;"
    " update audit set at_ms = at_ms + 1 where seq = (select max(seq) - 9 from audit)",
}


class Cycle:
    """The writers of one life of the appliance, and what they were told."""

    def __init__(self, appliance, token, count, numbers):
        self.appliance, self.token, self.numbers = appliance, token, numbers
        self.lock, self.grew = threading.Lock(), threading.Condition()
        # By session: numbers that were acknowledged, and the one that was under way at the end.
        self.acknowledged, self.unanswered = {}, {}
        self.refused, self.count = [], 0
        self.threads = [threading.Thread(target=self.write) for _ in range(count)]
        for thread in self.threads:
            thread.start()

    def write(self):
        machine = Machine(self.appliance, self.token)
        session, number = None, None
        try:
            session = self.open(machine)
            while session:
                number = self.next_number()
                document = {"session_id": session, "text": SENTENCE.format(number)}
                answer = machine.post("/api/analyze", document)
                if answer.status >= 400:
                    self.refused.append(answer.status)
                    return
                with self.grew:
                    self.acknowledged[session].append(number)
                    self.count += 1
                    self.grew.notify_all()
        except (OSError, http.client.HTTPException):
            # Sent or not, it was not acknowledged: it may be there or not.
            if session and number:
                self.unanswered[session] = number
        finally:
            machine.line.close()

    def open(self, machine):
        document = {"alias": "Kill loop", "profiling": True, "lang": "pl"}
        answer = machine.post("/api/sessions", document)
        if answer.status >= 400:
            self.refused.append(answer.status)
            return None
        session = answer.json()["id"]
        self.acknowledged[session] = []
        return session

    def next_number(self):
        with self.lock:
            return next(self.numbers)

    def wait_for(self, least):
        """Whether that many were acknowledged, in time and without a refusal."""
        with self.grew:
            return self.grew.wait_for(lambda: self.count >= least or self.refused, PATIENCE_S)

    def join(self):
        for thread in self.threads:
            thread.join()


def stored(machine, session):
    """Numbers of the utterances that a session holds; `None` if it is not there."""
    answer = machine.get(f"/api/sessions/{session}")
    if answer.status == 404:
        return None
    texts = [row["text"] for row in answer.json()["utterances"]]
    return [int(NUMBER.search(text)[1]) for text in texts]


def intact(program, data, folder):
    """Whether a copy of a killed folder holds a whole chain and sound databases."""
    copy = folder / "copy"
    shutil.copytree(data, copy)
    try:
        done = tool(program, copy, "audit", "verify")
        faults = [] if done.returncode == 0 else [done.stdout + done.stderr]
        for name in ("bigdecoder.db", "keys.db"):
            with contextlib.closing(sqlite3.connect(copy / name)) as database:
                faults += [row[0] for row in database.execute("pragma quick_check(1)") if row[0] != "ok"]
                faults += [str(row) for row in database.execute("pragma foreign_key_check")]
        print("\n".join(faults), end="", file=sys.stderr)
        return not faults
    finally:
        shutil.rmtree(copy)


def exported(program, data, out):
    """Numbers of the utterances in an export."""
    done = tool(program, data, "export", "--out", out)
    if done.returncode != 0:
        sys.exit(f"the export failed: {done.stdout}{done.stderr}")
    return [int(number) for number in NUMBER.findall((out / "conversations.jsonl").read_text())]


class Loop:
    """All cycles on one folder."""

    def __init__(self, asked, folder):
        self.asked, self.folder, self.data = asked, folder, folder / "data"
        self.program, self.chance = binary(), random.Random(asked.seed)
        self.numbers, self.acknowledged = iter(range(1, 10**9)), set()
        self.result = {
            "cycles": 0,
            "acknowledged": 0,
            "fewest_acknowledged_in_a_cycle": None,
            "cycles_killed_between_write_and_acknowledgement": 0,
            "stored_unacknowledged": 0,
            "unanswered": 0,
            "lost": 0,
            "doubled": 0,
            "chains_or_databases_broken": 0,
            "refused": 0,
            "slowest_restart_ms": 0,
        }
        self.delays = []

    def start(self):
        appliance = Appliance(self.program, self.data, lift_limits=True)
        restart = round((time.monotonic() - appliance.began) * 1000)
        self.result["slowest_restart_ms"] = max(self.result["slowest_restart_ms"], restart)
        return appliance

    def run(self):
        with self.start() as appliance:
            self.token = set_up(appliance).token("kill loop")
            appliance.stop()
        appliance = self.start()
        for _ in range(self.asked.cycles):
            cycle = self.killed(appliance)
            if self.asked.damage:
                with contextlib.closing(sqlite3.connect(self.data / "bigdecoder.db")) as database:
                    database.executescript(DAMAGE[self.asked.damage])
            broken = not intact(self.program, self.data, self.folder)
            self.result["chains_or_databases_broken"] += broken
            appliance = self.start()
            self.compare(cycle, Machine(appliance, self.token))
        self.result["exit"] = appliance.stop()
        found = exported(self.program, self.data, self.folder / "export")
        self.result["lost_in_the_export"] = len(self.acknowledged - set(found))
        self.result["acknowledged"] = len(self.acknowledged)

    def killed(self, appliance):
        """One life, ended while it is being written to."""
        cycle = Cycle(appliance, self.token, self.asked.writers, self.numbers)
        enough = cycle.wait_for(self.asked.least)
        delay = self.chance.uniform(0, self.asked.interval_ms / 1000)
        time.sleep(delay)
        appliance.kill()
        cycle.join()
        if not enough:
            sys.exit(f"only {cycle.count} utterances were acknowledged in {PATIENCE_S} s")
        self.delays.append(delay * 1000)
        return cycle

    def compare(self, cycle, machine):
        """Counts what was lost of a cycle, and what was stored without having been told so."""
        between = 0
        for session, acknowledged in cycle.acknowledged.items():
            found = stored(machine, session)
            if found is None:
                self.result["lost"] += 1 + len(acknowledged)
                continue
            self.result["lost"] += len(set(acknowledged) - set(found))
            self.result["doubled"] += len(found) - len(set(found))
            between += cycle.unanswered.get(session) in found
        result = self.result
        result["cycles"] += 1
        result["stored_unacknowledged"] += between
        result["cycles_killed_between_write_and_acknowledgement"] += between > 0
        result["unanswered"] += len(cycle.unanswered)
        result["refused"] += len(cycle.refused)
        fewest = result["fewest_acknowledged_in_a_cycle"]
        result["fewest_acknowledged_in_a_cycle"] = min(cycle.count, fewest or cycle.count)
        self.acknowledged.update(*cycle.acknowledged.values())
        machine.line.close()

    def tenths(self):
        """How many kills fell into each tenth of the interval."""
        tenth = self.asked.interval_ms / 10
        return [sum(int(delay / tenth) == n for delay in self.delays) for n in range(10)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cycles", type=int, default=50)
    arguments.add_argument("--writers", type=int, default=8)
    arguments.add_argument("--least", type=int, default=100, help="acknowledgements before a kill")
    arguments.add_argument("--interval-ms", type=int, default=400)
    arguments.add_argument("--seed", type=int, default=None)
    arguments.add_argument("--damage", choices=DAMAGE)
    asked = arguments.parse_args()
    if asked.seed is None:
        asked.seed = random.randrange(2**32)
    began, before = time.monotonic(), circumstances()
    with tempfile.TemporaryDirectory(prefix="bigdecoder-kill-") as folder:
        loop = Loop(asked, Path(folder))
        loop.run()
    result = loop.result
    result["kills_by_tenth_of_the_interval"] = loop.tenths()
    result["seconds"] = round(time.monotonic() - began)
    print(json.dumps({**result, "asked": vars(asked), "profile": Path(loop.program).parent.name, **before}))
    faults = ("lost", "lost_in_the_export", "doubled", "chains_or_databases_broken", "refused", "exit")
    sys.exit(1 if any(result[fault] for fault in faults) or result["cycles"] < asked.cycles else 0)


if __name__ == "__main__":
    main()
