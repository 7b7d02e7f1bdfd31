// A normalization with known statistics, folded into the product before it: (conv(x, w) + b - mean)·scale + shift is
// conv(x, w·scale) + (b - mean)·scale + shift. A pass over the activations less for each; results differ by rounding.

extension Program {
  /// This program, which has been folded, with normalizations as parts of the products before them.
  ///
  /// - Parameter isKept: The steps that stay as they are, by their place.
  /// - Throws: `TensorError` where weights cannot be scaled: there is no memory for them.
  func foldingAffines(keeping isKept: (Int) -> Bool = { _ in false }) throws(TensorError) -> Program {
    var (slots, constants, steps) = (slots, constants, steps)
    var known = Dictionary(uniqueKeysWithValues: constants.map { ($0.slot, $0.value) })
    let readers = Dictionary(
      steps.flatMap(\.inputs).map { ($0.slot, 1) } + results.map { ($0.slot, 2) }, uniquingKeysWith: +)
    let makers = Dictionary(steps.indices.map { (steps[$0].outputs[0], $0) }) { first, _ in first }
    var gone: Set<Int> = []
    for (place, step) in steps.enumerated() where step.operation is Affine && !isKept(place) {
      guard let maker = makers[step.inputs[0].slot], readers[step.inputs[0].slot] == 1, !isKept(maker),
        slots[step.inputs[0].slot].shape == slots[step.outputs[0]].shape,
        let folded = try FoldedProduct(steps[maker], step, known, slots[step.outputs[0]])
      else { continue }
      let weights = folded.weights.map { name, value in
        constants.append(Constant(slot: slots.count, name: name, value: value))
        known[slots.count] = value
        slots.append(value.spec)
        return Reading(slot: slots.count - 1, spec: value.spec)
      }
      steps[place] = Step(
        operation: steps[maker].operation, inputs: [steps[maker].inputs[0]] + weights, outputs: step.outputs,
        modulePath: steps[maker].modulePath)
      gone.insert(maker)
    }
    let kept = steps.indices.filter { !gone.contains($0) }.map { steps[$0] }
    return Program(slots: slots, inputs: inputs, constants: constants, steps: kept, results: results)
      .withoutUnreadConstants
  }

  private var withoutUnreadConstants: Program {
    let read = Set((steps.flatMap(\.inputs) + results).map(\.slot))
    return Program(
      slots: slots, inputs: inputs, constants: constants.filter { read.contains($0.slot) }, steps: steps,
      results: results)
  }
}

/// A product with the weight and bias that do the work of the normalization behind it.
private struct FoldedProduct {
  let weights: [(name: String, value: Tensor)]

  /// Nil where the two are not a product by known weights and a normalization of its channels by known numbers.
  init?(
    _ product: Program.Step, _ affine: Program.Step, _ known: [Int: Tensor], _ output: TensorSpec
  ) throws(TensorError) {
    let isLinear = product.operation is LinearOperation && output.shape.rank == 2
    guard product.operation is Convolution || isLinear, output.shape.rank >= 2,
      let weight = known[product.inputs[1].slot]
    else { return nil }
    let operands = (product.inputs.dropFirst(2) + affine.inputs.dropFirst()).map { known[$0.slot] }
    let channels = output.shape[1]
    let isPlain = operands.allSatisfy { $0?.dtype == output.dtype } && weight.dtype == output.dtype
    let isPerChannel = affine.inputs.dropFirst().allSatisfy {
      $0.spec.shape.isPerChannel(channels, rank: output.shape.rank)
    }
    guard isPlain, isPerChannel, weight.shape[0] == channels else { return nil }
    let exact = try Program.replaying { scope throws(TensorError) in
      let numbers = operands.compactMap { $0?.converted(to: .float64).reshaped(-1) }
      let (mean, scale, shift) = (numbers[numbers.count - 3], numbers[numbers.count - 2], numbers[numbers.count - 1])
      let bias = numbers.count > 3 ? numbers[0] : Tensor(zeros: [channels], dtype: .float64)
      let columns = scale.reshaped(to: Shape([channels] + Array(repeating: 1, count: weight.rank - 1)))
      let found = [weight.converted(to: .float64) * columns, (bias - mean) * scale + shift]
      if let error = scope.error { throw error }
      return found.map { $0.converted(to: output.dtype) }
    }
    weights = zip(["weight", "bias"], exact).map { name, value in
      (name: "\(product.modulePath) \(name), normalized", value: value)
    }
  }
}

extension Shape {
  /// Whether a tensor of this shape holds one number for each channel of one of `rank` axes: [C, 1, ...], [1, C, 1,
  /// ...].
  fileprivate func isPerChannel(_ channels: Int, rank: Int) -> Bool {
    let axis = self.rank - rank + 1
    return self.rank <= rank && elementCount == channels && axis >= 0 && axis < self.rank && self[axis] == channels
  }
}
