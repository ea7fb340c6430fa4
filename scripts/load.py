#!/usr/bin/env python3
"""Ten sellers at work, and how long each answer takes.

Open loop: every seller acts at times fixed beforehand (every three seconds, the sellers evenly
apart), and an answer's time runs from the moment at which the action was due, so that a stall
counts for everybody who had to wait behind it. Each seller has a session with a history, watches
its live stream as the page does, and asks for compressed answers as browsers do. What clients say
comes from the held-out batch of the corpus, no text twice in a session.

Rate limits are not lifted. Prints one table and one line of JSON; the exit status is 1 if the
p99 of the pages is above its limit, or if anything was refused or stayed unanswered. A client that
woke up late, for which a row of its own stands, makes the figures worse and never better.
"""

import argparse
import collections
import json
import math
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

from appliance import (
    ADMIN,
    ROOT,
    Appliance,
    Line,
    Person,
    binary,
    circumstances,
    load_average,
    set_up,
    utterances,
)

PAGE_P99_MS = 50.0
# What sellers do, in parts of a hundred.
MIXTURE = {"page": 40, "record": 25, "preview": 20, "card": 5, "panel": 8, "strategy": 2}
# The kinds whose answer is what the seller reads: a page or its changed zones.
PAGES = ("page", "record", "card", "panel")
TABS = ("strategy", "language", "plan", "indicators")
HTMX = {"HX-Request": "true"}
GZIP = {"Accept-Encoding": "gzip"}
PASSWORD = "salon za rondem {:02} drzwi"
HELD_OUT = ROOT / "models/corpus/utterances/q.jsonl"
# Before the first action that counts, so that every stream is open and every page was read once.
SETTLE_S = 2.0


