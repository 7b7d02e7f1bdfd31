/// A program made ready for many runs: what follows from constants alone is computed, operations whose results nobody
/// reads are gone, and each value is let go after its last reader, so that the memory pool gives the same blocks again
/// in every run. A run asks no rule for shapes and records nothing; any number of threads may run one plan at once.
package struct Plan: Sendable {
  /// The shapes and types that a run takes, in order.
  package let inputSpecs: [TensorSpec]
  private let inputs: [Int]
  private let results: [Program.Reading]
  private let steps: [PlannedOperation]
  /// The slots that nobody reads after each step.
  private let lastReads: [[Int]]
  /// What stands in each slot before a run: the constants.
  private let values: [Tensor?]
  private let launchers: LauncherPool

  /// - Parameters:
  ///   - isExact: Whether results are the run's to the bit; otherwise normalizations become parts of the products before
  ///     them.
  ///   - joins: Whether neighbouring formulas become one, which changes no bit.
  /// - Throws: `TensorError` for an operation that does not run on the program's constants.
  package init(_ program: Program, isExact: Bool = true, joins: Bool = true) throws(TensorError) {
    let folded = try program.folded()
    let program = isExact ? folded : try folded.foldingAffines()
    inputs = program.inputs
    inputSpecs = program.inputs.map { program.slots[$0] }
    results = program.results
    let planned = program.planned(joins: joins).compactMap { $0 }
    lastReads = PlannedOperation.lastReads(planned.map(\.slots), before: results, slotCount: program.slots.count)
    steps = zip(planned, lastReads).map { $0.overwriting($1) }
    var values: [Tensor?] = Array(repeating: nil, count: program.slots.count)
    for constant in program.constants { values[constant.slot] = constant.value }
    self.values = values
    launchers = LauncherPool(byteCount: program.steps.flatMap(\.outputs).reduce(0) { $0 + program.slots[$1].byteCount })
  }

  /// How many operations a run consists of; those that were joined are one.
  package var count: Int { steps.count }

  /// How many calls of kernels a run makes by themselves; 0 where it is not launched.
  package var launchCount: Int { launchers.launchCount }

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
      var run = PlanRun(values, scope)
      for (slot, input) in zip(self.inputs, inputs) { run.values[slot] = input }
      let launched = launchers.launch(&run, perform: { perform($0, &$1) }, note: { note(&$0, in: $1) })
      for place in (launched ?? steps.count)..<steps.count where !scope.hasFailed {
        perform(place, &run)
        for slot in lastReads[place] { run.values[slot] = nil }
      }
      if let error = scope.error { throw run.failedModule.map(error.inModule) ?? error }
      return results.compactMap { run.values[$0.slot]?.counted(as: $0.spec) }
    }
  }

  private func perform(_ place: Int, _ run: inout PlanRun) {
    steps[place].run(&run.values, run.modes)
    if run.scope.hasFailed { run.failedModule = steps[place].modulePath }
  }

  private func note(_ run: inout PlanRun, in launches: LaunchList) -> NotedRun {
    var calls: [Range<Int>?] = []
    for place in steps.indices where !run.scope.hasFailed {
      var noted: Range<Int>?
      if steps[place].isKernels {
        noted = launches.notes { steps[place].run(&run.values, run.modes, overwrites: false) }
      } else {
        steps[place].run(&run.values, run.modes, overwrites: false)
      }
      if run.scope.hasFailed { run.failedModule = steps[place].modulePath }
      calls.append(noted)
    }
    let handedOut = steps.filter { !$0.isKernels }.flatMap { $0.inputs.map(\.slot) }
    return NotedRun(
      items: steps.map { ($0.inputs.map(\.slot), $0.outputs) }, calls: calls, values: run.values,
      constants: values.indices.filter { values[$0] != nil }, inputs: inputs, results: results.map(\.slot),
      escaping: Set(results.map(\.slot) + handedOut), read: [])
  }

  /// The inputs in row-major order, as they were recorded.
  private func checked(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
    guard fits(inputs) else { throw .misfit([inputSpecs], inputs) }
    if let stranger = inputs.first(where: { !$0.isPlain }) { throw .batched("frozen", stranger) }
    RunningRecordings.noteUse(of: inputs)
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

extension Plan: CustomStringConvertible {
  /// What is run, in order: `%4 = affine → relu(%0, %1, %2, %3)` where two operations were joined.
  package var description: String { steps.map(\.description).joined(separator: "\n") }
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
}
