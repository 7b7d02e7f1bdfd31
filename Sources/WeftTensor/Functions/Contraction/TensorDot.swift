/// The sum of products over pairs of axes, the last `count` of a with the first `count` of b in order (PyTorch's
/// `tensordot`).
///
/// Shape: [left..., common...] and [common..., right...] give [left..., right...].
public func tensorDot(_ a: Tensor, _ b: Tensor, axes count: Int = 2) -> Tensor {
  guard count >= 0, count <= a.rank, count <= b.rank else {
    return .failed(
      TensorError(
        .axis, operation: "tensorDot", operands: [("a", a.spec), ("b", b.spec)],
        expected: "a number of axes that both have", got: "\(count)"))
  }
  return tensorDot(a, b, axes: (Array(a.rank - count..<a.rank), Array(0..<count)))
}

/// The sum of products over the pairs of axes (`axes.a[0]`, `axes.b[0]`), and so on.
///
/// Shape: a's other axes, then b's. Axes that go together have one size, or 1, which stretches.
public func tensorDot(_ a: Tensor, _ b: Tensor, axes: (a: [Int], b: [Int])) -> Tensor {
  let (ofA, ofB) = (axes.a.compactMap(a.shape.axis), axes.b.compactMap(b.shape.axis))
  let pairs = zip(ofA, ofB)
  guard ofA.count == axes.a.count, ofB.count == axes.b.count, ofA.count == ofB.count,
    Set(ofA).count == ofA.count, Set(ofB).count == ofB.count,
    pairs.allSatisfy({ a.shape[$0] == b.shape[$1] || a.shape[$0] == 1 || b.shape[$1] == 1 })
  else {
    return .failed(
      TensorError(
        .axis, operation: "tensorDot", operands: [("a", a.spec), ("b", b.spec)],
        expected: "as many axes of a as of b, each once, in pairs of one size", got: "\(axes.a) and \(axes.b)"))
  }
  let common = pairs.map { Swift.max(a.shape[$0], b.shape[$1]) }
  let count = pairs.contains { a.shape[$0] == 0 || b.shape[$1] == 0 } ? 0 : common.reduce(1, *)
  let left = (0..<a.rank).filter { !ofA.contains($0) }
  let right = (0..<b.rank).filter { !ofB.contains($0) }
  let sizes = (left: left.map { a.shape[$0] }, right: right.map { b.shape[$0] })
  let (m, n) = (sizes.left.reduce(1, *), sizes.right.reduce(1, *))
  let matrixA = a.permuted(left + ofA).expanded(to: Shape(sizes.left + common)).reshaped(to: [m, count])
  let matrixB = b.permuted(ofB + right).expanded(to: Shape(common + sizes.right)).reshaped(to: [count, n])
  return matmul(matrixA, matrixB).reshaped(to: Shape(sizes.left + sizes.right))
}
