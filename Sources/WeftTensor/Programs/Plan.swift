/// A program made ready for many runs: what follows from constants alone is computed, operations whose results nobody
/// reads are gone, and each value is let go after its last reader, so that the memory pool gives the same blocks again
/// in every run. A run asks no rule for shapes and records nothing; any number of threads may run one plan at once.
package struct Plan: Sendable {
  /// One operation with what a run needs to know of it.
  private struct Step: Sendable {
    let operation: any TensorOperation
    let inputs: [Program.Reading]
    let inputSpecs: [TensorSpec]
    let outputs: [Int]
    let specs: [TensorSpec]
    let modulePath: String
    /// The results that are large enough to ask whether there is room for them.
    let large: [TensorSpec]
    /// The slots that nobody reads after this.
    var lastReads: [Int] = []
  }

  /// The shapes and types that a run takes, in order.
  package let inputSpecs: [TensorSpec]
  private let inputs: [Int]
  private let results: [Program.Reading]
  private var steps: [Step]
  /// What stands in each slot before a run: the constants.
  private let values: [Tensor?]

  /// - Parameter isExact: Whether results are the run's to the bit; otherwise normalizations become parts of the
  ///   products before them.
  /// - Throws: `TensorError` for an operation that does not run on the program's constants.
  package init(_ program: Program, isExact: Bool = true) throws(TensorError) {
    let folded = try program.folded()
    let program = isExact ? folded : try folded.foldingAffines()
    inputs = program.inputs
    inputSpecs = program.inputs.map { program.slots[$0] }
    results = program.results
    steps = program.steps.map { step in
      Step(
        operation: step.operation, inputs: step.inputs, inputSpecs: step.inputs.map(\.spec), outputs: step.outputs,
        specs: step.outputs.map { program.slots[$0] }, modulePath: step.modulePath,
        large: step.outputs.map { program.slots[$0] }.filter { $0.byteCount > 1 << 20 })
    }
    var values: [Tensor?] = Array(repeating: nil, count: program.slots.count)
    for constant in program.constants { values[constant.slot] = constant.value }
    self.values = values
    letGoEarly()
  }

  private mutating func letGoEarly() {
    var isRead = Array(repeating: false, count: values.count)
    for result in results { isRead[result.slot] = true }
    for place in steps.indices.reversed() {
      let slots = Set(steps[place].inputs.map(\.slot) + steps[place].outputs)
      steps[place].lastReads = slots.filter { !isRead[$0] }.sorted()
      for slot in slots { isRead[slot] = true }
    }
  }

  /// How many operations a run consists of.
  package var count: Int { steps.count }

  /// Whether a run takes inputs of these shapes and types.
  package func fits(_ inputs: [Tensor]) -> Bool {
    inputs.count == inputSpecs.count
      && zip(inputs, inputSpecs).allSatisfy { $0.shape == $1.shape && $0.dtype == $1.dtype }
  }

  /// The results for inputs of the plan's shapes and types.
  /// - Throws: `TensorError` for inputs of others, and for what an operation refuses by the numbers (an index out of
  ///   range).
  package func run(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
    let inputs = try checked(inputs)
    return try Program.replaying(isSeen: true) { scope throws(TensorError) in
      var values = values
      for (slot, input) in zip(self.inputs, inputs) { values[slot] = input }
      let modes = Modes.current
      for step in steps {
        for spec in step.large where !MemoryPool.shared.hasRoom(for: spec.byteCount) {
          throw TensorError.outOfMemory(spec, operation: type(of: step.operation).name).inModule(step.modulePath)
        }
        guard run(step, &values, modes), scope.error == nil else {
          throw scope.error?.inModule(step.modulePath) ?? .operandMissing(step.operation)
        }
      }
      return results.compactMap { values[$0.slot]?.counted(as: $0.spec) }
    }
  }

  /// Fills the slots of the results; false where an operand is missing. Who looks on at calls sees this one too.
  private func run(_ step: Step, _ values: inout [Tensor?], _ modes: Modes) -> Bool {
    var operands: [Tensor] = []
    operands.reserveCapacity(step.inputs.count)
    for input in step.inputs {
      guard let value = values[input.slot] else { return false }
      operands.append(value.counted(as: input.spec))
    }
    let placed = modes.profiler == nil ? modes : modes.with { $0.modulePath = step.modulePath }
    let found = Call(step.operation, operands, placed).proceedBehindEvaluator(step.inputSpecs, step.specs)
    guard found.count >= step.outputs.count else { return false }
    for (slot, output) in zip(step.outputs, found) { values[slot] = output }
    for slot in step.lastReads { values[slot] = nil }
    return true
  }

  /// The inputs in row-major order, as they were recorded.
  private func checked(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
    guard fits(inputs) else { throw .misfit([inputSpecs], inputs) }
    if let stranger = inputs.first(where: { !$0.isPlain }) { throw .batched("frozen", stranger) }
    for input in inputs where !input.isContiguous && input.spec.byteCount > 1 << 20 {
      guard MemoryPool.shared.hasRoom(for: input.spec.byteCount) else {
        throw .outOfMemory(input.spec, operation: "frozen")
      }
    }
    return zip(inputs, inputSpecs).map { input, spec in
      (input.isContiguous ? input.with(source: nil) : input.inRowMajorOrder()).counted(as: spec)
    }
  }
}

extension TensorError {
  /// Inputs of other shapes or types than a program was made for.
  package static func misfit(
    _ specs: [[TensorSpec]], _ inputs: [Tensor], addition: String = "", hint: String = ""
  ) -> TensorError {
    func text(_ specs: [TensorSpec]) -> String {
      specs.isEmpty ? "no input" : specs.map { "\($0)" }.joined(separator: ", ")
    }
    return TensorError(
      .shape, operation: "frozen", operands: inputs.enumerated().map { ("input \($0)", $1.spec) },
      expected: specs.map(text).joined(separator: " or ") + addition, got: text(inputs.map(\.spec)), hint: hint)
  }

  fileprivate static func operandMissing(_ operation: any TensorOperation) -> TensorError {
    TensorError(
      .unsupported, operation: type(of: operation).name, expected: "a program whose steps follow from each other",
      got: "one that reads a slot which nothing fills")
  }
}
