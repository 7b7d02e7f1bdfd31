"""Writes linear_algebra.json: what PyTorch computes for linear algebra, products and Fourier transforms, in float64.

Each case: named inputs, outputs, and the gradients of sum(output * seed) for the floating-point inputs. Complex numbers
stand as view_as_real.
"""
import json
import pathlib

import torch

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)
L = torch.linalg
cases = []


def pack(tensor):
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor)
    dtype = {torch.bool: "bool", torch.int64: "int64", torch.int32: "int32"}.get(tensor.dtype, "float64")
    values = [float(f"{v:.14g}") if dtype == "float64" else int(v) for v in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "dtype": dtype, "values": values}


def draw(*shape):
    # Few digits keep the file small and lose nothing: they are the exact inputs.
    return (torch.randn(shape) * 1000).round() / 1000


def case(name, function, **inputs):
    leaves = {k: v.clone().requires_grad_(v.is_floating_point()) for k, v in inputs.items()}
    results = function(**leaves)
    results = results if isinstance(results, tuple) else (results,)
    results = tuple(torch.view_as_real(r.resolve_conj()) if r.is_complex() else r for r in results)
    recorded = [r for r in results if r.requires_grad]
    seeds = [draw(*r.shape) for r in recorded]
    if recorded:
        sum((r * s).sum() for r, s in zip(recorded, seeds)).backward()
    cases.append({
        "name": name,
        "inputs": {k: pack(v) for k, v in inputs.items()},
        "outputs": [pack(r) for r in results],
        "seeds": [pack(s) for s in seeds],
        "gradients": {k: pack(v.grad) for k, v in leaves.items() if v.grad is not None},
    })


def positive(*shape):
    a = draw(*shape)
    return ((a @ a.mT + torch.eye(shape[-1])) * 1000).round() / 1000


def symmetric(*shape):
    a = draw(*shape)
    return a + a.mT


c = torch.view_as_complex

# Systems and inverses.
case("solve", lambda a, b: L.solve(a, b), a=draw(3, 1, 4, 4), b=draw(2, 4, 2))
case("solve vectors", lambda a, b: L.solve(a, b), a=draw(3, 4, 4), b=draw(3, 4))
case("solve one vector", lambda a, b: L.solve(a, b), a=draw(4, 4), b=draw(4))
case("solve from the right", lambda a, b: L.solve(a, b, left=False), a=draw(2, 3, 3), b=draw(2, 4, 3))
case("solve_triangular", lambda a, b: L.solve_triangular(a, b, upper=True), a=positive(2, 4, 4), b=draw(4, 2))
case("solve_triangular right unit", lambda a, b: L.solve_triangular(
    a, b, upper=False, left=False, unitriangular=True), a=draw(3, 3), b=draw(2, 4, 3))
case("inv", lambda a: L.inv(a), a=draw(2, 4, 4))
case("det", lambda a: L.det(a), a=draw(2, 4, 4))
case("slogdet", lambda a: tuple(L.slogdet(a)), a=draw(2, 4, 4))
case("cholesky", lambda a: L.cholesky(a), a=positive(2, 4, 4))
case("cholesky upper", lambda a: L.cholesky(a, upper=True), a=positive(3, 3))
case("cholesky_solve", lambda b, l: torch.cholesky_solve(b, l.tril()), b=draw(2, 3, 2), l=L.cholesky(positive(2, 3, 3)))
case("cholesky_inverse", lambda l: torch.cholesky_inverse(l.tril()), l=L.cholesky(positive(3, 3)))
case("lu", lambda a: tuple(L.lu(a)), a=draw(2, 4, 4))
case("lu high", lambda a: tuple(L.lu(a)), a=draw(4, 2))
case("lu wide", lambda a: tuple(L.lu(a)), a=draw(2, 4))
case("lu_solve", lambda a, b: L.lu_solve(*L.lu_factor(a), b), a=draw(2, 3, 3), b=draw(2, 3, 2))

# Factorizations that are unique up to signs: what does not depend on them.
case("qr", lambda a: (lambda q, r: (q * r.diagonal(dim1=-2, dim2=-1).sign()[..., None, :],
                                     r * r.diagonal(dim1=-2, dim2=-1).sign()[..., None]))(*L.qr(a)), a=draw(2, 4, 3))
