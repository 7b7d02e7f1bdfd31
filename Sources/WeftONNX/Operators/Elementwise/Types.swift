import WeftTensor

extension Operator {
  /// Other types for the same values.
  static let types: [Operator] = [
    Operator("Cast", refuses: unsupportedTarget) { call in
      try call.tensor(0).converted(to: try call.dtype("to") ?? .float32)
    },
    Operator("CastLike") { try $0.tensor(0).converted(to: try $0.tensor(1).dtype) },
    Operator("BitCast", refuses: unsupportedTarget) { call in
      let x = try call.tensor(0)
      guard let target = try call.dtype("to"), target.byteCount == x.dtype.byteCount else {
        throw NodeFailure(expected: "a type of \(x.dtype.byteCount) bytes an element", got: "another")
      }
      return Tensor(bytes: x.withUnsafeBytes { Array($0) }, shape: x.shape, dtype: target)
    },
  ]

  @Sendable private static func unsupportedTarget(_ attributes: Attributes) -> String? {
    guard let number = try? attributes.int("to"), ElementType.dtype(of: number) == nil else { return nil }
    return "a conversion to \(ElementType.name(of: number))"
  }
}

extension NodeCall {
  /// The element type that an attribute names; nil without it.
  func dtype(_ attribute: String) throws -> DType? {
    guard let number = try attributes.int(attribute) else { return nil }
    guard let dtype = ElementType.dtype(of: number) else {
      throw NodeFailure(expected: "an element type that Weft has", got: ElementType.name(of: number))
    }
    return dtype
  }
}
