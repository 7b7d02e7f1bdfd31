import WeftNN
import WeftTensor

/// Turns a program into a graph, operation by operation.
struct ProgramExporter {
  let program: SizedProgram
  let graph: GraphWriter
  private var values: [Int: GraphValue] = [:]
  /// The slots whose value is known and the same in all recordings, and whether it has a name in Weft's files.
  private var known: [Int: (value: Tensor, isNamed: Bool)] = [:]
  private var obstacles: [ONNXExportError.Obstacle] = []

  init(_ program: SizedProgram, opset: Int) {
    self.program = program
    graph = GraphWriter(opset: opset, recordings: program.programs.count)
  }

  /// The graph with its inputs and results.
  /// - Parameter learned: The names of the parameters among the known values.
  /// - Throws: `ONNXExportError` with everything that cannot be exported.
  mutating func run(inputNames: [String], outputNames: [String], learned: Set<String>) throws -> ExportedGraph {
    let names = Set(program.base.constants.map(\.name))
    if let name = (inputNames + outputNames).first(where: { $0.isEmpty || names.contains($0) }) {
      throw ONNXExportError(call: "expected names of inputs and results that no parameter has, got '\(name)'")
    }
    guard Set(inputNames + outputNames).count == inputNames.count + outputNames.count else {
      throw ONNXExportError(call: "expected names that differ, got \(inputNames) and \(outputNames)")
    }
    for name in inputNames + outputNames { _ = graph.unique(name) }
    let inputs = zip(inputNames, program.base.inputs).map { name, slot in
      GraphValue(name: name, dtype: program.base.slots[slot].dtype, shapes: program.shapes(slot))
    }
    for (value, slot) in zip(inputs, program.base.inputs) { values[slot] = value }
    graph.freeSizes = program.axes.compactMap { axis in
      axis.places.first.map { (axis.sizes, inputs[$0.input], $0.axis) }
    }
    let needed = neededSteps
    let read = Set((needed.flatMap { program.base.steps[$0].inputs } + program.base.results).map(\.slot))
    for (place, constant) in program.base.constants.enumerated() where read.contains(constant.slot) {
      self.read(constant: place)
    }
    for place in needed { write(step: place) }
    let results = program.base.results.map { values[$0.slot] }
    if obstacles.isEmpty, results.contains(nil) {
      obstacles.append(.init(operation: "export", modulePath: "", reason: "a result that ONNX's operators do not give"))
    }
    guard obstacles.isEmpty else { throw ONNXExportError(obstacles) }
    return ExportedGraph(
      graph, inputs, results.compactMap { $0 }, outputNames, learned: learned, axes: program.axes)
  }

  /// The operations that the results need, in order; what a run computed beside them need not be exportable.
  private var neededSteps: [Int] {
    var needed = Set(program.base.results.map(\.slot))
    var found: [Int] = []
    for (place, step) in program.base.steps.enumerated().reversed() where step.outputs.contains(where: needed.contains)
    {
      found.append(place)
      needed.formUnion(step.inputs.map(\.slot))
    }
    return found.reversed()
  }

  private mutating func fail(_ operation: String, _ path: String, _ reason: String) {
    obstacles.append(ONNXExportError.Obstacle(operation: operation, modulePath: path, reason: reason))
  }

  private mutating func read(constant place: Int) {
    let constant = program.base.constants[place]
    let all = program.programs.map(\.constants[place].value)
    if !constant.name.isEmpty || all.dropFirst().allSatisfy({ $0.hasBytes(of: constant.value) }) {
      known[constant.slot] = (constant.value, !constant.name.isEmpty)
      values[constant.slot] = graph.initializer(constant.name, constant.value)
      return
    }
    do { values[constant.slot] = try graph.moving(all) } catch {
      let reader = program.base.steps.first { $0.inputs.contains { $0.slot == constant.slot } }
      fail(
        reader.map { type(of: $0.operation).name } ?? "export", reader?.modulePath ?? "",
        "a tensor \(constant.value.spec) that the program makes, whose numbers depend on the free axes")
    }
  }

