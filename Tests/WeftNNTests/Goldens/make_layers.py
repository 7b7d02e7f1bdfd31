"""Writes layers/*.json: what PyTorch computes for each layer, in float64.

    python make_layers.py        (PyTorch 2.13, CPU)

A case holds the parameters and buffers before, the inputs, the outputs in training, the gradients of the sum of
outputs times fixed weights (see `weights_for`) with respect to inputs and parameters, the buffers after, and the outputs
in evaluation. Inputs and parameters are decimals of few digits, so both sides start from the same numbers.
"""
import json
import pathlib

import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent / "layers"


def drawn(*shape, scale=1.0, seed=[0]):
    """Normal numbers rounded to three decimals; each call continues one sequence."""
    seed[0] += 1
    generator = torch.Generator().manual_seed(seed[0])
    values = (torch.randn(shape, generator=generator) * scale * 1000).round() / 1000
    return torch.where(values == 0, 0.001, values)


def weights_for(tensor):
    """The fixed weights of a loss: -1, -0.982, ... in a scrambled order. The tests compute the same."""
    index = torch.arange(tensor.numel(), dtype=torch.int64)
    return (((index * 7919 + 13) % 1009) / 504.0 - 1).reshape(tensor.shape)


def stored(tensor):
    if tensor is None:
        return None
    return {"shape": list(tensor.shape), "values": [float(v) for v in tensor.detach().flatten()]}


def stored_map(named):
    return {name: stored(tensor) for name, tensor in named}


def outputs_of(result):
    """The tensors in a result, however nested, in order."""
    if torch.is_tensor(result):
        return [result]
    if result is None:
        return []
    return [tensor for part in result for tensor in outputs_of(part)]


def case(name, module, *inputs, call=None, scale=0.5, evaluates=True):
    """Runs one layer. `call(module, *inputs)` stands for `module(*inputs)`; inputs of whole numbers get no gradient."""
    call = call or (lambda module, *inputs: module(*inputs))
    with torch.no_grad():
        for parameter_name, parameter in module.named_parameters():
            parameter.copy_(drawn(*parameter.shape, scale=scale))
            # Norm weights near one, as in use.
            if parameter_name.endswith("weight") and parameter.dim() == 1:
                parameter.add_(1)
    inputs = [i.clone().requires_grad_() if i.is_floating_point() else i for i in inputs]
    record = {"name": name, "parameters": stored_map(module.named_parameters()),
              "buffers": stored_map(module.named_buffers()), "inputs": [stored(i) for i in inputs]}
    module.train()
    outputs = outputs_of(call(module, *inputs))
    sum((o * weights_for(o)).sum() for o in outputs).backward()
    record["outputs"] = [stored(o) for o in outputs]
    record["inputGradients"] = [stored(i.grad) if i.is_floating_point() else None for i in inputs]
    record["parameterGradients"] = stored_map((n, p.grad) for n, p in module.named_parameters())
    record["buffersAfter"] = stored_map(module.named_buffers())
    if evaluates:
        module.eval()
        with torch.no_grad():
            record["evalOutputs"] = [stored(o) for o in outputs_of(call(module, *inputs))]
    return record


def write(family, cases):
    FOLDER.mkdir(exist_ok=True)
    names = [c["name"] for c in cases]
    assert len(set(names)) == len(names)
    path = FOLDER / f"{family}.json"
    lines = ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases)
    path.write_text("[\n" + lines + "\n]\n")
    print(f"{path.name}: {len(cases)} cases, {path.stat().st_size} bytes")


def linear():
    return [
        case("linear", nn.Linear(4, 3), drawn(5, 4)),
        case("linear_no_bias", nn.Linear(4, 3, bias=False), drawn(2, 3, 4)),
        case("linear_vector", nn.Linear(4, 3), drawn(4)),
        case("embedding", nn.Embedding(7, 3), torch.tensor([[1, 4, 1], [6, 0, 1]])),
        case("embedding_padding", nn.Embedding(7, 3, padding_idx=1), torch.tensor([[1, 4, 1], [6, 0, 1]])),
    ]


