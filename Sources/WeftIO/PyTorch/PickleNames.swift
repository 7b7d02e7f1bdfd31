import WeftTensor

/// The classes and functions whose mention in a pickle is harmless: those that `torch.load(weights_only=True)` allows,
/// and NumPy's arrays.
enum PickleNames {
  static func isHarmless(_ name: String) -> Bool {
    names.contains(name) || storageType(name) != nil || dtype(name) != nil || isUnread(name)
  }

  /// Also the classes of a TorchScript archive, which are part of it and hold nothing but their state.
  static func isHarmlessInScript(_ name: String) -> Bool {
    isHarmless(name) || name.hasPrefix("__torch__.") || name.hasPrefix("torch.jit._pickle.")
  }

  static let dictionaries: Set<String> = [
    "collections.OrderedDict", "collections.defaultdict", "collections.Counter", "argparse.Namespace", "builtins.dict",
    "types.SimpleNamespace",
  ]

  static let sequences: Set<String> = [
    "builtins.set", "builtins.frozenset", "builtins.list", "builtins.tuple", "collections.deque",
  ]

  static let reconstructions: Set<String> = [
    "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct",
  ]
  static let scalars: Set<String> = ["numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar"]
  static let buffers: Set<String> = ["numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer"]

  private static let names: Set<String> =
    dictionaries.union(sequences).union(reconstructions).union(scalars).union(buffers).union([
      "_codecs.encode", "builtins.bytearray", "builtins.bytes", "builtins.complex", "builtins.slice", "builtins.range",
      "builtins.int", "builtins.float", "builtins.str", "builtins.bool", "builtins.object",
      "builtins.long", "numpy.ndarray", "numpy.dtype", "torch.Size", "torch.Tensor", "torch.device",
      "torch.nn.parameter.Parameter", "torch.nn.parameter.Buffer", "torch.serialization._get_layout",
      "torch.storage.TypedStorage", "torch._utils._rebuild_tensor",
      "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor_v3", "torch._utils._rebuild_parameter",
      "torch._utils._rebuild_parameter_with_state", "torch._utils._rebuild_qtensor",
      "torch._utils._rebuild_sparse_tensor", "torch._utils._rebuild_meta_tensor_no_storage",
      "torch._utils._rebuild_nested_tensor", "torch._utils._rebuild_wrapper_subclass",
      "torch._utils._rebuild_device_tensor_from_numpy", "torch._utils._rebuild_device_tensor_from_cpu_tensor",
      "torch._tensor._rebuild_from_type_v2", "torch.per_channel_affine", "torch.per_tensor_affine",
      "torch.per_channel_symmetric", "torch.per_tensor_symmetric", "torch.per_channel_affine_float_qparams",
      "torch.strided", "torch.sparse_coo",
    ])

  /// Types that PyTorch has and no tensor of Weft's: they may be named.
  private static func isUnread(_ name: String) -> Bool {
    guard name.hasPrefix("torch.") else { return false }
    let rest = name.dropFirst(6)
    return ["quint4x2", "quint2x4", "qint8", "quint8", "qint32", "QUInt4x2Storage", "QUInt2x4Storage"].contains(rest)
      || ["bits", "int", "uint"].contains {
        rest.hasPrefix($0) && rest.dropFirst($0.count).allSatisfy { "0123456789x".contains($0) }
      }
      || rest.hasSuffix("Tensor") && rest.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." } && !rest.contains("_")
  }
}

// PyTorch's types.
extension PickleNames {
  /// The type of a storage's elements by the storage's class; plain bytes for those without a type.
  static func storageType(_ name: String) -> StoredType? {
    if name == "torch.storage.UntypedStorage" || name == "torch.UntypedStorage" { return .plain(.uint8) }
    guard name.hasPrefix("torch."), name.hasSuffix("Storage") else { return nil }
    var kind = name.dropFirst(6).dropLast(7)
    if kind.hasPrefix("cuda.") { kind = kind.dropFirst(5) }
    return storages.first { $0.name == kind }?.type
  }

  /// The class of a storage of this type, nil where PyTorch keeps those in plain bytes.
  static func storageName(of type: StoredType) -> String? { storages.first { $0.type == type }?.name }

  private static let storages: [(name: String, type: StoredType)] = [
    ("Float", .plain(.float32)), ("Double", .plain(.float64)), ("Half", .plain(.float16)),
    ("BFloat16", .plain(.bfloat16)), ("Char", .plain(.int8)), ("Byte", .plain(.uint8)), ("Short", .plain(.int16)),
    ("Int", .plain(.int32)), ("Long", .plain(.int64)), ("Bool", .plain(.bool)),
    ("ComplexFloat", .complex(.float32)), ("ComplexDouble", .complex(.float64)),
    ("QInt8", .quantized(.int8)), ("QUInt8", .quantized(.uint8)), ("QInt32", .quantized(.int32)),
  ]

  /// The element type of a name like `torch.float8_e4m3fn`.
  static func dtype(_ name: String) -> StoredType? {
    guard name.hasPrefix("torch.") else { return nil }
    let rest = name.dropFirst(6)
    return dtypes.first { $0.description == rest }
  }

  /// The name that PyTorch has for a type, nil where it has none.
  static func dtypeName(of type: StoredType) -> String? { dtypes.contains(type) ? "torch.\(type)" : nil }

  private static let dtypes: [StoredType] =
    DType.allCases.map(StoredType.plain) + [
      .float8E4M3, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ, .float8E8M0, .complex(.float16), .complex(.float32),
      .complex(.float64),
    ]
}
