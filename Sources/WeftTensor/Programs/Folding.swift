extension Program {
  /// This program with what follows from constants alone computed, and without what no result needs. Slots keep their
  /// numbers.
  ///
  /// - Parameters:
  ///   - dropsUnread: Whether operations that no result needs are left out; they may still refuse what they get.
  ///   - isKept: The steps that are not to be computed, by their place.
  /// - Throws: `TensorError` for an operation that does not run on the program's constants.
  func folded(
    droppingUnread dropsUnread: Bool = true, keeping isKept: (Int) -> Bool = { _ in false }
  ) throws(TensorError) -> Program {
    let needed = dropsUnread ? neededSteps : steps.map { _ in true }
    var values: [Int: Tensor] = Dictionary(uniqueKeysWithValues: constants.map { ($0.slot, $0.value) })
    let later = try Self.replaying { scope throws(TensorError) in
      var later: [Int] = []
      for (place, step) in steps.enumerated() where needed[place] {
        let operands = step.inputs.compactMap { values[$0.slot]?.counted(as: $0.spec) }
        guard operands.count == step.inputs.count, !operands.isEmpty, step.draw == nil, !isKept(place) else {
          later.append(place)
          continue
        }
        let call = Call(step.operation, operands, Modes.current)
        let found = call.proceedBehindEvaluator(step.inputs.map(\.spec), step.outputs.map { slots[$0] })
        if let error = scope.error { throw error.inModule(step.modulePath) }
        for (slot, value) in zip(step.outputs, found) { values[slot] = value }
      }
      return later
    }
    return keeping(later, values)
  }

  /// This program with some of its steps, by their place, and values for the slots that the others filled.
  private func keeping(_ places: [Int], _ values: [Int: Tensor]) -> Program {
    let steps = places.map { self.steps[$0] }
    // Constants that only others were computed from are let go.
    let read = Set((steps.flatMap(\.inputs) + results + effects.flatMap(\.readings)).map(\.slot))
    let names = Dictionary(uniqueKeysWithValues: constants.map { ($0.slot, $0.name) })
    let constants = values.filter { read.contains($0.key) }.sorted { $0.key < $1.key }
      .map { Constant(slot: $0, name: names[$0] ?? "", value: $1) }
    let effects = effects.map { effect in
      var effect = effect
      effect.place = places.prefix { $0 < effect.place }.count
      return effect
    }
    return Program(
      slots: slots, inputs: inputs, constants: constants, steps: steps, results: results, effects: effects,
      cells: cells, acts: acts, drawCount: drawCount)
  }

  /// Which steps the results and effects need.
  private var neededSteps: [Bool] {
    var isNeeded = Array(repeating: false, count: slots.count)
    for reading in results + effects.flatMap(\.readings) { isNeeded[reading.slot] = true }
    var found = Array(repeating: false, count: steps.count)
    for (place, step) in steps.enumerated().reversed() where step.outputs.contains(where: { isNeeded[$0] }) {
      found[place] = true
      for input in step.inputs { isNeeded[input.slot] = true }
    }
    return found
  }

  /// Runs `body` as programs are run: nothing is recorded for gradients, and misuse goes to the scope that it gets.
  ///
  /// - Parameter isSeen: Whether a recording that runs now sees the calls.
  static func replaying<Result>(
    isSeen: Bool = false, _ body: (ErrorScope) throws(TensorError) -> Result
  ) throws(TensorError) -> Result {
    let scope = ErrorScope()
    let modes = Modes.current.with { modes in
      modes.isRecording = false
      modes.errorScope = scope
      modes.autocast = nil
      if !isSeen { modes.recorder = nil }
    }
    // `withValue` throws any error.
    let outcome = Modes.$current.withValue(modes) { () -> Swift.Result<Result, TensorError> in
      do throws(TensorError) { return .success(try body(scope)) } catch { return .failure(error) }
    }
    return try outcome.get()
  }
}

extension Tensor {
  /// The same elements, counting where types are promoted as a tensor of `spec` does.
  func counted(as spec: TensorSpec) -> Tensor {
    if isWeakScalar == spec.isWeakScalar, view.countsAsScalar == spec.countsAsScalar { return self }
    var counted = with(source: nil)
    counted.view = view.counted(asWeakScalar: spec.isWeakScalar).counted(asScalar: spec.countsAsScalar)
    return counted
  }
}
