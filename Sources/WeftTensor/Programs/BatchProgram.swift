/// A program for batches of any size, which is that of the inputs' first axis: recorded at several sizes, with what
/// moved from one to the next known as a line. At any other size each operation's own rule must give the shapes so
/// found.
///
/// What moved in another way is an error that names it; so is a constant that moved and is neither one number throughout
/// nor a list of whole numbers in equal steps. A batch of one, which broadcasts where others do not, is recorded by
/// itself. What a run decides otherwise at sizes that were not recorded, between them or beyond, is not seen.
package struct BatchProgram: Sendable {
  /// Enough for a line and its checks; the last is beyond most limits that a run may have.
  private static let sizes = [2, 3, 5, 17]

  /// The program of the first size, with what needs no size computed.
  private var base: Program
  /// The slots whose shape moves.
  private let shapes: [Int: MovingShape]
  /// The steps whose attributes move, by their first output.
  private let attributes: [Int: MovingAttributes]
  /// The constants that move, by their slot.
  private let constants: [Int: MovingConstant]
  /// The program of a batch of one where that is another.
  private var single: Program?

  /// - Parameters:
  ///   - inputs: A batch, which may be of one.
  ///   - isExact: Whether results are the run's to the bit; otherwise normalizations become parts of the products
  ///     before them.
  /// - Throws: As `Program.init(recording:)`, and where the program moves with the size in another way than along
  ///   lines.
  package init(
    recording inputs: [Tensor], names: [(String, Tensor)], isExact: Bool,
    _ body: ([Tensor]) throws -> [Tensor]
  ) throws {
    guard let count = inputs.first?.shape.sizes.first, count > 0, inputs.allSatisfy({ $0.shape.sizes.first == count })
    else { throw TensorError.noBatch(inputs) }
    do {
      try self.init(recording: inputs, count, names: names, isExact: isExact, body)
    } catch let error as TensorError where error.operation != "recording" {
      throw error.meeting(inputs, body)
    }
  }

  private init(
    recording inputs: [Tensor], _ count: Int, names: [(String, Tensor)], isExact: Bool,
    _ body: ([Tensor]) throws -> [Tensor]
  ) throws {
    func batch(of size: Int) throws -> [Tensor] {
      let rows = Tensor((0..<size).map { $0 % count })
      return try withTensorErrors { noGrad { inputs.map { $0.indexSelected(rows, axis: 0) } } }
    }
    // Other numbers once; those of the other sizes are compared in what they have in common.
    let first = try Program(recording: batch(of: Self.sizes[0]), names: names, body)
    try self.init(of: [first] + Self.sizes.dropFirst().map { try Program(running: batch(of: $0), names, body) })
    let one = try Program(recording: batch(of: 1), names: names, body)
    if (try? program(size: 1)) != one { single = one }
    try foldWhatStays(isExact)
  }

  private init(of programs: [Program]) throws(TensorError) {
    base = programs[0]
    for other in programs.dropFirst() { try base.requireSameSteps(as: other) }
    var shapes: [Int: MovingShape] = [:]
    for slot in base.slots.indices where Set(programs.map(\.slots[slot])).count > 1 {
      let specs = programs.map(\.slots[slot])
      guard let shape = MovingShape(specs.map(\.shape), at: Self.sizes), Set(specs.map(\.dtype)).count == 1 else {
        throw .moving("a tensor whose sizes lie on a line", base.maker(of: slot, specs))
      }
      shapes[slot] = shape
    }
    self.shapes = shapes
    attributes = try Self.attributes(of: programs)
    constants = try Self.constants(of: programs, moving: Set(shapes.keys))
  }

  private static func attributes(of programs: [Program]) throws(TensorError) -> [Int: MovingAttributes] {
    var found: [Int: MovingAttributes] = [:]
    for (place, step) in programs[0].steps.enumerated() {
      let steps = programs.map(\.steps[place])
      if steps.allSatisfy({ $0.operation.isEqual(to: step.operation) }) { continue }
      let trees = steps.compactMap { try? $0.operation.attributeTree }
      guard trees.count == sizes.count, let moving = MovingAttributes(trees, at: sizes), let output = step.outputs.first
      else {
        let texts = zip(programs, steps).map { $0.text(of: $1) }
        throw .moving("attributes whose numbers lie on a line", texts.joined(separator: " and "))
      }
      found[output] = moving
    }
    return found
  }

  /// The constants that move: each is as it is at all sizes, one number throughout, or whole numbers in equal steps.
  private static func constants(
    of programs: [Program], moving: Set<Int>
  ) throws(TensorError) -> [Int: MovingConstant] {
    var found: [Int: MovingConstant] = [:]
    for (place, constant) in programs[0].constants.enumerated() {
      let all = programs.map(\.constants[place].value)
      if all.allSatisfy({ $0.hasSameBytes(as: constant.value) }) { continue }
      guard moving.contains(constant.slot), let moved = MovingConstant(all) else {
        throw .moving(
          "constants that stay, are one number throughout or whole numbers that rise by equal steps",
          programs[0].text(of: constant))
      }
      found[constant.slot] = moved
    }
    return found
  }

  /// Computes what does not depend on the size.
  private mutating func foldWhatStays(_ isExact: Bool) throws(TensorError) {
    let (shapes, attributes, recorded) = (shapes, attributes, base.steps)
    base = try base.folded { place in
      let step = recorded[place]
      let slots = step.inputs.map(\.slot) + step.outputs
      return slots.contains { shapes[$0] != nil || attributes[$0] != nil }
    }
    if isExact { return }
    let folded = base.steps
    base = try base.foldingAffines { place in folded[place].outputs.contains { attributes[$0] != nil } }
    if let single { self.single = try single.folded().foldingAffines() }
  }
}

