// What all operations with indices share: which types are accepted, the check against the range, and its message.

extension TensorSpec {
  /// Fails unless this can be an index tensor.
  func requireIndexType(_ name: String, operation: String, operands: [(name: String, spec: TensorSpec)])
    throws(TensorError)
  {
    guard dtype.isInteger else {
      throw TensorError(
        .dtype, operation: operation, operands: operands, expected: "\(name) of an integer type",
        got: "\(dtype)",
        hint: dtype == .bool
          ? "a mask? `maskedSelected`, or `nonzero()` for its positions" : "`.converted(to: .int64)`")
    }
  }
}

extension Tensor {
  /// These indices as int64; nil, after a report, where one lies outside 0 ..< `count` (and is not `ignoring`).
  /// - Parameter fromEnd: Accept -count ..< 0 too, and count those from the end.
  package func checkedIndices(
    below count: Int, operation: String, operands: [(name: String, spec: TensorSpec)], ignoring ignored: Int? = nil,
    fromEnd: Bool = false
  ) -> Tensor? {
    let indices = converted(to: .int64)
    guard elementCount > 0 else { return indices }
    if isBatched {
      // What is behind holds the indices of every example.
      guard
        everything.checkedIndices(
          below: count, operation: operation, operands: operands, ignoring: ignored, fromEnd: fromEnd) != nil
      else { return nil }
      return fromEnd ? Tensor.where(indices .< 0, indices + Tensor(weak: count), indices) : indices
    }
    willBeRead(by: operation)
    var checked = indices
    if let ignored {
      let spec = TensorSpec(shape, .int64)
      checked = backend.map(IndexFormulas.withoutIgnored, [Double(ignored)], [indices], as: [spec])[0]
    }
    let found = backend.indexRange(checked)
    let lowest = fromEnd ? -count : 0
    guard found.smallest >= lowest, found.largest < count else {
      report(
        .index(
          found, at: backend.indexRangePositions(checked), in: lowest..<count, shape: shape, operation: operation,
          operands: operands, ignoring: ignored))
      return nil
    }
    if found.smallest >= 0 || ignored != nil { return indices }
    return backend.map(IndexFormulas.fromStart, [Double(count)], [indices], as: [TensorSpec(shape, .int64)])[0]
  }
}

extension TensorError {
  static func index(
    _ found: IndexRange, at positions: (smallest: Int, largest: Int), in range: Range<Int>, shape: Shape,
    operation: String,
    operands: [(name: String, spec: TensorSpec)], ignoring ignored: Int?
  ) -> TensorError {
    var bad: [String] = []
    if found.smallest < range.lowerBound {
      bad.append("smallest \(found.smallest) at \(shape.index(of: positions.smallest))")
    }
    if found.largest >= range.upperBound {
      bad.append("largest \(found.largest) at \(shape.index(of: positions.largest))")
    }
    let valid =
      range.isEmpty ? "no index, as the axis is empty" : "indices in \(range.lowerBound) ..< \(range.upperBound)"
    return TensorError(
      .index, operation: operation, operands: operands,
      expected: valid + (ignored.map { ", or \($0), which is ignored" } ?? ""), got: bad.joined(separator: " and "),
      hint: found.smallest < 0 && range.lowerBound == 0
        ? "negative indices count from the end only in subscripts; a mark such as -1 or -100 must be masked or named"
          + " as the ignored index"
        : "")
  }
}

extension Shape {
  /// The index of a row-major position.
  func index(of position: Int) -> Shape {
    var (rest, index) = (position, sizes)
    for axis in sizes.indices.reversed() where sizes[axis] > 0 {
      index[axis] = rest % sizes[axis]
      rest /= sizes[axis]
    }
    return Shape(index)
  }
}

enum IndexFormulas {
  /// Indices with the ignored one replaced by 0.
  static let withoutIgnored = Formula(inputs: 1, parameters: 1) { x, p in [select(x[0] .== p[0], 0, x[0])] }
  /// Negative indices counted from the end.
  static let fromStart = Formula(inputs: 1, parameters: 1) { x, p in [select(x[0] .< 0, x[0] + p[0], x[0])] }
}

extension TensorError {
  /// Fails unless a tensor has the shape that an adjoint takes.
  static func requireShape(_ wanted: Shape, _ input: TensorSpec, operation: String) throws(TensorError) {
    guard input.shape == wanted else {
      throw TensorError(
        .shape, operation: operation, operands: [("tensor", input)], expected: "shape \(wanted)", got: "\(input.shape)")
    }
  }
}

/// Fails unless `index` reaches into `tensor` along `axis` as `gathered` and `scattered` need it.
func checkAlongAxis(
  _ axis: Int, _ tensor: TensorSpec, _ index: TensorSpec, operation: String,
  operands: [(name: String, spec: TensorSpec)]
) throws(TensorError) {
  guard let place = tensor.shape.axis(axis) else { throw .axis(axis, rank: tensor.shape.rank, operation: operation) }
  try index.requireIndexType("indices", operation: operation, operands: operands)
  let fits =
    index.shape.rank == tensor.shape.rank
    && tensor.shape.indices.allSatisfy { $0 == place || index.shape.axes[$0] <= tensor.shape.axes[$0] }
  guard fits else {
    throw TensorError(
      .shape, operation: operation, operands: operands,
      expected: "indices with the axes of the tensor, none but axis \(place) longer than its",
      got: "\(index.shape) for \(tensor.shape)",
      hint: "one index list for the whole axis? `indexSelected`; shapes that broadcast? `takenAlong`")
  }
}