def convolution():
    return [
        case("conv1d", nn.Conv1d(2, 3, 3), drawn(2, 2, 7)),
        case("conv1d_all", nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2), drawn(2, 4, 9)),
        case("conv2d", nn.Conv2d(2, 3, 3, padding=1), drawn(2, 2, 5, 4)),
        case("conv2d_no_bias", nn.Conv2d(2, 3, (2, 3), bias=False), drawn(2, 2, 5, 4)),
        case("conv2d_all", nn.Conv2d(4, 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2),
             drawn(2, 4, 6, 5)),
        case("conv2d_depthwise", nn.Conv2d(3, 6, 3, padding=1, groups=3), drawn(2, 3, 4, 4)),
        case("conv2d_same", nn.Conv2d(2, 2, (3, 4), padding="same", dilation=(1, 1)), drawn(1, 2, 5, 6)),
        case("conv2d_unbatched", nn.Conv2d(2, 3, 3), drawn(2, 4, 5)),
        case("conv3d", nn.Conv3d(2, 3, 2, stride=(1, 2, 1), padding=1), drawn(1, 2, 3, 4, 3)),
        case("conv_transpose1d", nn.ConvTranspose1d(2, 3, 3, stride=2, padding=1, output_padding=1), drawn(2, 2, 4)),
        case("conv_transpose2d", nn.ConvTranspose2d(2, 3, 2, stride=2), drawn(2, 2, 3, 4)),
        case("conv_transpose2d_all",
             nn.ConvTranspose2d(4, 6, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2,
                                dilation=(1, 2)), drawn(1, 4, 3, 3)),
        case("conv_transpose2d_no_bias", nn.ConvTranspose2d(2, 2, 3, bias=False), drawn(1, 2, 3, 3)),
        case("conv_transpose3d", nn.ConvTranspose3d(2, 2, 2, stride=(1, 2, 1)), drawn(1, 2, 2, 3, 2)),
    ] + [
        case(f"conv2d_{mode}", nn.Conv2d(2, 2, 3, padding=(1, 2), padding_mode=mode), drawn(1, 2, 4, 5))
        for mode in ("reflect", "replicate", "circular")
    ]


def pooling():
    return [
        case("max_pool1d", nn.MaxPool1d(2), drawn(2, 2, 7)),
        case("max_pool2d", nn.MaxPool2d(2), drawn(2, 2, 4, 6)),
        case("max_pool2d_all", nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2)), drawn(1, 2, 6, 5)),
        case("max_pool2d_ceil", nn.MaxPool2d(2, ceil_mode=True), drawn(1, 2, 5, 5)),
        case("max_pool3d", nn.MaxPool3d(2), drawn(1, 2, 4, 4, 2)),
        case("avg_pool1d", nn.AvgPool1d(3, stride=2, padding=1), drawn(2, 2, 7)),
        case("avg_pool2d", nn.AvgPool2d(2), drawn(2, 2, 4, 6)),
        case("avg_pool2d_all", nn.AvgPool2d((3, 2), stride=(2, 1), padding=(1, 1), count_include_pad=False),
             drawn(1, 2, 6, 5)),
        case("avg_pool3d", nn.AvgPool3d(2), drawn(1, 2, 4, 4, 2)),
        case("adaptive_avg_pool1d", nn.AdaptiveAvgPool1d(3), drawn(2, 2, 7)),
        case("adaptive_avg_pool2d", nn.AdaptiveAvgPool2d((2, 3)), drawn(2, 2, 5, 7)),
        case("adaptive_avg_pool2d_one", nn.AdaptiveAvgPool2d(1), drawn(2, 2, 5, 7)),
        case("adaptive_avg_pool3d", nn.AdaptiveAvgPool3d((2, 1, 2)), drawn(1, 2, 3, 4, 2)),
        case("adaptive_max_pool1d", nn.AdaptiveMaxPool1d(3), drawn(2, 2, 7)),
        case("adaptive_max_pool2d", nn.AdaptiveMaxPool2d((2, 3)), drawn(2, 2, 5, 7)),
        case("adaptive_max_pool3d", nn.AdaptiveMaxPool3d((2, 1, 2)), drawn(1, 2, 3, 4, 2)),
    ]