case("qr wide", lambda a: (lambda q, r: (q * r.diagonal(dim1=-2, dim2=-1).sign()[..., None, :],
                                          r * r.diagonal(dim1=-2, dim2=-1).sign()[..., None]))(*L.qr(a)), a=draw(2, 4))
case("svd", lambda a: (lambda u, s, v: (s, u.abs(), v.abs(), u @ v))(*L.svd(a, full_matrices=False)), a=draw(2, 4, 3))
case("svd wide", lambda a: (lambda u, s, v: (s, u.abs(), v.abs(), u @ v))(*L.svd(a, full_matrices=False)), a=draw(2, 4))
case("svdvals", lambda a: L.svdvals(a), a=draw(2, 3, 4))
case("eigh", lambda a: (lambda l, v: (l, v.abs()))(*L.eigh(a + a.mT)), a=draw(2, 4, 4))
case("eigvalsh", lambda a: L.eigvalsh(a + a.mT), a=draw(2, 4, 4))

# What is made of them.
case("pinv", lambda a: L.pinv(a), a=draw(2, 4, 3))
case("pinv of rank 2", lambda a, b: L.pinv(a @ b), a=draw(4, 2), b=draw(2, 3))
case("pinv with tolerances", lambda a: L.pinv(a, atol=1.5, rtol=0.1), a=draw(3, 3))
case("lstsq", lambda a, b: (lambda r: (r.solution,))(L.lstsq(a, b)), a=draw(2, 5, 3), b=draw(2, 5, 2))
case("lstsq gelsd", lambda a, b: (lambda r: (r.solution, r.residuals, r.rank, r.singular_values))(
    L.lstsq(a.detach(), b.detach(), driver="gelsd")), a=draw(5, 3), b=draw(5, 2))
case("lstsq of rank 1", lambda a, b: L.lstsq(a.detach(), b.detach(), driver="gelsd").solution,
     a=torch.tensor([[1.0, 2], [2, 4], [3, 6]]), b=draw(3, 1))
case("matrix_exp", lambda a: L.matrix_exp(a), a=draw(2, 3, 3))
case("matrix_exp large", lambda a: L.matrix_exp(a), a=draw(2, 3, 3) * torch.tensor([0.01, 4])[:, None, None])
case("matrix_power", lambda a: (L.matrix_power(a, 5), L.matrix_power(a, -3), L.matrix_power(a.detach(), 0)), a=draw(2, 3, 3))
case("matrix_rank", lambda a: (L.matrix_rank(a.detach()), L.matrix_rank(a.detach(), atol=1.0, rtol=0.3)),
     a=torch.tensor([[[1.0, 2], [2, 4]], [[3, 0], [0, 1.5]]]))
case("matrix_norm", lambda a: tuple(L.matrix_norm(a, ord=o) for o in ["fro", "nuc", 1, -1, 2, -2, torch.inf, -torch.inf]),
     a=draw(2, 4, 3))
case("matrix_norm axes", lambda a: (L.matrix_norm(a, ord=1, dim=(2, 0), keepdim=True),
                                    L.matrix_norm(a, ord="nuc", dim=(0, 2), keepdim=True)), a=draw(3, 2, 4))
case("vector_norm", lambda a: tuple(L.vector_norm(a, ord=o, dim=-1) for o in [0, 1, 2, 3.5, -1, torch.inf, -torch.inf]),
     a=draw(2, 4))
case("cond", lambda a: tuple(L.cond(a, p=p) for p in [None, -2]), a=draw(2, 4, 3))
# PyTorch's own gradient of the other orders fails (it writes into the inverse), so they are taken apart for it.
case("cond of other orders", lambda a: tuple(
    L.matrix_norm(a, p) * L.matrix_norm(L.inv(a), p) for p in ["fro", "nuc", 1, -1, torch.inf, -torch.inf]),
    a=draw(2, 3, 3))
case("householder_product", lambda a, tau: L.householder_product(a, tau), a=draw(2, 4, 3), tau=draw(2, 2))
case("vander", lambda a: (L.vander(a), L.vander(a, N=2)), a=draw(2, 3))
case("tensorinv", lambda a: L.tensorinv(a, ind=1), a=draw(6, 2, 3))
case("tensorsolve", lambda a, b: L.tensorsolve(a, b), a=draw(2, 3, 6), b=draw(2, 3))

