#!/usr/bin/env python3
"""Writes a step of training by the losses of sentence-transformers, on the encoder that WeftModelsTests have as `bert`.

    python make_tuning.py

Made with sentence-transformers 6.2, transformers 5.24 and torch 2.13. `pairs.jsonl` are the pairs; `losses.json` the losses of
the batch of all of them; `gradients.safetensors` the gradients of the last layer and the table of words, by loss and name.
"""
import json
import os
import shutil
import tempfile

import torch
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.cross_encoder import losses as pair_losses
from sentence_transformers.sentence_transformer import losses
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

HERE = os.path.dirname(os.path.abspath(__file__))
BERT = os.path.join(HERE, "..", "..", "WeftModelsTests", "Goldens", "encoders", "bert")
PAIRS = [
    ("who eats?", "the man eats food.", "the dog sleeps.", 0.9),
    ("the cat", "a cat sleeps in the house", "the tree is bad, the tree", 0.25),
    ("is the food good?", "lunch is good", "a dog runs", 1.0),
    ("where", "on the tree.", "the man eats lunch on the tree, a good man", 0.0),
]


def kept(model):
    return {name.removeprefix("0.auto_model.").removeprefix("0.model.").removeprefix("model."): parameter.grad.clone()
            for name, parameter in model.named_parameters()
            if parameter.grad is not None and ("layer.1." in name or "word_embeddings" in name or "classifier" in name)}


def embedding_losses(found, gradients):
    transformer = Transformer(BERT)
    model = SentenceTransformer(modules=[transformer, Pooling(16, "mean"), Normalize()], device="cpu").eval()
    columns = [[row[place] for row in PAIRS] for place in range(3)]
    features = lambda count: [model.preprocess(texts) for texts in columns[:count]]
    scores = torch.tensor([row[3] for row in PAIRS])
    for name, loss, count in [
        ("contrastive", losses.MultipleNegativesRankingLoss(model), 2),
        ("negatives", losses.MultipleNegativesRankingLoss(model, scale=7.0), 3),
        ("cosine", losses.CosineSimilarityLoss(model), 2),
    ]:
        model.zero_grad()
        value = loss(features(count), scores)
        value.backward()
        found[name] = value.item()
        gradients.update({f"{name}.{key}": gradient for key, gradient in kept(model).items()})


def pair_model(room):
    shutil.copytree(BERT, room, dirs_exist_ok=True)
    with open(os.path.join(room, "config.json")) as file:
        config = json.load(file)
    config.update(id2label={"0": "LABEL_0"}, label2id={"LABEL_0": 0}, architectures=["BertForSequenceClassification"])
    with open(os.path.join(room, "config.json"), "w") as file:
        json.dump(config, file)
    weights = load_file(os.path.join(room, "model.safetensors"))
    for name in ["classifier.weight", "classifier.bias"]:
        weights[name] = weights[name][:1].contiguous()
    save_file(weights, os.path.join(room, "model.safetensors"), metadata={"format": "pt"})
    return CrossEncoder(room, device="cpu").eval()


def reranker_losses(found, gradients):
    with tempfile.TemporaryDirectory() as room:
        model = pair_model(room)
        columns = [[row[place] for row in PAIRS] for place in range(2)]
        scores = torch.tensor([row[3] for row in PAIRS])
        for name, loss in [("binary", pair_losses.BinaryCrossEntropyLoss(model)), ("regression", pair_losses.MSELoss(model))]:
            model.zero_grad()
            value = loss(columns, scores)
            value.backward()
            found[name] = value.item()
            gradients.update({f"{name}.{key}": gradient for key, gradient in kept(model).items()})


if __name__ == "__main__":
    with open(os.path.join(HERE, "pairs.jsonl"), "w") as file:
        for row in PAIRS:
            file.write(json.dumps(dict(zip(["anchor", "positive", "negative", "score"], row))) + "\n")
    found, gradients = {}, {}
    embedding_losses(found, gradients)
    reranker_losses(found, gradients)
    with open(os.path.join(HERE, "losses.json"), "w") as file:
        json.dump(found, file, indent=1)
    save_file({key: value.contiguous() for key, value in gradients.items()}, os.path.join(HERE, "gradients.safetensors"))
