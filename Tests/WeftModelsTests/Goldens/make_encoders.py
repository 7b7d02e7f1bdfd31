#!/usr/bin/env python3
"""Writes the tiny text encoders of `encoders/`, with what transformers and sentence-transformers make of them.

    python make_encoders.py

Made with transformers 5.24, sentence-transformers 6.2 and torch 2.13. Each folder is a model of random weights with the
heads of all tasks in one file, its tokenizer, and `expected.safetensors`: tokens, a mask, states, logits of each task, and
the gradients of Σ logits·factors of the classes of texts. `embeddings.json` holds the vectors that sentence-transformers
makes of one of them with different steps and settings, and `pairs.json` the scores of a cross-encoder.
"""
import json
import os
import shutil
import tempfile

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "encoders")
TASKS = ["MaskedLM", "SequenceClassification", "TokenClassification", "QuestionAnswering"]
WORDS = ["the", "a", "cat", "dog", "man", "eats", "food", "sleeps", "runs", "lunch", "is", "good", "bad", "##s", "##ing",
         "eat", "run", ".", ",", "?", "query", ":", "who", "b", "##c", "##d", "in", "on", "house", "tree"]

SMALL = dict(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24,
             num_labels=3, initializer_range=0.3)
BERT_LIKE = dict(SMALL, max_position_embeddings=24, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0)
FAMILIES = {
    "bert": ("Bert", dict(BERT_LIKE, type_vocab_size=2, pad_token_id=0)),
    "roberta": ("Roberta", dict(BERT_LIKE, type_vocab_size=1, pad_token_id=1)),
    "xlm-roberta": ("XLMRoberta", dict(BERT_LIKE, num_hidden_layers=1, type_vocab_size=1, pad_token_id=1)),
    "distilbert": ("DistilBert", dict(
        vocab_size=40, dim=16, n_layers=2, n_heads=4, hidden_dim=24, num_labels=3, initializer_range=0.3,
        max_position_embeddings=24, dropout=0.0, attention_dropout=0.0, pad_token_id=0, seq_classif_dropout=0.0)),
    "mpnet": ("MPNet", dict(BERT_LIKE, pad_token_id=1)),
    "modernbert": ("ModernBert", dict(
        SMALL, num_labels=2, num_hidden_layers=4, max_position_embeddings=64, local_attention=6, pad_token_id=0,
        cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3, classifier_pooling="mean")),
}


def tokenizer(padding):
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] if padding == 0 else \
        ["[CLS]", "[PAD]", "[UNK]", "[SEP]", "[MASK]"]
    vocabulary = {word: index for index, word in enumerate(special + WORDS)}
    result = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    result.normalizer = normalizers.BertNormalizer(lowercase=True)
    result.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    cls, sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
    result.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", cls), ("[SEP]", sep)])
    result.add_special_tokens(special)
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=result, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", model_max_length=20)


