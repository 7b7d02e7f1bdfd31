"""What transformers makes of T5 and Whisper in small configurations, and its features of a sound: writes
sequence_to_sequence.json.

Weights are not stored: both sides compute them from the tensor's name and the element's place, as make_decoders.py does;
nor is the sound, which is a formula. Made with transformers 5.24 and torch 2.13. Run: python make_sequence_to_sequence.py
"""

import json
import math
import os

import numpy
import torch
from transformers import (
    GenerationConfig, MT5Config, MT5ForConditionalGeneration, T5Config, T5ForConditionalGeneration, WhisperConfig,
    WhisperFeatureExtractor, WhisperForConditionalGeneration)

MASK = 0xFFFFFFFF


def name_hash(name):
    h = 2166136261
    for byte in name.encode():
        h = ((h ^ byte) * 16777619) & MASK
    return h


def mixed(seed, count):
    """Even numbers from -0.5 to 0.5 for places from 0 on."""
    h = (seed + numpy.arange(count, dtype=numpy.uint64) * 2654435761) & MASK
    h = ((h ^ (h >> 15)) * 2246822519) & MASK
    h = ((h ^ (h >> 13)) * 3266489917) & MASK
    return ((h ^ (h >> 16)) >> 8).astype(numpy.float64) / 16777216 - 0.5


def weights(name, shape, spread):
    """Even within spread / 2 of 0, norms of 1."""
    values = mixed(name_hash(name), math.prod(shape)) * spread
    base = 1.0 if len(shape) == 1 and name.endswith("weight") else 0.0
    return torch.tensor(values).add(base).reshape(shape).float()


def fill(model, spread):
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights(name, list(parameter.shape), spread))
    return model.eval()


def numbers(tensor):
    return [float(f"{v:.8g}") for v in tensor.detach().flatten().double().tolist()]


def sound(seconds, rate=16000):
    t = numpy.arange(int(seconds * rate)) / rate
    wave = 0.3 * numpy.sin(2 * math.pi * 220 * t * (1 + 0.05 * t)) + 0.2 * numpy.sin(2 * math.pi * 1500 * t)
    loud = 0.5 + 0.5 * numpy.sin(2 * math.pi * 1.3 * t)
    return (wave * loud + 0.02 * mixed(7, len(t))).astype(numpy.float32)


SOURCE = [[(13 * i + 29) % 40 + 2 for i in range(9)], [(3 * i + 11) % 40 + 2 for i in range(6)] + [0] * 3]
KEEP = [[1] * 9, [1] * 6 + [0] * 3]
LABELS = [[(7 * i * i + i + 3) % 46 + 2 for i in range(7)], [9, 30, 4, 1, -100, -100, -100]]


def common(model, inputs, labels, start, spread):
    out = model(**inputs, labels=labels, output_hidden_states=True)
    out.loss.backward()
    gradients = {n: p.grad for n, p in model.named_parameters() if p.grad is not None}
    return {
        "spread": spread,
        "logits": numbers(out.logits[:, [0, 3]]), "encoder": numbers(out.encoder_last_hidden_state[0, ::4]),
        "states": [numbers(h[0, 5, :6]) for h in out.decoder_hidden_states], "loss": out.loss.item(),
        "gradients": {n: [float(f"{g.double().norm().item():.8g}")] + numbers(g.flatten()[:3]) for n, g in
                      gradients.items()},
        "cached": cached(model, inputs, [start] + LABELS[0][:-1]),
    }


def cached(model, inputs, tokens):
    """The logits behind the last token, where the first three came together and the others one by one."""
    first = {k: v[:1] for k, v in inputs.items()}
    past, start = None, 0
    with torch.no_grad():
        for count in [3] + [1] * 4:
            out = model(**first, decoder_input_ids=torch.tensor([tokens[start:start + count]]), cache=past,
                        use_cache=True)
            past, start = out.cache, start + count
    return numbers(out.logits[0, -1])


