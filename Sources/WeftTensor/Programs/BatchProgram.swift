/// A program for batches of any size, which is that of the inputs' first axis: recorded at three sizes, with what moved from
/// one to the next known as a line.
///
/// What moved in another way is an error that names the operation; so is a constant that moved and is not one number
/// throughout. A batch of one, which broadcasts where others do not, is recorded by itself.
package struct BatchProgram: Sendable {
  /// Far enough apart for a line and its check.
  private static let sizes = [2, 3, 5]

  /// The program of the first size, with what needs no size computed.
  private var base: Program
  /// The slots whose shape moves.
  private let shapes: [Int: MovingShape]
  /// The steps whose attributes move, by their first output.
  private let attributes: [Int: MovingAttributes]
  /// The program of a batch of one where that is another.
  private var single: Program?

  /// - Parameters:
  ///   - inputs: A batch, which may be of one.
  ///   - isExact: Whether results are the run's to the bit; otherwise normalizations become parts of the products before
  ///     them.
  /// - Throws: As `Program.init(recording:)`, and where the program moves with the size in another way than along lines.
  package init(
    recording inputs: [Tensor], names: [(String, Tensor)], isExact: Bool = true,
    _ body: ([Tensor]) throws -> [Tensor]
  ) throws {
    guard let count = inputs.first?.shape.sizes.first, count > 0, inputs.allSatisfy({ $0.shape.sizes.first == count })
    else { throw TensorError.noBatch(inputs) }
    func recorded(_ size: Int) throws -> Program {
      let rows = Tensor((0..<size).map { $0 % count })
      let batch = try withTensorErrors { noGrad { inputs.map { $0.indexSelected(rows, axis: 0) } } }
      return try Program(recording: batch, names: names, body)
    }
    try self.init(of: Self.sizes.map(recorded))
    let one = try recorded(1)
    if try program(size: 1) != one { single = one }
    try foldWhatStays(isExact)
  }

  private init(of programs: [Program]) throws(TensorError) {
    base = programs[0]
    guard Set(programs.map(\.steps.count)).count == 1, Set(programs.map(\.slots.count)).count == 1,
      programs.allSatisfy({ $0.inputs == programs[0].inputs && $0.results == programs[0].results })
    else {
      throw .moving(
        "as many operations for a batch of 3 as for one of 2", programs[0].firstDifference(from: programs[1]))
    }
    var shapes: [Int: MovingShape] = [:]
    for slot in base.slots.indices where Set(programs.map(\.slots[slot])).count > 1 {
      let specs = programs.map(\.slots[slot])
      guard let shape = MovingShape(specs.map(\.shape), at: Self.sizes), Set(specs.map(\.dtype)).count == 1 else {
        throw .moving("a tensor whose sizes lie on a line", "\(specs[0]), \(specs[1]) and \(specs[2])")
      }
      shapes[slot] = shape
    }
    self.shapes = shapes
    attributes = try Self.attributes(of: programs)
    for place in base.constants.indices {
      let constants = programs.map(\.constants[place])
      guard shapes[constants[0].slot] == nil || constants.allSatisfy(\.value.isUniform) else {
        throw .moving("constants that stay, or are one number throughout", base.text(of: constants[0]))
      }
    }
  }

  private static func attributes(of programs: [Program]) throws(TensorError) -> [Int: MovingAttributes] {
    var found: [Int: MovingAttributes] = [:]
    for place in programs[0].steps.indices {
      let steps = programs.map(\.steps[place])
      let isSame = steps.allSatisfy { $0.operation.isEqual(to: steps[0].operation) }
      let reads = Set(steps.map { $0.inputs.map(\.slot) })
      let trees = isSame ? [] : steps.compactMap { step in try? step.operation.attributeTree }
      let moving = trees.count == sizes.count ? MovingAttributes(trees, at: sizes) : nil
      let kinds = Set(steps.map { ObjectIdentifier(type(of: $0.operation)) })
      guard reads.count == 1, kinds.count == 1, isSame || moving != nil else {
        throw .moving(
          "attributes whose numbers lie on a line",
          zip(programs, steps).map { $0.text(of: $1) }.joined(separator: " and "))
      }
      if let moving { found[steps[0].outputs[0]] = moving }
    }
    return found
  }

  /// Computes what does not depend on the size.
  private mutating func foldWhatStays(_ isExact: Bool) throws(TensorError) {
    let (shapes, attributes) = (shapes, attributes)
    func moves(_ step: Program.Step) -> Bool {
      let slots = step.inputs.map(\.slot) + step.outputs
      return attributes[step.outputs[0]] != nil || slots.contains { shapes[$0] != nil }
    }
    let recorded = base.steps
    base = try base.folded { moves(recorded[$0]) }
    if isExact { return }
    let folded = base.steps
    base = try base.foldingAffines { attributes[folded[$0].outputs[0]] != nil }
    if let single { self.single = try single.folded().foldingAffines() }
  }
}

