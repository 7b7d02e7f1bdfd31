// Derivatives of everything: leaves, tapes, functions, higher orders, an operation of one's own.

import Weft

// As in PyTorch: a leaf, a loss, backward().
let x = Tensor([1.0, 2.0, 3.0]).requiringGrad()
(x * x * x).sum().backward()
print("d/dx Σx³        ", x.grad?.scalars(as: Float.self) ?? [])

// As in TensorFlow: a tape, several targets, a source that no target uses.
try withGradientTape { tape in
  let a = tape.watch(Tensor([1.0, 2.0]))
  let unused = tape.watch(Tensor([5.0]))
  let gradients = try tape.gradients(
    of: [a.exp().sum(), (a * 3).sum()], with: [a, unused], unconnected: .zero)
  print("two targets     ", gradients.map { $0?.scalars(as: Float.self) ?? [] })
}

// As in JAX: functions of functions, to any order.
let cubed: (Tensor) throws -> Tensor = { ($0 * $0 * $0).sum() }
let point = Tensor([2.0], dtype: .float64)
print(
  "f'(2), f''(2)   ", try grad(of: cubed)(point).item(), try grad(of: { try grad(of: cubed)($0).sum() })(point).item())
let curvature = try hessian(at: Tensor([1.0, 2.0], dtype: .float64), cubed)
print("Hessian         ", curvature.scalars(as: Double.self))

/// log cosh x, a smooth |x|, as one formula: the tile engine runs it, and its derivative is derived.
struct LogCosh: ElementwiseOperation {
  static let name = "logCosh"
  static let formula = Formula { x in abs(x) + log1p(exp(-2 * abs(x))) - 0.6931471805599453 }
  static let samples = [Sample(LogCosh(), .real([5], avoiding: [0]))]
}

let points = Tensor([-30.0, -0.5, 0.5, 30.0], dtype: .float64).requiringGrad()
try gradcheck({ LogCosh()($0[0]).sum() }, at: [points])
LogCosh()(points).sum().backward()
print("d/dx log cosh x ", points.grad?.scalars(as: Double.self) ?? [])
