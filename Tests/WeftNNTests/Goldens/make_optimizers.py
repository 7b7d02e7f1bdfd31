"""Writes training/networks.json and training/tools.json: what PyTorch computes for optimizers on a small network, and for
averages of weights and the gradient scaler, in float64.

    python make_optimizers.py        (PyTorch 2.13, CPU)

Lion and LAMB, which PyTorch lacks, are written out here from their papers.
"""
import json

import torch
import torch.nn.functional as F

from make_training import FOLDER, drawn, stored

SHAPES = [(5, 4), (5,), (3, 5), (3,)]
INPUTS, TARGETS = drawn(6, 4, seed=40), drawn(6, 3, seed=41)
START = [drawn(*shape, seed=50 + i, scale=0.5) for i, shape in enumerate(SHAPES)]
KEPT = (1, 10, 50, 100)


def loss_of(parameters):
    w1, b1, w2, b2 = parameters
    return F.mse_loss(F.linear(torch.tanh(F.linear(INPUTS, w1, b1)), w2, b2), TARGETS)


def short(values):
    return [float(f"{v:.13g}") for v in values]


def network_case(name, make, closure=False, schedule=None):
    """100 steps, at rates at which rounding does not grow: the loss before every tenth, and all parameters in one row
    after some."""
    parameters = [p.clone().requires_grad_() for p in START]
    optimizer = make(parameters)
    record = {"name": name, "losses": [], "after": {}}

    def evaluate():
        optimizer.zero_grad()
        loss = loss_of(parameters)
        loss.backward()
        return loss

    for step in range(1, 101):
        loss = optimizer.step(evaluate)
        if schedule:
            schedule(optimizer, step)
        if step % 10 == 0:
            record["losses"].append(float(loss.detach()))
        if step in KEPT:
            record["after"][str(step)] = short(torch.cat([p.detach().flatten() for p in parameters]).tolist())
    state = getattr(optimizer, "state", {})
    if "asgd" in name:
        record["average"] = short(torch.cat([state[p]["ax"].flatten() for p in parameters]).tolist())
    return record


class Lion(torch.optim.Optimizer):
    """Chen et al., 2023, algorithm 2."""

    def __init__(self, parameters, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "betas": betas, "decay": weight_decay})

    def step(self, closure):
        loss = closure()
        with torch.no_grad():
            for group in self.param_groups:
                b1, b2 = group["betas"]
                for p in group["params"]:
                    m = self.state[p].get("m", torch.zeros_like(p))
                    move = torch.sign(b1 * m + (1 - b1) * p.grad) + group["decay"] * p
                    self.state[p]["m"] = b2 * m + (1 - b2) * p.grad
                    p -= group["lr"] * move
        return loss


class LAMB(torch.optim.Optimizer):
    """You et al., 2020, algorithm 2, with the identity for the function of the norm."""

    def __init__(self, parameters, lr=1e-3, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "betas": betas, "eps": eps, "decay": weight_decay})

    def step(self, closure):
        loss = closure()
        with torch.no_grad():
            for group in self.param_groups:
                b1, b2 = group["betas"]
                for p in group["params"]:
                    t, m, v = self.state[p].get("tmv", (0, torch.zeros_like(p), torch.zeros_like(p)))
                    t, m, v = t + 1, b1 * m + (1 - b1) * p.grad, b2 * v + (1 - b2) * p.grad**2
                    self.state[p]["tmv"] = (t, m, v)
                    r = (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + group["eps"]) + group["decay"] * p
                    p -= group["lr"] * (p.norm() / r.norm()) * r
        return loss


def muon(parameters, **options):
    """Of matrices only. The iterations are in float64 here, as the tests' are: PyTorch turns to bfloat16 for them."""
    torch.Tensor.bfloat16 = torch.Tensor.clone
    return torch.optim.Muon([p for p in parameters if p.dim() == 2], **options)


def two_groups(make, rest):
    return lambda p: make([{"params": [p[0], p[2]]}, {"params": [p[1], p[3]], **rest}])


def falling(optimizer, step):
    for group in optimizer.param_groups:
        group["lr"] *= 0.97


