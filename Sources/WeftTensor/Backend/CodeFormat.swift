/// How codes of a few bits stand for the numbers of a weight [out, in], row by row.
///
/// Groups of a row's numbers share a scale: all of them, or a multiple of 32 that divides them.
public enum CodeFormat: String, Hashable, Sendable, Codable, CaseIterable {
  /// One int8 each: scale · code. Codes [out, in], scales [out, groups].
  case int8
  /// Two in a uint8: scale · (code - 8), or, with minima, scale · code + minimum. Codes [out, in / 2], scales and minima
  /// [out, groups]. Of 32 numbers, 16 stand in the low halves of their 16 bytes, the others in the high ones.
  case int4
  /// ggml's blocks of 32 in 34 bytes, which hold a float16 scale and int8 codes. Codes [out, in / 32 · 34] of uint8.
  case q8_0
  /// ggml's blocks of 32 in 18 bytes: a float16 scale, and codes as `int4` has them.
  case q4_0
  /// ggml's blocks of 32 in 20 bytes: a float16 scale and minimum, and codes as `int4` has them.
  case q4_1

  /// Numbers that are decoded together.
  static let unit = 32

  /// The bytes of 32 numbers' codes, with what else is in their block.
  var unitBytes: Int {
    switch self {
    case .int8: 32
    case .int4: 16
    case .q8_0: 34
    case .q4_0: 18
    case .q4_1: 20
    }
  }

  /// Whether blocks hold their own scales.
  public var holdsScales: Bool { self != .int8 && self != .int4 }

  /// The element type of codes.
  public var dtype: DType { self == .int8 ? .int8 : .uint8 }
}

/// What a weight in codes is: its sizes, found from those of its tensors.
struct CodedSizes: Equatable {
  var outputs: Int
  var inputs: Int
  /// How many inputs share a scale.
  var group: Int
  /// The type of its numbers.
  var dtype: DType

  /// - Parameter weight: Codes, scales and minima, as many as there are.
  /// - Throws: `TensorError` for what is no weight of the format.
  init(_ format: CodeFormat, _ weight: [TensorSpec], operation: String) throws(TensorError) {
    func refuse(_ kind: TensorError.Code, _ expected: String, _ got: String) -> TensorError {
      TensorError(
        kind, operation: operation, operands: Array(zip(["codes", "scales", "minima"], weight)), expected: expected,
        got: got)
    }
    let codes = weight[0]
    guard codes.dtype == format.dtype else { throw refuse(.dtype, "codes of \(format.dtype)", "\(codes.dtype)") }
    let bytes = format.unitBytes
    guard codes.shape.rank == 2, format == .int8 || codes.shape[1].isMultiple(of: bytes) else {
      throw refuse(.shape, "codes [out, bytes] with rows of \(bytes) bytes for 32 numbers", "\(codes.shape)")
    }
    (outputs, inputs) = (codes.shape[0], format == .int8 ? codes.shape[1] : codes.shape[1] / bytes * CodeFormat.unit)
    let counts = format.holdsScales ? 1...1 : format == .int4 ? 2...3 : 2...2
    guard counts.contains(weight.count) else {
      let what = format.holdsScales ? "no scales beside blocks" : "scales\(format == .int4 ? "" : " without minima")"
      throw refuse(.value, what, "\(weight.count - 1) tensors beside the codes")
    }
    (group, dtype) = (max(inputs, 1), .float32)
    guard !format.holdsScales else { return }
    dtype = DType.promoted(Array(weight.dropFirst()))
    guard dtype.isFloatingPoint else { throw refuse(.dtype, "floating-point scales", "\(dtype)") }
    let scales = weight[1].shape
    guard scales.rank == 2, scales[0] == outputs, scales[1] > 0, inputs.isMultiple(of: scales[1]),
      scales[1] == 1 || (inputs / scales[1]).isMultiple(of: CodeFormat.unit),
      weight.dropFirst(2).allSatisfy({ $0.shape == scales })
    else {
      throw refuse(
        .shape, "scales [\(outputs), groups], each for all \(inputs) numbers of a row or a multiple of 32",
        weight.dropFirst().map { "\($0.shape)" }.joined(separator: " and "))
    }
    group = max(inputs / scales[1], 1)
  }
}
