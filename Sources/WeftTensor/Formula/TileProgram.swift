import CWeft

/// The type a formula is computed in; inputs are converted to it and results from it.
enum ComputeType: Int, Sendable {
  // The raw values are those of `weft_compute` in CWeft.
  case float32 = 0
  case float64 = 1
  case int64 = 2
  case uint64 = 3

  /// The type that a formula of these inputs is computed in for these results; numbers written in the program do not
  /// decide it unless nothing else does.
  static func of<Value: FormulaOperand>(_ inputs: [Value], _ outputs: [Value]) -> ComputeType {
    var common = Self.common(outputs)
    if common == .float64 { return common }
    let allSame = inputs.count == 1 || inputs.allSatisfy { !$0.isWeakScalar && $0.dtype == inputs[0].dtype }
    let operand = allSame ? inputs.first?.dtype : DType.promoted(inputs.map(\.spec))
    if let operand, common.isInteger || operand == .float64 { common = of(operand) }
    return common
  }

  /// Double if any operand is, integers if all are integers or bool (unsigned if one is uint64), else float.
  private static func common<Value: FormulaOperand>(_ operands: [Value]) -> ComputeType {
    var (allIntegers, isUnsigned) = (true, false)
    for operand in operands {
      switch of(operand.dtype) {
      case .float64: return .float64
      case .float32: allIntegers = false
      case .uint64: isUnsigned = true
      case .int64: break
      }
    }
    return !allIntegers ? .float32 : isUnsigned ? .uint64 : .int64
  }

  /// The element type whose memory form is this type's.
  var dtype: DType {
    switch self {
    case .float32: .float32
    case .float64: .float64
    case .int64: .int64
    case .uint64: .uint64
    }
  }

  var isInteger: Bool { self == .int64 || self == .uint64 }

  static func of(_ dtype: DType) -> ComputeType {
    dtype == .float64 ? .float64 : dtype.isFloatingPoint ? .float32 : dtype == .uint64 ? .uint64 : .int64
  }

  func scalar(_ value: Double) -> weft_scalar {
    switch self {
    case .float32, .float64: weft_scalar(real: value)
    case .int64: weft_scalar(integer: Int64(clamping: value))
    // A negative number wraps, for it may be added: one that is put into a result is made 0 by `clamped`.
    case .uint64:
      weft_scalar(integer: value < 0 ? Int64(clamping: value) : Int64(bitPattern: UInt64(clamping: value)))
    }
  }
}

/// What decides the type that a formula is computed in: a tensor, or what is known of one before it exists.
protocol FormulaOperand {
  var dtype: DType { get }
  var isWeakScalar: Bool { get }
  var spec: TensorSpec { get }
}

extension TensorSpec: FormulaOperand {
  var spec: TensorSpec { self }
}

extension Int64 {
  /// The nearest integer; 0 for NaN.
  init(clamping value: Double) {
    if value.isNaN { self = 0 } else if value >= 0x1p63 { self = .max } else { self = Int64(Swift.max(value, -0x1p63)) }
  }
}

extension UInt64 {
  /// The nearest integer; 0 for NaN.
  init(clamping value: Double) { self = value >= 0x1p64 ? .max : value > 0 ? UInt64(value) : 0 }
}

/// A formula compiled for the tile engine: instructions over numbered registers. Compiled once, kept as long as its formula.
final class TileProgram: @unchecked Sendable {
  // Unchecked: the C program never changes.
  let handle: OpaquePointer
  let compute: ComputeType
  /// Whether the row's length is passed as a last parameter.
  let passesRowLength: Bool
  /// Whether numbers and values of another type are put into the results instead of being computed with: integers are
  /// then clamped to what the results' type holds, as conversions to it do, where arithmetic wraps.
  let clamps: Bool
  /// The parameters that are put into the results, where it clamps.
  let putParameters: Set<Int>
  /// How many registers hold what instructions give.
  let temporaryCount: Int

  init(
    _ handle: OpaquePointer, _ compute: ComputeType, passesRowLength: Bool, clamps: Bool, putParameters: Set<Int>,
    temporaryCount: Int
  ) {
    (self.handle, self.compute, self.passesRowLength) = (handle, compute, passesRowLength)
    (self.clamps, self.putParameters, self.temporaryCount) = (clamps, putParameters, temporaryCount)
  }

  deinit { weft_program_destroy(handle) }
}
