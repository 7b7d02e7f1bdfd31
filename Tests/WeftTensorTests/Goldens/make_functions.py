"""Writes functions.json: what PyTorch computes for functions with options, in float64.

Each case: a name, inputs, outputs, and the gradients of sum(output * seed) for floating-point inputs. NaN and infinities
are strings; integers are int64.
"""
import json
import math
import pathlib

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
inf, nan = math.inf, math.nan
cases = []


def number(value):
    if isinstance(value, (bool, int)):
        return int(value)
    return value if math.isfinite(value) else str(value)


def pack(tensor):
    dtype = str(tensor.dtype).removeprefix("torch.")
    return {"shape": list(tensor.shape), "dtype": dtype, "values": [number(v) for v in tensor.detach().flatten().tolist()]}


def draw(*shape):
    return (torch.randn(shape) * 100).round() / 100


def case(name, function, *inputs, gradients=True):
    leaves = [x.clone().requires_grad_(gradients and x.is_floating_point()) for x in inputs]
    results = function(*leaves)
    results = list(results) if isinstance(results, (tuple, list)) else [results]
    floating = [r for r in results if r.requires_grad]
    seeds = [draw(*r.shape) for r in floating]
    if floating:
        sum((r * s).sum() for r, s in zip(floating, seeds)).backward()
    cases.append({
        "name": name, "inputs": [pack(x) for x in inputs], "outputs": [pack(r) for r in results],
        "seeds": [pack(s) for s in seeds],
        "gradients": [None if x.grad is None else pack(x.grad) for x in leaves]})


def ints(*values):
    return torch.tensor(values)


x = draw(3, 5)
ties = torch.tensor([[1.0, 3, 2, 3, 1], [2, 2, 2, 5, -1], [0, -4, 7, -4, 7]])
holes = x.clone()
holes[0, 1] = holes[0, 3] = holes[2, 0] = nan
empty = torch.full((2, 3), nan)
empty[0, 1] = 4.0

# Order statistics.
q = torch.tensor([0.0, 0.1, 0.35, 0.5, 0.75, 1.0])
for mode in ("linear", "lower", "higher", "midpoint", "nearest"):
    case(f"quantile {mode}", lambda x: torch.quantile(x, q, dim=1, interpolation=mode), x)
    case(f"nanQuantile {mode}", lambda x: torch.nanquantile(x, q, dim=1, interpolation=mode), holes)
case("quantile of all, kept", lambda x: torch.quantile(x, q, keepdim=True), x)
case("quantile of a number, kept", lambda x: torch.quantile(x, 0.3, dim=0, keepdim=True), x)
case("quantile with NaN", lambda x: torch.quantile(x, q, dim=1), holes, gradients=False)
case("nanQuantile of nothing", lambda x: torch.nanquantile(x, q, dim=1), empty, gradients=False)
case("median", lambda x: torch.median(x), ties)
case("median of an even number", lambda x: torch.median(x[:, :4]), x)
case("median along", lambda x: torch.median(x, dim=1), x)
case("median along, kept", lambda x: torch.median(x, dim=0, keepdim=True), x)
case("median with NaN", lambda x: torch.median(x, dim=1), holes, gradients=False)
case("nanMedian", lambda x: torch.nanmedian(x), holes)
case("nanMedian along", lambda x: torch.nanmedian(x, dim=1), holes)
case("nanMedian of nothing", lambda x: torch.nanmedian(x, dim=1), empty, gradients=False)
case("kthValue", lambda x: torch.kthvalue(x, 2, dim=1), x)
case("kthValue, kept", lambda x: torch.kthvalue(x, 3, dim=0, keepdim=True), x)
case("mode", lambda x: torch.mode(x, dim=1), ties)
case("mode, kept", lambda x: torch.mode(x, dim=0, keepdim=True), ties)
case("cumulativeMax", lambda x: torch.cummax(x, dim=1), ties)
case("cumulativeMin", lambda x: torch.cummin(x, dim=1), ties)
case("cumulativeMax with NaN", lambda x: torch.cummax(x, dim=1), holes, gradients=False)
case("cumulativeMin with NaN", lambda x: torch.cummin(x, dim=1), holes, gradients=False)
case("logCumulativeSumExp", lambda x: torch.logcumsumexp(x, dim=1), x)
case("logCumulativeSumExp far apart", lambda x: torch.logcumsumexp(x, dim=0),
     torch.tensor([-1e3, 0.0, 700, -inf, 1e4]), gradients=False)
