/// -log Σ over all paths of Π p[t, path(t)], the paths being those that become the target when repeats are joined and
/// blanks left out (Graves et al., "Connectionist Temporal Classification", 2006). Gradient: -g·γ[t, class], the
/// probability that a path shows the class at step t.
///
/// PyTorch's gradient is γ - p: the same after a `logSoftmax`, whose gradient does not see what is added to a whole
/// row; Weft's is that of the formula for any input. Where no path fits the loss is ∞ and its gradient NaN, or 0 and 0
/// with `zeroInfinity`, as in PyTorch.
public struct CTCOperation: TensorOperation {
  public static let name = "ctcLoss"
  public static let operands: Operands = [
    "x", .indices("targets"), .indices("inputLengths"), .indices("targetLengths"),
  ]
  public static let equation = "-log Σ Πₜ p[t, path(t)], over all paths that read as the target"
  public static var autocastRule: AutocastRule { .float32 }
  /// The class that stands for no label.
  public let blank: Int
  /// A target that no path fits counts 0, not ∞.
  public let zeroInfinity: Bool

  public init(blank: Int = 0, zeroInfinity: Bool = false) { (self.blank, self.zeroInfinity) = (blank, zeroInfinity) }

  public static let defaults: Attributes = ["blank": 0, "zeroInfinity": false]

  private static let operandNames = ["logProbabilities", "targets", "inputLengths", "targetLengths"]

  private func error(
    _ inputs: [TensorSpec], _ expected: String, _ got: String, _ code: TensorError.Code = .shape
  ) -> TensorError {
    TensorError(
      code, operation: Self.name, operands: zip(Self.operandNames, inputs).map { ($0, $1) }, expected: expected,
      got: got)
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.rank == 3, shape[0] > 0, shape[2] > 0, inputs[0].dtype.isFloatingPoint else {
      throw error(inputs, "floating-point log-probabilities [steps, batch, classes]", "\(inputs[0])")
    }
    let batch = shape[1]
    guard inputs[1].shape.rank == 2, inputs[1].shape[0] == batch, inputs[2].shape == [batch],
      inputs[3].shape == [batch]
    else {
      let got = inputs.dropFirst().map { "\($0.shape)" }.joined(separator: ", ")
      throw error(inputs, "targets [\(batch), labels] and lengths [\(batch)]", got)
    }
    guard inputs.dropFirst().allSatisfy(\.dtype.isInteger) else {
      let got = inputs.dropFirst().map { "\($0.dtype)" }.joined(separator: ", ")
      throw error(inputs, "targets and lengths of an integer type", got, .dtype)
    }
    guard (0..<shape[2]).contains(blank) else {
      throw error(inputs, "a blank in 0 ..< \(shape[2])", "\(blank)", .value)
    }
    return [TensorSpec([batch], inputs[0].dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard isInRange(inputs) else { return [.invalid] }
    let losses = CTCLattice(inputs, blank: blank, usesKernel: true).losses()
    let dtype = outputs[0].dtype
    guard zeroInfinity else { return [losses.converted(to: dtype)] }
    return [losses.maskedFilled(where: losses.isInfinite(), with: 0).converted(to: dtype)]
  }

  /// Whether lengths and the labels that count lie where they must; if not, that is reported.
  fileprivate func isInRange(_ inputs: [Tensor]) -> Bool {
    let operands = zip(Self.operandNames, inputs).map { (name: $0, spec: $1.spec) }
    let (steps, classes, most) = (inputs[0].shape[0], inputs[0].shape[2], inputs[1].shape[1])
    let columns = Tensor(arange: most).unsqueezed(0)
    let labels = Tensor.where(columns .< inputs[3].unsqueezed(1), inputs[1].converted(to: .int64), Tensor(weak: 0))
    return inputs[2].checkedIndices(below: steps + 1, operation: Self.name, operands: operands) != nil
      && inputs[3].checkedIndices(below: most + 1, operation: Self.name, operands: operands) != nil
      && labels.checkedIndices(below: classes, operation: Self.name, operands: operands) != nil
  }

  public func saves(needs: [Bool]) -> Saves { .inputs }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let slope = slope((0..<4).map(saved.input))
    return [gradients[0].map { slope * $0.unsqueezed(0).unsqueezed(-1) }, nil, nil, nil]
  }

  /// The losses' gradients: [steps, batch, classes].
  private func slope(_ inputs: [Tensor]) -> Tensor {
    apply(CTCGradient(blank: blank, zeroInfinity: zeroInfinity), inputs)[0]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    [tangents[0].map { (slope(inputs) * $0).sum(axes: [0, 2]) }]
  }

  /// The batch joins the operation's own.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let all = batch.all
    let scores = all[0].movedAxis(0, to: 1).flattened(from: 1, through: 2)
    let others = all.dropFirst().map { $0.flattened(from: 0, through: 1) }
    return [apply(self, [scores] + others)[0].reshaped(batch.size, all[0].shape[2])]
  }