def normalization():
    def twice(module, x):
        """Two steps, so that the running statistics are averaged once more."""
        return (module(x), module(x * 2 + 1)) if module.training else module(x)

    return [
        case("batch_norm1d", nn.BatchNorm1d(3), drawn(5, 3)),
        case("batch_norm1d_sequence", nn.BatchNorm1d(3), drawn(4, 3, 5)),
        case("batch_norm2d", nn.BatchNorm2d(3), drawn(4, 3, 2, 3)),
        case("batch_norm2d_twice", nn.BatchNorm2d(2, momentum=0.3), drawn(2, 2, 2, 3), call=twice),
        case("batch_norm2d_cumulative", nn.BatchNorm2d(2, momentum=None), drawn(2, 2, 2, 3), call=twice),
        case("batch_norm2d_not_affine", nn.BatchNorm2d(2, affine=False, eps=1e-3), drawn(2, 2, 2, 3)),
        case("batch_norm2d_not_tracking", nn.BatchNorm2d(2, track_running_stats=False), drawn(2, 2, 2, 3)),
        case("batch_norm3d", nn.BatchNorm3d(2), drawn(2, 2, 2, 3, 2)),
        case("layer_norm", nn.LayerNorm(4), drawn(2, 3, 4)),
        case("layer_norm_two_axes", nn.LayerNorm((3, 4), eps=1e-3), drawn(2, 3, 4)),
        case("layer_norm_no_bias", nn.LayerNorm(4, bias=False), drawn(2, 3, 4)),
        case("layer_norm_not_affine", nn.LayerNorm(4, elementwise_affine=False), drawn(2, 3, 4)),
        case("group_norm", nn.GroupNorm(2, 4), drawn(2, 4, 3, 2)),
        case("group_norm_not_affine", nn.GroupNorm(2, 4, affine=False, eps=1e-3), drawn(2, 4, 3)),
        case("rms_norm", nn.RMSNorm(4), drawn(2, 3, 4)),
        case("rms_norm_two_axes", nn.RMSNorm((3, 4), eps=1e-3), drawn(2, 3, 4)),
        case("rms_norm_not_affine", nn.RMSNorm(4, elementwise_affine=False, eps=1e-4), drawn(2, 3, 4)),
        case("instance_norm1d", nn.InstanceNorm1d(3), drawn(2, 3, 5)),
        case("instance_norm2d", nn.InstanceNorm2d(2, affine=True), drawn(2, 2, 3, 4)),
        case("instance_norm2d_tracking", nn.InstanceNorm2d(2, affine=True, track_running_stats=True),
             drawn(2, 2, 3, 4)),
    ]


class Hardsigmoid(nn.Module):
    """PyTorch's own gradient holds 1/6 as a float32 even in float64."""

    def forward(self, x):
        return (x / 6 + 0.5).clamp(0, 1)


def activations():
    layers = {
        "relu": nn.ReLU(), "relu6": nn.ReLU6(), "leaky_relu": nn.LeakyReLU(), "leaky_relu_slope": nn.LeakyReLU(0.2),
        "elu": nn.ELU(), "elu_alpha": nn.ELU(0.5), "selu": nn.SELU(), "celu": nn.CELU(), "celu_alpha": nn.CELU(0.5),
        "gelu": nn.GELU(), "gelu_tanh": nn.GELU(approximate="tanh"), "silu": nn.SiLU(), "mish": nn.Mish(),
        "softplus": nn.Softplus(), "softplus_beta": nn.Softplus(2, 3), "softsign": nn.Softsign(),
        "hardtanh": nn.Hardtanh(), "hardtanh_range": nn.Hardtanh(-0.5, 2), "hardsigmoid": Hardsigmoid(),
        "hardswish": nn.Hardswish(), "sigmoid": nn.Sigmoid(), "log_sigmoid": nn.LogSigmoid(), "tanh": nn.Tanh(),
        "tanhshrink": nn.Tanhshrink(), "softshrink": nn.Softshrink(), "hardshrink": nn.Hardshrink(),
        "threshold": nn.Threshold(0.1, 20), "prelu": nn.PReLU(), "prelu_channels": nn.PReLU(3), "glu": nn.GLU(),
        "glu_axis": nn.GLU(1), "softmax": nn.Softmax(-1), "softmax_channels": nn.Softmax(1), "softmin": nn.Softmin(-1),
        "log_softmax": nn.LogSoftmax(-1),
    }
    shapes = {"prelu_channels": (2, 3, 2), "glu_axis": (2, 4, 3)}
    return [case(name, layer, drawn(*shapes.get(name, (3, 8)), scale=3)) for name, layer in layers.items()]


