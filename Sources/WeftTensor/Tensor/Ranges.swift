// Tensors of regular numbers.

extension Tensor {
  /// The integers from 0 up to `end`, left out.
  public init(arange end: Int, dtype: DType = .int64) { self.init(arange: 0, end, dtype: dtype) }

  /// The integers `start`, `start + step`, ... up to `end`, left out.
  public init(arange start: Int, _ end: Int, step: Int = 1, dtype: DType = .int64) {
    // A span may be longer than the largest Int.
    let isAhead = step > 0 ? end > start : end < start
    let span = isAhead ? (step > 0 ? UInt(bitPattern: end &- start) : UInt(bitPattern: start &- end)) : 0
    guard step != 0, let count = Int(exactly: span / step.magnitude + (span % step.magnitude > 0 ? 1 : 0)) else {
      self = .failed(.arange("\(start) ..< \(end) by \(step)"))
      return
    }
    self.init(TensorSpec([count], dtype), operation: "arange") { start &+ $0 &* step }
  }

  /// The numbers `start`, `start + step`, ... up to `end`, left out.
  public init(arange start: Double, _ end: Double, step: Double = 1, dtype: DType = .float32) {
    let span = end - start
    // A span may be longer than the largest Double.
    let count = (span.isFinite ? span / step : end / step - start / step).rounded(.up)
    guard step != 0, count.isFinite, Swift.abs(count) < 0x1p46 else {
      self = .failed(.arange("\(start) ..< \(end) by \(step)"))
      return
    }
    self.init(TensorSpec([Swift.max(Int(count), 0)], dtype), operation: "arange") { place in
      let value = start + Double(place) * step
      return value.isFinite ? value : (start / 2 + Double(place) * (step / 2)) * 2
    }
  }

  /// `count` numbers at equal distances from `start` through `end`.
  public init(linspace start: Double, _ end: Double, count: Int, dtype: DType = .float32) {
    let (span, steps) = (end - start, Double(count) - 1)
    // A span may be longer than the largest Double.
    let step = count > 1 ? (span.isFinite ? span / steps : end / steps - start / steps) : 0
    // From both ends, so that the last number is exactly `end`.
    self.init(TensorSpec([count], dtype), operation: "linspace") { place in
      // Nothing of an infinite step is left at the ends.
      if place == 0 { return start }
      if place == count - 1 { return end }
      return place < count / 2 ? start + Double(place) * step : end - Double(count - 1 - place) * step
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
    backend.map(Formulas.fill, [1], [], into: [view(shape: [count], strides: [columns + 1])])
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