# Products.
case("tensordot", lambda a, b: torch.tensordot(a, b), a=draw(2, 3, 4), b=draw(3, 4, 2))
case("tensordot axes", lambda a, b: torch.tensordot(a, b, dims=([2, 0], [0, 1])), a=draw(2, 3, 4), b=draw(4, 2, 3))
case("inner", lambda a, b: torch.inner(a, b), a=draw(2, 3), b=draw(2, 2, 3))
case("vecdot", lambda a, b: L.vecdot(a, b, dim=0), a=draw(3, 2), b=draw(3, 1))
case("kron", lambda a, b: torch.kron(a, b), a=draw(2, 3), b=draw(2, 2, 1))
case("cross", lambda a, b: L.cross(a, b), a=draw(2, 3), b=draw(1, 3))
case("cross axis", lambda a, b: L.cross(a, b, dim=0), a=draw(3, 2), b=draw(3, 2))
case("block_diag", lambda a, b, s: torch.block_diag(a, b, s), a=draw(2, 3), b=draw(2), s=draw())
case("cartesian_prod", lambda a, b, d: torch.cartesian_prod(a, b, d), a=draw(2), b=draw(3), d=draw(2))
case("multi_dot", lambda a, b, d, e: L.multi_dot([a, b, d, e]), a=draw(2, 5), b=draw(5, 3), d=draw(3, 4), e=draw(4))
case("baddbmm", lambda x, a, b: torch.baddbmm(x, a, b, beta=0.5, alpha=2), x=draw(3), a=draw(2, 3, 4), b=draw(2, 4, 3))
case("trace", lambda a: torch.trace(a), a=draw(3, 4))
for equation, shapes in {
    "ij,jk->ik": [(2, 3), (3, 4)],
    "ij,jk": [(2, 3), (3, 4)],
    "ii": [(3, 3)],
    "ii->i": [(3, 3)],
    "iji->j": [(2, 3, 2)],
    "...ii->...i": [(2, 3, 3)],
    "ba": [(2, 3)],
    "ij->": [(2, 3)],
    "i,j->ij": [(2,), (3,)],
    "bhqd,bhkd->bhqk": [(2, 2, 3, 4), (2, 2, 2, 4)],
    "...ij,...jk->...ik": [(2, 1, 2, 3), (3, 3, 2)],
    "a...,b...->ab...": [(2, 3), (4, 3)],
    "bn,anm,bm->ba": [(2, 3), (4, 3, 2), (2, 2)],
    "ij,jk,kl,lm->im": [(2, 3), (3, 4), (4, 2), (2, 3)],
    "ij,ij->ij": [(2, 3), (1, 3)],
    "ij,ij->": [(2, 3), (2, 1)],
    "Ab,bA->A": [(2, 3), (3, 2)],
    "ij,kl->": [(2, 3), (2, 2)],
    "...,...": [(2, 3), (3,)],
    ",ij->ji": [(), (2, 3)],
    "ijj,jk->ik": [(2, 3, 3), (3, 2)],
    "i,i,i->i": [(3,), (3,), (3,)],
}.items():
    operands = {f"x{i}": draw(*shape) for i, shape in enumerate(shapes)}
    case("einsum " + equation, lambda equation=equation, **x: torch.einsum(equation, *x.values()), **operands)

# Fourier transforms; complex inputs are pairs.
F = torch.fft
for norm in ["backward", "ortho", "forward"]:
    case(f"fft {norm}", lambda x, n=norm: F.fft(c(x), norm=n), x=draw(2, 5, 2))
    case(f"ifft {norm}", lambda x, n=norm: F.ifft(c(x), n=6, dim=0, norm=n), x=draw(4, 3, 2))
    case(f"rfft {norm}", lambda x, n=norm: F.rfft(x, norm=n), x=draw(2, 6))
    case(f"irfft {norm}", lambda x, n=norm: F.irfft(c(x), n=7, norm=n), x=draw(2, 4, 2))
    case(f"hfft {norm}", lambda x, n=norm: F.hfft(c(x), norm=n), x=draw(2, 4, 2))
    case(f"ihfft {norm}", lambda x, n=norm: F.ihfft(x, norm=n), x=draw(2, 5))
