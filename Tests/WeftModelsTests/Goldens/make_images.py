#!/usr/bin/env python3
"""Writes the tiny models of `images/`, which read pictures, with what transformers makes of them.

    python make_images.py

Made with transformers 5.24, torch 2.13 and Pillow 13. Each folder is a model of random weights, the settings of its
preprocessor, and `expected.safetensors`: pixels, states, pooled states, logits, states of pictures of another size, and the
gradients of Σ logits·factors under the names that files have. CLIP and SigLIP have a tokenizer, tokens, and what the
pipeline for zero-shot classification says. `preprocessing.safetensors` holds what each of the preprocessors that
`preprocessing.json` lists makes of the pictures in `pictures/`.
"""
import copy
import json
import os
import shutil
import tempfile

import numpy as np
import torch
import transformers
from PIL import Image
from safetensors.torch import load_file, save_file
from tokenizers import processors
from transformers.models.bit.image_processing_pil_bit import BitImageProcessorPil
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

from make_encoders import randomize, tokenizer

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "images")
PICTURES = os.path.join(HERE, "pictures")
LABELS = {0: "cat", 1: "dog", 2: "house"}
SIZES = dict(hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12)
TEXTS = dict(SIZES, vocab_size=40, max_position_embeddings=10)


def picture(width, height, channels, seed):
    """Slopes, an edge and some noise."""
    y, x = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(seed).integers(-30, 30, (height, width, channels))
    planes = [x * 255 / width, y * 255 / height, 255 - (x + y) * 255 / (width + height)]
    color = np.stack(planes[:channels], -1) + noise
    color[height // 3:height // 2, width // 4:width // 2] = [200, 30, 60][:channels]
    return Image.fromarray(np.squeeze(color.clip(0, 255).astype(np.uint8)))


def write_pictures():
    shutil.rmtree(PICTURES, ignore_errors=True)
    os.makedirs(PICTURES)
    pictures = {"wide": (23, 17, 3), "tall": (11, 26, 3), "gray": (15, 15, 1)}
    for seed, (name, sizes) in enumerate(pictures.items()):
        picture(*sizes, seed).save(os.path.join(PICTURES, name + ".png"))


def opened(name):
    return Image.open(os.path.join(PICTURES, name + ".png"))


def stored(model):
    """A model's tensors under the names that files have."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return load_file(os.path.join(folder, "model.safetensors"))


def gradients(model):
    slopes = copy.deepcopy(model)
    with torch.no_grad():
        for own, parameter in zip(slopes.parameters(), model.parameters()):
            own.copy_(parameter.grad if parameter.grad is not None else torch.zeros_like(own))
    missing = {name for name, value in stored(slopes).items() if not value.abs().max() > 0}
    return {"grad." + name: value for name, value in stored(slopes).items() if name not in missing}


def save_expected(folder, expected):
    save_file({k: v.detach().clone().contiguous() for k, v in expected.items()}, os.path.join(folder, "expected.safetensors"))


def fresh(name):
    folder = os.path.join(HERE, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    torch.manual_seed(sum(map(ord, name)))
    return folder


def write_classifier(name, config, model_class, body_class, processor, **sizes):
    """A classifier of ViT or DINOv2, whose file has the pooler of the body too."""
    folder = fresh(name)
    model = model_class(config).eval()
    body = body_class(config).eval()
    randomize(model)
    randomize(body)
    prefix = model.base_model_prefix + "."
    weights = stored(model)
    model.save_pretrained(folder)
    weights.update({prefix + k: v for k, v in stored(body).items() if k.startswith("pooler.")})
    save_file(weights, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    processor.save_pretrained(folder)
    body = body_class.from_pretrained(folder).eval()
    pixels = torch.randn(2, 3, 8, 8)
    other = torch.randn(1, 3, 12, 17)
    output = body(pixel_values=pixels, output_hidden_states=True)
    logits = model(pixel_values=pixels).logits
    factors = torch.randn_like(logits)
    (logits * factors).sum().backward()
    expected = {"pixels": pixels, "states": output.last_hidden_state, "pooled": output.pooler_output, "logits": logits,
                "other": other, "factors": factors,
                "other_states": body(pixel_values=other, **sizes).last_hidden_state, **gradients(model)}
    image = processor(images=opened("wide"), return_tensors="pt").pixel_values
    expected["wide_logits"] = model(pixel_values=image).logits
    save_expected(folder, expected)


def words(name):
    """A tokenizer as CLIP's, with marks of the beginning and the end, or as SigLIP's, with the end alone."""
    result = tokenizer(0)
    cls, sep = result.convert_tokens_to_ids("[CLS]"), result.convert_tokens_to_ids("[SEP]")
    result.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0" if name == "clip" else "$A:0 [SEP]:0",
        special_tokens=[("[CLS]", cls), ("[SEP]", sep)])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=result.backend_tokenizer, unk_token="[UNK]", pad_token="[PAD]" if name == "clip" else "[SEP]",
        cls_token="[CLS]", sep_token="[SEP]", model_max_length=10,
        model_input_names=["input_ids", "attention_mask"] if name == "clip" else ["input_ids"])


def write_pair(name, config, model_class, processor):
    """A model of pictures and texts."""
    folder = fresh(name)
    model = model_class(config).eval()
    randomize(model)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    reader = words(name)
    reader.save_pretrained(folder)
    texts = ["the cat eats food", "a dog", "the man runs in the house on a tree, the dog sleeps"]
    padding = dict(padding=True) if name == "clip" else dict(padding="max_length", max_length=10)
    inputs = dict(reader(texts, return_tensors="pt", truncation=True, **padding))
    pixels, other = torch.randn(2, 3, 8, 8), torch.randn(1, 3, 12, 17)
    output = model(pixel_values=pixels, **inputs)
    factors = torch.randn_like(output.logits_per_image)
    (output.logits_per_image * factors).sum().backward()
    image = model.vision_model(pixel_values=pixels)
    expected = {
        "pixels": pixels, "tokens": inputs["input_ids"], "factors": factors, "logits": output.logits_per_image,
        "states": image.last_hidden_state, "pooled": image.pooler_output,
        "text_states": output.text_model_output.last_hidden_state,
        "image_features": model.get_image_features(pixel_values=pixels).pooler_output,
        "text_features": model.get_text_features(**inputs).pooler_output, "other": other,
        "other_states": model.vision_model(pixel_values=other, interpolate_pos_encoding=True).last_hidden_state,
        **gradients(model)}
    if name == "clip":
        expected["mask"] = inputs["attention_mask"]
        older = copy.deepcopy(model)
        older.text_model.eos_token_id = 2  # as files from before the end's number was stated rightly
        expected["older_text_features"] = older.get_text_features(**inputs).pooler_output
    wide = processor(images=opened("wide"), return_tensors="pt").pixel_values
    expected["wide_features"] = model.get_image_features(pixel_values=wide).pooler_output
    labels = ["cat", "dog", "tree in the house"]
    probabilities = model(pixel_values=wide, **dict(
        reader([f"This is a photo of {x}." for x in labels], return_tensors="pt", truncation=True, **padding)))
    logits = probabilities.logits_per_image
    expected["zero_shot"] = logits.softmax(-1) if name == "clip" else logits.sigmoid()
    save_expected(folder, expected)


def write_pair_classifier(name, config, model_class):
    """The classifier of CLIP's or SigLIP's image encoder: its logits for the pixels of the other file."""
    folder = fresh(name + "-classifier")
    config = copy.deepcopy(config)
    config.id2label, config.label2id = LABELS, {v: k for k, v in LABELS.items()}
    model = model_class(config).eval()
    randomize(model)
    model.save_pretrained(folder)
    pixels = torch.randn(2, 3, 8, 8)
    logits = model(pixel_values=pixels).logits
    factors = torch.randn_like(logits)
    (logits * factors).sum().backward()
    save_expected(folder, {"pixels": pixels, "logits": logits, "factors": factors, **gradients(model)})


def write_models():
    named = dict(id2label=LABELS, label2id={v: k for k, v in LABELS.items()})
    small = dict(SIZES, image_size=8, patch_size=4, initializer_range=0.3)
    write_classifier("vit", transformers.ViTConfig(**small, **named), transformers.ViTForImageClassification,
                     transformers.ViTModel, ViTImageProcessorPil(size={"height": 8, "width": 8}),
                     interpolate_pos_encoding=True)
    crop = BitImageProcessorPil(
        size={"shortest_edge": 12}, crop_size={"height": 10, "width": 9}, image_mean=[0.485, 0.456, 0.406],
        image_std=[0.229, 0.224, 0.225])
    for name, gated in [("dinov2", False), ("dinov2-gated", True)]:
        config = transformers.Dinov2Config(**small, **named, mlp_ratio=2, use_swiglu_ffn=gated, layerscale_value=0.5)
        write_classifier(name, config, transformers.Dinov2ForImageClassification, transformers.Dinov2Model, crop)
    vision = dict(SIZES, image_size=8, patch_size=4)
    clip = transformers.CLIPConfig(
        text_config=dict(TEXTS, eos_token_id=3, bos_token_id=2, pad_token_id=0, projection_dim=6),
        vision_config=dict(vision, projection_dim=6), projection_dim=6)
    write_pair("clip", clip, transformers.CLIPModel, CLIPImageProcessorPil(
        size={"shortest_edge": 8}, crop_size={"height": 8, "width": 8}))
    siglip = transformers.SiglipConfig(
        text_config=dict(TEXTS, eos_token_id=3, bos_token_id=2, pad_token_id=3), vision_config=vision)
    write_pair("siglip", siglip, transformers.SiglipModel, SiglipImageProcessorPil(size={"height": 8, "width": 8}))
    write_pair_classifier("clip", clip, transformers.CLIPForImageClassification)
    write_pair_classifier("siglip", siglip, transformers.SiglipForImageClassification)


def write_preprocessing():
    vit, clip, siglip, bit = "ViTImageProcessor", "CLIPImageProcessor", "SiglipImageProcessor", "BitImageProcessor"
    classes = {vit: ViTImageProcessorPil, clip: CLIPImageProcessorPil, siglip: SiglipImageProcessorPil,
               bit: BitImageProcessorPil}
    small = {"size": {"height": 7, "width": 9}}
    cases = [
        (vit, {"size": 8}), (vit, {"size": {"shortest_edge": 9}}), (clip, {"size": 9, "crop_size": 6}),
        (clip, {"size": {"shortest_edge": 9}, "crop_size": {"height": 7, "width": 8}}),
        (clip, {"size": {"shortest_edge": 6}, "crop_size": {"height": 9, "width": 13}}),
        (bit, {"size": {"shortest_edge": 9}, "crop_size": 8, "image_mean": [0.485, 0.456, 0.406],
               "image_std": [0.229, 0.224, 0.225]}),
        (siglip, small), (siglip, {"size": 8}), (siglip, {**small, "resample": 0}), (siglip, {**small, "resample": 1}),
        (siglip, {**small, "resample": 4}), (vit, {**small, "do_rescale": False}),
        (vit, {**small, "rescale_factor": 1 / 127.5, "do_normalize": False}), (vit, {**small, "do_normalize": False}),
        (vit, {**small, "do_rescale": False, "do_normalize": False}),
        (vit, {"size": {"shortest_edge": 9, "longest_edge": 10}}),
        (vit, {"size": {"shortest_edge": 9, "longest_edge": 13}}),
        (vit, {"size": {"max_height": 12, "max_width": 10}}), (vit, {"do_resize": False}),
        (vit, {"size": [6, 11]}), (siglip, {"size": {"height": 24, "width": 31}}),
    ]
    written, tensors = [], {}
    for number, (kind, settings) in enumerate(cases):
        processor = classes[kind](**settings, **({} if kind != vit else {"do_convert_rgb": True}))
        for name in ["wide", "tall", "gray"]:
            if name == "gray" and number not in (0, 3, 6):
                continue
            pixels = processor(images=opened(name), return_tensors="np").pixel_values
            tensors[f"{number}.{name}"] = torch.tensor(np.asarray(pixels, dtype=np.float32))
        written.append({"image_processor_type": kind, **settings})
    with open(os.path.join(HERE, "preprocessing.json"), "w") as file:
        json.dump(written, file, indent=1)
    save_file(tensors, os.path.join(HERE, "preprocessing.safetensors"))


if __name__ == "__main__":
    write_pictures()
    write_models()
    write_preprocessing()
