#!/usr/bin/env python3
"""Writes metrics.json: what scikit-learn, torchmetrics, sacreBLEU and jiwer make of made-up predictions.

    pip install scikit-learn torchmetrics sacrebleu jiwer torch
    python3 make_metrics.py
"""
import json
import pathlib

import jiwer
import numpy as np
import sacrebleu
import sklearn.metrics as sk
import torch
import torchmetrics.classification as tc
import torchmetrics.text as tt

rng = np.random.default_rng(7)


def classes():
    """Six classes: 4 is never predicted, 5 is neither predicted nor true."""
    scores = rng.normal(size=(60, 6)).round(2)
    scores[:, 4:] -= 9
    truth = rng.integers(0, 5, size=60)
    scores[np.arange(0, 60, 2), truth[::2] % 4] += 2
    predicted = scores.argmax(1)
    expected = {"accuracy": sk.accuracy_score(truth, predicted)}
    for k in (1, 2, 3):
        expected[f"top{k}"] = sk.top_k_accuracy_score(truth, scores, k=k, labels=list(range(6)))
    for average in ("micro", "macro", "weighted"):
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            expected[f"{name}.{average}"] = score(truth, predicted, average=average, zero_division=0)
    torch_f1 = tc.MulticlassF1Score(6, average="macro")(torch.tensor(predicted), torch.tensor(truth))
    assert abs(float(torch_f1) - expected["f1.macro"]) < 1e-6
    expected["confusion"] = sk.confusion_matrix(truth, predicted, labels=list(range(6))).tolist()
    return {"scores": scores.tolist(), "truth": truth.tolist(), "expected": expected}


def ranking():
    """With ties; two classes, and three as logits."""
    scores = (rng.random(50) * 8).round() / 8
    truth = (rng.random(50) + scores > 1).astype(int)
    logits = rng.normal(size=(40, 3)).round(2)
    labels = rng.integers(0, 3, size=40)
    probabilities = torch.tensor(logits).softmax(1)
    many = tc.MulticlassAUROC(3, average="macro", thresholds=None)(probabilities, torch.tensor(labels))
    one_hot = np.eye(3)[labels]
    return {
        "scores": scores.tolist(), "truth": truth.tolist(), "logits": logits.tolist(), "labels": labels.tolist(),
        "expected": {
            "auroc": sk.roc_auc_score(truth, scores), "precision": sk.average_precision_score(truth, scores),
            "auroc.many": float(many),
            "precision.many": sk.average_precision_score(one_hot, probabilities.numpy(), average="macro"),
        },
    }


def labels():
    """Four labels: with ties, one in every sample, one in none; floating-point targets, as losses take them."""
    own = np.random.default_rng(8)
    scores = (own.random((30, 4)) * 10).round() / 10
    truth = (own.random((30, 4)) + scores > 1).astype(int)
    truth[:, 2], truth[:, 3] = 1, 0
    said = scores >= 0.5
    expected = {
        "accuracy": float((said == truth).mean()), "exactMatch": sk.accuracy_score(truth, said),
        "auroc.micro": sk.roc_auc_score(truth, scores, average="micro"),
        # Of the labels that have both answers.
        "auroc.macro": sk.roc_auc_score(truth[:, :2], scores[:, :2], average="macro"),
        "auroc.weighted": sk.roc_auc_score(truth[:, :2], scores[:, :2], average="weighted"),
        "ap.micro": sk.average_precision_score(truth, scores, average="micro"),
        "ap.macro": sk.average_precision_score(truth[:, :3], scores[:, :3], average="macro"),
        "ap.weighted": sk.average_precision_score(truth[:, :3], scores[:, :3], average="weighted"),
    }
    for average in ("micro", "macro", "weighted"):
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            expected[f"{name}.{average}"] = score(truth, said, average=average, zero_division=0)
    return {"scores": scores.tolist(), "truth": truth.tolist(), "expected": expected}


def regression():
    truth = rng.normal(size=(30, 2)).round(3) + [1000, 0]
    predicted = truth + rng.normal(size=(30, 2)).round(3) / 3
    return {
        "predicted": predicted.tolist(), "truth": truth.tolist(),
        "expected": {
            "mae": sk.mean_absolute_error(truth, predicted), "mse": sk.mean_squared_error(truth, predicted),
            "rmse": sk.mean_squared_error(truth, predicted) ** 0.5, "r2": sk.r2_score(truth, predicted),
        },
    }


def perplexity():
    logits = rng.normal(size=(2, 7, 5)).round(3)
    truth = rng.integers(0, 5, size=(2, 7))
    truth[1, 4:] = -100
    value = tt.Perplexity(ignore_index=-100)(torch.tensor(logits, dtype=torch.float32), torch.tensor(truth))
    return {"logits": logits.tolist(), "truth": truth.tolist(), "expected": float(value)}


def texts():
    hypotheses = ["the cat sat on the mat today", "there is a cat on a mat", "dogs bark", "he reads the book in the morning light"]
    references = [
        ["the cat sat on the mat", "a cat was sitting on the mat today"], ["there is a cat on the mat", "a cat is there"],
        ["the dogs bark loudly", "dogs do bark"], ["he reads a book in the morning", "in the morning he reads the book"],
    ]
    bleu = lambda pairs: sacrebleu.corpus_bleu(
        [h for h, _ in pairs], [list(r) for r in zip(*[r for _, r in pairs])], tokenize="none").score / 100
    pairs = list(zip(hypotheses, references))
    return {
        "hypotheses": hypotheses, "references": references,
        "expected": {
            "bleu": bleu(pairs), "bleu.smoothed": bleu(pairs[1:2]), "bleu.short": bleu(pairs[2:3]),
            "wer": jiwer.wer([r[0] for r in references], hypotheses),
        },
    }


goldens = {
    "classes": classes(), "ranking": ranking(), "regression": regression(), "perplexity": perplexity(), "texts": texts(),
    "labels": labels(),
}
pathlib.Path(__file__).with_name("metrics.json").write_text(json.dumps(goldens) + "\n")