def recurrent():
    def with_lengths(lengths, batch_first=False):
        def call(module, x, *state):
            packed = pack_padded_sequence(x, torch.tensor(lengths), batch_first=batch_first, enforce_sorted=False)
            total = x.shape[1 if batch_first else 0]
            state = state[0] if len(state) == 1 else (state or None)
            output, final = module(packed, state)
            return pad_packed_sequence(output, batch_first=batch_first, total_length=total)[0], final
        return call

    def with_state(module, x, *state):
        return module(x, state[0] if len(state) == 1 else state)

    cases = []
    for kind, layer, states in (("rnn", nn.RNN, 1), ("lstm", nn.LSTM, 2), ("gru", nn.GRU, 1)):
        def state(*shape):
            return [drawn(*shape) for _ in range(states)]
        cases += [
            case(kind, layer(3, 4), drawn(5, 2, 3)),
            case(f"{kind}_no_bias", layer(3, 4, bias=False), drawn(3, 2, 3)),
            case(f"{kind}_state", layer(3, 4), drawn(3, 2, 3), *state(1, 2, 4), call=with_state),
            case(f"{kind}_unbatched", layer(3, 4), drawn(3, 3)),
            case(f"{kind}_deep", layer(3, 2, num_layers=2, bidirectional=True, batch_first=True), drawn(2, 4, 3),
                 *state(4, 2, 2), call=with_state),
            case(f"{kind}_lengths", layer(3, 2), drawn(4, 3, 3), call=with_lengths([2, 4, 1])),
            case(f"{kind}_lengths_deep", layer(3, 2, num_layers=2, bidirectional=True, batch_first=True),
                 drawn(3, 5, 3), *state(4, 3, 2), call=with_lengths([2, 4, 1], batch_first=True)),
        ]
    cases += [case("rnn_relu", nn.RNN(3, 4, nonlinearity="relu"), drawn(4, 2, 3)),
              case("lstm_projected", nn.LSTM(3, 4, num_layers=2, proj_size=2, bidirectional=True), drawn(3, 2, 3))]
    return cases


def attention():
    def attend(**options):
        def call(module, *inputs):
            query, key, value = inputs if len(inputs) == 3 else inputs * 3
            return module(query, key, value, **options)
        return call

    padding = torch.tensor([[False, False, True, True], [False, False, False, True]])
    blocked = torch.tensor([[False, True, False, False], [False, False, True, False], [True, False, False, False]])
    added = drawn(3, 4)
    per_head = drawn(4, 3, 4)
    causal = nn.Transformer.generate_square_subsequent_mask(3)
    qkv = lambda: (drawn(3, 2, 4), drawn(4, 2, 4), drawn(4, 2, 4))
    layer = lambda **options: nn.MultiheadAttention(4, 2, **options)
    return [
        case("attention_self", layer(), drawn(3, 2, 4), call=attend(need_weights=False)),
        case("attention_weights", layer(), *qkv(), call=attend()),
        case("attention_weights_per_head", layer(), *qkv(), call=attend(average_attn_weights=False)),
        case("attention_no_bias", layer(bias=False), *qkv(), call=attend(need_weights=False)),
        case("attention_batch_first", layer(batch_first=True), drawn(2, 3, 4), drawn(2, 4, 4), drawn(2, 4, 4),
             call=attend()),
        case("attention_unbatched", layer(), drawn(3, 4), drawn(4, 4), drawn(4, 4), call=attend()),
        case("attention_padding", layer(), *qkv(), call=attend(key_padding_mask=padding)),
        case("attention_mask_bool", layer(), *qkv(), call=attend(attn_mask=blocked)),
        case("attention_mask_added", layer(), *qkv(), call=attend(attn_mask=added)),
        case("attention_mask_per_head", layer(), *qkv(), call=attend(attn_mask=per_head)),
        case("attention_masks", layer(), *qkv(), call=attend(attn_mask=blocked, key_padding_mask=padding)),
        case("attention_causal", layer(), drawn(3, 2, 4),
             call=attend(attn_mask=causal, is_causal=True, need_weights=False)),
        case("attention_sizes", layer(kdim=3, vdim=5), drawn(3, 2, 4), drawn(4, 2, 3), drawn(4, 2, 5), call=attend()),
        masks(padding, blocked, added, per_head),
    ]