case("logCumulativeSumExp from nothing", lambda x: torch.logcumsumexp(x, dim=0), torch.tensor([-inf, -inf, 1.0, inf]),
     gradients=False)

# Reductions.
case("nanSum", lambda x: torch.nansum(x, dim=1), holes)
case("nanMean", lambda x: torch.nanmean(x, dim=1), holes)
case("nanMean of nothing", lambda x: torch.nanmean(x, dim=1), empty, gradients=False)
case("countNonzero", lambda x: torch.count_nonzero(x, dim=1), torch.tensor([[0.0, 1, nan], [0, 0, -2]]), gradients=False)
case("minAndMax", lambda x: tuple(torch.aminmax(x, dim=1)), ties)
case("standardDeviationAndMean", lambda x: torch.std_mean(x, dim=1), x)
case("difference", lambda x: torch.diff(x, n=2, dim=0), x)
case("difference with ends", lambda x, a, b: torch.diff(x, prepend=a, append=b), x, draw(3, 1), draw(3, 2))
case("difference of bool", lambda x: torch.diff(x), torch.tensor([True, False, False, True]))
case("distance", lambda a, b: torch.dist(a, b, 3), x, draw(5))
case("renormalized", lambda x: torch.renorm(x, 2, 0, 1.5), x)
case("renormalized 1", lambda x: torch.renorm(x, 1, 1, 2.0), x)
case("covariance", lambda x: torch.cov(x), x)
case("covariance of one", lambda x: torch.cov(x, correction=0), x[0])
case("covariance weighted", lambda x, w: torch.cov(x, fweights=ints(1, 2, 3, 1, 2), aweights=w), x, draw(5).abs() + 0.1)
case("correlation", lambda x: torch.corrcoef(x), x)
case("trapezoid", lambda x: torch.trapezoid(x, dx=0.5, dim=0), x)
case("trapezoid at", lambda y, x: torch.trapezoid(y, x), x, draw(5))
case("trapezoid at, first axis", lambda y, x: torch.trapezoid(y, x, dim=0), x, draw(3))
case("cumulativeTrapezoid", lambda y, x: torch.cumulative_trapezoid(y, x), x, draw(3, 5))

for edge in (1, 2):
    case(f"sampledGradient {edge}", lambda x: torch.gradient(x, spacing=0.5, dim=1, edge_order=edge), x)

# Sorting and counting.
numbers = ints(5, 1, 2, 5, 1, 1, 7)
steps = torch.tensor([-2.0, 0, 0, 1, 3])
wanted = torch.tensor([[-3.0, -2, 0, 0.5], [1, 3, 4, nan]])
lines = torch.sort(draw(2, 5), dim=1).values
case("unique", lambda x: torch.unique(x, return_inverse=True, return_counts=True), numbers)
case("unique of floats", lambda x: torch.unique(x, return_inverse=True, return_counts=True), ties, gradients=False)
rows = ints(1, 2, 0, 3, 1, 2, 1, 1, 0, 3).reshape(5, 2)
case("unique rows", lambda x: torch.unique(x, dim=0, return_inverse=True, return_counts=True), rows)
case("unique columns", lambda x: torch.unique(x, dim=1, return_inverse=True, return_counts=True), rows.T.contiguous())
runs = ints(1, 1, 2, 2, 2, 1, 3, 3)
case("uniqueConsecutive", lambda x: torch.unique_consecutive(x, return_inverse=True, return_counts=True), runs)
case("uniqueConsecutive rows", lambda x: torch.unique_consecutive(x, dim=0, return_inverse=True, return_counts=True),
     ints(1, 2, 1, 2, 0, 3, 1, 2).reshape(4, 2))
