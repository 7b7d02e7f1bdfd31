"""Heads on transformers' decoders, and Gemma 3 reading both ways, in small configurations: writes decoder_heads.json.

Weights are not stored: see make_decoders.py. Tokens are a batch of texts of three lengths; the second text ends with the
token that stands for padding.
Run: python make_decoder_heads.py
"""

import torch
import transformers
from make_decoders import configuration, numbers, weights, write

SMALL = dict(
    vocab_size=48, hidden_size=32, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4,
    num_key_value_heads=2, max_position_embeddings=64, pad_token_id=3, num_labels=3)
GEMMA = dict(SMALL, num_hidden_layers=3, head_dim=12, sliding_window=4, sliding_window_pattern=3,
             query_pre_attn_scalar=20)
FAMILIES = {
    "llama": ("Llama", "Llama", dict(SMALL)),
    "mistral": ("Mistral", "Mistral", dict(SMALL, sliding_window=5)),
    "qwen2": ("Qwen2", "Qwen2", dict(SMALL)),
    "qwen3": ("Qwen3", "Qwen3", dict(SMALL, head_dim=12)),
    "gemma": ("Gemma", "Gemma", dict(SMALL, head_dim=12)),
    # Bounds near the scores and the logits, so that they count.
    "gemma2": ("Gemma2", "Gemma2", dict(
        SMALL, num_hidden_layers=3, head_dim=12, sliding_window=4, query_pre_attn_scalar=20, attn_logit_softcapping=0.5,
        final_logit_softcapping=5.0)),
    "gemma3": ("Gemma3Text", "Gemma3Text", GEMMA),
    "gpt2": ("GPT2", "GPT2", dict(
        vocab_size=48, n_embd=32, n_layer=2, n_head=4, n_positions=64, resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0,
        pad_token_id=3, num_labels=3)),
}
TASKS = ["SequenceClassification", "TokenClassification", "QuestionAnswering"]
LENGTHS = [12, 8, 4]


def inputs():
    torch.manual_seed(3)
    tokens = torch.randint(4, 48, (3, 12))
    mask = torch.tensor([[1] * n + [0] * (12 - n) for n in LENGTHS])
    tokens = tokens * mask + 3 * (1 - mask)
    tokens[1, 7] = 3
    return tokens, mask


def case(model, read, config):
    """What `read` makes of the batch, times numbers as factors, and the gradients of the sum."""
    state = model.state_dict()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(weights(name, list(parameter.shape)))
    model.eval()
    tokens, mask = inputs()
    result = read(model(input_ids=tokens, attention_mask=mask))
    if result.dim() == 3:
        result = result * mask.unsqueeze(2)
    factors = weights("factors", tuple(result.shape))
    (result * factors).sum().backward()
    gradients = {name: numbers(p.grad.norm()) + numbers(p.grad.flatten()[:3])
                 for name, p in model.named_parameters() if p.grad is not None}
    settings = {**configuration(config), "pad_token_id": 3, "num_labels": 3, "architectures": [type(model).__name__]}
    shapes = {name: list(value.shape) for name, value in state.items() if not name.endswith(".attn.bias")}
    return {"config": settings, "shapes": shapes, "result": numbers(result), "gradients": gradients}


def logits(output):
    if hasattr(output, "start_logits"):
        return torch.stack([output.start_logits, output.end_logits], -1)
    return output.logits


def main():
    cases = {}
    for name, (kind, settings, options) in FAMILIES.items():
        for task in TASKS:
            cls = getattr(transformers, f"{kind}For{task}", None)
            if cls is None:
                continue
            config = getattr(transformers, settings + "Config")(**options)
            config._attn_implementation = "eager"
            cases[f"{name} {task}"] = case(cls(config), logits, config)
    config = transformers.Gemma3TextConfig(**GEMMA, use_bidirectional_attention=True)
    both = transformers.Gemma3TextModel(config)
    cases["gemma3 both ways"] = case(both, lambda output: output.last_hidden_state, config)
    tokens, mask = inputs()
    write({"tokens": tokens.tolist(), "mask": mask.tolist(), "cases": cases}, "decoder_heads.json")


if __name__ == "__main__":
    main()
