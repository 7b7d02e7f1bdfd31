extension TangentFormula {
  /// The results' tangents, in one pass over memory.
  ///
  /// - Parameter onePerRow: The results hold one value for a row: so do their tangents.
  func evaluate(
    _ tangents: [Tensor?], _ inputs: [Tensor], _ results: [Tensor], parameters: [Double], axis: Int?,
    onePerRow: Bool = false
  ) -> [Tensor?] {
    guard let formula else { return results.map { _ in nil } }
    let operands = operands(tangents, inputs, results, isWide: axis != nil)
    let dtype = results.first { $0.dtype.isFloatingPoint }?.dtype ?? .float32
    let found = FormulaMap(formula: formula, parameters: parameters, axis: axis, dtype: dtype).run(operands)
    return outputs.map { place in
      guard let place else { return nil }
      guard onePerRow, let axis else { return found[place] }
      return found[place].sliced(axis: axis, from: 0, to: 1)
    }
  }

  /// What the formula is run on.
  ///
  /// - Parameter isWide: Every operand has the whole shape that the inputs broadcast to, as what is read along rows, or
  ///   added up over axes, must have.
  func operands(_ tangents: [Tensor?], _ inputs: [Tensor], _ results: [Tensor], isWide: Bool) -> [Tensor] {
    let wide = isWide ? try? broadcastShape(of: inputs.map(\.spec), operation: "tangent") : nil
    return sources.map { source in
      let operand =
        switch source {
        case .tangent(let index): tangents[index] ?? inputs[index].zerosLike()
        case .input(let index): inputs[index]
        case .output(let index): results[index]
        }
      guard let wide, operand.shape != wide else { return operand }
      return operand.expanded(to: wide)
    }
  }
}
