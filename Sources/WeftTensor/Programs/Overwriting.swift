/// A formula of every element by itself whose result may stand where one of its operands stood, if nobody reads that
/// afterwards: what a product just wrote is read and written again where it lies, while it is in the cache, and no other
/// memory is touched.
struct Overwriting: Sendable {
  private let formula: Formula
  private let parameters: [Double]
  private let result: TensorSpec
  /// The operands in whose place the result may stand.
  private let places: [Int]

  /// Nil where there is no such formula, or no such operand.
  ///
  /// - Parameters:
  ///   - outputs: What it results in.
  ///   - dying: The slots that nobody reads after it.
  init?(_ formula: FormulaStep?, of inputs: [Program.Reading], as outputs: [TensorSpec], dying: [Int]) {
    guard let formula, outputs.count == 1, !formula.formula.isIdentity else { return nil }
    (self.formula, parameters, result) = (formula.formula, formula.parameters, outputs[0])
    places = inputs.indices.filter { place in
      let spec = inputs[place].spec
      return spec.shape == outputs[0].shape && spec.dtype == outputs[0].dtype && dying.contains(inputs[place].slot)
    }
    if places.isEmpty { return nil }
  }

  /// Lets go of the operands in whose place the result may stand, so that the caller's are the only ones.
  func release(_ inputs: [Program.Reading], from values: inout [Tensor?]) {
    for place in places { values[inputs[place].slot] = nil }
  }

  /// The result in the memory of an operand; nil, and nothing done, where each of them is still held by somebody else or
  /// lies otherwise than the result is to lie.
  func run(_ operands: inout [Tensor]) -> Tensor? {
    guard result.shape.elementCount > 0, operands.allSatisfy({ $0.isPlain && !$0.isInvalid }) else { return nil }
    let strides = CPUBackend.strides(for: result.shape, like: operands)
    guard let place = places.first(where: { operands[$0].mayHold(result, strides) }) else { return nil }
    let storage = operands[place].storage
    storage.contentChanges()
    let target = Tensor(storage: storage, shape: result.shape, strides: strides, dtype: result.dtype)
    operands.backend.map(formula, parameters, operands, into: [target])
    return target
  }
}

extension Tensor {
  /// Whether a result may be written into this tensor's memory: nobody else sees it, and it is as large.
  fileprivate mutating func mayHold(_ result: TensorSpec, _ strides: AxisValues) -> Bool {
    self.strides == strides && storage.byteCount == result.byteCount && isDense && isKnownUniquelyReferenced(&view)
      && view.holdsStorageAlone
  }
}

extension Formula {
  /// Whether it hands its first input on.
  var isIdentity: Bool {
    if case .input = steps[outputs[0]].kind { return true }
    return false
  }
}
