/// A recorded step of training made ready for many runs, as `Plan` is for inference: operations in their order, and
/// between them, where the step did so, what outlasts it is read and written, random streams are taken and library
/// objects do their part again.
package struct StepPlan {
  private enum Item {
    case operation(Operation)
    case effect(Program.Effect.Kind)
  }

  /// One operation with what a run needs to know of it.
  private struct Operation {
    let operation: any TensorOperation
    let inputs: [Program.Reading]
    let inputSpecs: [TensorSpec]
    let outputs: [Int]
    let specs: [TensorSpec]
    let modulePath: String
    let draw: Int?
    /// The results that are large enough to ask whether there is room for them.
    let large: [TensorSpec]
  }

  private let inputs: [Program.Reading]
  private let results: [Program.Reading]
  private var items: [Item] = []
  /// The slots that nobody reads after each item.
  private var lastReads: [[Int]] = []
  private let slots: [TensorSpec]
  /// What stands in each slot before a run: the constants.
  private let values: [Tensor?]
  private let cells: [any Cell]
  private let acts: [Outside.Act]
  private let drawCount: Int

  /// - Parameters:
  ///   - program: What `outside` was changed by.
  /// - Throws: `TensorError` for an operation that does not run on the program's constants.
  package init(_ recorded: Program, changing outside: Outside) throws(TensorError) {
    let program = try recorded.folded(droppingUnread: false)
    inputs = program.inputs.map { Program.Reading(slot: $0, spec: program.slots[$0]) }
    results = program.results
    (slots, cells, acts) = (program.slots, outside.cells, outside.acts)
    drawCount = program.drawCount
    var values: [Tensor?] = Array(repeating: nil, count: program.slots.count)
    for constant in program.constants { values[constant.slot] = constant.value }
    self.values = values
    order(program)
    letGoEarly(program)
  }

  private mutating func order(_ program: Program) {
    var effects = program.effects[...]
    for place in 0...program.steps.count {
      while let effect = effects.first, effect.place <= place { items.append(.effect(effects.removeFirst().kind)) }
      guard place < program.steps.count else { return }
      let step = program.steps[place]
      let specs = step.outputs.map { program.slots[$0] }
      items.append(
        .operation(
          Operation(
            operation: step.operation, inputs: step.inputs, inputSpecs: step.inputs.map(\.spec), outputs: step.outputs,
            specs: specs, modulePath: step.modulePath, draw: step.draw, large: specs.filter { $0.byteCount > 1 << 20 }))
      )
    }
  }

  private mutating func letGoEarly(_ program: Program) {
    var isRead = Array(repeating: false, count: values.count)
    for result in results { isRead[result.slot] = true }
    lastReads = Array(repeating: [], count: items.count)
    for place in items.indices.reversed() {
      let slots = Set(touchedSlots(of: items[place]))
      lastReads[place] = slots.filter { !isRead[$0] }.sorted()
      for slot in slots { isRead[slot] = true }
    }
  }

  private func touchedSlots(of item: Item) -> [Int] {
    switch item {
    case .operation(let operation): operation.inputs.map(\.slot) + operation.outputs
    case .effect(let kind):
      Program.Effect(place: 0, kind: kind).readings.map(\.slot)
        + [Program.Effect(place: 0, kind: kind).filledSlot].compactMap { $0 }
    }
  }

  /// How many operations a run consists of.
  package var count: Int { items.count { if case .operation = $0 { true } else { false } } }
}

extension StepPlan {
  /// What changes while a run goes on.
  private struct Run {
    var values: [Tensor?]
    var streams: [RandomStream] = []

    /// The stream with a number; all before it are taken first, in the order of the recorded run.
    mutating func stream(_ number: Int) -> RandomStream {
      while streams.count <= number { streams.append(Random.nextStream()) }
      return streams[number]
    }
  }