def randomize(model):
    """Norms and biases too, which are ones and zeros at first."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.add_(torch.randn_like(parameter) * 0.1)


def load(kind, task, folder, **options):
    return getattr(transformers, f"{kind}For{task}" if task else f"{kind}Model").from_pretrained(folder, **options).eval()


def write_family(name, kind, options):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(sum(map(ord, name)))
    config = getattr(transformers, kind + "Config")(**options)
    union = {}
    prefix = getattr(transformers, f"{kind}Model").base_model_prefix + "."
    for task in TASKS:
        labels = 2 if task == "QuestionAnswering" else options["num_labels"]
        settings = getattr(transformers, kind + "Config")(**{**options, "num_labels": labels})
        model = getattr(transformers, f"{kind}For{task}")(settings)
        randomize(model)
        model.save_pretrained(folder)
        for key, value in load_file(os.path.join(folder, "model.safetensors")).items():
            union.setdefault(key, value)
    if hasattr(getattr(transformers, f"{kind}Model")(config), "pooler"):
        for key, value in getattr(transformers, f"{kind}Model")(config).state_dict().items():
            if key.startswith("pooler."):
                union.setdefault(prefix + key, value + 0.1)
    config.save_pretrained(folder)
    save_file(union, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    words = tokenizer(options["pad_token_id"])
    words.save_pretrained(folder)
    write_expected(kind, folder, options["pad_token_id"])


def write_expected(kind, folder, padding):
    lengths = [12, 9, 3]
    tokens = torch.randint(5, 35, (3, 12))
    mask = torch.tensor([[1] * n + [0] * (12 - n) for n in lengths])
    tokens = tokens * mask + padding * (1 - mask)
    types = (torch.arange(12) >= 5).long().expand(3, 12) * mask
    inputs = dict(input_ids=tokens, attention_mask=mask)
    if kind == "Bert":
        inputs["token_type_ids"] = types
    expected = {"tokens": tokens, "mask": mask, "types": types}
    with torch.no_grad():
        output = load(kind, None, folder)(**inputs)
        expected["states"] = output.last_hidden_state
        if getattr(output, "pooler_output", None) is not None:
            expected["pooled"] = output.pooler_output
        expected["unmasked"] = load(kind, None, folder)(input_ids=tokens[:1]).last_hidden_state
    for task in TASKS:
        options = {"num_labels": 2} if task == "QuestionAnswering" else {}
        output = load(kind, task, folder, **options)(**inputs)
        if task == "QuestionAnswering":
            expected[task] = torch.stack([output.start_logits, output.end_logits], -1)
        else:
            expected[task] = output.logits
    model = load(kind, "SequenceClassification", folder)
    logits = model(**inputs).logits
    factors = torch.randn_like(logits)
    (logits * factors).sum().backward()
    expected["factors"] = factors
    for key, parameter in model.named_parameters():
        if parameter.grad is not None:
            expected["grad." + key] = parameter.grad
    save_file({k: v.detach().contiguous() for k, v in expected.items()}, os.path.join(folder, "expected.safetensors"))


TEXTS = ["The cat eats food.", "A man runs", "who sleeps in the house on the tree, the dog is good? a cat is bad.",
         "eating", "dogs", "", "The the the the the the the the the the the the the the the the the the the the the"]


def modules(*types):
    return [{"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind}
            for i, (kind, path) in enumerate(types)]


def pooling(*modes, include_prompt=True):
    keys = ["cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens", "weightedmean_tokens", "lasttoken"]
    return {"word_embedding_dimension": 16, **{"pooling_mode_" + k: k in modes for k in keys},
            "include_prompt": include_prompt}


def write_embeddings():
    from sentence_transformers import SentenceTransformer
    first = [("Transformer", ""), ("Pooling", "1_Pooling")]
    plain = modules(*first)
    normal = modules(*first, ("Normalize", "2_Normalize"))
    dense = modules(*first, ("Dense", "2_Dense"), ("Normalize", "3_Normalize"))
    variants = {
        "mean": (plain, pooling("mean_tokens"), {}),
        "class": (plain, pooling("cls_token"), {}),
        "max": (normal, pooling("max_tokens"), {}),
        "last": (plain, pooling("lasttoken"), {}),
        "root": (plain, pooling("mean_sqrt_len_tokens"), {}),
        "weighted": (normal, pooling("weightedmean_tokens"), {}),
        "several": (plain, pooling("cls_token", "mean_tokens", "max_tokens"), {}),
        "dense": (dense, pooling("mean_tokens"), {}),
        "prompt": (normal, pooling("mean_tokens"), {"query": "query: "}),
        "prompt left out": (normal, pooling("mean_tokens", include_prompt=False), {"query": "query: "}),
        "class behind prompt": (plain, pooling("cls_token", include_prompt=False), {"query": "query: "}),
        "weighted behind prompt": (plain, pooling("weightedmean_tokens", include_prompt=False), {"query": "query: "}),
    }
    torch.manual_seed(5)
    layer = torch.nn.Linear(16, 6)
    folder = os.path.join(HERE, "bert", "2_Dense")
    os.makedirs(folder)
    save_file({"linear.weight": layer.weight.data, "linear.bias": layer.bias.data}, folder + "/model.safetensors")
    with open(folder + "/config.json", "w") as file:
        json.dump({"in_features": 16, "out_features": 6, "bias": True,
                   "activation_function": "torch.nn.modules.activation.Tanh"}, file)
    result = []
    for name, (steps, pool, prompts) in variants.items():
        files = {"modules.json": steps, "1_Pooling/config.json": pool,
                 "sentence_bert_config.json": {"max_seq_length": 14, "do_lower_case": False},
                 "config_sentence_transformers.json": {"prompts": prompts}}
        with tempfile.TemporaryDirectory() as copy:
            shutil.copytree(os.path.join(HERE, "bert"), copy, dirs_exist_ok=True)
            for path in ["1_Pooling", "2_Normalize", "3_Normalize"]:
                os.makedirs(os.path.join(copy, path), exist_ok=True)
            for path, content in files.items():
                with open(os.path.join(copy, path), "w") as file:
                    json.dump(content, file)
            model = SentenceTransformer(copy, device="cpu")
            vectors = model.encode(TEXTS, prompt_name="query" if prompts else None)
        result.append({"name": name, "files": {k: json.dumps(v) for k, v in files.items()},
                       "prompt": "query" if prompts else None, "vectors": [[float(x) for x in row] for row in vectors]})
    with open(os.path.join(HERE, "embeddings.json"), "w") as file:
        json.dump({"texts": TEXTS, "variants": result}, file)


def write_pairs():
    """A cross-encoder of one score, and texts' classes by a pipeline."""
    from sentence_transformers import CrossEncoder
    documents = TEXTS[:5]
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(os.path.join(HERE, "bert"), copy, dirs_exist_ok=True)
        with open(os.path.join(copy, "config.json")) as file:
            config = json.load(file)
        config.update(id2label={"0": "LABEL_0"}, label2id={"LABEL_0": 0}, architectures=["BertForSequenceClassification"])
        with open(os.path.join(copy, "config.json"), "w") as file:
            json.dump(config, file)
        weights = load_file(os.path.join(copy, "model.safetensors"))
        weights["classifier.weight"], weights["classifier.bias"] = weights["classifier.weight"][:1], weights["classifier.bias"][:1]
        save_file(weights, os.path.join(copy, "model.safetensors"), metadata={"format": "pt"})
        model = CrossEncoder(copy, device="cpu")
        scores = model.predict([("who eats food?", text) for text in documents])
    folder = os.path.join(HERE, "bert")
    classify = transformers.pipeline("text-classification", model=folder, device="cpu", top_k=None)
    classes = classify(TEXTS[:5])
    spans = transformers.pipeline("token-classification", model=folder, device="cpu", aggregation_strategy="simple")
    found = spans(TEXTS[2])
    with open(os.path.join(HERE, "pairs.json"), "w") as file:
        json.dump({"query": "who eats food?", "documents": documents, "scores": [float(x) for x in scores],
                   "classes": classes,
                   "spans": [{"label": s["entity_group"], "score": float(s["score"]), "start": s["start"],
                              "end": s["end"]} for s in found]}, file)


if __name__ == "__main__":
    for name, (kind, options) in FAMILIES.items():
        write_family(name, kind, options)
    write_embeddings()
    write_pairs()
