extension Tensor {
  /// One axis parted into several, whose sizes (one may be -1) multiply to its own.
  public func unflattened(axis: Int, into sizes: [Int]) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "unflattened")) }
    let others = sizes.filter { $0 != -1 }
    let known = others.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    let size = shape[place]
    let isOpen = others.count == sizes.count - 1 && known > 0 && size % known == 0
    guard others.allSatisfy({ $0 >= 0 }), isOpen || (others.count == sizes.count && known == size), !sizes.isEmpty
    else {
      return .failed(
        TensorError(
          .shape, operation: "unflattened", operands: [("tensor", spec)],
          expected: "sizes that multiply to \(size), one of which may be -1", got: "\(sizes)"))
    }
    let parts = sizes.map { $0 == -1 ? size / known : $0 }
    return reshaped(to: Shape(shape.sizes[..<place] + parts + shape.sizes[(place + 1)...]))
  }
}
