import WeftTensor

/// What the format calls things.
enum SafeTensorsFormat {
  /// The header's key that names no tensor.
  static let metadataKey = "__metadata__"

  /// The format's names of types.
  static let types: [(name: String, type: StoredType)] =
    DType.allCases.map { ($0.fileName, .plain($0)) } + [
      ("C64", .complex(.float32)), ("F8_E4M3", .float8E4M3), ("F8_E5M2", .float8E5M2),
      ("F8_E4M3FNUZ", .float8E4M3FNUZ), ("F8_E5M2FNUZ", .float8E5M2FNUZ), ("F8_E8M0", .float8E8M0),
      ("F6_E2M3", .float6E2M3), ("F6_E3M2", .float6E3M2), ("F4", .float4),
    ]

  static func type(called name: String) -> StoredType? { types.first { $0.name == name }?.type }

  /// The format's name of a type, nil where it has none.
  static func name(of type: StoredType) -> String? { types.first { $0.type == type }?.name }
}

extension DType {
  /// The type's name in safetensors files.
  fileprivate var fileName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int8: "I8"
    case .uint8: "U8"
    case .int32: "I32"
    case .int64: "I64"
    case .int16: "I16"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .bool: "BOOL"
    }
  }
}
