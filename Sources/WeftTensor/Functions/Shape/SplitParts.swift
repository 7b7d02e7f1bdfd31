// Splits by the number of parts, or where they begin.

extension Tensor {
  /// Views of `count` parts along `axis`, as equal as can be: the first ones are longer by 1 where `count` does not
  /// divide the axis (PyTorch's `tensor_split`; `chunked` gives fewer parts instead).
  public func split(parts count: Int, axis: Int = 0) -> [Tensor] {
    guard let place = shape.axis(axis) else { return [.failed(.axis(axis, rank: rank, operation: Split.name))] }
    // Each part is a tensor of its own, also where there is nothing in it.
    guard (1...Swift.max(shape[place], 1 << 20)).contains(count) else {
      return [
        .failed(
          TensorError(
            .value, operation: Split.name, operands: [("tensor", spec)],
            expected: count < 1 ? "at least 1 part" : "at most \(Swift.max(shape[place], 1 << 20)) parts",
            got: "\(count)"))
      ]
    }
    let (size, longer) = shape[place].quotientAndRemainder(dividingBy: count)
    return split(into: (0..<count).map { $0 < longer ? size + 1 : size }, axis: place)
  }

  /// Views of the parts between `places` along `axis`, which are clamped as in `sliced` (PyTorch's `tensor_split`).
  public func split(at places: [Int], axis: Int = 0) -> [Tensor] {
    guard let axis = shape.axis(axis) else { return [.failed(.axis(axis, rank: rank, operation: Split.name))] }
    let starts: [Int?] = [nil] + places
    let ends: [Int?] = places + [nil]
    return zip(starts, ends).map { sliced(axis: axis, from: $0, to: $1) }
  }

  /// Parts side by side: along axis 1, or 0 of a list (NumPy's `hsplit`).
  public func splitHorizontally(parts count: Int) -> [Tensor] { evenly(count, axis: rank == 1 ? 0 : 1) }
  /// Parts side by side that begin at these places.
  public func splitHorizontally(at places: [Int]) -> [Tensor] { split(at: places, axis: rank == 1 ? 0 : 1) }

  /// Parts on top of each other: along axis 0 (NumPy's `vsplit`).
  public func splitVertically(parts count: Int) -> [Tensor] { evenly(count, axis: 0) }
  /// Parts on top of each other that begin at these places.
  public func splitVertically(at places: [Int]) -> [Tensor] { split(at: places, axis: 0) }

  /// Parts in depth: along axis 2 (NumPy's `dsplit`).
  public func splitInDepth(parts count: Int) -> [Tensor] { evenly(count, axis: 2) }
  /// Parts in depth that begin at these places.
  public func splitInDepth(at places: [Int]) -> [Tensor] { split(at: places, axis: 2) }

  /// Parts of one size: an error where `count` does not divide the axis.
  private func evenly(_ count: Int, axis: Int) -> [Tensor] {
    guard let place = shape.axis(axis) else { return [.failed(.axis(axis, rank: rank, operation: Split.name))] }
    guard count > 0, shape[place] % count == 0 else {
      return [
        .failed(
          TensorError(
            .shape, operation: Split.name, operands: [("tensor", spec)],
            expected: "a number of parts that divides \(shape[place]), the size of axis \(place)", got: "\(count)",
            hint: "`split(parts:axis:)` takes any"))
      ]
    }
    return split(parts: count, axis: place)
  }
}
