// Anomaly detection: the first value that is not finite, caught where it arises.

/// Runs `body` with every result of every operation, forward and backward, checked for NaN and infinities. The first
/// one found is reported as an error that names the operation, the module and the range of its inputs.
public func detectAnomalies<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Modes.with({ $0.detectsAnomalies = true }, body)
}

/// Checks the results of each operation.
struct AnomalyDetector: Interpreter {
  func interpret(_ call: Call) -> [Tensor] {
    let outputs = call.proceed()
    if outputs.contains(where: { !$0.isAllFinite }) {
      report(.notFinite(type(of: call.operation).name, "forward", outputs, inputs: call.inputs))
    }
    return outputs
  }
}

func checkFinite(_ gradients: [Tensor?], from node: Node, _ saved: Saved) throws(TensorError) {
  guard gradients.contains(where: { !($0?.isAllFinite ?? true) }) else { return }
  let error = TensorError.notFinite(
    node.name, "backward", gradients.compactMap { $0 }, inputs: saved.inputs.compactMap { $0 })
  throw error.inModule(node.modulePath)
}

extension Tensor {
  /// Whether no element is NaN or infinite. Runs outside the recorded graph and unchecked.
  var isAllFinite: Bool {
    guard dtype.isFloatingPoint, elementCount > 0 else { return true }
    return lowest(Self.finiteness) == 1
  }

  /// The finite elements' range and how many others there are, for messages.
  var rangeDescription: String {
    guard elementCount > 0 else { return "empty" }
    guard dtype.isFloatingPoint else { return "from \(lowest(Formulas.identity)) to \(-lowest(Self.negated))" }
    let (low, high) = (lowest(Self.finiteOrHuge), -lowest(Self.negatedFiniteOrHuge))
    let bad = elementCount - Int(total(Self.finiteness))
    if bad == elementCount { return "none of \(bad) elements finite" }
    return "from \(low) to \(high)" + (bad == 0 ? "" : ", \(bad) of \(elementCount) not finite")
  }

  private func lowest(_ formula: Formula) -> Double { unchecked(formula, .minimum) }
  private func total(_ formula: Formula) -> Double { unchecked(formula, .sum) }

  /// What looks at a value that is not finite must not itself be checked for one.
  private func unchecked(_ formula: Formula, _ reduction: Reduction) -> Double {
    Modes.with({ $0.detectsAnomalies = false }) {
      Tensor.reduce(formula, by: reduction, nil, [with(source: nil)], as: TensorSpec([], .float64)).item()
    }
  }

  private static let finiteness = Formula { x in WeftTensor.isFinite(x) }
  private static let negated = Formula { x in -x }
  private static let finiteOrHuge = Formula { x in WeftTensor.select(WeftTensor.isFinite(x), x, Expression(.infinity)) }
  private static let negatedFiniteOrHuge = Formula { x in
    WeftTensor.select(WeftTensor.isFinite(x), -x, Expression(.infinity))
  }
}
