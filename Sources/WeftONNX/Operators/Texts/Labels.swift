import WeftTensor

extension Operator {
  static let machineLearning = "ai.onnx.ml"

  /// What models of tables have before and behind them.
  static let labels: [Operator] = [
    Operator(
      "LabelEncoder", domain: machineLearning,
      body: .values { call in [try LabelTable(call.attributes, for: call.value(0)).labels(of: call.value(0))] }),
    Operator("ArrayFeatureExtractor", domain: machineLearning, fixed: [1]) { call in
      let x = try call.tensor(0)
      guard x.rank > 0 else { throw NodeFailure(expected: "a tensor with axes", got: "\(x.spec)") }
      let places = try fromFront(try call.tensor(1), x.shape[-1]).reshaped(-1)
      let picked = x.indexSelected(places, axis: -1)
      return x.rank == 1 ? picked.unsqueezed(0) : picked
    }.withTexts,
    Operator("Binarizer", domain: machineLearning) { call in
      let x = try call.tensor(0)
      return (x .> (try call.attributes.float("threshold", 0))).converted(to: x.dtype)
    },
  ]
}

/// What stands for each of some texts or numbers, and for all others.
private struct LabelTable {
  private enum Key: Hashable {
    case text([UInt8])
    case integer(Int)
    /// By its bits, for what is no number as well.
    case real(UInt64)
  }

  private var places: [Key: Int] = [:]
  /// What stands for each key, and at the end for what is none.
  private let values: ONNXValue
  private let fallback: Int

  init(_ attributes: Attributes, for input: ONNXValue) throws {
    let keys: [Key]
    if let classes = try attributes.texts("classes_strings") {
      // The first version: places to texts, and texts to places.
      let isOfText = input.texts != nil
      keys = isOfText ? classes.map(Self.key) : classes.indices.map { .integer($0) }
      values =
        isOfText
        ? .tensor(Tensor(Array(classes.indices) + [try attributes.int("default_int64", -1)]))
        : .texts(TextTensor(classes + [try attributes.text("default_string", "_Unused")]))
    } else {
      keys = try Self.keys(attributes)
      values = try Self.values(attributes)
    }
    let count = values.texts?.elements.count ?? values.tensor?.elementCount ?? 0
    guard count == keys.count + 1 else {
      throw NodeFailure(expected: "a value for each of \(keys.count) keys", got: "\(count - 1)")
    }
    fallback = keys.count
    for (place, key) in keys.enumerated() { places[key] = place }
  }

  private static func key(_ text: String) -> Key { .text(Array(text.utf8)) }
  private static func key(_ number: Double) -> Key {
    .real(number.isNaN ? Double.nan.bitPattern : (number + 0).bitPattern)
  }

  private static func keys(of value: ONNXValue) throws -> [Key] {
    switch value {
    case .texts(let texts): texts.elements.map(key)
    case .tensor(let x) where x.dtype.isFloatingPoint: x.scalars(as: Double.self).map(key)
    case .tensor(let x): x.converted(to: .int64).scalars(as: Int.self).map { .integer($0) }
    default: throw NodeFailure(expected: "a tensor of labels", got: "\(value)")
    }
  }

  private static func keys(_ attributes: Attributes) throws -> [Key] {
    if let texts = try attributes.texts("keys_strings") { return texts.map(key) }
    if let numbers = try attributes.ints("keys_int64s") { return numbers.map { .integer($0) } }
    if let numbers = try attributes.floats("keys_floats") { return numbers.map(key) }
    guard let tensor = try attributes.value("keys_tensor") else { throw NodeFailure(expected: "keys", got: "none") }
    return try keys(of: tensor)
  }

  private static func values(_ attributes: Attributes) throws -> ONNXValue {
    if let texts = try attributes.texts("values_strings") {
      return .texts(TextTensor(texts + [try attributes.text("default_string", "_Unused")]))
    }
    if let numbers = try attributes.ints("values_int64s") {
      return .tensor(Tensor(numbers + [try attributes.int("default_int64", -1)]))
    }
    if let numbers = try attributes.floats("values_floats") {
      return .tensor(Tensor(numbers + [try attributes.float("default_float", -0.0)], dtype: .float32))
    }
    guard let values = try attributes.value("values_tensor") else { throw NodeFailure(expected: "values", got: "none") }
    return try joined(values, try attributes.value("default_tensor"))
  }

  /// The values of tensors, and the one behind them that stands for all others.
  private static func joined(_ values: ONNXValue, _ fallback: ONNXValue?) throws -> ONNXValue {
    switch (values, fallback) {
    case (.texts(let texts), nil): return .texts(TextTensor(texts.elements + ["_Unused"]))
    case (.texts(let texts), .texts(let rest)?) where rest.elements.count == 1:
      return .texts(TextTensor(texts.elements + rest.elements))
    case (.tensor(let x), nil):
      let rest = Tensor(full: [1], x.dtype.isFloatingPoint ? 0 : -1, dtype: x.dtype)
      return .tensor(concatenated([x.reshaped(-1), rest], axis: 0))
    case (.tensor(let x), .tensor(let rest)?) where rest.elementCount == 1:
      return .tensor(concatenated([x.reshaped(-1), rest.reshaped(-1).converted(to: x.dtype)], axis: 0))
    default:
      throw NodeFailure(expected: "one label for all others, as the \(values)", got: fallback.map { "\($0)" } ?? "none")
    }
  }

  func labels(of input: ONNXValue) throws -> ONNXValue {
    try input.texts?.checkBytes()
    let found = try Self.keys(of: input).map { places[$0] ?? fallback }
    let shape = input.texts?.shape ?? input.tensor?.shape ?? []
    if let texts = values.texts { return .texts(try .made(found.map { texts.elements[$0] }, shape)) }
    guard let numbers = values.tensor else { return values }
    return .tensor(numbers.indexSelected(Tensor(found), axis: 0).reshaped(to: shape))
  }
}
