"""A GGUF file in llama.cpp: a text is read and written on, taking the likeliest token each time.

usage: llama.py [--threads N] [--rounds N] MODEL.gguf TEXT.txt READ WRITTEN

Prints a JSON line for each round, with the fields of `inference --write`.
"""
import argparse
import ctypes
import json
import time

import llama_cpp
import numpy


BATCH = 512


def decode(context, tokens):
    """The logits of the token behind these, read in batches of as many as the context takes at once."""
    for start in range(0, len(tokens), BATCH):
        part = tokens[start:start + BATCH]
        array = (llama_cpp.llama_token * len(part))(*part)
        if llama_cpp.llama_decode(context.ctx, llama_cpp.llama_batch_get_one(array, len(part))) != 0:
            raise RuntimeError("llama_decode failed")
    return llama_cpp.llama_get_logits_ith(context.ctx, -1)


def likeliest(logits, width):
    return int(numpy.ctypeslib.as_array(ctypes.cast(logits, ctypes.POINTER(ctypes.c_float)), (width,)).argmax())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("model")
    parser.add_argument("text")
    parser.add_argument("read", type=int)
    parser.add_argument("written", type=int)
    options = parser.parse_args()
    model = llama_cpp.Llama(
        options.model, n_ctx=options.read + options.written + 8, n_batch=BATCH, n_ubatch=BATCH,
        n_threads=options.threads, n_threads_batch=options.threads, verbose=False)
    text = open(options.text, encoding="utf-8").read()
    prompt = model.tokenize(text.encode(), add_bos=False)[:options.read]
    context, width = model._ctx, model.n_vocab()
    memory = llama_cpp.llama_get_memory(context.ctx)
    for _ in range(options.rounds):
        llama_cpp.llama_memory_clear(memory, True)
        start = time.perf_counter()
        tokens = [likeliest(decode(context, prompt), width)]
        first = time.perf_counter()
        while len(tokens) < options.written:
            tokens.append(likeliest(decode(context, tokens[-1:]), width))
        end = time.perf_counter()
        print(json.dumps({
            "peer": f"llama-cpp-python-{llama_cpp.__version__}", "read": len(prompt), "sum": sum(prompt),
            "read_per_s": len(prompt) / (first - start), "written_per_s": (len(tokens) - 1) / (end - first),
            "tokens": tokens}), flush=True)


if __name__ == "__main__":
    main()
