/// An operation that is one formula over the rows along an axis: softmax, normalizations, cross-entropy. A conforming
/// type states the formula and its samples.
public protocol RowOperation: TensorOperation {
  /// The row's results from the row's inputs.
  static var formula: Formula { get }
  /// The numbers that the formula's parameters stand for.
  var parameters: [Double] { get }
  /// The axis that rows lie along; counted from the end where negative.
  var axis: Int { get }
  /// Whether a row gives one number; the result then has size 1 along the axis.
  static var reducesRow: Bool { get }
}

extension RowOperation {
  public var parameters: [Double] { [] }
  public static var reducesRow: Bool { false }
  public static var equation: String { "\(formula), along a row" }
  public static var operands: Operands { .ofFormula(inputCount: formula.inputCount) }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    var shape = try broadcastShape(of: inputs, operation: Self.name)
    guard let axis = shape.axis(axis) else { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    if Self.reducesRow {
      guard shape[axis] > 0 else {
        throw TensorError(
          .shape, operation: Self.name, operands: inputs.enumerated().map { ("operand \($0)", $1) },
          expected: "rows of at least one element (axis \(axis))", got: "empty ones")
      }
      shape[axis] = 1
    }
    let dtype = inputs[0].dtype.floating
    return Array(repeating: TensorSpec(shape, dtype), count: Self.formula.outputs.count)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = outputs[0].shape.axis(axis) ?? 0
    return inputs.backend.rowMap(Self.formula, parameters, axis: axis, inputs, as: outputs)
  }

  public func saves(needs: [Bool]) -> Saves {
    Self.formula.gradient(needs: needs, onePerRow: Self.reducesRow).saves
  }

  /// The derivative of the formula, row by row.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let axis = saved.outputSpecs[0].shape.axis(axis) ?? 0
    return Self.formula.gradient(needs: needs, onePerRow: Self.reducesRow)
      .evaluate(gradients, saved, parameters: parameters, axis: axis)
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let axis = outputs[0].shape.axis(axis) ?? 0
    return Self.formula.tangent(moving: tangents.map { $0 != nil })
      .evaluate(tangents, inputs, outputs, parameters: parameters, axis: axis, onePerRow: Self.reducesRow)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    ReferenceArray.rowMap(Self.formula, parameters, axis: axis, inputs, reducesRow: Self.reducesRow)
  }
}
