// A program in a file of any format that `Codable` reaches. What is read is checked before anything runs: operations
// and their attributes exist, each slot is filled once and before it is read, and each operation gives what the program
// says.

extension Program: Codable {
  private enum CodingKeys: String, CodingKey { case slots, inputs, constants, steps, results }

  /// - Throws: `EncodingError` for an operation with a formula of its own, which is program text, and for a step of
  ///   training, which lives with what it changes.
  public func encode(to encoder: any Encoder) throws {
    if let effect = effects.first {
      throw EncodingError.invalidValue(
        self,
        EncodingError.Context(
          codingPath: encoder.codingPath,
          debugDescription: "a program that changes nothing can be written; this one does `\(text(of: effect))`"))
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(slots.map(CodedSpec.init), forKey: .slots)
    try container.encode(inputs, forKey: .inputs)
    try container.encode(constants.map(CodedConstant.init), forKey: .constants)
    try container.encode(steps.map { try CodedStep($0, slots, at: encoder.codingPath) }, forKey: .steps)
    try container.encode(CodedReadings(results, slots), forKey: .results)
  }

  /// - Throws: `DecodingError` for what is no program of operations that this library has.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let slots = try container.decode([CodedSpec].self, forKey: .slots).map(\.spec)
    let coded = try container.decode([CodedStep].self, forKey: .steps)
    let constants = try container.decode([CodedConstant].self, forKey: .constants)
    do {
      self = try Program(
        slots: slots, inputs: container.decode([Int].self, forKey: .inputs),
        constants: constants.map { try $0.constant(slots) }, steps: coded.map { try $0.step(slots) },
        results: container.decode(CodedReadings.self, forKey: .results).readings(slots)
      ).checked()
    } catch let error as TensorError {
      throw DecodingError.dataCorruptedError(forKey: .steps, in: container, debugDescription: "\(error)")
    }
  }
}

/// A shape and type, and how a tensor of them counts where types are promoted.
private struct CodedSpec: Codable {
  let shape: Shape
  let dtype: DType
  let isWeakScalar: Bool?
  let countsAsScalar: Bool?

  init(_ spec: TensorSpec) {
    (shape, dtype) = (spec.shape, spec.dtype)
    isWeakScalar = spec.isWeakScalar ? true : nil
    countsAsScalar = spec.countsAsScalar ? true : nil
  }

  var spec: TensorSpec {
    var spec = TensorSpec(shape, dtype, isWeakScalar: isWeakScalar ?? false)
    spec.countsAsScalar = countsAsScalar ?? false
    return spec
  }
}

private struct CodedConstant: Codable {
  let slot: Int
  let name: String
  let value: Tensor

  init(_ constant: Program.Constant) { (slot, name, value) = (constant.slot, constant.name, constant.value) }

  func constant(_ slots: [TensorSpec]) throws(TensorError) -> Program.Constant {
    guard slots.indices.contains(slot) else { throw .noProgram("slots among \(slots.count)", "\(slot)") }
    return Program.Constant(slot: slot, name: name, value: value.counted(as: slots[slot]))
  }
}

/// Slots, and how those tensors count that do not count as their slots do, by their place.
private struct CodedReadings: Codable {
  let slots: [Int]
  let specs: [Int: CodedSpec]?

  init(_ readings: [Program.Reading], _ specs: [TensorSpec]) {
    slots = readings.map(\.slot)
    let others = readings.enumerated().filter { $1.spec != specs[$1.slot] }.map { ($0, CodedSpec($1.spec)) }
    self.specs = others.isEmpty ? nil : Dictionary(uniqueKeysWithValues: others)
  }

  func readings(_ known: [TensorSpec]) throws(TensorError) -> [Program.Reading] {
    guard slots.allSatisfy(known.indices.contains) else { throw .noProgram("slots among \(known.count)", "\(slots)") }
    return slots.enumerated().map { Program.Reading(slot: $1, spec: specs?[$0]?.spec ?? known[$1]) }
  }
}

/// An operation by its name and attributes.
private struct CodedStep: Codable {
  let operation: String
  let attributes: AttributeTree
  let inputs: CodedReadings
  let outputs: [Int]
  let module: String

  init(_ step: Program.Step, _ slots: [TensorSpec], at path: [any CodingKey]) throws {
    guard !Mirror(reflecting: step.operation).children.contains(where: { $0.value is Formula }) else {
      throw EncodingError.invalidValue(
        step.operation,
        EncodingError.Context(
          codingPath: path,
          debugDescription: "\(type(of: step.operation).name) holds a formula, which is program text"))
    }
    operation = type(of: step.operation).name
    attributes = try step.operation.attributeTree
    inputs = CodedReadings(step.inputs, slots)
    (outputs, module) = (step.outputs, step.modulePath)
  }

