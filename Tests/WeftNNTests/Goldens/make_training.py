"""Writes training/*.json: what PyTorch computes for losses, optimizers, schedules and gradient clipping, in float64.

    python make_training.py        (PyTorch 2.13, CPU)

Inputs are decimals of few digits, so both sides start from the same numbers.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
FOLDER = pathlib.Path(__file__).parent / "training"


def drawn(*shape, seed, scale=1.0, shift=0.0):
    """Normal numbers rounded to three decimals, none of them zero."""
    generator = torch.Generator().manual_seed(seed)
    values = (torch.randn(*shape, generator=generator) * scale * 1000).round() / 1000 + shift
    return torch.where(values == 0, 0.001, values)


def shares(*shape, seed):
    """Positive numbers in hundredths that add up to 1 along axis 1."""
    generator = torch.Generator().manual_seed(seed)
    parts = torch.randint(1, 20, shape, generator=generator)
    parts[:, 0] += 100 - parts.sum(1)
    return parts / 100


def stored(tensor):
    return {"shape": list(tensor.shape), "values": [float(v) for v in tensor.detach().flatten()]}


def weights_for(tensor):
    """The fixed weights of a sum: -1, -0.982, ... in a scrambled order. The tests compute the same."""
    index = torch.arange(tensor.numel(), dtype=torch.int64)
    return (((index * 7919 + 13) % 1009) / 504.0 - 1).reshape(tensor.shape)


def loss_case(name, function, *inputs, reductions=("none", "mean", "sum")):
    """A loss in each reduction, with the gradients of its floating inputs."""
    record = {"name": name, "inputs": [stored(i) for i in inputs], "results": {}}
    for reduction in reductions:
        leaves = [i.clone().requires_grad_() if i.is_floating_point() else i for i in inputs]
        output = function(*leaves, reduction=reduction)
        (output * weights_for(output)).sum().backward()
        gradients = [stored(i.grad) if i.is_floating_point() and i.grad is not None else None for i in leaves]
        record["results"][reduction] = {"output": stored(output), "gradients": gradients}
    return record


def class_losses():
    logits, picture = drawn(5, 4, seed=1, scale=2), drawn(2, 3, 2, 2, seed=2)
    labels = torch.tensor([2, 0, 3, 3, 1])
    places = torch.tensor([[[0, 2], [1, 1]], [[2, 0], [-100, 1]]])
    weight, weight3 = torch.tensor([0.5, 1.25, 2.0, 0.75]), torch.tensor([0.5, 1.5, 3.0])
    log_shares = F.log_softmax(logits, 1).detach()

    def entropy(**options):
        return lambda x, t, reduction: F.cross_entropy(x, t, reduction=reduction, **options)

    return [
        loss_case("cross_entropy", entropy(), logits, labels),
        loss_case("cross_entropy_vector", entropy(), logits[0], labels[0]),
        loss_case("cross_entropy_weight", entropy(weight=weight), logits, labels),
        loss_case("cross_entropy_smoothing", entropy(label_smoothing=0.1), logits, labels),
        loss_case("cross_entropy_ignored", entropy(ignore_index=3), logits, labels),
        loss_case("cross_entropy_all", entropy(weight=weight, label_smoothing=0.2, ignore_index=3), logits, labels),
        loss_case("cross_entropy_picture", entropy(), picture, places),
        loss_case("cross_entropy_picture_all", entropy(weight=weight3, label_smoothing=0.2), picture, places),
        loss_case("cross_entropy_shares", entropy(), logits, shares(5, 4, seed=3)),
        loss_case("cross_entropy_shares_all", entropy(weight=weight, label_smoothing=0.2), logits, shares(5, 4, seed=3)),
        loss_case("cross_entropy_shares_picture", entropy(weight=weight3), picture, shares(2, 3, 2, 2, seed=4)),
        loss_case("nll", lambda x, t, reduction: F.nll_loss(x, t, reduction=reduction), log_shares, labels),
        loss_case("nll_all", lambda x, t, reduction: F.nll_loss(
            x, t, weight=weight, ignore_index=1, reduction=reduction), log_shares, labels),
        loss_case("nll_picture", lambda x, t, reduction: F.nll_loss(
            x, t, weight=weight3, reduction=reduction), F.log_softmax(picture, 1).detach(), places),
    ]


def pair_losses():
    x, t = drawn(3, 4, seed=5, scale=2), drawn(3, 4, seed=6, scale=2)
    signs = torch.where(drawn(3, 4, seed=7) > 0, 1.0, -1.0)
    share = shares(3, 4, seed=8)
    weight, positive = torch.arange(1, 13).reshape(3, 4) / 8, torch.tensor([0.5, 1.0, 2.0, 3.0])

    def hinge(x, t, reduction, margin):
        losses = (margin - x * t).clamp(min=0)
        return {"none": losses, "mean": losses.mean(), "sum": losses.sum()}[reduction]

    return [
        loss_case("mse", lambda x, t, reduction: F.mse_loss(x, t, reduction=reduction), x, t),
        loss_case("mae", lambda x, t, reduction: F.l1_loss(x, t, reduction=reduction), x, t),
        loss_case("huber", lambda x, t, reduction: F.huber_loss(x, t, reduction=reduction, delta=1.5), x, t),
        loss_case("smooth_l1", lambda x, t, reduction: F.smooth_l1_loss(x, t, reduction=reduction, beta=0.4), x, t),
        loss_case("smooth_l1_zero", lambda x, t, reduction: F.smooth_l1_loss(x, t, reduction=reduction, beta=0), x, t),
        loss_case("bce", lambda x, t, reduction: F.binary_cross_entropy_with_logits(
            x, t, reduction=reduction), x * 20, share),
        loss_case("bce_all", lambda x, t, reduction: F.binary_cross_entropy_with_logits(
            x, t, weight=weight, pos_weight=positive, reduction=reduction), x, share),
        loss_case("kl", lambda x, t, reduction: F.kl_div(
            x, t, reduction=reduction), F.log_softmax(x, 1), share, reductions=("none", "mean", "sum", "batchmean")),
        loss_case("hinge", lambda x, t, reduction: hinge(x, t, reduction, 1.5), x, signs),
        loss_case("hinge_embedding", lambda x, t, reduction: F.hinge_embedding_loss(
            x, t, margin=1.5, reduction=reduction), x, signs),
    ]


def metric_losses():
    a, b, c = (drawn(4, 3, seed=seed) for seed in (10, 11, 12))
    signs = torch.tensor([1.0, -1.0, -1.0, 1.0])
    return [
        loss_case("cosine_embedding", lambda a, b, t, reduction: F.cosine_embedding_loss(
            a, b, t.detach(), margin=0.1, reduction=reduction), a, b, signs),
        loss_case("cosine_embedding_vector", lambda a, b, t, reduction: F.cosine_embedding_loss(
            a, b, t.detach(), reduction=reduction), a[0], b[0], signs[0]),
        loss_case("triplet", lambda a, b, c, reduction: F.triplet_margin_loss(
            a, b, c, margin=1.2, reduction=reduction), a, b, c),
    ]


def parameter_values():
    return [drawn(3, 2, seed=20), drawn(4, seed=21)]


def pull(step, index, shape):
    """The part of a gradient that no parameter changes: decimals that the tests compute too."""
    place = torch.arange(shape.numel(), dtype=torch.int64)
    return ((((place + 3) * (step + 7) * (index + 5)) % 23 - 11) / 10.0).reshape(shape)


def optimizer_case(name, make):
    """100 steps of the loss sum(0.15 p² + p·pull): the parameters at some of them."""
    parameters = [p.clone().requires_grad_() for p in parameter_values()]
    optimizer = make(parameters)
    record = {"name": name, "start": [stored(p) for p in parameters], "after": {}}
    for step in range(1, 101):
        optimizer.zero_grad()
        sum((0.15 * p * p + p * pull(step, i, p.shape)).sum() for i, p in enumerate(parameters)).backward()
        optimizer.step()
        if step in (1, 2, 3, 10, 50, 100):
            record["after"][str(step)] = [stored(p) for p in parameters]
    return record


def optimizers():
    o = torch.optim
    return [
        optimizer_case("sgd", lambda p: o.SGD(p, lr=0.1)),
        optimizer_case("sgd_decay", lambda p: o.SGD(p, lr=0.1, weight_decay=0.05)),
        optimizer_case("sgd_momentum", lambda p: o.SGD(p, lr=0.05, momentum=0.9)),
        optimizer_case("sgd_dampening", lambda p: o.SGD(p, lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.02)),
        optimizer_case("sgd_nesterov", lambda p: o.SGD(p, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.02)),
        optimizer_case("adam", lambda p: o.Adam(p, lr=0.02)),
        optimizer_case("adam_decay", lambda p: o.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
        optimizer_case("adamw", lambda p: o.AdamW(p, lr=0.02)),
        optimizer_case("adamw_plain", lambda p: o.AdamW(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0)),
        optimizer_case("rmsprop", lambda p: o.RMSprop(p, lr=0.01)),
        optimizer_case("rmsprop_decay", lambda p: o.RMSprop(p, lr=0.01, alpha=0.9, eps=1e-6, weight_decay=0.1)),
        optimizer_case("rmsprop_momentum", lambda p: o.RMSprop(p, lr=0.01, momentum=0.7)),
        optimizer_case("rmsprop_centered", lambda p: o.RMSprop(p, lr=0.01, centered=True)),
        optimizer_case("rmsprop_all", lambda p: o.RMSprop(
            p, lr=0.01, alpha=0.95, momentum=0.7, centered=True, weight_decay=0.1)),
    ]


def schedule_case(name, make, steps=1000, key="lr"):
    """The rate (or momentum) before each step, of which every seventh is kept."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4, momentum=0.9)
    schedule = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(float(optimizer.param_groups[0][key]))
        optimizer.step()
        schedule.step()
    return {"name": name, "rates": {str(i): rates[i] for i in range(steps) if i % 7 == 0 or i in (1, 299, 300, 998, 999)}}