  /// The sum over all paths.
  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (scores, targets) = (inputs[0], inputs[1])
    let classes = scores.shape[2]
    let losses = (0..<scores.shape[1]).map { sample -> Double in
      let (steps, count) = (Int(inputs[2].values[sample]), Int(inputs[3].values[sample]))
      let target = (0..<count).map { Int(targets[[sample, $0]]) }
      let paths = ReferenceArray.indices(of: Array(repeating: classes, count: steps))
      let total = paths.filter { read($0) == target }.reduce(0) { total, path in
        let score = path.indices.reduce(0) { $0 + scores[[$1, sample, path[$1]]] }
        return total + ScalarFunctions.unary(.exp, score)
      }
      if total == 0 && zeroInfinity { return 0 }
      return total == 0 ? .infinity : -ScalarFunctions.unary(.log, total)
    }
    return [ReferenceArray(shape: [losses.count], values: losses)]
  }

  /// A path with repeats joined and blanks left out.
  func read(_ path: [Int]) -> [Int] {
    path.indices.filter { path[$0] != blank && ($0 == 0 || path[$0] != path[$0 - 1]) }.map { path[$0] }
  }

  private static func lengths(_ values: [Double]) -> SampleInput { .exactly(values, [values.count], dtype: .int64) }

  public static let samples = [
    Sample(
      CTCOperation(), .real([5, 2, 3], in: -3 ... -0.1), .exactly([1, 2, 2, 2], [2, 2], dtype: .int64),
      lengths([5, 4]), lengths([2, 2])),
    Sample(
      CTCOperation(blank: 2), .real([4, 3, 3], in: -3 ... -0.1),
      .exactly([0, 1, 1, 0, 0, 0], [3, 2], dtype: .int32), lengths([4, 3, 2]), lengths([1, 0, 1])),
    Sample(
      CTCOperation(zeroInfinity: true), .real([2, 2, 3], in: -3 ... -0.1),
      .exactly([1, 1, 1, 2], [2, 2], dtype: .int64), lengths([2, 2]), lengths([2, 2])),
    // What lies beyond a sequence's length is not looked at.
    Sample(
      CTCOperation(), .exactly([-1, -2, -0.5, -1.5, -0.7, -0.9, .nan, .infinity, -1], [3, 1, 3]),
      .exactly([1], [1, 1], dtype: .int64), lengths([2]), lengths([1])),
    Sample(
      CTCOperation(), .real([3, 1, 2], in: -3 ... -0.1), .exactly([], [1, 0], dtype: .int64), lengths([3]),
      lengths([0])),
  ]

  public static let refusals = [
    Refusal(
      CTCOperation(), .real([4, 3]), .integers([1, 1], in: 1..<2), lengths([4]), lengths([1]),
      because: "[steps, batch, classes]"),
    Refusal(
      CTCOperation(), .real([4, 2, 3]), .integers([1, 1], in: 1..<2), lengths([4]), lengths([1]),
      because: "lengths [2]"),
    Refusal(
      CTCOperation(blank: 3), .real([4, 1, 3]), .integers([1, 1], in: 1..<2), lengths([4]), lengths([1]),
      because: "a blank in 0 ..< 3"),
    Refusal(
      CTCOperation(), .real([4, 1, 3]), .real([1, 1]), lengths([4]), lengths([1]), because: "an integer type"),
  ]
}