def masks(padding, blocked, added, per_head):
    """The masks of the cases above, as the inputs of a case without a layer."""
    return case("attention_mask_values", nn.Identity(), added, call=lambda module, x: module(x)) | {
        "inputs": [stored(padding), stored(blocked), stored(added), stored(per_head)]}


def transformer():
    padding = torch.tensor([[False, False, True], [False, False, False]])
    causal = nn.Transformer.generate_square_subsequent_mask(3)
    layer = lambda **options: nn.TransformerEncoderLayer(4, 2, dim_feedforward=6, dropout=0, **options)
    masked = lambda module, x: module(x, src_key_padding_mask=padding)
    # In evaluation PyTorch's fast path may leave padded rows zero: only training is compared there.
    return [
        case("encoder_layer", layer(), drawn(3, 2, 4)),
        case("encoder_layer_norm_first", layer(norm_first=True), drawn(3, 2, 4)),
        case("encoder_layer_gelu", layer(activation="gelu", batch_first=True), drawn(2, 3, 4)),
        case("encoder_layer_norm_first_gelu", layer(norm_first=True, activation="gelu", batch_first=True),
             drawn(2, 3, 4)),
        case("encoder_layer_no_bias", layer(bias=False, batch_first=True), drawn(2, 3, 4)),
        case("encoder_layer_padding", layer(batch_first=True), drawn(2, 3, 4),
             call=lambda m, x: m(x, src_key_padding_mask=padding), evaluates=False),
        case("encoder_layer_causal", layer(batch_first=True), drawn(2, 3, 4),
             call=lambda m, x: m(x, src_mask=causal, is_causal=True), evaluates=False),
        case("encoder", nn.TransformerEncoder(layer(batch_first=True), 2, enable_nested_tensor=False),
             drawn(2, 3, 4)),
        case("encoder_final_norm",
             nn.TransformerEncoder(layer(batch_first=True, norm_first=True), 2, norm=nn.LayerNorm(4),
                                   enable_nested_tensor=False),
             drawn(2, 3, 4), call=masked, evaluates=False),
    ]


def padding():
    layers = {
        "constant_pad1d": (nn.ConstantPad1d((1, 2), 0.5), (2, 2, 4)), "constant_pad2d": (nn.ConstantPad2d(2, -1.5), (1, 2, 3, 2)),
        "constant_pad3d": (nn.ConstantPad3d((1, 0, 2, 1, 0, 3), 2.0), (1, 2, 2, 1, 2)),
        "constant_pad2d_crop": (nn.ConstantPad2d((1, -1, -1, 2), 0.5), (1, 2, 3, 4)),
        "zero_pad1d": (nn.ZeroPad1d(2), (2, 2, 3)), "zero_pad2d": (nn.ZeroPad2d((1, 2, 3, 0)), (1, 2, 2, 3)),
        "zero_pad3d": (nn.ZeroPad3d((1, 2, 0, 1, 3, 0)), (1, 2, 2, 3, 2)),
        "reflection_pad1d": (nn.ReflectionPad1d((2, 1)), (2, 2, 4)), "reflection_pad2d": (nn.ReflectionPad2d((1, 2, 3, 0)), (1, 2, 4, 3)),
        "reflection_pad3d": (nn.ReflectionPad3d((1, 1, 2, 0, 0, 1)), (1, 1, 2, 3, 2)),
        "replication_pad1d": (nn.ReplicationPad1d((3, 1)), (2, 2, 2)), "replication_pad2d": (nn.ReplicationPad2d((1, 2, 3, 0)), (1, 2, 2, 2)),
        "replication_pad3d": (nn.ReplicationPad3d((1, 1, 2, 0, 0, 3)), (1, 1, 2, 2, 2)),
        "circular_pad1d": (nn.CircularPad1d((2, 3)), (2, 2, 4)), "circular_pad2d": (nn.CircularPad2d((1, 2, 3, 0)), (1, 2, 4, 3)),
        "circular_pad3d": (nn.CircularPad3d((1, 1, 2, 0, 0, 1)), (1, 1, 2, 3, 2)),
    }
    return [case(name, layer, drawn(*shape)) for name, (layer, shape) in layers.items()] + [
        case("reflection_pad2d_unbatched", nn.ReflectionPad2d(1), drawn(2, 3, 4)),
        case("softmax2d", nn.Softmax2d(), drawn(2, 3, 2, 2)), case("softmax2d_unbatched", nn.Softmax2d(), drawn(3, 2, 2)),
    ]