  /// The results for inputs of the shapes and types that were recorded.
  ///
  /// After a failure it does what the step does as it stands, in which operations do nothing then: library objects are
  /// still called (they find the failure, and leave things as they are), gradients are forgotten, streams are taken.
  /// - Throws: `TensorError` for what an operation refuses by the numbers (an index out of range), or a library object.
  package func run(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
    try Program.replaying { scope throws(TensorError) in
      var run = Run(values: values)
      for (reading, input) in zip(self.inputs, inputs) {
        let plain = input.with(source: nil)
        run.values[reading.slot] = (plain.isDense ? plain : plain.cloned()).counted(as: reading.spec)
      }
      let modes = Modes.current
      var failedModule: String?
      for place in items.indices {
        switch items[place] {
        case .effect(.perform(let act)): acts[act].run()
        case .effect(.write(let cell, nil)): cells[cell].setContent(nil)
        case _ where scope.hasFailed: break
        case .operation(let operation):
          perform(operation, &run, modes)
          if scope.hasFailed { failedModule = operation.modulePath }
        case .effect(let kind): perform(kind, &run)
        }
        for slot in lastReads[place] { run.values[slot] = nil }
      }
      if drawCount > 0 { _ = run.stream(drawCount - 1) }
      if let error = scope.error { throw failedModule.map(error.inModule) ?? error }
      return results.compactMap { run.values[$0.slot]?.counted(as: $0.spec) }
    }
  }

  private func perform(_ step: Operation, _ run: inout Run, _ modes: Modes) {
    for spec in step.large where !MemoryPool.shared.hasRoom(for: spec.byteCount) {
      return report(.outOfMemory(spec, operation: type(of: step.operation).name))
    }
    var operands: [Tensor] = []
    operands.reserveCapacity(step.inputs.count)
    for input in step.inputs {
      guard let value = run.values[input.slot] else { return report(.slotIsEmpty(input.slot)) }
      operands.append(value.counted(as: input.spec))
    }
    var operation = step.operation
    if let draw = step.draw, let random = operation as? any RandomOperation {
      operation = random.drawing(from: run.stream(draw))
    }
    let placed = modes.profiler == nil ? modes : modes.with { $0.modulePath = step.modulePath }
    let found = Call(operation, operands, placed).proceedBehindEvaluator(step.inputSpecs, step.specs)
    for (slot, output) in zip(step.outputs, found) { run.values[slot] = output }
  }

  private func perform(_ kind: Program.Effect.Kind, _ run: inout Run) {
    switch kind {
    case .fill(let slot, let distribution, let draw):
      run.values[slot] = Tensor(slots[slot], distribution, run.stream(draw), operation: "random")
    case .read(let slot, let cell):
      guard let content = cells[cell].content else { return report(.slotIsEmpty(slot)) }
      run.values[slot] = content
    case .write(let cell, let reading):
      guard let reading else { return cells[cell].setContent(nil) }
      guard let value = run.values[reading.slot] else { return report(.slotIsEmpty(reading.slot)) }
      cells[cell].setContent(value.counted(as: reading.spec))
    case .update(let update): perform(update, &run)
    case .perform(let act): acts[act].run()
    }
  }
  private func perform(_ update: Program.Effect.Update, _ run: inout Run) {
    let targets = update.cells.compactMap { cells[$0].uniqueContent() }
    guard targets.count == update.cells.count else { return }  // nothing is to be written now
    let operands = update.operands.compactMap { operand -> Tensor? in
      switch operand {
      case .slot(let reading): run.values[reading.slot]?.counted(as: reading.spec)
      case .cell(let cell): update.cells.firstIndex(of: cell).map { targets[$0] }
      }
    }
    update.formula.write(update.parameters, reading: operands, into: targets)
  }
}

extension TensorError {
  fileprivate static func slotIsEmpty(_ slot: Int) -> TensorError {
    TensorError(
      .unsupported, operation: "recorded step", expected: "a step whose operations follow from each other",
      got: "one that reads slot %\(slot), which nothing filled")
  }
}
