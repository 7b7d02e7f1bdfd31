// Several steps of a program, each a formula of every element by itself, as one step that computes them all in one pass
// over memory: what stands between them stays in the registers of the tile engine.

/// A step that is a formula of every element by itself, in floating point.
struct FormulaStep {
  let formula: Formula
  let parameters: [Double]
  /// The type that it is computed in.
  let compute: ComputeType
  /// The shape of its results.
  let shape: Shape

  /// Nil for any other step. Integers are left out: where they leave memory they wrap or become the nearest, as their
  /// formula has it. So are operations that are not the library's, which may compute in a way of their own.
  init?(_ step: Program.Step, _ slots: [TensorSpec]) {
    guard step.draw == nil, let (formula, parameters) = step.elementwise, !formula.isRowwise else { return nil }
    let (inputs, outputs) = (step.inputs.map(\.spec), step.outputs.map { slots[$0] })
    compute = ComputeType.of(inputs, outputs)
    guard !compute.isInteger, let shape = outputs.first?.shape, !outputs.contains(where: \.isWeakScalar),
      inputs.count == formula.inputCount, outputs.allSatisfy({ $0.shape == shape })
    else { return nil }
    (self.formula, self.parameters, self.shape) = (formula, parameters, shape)
  }

  /// Whether a result is the same number in a register and in memory of this type.
  func isSame(_ output: Int, as dtype: DType) -> Bool {
    dtype == compute.dtype || (dtype == .bool && formula.isTruth(output))
  }
}

extension Program.Step {
  /// The formula that the operation is, with its parameters; nil for one that is none, or may be more.
  fileprivate var elementwise: (Formula, [Double])? {
    switch operation {
    case let map as FormulaMap: map.axis == nil ? (map.formula, map.parameters) : nil
    case is Convert: inputs.first?.spec.isWeakScalar == false ? (Formulas.identity, []) : nil
    case let elementwise as any ElementwiseOperation: elementwise.ownFormula
    default: nil
    }
  }
}

extension ElementwiseOperation {
  /// Its formula, where the operation is the library's.
  fileprivate var ownFormula: (Formula, [Double])? {
    OperationList.operation(named: Self.name) == Self.self ? (Self.formula, parameters) : nil
  }
}

extension Program.Step {
  /// One step that does what `steps` do, in their order, and gives what the last of them gives; nil where it would not be
  /// the same to the bit, or more than the tile engine does well.
  init?(joining steps: [Program.Step], _ slots: [TensorSpec]) {
    guard let last = steps.last else { return nil }
    let outer = OuterReadings(of: steps, slots)
    guard let inputs = outer.inOrder, inputs.count + last.outputs.count <= Self.operandLimit else { return nil }
    var composition = FormulaComposition()
    var outside: [Program.Reading: Int] = [:]
    for input in inputs { outside[input] = composition.addInput() }
    var inside: [Int: Int] = [:]
    var compute: ComputeType?
    for step in steps {
      guard let part = FormulaStep(step, slots), compute == nil || compute == part.compute else { return nil }
      compute = part.compute
      let values = step.inputs.compactMap { inside[$0.slot] ?? outside[$0] }
      let results = composition.add(part.formula, part.parameters, reading: values)
      for (place, slot) in step.outputs.enumerated() { inside[slot] = results[place] }
    }
    let formula = composition.formula(resultingIn: last.outputs.compactMap { inside[$0] })
    guard let compute, compute == .of(inputs.map(\.spec), last.outputs.map { slots[$0] }), formula.fits(compute) else {
      return nil
    }
    let map = FormulaMap(formula: formula, parameters: composition.parameters, dtype: slots[last.outputs[0]].dtype)
    self.init(operation: map, inputs: inputs, outputs: last.outputs, modulePath: last.modulePath)
  }

  /// Of the 63 that a program of the tile engine may have, the position among them.
  private static let operandLimit = 32
}

extension Formula {
  /// Whether the tile engine does well with it: what it keeps of a tile stays in the first-level cache.
  fileprivate func fits(_ compute: ComputeType) -> Bool {
    steps.count <= 256 && program(compute).temporaryCount <= 12
  }
}

/// What steps read that none of them makes.
private struct OuterReadings {
  private var readings: [Program.Reading] = []
  private var makers: [Int: Program.Step] = [:]
  private let shape: Shape
  private let model: Program.Reading?

  init(of steps: [Program.Step], _ slots: [TensorSpec]) {
    for step in steps { for slot in step.outputs { makers[slot] = step } }
    for reading in steps.flatMap(\.inputs) where makers[reading.slot] == nil && !readings.contains(reading) {
      readings.append(reading)
    }
    shape = steps.last.map { slots[$0.outputs[0]].shape } ?? []
    model = Self.model(of: steps.last, makers, shape)
  }

  /// In an order in which the result lies in memory as it does where each step runs by itself: a result lies as the first
  /// operand of its shape does, which may be the result of another step. Nil where no order gives that.
  var inOrder: [Program.Reading]? {
    if shape.elementCount <= 1 { return readings }
    if let model { return [model] + readings.filter { $0 != model } }
    return readings.contains { $0.spec.shape == shape } ? nil : readings
  }

  /// The reading that decides how the result of a step lies; nil where that is row by row.
  private static func model(
    of step: Program.Step?, _ makers: [Int: Program.Step], _ shape: Shape
  ) -> Program.Reading? {
    guard let first = step?.inputs.first(where: { $0.spec.shape == shape }) else { return nil }
    guard let maker = makers[first.slot] else { return first }
    return model(of: maker, makers, shape)
  }
}
