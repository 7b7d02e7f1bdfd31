// Tensors of regular numbers.

extension Tensor {
  /// The integers from 0 up to `end`, left out.
  public init(arange end: Int, dtype: DType = .int64) { self.init(arange: 0, end, dtype: dtype) }

  /// The integers `start`, `start + step`, ... up to `end`, left out.
  public init(arange start: Int, _ end: Int, step: Int = 1, dtype: DType = .int64) {
    let (span, overflow) = end.subtractingReportingOverflow(start)
    guard step != 0, !overflow, span != .min else {
      self = .failed(.arange("\(start) ..< \(end) by \(step)"))
      return
    }
    let count = step > 0 ? span / step + (span % step > 0 ? 1 : 0) : span / step + (span % step < 0 ? 1 : 0)
    self.init(TensorSpec([Swift.max(count, 0)], dtype), operation: "arange") { start + $0 * step }
  }

  /// The numbers `start`, `start + step`, ... up to `end`, left out.
  public init(arange start: Double, _ end: Double, step: Double = 1, dtype: DType = .float32) {
    let count = ((end - start) / step).rounded(.up)
    guard step != 0, count.isFinite, Swift.abs(count) < 0x1p46 else {
      self = .failed(.arange("\(start) ..< \(end) by \(step)"))
      return
    }
    self.init(TensorSpec([Swift.max(Int(count), 0)], dtype), operation: "arange") { start + Double($0) * step }
  }

  /// `count` numbers at equal distances from `start` through `end`.
  public init(linspace start: Double, _ end: Double, count: Int, dtype: DType = .float32) {
    let step = count > 1 ? (end - start) / Double(count - 1) : 0
    // From both ends, so that the last number is exactly `end`.
    self.init(TensorSpec([count], dtype), operation: "linspace") { place in
      place == 0 || place < count / 2 ? start + Double(place) * step : end - Double(count - 1 - place) * step
    }
  }

  /// The identity matrix: ones where row and column agree.
  ///
  /// - Parameter columns: Left out, as many as rows.
  public init(eye rows: Int, _ columns: Int? = nil, dtype: DType = .float32) {
    let columns = columns ?? rows
    self.init(zeros: [rows, columns], dtype: dtype)
    let count = Swift.min(rows, columns)
    guard !isInvalid, count > 0 else { return }
    device.backend.map(Formulas.fill, [1], [], into: [view(shape: [count], strides: [columns + 1])])
  }

  private init<Scalar: TensorScalar>(_ spec: TensorSpec, operation: String, _ value: (Int) -> Scalar) {
    if let error = TensorError.creating(spec, operation: operation) {
      self = .failed(error)
      return
    }
    self.init((0..<spec.shape.elementCount).map(value), dtype: spec.dtype)
  }
}

extension TensorError {
  fileprivate static func arange(_ got: String) -> TensorError {
    TensorError(
      .value, operation: "arange", expected: "a finite number of steps, none of them 0", got: got)
  }
}
