// How attributes of operations stand in files: a shape as its list of sizes, an element type by its name. And tensors: by
// type, shape and the elements' bytes.

extension Shape: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([Int].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(sizes)
  }
}

extension DType: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let dtype = DType.allCases.first(where: { "\($0)" == name }) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(name)' is no element type; there are \(DType.allCases)")
    }
    self = dtype
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("\(self)")
  }
}

/// A tensor in a file of any format that `Codable` reaches: its type, its shape, and the elements' bytes (row-major,
/// little-endian) in base 64. Gradients and the recorded graph are left out.
///
/// Decoding throws where the three do not fit each other; it takes no more memory than the text decoded.
extension Tensor: Codable {
  private enum CodingKeys: String, CodingKey { case dtype, shape, bytes }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let spec = TensorSpec(
      try container.decode(Shape.self, forKey: .shape), try container.decode(DType.self, forKey: .dtype))
    guard let bytes = Base64.bytes(try container.decode(String.self, forKey: .bytes)),
      let tensor = Tensor(rawBytes: bytes[...], spec)
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .bytes, in: container, debugDescription: "expected the bytes of a tensor \(spec) in base 64")
    }
    self = tensor
  }

  public func encode(to encoder: any Encoder) throws {
    guard isPlain, !isInvalid else {
      throw EncodingError.invalidValue(
        self,
        EncodingError.Context(
          codingPath: encoder.codingPath,
          debugDescription: "a tensor inside a transform, or of a failed operation, has no values"))
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(dtype, forKey: .dtype)
    try container.encode(shape, forKey: .shape)
    try container.encode(withUnsafeBytes(Base64.text), forKey: .bytes)
  }
}
