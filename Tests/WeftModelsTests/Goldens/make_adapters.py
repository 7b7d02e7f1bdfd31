#!/usr/bin/env python3
"""Writes the adapters of `adapters/`, as PEFT saves them, with what its models say and how they learn.

    python make_adapters.py

Made with peft 0.21, transformers 5.24 and torch 2.13. `bert` adapts the classifier of `encoders/bert`: linear maps, a table,
other ranks and alphas for some, a head that learns as a whole. `gpt2` is a model with its adapter, whose linear maps lie
[in, out]. `convolutions` adapts a network of convolutions that the test builds. Each has `expected.safetensors`: results
with the adapter, without it and with it merged, and the gradients of Σ result·factors. What ends in `_dora` learns lengths
as well, what ends in `_bias` has biases behind the matrices, both over the model of the name before. `targets.json` says
which layers PEFT chooses by some settings.
"""
import json
import os
import shutil

import peft
import torch
import transformers
from safetensors.torch import save_file

HERE = os.path.dirname(os.path.abspath(__file__))
ROOM = os.path.join(HERE, "adapters")
BERT = os.path.join(HERE, "encoders", "bert")


def randomize(model):
    """Matrices that say something: B is zero at first."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                # Lengths stay near what they are.
                is_length = "lora_magnitude_vector" in name
                values = torch.randn_like(parameter) * 0.3
                parameter.copy_(parameter * (1 + values) if is_length else values)


def stored(name):
    """The name of a parameter in files."""
    return name.replace(".default", "").replace(".modules_to_save", "").replace(
        "lora_magnitude_vector.weight", "lora_magnitude_vector")


def write(name, model, inputs):
    """The adapter of a model, and what it does."""
    folder = os.path.join(ROOM, name)
    model.eval()
    model.save_pretrained(folder)
    readme = os.path.join(folder, "README.md")
    if os.path.exists(readme):
        os.remove(readme)
    settings = os.path.join(folder, "adapter_config.json")
    with open(settings) as file:
        values = json.load(file)
    values["base_model_name_or_path"] = None  # a path of the machine that it was made on
    with open(settings, "w") as file:
        json.dump(values, file, indent=2)
    is_plain = name.startswith("convolutions")
    result = lambda: model(inputs["x"]) if is_plain else model(**inputs).logits
    expected = dict(inputs)
    output = result()
    factors = torch.randn_like(output)
    (output * factors).sum().backward()
    expected.update(result=output, factors=factors)
    for key, parameter in model.named_parameters():
        if parameter.grad is not None:
            expected["grad." + stored(key)] = parameter.grad
    with torch.no_grad(), model.disable_adapter():
        expected["disabled"] = result()
    with torch.no_grad():
        model.merge_adapter()
        expected["merged"] = result()
    save_file({k: v.detach().contiguous() for k, v in expected.items()}, os.path.join(folder, "expected.safetensors"))


def write_bert(end="", targets=("query", "value", "output.dense", "word_embeddings"), **settings):
    torch.manual_seed(1)
    base = transformers.BertForSequenceClassification.from_pretrained(BERT)
    config = peft.LoraConfig(
        r=4, lora_alpha=6, target_modules=list(targets),
        modules_to_save=["classifier"], rank_pattern={"layer.1.attention.self.query": 2},
        alpha_pattern={r"layer\.0\..*value": 3, "word_embeddings": 5}, lora_dropout=0.1, use_rslora=False, **settings)
    model = peft.get_peft_model(base, config)
    randomize(model)
    tokens = torch.randint(5, 35, (3, 12))
    mask = torch.tensor([[1] * n + [0] * (12 - n) for n in [12, 9, 3]])
    write("bert" + end, model, dict(input_ids=tokens * mask, attention_mask=mask))


def write_gpt2(end="", **settings):
    torch.manual_seed(2)
    folder = os.path.join(ROOM, "gpt2")
    config = transformers.GPT2Config(
        vocab_size=40, n_positions=24, n_embd=16, n_layer=2, n_head=4, initializer_range=0.3, bos_token_id=0,
        eos_token_id=0, resid_pdrop=0.0, attn_pdrop=0.0, embd_pdrop=0.0)
    base = transformers.GPT2LMHeadModel(config)
    if not end:
        base.save_pretrained(folder)
    model = peft.get_peft_model(base, peft.LoraConfig(
        r=3, lora_alpha=4, target_modules=r".*h\.\d+\.(attn\.c_attn|.*c_proj)", fan_in_fan_out=True, use_rslora=True,
        **settings))
    randomize(model)
    write("gpt2" + end, model, dict(input_ids=torch.randint(0, 40, (2, 9))))


class Convolutions(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.plane = torch.nn.Conv2d(3, 6, 3, stride=2, padding=1)
        self.line = torch.nn.Conv1d(6, 5, 3, padding=1)
        self.point = torch.nn.Conv2d(3, 4, 1)
        self.head = torch.nn.Linear(9, 2)

    def forward(self, x):
        plane = self.plane(x).relu()
        line = self.line(plane.flatten(2)).mean(2)
        return self.head(torch.cat([line, self.point(x).mean((2, 3))], 1))


def write_convolutions(end="", **settings):
    torch.manual_seed(3)
    base = Convolutions()
    if not end:
        os.makedirs(os.path.join(ROOM, "convolutions"))
        save_file(base.state_dict(), os.path.join(ROOM, "convolutions", "model.safetensors"))
    model = peft.get_peft_model(base, peft.LoraConfig(
        r=2, lora_alpha=3, target_modules=["plane", "line", "point", "head"], **settings))
    randomize(model)
    write("convolutions" + end, model, dict(x=torch.randn(2, 3, 7, 8)))


def write_targets():
    cases = []
    for targets, excluded in [
        (["query", "value"], None), (["dense"], None), (["layer.0.output.dense"], None), ("all-linear", None),
        (r".*layer\.[1-9]\..*(query|key)", None), (["query", "key"], ["layer.0.attention.self.key"]),
        (["query", "key"], r".*layer\.1.*"), ("all-linear", ["dense"]),
    ]:
        base = transformers.BertModel.from_pretrained(BERT)
        model = peft.get_peft_model(base, peft.LoraConfig(r=2, target_modules=targets, exclude_modules=excluded))
        names = sorted({name.split(".lora_A")[0].removeprefix("base_model.model.")
                        for name, _ in model.named_parameters() if "lora_A" in name})
        cases.append(dict(targets=targets, excluded=excluded, layers=names))
    with open(os.path.join(ROOM, "targets.json"), "w") as file:
        json.dump(cases, file, indent=1)


if __name__ == "__main__":
    shutil.rmtree(ROOM, ignore_errors=True)
    os.makedirs(ROOM)
    for write_model in [write_bert, write_gpt2, write_convolutions]:
        write_model()
        write_model("_dora", use_dora=True)
    linear = ["query", "value", "output.dense"]
    write_bert("_bias", targets=linear, lora_bias=True)
    write_convolutions("_bias", lora_bias=True)
    write_targets()
