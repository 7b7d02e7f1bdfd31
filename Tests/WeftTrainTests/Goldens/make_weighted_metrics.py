#!/usr/bin/env python3
"""Writes weighted_metrics.json: what scikit-learn makes of made-up predictions with `sample_weight`.

    pip install scikit-learn
    python3 make_weighted_metrics.py
"""
import json
import pathlib

import numpy as np
import sklearn.metrics as sk

rng = np.random.default_rng(17)
rows, classes = 40, 5
weights = (rng.random(rows) * 3).round(3)
weights[[3, 11, 30]] = 0


def of_classes():
    """Class 4 is neither predicted nor true; the only samples that truly are of class 3 weigh nothing."""
    scores = rng.normal(size=(rows, classes)).round(2)
    scores[:, 4] -= 9
    truth = rng.integers(0, 3, size=rows)
    truth[[3, 11, 30]] = 3
    scores[np.arange(0, rows, 2), truth[::2]] += 2
    predicted = scores.argmax(1)
    expected = {"accuracy": sk.accuracy_score(truth, predicted, sample_weight=weights)}
    for k in (1, 2, 3):
        labels = list(range(classes))
        expected[f"top{k}"] = sk.top_k_accuracy_score(truth, scores, k=k, labels=labels, sample_weight=weights)
    for average in ("micro", "macro", "weighted"):
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            expected[f"{name}.{average}"] = score(
                truth, predicted, average=average, sample_weight=weights, zero_division=0)
    confusion = sk.confusion_matrix(truth, predicted, labels=list(range(classes)), sample_weight=weights)
    return {"scores": scores.tolist(), "truth": truth.tolist(), "expected": expected, "confusion": confusion.tolist()}


def of_labels():
    """With ties; the first column alone is also a question of two classes."""
    scores = (rng.random((rows, 3)) * 10).round() / 10
    truth = (rng.random((rows, 3)) + scores > 1).astype(int)
    said = scores >= 0.5
    expected = {"exactMatch": sk.accuracy_score(truth, said, sample_weight=weights)}
    expected["binary.auroc"] = sk.roc_auc_score(truth[:, 0], scores[:, 0], sample_weight=weights)
    expected["binary.ap"] = sk.average_precision_score(truth[:, 0], scores[:, 0], sample_weight=weights)
    for average in ("micro", "macro", "weighted"):
        expected[f"auroc.{average}"] = sk.roc_auc_score(truth, scores, average=average, sample_weight=weights)
        expected[f"ap.{average}"] = sk.average_precision_score(truth, scores, average=average, sample_weight=weights)
        for name, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("f1", sk.f1_score)):
            expected[f"{name}.{average}"] = score(truth, said, average=average, sample_weight=weights, zero_division=0)
    return {"scores": scores.tolist(), "truth": truth.tolist(), "expected": expected}


def of_numbers():
    truth = rng.normal(size=(rows, 2)).round(3) + [1000, 0]
    predicted = truth + rng.normal(size=(rows, 2)).round(3) / 3
    squared = sk.mean_squared_error(truth, predicted, sample_weight=weights)
    return {
        "predicted": predicted.tolist(), "truth": truth.tolist(),
        "expected": {
            "mae": sk.mean_absolute_error(truth, predicted, sample_weight=weights), "mse": squared,
            "rmse": squared**0.5, "r2": sk.r2_score(truth, predicted, sample_weight=weights),
        },
    }


goldens = {"weights": weights.tolist(), "classes": of_classes(), "labels": of_labels(), "numbers": of_numbers()}
pathlib.Path(__file__).with_name("weighted_metrics.json").write_text(json.dumps(goldens) + "\n")