extension BatchProgram {
  /// The inputs of a batch of one, as they are called in messages.
  package var inputSpecs: [TensorSpec] { base.inputs.map { moved(base.slots[$0], of: $0, size: 1) } }

  /// The size of the batch that these inputs are; nil for other shapes and types, and for an empty one.
  package func size(of inputs: [Tensor]) -> Int? {
    guard let size = inputs.first?.shape.sizes.first, size > 0, inputs.count == base.inputs.count else { return nil }
    let specs = base.inputs.map { moved(base.slots[$0], of: $0, size: size) }
    return zip(inputs, specs).allSatisfy { $0.shape == $1.shape && $0.dtype == $1.dtype } ? size : nil
  }

  /// The program of batches of a size.
  /// - Throws: `TensorError` for an operation that does not exist at this size, or gives other shapes than a line says.
  package func program(size: Int) throws(TensorError) -> Program {
    if size == 1, let single { return single }
    return try Program.replaying { scope throws(TensorError) in
      var steps: [Program.Step] = []
      for step in base.steps {
        let inputs = step.inputs.map { moved($0, size: size) }
        steps.append(
          Program.Step(
            operation: try operation(of: step, size: size), inputs: inputs, outputs: step.outputs,
            modulePath: step.modulePath))
      }
      let slots = base.slots.indices.map { moved(base.slots[$0], of: $0, size: size) }
      var filled: [Program.Constant] = []
      for constant in base.constants {
        let value = try constants[constant.slot]?(slots[constant.slot]) ?? constant.value
        filled.append(Program.Constant(slot: constant.slot, name: constant.name, value: value))
      }
      let results = base.results.map { moved($0, size: size) }
      let program = Program(slots: slots, inputs: base.inputs, constants: filled, steps: steps, results: results)
      if let error = scope.error { throw error }
      return try program.checked()
    }
  }

  private func operation(of step: Program.Step, size: Int) throws(TensorError) -> any TensorOperation {
    guard let output = step.outputs.first, let moving = attributes[output] else { return step.operation }
    do {
      let operation = try step.operation.with(attributes: moving(size))
      try operation.checkAttributes()
      return operation
    } catch {
      throw .moving("attributes of \(type(of: step.operation).name) for a batch of \(size)", "\(error)")
    }
  }

  private func moved(_ reading: Program.Reading, size: Int) -> Program.Reading {
    Program.Reading(slot: reading.slot, spec: moved(reading.spec, of: reading.slot, size: size))
  }

