"""What transformers' processors leave of some logits: writes sampling.json, the probabilities of the tokens that are left."""

import json
import math
import os

import torch
from transformers import (
    LogitsProcessorList, MinPLogitsWarper, RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper,
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
kinds = [("temperature", TemperatureLogitsWarper), ("topK", TopKLogitsWarper), ("topP", TopPLogitsWarper),
         ("minP", MinPLogitsWarper), ("typicalP", TypicalLogitsWarper)]
results = []
for case in cases:
    steps = LogitsProcessorList()
    if "repetitionPenalty" in case:
        steps.append(RepetitionPenaltyLogitsProcessor(case["repetitionPenalty"]))
    for name, kind in kinds:
        if name in case:
            steps.append(kind(case[name]))
    scores = steps(torch.tensor([seen]), torch.tensor([logits], dtype=torch.float32))
    probabilities = torch.softmax(scores.double(), -1)[0]
    left = {str(i): float(f"{p:.7g}") for i, p in enumerate(probabilities.tolist()) if p > 0}
    results.append({"settings": case, "left": left})
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sampling.json")
with open(path, "w") as file:
    json.dump({"logits": logits, "seen": seen, "cases": results}, file, separators=(",", ":"))
    file.write("\n")