  func step(_ slots: [TensorSpec]) throws -> Program.Step {
    guard let kind = OperationList.operation(named: operation) else {
      throw TensorError.noProgram("operations of the library", "'\(operation)'")
    }
    guard outputs.allSatisfy(slots.indices.contains) else {
      throw TensorError.noProgram("slots among \(slots.count)", "\(outputs) of \(operation)")
    }
    let readings = try inputs.readings(slots)
    let operation = try kind.decoded(attributes)
    try operation.checkAttributes()
    return Program.Step(operation: operation, inputs: readings, outputs: outputs, modulePath: module)
  }
}

extension Program {
  /// This program, once it is sure that it can run.
  /// - Throws: `TensorError` where slots are not filled once and before they are read, and where an operation would
  ///   give other results than the program says.
  func checked() throws(TensorError) -> Program {
    guard slots.allSatisfy({ $0.shape.validElementCount != nil && $0.shape.rank <= Tensor.maximumRank }) else {
      throw .noProgram("shapes that fit in memory", "others")
    }
    var isFilled = Array(repeating: false, count: slots.count)
    func fill(_ slot: Int) throws(TensorError) {
      guard slots.indices.contains(slot), !isFilled[slot] else {
        throw .noProgram("each slot filled once", "\(slot) again, or beyond the last")
      }
      isFilled[slot] = true
    }
    for slot in inputs { try fill(slot) }
    for constant in constants {
      try fill(constant.slot)
      guard constant.value.spec.isLike(slots[constant.slot]) else {
        throw .noProgram("\(slots[constant.slot]) in slot \(constant.slot)", "\(constant.value.spec)")
      }
    }
    func isReadable(_ reading: Reading) -> Bool {
      isFilled[reading.slot] && slots[reading.slot].isLike(reading.spec)
    }
    for step in steps {
      guard step.inputs.allSatisfy(isReadable) else {
        throw .noProgram("slots filled before they are read", text(of: step))
      }
      let specs = try step.operation.checkedOutputs(for: step.inputs.map(\.spec))
      for slot in step.outputs { try fill(slot) }
      guard specs.count == step.outputs.count, zip(specs, step.outputs).allSatisfy({ $0.isLike(slots[$1]) }) else {
        throw .noProgram("results \(specs.map { "\($0)" }.joined(separator: ", "))", text(of: step))
      }
    }
    guard results.allSatisfy(isReadable) else { throw .noProgram("results that are filled", "\(results.map(\.slot))") }
    return self
  }
}

extension TensorSpec {
  /// Whether both are of one shape and type, however they count.
  fileprivate func isLike(_ other: TensorSpec) -> Bool { shape == other.shape && dtype == other.dtype }
}

extension TensorOperation {
  /// The attributes taken apart.
  var attributeTree: AttributeTree { get throws { try AttributeTree(self) } }

  fileprivate static func decoded(_ attributes: AttributeTree) throws -> any TensorOperation {
    try attributes.decoded(as: Self.self)
  }

  /// Refuses attributes from a file whose numbers do not fit together: those that only the program computes are not
  /// checked where they are used.
  package func checkAttributes() throws(TensorError) {
    for (label, value) in Mirror(reflecting: self).children {
      if let value = value as? any ComputedAttribute, !value.isConsistent {
        throw .noProgram("attributes that fit together", "'\(label ?? "")' of \(Self.name)")
      }
      // In these -1 has a meaning: what is left over, the size as it is.
      if let shape = value as? Shape, shape.sizes.contains(-1), !(self is Reshape || self is Expand) {
        throw .noProgram("sizes from 0", "\(shape) of \(Self.name)")
      }
    }
  }
}

extension TensorError {
  fileprivate static func noProgram(_ expected: String, _ got: String) -> TensorError {
    TensorError(.value, operation: "program", expected: expected, got: got)
  }
}

extension AttributeTree: Codable {
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([AttributeTree].self) {
      self = .list(value)
    } else {
      self = .members(try container.decode([String: AttributeTree].self))
    }
  }

  /// Numbers that are not finite, which JSON does not have, are texts.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value) where !value.isFinite: try container.encode("\(value)")
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let list): try container.encode(list)
    case .members(let members): try container.encode(members)
    }
  }
}