def measure(step):
    """A validation loss that falls ever more slowly, with bumps."""
    return 1 / (1 + step / 40) + ((step * 37) % 11) / 2000


def plateau_case(name, sign=1, **options):
    """The rate after each measure, of which every seventh is kept."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.4)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
    rates = []
    for step in range(1000):
        schedule.step(sign * measure(step))
        rates.append(optimizer.param_groups[0]["lr"])
    return {"name": name, "rates": {str(i): rates[i] for i in range(1000) if i % 7 == 0 or rates[i] != rates[i - 1]}}


def schedules():
    s, swa = torch.optim.lr_scheduler, torch.optim.swa_utils.SWALR
    return [
        schedule_case("step", lambda o: s.StepLR(o, 90, gamma=0.5)),
        schedule_case("multi_step", lambda o: s.MultiStepLR(o, [30, 300, 700], gamma=0.2)),
        schedule_case("exponential", lambda o: s.ExponentialLR(o, 0.99)),
        schedule_case("cosine", lambda o: s.CosineAnnealingLR(o, 1000, eta_min=0.01)),
        schedule_case("linear", lambda o: s.LinearLR(o, start_factor=0.25, end_factor=0.75, total_iters=800)),
        schedule_case("one_cycle", lambda o: s.OneCycleLR(o, max_lr=0.4, total_steps=1001)),
        schedule_case("one_cycle_other", lambda o: s.OneCycleLR(
            o, max_lr=0.4, total_steps=1001, pct_start=0.1, div_factor=10, final_div_factor=100)),
        schedule_case("warm_up_cosine", lambda o: s.SequentialLR(
            o, [s.LinearLR(o, start_factor=0.01, end_factor=1, total_iters=100), s.CosineAnnealingLR(o, 900)], [100])),
        schedule_case("lambda", lambda o: s.LambdaLR(o, lambda step: 1 / (1 + step))),
        schedule_case("multiplicative", lambda o: s.MultiplicativeLR(o, lambda step: 1 - 1 / (step + 3))),
        schedule_case("constant", lambda o: s.ConstantLR(o, factor=0.25, total_iters=120)),
        schedule_case("polynomial", lambda o: s.PolynomialLR(o, total_iters=700, power=1.7)),
        schedule_case("sequence", lambda o: s.SequentialLR(
            o, [s.ConstantLR(o, 0.5, 50), s.ExponentialLR(o, 0.995), s.PolynomialLR(o, 300, 2)], [100, 600])),
        schedule_case("chained", lambda o: s.ChainedScheduler(
            [s.ConstantLR(o, 0.5, 50), s.ExponentialLR(o, 0.995), s.StepLR(o, 400)])),
        schedule_case("restarts", lambda o: s.CosineAnnealingWarmRestarts(o, 130, eta_min=0.02)),
        schedule_case("restarts_growing", lambda o: s.CosineAnnealingWarmRestarts(o, 30, T_mult=2)),
        schedule_case("swa", lambda o: swa(o, 0.05, anneal_epochs=400)),
        schedule_case("swa_linear", lambda o: swa(o, 0.05, anneal_epochs=400, anneal_strategy="linear")),
        schedule_case("one_cycle_linear", lambda o: s.OneCycleLR(
            o, max_lr=0.4, total_steps=1001, anneal_strategy="linear")),
        schedule_case("one_cycle_three", lambda o: s.OneCycleLR(
            o, max_lr=0.4, total_steps=1001, pct_start=0.4, three_phase=True)),
        schedule_case("one_cycle_momentum", lambda o: s.OneCycleLR(o, max_lr=0.4, total_steps=1001), key="momentum"),
        schedule_case("one_cycle_three_momentum", lambda o: s.OneCycleLR(
            o, max_lr=0.4, total_steps=1001, pct_start=0.4, three_phase=True), key="momentum"),
        schedule_case("cyclic", lambda o: s.CyclicLR(o, 0.01, 0.4, step_size_up=70)),
        schedule_case("cyclic_halved", lambda o: s.CyclicLR(
            o, 0.01, 0.4, step_size_up=70, step_size_down=110, mode="triangular2")),
        schedule_case("cyclic_power", lambda o: s.CyclicLR(
            o, 0.01, 0.4, step_size_up=70, mode="exp_range", gamma=0.998)),
        schedule_case("cyclic_momentum", lambda o: s.CyclicLR(o, 0.01, 0.4, step_size_up=70), key="momentum"),
    ]


def plateaus():
    return [
        plateau_case("plateau"),
        plateau_case("plateau_absolute", factor=0.5, patience=3, threshold=0.01, threshold_mode="abs", cooldown=20,
                     min_lr=0.02),
        plateau_case("plateau_largest", sign=-1, mode="max", factor=0.7, patience=5, threshold=0.002, cooldown=3, eps=1e-3),
        plateau_case("plateau_largest_absolute", sign=-1, mode="max", threshold=0.002, threshold_mode="abs", factor=0.3),
    ]


def clipping():
    """Gradients before and after, and the norm."""
    cases = []
    for name, limit in (("norm", 1.5), ("norm_loose", 100.0), ("value", 0.6)):
        parameters = [p.clone().requires_grad_() for p in parameter_values()]
        for index, p in enumerate(parameters):
            p.grad = drawn(*p.shape, seed=30 + index)
        record = {"name": name, "limit": limit, "before": [stored(p.grad) for p in parameters]}
        if name == "value":
            torch.nn.utils.clip_grad_value_(parameters, limit)
            record["norm"] = 0
        else:
            record["norm"] = float(torch.nn.utils.clip_grad_norm_(parameters, limit))
        record["after"] = [stored(p.grad) for p in parameters]
        cases.append(record)
    return cases


def write(name, cases):
    FOLDER.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(case) for case in cases)
    (FOLDER / f"{name}.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    write("losses", class_losses() + pair_losses() + metric_losses())
    write("optimizers", optimizers())
    write("schedules", schedules())
    write("plateaus", plateaus())
    write("clipping", clipping())