extension BatchProgram {
  /// The inputs of a batch of one, as they are called in messages.
  package var inputSpecs: [TensorSpec] { base.inputs.map { spec(of: $0, size: 1) } }

  /// The size of the batch that these inputs are; nil for other shapes and types, and for an empty one.
  package func size(of inputs: [Tensor]) -> Int? {
    guard let size = inputs.first?.shape.sizes.first, size > 0, inputs.count == base.inputs.count else { return nil }
    let specs = base.inputs.map { spec(of: $0, size: size) }
    return zip(inputs, specs).allSatisfy { $0.shape == $1.shape && $0.dtype == $1.dtype } ? size : nil
  }

  /// The program of batches of a size.
  /// - Throws: `TensorError` for an operation whose attributes do not exist at this size.
  package func program(size: Int) throws(TensorError) -> Program {
    if size == 1, let single { return single }
    var steps: [Program.Step] = []
    for step in base.steps {
      let inputs = step.inputs.map { Program.Reading(slot: $0.slot, spec: moved($0.spec, of: $0.slot, size: size)) }
      steps.append(
        Program.Step(
          operation: try operation(of: step, size: size), inputs: inputs, outputs: step.outputs,
          modulePath: step.modulePath))
    }
    let constants = base.constants.map { constant in
      let shape = shapes[constant.slot]?(size)
      return Program.Constant(
        slot: constant.slot, name: constant.name, value: shape.map(constant.value.filling) ?? constant.value)
    }
    return Program(
      slots: base.slots.indices.map { spec(of: $0, size: size) }, inputs: base.inputs, constants: constants,
      steps: steps, results: base.results)
  }

  private func operation(of step: Program.Step, size: Int) throws(TensorError) -> any TensorOperation {
    guard let moving = attributes[step.outputs[0]] else { return step.operation }
    do {
      return try step.operation.with(attributes: moving(size))
    } catch {
      throw .moving("attributes of \(type(of: step.operation).name) for a batch of \(size)", "\(error)")
    }
  }

  private func spec(of slot: Int, size: Int) -> TensorSpec { moved(base.slots[slot], of: slot, size: size) }

  private func moved(_ spec: TensorSpec, of slot: Int, size: Int) -> TensorSpec {
    var spec = spec
    if let shape = shapes[slot] { spec.shape = shape(size) }
    return spec
  }
}

extension TensorOperation {
  fileprivate var attributeTree: AttributeTree { get throws { try AttributeTree(self) } }

  /// An operation of this kind with other attributes.
  fileprivate func with(attributes: AttributeTree) throws -> any TensorOperation {
    try attributes.decoded(as: Self.self)
  }
}

extension Tensor {
  /// Whether all elements are the same bytes.
  fileprivate var isUniform: Bool {
    elementCount == 0
      || hasSameBytes(
        as: with(source: nil).reshaped(-1).sliced(axis: 0, to: 1).expanded(to: [elementCount]).reshaped(to: shape))
  }

  /// This tensor's number throughout another shape, in memory of its own.
  fileprivate func filling(_ shape: Shape) -> Tensor {
    if shape == self.shape { return self }
    let number = elementCount == 0 ? Tensor(zeros: [1], dtype: dtype) : reshaped(-1).sliced(axis: 0, to: 1)
    return number.reshaped(to: []).expanded(to: shape).inRowMajorOrder()
  }
}

extension TensorError {
  fileprivate static func moving(_ expected: String, _ got: String?) -> TensorError {
    TensorError(
      .unsupported, operation: "recording", expected: "\(expected), for batches of any size", got: got ?? "others",
      hint: "freeze the model for examples of the sizes that are to come: `model.frozen(for: one, eight)`")
  }

  fileprivate static func noBatch(_ inputs: [Tensor]) -> TensorError {
    TensorError(
      .shape, operation: "recording", operands: inputs.enumerated().map { ("input \($0)", $1.spec) },
      expected: "inputs with a first axis of one size, from 1: the batch", got: inputs.isEmpty ? "no input" : "others")
  }
}