case("searchSorted", lambda s, v: torch.searchsorted(s, v), steps, wanted, gradients=False)
case("searchSorted right", lambda s, v: torch.searchsorted(s, v, right=True), steps, wanted, gradients=False)
case("searchSorted lines", lambda s, v: torch.searchsorted(s, v), lines, draw(2, 3), gradients=False)
order = draw(2, 5)
case("searchSorted by a sorter", lambda s, v: torch.searchsorted(s, v, sorter=torch.argsort(s)), order, draw(2, 3),
     gradients=False)
case("bucketized", lambda v, s: torch.bucketize(v, s), wanted, steps, gradients=False)
case("bucketized right", lambda v, s: torch.bucketize(v, s, right=True), wanted, steps, gradients=False)
case("isIn", lambda a, b: torch.isin(a, b), numbers, ints(1, 7, 9))
case("isIn of floats", lambda a, b: torch.isin(a, b), torch.tensor([nan, 1.0, 2]), torch.tensor([nan, 2.0]), gradients=False)
case("binCount", lambda x: torch.bincount(x, minlength=10), numbers)
case("binCount weighted", lambda x, w: torch.bincount(x, w), numbers, draw(7), gradients=False)
spread = torch.tensor([-1.0, 0, 0.1, 0.5, 0.5, 0.9, 1, 2, nan])
case("histc", lambda x: torch.histc(x, 4, 0, 1), spread, gradients=False)
case("histogram", lambda x: torch.histogram(x, 5), x, gradients=False)
case("histogram weighted density", lambda x, w: torch.histogram(x, 4, range=(-1.0, 1.0), weight=w, density=True), x,
     draw(3, 5).abs(), gradients=False)
case("histogram with edges", lambda x, e: torch.histogram(x, e), x, torch.tensor([-1.0, 0, 0.2, 1.5]), gradients=False)
case("histogram of equal numbers", lambda x: torch.histogram(x, 4), torch.tensor([2.0, 2, 2]), gradients=False)

# Indexing.
index = torch.tensor([[0, 2, 1, 0, 2], [1, 1, 1, 1, 1], [2, 0, 0, 2, 1], [0, 0, 2, 2, 1]])
base, values = draw(3, 5), draw(4, 5)
zeros = values.clone()
zeros[0, 0] = zeros[1, 2] = zeros[2, 2] = zeros[3, 1] = 0
for mode in ("sum", "prod", "mean", "amax", "amin"):
    for keeps in (True, False):
        case(f"scatterReduced {mode}{'' if keeps else ' alone'}",
             lambda x, v: x.scatter_reduce(0, index, v, mode, include_self=keeps), base, values)
case("scatterReduced ties", lambda x, v: x.scatter_reduce(0, index, v, "amax"), torch.ones(3, 5), torch.ones(4, 5))
case("scatterReduced zeros", lambda x, v: x.scatter_reduce(0, index, v, "prod"), base, zeros)
case("scatterReduced integers", lambda x, v: x.scatter_reduce(0, ints(0, 0, 2, 2, 2), v, "mean"), ints(5, 6, 7),
     ints(1, -9, 3, 4, 4))
slices = ints(2, 0, 2)
for mode in ("prod", "mean", "amax", "amin"):
    case(f"indexReduced {mode}", lambda x, v: x.index_reduce(1, slices, v, mode, include_self=False), base, draw(3, 3))
