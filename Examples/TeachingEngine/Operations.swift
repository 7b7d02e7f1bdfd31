// Eight operations, each with its gradient. In Weft: `WeftTensor/Operations`, one file each.
import Glibc

/// The family of two operands, of which one is repeated along axes that the other has in front. In Weft:
/// `Operations/ElementwiseOperation.swift`, where the gradient is derived from the formula (`Formula/Derivative.swift`).
protocol ElementwiseOperation: TensorOperation { func formula(_ a: Double, _ b: Double) -> Double }

extension ElementwiseOperation {
  func forward(_ inputs: [Tensor]) -> Tensor {
    let shape = inputs[0].shape.count < inputs[1].shape.count ? inputs[1].shape : inputs[0].shape
    let (a, b) = (inputs[0].expanded(to: shape), inputs[1].expanded(to: shape))
    return Tensor(zip(a.values, b.values).map(formula), shape: shape)
  }
}

/// a + b. Gradients: g, g.
struct Add: ElementwiseOperation {
  func formula(_ a: Double, _ b: Double) -> Double { a + b }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] { [g, g] }
}

/// a - b. Gradients: g, -g.
struct Subtract: ElementwiseOperation {
  func formula(_ a: Double, _ b: Double) -> Double { a - b }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] { [g, needs[1] ? -1 * g : nil] }
}

/// a * b. Gradients: g·b, g·a.
struct Multiply: ElementwiseOperation {
  func formula(_ a: Double, _ b: Double) -> Double { a * b }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [needs[0] ? saved.inputs[1] * g : nil, needs[1] ? saved.inputs[0] * g : nil]
  }
}

/// y = tanh x. Gradient: g(1 - y²).
struct TanhOperation: TensorOperation {
  func forward(_ inputs: [Tensor]) -> Tensor { Tensor(inputs[0].values.map(tanh), shape: inputs[0].shape) }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] { [g - saved.output * saved.output * g] }
}

/// The values repeated along new axes in front. Gradient: g, which the walk sums.
struct Expand: TensorOperation {
  let shape: [Int]
  func forward(_ inputs: [Tensor]) -> Tensor {
    let (values, axes) = (inputs[0].values, inputs[0].shape)
    precondition(shape.suffix(axes.count) == axes[...], "expected the last axes of \(shape), got \(axes)")
    return Tensor((0..<shape.reduce(1, *)).map { values[$0 % values.count] }, shape: shape)
  }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] { [g] }
}

/// The sums over the axes in front of those of `shape`: all, where it has none. Gradient: g, which the walk expands.
struct Sum: TensorOperation {
  let shape: [Int]
  func forward(_ inputs: [Tensor]) -> Tensor {
    var sums = Array(repeating: 0.0, count: shape.reduce(1, *))
    for (place, value) in inputs[0].values.enumerated() { sums[place % sums.count] += value }
    return Tensor(sums, shape: shape)
  }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] { [g] }
}

/// A matrix with its two axes exchanged. Gradient: g, exchanged back. (In Weft a view: nothing is copied.)
struct Permute: TensorOperation {
  func forward(_ inputs: [Tensor]) -> Tensor {
    let (values, rows, columns) = (inputs[0].values, inputs[0].shape[0], inputs[0].shape[1])
    return Tensor((0..<values.count).map { values[$0 % rows * columns + $0 / rows] }, shape: [columns, rows])
  }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] { [g.transposed()] }
}

/// The product of two matrices, a·b. Gradients: g·bᵀ, aᵀ·g. (In Weft the loops are `CWeft`'s.)
struct MatMul: TensorOperation {
  func forward(_ inputs: [Tensor]) -> Tensor {
    let (a, b, inner, columns) = (inputs[0], inputs[1], inputs[0].shape[1], inputs[1].shape[1])
    precondition(inner == b.shape[0], "expected [m, k] and [k, n], got \(a.shape) and \(b.shape)")
    let product = (0..<a.shape[0] * columns).map { place in
      (0..<inner).reduce(0.0) { $0 + a.values[place / columns * inner + $1] * b.values[$1 * columns + place % columns] }
    }
    return Tensor(product, shape: [a.shape[0], columns])
  }
  func backward(_ g: Tensor, _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [needs[0] ? g.matmul(saved.inputs[1].transposed()) : nil, needs[1] ? saved.inputs[0].transposed().matmul(g) : nil]
  }
}

extension Tensor {
  package static func + (a: Tensor, b: Tensor) -> Tensor { apply(Add(), [a, b]) }
  package static func - (a: Tensor, b: Tensor) -> Tensor { apply(Subtract(), [a, b]) }
  package static func * (a: Tensor, b: Tensor) -> Tensor { apply(Multiply(), [a, b]) }
  package static func * (a: Double, b: Tensor) -> Tensor { Tensor([a], shape: []) * b }
  package func tanh() -> Tensor { apply(TanhOperation(), [self]) }
  package func expanded(to shape: [Int]) -> Tensor { self.shape == shape ? self : apply(Expand(shape: shape), [self]) }
  package func sum(to shape: [Int] = []) -> Tensor { apply(Sum(shape: shape), [self]) }
  package func transposed() -> Tensor { apply(Permute(), [self]) }
  package func matmul(_ other: Tensor) -> Tensor { apply(MatMul(), [self, other]) }
}

/// The mean of (x - t)². In Weft: `WeftNN/Losses/RegressionLosses.swift`.
package func meanSquaredError(_ x: Tensor, _ target: Tensor) -> Tensor {
  let difference = x - target
  return 1 / Double(difference.values.count) * (difference * difference).sum()
}
