#!/usr/bin/env python3
"""The main job from the set-up link to the export, over HTTP, against a built binary.

Set-up, a second seller, sign-in, a session, utterances until an archetype is named with its
evidence, the page that shows it, a strategy of every section, and an export whose sums are right,
on a chain that verifies. Prints one line of JSON; any step that fails ends it with status 1.
"""

import hashlib
import json
import sys
import tempfile
import time
from pathlib import Path

from appliance import (
    ADMIN,
    FIRST,
    ROOT,
    Appliance,
    Machine,
    Person,
    binary,
    set_up,
    tool,
    utterances,
)

PATIENCE_S = 60
SAID = 12


def check(holds, what):
    if not holds:
        sys.exit(f"the main job failed: {what}")


def visited(appliance):
    """A seller who has just signed in with the account of the set-up, and their new session."""
    set_up(appliance)
    check(Person(appliance).get("/sessions").status in (303, 401), "a stranger saw the sessions")
    admin = Person(appliance).sign_in(*ADMIN)
    check(admin.get("/users").status == 200, "IT does not see the accounts")
    seller = Person(appliance).sign_in(*FIRST)
    return seller, seller.open_session("Klientka z Piaseczna")


def analysed(machine, session):
    """Answers to what a client of the held-out batch says; each span is a part of the text."""
    answers = []
    for text in utterances(ROOT / "models/corpus/utterances/q.jsonl")[:SAID]:
        answer = machine.post("/api/analyze", {"session_id": session, "text": text})
        check(answer.status == 200, f"an utterance was refused: {answer.status}")
        answers.append(answer.json())
    named = [answer for answer in answers if answer["top"]]
    check(named, "no archetype was named")
    for answer in named:
        check(all(0 <= s["start"] < s["end"] <= len(answer["text"]) for s in answer["evidence"]), "a span")
    check(any(answer["evidence"] for answer in named), "no archetype has evidence")
    return answers, named


def strategy(machine, session):
    started = machine.post("/api/strategies", {"session_id": session})
    check(started.status == 202, f"no strategy was started: {started.status}")
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        view = machine.get(f"/api/strategies/{started.json()['id']}").json()
        if view["state"] == "complete":
            return view
        time.sleep(0.05)
    sys.exit(f"the strategy is {view['state']} after {PATIENCE_S} s")


def exported(program, data, out, said):
    """Rows of an export whose manifest is right and which holds everything that was said."""
    done = tool(program, data, "export", "--out", out)
    check(done.returncode == 0, f"the export: {done.stderr}")
    manifest = json.loads((out / "manifest.json").read_text())
    for file in manifest["files"]:
        bytes_ = (out / file["name"]).read_bytes()
        check(hashlib.sha256(bytes_).hexdigest() == file["sha256"], f"the sum of {file['name']}")
    written = (out / "conversations.jsonl").read_text()
    check(all(json.dumps(text, ensure_ascii=False)[1:-1] in written for text in said), "the words")
    verified = tool(program, data, "audit", "verify")
    check(verified.returncode == 0, f"the chain: {verified.stdout}{verified.stderr}")
    return sum(file["rows"] for file in manifest["files"])


def main():
    program = binary()
    with tempfile.TemporaryDirectory(prefix="bigdecoder-main-job-") as folder:
        data = Path(folder) / "data"
        with Appliance(program, data) as appliance:
            seller, session = visited(appliance)
            machine = Machine(appliance, seller.token("main job"))
            answers, named = analysed(machine, session)
            page = seller.must(seller.get(f"/sessions/{session}"), "the page").text()
            written = strategy(machine, session)
            check(len(written["sections"]) == 6, f"{len(written['sections'])} sections")
            panel = seller.must(seller.get(f"/sessions/{session}/strategy"), "the panel").text()
            check("<main" in page and "<main" in panel, "a page without its main part")
            check(appliance.stop() == 0, "it did not stop in order")
        said = [answer["text"] for answer in answers]
        rows = exported(program, data, Path(folder) / "export", said)
    top = named[-1]["top"]
    print(json.dumps({
        "profile": Path(program).parent.name,
        "utterances": len(answers),
        "archetypes_named": len(named),
        "archetype": top["archetype"],
        "evidence_spans": len(named[-1]["evidence"]),
        "sections": {section["key"]: section["source"]["source"] for section in written["sections"]},
        "rows_exported": rows,
    }))


if __name__ == "__main__":
    main()
