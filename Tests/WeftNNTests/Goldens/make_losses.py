"""Writes losses/losses.json: what PyTorch computes for the losses that make_training.py leaves out, in float64.

    python make_losses.py        (PyTorch 2.13, CPU)
"""
import json
import pathlib

import torch
import torch.nn.functional as F

from make_training import drawn, loss_case, shares

FILE = pathlib.Path(__file__).parent / "losses" / "losses.json"


def fixed(function, **options):
    """A loss of x and a target that gets no gradient (or one that is not finite at the edges)."""
    return lambda x, t, reduction: function(x, t.detach(), reduction=reduction, **options)


def cases():
    x, t = drawn(3, 4, seed=40, scale=2), drawn(3, 4, seed=41, scale=2)
    signs = torch.where(drawn(3, 4, seed=42) > 0, 1.0, -1.0)
    share, chance = shares(3, 4, seed=43), shares(3, 4, seed=44)
    edges = torch.tensor([0.0, 1.0, 0.25])
    weight, eighths = torch.tensor([0.5, 1.25, 2.0, 0.75]), torch.arange(1, 13).reshape(3, 4) / 8
    labels, several = torch.tensor([2, 0, 3]), torch.tensor([[3, 0, -1, 2], [1, -1, -1, -1], [2, 1, 3, 0]])
    hot = (signs + 1) / 2
    counts = torch.tensor([[0.0, 1, 2, 7], [3, 0.5, 1.5, 4], [1, 0, 12, 5]])
    variance, rows = drawn(3, 4, seed=45).abs() + 0.1, drawn(3, 1, seed=46).abs() + 0.1
    tiny = torch.tensor([[1e-8, 0.5, 0.0, 2.0]] * 3)
    a, b, c = (drawn(4, 3, seed=seed) for seed in (47, 48, 49))
    divergence = lambda x, t, reduction: F.kl_div(x, t, reduction=reduction, log_target=True)

    def gaussian(**options):
        return lambda x, t, v, reduction: F.gaussian_nll_loss(x, t, v, reduction=reduction, **options)

    def poisson(**options):
        return lambda x, t, reduction: F.poisson_nll_loss(x, t, reduction=reduction, **options)

    def triplet(**options):
        return lambda a, b, c, reduction: F.triplet_margin_loss(a, b, c, reduction=reduction, **options)

    def with_distance(**options):
        return lambda a, b, c, reduction: F.triplet_margin_with_distance_loss(
            a, b, c, reduction=reduction, distance_function=lambda x, y: ((x - y) ** 2).sum(-1), **options)

    steps, reads = drawn(6, 3, 5, seed=50), torch.tensor([[1, 2, 2, 0], [3, 0, 0, 0], [4, 1, 3, 2]])
    lengths = torch.tensor([6, 4, 5]), torch.tensor([3, 0, 4])

    def ctc(targets, lengths, **options):
        # PyTorch's gradient for log-probabilities is right only with a log-softmax before them.
        return lambda x, reduction: F.ctc_loss(F.log_softmax(x, -1), targets, *lengths, reduction=reduction, **options)

    return [
        loss_case("ctc", ctc(reads, lengths), steps),
        loss_case("ctc_joined", ctc(torch.tensor([1, 2, 2, 4, 1, 3, 2]), lengths), steps),
        loss_case("ctc_blank", ctc(reads % 4, lengths, blank=4), steps),
        loss_case("ctc_too_long", ctc(reads, (torch.tensor([3, 4, 5]), lengths[1]), zero_infinity=True), steps),
        loss_case("ctc_single", ctc(reads[0, :3], (torch.tensor(6), torch.tensor(3))), steps[:, 0]),
        loss_case("probabilities", lambda x, t, reduction: F.binary_cross_entropy(x, t, reduction=reduction), share, chance),
        loss_case("probabilities_weight", lambda x, t, reduction: F.binary_cross_entropy(
            x, t, weight=eighths, reduction=reduction), share, chance),
        loss_case("probabilities_edges", fixed(F.binary_cross_entropy), edges, torch.tensor([0.0, 1.0, 1.0])),
        loss_case("multi_label_soft", fixed(F.multilabel_soft_margin_loss), x, hot),
        loss_case("multi_label_soft_weight", fixed(F.multilabel_soft_margin_loss, weight=weight), x, hot),
        loss_case("multi_label_soft_vector", fixed(F.multilabel_soft_margin_loss), x[0], hot[0]),
        loss_case("soft_margin", fixed(F.soft_margin_loss), x, signs),
        loss_case("kl_log_target", divergence, F.log_softmax(x, 1), share.log(),
                  reductions=("none", "mean", "sum", "batchmean")),
        loss_case("ranking", lambda a, b, t, reduction: F.margin_ranking_loss(
            a, b, t.detach(), margin=0.3, reduction=reduction), x, t, signs),
        loss_case("ranking_no_margin", lambda a, b, t, reduction: F.margin_ranking_loss(
            a, b, t.detach(), reduction=reduction), x[0], t[0], signs[0]),
        loss_case("multi_margin", fixed(F.multi_margin_loss), x, labels),
        loss_case("multi_margin_all", fixed(F.multi_margin_loss, p=2, margin=0.7, weight=weight), x, labels),
        loss_case("multi_margin_vector", fixed(F.multi_margin_loss), x[0], labels[0]),
        loss_case("multi_label_margin", fixed(F.multilabel_margin_loss), x, several),
        loss_case("multi_label_margin_vector", fixed(F.multilabel_margin_loss), x[0], several[0]),
        loss_case("gaussian", gaussian(), x, t, variance),
        loss_case("gaussian_full", gaussian(full=True, eps=0.5), x, t, variance),
        loss_case("gaussian_rows", gaussian(), x, t, rows),
        loss_case("gaussian_rows_squeezed", gaussian(), x, t, rows[:, 0]),
        loss_case("gaussian_tiny", gaussian(eps=0.01), x, t, tiny),
        loss_case("poisson", poisson(), x, counts),
        loss_case("poisson_full", fixed(F.poisson_nll_loss, full=True), x, counts),
        loss_case("poisson_means", poisson(log_input=False, eps=1e-6), x.abs(), counts),
        loss_case("triplet_order", triplet(margin=0.7, p=3), a, b, c),
        loss_case("triplet_order1_swap", triplet(p=1, swap=True), a, b, c),
        loss_case("triplet_swap", triplet(swap=True, eps=1e-3), a, b, c),
        loss_case("triplet_distance", with_distance(margin=2), a, b, c),
        loss_case("triplet_distance_swap", with_distance(swap=True), a, b, c),
    ]


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text("[\n" + ",\n".join(json.dumps(case) for case in cases()) + "\n]\n")