class Seller(threading.Thread):
    """One person with one session; acts when it is due."""

    def __init__(self, appliance, person, session, texts, actions):
        super().__init__(daemon=True)
        self.person, self.path, self.texts = person, f"/sessions/{session}", texts
        self.actions, self.taken, self.late, self.refused = actions, [], [], []
        self.watch = Watch(appliance, person.cookie, self.path)

    def run(self):
        for due, kind in self.actions:
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            # A seller who still waits for the last answer is not late: the appliance is.
            if wait > 0:
                self.late.append(time.monotonic() - due)
            answer = getattr(self, kind)()
            self.taken.append((kind, time.monotonic() - due))
            if answer.status >= 400:
                self.refused.append((kind, answer.status))

    def page(self):
        return self.person.get(self.path, GZIP)

    def record(self):
        fields = {"speaker": "client", "text": next(self.texts)}
        return self.person.post(f"{self.path}/utterances", fields, {**HTMX, **GZIP})

    def preview(self):
        words = next(self.texts).split()
        fields = {"speaker": "client", "text": " ".join(words[: max(3, len(words) // 2)])}
        return self.person.post(f"{self.path}/preview", fields, {**HTMX, **GZIP})

    def card(self):
        return self.person.post(f"{self.path}/card", {"act": "used"}, {**HTMX, **GZIP})

    def panel(self):
        tab = TABS[len(self.taken) % len(TABS)]
        return self.person.get(f"{self.path}/strategy?tab={tab}", GZIP)

    def strategy(self):
        return self.person.post(f"{self.path}/strategies", {}, GZIP)


class Watch(threading.Thread):
    """The live stream of a session, read as the open page reads it."""

    def __init__(self, appliance, cookie, path):
        super().__init__(daemon=True)
        self.line, self.path, self.cookie, self.events = Line(appliance, {}), path, cookie, 0
        self.start()

    def run(self):
        connection = self.line.connection
        headers = {"Cookie": self.cookie, "Accept": "text/event-stream"}
        try:
            connection.request("GET", f"{self.path}/live", None, headers)
            answer = connection.getresponse()
            for line in answer:
                self.events += line.startswith(b"id:")
        except OSError:
            # The appliance stops at the end of the run, and heartbeats come before a time-out.
            pass


def plan(chance, sellers, every_s, seconds):
    """For every seller the seconds after the start, and what is done then."""
    kinds, parts = zip(*MIXTURE.items())
    rounds = int(seconds / every_s)
    return [
        [(n * every_s + i * every_s / sellers, chance.choices(kinds, parts)[0]) for n in range(rounds)]
        for i in range(sellers)
    ]


def people(appliance, count):
    """The first seller and those whom IT adds, signed in."""
    first = set_up(appliance)
    admin = Person(appliance).sign_in(*ADMIN)
    sellers = [first]
    for n in range(1, count):
        name, password = f"Handlowiec {n:02}", PASSWORD.format(n)
        fields = {"name": name, "password": password, "role": "seller"}
        admin.must(admin.post("/users", fields), "adding a seller")
        sellers.append(Person(appliance).sign_in(name, password))
    return sellers


def shuffled(texts, chance):
    """Every text once, in an order of its own."""
    mine = list(texts)
    chance.shuffle(mine)
    return iter(mine)


def quantile(values, q):
    """Nearest rank: a value that was measured."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(q * len(ordered)) - 1)]


def summary(values_s):
    ms = [value * 1000 for value in values_s]
    figures = {f"p{round(q * 100)}": round(quantile(ms, q), 2) for q in (0.5, 0.95, 0.99)}
    return {"n": len(ms), **figures, "max": round(max(ms), 2)}


def work(appliance, asked, chance):
    texts = utterances(HELD_OUT)
    persons = people(appliance, asked.sellers)
    plans = plan(chance, asked.sellers, asked.every, asked.seconds)
    sellers = []
    for person, actions in zip(persons, plans):
        session, mine = person.open_session("Klient salonu"), shuffled(texts, chance)
        for _ in range(asked.history):
            fields = {"speaker": "client", "text": next(mine)}
            person.must(person.post(f"/sessions/{session}/utterances", fields), "an utterance")
            # Below the limit of requests a minute of one sign-in.
            time.sleep(0.65 if asked.history > 40 else 0)
        person.must(person.post(f"/sessions/{session}/strategies", {}), "a strategy")
        sellers.append(Seller(appliance, person, session, mine, actions))
    for seller in sellers:
        seller.person.must(seller.page(), "the page")
    return sellers


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--sellers", type=int, default=10)
    arguments.add_argument("--every", type=float, default=3.0, help="seconds between two actions")
    arguments.add_argument("--history", type=int, default=40, help="utterances before the start")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--nice", type=int, default=0, help="niceness of the appliance")
    asked = arguments.parse_args()
    chance = random.Random(asked.seed)
    prefix = ["nice", "-n", str(asked.nice)] if asked.nice else []
    with tempfile.TemporaryDirectory(prefix="bigdecoder-load-") as folder:
        with Appliance(binary(), Path(folder) / "data", prefix=prefix) as appliance:
            sellers = work(appliance, asked, chance)
            before, start = load_average(), time.monotonic() + SETTLE_S
            for seller in sellers:
                seller.actions = [(start + after, kind) for after, kind in seller.actions]
                seller.start()
            for seller in sellers:
                seller.join()
            resident = appliance.resident_mib()
            status = appliance.stop()
    sys.exit(report(asked, sellers, before, resident, status))


def report(asked, sellers, before, resident, status):
    """Prints what was measured; the exit status."""
    by_kind = collections.defaultdict(list)
    for seller in sellers:
        for kind, taken in seller.taken:
            by_kind[kind].append(taken)
    late = [late for seller in sellers for late in seller.late]
    rows = {kind: summary(by_kind[kind]) for kind in MIXTURE if by_kind[kind]}
    rows["pages"] = summary([taken for kind in PAGES for taken in by_kind[kind]])
    rows["all"] = summary([taken for values in by_kind.values() for taken in values])
    rows["client late"] = summary(late or [0.0])
    refused = [refusal for seller in sellers for refusal in seller.refused]
    events = min(seller.watch.events for seller in sellers)
    wrong = {
        "pages above the limit": rows["pages"]["p99"] > PAGE_P99_MS,
        "refused": bool(refused),
        "unanswered": any(len(seller.taken) < len(seller.actions) for seller in sellers),
        "a stream without events": events == 0,
        "exit status": status != 0,
    }
    print(f"{'ms':12}{'n':>6}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}")
    for kind, row in rows.items():
        print(f"{kind:12}{row['n']:6}" + "".join(f"{row[q]:9.2f}" for q in ("p50", "p95", "p99", "max")))
    found = {
        "ms": rows,
        "limit_pages_p99_ms": PAGE_P99_MS,
        "wrong": [name for name, is_so in wrong.items() if is_so],
        "refused": refused,
        "server_mib": round(resident, 1),
        "asked": vars(asked),
        "load_average_before": before,
        **circumstances(),
    }
    print(json.dumps(found))
    return 1 if found["wrong"] else 0


if __name__ == "__main__":
    main()