def networks():
    o = torch.optim
    cases = {
        "sgd": lambda p: o.SGD(p, lr=0.1),
        "sgd_decay": lambda p: o.SGD(p, lr=0.1, weight_decay=0.05),
        "sgd_momentum": lambda p: o.SGD(p, lr=0.05, momentum=0.9),
        "sgd_dampening": lambda p: o.SGD(p, lr=0.05, momentum=0.9, dampening=0.3, weight_decay=0.02),
        "sgd_nesterov": lambda p: o.SGD(p, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.02),
        "sgd_maximize": lambda p: o.SGD(p, lr=0.002, momentum=0.5, weight_decay=0.02, maximize=True),
        "asgd": lambda p: o.ASGD(p, lr=0.1),
        "asgd_all": lambda p: o.ASGD(p, lr=0.1, lambd=0.01, alpha=0.6, t0=20, weight_decay=0.05),
        "adadelta": lambda p: o.Adadelta(p),
        "adadelta_all": lambda p: o.Adadelta(p, lr=0.5, rho=0.8, eps=1e-4, weight_decay=0.05),
        "adagrad": lambda p: o.Adagrad(p, lr=0.03),
        "adagrad_all": lambda p: o.Adagrad(
            p, lr=0.1, lr_decay=0.01, weight_decay=0.05, initial_accumulator_value=0.2, eps=1e-6),
        "adam": lambda p: o.Adam(p, lr=0.02),
        "adam_decay": lambda p: o.Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
        "adam_amsgrad": lambda p: o.Adam(p, lr=0.02, betas=(0.8, 0.9), amsgrad=True, weight_decay=0.1),
        "adamw": lambda p: o.AdamW(p, lr=0.02),
        "adamw_plain": lambda p: o.AdamW(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0),
        "adamw_amsgrad": lambda p: o.AdamW(p, lr=0.02, betas=(0.8, 0.9), amsgrad=True, weight_decay=0.1),
        "adamw_maximize": lambda p: o.AdamW(p, lr=0.005, maximize=True),
        "adamax": lambda p: o.Adamax(p, lr=0.02),
        "adamax_all": lambda p: o.Adamax(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
        "nadam": lambda p: o.NAdam(p, lr=0.005),
        "nadam_all": lambda p: o.NAdam(
            p, lr=0.005, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1, momentum_decay=0.01),
        "nadam_decoupled": lambda p: o.NAdam(p, lr=0.005, weight_decay=0.1, decoupled_weight_decay=True),
        "radam": lambda p: o.RAdam(p, lr=0.02),
        "radam_all": lambda p: o.RAdam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
        "radam_decoupled": lambda p: o.RAdam(p, lr=0.02, weight_decay=0.1, decoupled_weight_decay=True),
        "rmsprop": lambda p: o.RMSprop(p, lr=0.003),
        "rmsprop_decay": lambda p: o.RMSprop(p, lr=0.001, alpha=0.9, eps=1e-6, weight_decay=0.1),
        "rmsprop_momentum": lambda p: o.RMSprop(p, lr=0.003, momentum=0.7),
        "rmsprop_centered": lambda p: o.RMSprop(p, lr=0.003, centered=True),
        "rmsprop_all": lambda p: o.RMSprop(p, lr=0.003, alpha=0.95, momentum=0.7, centered=True, weight_decay=0.1),
        "rprop": lambda p: o.Rprop(p, lr=0.01),
        "rprop_all": lambda p: o.Rprop(p, lr=0.02, etas=(0.4, 1.3), step_sizes=(1e-4, 0.05)),
        "adafactor": lambda p: o.Adafactor(p, lr=0.02),
        "adafactor_all": lambda p: o.Adafactor(
            p, lr=0.01, beta2_decay=-0.6, eps=(1e-5, 1e-2), d=1.5, weight_decay=0.1),
        "muon": lambda p: muon(p, lr=0.02),
        "muon_all": lambda p: muon(p, lr=0.02, weight_decay=0.05, momentum=0.8, nesterov=False,
                                   ns_coefficients=(3, -3.2, 1.2), ns_steps=4, adjust_lr_fn="match_rms_adamw"),
        "lion": lambda p: Lion(p, lr=0.002),
        "lion_all": lambda p: Lion(p, lr=0.002, betas=(0.8, 0.95), weight_decay=0.1),
        "lamb": lambda p: LAMB(p, lr=0.02),
        "lamb_all": lambda p: LAMB(p, lr=0.02, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1),
        "lbfgs": lambda p: o.LBFGS(p, lr=0.5, max_iter=2, history_size=5),
        "lbfgs_wolfe": lambda p: o.LBFGS(p, max_iter=2, history_size=10, line_search_fn="strong_wolfe"),
        "groups_sgd": two_groups(lambda g: o.SGD(g, lr=0.1, momentum=0.9), {"lr": 0.01, "momentum": 0.5}),
        "groups_adamw": two_groups(lambda g: o.AdamW(g, lr=0.02, weight_decay=0.1), {"weight_decay": 0}),
        "groups_maximize": two_groups(lambda g: o.Adam(g, lr=0.01), {"lr": 0.001, "maximize": True}),
    }
    schedules = {"groups_sgd": falling}
    return [network_case(name, make, schedule=schedules.get(name)) for name, make in cases.items()]


def averages():
    """Averages of a network's weights while SGD changes them."""
    rules = {
        "equal": torch.optim.swa_utils.get_swa_multi_avg_fn(),
        "exponential": torch.optim.swa_utils.get_ema_multi_avg_fn(0.9),
    }
    cases = []
    for name, rule in rules.items():
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.BatchNorm1d(5), torch.nn.Linear(5, 3))
        for index, p in enumerate(model.parameters()):
            p.data = drawn(*p.shape, seed=60 + index, scale=0.5)
        start = [stored(p) for p in model.parameters()]
        averaged = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=rule)
        buffered = torch.optim.swa_utils.AveragedModel(model, multi_avg_fn=rule, use_buffers=True)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(12):
            optimizer.zero_grad()
            F.mse_loss(model(INPUTS), TARGETS).backward()
            optimizer.step()
            averaged.update_parameters(model)
            if name == "exponential":  # PyTorch's equal average fails at buffers of whole numbers
                buffered.update_parameters(model)
        record = {"name": name, "start": start, "average": [stored(p) for p in averaged.module.parameters()],
                  "buffers": [stored(b) for b in buffered.module.buffers() if b.is_floating_point()] if name == "exponential"
                  else []}
        torch.optim.swa_utils.update_bn([INPUTS[:3], INPUTS[3:]], averaged)
        record["updated"] = [stored(b) for b in averaged.module.buffers() if b.is_floating_point()]
        cases.append(record)
    return cases


