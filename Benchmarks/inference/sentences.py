"""Texts made into vectors by sentence-transformers, or by ONNX Runtime with PyPI's tokenizers before it.

usage: sentences.py [--threads N] [--seconds S] [--onnx MODEL.onnx] FOLDER TOKENS:TEXTS...

Prints the JSON lines of `inference --embed`. MODEL.onnx takes input_ids and attention_mask, and gives the states of
tokens, whose mean is taken here, or the vectors.
"""
import argparse
import json
import sys

import numpy

sys.dont_write_bytecode = True
from timing import times  # noqa: E402

WORDS = ["the", "old", "house", "by", "water", "was", "sold", "to", "a", "young", "man"]


def texts(tokens, count):
    """As `inference --embed` makes them."""
    return [" ".join(WORDS[(i * 7 + number * 3 + i * i) % len(WORDS)] for i in range(tokens - 2))
            for number in range(count)]


def sentence_transformers(options):
    import sentence_transformers
    import torch
    torch.set_num_threads(options.threads)
    model = sentence_transformers.SentenceTransformer(options.folder, device="cpu")
    model.max_seq_length = 512
    name = f"sentence-transformers-{sentence_transformers.__version__}"
    return name, lambda given: model.encode(
        given, batch_size=len(given), normalize_embeddings=True, show_progress_bar=False)


def onnx_runtime(options):
    import onnxruntime
    import tokenizers
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads, settings.inter_op_num_threads = options.threads, 1
    session = onnxruntime.InferenceSession(options.onnx, settings, providers=["CPUExecutionProvider"])
    tokenizer = tokenizers.Tokenizer.from_file(f"{options.folder}/tokenizer.json")
    tokenizer.enable_truncation(512)
    tokenizer.enable_padding()
    names = [one.name for one in session.get_inputs()]

    def embed(given):
        encoded = tokenizer.encode_batch(given)
        mask = numpy.array([one.attention_mask for one in encoded])
        known = {"input_ids": numpy.array([one.ids for one in encoded]), "attention_mask": mask,
                 "token_type_ids": numpy.zeros_like(mask)}
        result = session.run(None, {name: known[name] for name in names})[0]
        if result.ndim == 3:
            result = (result * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return result / numpy.linalg.norm(result, axis=1, keepdims=True)

    return f"onnxruntime-{onnxruntime.__version__}", embed


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--onnx")
    parser.add_argument("folder")
    parser.add_argument("cases", nargs="+")
    options = parser.parse_args()
    name, embed = onnx_runtime(options) if options.onnx else sentence_transformers(options)
    for case in options.cases:
        given = texts(*map(int, case.split(":")))
        first = numpy.asarray(embed(given))[0].ravel()[:64]
        found = times(options.seconds, lambda: embed(given))
        print(json.dumps({
            "peer": name, "case": case, "median_ms": found[len(found) // 2], "min_ms": found[0], "steps": len(found),
            "results": [float(number) for number in first]}), flush=True)


if __name__ == "__main__":
    main()
