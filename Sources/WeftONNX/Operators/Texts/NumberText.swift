import WeftTensor

/// Numbers as ONNX writes them in texts, and reads them there.
enum NumberText {
  /// As many digits as tell a number from others of its type.
  static func texts(of x: Tensor) -> [String] {
    switch x.dtype {
    case .float64: x.scalars(as: Double.self).map(text)
    case .float32, .float16, .bfloat16: x.scalars(as: Float.self).map(text)
    case .uint64: x.scalars(as: UInt64.self).map { "\($0)" }
    default: x.converted(to: .int64).scalars(as: Int.self).map { "\($0)" }
    }
  }

  private static func text(_ number: some BinaryFloatingPoint & CustomStringConvertible) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-INF" : "INF" }
    return number.description
  }

  /// - Throws: `NodeFailure` for a text that is no number of the type.
  static func numbers(_ texts: [String], _ dtype: DType) throws -> Tensor {
    func numbers<Number>(_ read: (String) -> Number?) throws -> [Number] {
      try texts.map { text in
        guard let number = read(text) else { throw NodeFailure(expected: "a number of \(dtype)", got: "\"\(text)\"") }
        return number
      }
    }
    if dtype == .uint64 { return Tensor(try numbers { UInt64($0) }, shape: [texts.count]) }
    if dtype.isInteger { return Tensor(try numbers { Int($0) }).converted(to: dtype) }
    return Tensor(try numbers { Double($0) }, dtype: .float64).converted(to: dtype)
  }
}