case("indexAdded", lambda x, v: x.index_add(1, slices, v, alpha=-2), base, draw(3, 3))
case("indexCopied", lambda x, v: x.index_copy(1, ints(4, 0, 2), v), base, draw(3, 3))
case("indexFilled", lambda x, v: x.index_fill(1, slices, v), base, torch.tensor(1.5))
case("taken", lambda x: torch.take(x, torch.tensor([[0, -1], [7, 7]])), base)
case("putting", lambda x, v: torch.put(x, ints(0, -1, 7), v), base, draw(3))
case("putting, added", lambda x, v: torch.put(x, ints(0, 7, 7), v, accumulate=True), base, draw(3))
pair = (torch.tensor([[0], [2]]), ints(1, -1, 1))
case("putting at pairs", lambda x, v: x.index_put(pair, v, accumulate=True), base, draw(2, 3))
case("putting at rows", lambda x, v: x.index_put((ints(1, 2, 1),), v, accumulate=True), base, draw(5))
mask = torch.tensor([[True, False, False, True, True], [False] * 5, [False, True, True, False, False]])
case("putting at a mask", lambda x, v: x.index_put((mask,), v), base, draw(5))
case("maskedScattered", lambda x, v: x.masked_scatter(mask, v), base, draw(2, 4))
case("selectScattered", lambda x, v: torch.select_scatter(x, v, 1, -2), base, draw(3))
case("sliceScattered", lambda x, v: torch.slice_scatter(x, v, 1, 1, 5, 2), base, draw(3, 2))
case("diagonalScattered", lambda x, v: torch.diagonal_scatter(x, v, 1), base, draw(3))

# Shapes. (PyTorch's own gradient of vander fails.)
cube = draw(2, 3, 4)
for times in (1, 2, 3, -1):
    case(f"rotated {times}", lambda x: torch.rot90(x, times, [0, 2]), cube)
case("rolled", lambda x: torch.roll(x, (1, -2), (0, 2)), cube)
case("rolled flat", lambda x: torch.roll(x, 5), cube)
case("movedAxes", lambda x: torch.movedim(x, (0, 1), (-1, 0)), cube)
case("unflattened", lambda x: torch.unflatten(x, 2, (2, -1)), cube)
case("split parts", lambda x: torch.tensor_split(x, 3, dim=2), cube)
case("split at", lambda x: torch.tensor_split(x, (1, 3), dim=-1), cube)
case("splitHorizontally", lambda x: torch.hsplit(x, 3), cube)
case("splitInDepth", lambda x: torch.dsplit(x, [1, 2]), cube)
case("narrowed", lambda x: torch.narrow(x, 2, -3, 2), cube)
a, b = draw(3), draw(3)
case("stackedHorizontally", lambda *t: torch.hstack(t), a, b)
case("stackedVertically", lambda *t: torch.vstack(t), a, b)
case("stackedInDepth", lambda *t: torch.dstack(t), a, b)
case("stackedAsColumns", lambda *t: torch.column_stack(t), a, draw(3, 2))
case("meshGrid", lambda *t: torch.meshgrid(*t, indexing="ij"), a, draw(2))
case("meshGrid cartesian", lambda *t: torch.meshgrid(*t, indexing="xy"), a, draw(2), draw(2))
case("cartesianProduct", lambda *t: torch.cartesian_prod(*t), a, draw(2))
case("combinations", lambda x: torch.combinations(x, 2), draw(4))
case("combinations with replacement", lambda x: torch.combinations(x, 3, with_replacement=True), a)
case("vander", lambda x: torch.vander(x), torch.tensor([0.0, 2, -1.5]), gradients=False)
case("vander increasing", lambda x: torch.vander(x, 5, increasing=True), a, gradients=False)
case("trilIndices", lambda: torch.tril_indices(3, 4, 1))
case("triuIndices", lambda: torch.triu_indices(3, 4, -1))
case("logspace", lambda: torch.logspace(-1, 2, 5, base=2.0))