def cells():
    with_state = lambda module, x, *state: module(x, state[0] if len(state) == 1 else state)
    cases = []
    for kind, layer, states in (("rnn", nn.RNNCell, 1), ("lstm", nn.LSTMCell, 2), ("gru", nn.GRUCell, 1)):
        def state(*shape):
            return [drawn(*shape) for _ in range(states)]
        cases += [
            case(kind, layer(3, 4), drawn(2, 3), *state(2, 4), call=with_state),
            case(f"{kind}_no_bias", layer(3, 4, bias=False), drawn(2, 3), *state(2, 4), call=with_state),
            case(f"{kind}_zeros", layer(3, 4), drawn(2, 3)),
            case(f"{kind}_unbatched", layer(3, 4), drawn(3), *state(4), call=with_state),
        ]
    return cases + [case("rnn_relu", nn.RNNCell(3, 4, nonlinearity="relu"), drawn(2, 3), drawn(2, 4), call=with_state)]


def parametrizations():
    """Twice in training: the second use of a spectral norm goes on from the first one's vectors."""
    from torch.nn.utils.parametrizations import spectral_norm, weight_norm
    twice = lambda module, x: (module(x), module(x)) if module.training else module(x)
    torch.manual_seed(1)
    return [
        case("weight_linear", weight_norm(nn.Linear(4, 3)), drawn(2, 4), call=twice),
        case("weight_linear_axis1", weight_norm(nn.Linear(4, 3), dim=1), drawn(2, 4), call=twice),
        case("weight_linear_whole", weight_norm(nn.Linear(4, 3), dim=None), drawn(2, 4), call=twice),
        case("weight_conv2d", weight_norm(nn.Conv2d(2, 3, 3)), drawn(1, 2, 4, 4), call=twice),
        case("weight_bias", weight_norm(nn.Linear(4, 3), "bias"), drawn(2, 4), call=twice),
        case("spectral_linear", spectral_norm(nn.Linear(4, 3)), drawn(2, 4), call=twice),
        case("spectral_linear_axis1", spectral_norm(nn.Linear(4, 3), dim=1), drawn(2, 4), call=twice),
        case("spectral_conv2d", spectral_norm(nn.Conv2d(2, 3, 3), n_power_iterations=3), drawn(1, 2, 4, 4), call=twice),
        case("spectral_conv_transpose2d", spectral_norm(nn.ConvTranspose2d(2, 3, 2)), drawn(1, 2, 3, 3), call=twice),
        case("spectral_bias", spectral_norm(nn.Linear(4, 3), "bias"), drawn(2, 4), call=twice),
    ]


def adaptive():
    """In evaluation the logarithms of all probabilities."""
    def call(*target):
        target = torch.tensor(*target)
        return lambda module, x: module(x, target) if module.training else module.log_prob(x.reshape(-1, x.shape[-1]))
    layer = lambda **options: nn.AdaptiveLogSoftmaxWithLoss(8, 12, cutoffs=[3, 7], div_value=2.0, **options)
    return [
        case("adaptive", layer(), drawn(6, 8), call=call([1, 11, 4, 0, 8, 6])),
        case("adaptive_bias", layer(head_bias=True), drawn(3, 8), call=call([2, 1, 5])),
        case("adaptive_single", layer(), drawn(8), call=call(9)),
    ]