def shapes(model, own_head):
    state = model.state_dict()
    left_out = {"encoder.embed_tokens.weight", "decoder.embed_tokens.weight", "proj_out.weight"}
    if not own_head:
        left_out.add("lm_head.weight")
    return {n: list(t.shape) for n, t in sorted(state.items()) if n not in left_out}


def t5(kind, config, settings, own_head, spread=1.2):
    config._attn_implementation = "eager"
    model = kind(config)
    if own_head:
        model.lm_head.weight = torch.nn.Parameter(torch.empty_like(model.shared.weight))
    fill(model, spread)
    inputs = dict(input_ids=torch.tensor(SOURCE), attention_mask=torch.tensor(KEEP))
    result = common(model, inputs, torch.tensor(LABELS), 0, spread)
    alone = [torch.tensor([SOURCE[0]]), torch.tensor([SOURCE[1][:6]])]
    result["generated"] = [model.generate(s, max_new_tokens=16, do_sample=False)[0].tolist()[1:] for s in alone]
    rules = dict(suppress_tokens=[result["generated"][0][1], 5], begin_suppress_tokens=[result["generated"][0][0]])
    result["rules"] = rules
    result["ruled"] = model.generate(alone[0], max_new_tokens=8, do_sample=False, **rules)[0].tolist()[1:]
    return {"config": settings, "shapes": shapes(model, own_head), **result}


small = dict(vocab_size=48, d_model=16, d_kv=6, d_ff=24, num_layers=2, num_decoder_layers=2, num_heads=3,
             relative_attention_num_buckets=8, relative_attention_max_distance=10, dropout_rate=0.0)


def t5_cases():
    settings = dict(small, model_type="t5", pad_token_id=0, eos_token_id=1, decoder_start_token_id=0)
    gated = dict(settings, feed_forward_proj="gated-gelu", tie_word_embeddings=False, num_decoder_layers=1)
    return {
        "t5": t5(T5ForConditionalGeneration, T5Config(**small, decoder_start_token_id=0), settings, False),
        "t5 gated": t5(
            T5ForConditionalGeneration,
            T5Config(**{**small, "num_decoder_layers": 1}, feed_forward_proj="gated-gelu", decoder_start_token_id=0,
                     tie_word_embeddings=False), gated, True),
        "mt5": t5(
            MT5ForConditionalGeneration,
            MT5Config(**small, feed_forward_proj="gated-gelu", decoder_start_token_id=0),
            dict(settings, model_type="mt5", feed_forward_proj="gated-gelu", tie_word_embeddings=False), True),
    }


# 0 ..< 40 are words, then end, start, three languages, two tasks, four others, no times, and times up to a second.
END, START, LANGUAGES, TRANSLATE, TRANSCRIBE, NO_TIMES = 40, 41, {"<|en|>": 42, "<|de|>": 43, "<|fr|>": 44}, 45, 46, 51
WHISPER = dict(
    vocab_size=103, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4,
    decoder_attention_heads=2, encoder_ffn_dim=24, decoder_ffn_dim=20, num_mel_bins=20, max_source_positions=50,
    max_target_positions=32, pad_token_id=END, bos_token_id=END, eos_token_id=END, decoder_start_token_id=START)
GENERATION = dict(
    eos_token_id=END, pad_token_id=END, bos_token_id=END, decoder_start_token_id=START, is_multilingual=True,
    lang_to_id=LANGUAGES, task_to_id={"transcribe": TRANSCRIBE, "translate": TRANSLATE},
    no_timestamps_token_id=NO_TIMES, max_initial_timestamp_index=20, return_timestamps=False,
    suppress_tokens=[3, 7, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50], begin_suppress_tokens=[5, 40], max_length=32)


