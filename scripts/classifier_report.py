#!/usr/bin/env python3
"""Measures the embedded classifier on the held-out part and writes docs/reports/classifier.md.

usage: scripts/classifier_report.py target/release/bigdecoder
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "models/corpus"
PREDICTIONS = ROOT / "models/classifier/predictions"
RIVALS = (
    ("keyword triggers", "keyword-triggers", (None, "pl", "en")),
    ("character n-grams, logistic regression", "character-n-grams", (None, "pl", "en")),
    ("MiniLM, linear head", "minilm", ("en",)),
)
COVERAGES = (0.7, 0.8, 0.9)
FIGURES = (
    ("rows", "n"), ("archetype, top-1 of answered", "archetype_top1"), ("… 95 % (Wilson)", "top1_interval"),
    ("archetype, top-3 of answered", "archetype_top3"), ("coverage", "coverage"),
    ("abstain recall", "abstain_recall"), ("ECE", "ece"), ("ECE, de-biased", "ece_debiased"),
    ("tags", "tags"), ("needs", "needs"), ("objections", "objections"), ("signals", "signals"),
    ("tone", "tone"), ("tone, within one step", "tone_within_one"), ("stage", "stage"), ("language", "language"),
)


def cell(value):
    if value is None:
        return "–"
    if isinstance(value, dict):
        return f"{value['micro_f1']:.3f} / {value['macro_f1']:.3f}"
    if isinstance(value, list):
        return f"{value[0]:.3f}–{value[1]:.3f}"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


class Report:
    def __init__(self, binary, folder):
        self.binary = binary
        self.utterances = self.joined("utterances", folder)
        self.sessions = self.joined("sessions", folder)

    @staticmethod
    def joined(kind, folder):
        lines = (CORPUS / "held-out.sha256").read_text().splitlines()
        files = [line.split("  ")[1] for line in lines if kind in line]
        path = Path(folder) / f"{kind}.jsonl"
        path.write_text("".join((CORPUS / file).read_text() for file in files))
        return path

    def eval(self, *arguments):
        run = subprocess.run([self.binary, "eval", *map(str, arguments), "--json"], check=True, capture_output=True, text=True)
        return json.loads(run.stdout)

    def figures(self):
        of = self.eval("classify", self.utterances)
        columns = [("both", of)] + sorted(of["by_lang"].items())
        rows = [[name] + [cell(f.get(key)) for _, f in columns] for name, key in FIGURES]
        return table(["micro / macro F1, or share"] + [name for name, _ in columns], rows)

    def of_sessions(self):
        of = self.eval("sessions", self.sessions)
        columns = [("both", of)] + sorted(of["by_lang"].items())
        names = ("n", "archetype_top1", "archetype_top3", "coverage", "abstain_recall", "tags")
        rows = [[name] + [cell(f.get(name)) for _, f in columns] for name in names]
        rows += [[f"slots, {name}"] + [cell(f["slots"].get(name)) for _, f in columns] for name in ("precision", "recall")]
        return table([""] + [name for name, _ in columns], rows)

    def rivals(self):
        rows, curves = [], {}
        for name, file, languages in RIVALS:
            for lang in languages:
                for coverage in COVERAGES:
                    arguments = ["compare", self.utterances, "--ours", PREDICTIONS / "model.jsonl", "--theirs", PREDICTIONS / f"{file}.jsonl", "--coverage", coverage]
                    of = self.eval(*arguments, *(["--lang", lang] if lang else []))
                    gap = of["gap"]
                    rows.append([name, lang or "both", str(of["n"]), f"{coverage:.1f}", cell(gap["ours"]), cell(gap["theirs"]), cell(gap["difference"]), cell(gap["interval"])])
                curves[f"{name}, {lang or 'both'}"] = of["theirs"]
                curves.setdefault(f"ours, {lang or 'both'}", of["ours"])
        steps = [f"{p['coverage']:.1f}" for p in next(iter(curves.values()))]
        curve = [[name] + [cell(p["top1"]) for p in points] for name, points in curves.items()]
        head = ["rival", "language", "rows", "coverage", "ours", "theirs", "difference", "95 % (bootstrap)"]
        return table(head, rows) + "\n" + table(["top-1 at coverage"] + steps, curve)

    def robust(self):
        of = self.eval("robust", self.utterances)
        names = ("answered_right", "top1", "coverage", "objections", "signals")
        rows = [["as written"] + [cell(of["plain"][n]) for n in names]]
        rows += [[d["how"]] + [cell(d["figures"][n]) for n in names] for d in of["disturbed"]]
        injection = of["injection"]
        said = f"An instruction appended to {injection['n']} answered texts left {injection['unchanged']} labels as they were; {injection['silenced']} fell silent.\n"
        return table(["", *names], rows) + "\n" + said


def main():
    with tempfile.TemporaryDirectory() as folder:
        report = Report(sys.argv[1], folder)
        parts = [
            "# The embedded classifier on the held-out part\n\nMade by `scripts/classifier_report.py`; nothing here was written by hand.\n",
            "## Utterances\n\n" + report.figures(),
            "## Sessions\n\n" + report.of_sessions(),
            "## Rivals at equal coverage\n\nAll rows with an archetype are ranked by how willing each model is to answer; the most willing share is scored. The difference is resampled 2,000 times over rows.\n\n" + report.rivals(),
            "## Disturbed\n\n`answered_right` is the share of all rows with an archetype that are answered and right.\n\n" + report.robust(),
        ]
    (ROOT / "docs/reports/classifier.md").write_text("\n".join(parts))


if __name__ == "__main__":
    main()