def scaler():
    """The factor after each update, with gradients that overflow at some steps."""
    overflowing = [3, 4, 11, 25]
    scaler = torch.amp.GradScaler("cpu", init_scale=1024, growth_factor=4, backoff_factor=0.25, growth_interval=5)
    parameter = torch.tensor([1.0, -2.0], requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    factors, values = [], []
    for step in range(40):
        optimizer.zero_grad()
        scaler.scale((parameter * parameter * 0.5).sum()).backward()
        if step in overflowing:
            parameter.grad[1] = torch.inf if step % 2 else torch.nan
        scaler.step(optimizer)
        scaler.update()
        factors.append(scaler.get_scale())
        values.append([float(v) for v in parameter.detach()])
    return {"overflowing": overflowing, "factors": factors, "values": values}


def norms():
    """Gradients clipped by other norms."""
    cases = []
    for order in (1.0, 3.0, 0.5, float("inf")):
        parameters = [p.clone().requires_grad_() for p in START]
        loss_of(parameters).backward()
        before = [stored(p.grad) for p in parameters]
        norm = torch.nn.utils.clip_grad_norm_(parameters, 0.3, norm_type=order)
        cases.append({"order": "inf" if order == float("inf") else str(order), "norm": float(norm), "before": before,
                      "after": [stored(p.grad) for p in parameters]})
    return cases


def write(name, record):
    text = json.dumps(record).replace('}, {"name"', '},\n{"name"')
    (FOLDER / f"{name}.json").write_text(text + "\n")


if __name__ == "__main__":
    write("networks", {
        "inputs": stored(INPUTS), "targets": stored(TARGETS), "start": [stored(p) for p in START],
        "cases": networks()})
    write("tools", {"averages": averages(), "scaler": scaler(), "norms": norms()})
