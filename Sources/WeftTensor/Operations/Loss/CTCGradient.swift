/// The gradients of the losses of `CTCOperation` from its inputs: -γ[t, class], the probability that a path shows the class
/// at step t, [steps, batch, classes]; where no path fits NaN, or 0 with `zeroInfinity`.
struct CTCGradient: TensorOperation {
  static let name = "ctcLossGradient"
  static let operands = CTCOperation.operands
  static let equation = "-the probability that a path shows each class at each step"
  static var autocastRule: AutocastRule { .float32 }
  let blank: Int
  let zeroInfinity: Bool

  private var loss: CTCOperation { CTCOperation(blank: blank, zeroInfinity: zeroInfinity) }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    _ = try loss.outputs(for: inputs)
    return [inputs[0]]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    [slope(inputs, CTCLattice(inputs, blank: blank, usesKernel: true))]
  }

  private func slope(_ inputs: [Tensor], _ lattice: CTCLattice) -> Tensor {
    let shares = -lattice.occupancy(ofImpossible: zeroInfinity ? 0 : .nan)
    let places = lattice.labels.expanded(to: shares.shape)
    let zeros = Tensor(zeros: inputs[0].shape, dtype: shares.dtype)
    return zeros.scatterAdded(shares, at: places, axis: 2).converted(to: inputs[0].dtype)
  }

  /// In tensor operations.
  private func composite(_ inputs: [Tensor]) -> [Tensor] {
    [slope(inputs, CTCLattice(inputs, blank: blank, usesKernel: false))]
  }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    compositeGradients(gradients, (0..<4).map(saved.input), needs: needs, composite)
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    compositeTangents(tangents, inputs, composite)
  }

  /// The batch joins the operation's own.
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let all = batch.all
    let scores = all[0].movedAxis(0, to: 1).flattened(from: 1, through: 2)
    let others = all.dropFirst().map { $0.flattened(from: 0, through: 1) }
    let found = apply(self, [scores] + others)[0]
    let sizes = [all[0].shape[1], batch.size] + all[0].shape.sizes.dropFirst(2)
    return [found.reshaped(to: Shape(sizes)).movedAxis(1, to: 0)]
  }

  /// The losses' differences: a loss is that of its own sequence alone.
  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let step = 1e-5
    var values: [Double] = []
    for place in inputs[0].values.indices {
      let sums = [step, -step].compactMap { change -> Double? in
        var moved = inputs
        moved[0].values[place] += change
        return loss.reference(moved)?[0].values[place / inputs[0].shape[2] % inputs[0].shape[1]]
      }
      guard sums.count == 2 else { return nil }
      values.append((sums[0] - sums[1]) / (2 * step))
    }
    return [ReferenceArray(shape: inputs[0].shape, values: values)]
  }

  static let samples = [
    Sample(
      CTCGradient(blank: 0, zeroInfinity: false), .real([4, 2, 3], in: -3 ... -0.1),
      .exactly([1, 2, 2, 2], [2, 2], dtype: .int64), .exactly([4, 3], [2], dtype: .int64),
      .exactly([2, 1], [2], dtype: .int64)),
    Sample(
      CTCGradient(blank: 2, zeroInfinity: true), .real([3, 1, 3], in: -3 ... -0.1),
      .exactly([0, 1], [1, 2], dtype: .int32), .exactly([3], [1], dtype: .int64), .exactly([2], [1], dtype: .int64)),
  ]

  static let refusals = [
    Refusal(
      CTCGradient(blank: 0, zeroInfinity: false), .real([4, 3]), .integers([1, 1], in: 1..<2),
      .exactly([4], [1], dtype: .int64), .exactly([1], [1], dtype: .int64), because: "[steps, batch, classes]")
  ]
}
