/// One operation of a program with what a run needs to know of it, so that the run asks no rule for shapes; or several,
/// whose formulas were joined (`Joining.swift`).
struct PlannedOperation: Sendable {
  let operation: any TensorOperation
  let inputs: [Program.Reading]
  let outputs: [Int]
  let modulePath: String
  /// Which of the run's random streams it draws from, if from one that each run takes anew.
  let draw: Int?
  /// The operations that were joined into this one, in order; none where it is one of the program's.
  let parts: [PlannedOperation]
  /// The formula that the operation's kernel applies in its last pass (`Finishing.swift`).
  let finish: Finish?
  private let random: (any RandomOperation)?
  private let inputSpecs: [TensorSpec]
  private let specs: [TensorSpec]
  /// The results that are large enough to ask whether there is room for them.
  private let large: [TensorSpec]
  let formula: FormulaStep?
  private var overwriting: Overwriting?
  private let convolution: PlannedConvolution?

  /// - Parameter slots: The shapes and types of the program's slots.
  init(_ step: Program.Step, _ slots: [TensorSpec], parts: [PlannedOperation] = []) {
    (operation, inputs, outputs, self.parts) = (step.operation, step.inputs, step.outputs, parts)
    (modulePath, draw, random) = (step.modulePath, step.draw, step.operation as? any RandomOperation)
    finish = nil
    inputSpecs = step.inputs.map(\.spec)
    specs = step.outputs.map { slots[$0] }
    large = specs.filter { $0.byteCount > 1 << 20 }
    formula = FormulaStep(step, slots)
    convolution = parts.isEmpty ? PlannedConvolution(operation, inputSpecs, nil, as: specs) : nil
  }

  /// A product and the formula that alone reads its result, as one.
  init(_ product: PlannedOperation, finishedBy formula: PlannedOperation, _ finish: Finish) {
    (operation, outputs, modulePath) = (product.operation, formula.outputs, product.modulePath)
    inputs = product.inputs + formula.inputs.filter { $0.slot != product.outputs[0] }
    parts = [product] + (formula.parts.isEmpty ? [formula] : formula.parts)
    (draw, random, self.formula) = (nil, nil, nil)
    (inputSpecs, specs, large) = (product.inputSpecs, formula.specs, formula.large)
    self.finish = finish
    convolution = PlannedConvolution(operation, inputs.map(\.spec), finish, as: specs)
  }

  /// The same where some slots are not read afterwards: a formula may write over what stands there.
  func overwriting(_ dying: [Int]) -> PlannedOperation {
    var planned = self
    planned.overwriting = Overwriting(formula, of: inputs, as: specs, dying: dying)
    return planned
  }

  /// Whether a run is the same calls of kernels each time, but for conditions on numbers: one of the library's, that draws
  /// no random numbers. Others may do what they like, as counting their calls.
  var isKernels: Bool {
    let kind = type(of: operation)
    return draw == nil && (operation is FormulaMap || OperationList.operation(named: kind.name) == kind)
  }

  /// The slots that it reads and fills.
  var slots: [Int] { inputs.map(\.slot) + outputs }

  /// Fills the slots of the results; what goes wrong is reported. Who looks on at calls sees this one too.
  ///
  /// - Parameters:
  ///   - stream: What it draws from, where it has a `draw`.
  ///   - overwrites: Whether a formula may write over what nobody reads afterwards.
  func run(
    _ values: inout [Tensor?], _ modes: Modes, drawing stream: RandomStream? = nil, overwrites: Bool = true
  ) {
    if let convolution, modes.runsKernelsAlone, modes.seesWholeOperations, hasRoom,
      let result = convolution.run(inputs, values)
    {
      return values[outputs[0]] = result
    }
    var operands: [Tensor] = []
    operands.reserveCapacity(inputs.count)
    for input in inputs {
      guard let value = values[input.slot] else { return report(.slotIsEmpty(input.slot)) }
      operands.append(value.counted(as: input.spec))
    }
    if !parts.isEmpty, !modes.seesWholeOperations || !keepsLayout(operands) { return runParts(&values, modes) }
    let pass = finish?.pass(&operands)
    if overwrites, let overwriting, modes.runsKernelsAlone {
      overwriting.release(inputs, from: &values)
      if let result = overwriting.run(&operands) { return values[outputs[0]] = result }
    }
    for spec in large where !MemoryPool.shared.hasRoom(for: spec.byteCount) {
      return report(.outOfMemory(spec, operation: type(of: operation).name))
    }
    let operation = stream.flatMap { random?.drawing(from: $0) } ?? operation
    let placed = modes.profiler == nil ? modes : modes.with { $0.modulePath = modulePath }
    let found = Call(operation, operands, placed, finishedBy: pass).proceedBehindEvaluator(inputSpecs, specs)
    for (slot, output) in zip(outputs, found) { values[slot] = output }
  }

  /// Whether there is room for large results, as far as can be said before.
  private var hasRoom: Bool { large.allSatisfy { MemoryPool.shared.hasRoom(for: $0.byteCount) } }

  /// Runs what was joined one by one.
  private func runParts(_ values: inout [Tensor?], _ modes: Modes) {
    for part in parts { part.run(&values, modes) }
    for slot in parts.flatMap(\.outputs) where !outputs.contains(slot) { values[slot] = nil }
  }

  /// Whether the results lie in memory as they do where the parts run one by one: each part's results lie as the first
  /// operand of their shape does, without gaps, and those of the next as these.
  private func keepsLayout(_ operands: [Tensor]) -> Bool {
    guard finish == nil, let model = operands.first, model.shape == specs[0].shape, !model.isContiguous else {
      return true
    }
    return Layout.isSettled(model.shape, model.strides)
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

extension PlannedOperation: CustomStringConvertible {
  /// `%4 = affine → relu(%0, %1, %2, %3)`: what was joined, in order, and what it reads.
  var description: String {
    let names = (parts.isEmpty ? [self] : parts).map { type(of: $0.operation).name }
    let (results, operands) = (outputs.map { "%\($0)" }, inputs.map { "%\($0.slot)" })
    return "\(results.joined(separator: ", ")) = \(names.joined(separator: " → "))(\(operands.joined(separator: ", ")))"
  }
}

extension Modes {
  /// Whether nobody looks on who is to see each operation of a program by itself: what is recorded of a replay is the
  /// program that was recorded, and a value that is not finite is said to be an operation's.
  fileprivate var seesWholeOperations: Bool { recorder == nil && !detectsAnomalies }

  /// Whether nobody looks on at calls, and nobody takes their time: kernels may be called by themselves.
  var launchesKernels: Bool { seesWholeOperations && runsKernelsAlone && profiler == nil }

  /// Whether nobody looks on at calls at all.
  fileprivate var runsKernelsAlone: Bool { evaluatorPlace + 1 == interpreters.count }
}

extension TensorError {
  static func slotIsEmpty(_ slot: Int) -> TensorError {
    TensorError(
      .unsupported, operation: "program", expected: "a program whose steps follow from each other",
      got: "one that reads slot %\(slot), which nothing filled")
  }
}
