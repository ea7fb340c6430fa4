#!/usr/bin/env python3
"""Agreement of a second reader with the authors of the held-out rows.

usage: scripts/agreement.py models/corpus/second-reader.jsonl models/corpus/utterances/*.jsonl
Prints, for each head, how often two careful people give the same label: the ceiling of any figure
that is measured against one of them.
"""
import json
import sys

SEVERAL = ("tags", "needs", "objections", "signals")


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def micro_f1(pairs):
    both = sum(len(a & b) for a, b in pairs)
    return 2 * both / sum(len(a) + len(b) for a, b in pairs)


def kappa(pairs):
    """Cohen's kappa of one label a row."""
    labels = {label for pair in pairs for label in pair}
    n = len(pairs)
    agreed = sum(a == b for a, b in pairs) / n
    chance = sum(
        sum(a == label for a, _ in pairs) * sum(b == label for _, b in pairs) / n**2
        for label in labels
    )
    return (agreed - chance) / (1 - chance)


def main():
    second, *files = sys.argv[1:]
    first = {row["id"]: row for file in files for row in rows(file)}
    pairs = [(first[row["id"]], row) for row in rows(second)]
    print(f"rows {len(pairs)}")
    sets = [(set(a["archetype"]), set(b["archetype"])) for a, b in pairs]
    both = [(a, b) for a, b in sets if a and b]
    print(f"archetype: one says none and so does the other {sum(bool(a) == bool(b) for a, b in sets) / len(sets):.3f}")
    print(f"archetype, where both give one: in common {sum(bool(a & b) for a, b in both) / len(both):.3f}")
    for head in SEVERAL:
        print(f"{head}: micro F1 {micro_f1([(set(a[head]), set(b[head])) for a, b in pairs]):.3f}")
    for head in ("tone", "stage"):
        labels = [(a[head], b[head]) for a, b in pairs]
        same = sum(a == b for a, b in labels) / len(labels)
        print(f"{head}: same {same:.3f}, kappa {kappa(labels):.3f}")


if __name__ == "__main__":
    main()
