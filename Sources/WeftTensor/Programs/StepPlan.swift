/// A recorded step of training made ready for many runs, as `Plan` is for inference: operations in their order, and
/// between them, where the step did so, what outlasts it is read and written, random streams are taken and library
/// objects do their part again.
package struct StepPlan {
  private enum Item {
    case operation(PlannedOperation)
    case effect(Program.Effect.Kind)
  }

  private let inputs: [Program.Reading]
  private let results: [Program.Reading]
  private var items: [Item] = []
  /// The slots that nobody reads after each item.
  private var lastReads: [[Int]] = []
  private let slots: [TensorSpec]
  private let launcher: PlanLauncher
  /// What stands in each slot before a run: the constants.
  private let values: [Tensor?]
  private let cells: [any Cell]
  private let acts: [Outside.Act]
  private let drawCount: Int

  /// - Parameters:
  ///   - program: What `outside` was changed by.
  ///   - joins: Whether neighbouring formulas become one, which changes no bit.
  /// - Throws: `TensorError` for an operation that does not run on the program's constants.
  package init(_ recorded: Program, changing outside: Outside, joins: Bool = true) throws(TensorError) {
    let program = try recorded.folded(droppingUnread: false)
    inputs = program.inputs.map { Program.Reading(slot: $0, spec: program.slots[$0]) }
    results = program.results
    (slots, cells, acts) = (program.slots, outside.cells, outside.acts)
    drawCount = program.drawCount
    var values: [Tensor?] = Array(repeating: nil, count: program.slots.count)
    for constant in program.constants { values[constant.slot] = constant.value }
    self.values = values
    launcher = PlanLauncher(byteCount: program.steps.flatMap(\.outputs).reduce(0) { $0 + program.slots[$1].byteCount })
    order(program, program.planned(joins: joins))
    lastReads = PlannedOperation.lastReads(items.map(Self.touchedSlots), before: results, slotCount: slots.count)
    for (place, dying) in lastReads.enumerated() {
      if case .operation(let operation) = items[place] { items[place] = .operation(operation.overwriting(dying)) }
    }
  }

  private mutating func order(_ program: Program, _ planned: [PlannedOperation?]) {
    var effects = program.effects[...]
    for place in 0...program.steps.count {
      while let effect = effects.first, effect.place <= place { items.append(.effect(effects.removeFirst().kind)) }
      guard place < program.steps.count else { return }
      if let operation = planned[place] { items.append(.operation(operation)) }
    }
  }

  private static func touchedSlots(of item: Item) -> [Int] {
    switch item {
    case .operation(let operation): operation.slots
    case .effect(let kind): kind.readings.map(\.slot) + (kind.filledSlot.map { [$0] } ?? [])
    }
  }

  /// How many operations a run consists of; those that were joined are one.
  package var count: Int { operations.count }

  /// How many calls of kernels a run makes by themselves; 0 where it is not launched.
  package var launchCount: Int { launcher.launchCount }

  private var operations: [PlannedOperation] {
    items.compactMap { if case .operation(let operation) = $0 { operation } else { nil } }
  }
}

extension StepPlan: CustomStringConvertible {
  /// The operations that are run, in order: `%4 = multiply → add(%0, %1, %2)` where two were joined.
  package var description: String { operations.map(\.description).joined(separator: "\n") }
}

extension StepPlan {
  /// The results for inputs of the shapes and types that were recorded.
  ///
  /// After a failure it does what the step does as it stands, in which operations do nothing then: library objects are
  /// still called (they find the failure, and leave things as they are), gradients are forgotten, streams are taken.
  /// - Throws: `TensorError` for what an operation refuses by the numbers (an index out of range), or a library object.
  package func run(_ inputs: [Tensor]) throws(TensorError) -> [Tensor] {
    RunningRecordings.noteUse(of: inputs)
    return try Program.replaying { scope throws(TensorError) in
      var run = PlanRun(values, scope)
      for (reading, input) in zip(self.inputs, inputs) {
        let plain = input.with(source: nil)
        run.values[reading.slot] = (plain.isDense ? plain : plain.cloned()).counted(as: reading.spec)
      }
      let launched = launcher.launch(&run, perform: { perform($0, &$1) }, note: { note(&$0, in: $1) })
      for place in (launched ?? items.count)..<items.count {
        perform(place, &run)
        for slot in lastReads[place] { run.values[slot] = nil }
      }
      if drawCount > 0 { _ = run.stream(drawCount - 1) }
      if let error = scope.error { throw run.failedModule.map(error.inModule) ?? error }
      return results.compactMap { run.values[$0.slot]?.counted(as: $0.spec) }
    }
  }

  /// Does what the item at a place is.
  private func perform(_ place: Int, _ run: inout PlanRun) {
    switch items[place] {
    case .effect(.perform(let act)): acts[act].run()
    case .effect(.write(let cell, nil)): cells[cell].setContent(nil)
    case _ where run.scope.hasFailed: break
    case .operation(let operation):
      let stream = operation.draw.map { run.stream($0) }
      operation.run(&run.values, run.modes, drawing: stream)
      if run.scope.hasFailed { run.failedModule = operation.modulePath }
    case .effect(let kind): perform(kind, &run)
    }
  }

  /// Runs everything with the calls of kernels noted, and keeps each value.
  private func note(_ run: inout PlanRun, in launches: LaunchList) -> NotedRun {
    var calls: [Range<Int>?] = []
    for place in items.indices {
      var noted: Range<Int>?
      if case .operation(let operation) = items[place], operation.isKernels, !run.scope.hasFailed {
        noted = launches.notes { operation.run(&run.values, run.modes, overwrites: false) }
        if run.scope.hasFailed { run.failedModule = operation.modulePath }
      } else {
        perform(place, &run)
      }
      calls.append(noted)
    }
    let effects = items.compactMap { if case .effect(let kind) = $0 { kind } else { nil } }
    let written = effects.flatMap { if case .write(_, let reading?) = $0 { [reading.slot] } else { [Int]() } }
    let handedOut = operations.filter { !$0.isKernels }.flatMap { $0.inputs.map(\.slot) }
    let read = effects.compactMap { if case .read(let slot, _) = $0 { slot } else { nil } }
    return NotedRun(
      items: items.map(Self.slots), calls: calls, values: run.values,
      constants: values.indices.filter { values[$0] != nil }, inputs: inputs.map(\.slot), results: results.map(\.slot),
      escaping: Set(results.map(\.slot) + written + handedOut),
      read: Set(read))
  }

  private static func slots(of item: Item) -> NotedRun.Slots {
    switch item {
    case .operation(let operation): (operation.inputs.map(\.slot), operation.outputs)
    case .effect(let kind): (kind.readings.map(\.slot), kind.filledSlot.map { [$0] } ?? [])
    }
  }

  private func perform(_ kind: Program.Effect.Kind, _ run: inout PlanRun) {
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

  private func perform(_ update: Program.Effect.Update, _ run: inout PlanRun) {
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