  private mutating func write(step place: Int) {
    let step = program.base.steps[place]
    let operands = step.inputs.compactMap { values[$0.slot] }
    // What reads what could not be written says nothing new.
    guard operands.count == step.inputs.count else { return report(missingFrom: step) }
    if let folded = folded(place, mayHoldNames: false) { return keep(step, folded) }
    graph.modulePath = step.modulePath
    let export = ExportStep(
      graph: graph, operations: program.programs.map { $0.steps[place].operation }, inputs: operands,
      inputSpecs: step.inputs.map(\.spec), outputs: step.outputs.map { program.base.slots[$0] },
      outputShapes: step.outputs.map(program.shapes))
    do {
      let results = try ExportRules.write(export)
      for (slot, value) in zip(step.outputs, results) {
        guard let value else { continue }
        values[slot] = value
        if graph.makers[value.name] == nil, !operands.contains(value) {
          graph.makers[value.name] = GraphWriter.Maker(operation: step.operation, inputs: operands)
        }
      }
    } catch {
      if let folded = folded(place, mayHoldNames: true) { return keep(step, folded) }
      fail(type(of: step.operation).name, step.modulePath, (error as? ExportObstacle)?.reason ?? "\(error)")
    }
  }

  /// A result that was left out, though its operation was written, is read after all.
  private mutating func report(missingFrom step: Program.Step) {
    for input in step.inputs where values[input.slot] == nil {
      guard let maker = program.base.steps.first(where: { $0.outputs.contains(input.slot) }),
        maker.outputs.contains(where: { values[$0] != nil })
      else { continue }
      fail(type(of: maker.operation).name, maker.modulePath, "a further result that ONNX's operator does not give")
    }
  }

  private mutating func keep(_ step: Program.Step, _ folded: [Tensor]) {
    for (slot, value) in zip(step.outputs, folded) {
      known[slot] = (value, false)
      values[slot] = graph.constant(value)
    }
  }

  /// The results of an operation on known values, if it is better computed now: on weights only where ONNX cannot.
  private func folded(_ place: Int, mayHoldNames: Bool) -> [Tensor]? {
    let step = program.base.steps[place]
    let operands = step.inputs.compactMap { known[$0.slot] }
    guard operands.count == step.inputs.count, !operands.isEmpty,
      mayHoldNames || operands.allSatisfy({ !$0.isNamed }),
      program.programs.allSatisfy({ other in
        step.outputs.allSatisfy { other.slots[$0] == program.base.slots[$0] }
          && AttributeTree.areSame(other.steps[place].operation, step.operation)
      })
    else { return nil }
    let (size, inputSize) = (
      step.outputs.reduce(0) { $0 + program.base.slots[$1].shape.elementCount },
      operands.reduce(0) { $0 + $1.value.elementCount }
    )
    // What a few numbers spread to is cheaper made than stored.
    guard mayHoldNames || size <= Swift.max(4096, inputSize) else { return nil }
    return try? withTensorErrors { noGrad { apply(step.operation, operands.map(\.value)) } }
  }
}

extension AttributeTree {
  /// Whether two operations of one kind have the same attributes.
  static func areSame(_ a: any TensorOperation, _ b: any TensorOperation) -> Bool {
    func isEqual<Operation: TensorOperation>(_ a: Operation) -> Bool { b as? Operation == a }
    return isEqual(a)
  }
}

extension Tensor {
  /// Whether both hold the same bytes in the same shape and type.
  fileprivate func hasBytes(of other: Tensor) -> Bool {
    guard shape == other.shape, dtype == other.dtype else { return false }
    return withUnsafeBytes { mine in other.withUnsafeBytes { mine.elementsEqual($0) } }
  }
}
