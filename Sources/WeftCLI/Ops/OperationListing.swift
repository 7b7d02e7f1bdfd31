import Weft
import WeftContract

/// The operations with their inputs and attributes, as JSON.
enum OperationListing {
  static func text(of name: String?) throws -> String {
    let types = try name.map { [try OperationList.required($0)] } ?? OperationList.all
    return try OperationTable.text(.array(try types.map(entry)))
  }

  private static func entry(_ type: any TensorOperation.Type) throws -> JSONValue {
    let list = type.samples.first.map { AttributeList(of: $0.operation) }
    var members: [String: JSONValue] = [
      "name": .string(type.name), "type": .string("\(type)"), "formula": .string(type.equation),
      "differentiable": .bool(type.whyNotDifferentiable == nil), "inputs": .array(inputs(type)),
      "runs": .bool(list?.isReadable ?? false),
      "attributes": .array(try list?.isReadable == true ? list.map(attributes) ?? [] : []),
    ]
    if let why = type.whyNotDifferentiable { members["whyNotDifferentiable"] = .string(why) }
    if type.operands.counts.upperBound == Int.max { members["takesAnyCount"] = .bool(true) }
    return .object(members)
  }

  /// The operands as declared, one that repeats as often as samples show, each with the types of the samples' numbers.
  private static func inputs(_ type: any TensorOperation.Type) -> [JSONValue] {
    let shown = type.samples.map(\.inputs.count).max() ?? 0
    let counts = type.operands.counts
    return (0..<Swift.max(shown, type.operands.list.count)).map { place in
      let kinds = type.samples.compactMap { $0.inputs.dropFirst(place).first?.dtype }
      let isFloating = kinds.contains(where: \.isFloatingPoint)
      return .object([
        "name": .string("input.\(place)"), "operand": .string(type.operands.name(at: place)),
        "optional": .bool(place >= counts.lowerBound),
        "differentiable": .bool(isFloating && type.whyNotDifferentiable == nil),
        "samples": .array(Set(kinds.map { "\($0)" }).sorted().map { .string($0) }),
      ])
    }
  }

  private static func attributes(_ list: AttributeList) throws -> [JSONValue] {
    let (defaults, examples) = (try list.flatDefaults(), try list.flattened())
    return list.fields.map { field in
      var members: [String: JSONValue] = ["name": .string(field.name), "type": .string(field.type)]
      members["default"] = defaults[field.name]
      members["example"] = examples[field.name]
      return .object(members)
    }
  }
}

extension SampleInput {
  /// The element type of what is drawn.
  fileprivate var dtype: DType {
    switch values {
    case .real, .distinct: .float64
    case .integers(_, let dtype), .exactly(_, let dtype): dtype
    case .bools: .bool
    }
  }
}