def spatial():
    """Layers that move, resample or gather elements."""
    pooled = lambda module, x: module[1](*module[0](x))
    unpool = lambda pool, unpool: nn.ModuleList([pool, unpool])
    pairs = lambda module, a, b: module(a, b)
    fractional = lambda make, samples, *options, **named: make(*options, _random_samples=samples, **named)
    uniform = lambda *shape: (drawn(*shape).abs() % 1)
    transposed = lambda size: lambda module, x: module(x, output_size=size)
    up = nn.Upsample
    cases = [
        case("pixel_shuffle", nn.PixelShuffle(2), drawn(1, 8, 2, 3)),
        case("pixel_unshuffle", nn.PixelUnshuffle(2), drawn(1, 2, 4, 6)),
        case("channel_shuffle", nn.ChannelShuffle(2), drawn(2, 6, 2, 2)),
        case("unfold", nn.Unfold((2, 3), dilation=(1, 2), padding=(1, 2), stride=(2, 1)), drawn(1, 2, 3, 4)),
        case("unfold_unbatched", nn.Unfold(2), drawn(2, 3, 3)),
        case("fold", nn.Fold((4, 5), (2, 3), dilation=(1, 1), padding=(1, 0), stride=(2, 1)), drawn(1, 12, 9)),
        case("fold_unbatched", nn.Fold((3, 3), 2), drawn(8, 4)),
        case("upsample_nearest", up(scale_factor=2), drawn(1, 2, 3)),
        case("upsample_size", up(size=(5, 4)), drawn(1, 2, 3, 3)),
        case("upsample_bilinear", up(scale_factor=(2, 1.5), mode="bilinear"), drawn(1, 2, 3, 4)),
        case("upsample_bilinear_corners", up(scale_factor=2, mode="bilinear", align_corners=True), drawn(1, 2, 3, 4)),
        case("upsample_bicubic", up(size=7, mode="bicubic"), drawn(1, 1, 4, 5)),
        case("upsample_trilinear", up(scale_factor=1.7, mode="trilinear"), drawn(1, 1, 2, 3, 2)),
        case("local_response", nn.LocalResponseNorm(3, alpha=0.5, beta=0.6, k=2), drawn(2, 5, 3)),
        case("bilinear", nn.Bilinear(3, 4, 2), drawn(2, 5, 3), drawn(2, 5, 4), call=pairs),
        case("bilinear_no_bias", nn.Bilinear(3, 4, 2, bias=False), drawn(5, 3), drawn(5, 4), call=pairs),
        case("cosine", nn.CosineSimilarity(), drawn(2, 3, 4), drawn(2, 3, 4), call=pairs),
        case("cosine_axis", nn.CosineSimilarity(dim=-1, eps=1e-3), drawn(2, 3, 4), drawn(2, 1, 4), call=pairs),
        case("distance", nn.PairwiseDistance(), drawn(3, 4), drawn(3, 4), call=pairs),
        case("distance_all", nn.PairwiseDistance(p=3, eps=1e-3, keepdim=True), drawn(3, 4), drawn(3, 4), call=pairs),
        case("lp_pool1d", nn.LPPool1d(2, 3, stride=2), drawn(1, 2, 8)),
        case("lp_pool2d", nn.LPPool2d(3, (2, 3), ceil_mode=True), drawn(1, 2, 5, 6).abs()),
        case("lp_pool3d", nn.LPPool3d(2, 2), drawn(1, 2, 2, 4, 2)),
        case("avg_pool_divisor", nn.AvgPool2d(2, divisor_override=3), drawn(1, 2, 4, 4)),
        case("max_unpool1d", unpool(nn.MaxPool1d(2, return_indices=True), nn.MaxUnpool1d(2)), drawn(1, 2, 6), call=pooled),
        case("max_unpool2d", unpool(nn.MaxPool2d(3, 3, 1, return_indices=True), nn.MaxUnpool2d(3, 3, 1)),
             drawn(1, 2, 7, 7), call=pooled),
        case("max_unpool3d", unpool(nn.MaxPool3d(2, return_indices=True), nn.MaxUnpool3d(2)), drawn(1, 1, 4, 2, 4),
             call=pooled),
        case("max_unpool2d_size", unpool(nn.MaxPool2d(2, return_indices=True), nn.MaxUnpool2d(2)), drawn(1, 2, 5, 4),
             call=lambda m, x: m[1](*m[0](x), output_size=(5, 4))),
        case("conv_transpose_size", nn.ConvTranspose2d(2, 3, 3, stride=2, padding=1), drawn(1, 2, 3, 3),
             call=transposed((6, 5))),
    ]
    for name, make, samples, options, shape in (
            ("fractional2d", nn.FractionalMaxPool2d, uniform(2, 2, 2), {"output_size": (3, 2)}, (2, 2, 7, 6)),
            ("fractional2d_ratio", nn.FractionalMaxPool2d, uniform(1, 2, 2), {"output_ratio": (0.6, 0.5)}, (1, 2, 7, 6)),
            ("fractional3d", nn.FractionalMaxPool3d, uniform(1, 2, 3), {"output_size": (2, 3, 2)}, (1, 2, 4, 5, 4))):
        layer = fractional(make, samples, 2, **options)
        # The samples are no buffer to load: they go in with the inputs.
        del layer._buffers["_random_samples"]
        layer._random_samples = samples
        cases.append(case(name, layer, drawn(*shape), samples, call=lambda module, x, _: module(x)))
    return cases