extension Tensor {
  /// The connectionist temporal classification losses of these log-probabilities: for each sequence, -log of the
  /// probability that it reads as its target, when repeated labels are joined and blanks left out.
  ///
  /// Shape: this tensor [steps, batch, classes], targets [batch, labels], lengths [batch]; result [batch]. PyTorch's
  /// mean divides each loss by its target's length (1 at least) first.
  /// - Parameters:
  ///   - targets: Labels; those beyond a target's length do not count.
  ///   - blank: The class that stands for no label.
  ///   - zeroInfinity: A target too long for its sequence counts 0, not ∞.
  public func ctcLosses(
    targets: Tensor, inputLengths: Tensor, targetLengths: Tensor, blank: Int = 0, zeroInfinity: Bool = false
  ) -> Tensor {
    let operation = CTCOperation(blank: blank, zeroInfinity: zeroInfinity)
    guard targets.rank == 1, targetLengths.rank == 1, targetLengths.dtype.isInteger else {
      return apply(operation, [self, targets, inputLengths, targetLengths])[0]
    }
    // Targets one after another: brought into rows.
    let lengths = targetLengths.scalars(as: Int.self)
    let most = lengths.max() ?? 0
    guard lengths.allSatisfy({ $0 >= 0 }), lengths.reduce(0, &+) == targets.elementCount else {
      return .failed(
        TensorError(
          .shape, operation: CTCOperation.name, operands: [("targets", targets.spec)],
          expected: "as many labels as the target lengths add up to", got: "\(targets.elementCount), \(lengths)"))
    }
    var places: [Int] = []
    var start = 0
    for length in lengths {
      places += (0..<most).map { $0 < length ? start + $0 : targets.elementCount }
      start += length
    }
    let rows = targets.converted(to: .int64).padded([(0, 1)]).indexSelected(Tensor(places), axis: 0)
    return apply(operation, [self, rows.reshaped(lengths.count, most), inputLengths, targetLengths])[0]
  }
}

/// The gradients of the losses of `CTCOperation` from its inputs: -γ[t, class], the probability that a path shows the
/// class at step t, [steps, batch, classes]; where no path fits NaN, or 0 with `zeroInfinity`.
struct CTCGradient: FusedOperation {
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
    guard loss.isInRange(inputs) else { return [.invalid] }
    return [slope(inputs, CTCLattice(inputs, blank: blank, usesKernel: true))]
  }

  private func slope(_ inputs: [Tensor], _ lattice: CTCLattice) -> Tensor {
    let shares = -lattice.occupancy(ofImpossible: zeroInfinity ? 0 : .nan)
    let places = lattice.labels.expanded(to: shares.shape)
    let zeros = Tensor(zeros: inputs[0].shape, dtype: shares.dtype)
    return zeros.scatterAdded(shares, at: places, axis: 2).converted(to: inputs[0].dtype)
  }

  func composite(_ inputs: [Tensor]) -> [Tensor] {
    [slope(inputs, CTCLattice(inputs, blank: blank, usesKernel: false))]
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

  /// The sum over all paths.
  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let (scores, classes) = (inputs[0], inputs[0].shape[2])
    var result = ReferenceArray(shape: scores.shape) { _ in 0 }
    for sample in 0..<scores.shape[1] {
      let (steps, count) = (Int(inputs[2].values[sample]), Int(inputs[3].values[sample]))
      let target = (0..<count).map { Int(inputs[1][[sample, $0]]) }
      let paths = ReferenceArray.indices(of: Array(repeating: classes, count: steps)).filter { loss.read($0) == target }
      let shares = paths.map { path in
        ScalarFunctions.unary(.exp, path.indices.reduce(0) { $0 + scores[[$1, sample, path[$1]]] })
      }
      let total = shares.reduce(0, +)
      for (path, share) in zip(paths, shares) {
        for step in 0..<steps { result[[step, sample, path[step]]] -= share / total }
      }
    }
    return [result]
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