case("fft of real numbers", lambda x: F.fft(x, n=3), x=draw(2, 5))
case("fft of 97", lambda x: F.fft(c(x)), x=draw(97, 2))
case("rfft cut", lambda x: F.rfft(x, n=4, dim=0), x=draw(6, 2))
case("irfft even", lambda x: F.irfft(c(x)), x=draw(2, 4, 2))
case("irfft longer", lambda x: F.irfft(c(x), n=10), x=draw(3, 2))
case("fft2", lambda x: F.fft2(c(x)), x=draw(2, 3, 4, 2))
case("ifft2", lambda x: F.ifft2(c(x), s=(2, 5), norm="ortho"), x=draw(2, 3, 4, 2))
case("fftn", lambda x: F.fftn(c(x)), x=draw(2, 3, 4, 2))
case("ifftn", lambda x: F.ifftn(c(x), dim=(0, 2)), x=draw(2, 3, 4, 2))
case("rfft2", lambda x: F.rfft2(x), x=draw(2, 3, 4))
case("irfft2", lambda x: F.irfft2(c(x), s=(3, 5)), x=draw(3, 3, 2))
case("rfftn", lambda x: F.rfftn(x, s=(4, 3), norm="forward"), x=draw(2, 3, 4))
case("irfftn", lambda x: F.irfftn(c(x)), x=draw(2, 3, 3, 2))
case("hfft2", lambda x: F.hfft2(c(x)), x=draw(3, 3, 2))
case("ihfft2", lambda x: F.ihfft2(x), x=draw(3, 4))
case("hfftn", lambda x: F.hfftn(c(x), s=(2, 3, 4)), x=draw(2, 3, 3, 2))
case("ihfftn", lambda x: F.ihfftn(x, norm="ortho"), x=draw(2, 3, 4))
case("frequencies", lambda: (F.fftfreq(5, d=0.5), F.fftfreq(6), F.rfftfreq(5), F.rfftfreq(6, d=2.0)))
case("fftshift", lambda x: (F.fftshift(x), F.fftshift(x, dim=1), F.ifftshift(x)), x=draw(3, 4))
for periodic in [True, False]:
    case(f"windows {'periodic' if periodic else 'symmetric'}", lambda p=periodic: (
        torch.hann_window(7, periodic=p), torch.hamming_window(6, periodic=p),
        torch.hamming_window(6, periodic=p, alpha=0.6), torch.blackman_window(7, periodic=p),
        torch.bartlett_window(6, periodic=p), torch.kaiser_window(7, periodic=p),
        torch.kaiser_window(6, periodic=p, beta=3.0), torch.hann_window(1, periodic=p)))
case("stft", lambda x: torch.stft(x, 8, window=torch.hann_window(8), return_complex=True), x=draw(2, 21))
case("stft plain", lambda x, w: torch.stft(
    x, 8, hop_length=3, win_length=5, window=w, center=False, normalized=True, onesided=False, return_complex=True),
    x=draw(20), w=draw(5))
case("istft", lambda x: torch.istft(c(x), 8, window=torch.hann_window(8)), x=draw(5, 6, 2))
case("istft length", lambda x, w: torch.istft(
    c(x), 6, hop_length=2, win_length=4, window=w, normalized=True, length=11), x=draw(2, 4, 6, 2), w=draw(4).abs() + 0.5)

# Complex numbers.
case("complex arithmetic", lambda a, b: (c(a) + c(b), c(a) - c(b), c(a) * c(b), c(a) / c(b), c(a).conj().resolve_conj()),
     a=draw(2, 3, 2), b=draw(3, 2))
case("complex functions", lambda a: (c(a).abs(), c(a).angle(), c(a).exp(), c(a).log(), c(a).sqrt(), 1 / c(a)),
     a=draw(2, 3, 2))
case("complex matmul", lambda a, b: c(a) @ c(b), a=draw(2, 3, 4, 2), b=draw(4, 2, 2))
case("polar", lambda r, t: torch.polar(r, t), r=draw(3).abs(), t=draw(3))

path = pathlib.Path(__file__).with_name("linear_algebra.json")
path.write_text("[" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases) + "]\n")
print(len(cases), "cases,", path.stat().st_size, "bytes")
