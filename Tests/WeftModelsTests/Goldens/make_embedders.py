"""Vectors of sentence-transformers of a folder as EmbeddingGemma's in a small configuration: writes embedders.json.

Gemma 3 that reads both ways, two maps without biases, vectors of length 1, prompts by name. Weights are not stored: see
make_decoders.py. The tokenizer is that of encoders/bert.
Run: python make_embedders.py
"""

import json
import os
import tempfile

import torch
import transformers
from make_decoder_heads import GEMMA
from make_decoders import configuration, numbers, weights, write
from make_encoders import TEXTS, tokenizer
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer

KIND = "sentence_transformers.models."
STEPS = [("0", "", "Transformer"), ("1", "1_Pooling", "Pooling"), ("2", "2_Dense", "Dense"), ("3", "3_Dense", "Dense"),
         ("4", "4_Normalize", "Normalize")]
IDENTITY = "torch.nn.modules.linear.Identity"
FILES = {
    "modules.json": [{"idx": int(i), "name": i, "path": path, "type": KIND + kind} for i, path, kind in STEPS],
    "sentence_bert_config.json": {"max_seq_length": 20, "do_lower_case": False},
    "config_sentence_transformers.json": {
        "model_type": "SentenceTransformer",
        "__version__": {"sentence_transformers": "5.1.0", "transformers": "4.57.0.dev0", "pytorch": "2.8.0+cu128"},
        "prompts": {
            "query": "the man is good | query: ", "document": "the food: none | ", "BitextMining": "runs: ",
            "Retrieval-query": "the man runs | query: "},
        "default_prompt_name": None, "similarity_fn_name": "cosine"},
    "1_Pooling/config.json": {
        "word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False, "pooling_mode_mean_sqrt_len_tokens": False,
        "pooling_mode_weightedmean_tokens": False, "pooling_mode_lasttoken": False, "include_prompt": True},
    "2_Dense/config.json": {"in_features": 32, "out_features": 40, "bias": False, "activation_function": IDENTITY},
    "3_Dense/config.json": {"in_features": 40, "out_features": 32, "bias": False, "activation_function": IDENTITY},
}
DENSES = {"2_Dense": [40, 32], "3_Dense": [32, 40]}


def main():
    config = transformers.Gemma3TextConfig(**dict(GEMMA, pad_token_id=0), use_bidirectional_attention=True)
    model = transformers.Gemma3TextModel(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights(name, list(parameter.shape)))
    # The width of windows as it is stated: the configuration keeps what it makes of it.
    settings = {**configuration(config), "pad_token_id": 0, "sliding_window": GEMMA["sliding_window"],
                "architectures": ["Gemma3TextModel"]}
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        tokenizer(0).save_pretrained(folder)
        for path, content in {**FILES, "config.json": settings}.items():
            os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
            with open(os.path.join(folder, path), "w") as file:
                json.dump(content, file)
        for path, shape in DENSES.items():
            name = path + ".linear.weight"
            save_file({"linear.weight": weights(name, shape)}, os.path.join(folder, path, "model.safetensors"))
        embedder = SentenceTransformer(folder, device="cpu")
        vectors = {
            "": embedder.encode(TEXTS), "query": embedder.encode_query(TEXTS), "document": embedder.encode_document(TEXTS),
            "Retrieval-query": embedder.encode(TEXTS, prompt_name="Retrieval-query")}
        short = embedder.encode_query(TEXTS, truncate_dim=8, normalize_embeddings=True)
    shapes = {name: list(value.shape) for name, value in model.state_dict().items()}
    write({"texts": TEXTS, "config": json.dumps(settings), "shapes": shapes, "denses": DENSES,
           "files": {path: json.dumps(content) for path, content in FILES.items()},
           "vectors": {name: numbers(torch.tensor(value)) for name, value in vectors.items()},
           "short": numbers(torch.tensor(short))}, "embedders.json")


if __name__ == "__main__":
    main()
