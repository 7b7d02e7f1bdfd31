/// An operation that is one formula over broadcast inputs. A conforming type states the formula and its samples; the
/// family owns shapes, types, the kernel and the gradient.
public protocol ElementwiseOperation: TensorOperation {
  /// The result's element from the operands' elements.
  static var formula: Formula { get }
  /// The numbers the formula's parameters stand for.
  var parameters: [Double] { get }
  /// The element type of the result; the operands' common one unless said otherwise.
  static var resultType: ElementwiseResult { get }
  /// Refuses attributes that make no sense; needed only where some do not.
  func checkAttributes() throws(TensorError)
}

/// The element type of an elementwise result.
public enum ElementwiseResult: Sendable {
  /// The operands' common type (`Note: Promotion`).
  case promoted
  /// The common type, or float32 where that is an integer or bool.
  case floating
  /// bool, whatever the operands.
  case bool
}

extension ElementwiseOperation {
  public var parameters: [Double] { [] }
  public static var resultType: ElementwiseResult { .promoted }
  public static var equation: String { "\(formula)" }
  public static var operands: Operands { .ofFormula(inputCount: formula.inputCount) }
  /// Refuses nothing.
  public func checkAttributes() throws(TensorError) {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try checkAttributes()
    return try elementwiseOutputs(Self.formula, Self.resultType, inputs, operation: Self.name)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let results = inputs.backend.map(Self.formula, parameters, inputs, as: outputs)
    return outputs[0].isWeakScalar ? results.map(\.asWeakScalar) : results
  }

  public func saves(needs: [Bool]) -> Saves { Self.formula.gradient(needs: needs).saves }

  /// The derivative of the formula, in one pass over memory.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    Self.formula.gradient(needs: needs).evaluate(gradients, saved, parameters: parameters, axis: nil)
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    Self.formula.tangent(moving: tangents.map { $0 != nil })
      .evaluate(tangents, inputs, outputs, parameters: parameters, axis: nil)
  }

  /// One axis more: operands broadcast as before, aligned from the end.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.broadcasting(self) }

  /// Too many operands, and, where there are several, shapes that do not broadcast.
  public static var refusals: [Refusal] {
    guard let operation = samples.first?.operation else { return [] }
    let count = formula.inputCount
    let tooMany = Array(repeating: SampleInput.real([2]), count: count + 1)
    let unlike = (0..<count).map { SampleInput.real([2 + $0]) }
    return [Refusal(operation, inputs: tooMany, because: "expected \(count) operand")]
      + (count > 1 ? [Refusal(operation, inputs: unlike, because: "broadcast")] : [])
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    ReferenceArray.map(Self.formula, parameters, inputs)
  }
}

extension Tensor {
  var asWeakScalar: Tensor {
    var result = self
    result.view = view.counted(asWeakScalar: true)
    return result
  }

  /// The same tensor as a number of the program, if `spec` is one.
  func countedAs(_ spec: TensorSpec) -> Tensor { spec.isWeakScalar ? asWeakScalar : self }

  /// The same tensor with the rank in promotion of one without axes, or of one with those it has (`Note: Promotion`).
  func counted(asScalar: Bool) -> Tensor {
    if view.countsAsScalar == asScalar { return self }
    var result = self
    result.view = view.counted(asScalar: asScalar)
    return result
  }
}

/// What an elementwise formula gives for these inputs.
private func elementwiseOutputs(
  _ formula: Formula, _ resultType: ElementwiseResult, _ inputs: [TensorSpec], operation: String
) throws(TensorError) -> [TensorSpec] {
  let shape = try broadcastShape(of: inputs, operation: operation)
  let common = inputs.count == 1 ? inputs[0].dtype : DType.promoted(inputs)
  var dtype: DType =
    switch resultType {
    case .promoted: common
    case .floating: common.floating
    case .bool: .bool
    }
  let isWeak = resultType != .bool && inputs.allSatisfy(\.isWeakScalar)
  // Numbers of the program keep their precision among themselves.
  if isWeak && dtype.isFloatingPoint { dtype = .float64 }
  return Array(repeating: TensorSpec(shape, dtype, isWeakScalar: isWeak), count: formula.outputs.count)
}

/// The shape all operands broadcast to.
func broadcastShape(of inputs: [TensorSpec], operation: String) throws(TensorError) -> Shape {
  guard var shape = inputs.first?.shape else { return [] }
  for input in inputs.dropFirst() {
    guard let joined = Shape.broadcast(shape, input.shape) else {
      throw .broadcast(inputs, operation: operation)
    }
    shape = joined
  }
  return shape
}

extension GradientFormula {
  /// The input gradients, in one pass over memory.
  func evaluate(_ gradients: [Tensor?], _ saved: Saved, parameters: [Double], axis: Int?) -> [Tensor?] {
    guard let formula else { return zeros(saved) }
    // A gradient per row is read along whole rows: the formula must see their length.
    let rowShape = axis == nil ? nil : try? broadcastShape(of: saved.inputSpecs, operation: "gradient")
    let inputs = sources.map { source in
      switch source {
      case .gradient(let index):
        gradient(gradients[index], saved.outputSpecs[index], rowShape)
      case .input(let index): saved.input(index)
      case .output(let index): saved.output(index)
      }
    }
    let dtype = saved.outputSpecs.first { $0.dtype.isFloatingPoint }?.dtype ?? .float32
    let results = FormulaMap(formula: formula, parameters: parameters, axis: axis, dtype: dtype).run(inputs)
    return outputs.enumerated().map { index, place in
      guard let place else { return Tensor(zeros: saved.inputSpecs[index].shape, dtype: dtype) }
      return results[place]
    }
  }

  private func gradient(_ gradient: Tensor?, _ spec: TensorSpec, _ rowShape: Shape?) -> Tensor {
    let gradient = gradient ?? Tensor(zeros: spec.shape, dtype: spec.dtype)
    guard let rowShape, gradient.shape != rowShape else { return gradient }
    return gradient.expanded(to: rowShape)
  }

  private func zeros(_ saved: Saved) -> [Tensor?] {
    saved.inputSpecs.map { $0.dtype.isFloatingPoint ? Tensor(zeros: $0.shape, dtype: $0.dtype) : nil }
  }
}