  private func moved(_ spec: TensorSpec, of slot: Int, size: Int) -> TensorSpec {
    var spec = spec
    if let shape = shapes[slot] { spec.shape = shape(size) }
    return spec
  }
}

extension BatchProgram: Codable {
  private enum CodingKeys: String, CodingKey { case base, shapes, attributes, constants, single }

  /// - Throws: `EncodingError` as `Program`.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(base, forKey: .base)
    try container.encode(shapes, forKey: .shapes)
    try container.encode(attributes, forKey: .attributes)
    try container.encode(constants, forKey: .constants)
    try container.encodeIfPresent(single, forKey: .single)
  }

  /// What is read is checked at each size that it is asked for.
  /// - Throws: `DecodingError` as `Program`, and for one whose shapes do not move from those it states.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    base = try container.decode(Program.self, forKey: .base)
    shapes = try container.decode([Int: MovingShape].self, forKey: .shapes)
    attributes = try container.decode([Int: MovingAttributes].self, forKey: .attributes)
    constants = try container.decode([Int: MovingConstant].self, forKey: .constants)
    single = try container.decodeIfPresent(Program.self, forKey: .single)
    let size = Self.sizes[0]
    guard shapes.allSatisfy({ base.slots.indices.contains($0) && base.slots[$0].shape == $1(size) }),
      !base.inputs.isEmpty,
      single.map({ $0.inputs.count == base.inputs.count }) ?? true
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .shapes, in: container, debugDescription: "expected shapes that are the program's at a batch of \(size)"
      )
    }
  }
}

extension TensorOperation {
  /// An operation of this kind with other attributes.
  fileprivate func with(attributes: AttributeTree) throws -> any TensorOperation {
    try attributes.decoded(as: Self.self)
  }
}

extension Program {
  /// Fails unless another run passed the same kinds of operations on the same slots.
  fileprivate func requireSameSteps(as other: Program) throws(TensorError) {
    for (mine, its) in zip(steps, other.steps)
    where type(of: mine.operation) != type(of: its.operation) || mine.outputs != its.outputs
      || mine.inputs.map(\.slot) != its.inputs.map(\.slot)
    {
      throw .moving("the same operations", "\(text(of: mine)) for one and \(other.text(of: its)) for another")
    }
    guard steps.count == other.steps.count, slots.count == other.slots.count, inputs == other.inputs,
      results.map(\.slot) == other.results.map(\.slot),
      constants.map(\.slot) == other.constants.map(\.slot), constants.map(\.name) == other.constants.map(\.name)
    else { throw .moving("the same operations", "\(steps.count) for one and \(other.steps.count) for another") }
  }

  /// What fills a slot, with the shapes it has at several sizes.
  fileprivate func maker(of slot: Int, _ specs: [TensorSpec]) -> String {
    let name = steps.first { $0.outputs.contains(slot) }.map(text) ?? "%\(slot)"
    return "\(name): " + specs.map { "\($0)" }.joined(separator: ", ")
  }
}

extension TensorError {
  /// This misuse in the words of who gave the example, where that meets it too: he knows nothing of other sizes.
  fileprivate func meeting(_ example: [Tensor], _ body: ([Tensor]) throws -> [Tensor]) -> TensorError {
    do { _ = try withTensorErrors { try noGrad { try body(example) } } } catch {
      return error as? TensorError ?? self
    }
    var error = self
    let sizes = "the example runs as it is, and not with other sizes of its first axis, which is the batch"
    error.hint = hint.isEmpty ? sizes : "\(sizes); \(hint)"
    return error
  }

  fileprivate static func moving(_ expected: String, _ got: String) -> TensorError {
    TensorError(
      .unsupported, operation: "recording", expected: "\(expected), for batches of any size", got: got,
      hint: "freeze the model for examples of the sizes that are to come: `model.frozen(for: one, eight)`")
  }

  fileprivate static func noBatch(_ inputs: [Tensor]) -> TensorError {
    TensorError(
      .shape, operation: "recording", operands: inputs.enumerated().map { ("input \($0)", $1.spec) },
      expected: "inputs with a first axis of one size, from 1: the batch", got: inputs.isEmpty ? "no input" : "others")
  }
}