# Elementwise. (PyTorch rounds the powers to integers in the gradient of ldexp.)
odd = torch.tensor([-inf, -7.5, -3.0, -0.5, -0.0, 0.0, 0.5, 3.0, 7.5, inf, nan])
other = torch.tensor([2.0, 2, -2, 0.3, -1, 1, 0.3, -2, 2, 2, 2])
case("fmod", torch.fmod, odd, other, gradients=False)
case("fmod of integers", torch.fmod, ints(-7, 7, -7, 7), ints(3, -3, -3, 3))
case("remainder", torch.remainder, odd, other, gradients=False)
case("floorDivided", lambda a, b: torch.div(a, b, rounding_mode="floor"), odd, other, gradients=False)
case("truncatedDivided", lambda a, b: torch.div(a, b, rounding_mode="trunc"), odd, other, gradients=False)
case("truncatedDivided integers", lambda a, b: torch.div(a, b, rounding_mode="trunc"), ints(-7, 7, -7, 7), ints(2, -2, -2, 2))
case("withSign", torch.copysign, odd, torch.tensor([-0.0, 0, 1, -1, 2, -2, -inf, inf, -0.0, -1, 1]), gradients=False)
case("withSign, gradients", torch.copysign, x, draw(3, 5))
case("signBit", torch.signbit, odd, gradients=False)
case("fractionalPart", torch.frac, odd, gradients=False)
case("replacingNonfinite", torch.nan_to_num, odd)
case("replacingNonfinite chosen", lambda x: torch.nan_to_num(x, 1.0, 2.0, 3.0), odd)
case("isPositiveInfinity", torch.isposinf, odd, gradients=False)
case("isNegativeInfinity", torch.isneginf, odd, gradients=False)
case("elementsClose", lambda a, b: torch.isclose(a, b, rtol=0.1, atol=0.01, equal_nan=True),
     torch.tensor([1.0, 1, nan, inf, 0, -inf]), torch.tensor([1.05, 1.2, nan, inf, 0.005, inf]), gradients=False)
case("frexp", torch.frexp, odd, gradients=False)
case("ldexp", torch.ldexp, x, ints(-3, 0, 2, 10, 1), gradients=False)
case("nextAfter", torch.nextafter, torch.tensor([1.0, 0, -1, inf, nan]), torch.tensor([2.0, 1, -inf, 0, 1]), gradients=False)
case("addingProduct", lambda x, a, b: torch.addcmul(x, a, b, value=-0.5), x, draw(5), draw(3, 1))
case("addingQuotient", lambda x, a, b: torch.addcdiv(x, a, b, value=2.5), x, draw(5), draw(3, 1).abs() + 0.5)
case("clamped", lambda x, a, b: torch.clamp(x, a, b), x, torch.full((5,), -0.4), torch.full((3, 1), 0.5))
case("clamped, bounds crossed", lambda x, a, b: torch.clamp(x, a, b), x, torch.full((5,), 0.5), torch.full((3, 1), -0.4))
case("heaviside", torch.heaviside, torch.tensor([-1.0, 0, -0.0, 2]), torch.tensor([0.5, 0.3, 7, 9]), gradients=False)
case("fmax", torch.fmax, odd, other.flip(0), gradients=False)
case("fmin", torch.fmin, torch.tensor([1.0, nan, 2, -3, nan]), torch.tensor([1.0, 5, nan, 4, nan]))
case("rounded decimals", lambda x: torch.round(x * 3, decimals=1), x, gradients=False)
case("rounded tens", lambda x: torch.round(x * 1000, decimals=-2), x, gradients=False)
case("floatPower", torch.float_power, ints(2, 3, -2), ints(-1, 2, 3))
one, two = ints(12, -12, 0, 7, 255), ints(18, 8, 5, 0, 15)
for name, function in (
        ("gcd", torch.gcd), ("lcm", torch.lcm), ("bitwiseAnd", torch.bitwise_and), ("bitwiseOr", torch.bitwise_or),
        ("bitwiseXor", torch.bitwise_xor)):
    case(name, function, one, two)
case("bitwiseNot", torch.bitwise_not, one)
case("bitsShiftedLeft", torch.bitwise_left_shift, one, ints(0, 3, 5, 62, 64))
case("bitsShiftedRight", torch.bitwise_right_shift, one, ints(1, 1, 2, 2, 70))

text = json.dumps(cases, separators=(",", ":")).replace('{"name"', '\n{"name"')
pathlib.Path(__file__).with_name("functions.json").write_text(text + "\n")
print(len(cases), "cases")