def whisper():
    spread = 1.4
    config = WhisperConfig(**WHISPER, dropout=0.0)
    config._attn_implementation = "eager"
    model = fill(WhisperForConditionalGeneration(config), spread)
    extractor = WhisperFeatureExtractor(feature_size=20, chunk_length=1)
    short, long = sound(0.7), sound(2.9)

    def features(wave, **options):
        return extractor(wave, sampling_rate=16000, return_tensors="pt", **options).input_features

    inputs = dict(input_features=torch.cat([features(short), features(long[20000:36000])]))
    labels = torch.tensor(LABELS)
    labels[1, 3] = END
    result = common(model, inputs, labels, START, spread)
    model.generation_config = GenerationConfig(**GENERATION)
    one, whole = inputs["input_features"][:1], features(long, truncation=False, padding="longest")
    told = dict(language="de", task="transcribe", do_sample=False, max_new_tokens=14)
    # A model that was trained writes no times where it is told not to; this one is kept from it.
    words = dict(suppress_tokens=GENERATION["suppress_tokens"] + list(range(NO_TIMES + 1, 103)))
    result["generated"] = model.generate(one, **told, **words)[0].tolist()
    result["translated"] = model.generate(
        one, **{**told, "task": "translate", "language": "fr"}, **words)[0].tolist()
    result["heard"] = model.detect_language(one)[0].item()
    for name, mel in [("timed", one), ("long", whole)]:
        out = model.generate(mel, return_timestamps=True, return_segments=True, **told)
        result[name] = [{"start": float(s["start"]), "end": float(s["end"]), "tokens": s["tokens"].tolist()}
                        for s in out["segments"][0]]
    result["worth"] = worth(model, one, dict(told, return_timestamps=True))
    settings = dict(WHISPER, model_type="whisper", dropout=0.0)
    return {"config": settings, "generation": GENERATION, "shapes": shapes(model, False), **result}


def worth(model, mel, told):
    """What a text is worth that is written without a second try."""
    found, plain = {}, model._need_fallback

    def look(tokens, outputs, index, processors, settings, vocabulary, temperature):
        found["compression"] = model._retrieve_compression_ratio(tokens, vocabulary)
        found["logProbability"] = model._retrieve_avg_logprobs(outputs[index]["scores"], tokens, temperature).item()
        silence = [p for p in processors if type(p).__name__ == "WhisperNoSpeechDetection"]
        found["silence"] = silence[0].no_speech_prob[index].item()
        return plain(tokens, outputs, index, processors, settings, vocabulary, temperature)

    model._need_fallback = look
    told = dict(told, temperature=(0.0,), logprob_threshold=-100.0, compression_ratio_threshold=100.0)
    model.generate(mel, **told, no_speech_threshold=0.9)
    model._need_fallback = plain
    return found


def columns():
    """Some columns of the features of sounds, and their mean."""
    result = []
    for bands, seconds, places in [
        (80, 2.5, [0, 1, 100, 248, 249, 250, 251, 2999]), (128, 2.5, [0, 77, 249, 2999]),
        (80, 31.3, [0, 1500, 2999, 3000, 3001, 3129]),
    ]:
        extractor = WhisperFeatureExtractor(feature_size=bands)
        whole = {"truncation": False, "padding": "longest"} if seconds > 30 else {}
        mel = extractor(sound(seconds), sampling_rate=16000, return_tensors="pt", **whole).input_features[0]
        result.append({"bands": bands, "seconds": seconds, "count": mel.shape[1], "places": places,
                       "columns": [[float(f"{v:.7g}") for v in mel[:, p].double().tolist()] for p in places],
                       "mean": mel.double().mean().item()})
    return result


torch.manual_seed(0)
result = {"source": SOURCE, "mask": KEEP, "labels": LABELS, "cases": t5_cases(), "whisper": whisper(),
          "features": columns()}
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sequence_to_sequence.json")
with open(path, "w") as file:
    json.dump(result, file, separators=(",", ":"))
    file.write("\n")
print(os.path.getsize(path), "bytes")
for name, case in result["cases"].items():
    print(name, case["generated"], case["ruled"], case["loss"])
for key in ["generated", "translated", "heard", "timed", "long", "loss"]:
    print(key, result["whisper"][key])
