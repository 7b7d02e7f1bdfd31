import WeftTensor

extension Operator {
  /// Many numbers to one, along axes.
  static let reductions: [Operator] = [
    reduction("ReduceSum", inputSince: 13) { $0.sum(axes: $1, keepDims: $2, dtype: $0.dtype) },
    reduction("ReduceSumSquare") { ($0 * $0).sum(axes: $1, keepDims: $2, dtype: $0.dtype) },
    reduction("ReduceMean") { x, axes, keep in
      guard !x.dtype.isFloatingPoint else { return x.mean(axes: axes, keepDims: keep) }
      let count = axes.reduce(1) { $0 * x.shape[$1] }
      return x.sum(axes: axes, keepDims: keep).truncatedDivided(by: Tensor(max(count, 1))).converted(to: x.dtype)
    },
    reduction("ReduceProd") { x, axes, keep in
      x.product(axes: axes, keepDims: keep).converted(to: x.dtype)
    },
    reduction("ReduceL1") { $0.abs().sum(axes: $1, keepDims: $2, dtype: $0.dtype) },
    reduction("ReduceL2") { x, axes, keep in
      guard x.dtype.isFloatingPoint else {
        return (x * x).sum(axes: axes, keepDims: keep).converted(to: .float64).sqrt()
      }
      // Its gradient at a row of zeros is 0; that of a root would be NaN.
      return axes.isEmpty ? x.abs() : x.norm(axes: axes, keepDims: keep)
    },
    reduction("ReduceLogSum") { $0.sum(axes: $1, keepDims: $2).log() },
    reduction("ReduceLogSumExp") { $0.logSumExp(axes: $1, keepDims: $2) },
    reduction("ReduceMax") { extreme($0, $1, $2, largest: true) },
    reduction("ReduceMin") { extreme($0, $1, $2, largest: false) },
    Operator("ArgMax") { try place($0, largest: true) },
    Operator("ArgMin") { try place($0, largest: false) },
    Operator("CumSum", fixed: [1]) { try cumulative($0, 0) { $0.cumulativeSum(axis: $1) } },
    Operator("CumProd", fixed: [1]) { try cumulative($0, 1) { $0.cumulativeProduct(axis: $1) } },
    .several("TopK", fixed: [1]) { call in
      let x = try call.tensor(0)
      let count = try call.attributes.int("k") ?? call.integer(1) ?? 0
      let axis = try call.axis(call.attributes.int("axis", -1), rank: x.rank)
      let (values, places) = x.topK(count, axis: axis, largest: try call.attributes.flag("largest", true))
      return [values, places.converted(to: .int64)]
    },
  ]

  /// One whose axes are an attribute in earlier versions and an input from 18 on (13 for sums); none means all, unless
  /// the node says that none means none.
  private static func reduction(
    _ name: String, inputSince: Int = 18, _ body: @escaping @Sendable (Tensor, [Int], Bool) -> Tensor
  ) -> Operator {
    Operator(name, fixed: [1]) { call in
      let x = try call.tensor(0)
      let named = try call.integers(input: 1, attribute: "axes") ?? []
      let leaves = try call.attributes.flag("noop_with_empty_axes")
      let isAll = x.rank == 0 || named.isEmpty && !leaves
      let axes = isAll ? Array(0..<x.rank) : try call.axes(named, rank: x.rank).sorted()
      let result = body(x, axes, try call.attributes.flag("keepdims", true))
      return result.dtype == x.dtype ? result : result.converted(to: x.dtype)
    }
  }

  /// The largest or smallest; of nothing what any number exceeds.
  private static func extreme(_ x: Tensor, _ axes: [Int], _ keep: Bool, largest: Bool) -> Tensor {
    if axes.isEmpty { return x }
    if x.dtype == .bool { return largest ? x.any(axes: axes, keepDims: keep) : x.all(axes: axes, keepDims: keep) }
    if x.elementCount == 0 {
      let sizes = x.shape.sizes.enumerated().compactMap { axes.contains($0) ? (keep ? 1 : nil) : $1 }
      return Tensor(full: Shape(sizes), largest ? -.infinity : .infinity, dtype: x.dtype)
    }
    return largest ? x.max(axes: axes, keepDims: keep) : x.min(axes: axes, keepDims: keep)
  }

  private static func place(_ call: NodeCall, largest: Bool) throws -> Tensor {
    let x = try call.tensor(0)
    let axis = try call.axis(call.attributes.int("axis", 0), rank: x.rank)
    let keep = try call.attributes.flag("keepdims", true)
    let last = try call.attributes.flag("select_last_index")
    let seen = last ? x.flipped(axis: axis) : x
    let found = largest ? seen.argMax(axis: axis, keepDims: keep) : seen.argMin(axis: axis, keepDims: keep)
    let places = found.converted(to: .int64)
    return last ? Tensor(x.shape[axis] - 1) - places : places
  }

  private static func cumulative(_ call: NodeCall, _ start: Double, _ body: (Tensor, Int) -> Tensor) throws -> Tensor {
    let x = try call.tensor(0)
    let axis = try call.axis(call.integer(1) ?? 0, rank: x.rank)
    let (reversed, exclusive) = (try call.attributes.flag("reverse"), try call.attributes.flag("exclusive"))
    var turned = reversed ? x.flipped(axis: axis) : x
    if exclusive, x.shape[axis] > 0 {
      var amounts = Array(repeating: (before: 0, after: 0), count: x.rank)
      amounts[axis] = (1, -1)
      turned = turned.padded(amounts, mode: .constant(start))
    }
    let result = body(turned, axis).converted(to: x.dtype)
    return reversed ? result.flipped(axis: axis) : result
  }
}
