extension Tensor {
  /// The whole tensor repeated along its axes: `[2, 3]` lays two copies side by side along the axis before the last
  /// and three along the last. More counts than axes add axes in front; fewer leave the first axes as they are
  /// (NumPy's `tile`).
  public func repeated(_ counts: [Int]) -> Tensor {
    guard counts.allSatisfy({ $0 >= 0 }) else { return .failed(.repeatCount(counts)) }
    let rank = Swift.max(self.rank, counts.count)
    let sizes = Array(repeating: 1, count: rank - self.rank) + shape.sizes
    let counts = Array(repeating: 1, count: rank - counts.count) + counts
    // Each repeated axis becomes (copy, element), of which the copies are a stretched axis of size 1.
    var (apart, stretched, joined) = ([Int](), [Int](), [Int]())
    for (size, count) in zip(sizes, counts) {
      if count != 1 {
        apart.append(1)
        stretched.append(count)
      }
      apart.append(size)
      stretched.append(size)
      joined.append(size.multipliedReportingOverflow(by: count).partialValue)
    }
    return reshaped(to: Shape(apart)).expanded(to: Shape(stretched)).reshaped(to: Shape(joined))
  }

  /// The whole tensor `counts` times along each axis.
  public func repeated(_ counts: Int...) -> Tensor { repeated(counts) }

  /// Each slice along `axis` repeated `count` times in a row; without an axis each element, as one line.
  public func repeatInterleaved(_ count: Int, axis: Int? = nil) -> Tensor {
    guard let axis else { return flattened().repeatInterleaved(count, axis: 0) }
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "repeatInterleaved")) }
    guard count >= 0 else { return .failed(.repeatCount([count], "repeatInterleaved")) }
    var (stretched, joined) = (shape.sizes, shape.sizes)
    stretched.insert(count, at: place + 1)
    joined[place] = shape[place].multipliedReportingOverflow(by: count).partialValue
    return unsqueezed(place + 1).expanded(to: Shape(stretched)).reshaped(to: Shape(joined))
  }

  /// Slice i along `axis` repeated `counts[i]` times in a row; without an axis element i of all, as one line.
  public func repeatInterleaved(_ counts: [Int], axis: Int? = nil) -> Tensor {
    guard let axis else { return flattened().repeatInterleaved(counts, axis: 0) }
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "repeatInterleaved")) }
    guard counts.count == shape[place], counts.allSatisfy({ $0 >= 0 }) else {
      return .failed(.repeatCount(counts, "repeatInterleaved"))
    }
    let total = counts.reduce(0) { Swift.min($0, 1 << 46) + Swift.min($1, 1 << 46) }
    if let error = TensorError.creating(TensorSpec([total], .int64), operation: "repeatInterleaved") {
      return .failed(error)
    }
    let indices = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
    return indexSelected(Tensor(indices), axis: place)
  }

  /// The same with the counts in a tensor: integers, one for each slice (without an axis: each element), or one for all.
  ///
  /// Shape: counts [n] or []. How large the result is depends on their values.
  @_disfavoredOverload public func repeatInterleaved(_ counts: Tensor, axis: Int? = nil) -> Tensor {
    if isInvalid || counts.isInvalid { return .invalid }
    do throws(TensorError) {
      let operands = [(name: "tensor", spec: spec), (name: "counts", spec: counts.spec)]
      try counts.spec.requireIndexType("counts", operation: "repeatInterleaved", operands: operands)
      guard counts.rank < 2 else {
        throw TensorError(
          .shape, operation: "repeatInterleaved", operands: operands, expected: "a list of counts, or one count",
          got: "\(counts.shape)")
      }
      if counts.isBatched { throw .batched("repeatInterleaved", counts) }
    } catch {
      return .failed(error)
    }
    let numbers = counts.scalars(as: Int.self)
    return numbers.count == 1 ? repeatInterleaved(numbers[0], axis: axis) : repeatInterleaved(numbers, axis: axis)
  }
}

extension TensorError {
  fileprivate static func repeatCount(_ counts: [Int], _ operation: String = "repeat") -> TensorError {
    TensorError(.value, operation: operation, expected: "counts from 0, one for each slice or axis", got: "\(counts)")
  }
}
