"""Writes special.json: values of special functions in float64, by mpmath with 50 digits, and edge values by PyTorch.

Each case: a name, rows of arguments, and the results. NaN and infinities are strings.
"""
import json
import math
import pathlib
import random

import mpmath as mp
import torch

mp.mp.dps = 50
random.seed(7)
inf, nan = math.inf, math.nan
cases = []


def number(value):
    return value if math.isfinite(value) else str(value)


def case(name, exact, arguments, reference=None, edges=()):
    rows = [row if isinstance(row, tuple) else (row,) for row in arguments]
    results = [float(exact(*(mp.mpf(x) for x in row))) for row in rows]
    for edge in edges:
        row = edge if isinstance(edge, tuple) else (edge,)
        results.append(reference(*(torch.tensor(x, dtype=torch.float64) for x in row)).item())
        rows.append(row)
    cases.append({
        "name": name, "arguments": [[number(x) for x in row] for row in rows], "results": [number(y) for y in results]})


def even(low, high, count=25):
    return [random.uniform(low, high) for _ in range(count)]


def powers(low, high, count=25):
    return [10 ** random.uniform(low, high) for _ in range(count)]


def pairs(a, b):
    return list(zip(a, b))


def normal_quantile(p):
    # By the inverse error function of what is left to the nearer end.
    if p > 0.5:
        return -normal_quantile(1 - p)
    x = -mp.sqrt(max(-2 * mp.log(2 * p), mp.mpf(0)))
    return mp.findroot(lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / (2 * p)), (x, x + mp.mpf("0.1")))


def hurwitz(s, q):
    # Away from the tail's end the sum is exact; the rest is the function's own value further on.
    count = 40
    return sum((q + k) ** -s for k in range(count)) + mp.zeta(s, q + count)


def lower(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def upper(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


special = torch.special
case("logGamma", lambda x: mp.log(abs(mp.gamma(x))), even(0.1, 30) + powers(-8, 5) + even(-6, 0),
     torch.lgamma, [0.0, -0.0, -1.0, -7.0, 1.0, 2.0, inf, -inf, nan])
case("digamma", mp.digamma, even(0.1, 1.3) + even(1.6, 30) + powers(-8, 8) + even(-6, 0),
     torch.digamma, [0.0, -0.0, -1.0, -7.0, inf, nan])
case("polygamma 1", lambda x: mp.polygamma(1, x), even(0.1, 30) + powers(-5, 3) + even(-6, 0))
case("polygamma 4", lambda x: mp.polygamma(4, x), even(0.1, 30) + powers(-5, 3) + even(-6, 0))
case("erfInverse", mp.erfinv, even(-1, 1) + powers(-20, 0) + [1 - x for x in powers(-15, -1)],
     torch.erfinv, [0.0, 1.0, -1.0, 1.5, nan])
case("erfcScaled", lambda x: mp.exp(x * x) * mp.erfc(x), even(-26, 30) + powers(-3, 9),
     special.erfcx, [0.0, inf, -inf, -30.0, nan])
case("normalCDF", mp.ncdf, even(-35, 9), special.ndtr, [0.0, inf, -inf, nan])
case("normalQuantile", normal_quantile, even(0.001, 0.999) + powers(-300, -1),
     special.ndtri, [0.0, 1.0, 0.5, 1.5, -0.5, nan])
case("logNormalCDF", lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2), even(-40, 6) + [-x for x in powers(0, 9)],
     special.log_ndtr, [0.0, inf, -inf, nan])
for order in (0, 1):
    wide = even(-60, 60) + powers(-10, 2)
    case(f"besselI{order}", lambda x: mp.besseli(order, x), wide + even(600, 708, 5),
         getattr(special, f"i{order}"), [0.0, nan])
    case(f"besselI{order}Scaled", lambda x: mp.exp(-abs(x)) * mp.besseli(order, x), wide + powers(2, 6),
         getattr(special, f"i{order}e"), [0.0, nan])
    case(f"besselJ{order}", lambda x: mp.besselj(order, x), even(-50, 50), getattr(special, f"bessel_j{order}"), [0.0, nan])
    case(f"besselY{order}", lambda x: mp.bessely(order, x), even(0, 50) + powers(-5, 0),
         getattr(special, f"bessel_y{order}"), [0.0, -1.0, nan])
case("entropy", lambda x: -x * mp.log(x), powers(-8, 3), special.entr, [0.0, -1.0, inf, nan])
case("sinc", lambda x: mp.sincpi(x), even(-0.9, 0.9), torch.sinc, [0.0, nan])
case("logit", lambda x: mp.log(x / (1 - x)), even(0.001, 0.4) + even(0.6, 0.999), torch.logit, [0.0, 1.0, -0.5, 1.5, nan])
case("xlogy", lambda x, y: x * mp.log(y), pairs(even(-5, 5), powers(-3, 3)), torch.xlogy,
     [(0.0, 0.0), (0.0, -1.0), (0.0, nan), (1.0, 0.0), (nan, 1.0), (2.0, -1.0), (0.0, inf)])
case("xlog1py", lambda x, y: x * mp.log1p(y), pairs(even(-5, 5), powers(-9, 3)), special.xlog1py,
     [(0.0, -1.0), (0.0, -2.0), (0.0, nan), (1.0, -1.0), (nan, 1.0), (0.0, inf)])
case("logAddExp", lambda a, b: mp.log(mp.exp(a) + mp.exp(b)), pairs(even(-40, 40), even(-40, 40)), torch.logaddexp,
     [(inf, inf), (-inf, -inf), (inf, -inf), (-inf, 3.0), (1e3, 1e3), (nan, 1.0)])
case("logAddExp2", lambda a, b: mp.log(mp.power(2, a) + mp.power(2, b), 2), pairs(even(-40, 40), even(-40, 40)),
     torch.logaddexp2, [(inf, inf), (-inf, -inf), (inf, -inf), (-inf, 3.0), (1e3, 1e3), (nan, 1.0)])
case("hypot", lambda a, b: mp.sqrt(a * a + b * b), pairs(powers(-200, 200), powers(-200, 200)) + pairs(even(-5, 5), even(-5, 5)),
     torch.hypot, [(0.0, 0.0), (inf, nan), (inf, -inf), (3.0, -4.0), (nan, 1.0)])
case("zeta", hurwitz, pairs(even(1.1, 20), even(0.01, 30)) + pairs(even(1.1, 3), powers(-4, 4)), special.zeta,
     [(1.0, 2.0), (0.5, 2.0), (2.0, 0.0), (2.0, -3.0), (2.5, -0.5), (nan, 1.0), (2.0, nan)])
case("gammaLower", lower, pairs(even(0.1, 20), even(0.1, 30)) + [(a, a * random.uniform(0.8, 1.2)) for a in powers(0, 3)],
     special.gammainc, [(1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (2.0, inf), (inf, 2.0), (-1.0, 2.0), (2.0, -1.0), (nan, 1.0)])
case("gammaUpper", upper, pairs(even(0.1, 20), even(0.1, 30)) + [(a, a * random.uniform(0.8, 1.2)) for a in powers(0, 3)],
     special.gammaincc, [(1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (2.0, inf), (inf, 2.0), (-1.0, 2.0), (2.0, -1.0), (nan, 1.0)])

text = json.dumps(cases, separators=(",", ":")).replace('{"name"', '\n{"name"')
pathlib.Path(__file__).with_name("special.json").write_text(text + "\n")
