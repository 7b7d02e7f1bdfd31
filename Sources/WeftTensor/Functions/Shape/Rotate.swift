extension Tensor {
  /// Turned by `times` right angles in the plane of two axes, from the first towards the second (PyTorch's `rot90`).
  public func rotated(times: Int = 1, from first: Int = 0, to second: Int = 1) -> Tensor {
    guard let a = shape.axis(first), let b = shape.axis(second), a != b else {
      return .failed(
        TensorError(
          .axis, operation: "rotated", operands: [("tensor", spec)], expected: "two different axes",
          got: "\(first) and \(second)"))
    }
    switch ((times % 4) + 4) % 4 {
    case 1: return flipped(axes: [b]).transposed(a, b)
    case 2: return flipped(axes: [a, b])
    case 3: return flipped(axes: [a]).transposed(a, b)
    default: return self
    }
  }

  /// A view with the order of the rows reversed.
  public func flippedVertically() -> Tensor { flipped(axes: [0]) }

  /// A view with the order of the columns reversed.
  public func flippedHorizontally() -> Tensor { flipped(axes: [1]) }

  /// The elements moved forward along several axes, one after the other; those pushed out at the end come in at the
  /// start.
  public func rolled(by shifts: [Int], axes: [Int]) -> Tensor {
    guard shifts.count == axes.count else {
      return .failed(
        TensorError(
          .value, operation: "roll", operands: [("tensor", spec)], expected: "a shift for each axis",
          got: "\(shifts.count) for \(axes.count)"))
    }
    return zip(shifts, axes).reduce(self) { $0.rolled(by: $1.0, axis: $1.1) }
  }

  /// The elements moved forward in row-major order.
  public func rolled(by shift: Int) -> Tensor { reshaped(to: [-1]).rolled(by: shift, axis: 0).reshaped(to: shape) }
}
