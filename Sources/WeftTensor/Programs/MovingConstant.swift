/// A constant that follows a size: one number throughout, or whole numbers of any type with one axis that rise by equal
/// steps (`arange`).
struct MovingConstant: Sendable, Codable {
  private let dtype: DType
  /// The first number, as a tensor without axes, which keeps its bits.
  private let first: Tensor
  private let step: Int

  /// What the values at several sizes have in common; nil where they are neither.
  init?(_ values: [Tensor]) {
    // The last is the largest: one that is empty at small sizes has its numbers there.
    guard let last = values.last else { return nil }
    let lines = last.elementCount == 0 ? Tensor(zeros: [1], dtype: last.dtype) : last.with(source: nil).reshaped(-1)
    dtype = last.dtype
    first = lines.sliced(axis: 0, to: 1).reshaped(to: []).inRowMajorOrder()
    var step = 0
    if lines.elementCount > 1, last.rank == 1, let numbers = lines.sliced(axis: 0, to: 2).wholeNumbers {
      step = numbers[1] &- numbers[0]
    }
    self.step = step
    guard values.allSatisfy({ $0.rank == last.rank && $0.dtype == dtype && $0.hasSameBytes(as: made($0.spec)) }) else {
      return nil
    }
  }

  /// The constant as a tensor of `spec`, in memory of its own.
  /// - Throws: `TensorError` where there is no memory for it, or where what a file says makes no such tensor.
  func callAsFunction(_ spec: TensorSpec) throws(TensorError) -> Tensor {
    if let error = TensorError.creating(spec, operation: "frozen") { throw error }
    guard first.rank == 0, first.dtype == dtype, spec.dtype == dtype, step == 0 || spec.shape.rank == 1 else {
      throw TensorError(.value, operation: "program", expected: "a constant \(spec)", got: "\(first.spec)")
    }
    return made(spec)
  }

  private func made(_ spec: TensorSpec) -> Tensor {
    let number = first.expanded(to: spec.shape).inRowMajorOrder()
    if step == 0 { return number.counted(as: spec) }
    let steps = Tensor(arange: spec.shape.elementCount) * Tensor(step)
    return (number.converted(to: .int64) + steps).converted(to: dtype).counted(as: spec)
  }
}

extension Tensor {
  /// The numbers, if all are whole ones.
  fileprivate var wholeNumbers: [Int]? {
    if dtype.isInteger { return scalars(as: Int.self) }
    guard dtype.isFloatingPoint else { return nil }
    let numbers = scalars(as: Double.self).map { Int(exactly: $0) }
    return numbers.contains(nil) ? nil : numbers.compactMap { $0 }
  }
}
