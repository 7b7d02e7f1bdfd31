/// One operation of a program with what a run needs to know of it, so that the run asks no rule for shapes.
struct PlannedOperation: Sendable {
  let operation: any TensorOperation
  let inputs: [Program.Reading]
  let outputs: [Int]
  let modulePath: String
  /// Which of the run's random streams it draws from, if from one that each run takes anew.
  let draw: Int?
  private let random: (any RandomOperation)?
  private let inputSpecs: [TensorSpec]
  private let specs: [TensorSpec]
  /// The results that are large enough to ask whether there is room for them.
  private let large: [TensorSpec]

  /// - Parameter slots: The shapes and types of the program's slots.
  init(_ step: Program.Step, _ slots: [TensorSpec]) {
    (operation, inputs, outputs) = (step.operation, step.inputs, step.outputs)
    (modulePath, draw, random) = (step.modulePath, step.draw, step.operation as? any RandomOperation)
    inputSpecs = step.inputs.map(\.spec)
    specs = step.outputs.map { slots[$0] }
    large = specs.filter { $0.byteCount > 1 << 20 }
  }

  /// The slots that it reads and fills.
  var slots: [Int] { inputs.map(\.slot) + outputs }

  /// Fills the slots of the results; what goes wrong is reported. Who looks on at calls sees this one too.
  ///
  /// - Parameter stream: What it draws from, where it has a `draw`.
  func run(_ values: inout [Tensor?], _ modes: Modes, drawing stream: RandomStream? = nil) {
    for spec in large where !MemoryPool.shared.hasRoom(for: spec.byteCount) {
      return report(.outOfMemory(spec, operation: type(of: operation).name))
    }
    var operands: [Tensor] = []
    operands.reserveCapacity(inputs.count)
    for input in inputs {
      guard let value = values[input.slot] else { return report(.slotIsEmpty(input.slot)) }
      operands.append(value.counted(as: input.spec))
    }
    let operation = stream.flatMap { random?.drawing(from: $0) } ?? operation
    let placed = modes.profiler == nil ? modes : modes.with { $0.modulePath = modulePath }
    let found = Call(operation, operands, placed).proceedBehindEvaluator(inputSpecs, specs)
    for (slot, output) in zip(outputs, found) { values[slot] = output }
  }

  /// The slots that nobody reads after each of some items of a program, by the slots that each reads and fills.
  static func lastReads(_ touched: [[Int]], before results: [Program.Reading], slotCount: Int) -> [[Int]] {
    var isRead = Array(repeating: false, count: slotCount)
    for result in results { isRead[result.slot] = true }
    var found = touched
    for place in touched.indices.reversed() {
      let slots = Set(touched[place])
      found[place] = slots.filter { !isRead[$0] }.sorted()
      for slot in slots { isRead[slot] = true }
    }
    return found
  }
}

extension TensorError {
  static func slotIsEmpty(_ slot: Int) -> TensorError {
    TensorError(
      .unsupported, operation: "program", expected: "a program whose steps follow from each other",
      got: "one that reads slot %\(slot), which nothing filled")
  }
}
