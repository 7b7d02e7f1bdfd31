import WeftTensor

extension Operator {
  /// Other types for the same values.
  static let types: [Operator] = [
    Operator(
      "Cast", refuses: unsupportedCast,
      body: .values { call in
        let number = try call.attributes.int("to", 1)
        if let narrow = NarrowType(number) { return [try cast(call.value(0), to: narrow)] }
        if let floats = ByteFloat(number) { return [try cast(call, to: floats)] }
        return [try cast(call.value(0), to: number == ElementType.string ? nil : try call.dtype("to") ?? .float32)]
      }),
    Operator(
      "CastLike",
      body: .values { call in
        if let narrow = call.narrow { return [try cast(call.value(0), to: narrow)] }
        if let floats = call.floats { return [try cast(call, to: floats)] }
        let isOfText = try call.value(1).texts != nil
        return [try cast(call.value(0), to: isOfText ? nil : try call.tensor(1).dtype)]
      }),
    Operator("BitCast", refuses: unsupportedTarget) { call in
      let x = try call.tensor(0)
      guard let target = try call.dtype("to"), target.byteCount == x.dtype.byteCount else {
        throw NodeFailure(expected: "a type of \(x.dtype.byteCount) bytes an element", got: "another")
      }
      return Tensor(bytes: x.withUnsafeBytes { Array($0) }, shape: x.shape, dtype: target)
    },
  ]

  /// - Parameter dtype: nil for texts.
  private static func cast(_ value: ONNXValue, to dtype: DType?) throws -> ONNXValue {
    switch (value, dtype) {
    case (.tensor(let x), let dtype?): .tensor(x.converted(to: dtype))
    case (.tensor(let x), nil): .texts(try .made(NumberText.texts(of: x), x.shape))
    case (.texts(let texts), let dtype?):
      .tensor(try NumberText.numbers(texts.elements, dtype).reshaped(to: texts.shape))
    case (.texts, nil): value
    default: throw NodeFailure(expected: "a tensor to convert", got: "\(value)")
    }
  }

  private static func cast(_ value: ONNXValue, to narrow: NarrowType) throws -> ONNXValue {
    guard case .tensor(let x) = try cast(value, to: value.tensor?.dtype ?? .float32) else {
      throw NodeFailure(expected: "a tensor to convert", got: "\(value)")
    }
    return .tensor(narrow.converted(x))
  }

  private static func cast(_ call: NodeCall, to floats: ByteFloat) throws -> ONNXValue {
    let value = try call.value(0)
    guard case .tensor(let x) = try cast(value, to: value.tensor?.dtype ?? .float32) else {
      throw NodeFailure(expected: "a tensor to convert", got: "\(value)")
    }
    let name = try call.attributes.text("round_mode", "up")
    guard let rounding = ByteFloat.Rounding(rawValue: name) else {
      throw NodeFailure(expected: "round_mode to be up, down or nearest", got: name)
    }
    return .tensor(floats.converted(x, saturates: try call.attributes.flag("saturate", true), rounding))
  }

  @Sendable private static func unsupportedCast(_ attributes: Attributes) -> String? {
    let number = try? attributes.int("to")
    if number == ElementType.string || number.flatMap(ElementType.held) != nil { return nil }
    return unsupportedTarget(attributes)
  }

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