def bags():
    rows, flat = torch.tensor([[1, 4, 1], [6, 0, 2]]), torch.tensor([1, 4, 1, 6, 0, 2, 2])
    with_offsets = lambda *offsets: lambda module, x, *weights: module(x, torch.tensor(offsets), *weights)
    bag = nn.EmbeddingBag
    return [
        case("bag_mean", bag(7, 3), rows), case("bag_sum", bag(7, 3, mode="sum"), rows),
        case("bag_max", bag(7, 3, mode="max"), rows),
        case("bag_offsets", bag(7, 3), flat, call=with_offsets(0, 2, 2, 5)),
        case("bag_last", bag(7, 3, mode="sum", include_last_offset=True), flat, call=with_offsets(0, 3, 7)),
        case("bag_padding", bag(7, 3, padding_idx=2), flat, call=with_offsets(0, 2, 5)),
        case("bag_weights", bag(7, 3, mode="sum"), flat, drawn(7),
             call=lambda module, x, w: module(x, torch.tensor([0, 3]), per_sample_weights=w)),
    ]


def more():
    """Options of older families."""
    twice = lambda module, x: (module(x), module(x * 2 + 1)) if module.training else module(x)
    return [
        case("instance_norm1d_unbatched", nn.InstanceNorm1d(3), drawn(3, 5)),
        case("instance_norm1d_tracking", nn.InstanceNorm1d(3, momentum=0.3, track_running_stats=True), drawn(2, 3, 4), call=twice),
        case("instance_norm3d", nn.InstanceNorm3d(2, affine=True, track_running_stats=True), drawn(2, 2, 2, 1, 3), call=twice),
        case("conv1d_circular", nn.Conv1d(2, 3, 3, padding=2, padding_mode="circular"), drawn(2, 2, 5)),
        case("conv3d_reflect", nn.Conv3d(1, 2, 3, padding=1, padding_mode="reflect"), drawn(1, 1, 3, 3, 2)),
        case("conv_transpose1d_groups", nn.ConvTranspose1d(4, 2, 3, stride=2, groups=2), drawn(2, 4, 3)),
        case("conv_transpose3d_dilated", nn.ConvTranspose3d(1, 2, 2, stride=2, dilation=2, padding=1), drawn(1, 1, 2, 3, 2)),
        case("avg_pool1d_ceil", nn.AvgPool1d(3, stride=2, ceil_mode=True), drawn(1, 2, 6)),
        case("avg_pool3d_all", nn.AvgPool3d(2, stride=(1, 2, 1), padding=1, count_include_pad=False),
             drawn(1, 1, 3, 4, 3)),
        case("max_pool1d_dilated", nn.MaxPool1d(2, stride=1, dilation=3), drawn(1, 2, 7)),
        case("max_pool3d_ceil", nn.MaxPool3d(2, padding=1, ceil_mode=True), drawn(1, 1, 3, 4, 3)),
        case("gru_deep_no_bias", nn.GRU(3, 2, num_layers=2, bidirectional=True, bias=False), drawn(3, 2, 3)),
        case("lstm_projected_no_bias", nn.LSTM(3, 4, proj_size=2, bias=False), drawn(3, 2, 3)),
    ]


if __name__ == "__main__":
    for family in (linear, convolution, pooling, normalization, activations, recurrent, attention, transformer,
                   padding, cells, parametrizations, adaptive, spatial, bags, more):
        write(family.__name__, family())
