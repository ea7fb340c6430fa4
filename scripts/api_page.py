#!/usr/bin/env python3
"""Runs the commands of docs/api.md, as they stand there, against the built appliance.

A command that is refused, or an answer without what the page promises, fails the run.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from appliance import ROOT, Appliance, binary, set_up

# What the answers must hold, in the order of the commands.
PROMISED = [
    '"objections":[{"id":"winter_range"',
    '"alias":"pan z Kii"',
    '"lines":[{',
    '"stage":"analysis"',
    '"human":true',
    '"value":"25000"',
    '"state":"answered"',
    "event: section",
    "event: end",
    '"source":"playbook"',
    '"reason":{',
    '"confidence":"H"',
    '"status":"completed"',
]


def commands(page):
    """The blocks for a shell, without the two lines that every reader fills in."""
    blocks = re.findall(r"```sh\n(.*?)```", page, re.S)
    text = "\n".join(blocks)
    return "\n".join(line for line in text.splitlines() if not re.match(r"(BASE|TOKEN)=", line))


def main():
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    script = "set -euo pipefail\n" + commands(page).replace("curl -sS", "curl -sS --fail-with-body")
    with tempfile.TemporaryDirectory() as data, Appliance(binary(), Path(data)) as appliance:
        person = set_up(appliance)
        settings = {
            **os.environ,
            "BASE": appliance.origin,
            "TOKEN": person.token("page"),
        }
        done = subprocess.run(
            ["bash", "-c", script], env=settings, capture_output=True, text=True, timeout=120
        )
    if done.returncode != 0:
        sys.exit(f"a command failed: {done.stderr}\n{done.stdout[-2000:]}")
    at = 0
    for promised in PROMISED:
        found = done.stdout.find(promised, at)
        if found < 0:
            sys.exit(f"{promised} is not answered where the page says so:\n{done.stdout}")
        at = found
    print(f"all commands of docs/api.md work; {len(PROMISED)} answers hold what they should")


if __name__ == "__main__":
    main()
