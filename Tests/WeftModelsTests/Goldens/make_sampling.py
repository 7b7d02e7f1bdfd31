"""What transformers' processors leave of some logits: writes sampling.json, the probabilities of the tokens that are left."""

import json
import math
import os
import random

import torch
from transformers import (
    LogitsProcessorList, MinPLogitsWarper, NoRepeatNGramLogitsProcessor, RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper,
    TopKLogitsWarper, TopPLogitsWarper, TypicalLogitsWarper)

logits = [round(3 * math.sin(i * i * 0.37 + 1) + 1.5 * math.cos(i * 1.7), 4) for i in range(40)]
seen = [3, 11, 11, 20, 39]
cases = [
    {"temperature": 1.0}, {"temperature": 0.5}, {"temperature": 1.0, "topK": 5}, {"temperature": 1.0, "topK": 100},
    {"temperature": 1.0, "topP": 0.5}, {"temperature": 0.7, "topP": 0.9}, {"temperature": 3.0, "topP": 0.999},
    {"temperature": 1.0, "topP": 0.0001}, {"temperature": 1.0, "minP": 0.3}, {"temperature": 2.0, "minP": 0.05},
    {"temperature": 1.0, "typicalP": 0.3}, {"temperature": 1.5, "typicalP": 0.9},
    {"temperature": 0.8, "topK": 12, "topP": 0.8, "minP": 0.1},
    {"temperature": 1.2, "topK": 20, "topP": 0.95, "typicalP": 0.6},
    {"temperature": 1.0, "repetitionPenalty": 1.8, "topK": 15},
]
chance = random.Random(5)


def drawn():
    """Some settings together, behind a text in which rows of tokens come again."""
    ways = {"topK": lambda: chance.randint(1, 40), "topP": lambda: round(chance.uniform(0.05, 1), 3),
            "minP": lambda: round(chance.uniform(0, 0.5), 3), "typicalP": lambda: round(chance.uniform(0.05, 0.99), 3),
            "repetitionPenalty": lambda: round(chance.uniform(0.5, 3), 3), "unrepeated": lambda: chance.randint(1, 4)}
    case = {name: way() for name, way in ways.items() if chance.random() < 0.5}
    text = [chance.choice([0, 1, 7, 20]) for _ in range(chance.randint(1, 14))]
    return {"temperature": round(chance.uniform(0.2, 3), 3), **case, "seen": text}


cases += [drawn() for _ in range(40)]
kinds = [("temperature", TemperatureLogitsWarper), ("topK", TopKLogitsWarper), ("topP", TopPLogitsWarper),
         ("minP", MinPLogitsWarper), ("typicalP", TypicalLogitsWarper)]
results = []
for case in cases:
    steps = LogitsProcessorList()
    if "repetitionPenalty" in case:
        steps.append(RepetitionPenaltyLogitsProcessor(case["repetitionPenalty"]))
    if "unrepeated" in case:
        steps.append(NoRepeatNGramLogitsProcessor(case["unrepeated"]))
    for name, kind in kinds:
        if name in case:
            steps.append(kind(case[name]))
    scores = steps(torch.tensor([case.get("seen", seen)]), torch.tensor([logits], dtype=torch.float32))
    probabilities = torch.softmax(scores.double(), -1)[0]
    left = {str(i): float(f"{p:.7g}") for i, p in enumerate(probabilities.tolist()) if p > 0}
    results.append({"settings": case, "left": left})
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sampling.json")
with open(path, "w") as file:
    json.dump({"logits": logits, "seen": seen, "cases": results}, file, separators=(",", ":"))
    file.write("\n")
