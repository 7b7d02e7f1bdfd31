import WeftTensor

/// Types of elements by the names that the Open Inference Protocol has for them.
enum InferenceType {
  private static let names: [(name: String, dtype: DType)] = [
    ("BOOL", .bool), ("UINT8", .uint8), ("UINT16", .uint16), ("UINT32", .uint32), ("UINT64", .uint64),
    ("INT8", .int8), ("INT16", .int16), ("INT32", .int32), ("INT64", .int64), ("FP16", .float16),
    ("BF16", .bfloat16), ("FP32", .float32), ("FP64", .float64),
  ]

  static func dtype(_ field: Field) throws -> DType {
    let name = try field.text(among: names.map(\.name))
    return names.first { $0.name == name }?.dtype ?? .float32
  }

  static func name(_ dtype: DType) -> String { names.first { $0.dtype == dtype }?.name ?? "FP32" }

  /// What an integer type holds; of UINT64 what JSON's whole numbers are read to.
  static func range(_ dtype: DType) -> ClosedRange<Int> {
    switch dtype {
    case .uint8: 0...Int(UInt8.max)
    case .uint16: 0...Int(UInt16.max)
    case .uint32: 0...Int(UInt32.max)
    case .uint64: 0...Int.max
    case .int8: Int(Int8.min)...Int(Int8.max)
    case .int16: Int(Int16.min)...Int(Int16.max)
    case .int32: Int(Int32.min)...Int(Int32.max)
    default: Int.min...Int.max
    }
  }

  /// The largest number of a floating-point type.
  static func largest(_ dtype: DType) -> Double {
    switch dtype {
    case .float64: .greatestFiniteMagnitude
    case .float16: 65_504
    case .bfloat16: 0x1.fep127
    default: Double(Float.greatestFiniteMagnitude)
    }
  }
}
