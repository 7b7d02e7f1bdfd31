"""Scores of sentence-transformers' cross-encoders made of Qwen 3 and Gemma in small configurations: writes rerankers.json.

Weights are not stored: see make_decoders.py. Each variant has the files that sentence-transformers writes of it, but for
the tokenizer, which is that of encoders/bert.
Run: python make_rerankers.py
"""

import json
import os
import tempfile

import torch
import transformers
from make_decoder_heads import FAMILIES
from make_decoders import configuration, numbers, weights, write
from make_encoders import TEXTS, tokenizer
from sentence_transformers import CrossEncoder
from sentence_transformers.base.modules.transformer import Transformer
from sentence_transformers.cross_encoder.modules.logit_score import LogitScore

QUERY, DOCUMENTS = "who eats food?", TEXTS[:5]
OPTIONS = dict(pad_token_id=0, num_labels=1)
FLAT = """{%- for m in messages -%}
{%- if m.role == 'query' %}query : {{ m.content }} {% elif m.role == 'document' %}. {{ m.content }} ?
{%- elif m.role == 'system' %}{{ m.content }} {% endif -%}
{%- endfor %} is good ?"""
PARTS = FLAT.replace("m.content", "m.content[0].text")
NAMES = ["modules.json", "config_sentence_transformers.json", "sentence_bert_config.json", "1_LogitScore/config.json",
         "chat_template.jinja", "tokenizer_config.json"]


def plain(folder, task, template, family):
    """A folder without sentence-transformers' files."""
    kind, settings, options = FAMILIES[family]
    config = getattr(transformers, settings + "Config")(
        **options | OPTIONS, tie_word_embeddings=family != "qwen3", attn_implementation="eager")
    model = getattr(transformers, f"{kind}For{task}")(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights(name, list(parameter.shape)))
    model.save_pretrained(folder)
    words = tokenizer(0)
    words.chat_template = template
    words.save_pretrained(folder)
    settings = {**configuration(model.config), "pad_token_id": 0, "num_labels": 1,
                "architectures": [type(model).__name__]}
    tied = {"lm_head.weight"} if config.tie_word_embeddings else set()
    return settings, {name: list(value.shape) for name, value in model.state_dict().items() if name not in tied}


def variant(name, task, template, prompt=None, activation=None, scored=None, family="qwen3"):
    prompts = {"prompts": {"search": prompt}, "default_prompt_name": "search"} if prompt else {}
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        settings, shapes = plain(first, task, template, family)
        model_kwargs = {"attn_implementation": "eager"}  # others leave out the bounds of scores
        if scored:
            steps = [Transformer(first, transformer_task="text-generation", model_kwargs=model_kwargs),
                     LogitScore(*scored)]
            model = CrossEncoder(modules=steps, device="cpu", activation_fn=activation, **prompts)
        else:
            model = CrossEncoder(
                first, device="cpu", activation_fn=activation, model_kwargs=model_kwargs, **prompts)
        scores = model.predict([(QUERY, text) for text in DOCUMENTS])
        model.save_pretrained(second)
        # Without prompts or a function of its own, a folder of transformers' files alone says as much.
        source = second if prompt or activation or scored else first
        files = {}
        for path in NAMES:
            if os.path.exists(os.path.join(source, path)):
                with open(os.path.join(source, path)) as file:
                    files[path] = file.read()
    return {"name": name, "config": json.dumps(settings), "shapes": shapes, "files": files,
            "scores": numbers(torch.tensor(scores))}


def main():
    classes, language = "SequenceClassification", "CausalLM"
    identity = torch.nn.Identity()
    variants = [
        variant("pairs", classes, None),
        variant("pairs behind a prompt", classes, None, prompt="query : ", activation=identity),
        variant("messages", classes, FLAT),
        variant("messages behind a prompt", classes, FLAT, prompt="who runs"),
        variant("messages in parts", classes, PARTS),
        variant("yes or no", language, FLAT, prompt="who runs", scored=(20, 21)),
        variant("yes", language, FLAT, activation=identity, scored=(20,)),
        # As bge-reranker-v2-gemma: how likely it says yes behind both texts.
        variant("gemma's yes", language, FLAT, prompt="who runs", activation=identity, scored=(20,), family="gemma"),
        variant("gemma 2's yes or no", language, FLAT, prompt="who runs", scored=(20, 21), family="gemma2"),
        variant("gemma's class", classes, None, family="gemma"),
        variant("gemma 2's class", classes, FLAT, family="gemma2"),
        variant("yes or no to pairs", language, None, prompt="query : ", scored=(20, 21)),
    ]
    write({"query": QUERY, "documents": DOCUMENTS, "variants": variants}, "rerankers.json")


if __name__ == "__main__":
    main()
