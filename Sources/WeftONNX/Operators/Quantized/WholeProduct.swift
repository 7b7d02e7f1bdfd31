import WeftTensor

/// A product of whole numbers less their zero points, of int32.
///
/// Of bytes times a matrix of bytes it is one of the kernels', to which the zero points' part is added:
/// Σ (a - p)(b - q) = Σ ab - p·Σb - q·Σa + k·p·q, all of it exact.
struct WholeProduct {
  private let a: Tensor
  private let b: Tensor
  /// The zero points as they stand beside a and b.
  private let zeros: (a: Tensor?, b: Tensor?)

  /// - Throws: `NodeFailure` for zero points that do not fit.
  init(_ a: Tensor, zero: Tensor?, _ b: Tensor, zero other: Tensor?) throws {
    (self.a, self.b) = (a, b)
    zeros = (
      try Quantization.origin(of: a, zero, along: max(a.rank - 2, 0)),
      try Quantization.origin(of: b, other, along: b.rank - 1)
    )
  }

  var value: Tensor { value(adding: nil) }

  /// - Parameter more: Of int32, added to each row; nil for nothing.
  func value(adding more: Tensor?) -> Tensor {
    if isOfBytes { return ofBytes(adding: more) }
    func centered(_ x: Tensor, _ zero: Tensor?) -> Tensor {
      let wide = x.converted(to: .int32)
      return zero.map { wide - $0 } ?? wide
    }
    let sums = centered(a, zeros.a).matmul(centered(b, zeros.b))
    return more.map { sums + $0 } ?? sums
  }

  /// Whether zero points are the same along what is summed up.
  private var isOfBytes: Bool {
    func isByte(_ dtype: DType) -> Bool { dtype == .int8 || dtype == .uint8 }
    let (p, q) = (zeros.a, zeros.b)
    return isByte(a.dtype) && isByte(b.dtype) && b.rank == 2 && a.rank > 1 && a.shape[-1] == b.shape[0]
      && (p.map { $0.rank == 0 || $0.shape[-1] == 1 } ?? true) && (q.map { $0.rank == 0 || $0.shape[0] == 1 } ?? true)
  }

  private func ofBytes(adding more: Tensor?) -> Tensor {
    // Kernels take signed numbers on this side: those from 0 move down, and their zero point with them.
    let isUnsigned = b.dtype == .uint8
    let signed = isUnsigned ? (b.converted(to: .int32) - 128).converted(to: .int8) : b
    let shift = Tensor(128, dtype: .int32)
    let q = isUnsigned ? (zeros.b ?? Tensor(0, dtype: .int32)) - shift : zeros.b
    let columns = signed.transposed().contiguous()
    // What is the same for all rows, if p is, is one sum.
    var constant = more
    func add(_ part: Tensor) { constant = constant.map { $0 + part } ?? part }
    if let p = zeros.a { add(-(p * columns.sum(axis: 1, dtype: .int32))) }
    if let p = zeros.a, let q { add(p * q * Tensor(a.shape[-1], dtype: .int32)) }
    var sums = apply(IntegerLinear(), [a, columns])[0]
    if let constant { sums = sums + constant }
    if let q { sums = sums - a.sum(axis: -1, keepDims: true, dtype: .int32) * q }
    return sums
  }
}
