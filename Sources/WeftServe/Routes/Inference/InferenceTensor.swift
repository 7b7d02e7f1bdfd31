import WeftTensor

/// Tensors as the Open Inference Protocol writes them.
enum InferenceTensor {
  /// Reads an input, whose shape and type must be those that the model takes.
  static func read(_ field: Field, as input: TensorDescription, from body: inout InferenceBody) throws -> Tensor {
    let dtype = try InferenceType.dtype(field["datatype"])
    guard dtype == input.dtype else { throw field["datatype"].unfit("\"\(InferenceType.name(input.dtype))\"") }
    let sizes = try field["shape"].elements(atMost: 16).map { try $0.whole(in: 0...(1 << 40)) }
    guard input.admits(sizes) else {
      let wanted = input.sizes.map { $0.map(String.init) ?? "-1" }.joined(separator: ", ")
      throw field["shape"].unfit("[\(wanted)], where -1 stands for any size")
    }
    let (count, isTooMany) = sizes.reduce((1, false)) { result, size in
      let (product, overflow) = result.0.multipliedReportingOverflow(by: size)
      return (product, result.1 || overflow)
    }
    let byteCount = count.multipliedReportingOverflow(by: dtype.byteCount)
    guard !isTooMany, !byteCount.overflow else { throw field["shape"].unfit("a shape that memory can hold") }
    let spec = TensorSpec(Shape(sizes), dtype)
    if let size = try field["parameters"].part()?["binary_data_size"].given {
      guard try size.whole(in: 0...(.max)) == byteCount.partialValue else {
        throw size.unfit("the \(byteCount.partialValue) bytes of a tensor \(spec)")
      }
      return try binary(body.take(byteCount.partialValue, for: size), spec, field)
    }
    return try Tensor.read(field["data"], spec, count: count)
  }

  private static func binary(_ bytes: [UInt8], _ spec: TensorSpec, _ field: Field) throws -> Tensor {
    guard let tensor = Tensor(rawBytes: bytes[...], spec) else {
      throw field.unfit("bytes of 0 or 1 for a tensor \(spec)")
    }
    return tensor
  }

  /// A result, and its bytes where they are to follow the JSON.
  static func write(_ tensor: Tensor, _ name: String, isBinary: Bool) -> (json: JSON, bytes: [UInt8]) {
    var members: [JSON.Member] = [
      JSON.Member("name", .text(name)), JSON.Member("datatype", .text(InferenceType.name(tensor.dtype))),
      JSON.Member("shape", .list(tensor.shape.sizes.map { .integer($0) })),
    ]
    if isBinary {
      let bytes = tensor.rawBytes
      members.append(JSON.Member("parameters", ["binary_data_size": .integer(bytes.count)]))
      return (.object(members), bytes)
    }
    members.append(JSON.Member("data", data(tensor)))
    return (.object(members), [])
  }

  private static func data(_ tensor: Tensor) -> JSON {
    switch tensor.dtype {
    case .bool: .list(tensor.scalars(as: Bool.self).map { .bool($0) })
    case .float64: .list(tensor.scalars(as: Double.self).map { .number($0) })
    case .float32, .float16, .bfloat16: .floats(tensor.scalars(as: Float.self))
    case .uint64: .list(tensor.scalars(as: UInt64.self).map { .written(Array($0.description.utf8)) })
    default: .list(tensor.scalars(as: Int.self).map { .integer($0) })
    }
  }
}

extension Tensor {
  /// Reads a tensor's elements from JSON, flat or nested; as many as its shape says, and each one that its type has.
  fileprivate static func read(_ field: Field, _ spec: TensorSpec, count: Int) throws -> Tensor {
    guard case .list? = field.value else { throw field.unfit("an array of \(count) elements, or `binary_data_size`") }
    if spec.dtype == .bool {
      var values: [Bool] = []
      try collect(field, spec.shape.sizes[...], into: &values) { element in
        element.isNumber ? try element.whole(in: 0...1) == 1 : try element.flag()
      }
      return try Tensor(checking: values, shape: spec.shape, dtype: spec.dtype)
    }
    if spec.dtype.isInteger {
      let range = InferenceType.range(spec.dtype)
      var values: [Int] = []
      try collect(field, spec.shape.sizes[...], into: &values) { try $0.whole(in: range) }
      return try Tensor(checking: values, shape: spec.shape, dtype: spec.dtype)
    }
    let largest = InferenceType.largest(spec.dtype)
    var values: [Double] = []
    try collect(field, spec.shape.sizes[...], into: &values) { try $0.number(in: -largest...largest) }
    return try Tensor(checking: values, shape: spec.shape, dtype: spec.dtype)
  }

  /// The elements of lists within lists, as long as the shape says, or of one list of all of them.
  private static func collect<Value>(
    _ field: Field, _ sizes: ArraySlice<Int>, into values: inout [Value], _ read: (Field) throws -> Value
  ) throws {
    guard case .list(let items)? = field.value else { throw field.unfit("lists as deep as `shape` says") }
    if case .list? = items.first, let first = sizes.first, sizes.count > 1 {
      guard items.count == first else { throw field.unfit("\(first) lists, as `shape` says") }
      for item in items { try collect(Field(item, path: field.path), sizes.dropFirst(), into: &values, read) }
      return
    }
    let count = sizes.reduce(1, *)
    guard items.count == count else { throw field.unfit("\(count) elements, as `shape` says") }
    for item in items { values.append(try read(Field(item, path: field.path))) }
  }
}
