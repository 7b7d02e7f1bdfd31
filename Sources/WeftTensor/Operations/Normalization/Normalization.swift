/// y = (x - μ)·r·w + b with the mean μ over `axes`, r = 1/√(σ² + ε) and σ² the biased variance: batch, group and
/// instance normalization, which differ in the axes. To it a tensor may be added, and of the sum max(·, 0) be taken, as
/// residual networks do: passes over memory are what these operations cost.
///
/// Gradients, with g (where y > 0), n elements to a statistic, h = g·w and sums over `axes`:
/// of x, g·(w·r) - r/n·Σh - (x - μ)·r³/n·Σh(x - μ); of w, g(x - μ)r and of b, g, summed by the engine; of what was
/// added, g.
/// Results: y, μ and σ² (axes kept at size 1). Ioffe, Szegedy 2015; Wu, He 2018.
public struct Normalization: TensorOperation {
  public static let name = "normalize"
  public static let operands: Operands = ["x", .optional("weight"), .optional("bias"), .optional("added")]
  public static let equation = "y = (x - μ)/√(σ² + ε)·w + b"
  /// What a statistic is taken over, ascending from 0.
  public let axes: [Int]
  /// ε, added to the variance.
  public let epsilon: Double
  /// Whether the last input is added.
  public let adds: Bool
  /// Whether the result is max(·, 0).
  public let rectifies: Bool

  public init(axes: [Int], epsilon: Double = 1e-5, adds: Bool = false, rectifies: Bool = false) {
    (self.axes, self.epsilon, self.adds, self.rectifies) = (axes, epsilon, adds, rectifies)
  }

  public static let defaults: Attributes = ["epsilon": 1e-5, "adds": false, "rectifies": false]

  /// Inputs: x, then w, then b, both of them optional, of x's rank with size 1 on axes they do not vary along; then what
  /// is added, shaped as x.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let x = inputs[0]
    guard x.shape.rank > 0 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("input", x)], expected: "an input of at least one axis",
        got: "a scalar")
    }
    let axes = try x.shape.reducedAxes(axes, operation: Self.name)
    guard !adds || inputs.count > 1 else {
      throw TensorError(.value, operation: Self.name, expected: "a residual behind the other inputs", got: "none")
    }
    if adds, let added = inputs.last, added.shape != x.shape {
      throw TensorError(
        .shape, operation: Self.name, operands: [("input", x), ("residual", added)],
        expected: "a residual of the input's shape, \(inputs[0].shape)", got: "\(added.shape)")
    }
    for (name, parameter) in zip(["weight", "bias"], parameters(inputs)) {
      guard parameter.shape.rank == x.shape.rank, Shape.broadcast(parameter.shape, x.shape) == x.shape else {
        throw TensorError(
          .shape, operation: Self.name, operands: [("input", x), (name, parameter)],
          expected: "\(name) that broadcasts to the input", got: "\(parameter.shape)")
      }
    }
    let statistics = TensorSpec(x.shape.removing(axes: axes, keepDims: true), x.dtype.floating.statistics)
    let dtype = adds ? DType.promoted(x.dtype.floating, inputs[inputs.count - 1].dtype) : x.dtype.floating
    return [TensorSpec(x.shape, dtype), statistics, statistics]
  }

  /// Of the inputs, w and b.
  private func parameters<Input>(_ inputs: [Input]) -> ArraySlice<Input> { inputs[1..<(inputs.count - (adds ? 1 : 0))] }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (mean, variance) = Moments.plain(inputs[0], over: axes, as: outputs[1])
    let epsilon = Tensor(full: [], self.epsilon, dtype: variance.dtype)
    let results = [scaled(inputs, mean, variance, epsilon, as: outputs[0]), mean, variance]
    // ε hides what squares too small for their type would add.
    let low = self.epsilon < variance.dtype.leastNormal ? variance.dtype.leastNormal : 0
    if let look = SecondLook(at: variance, from: low) { mend(results, look, inputs) }
    return results
  }

  /// Writes the same, found in float64, for the groups whose squares left the range of their type.
  private func mend(_ results: [Tensor], _ look: SecondLook, _ inputs: [Tensor]) {
    let groups = look.groups(of: inputs.map { $0.expanded(to: inputs[0].shape) }, over: axes)
    let unit = Rescaled(groups.values[0], over: groups.axes, raises: epsilon == 0)
    let (mean, variance) = Moments.plain(unit.values, over: groups.axes, as: unit.scale.spec)
    let operands = [unit.values] + groups.values.dropFirst()
    let found = TensorSpec(unit.values.shape, results[0].dtype)
    let y = scaled(operands, mean, variance, unit.amongSquares(epsilon), as: found)
    look.put(y, into: results[0], over: axes)
    look.put(unit.restored(mean, as: results[1].dtype), into: results[1])
    look.put(unit.restored(variance, power: 2, as: results[2].dtype), into: results[2])
  }

  /// y of the inputs and their statistics.
  private func scaled(
    _ inputs: [Tensor], _ mean: Tensor, _ variance: Tensor, _ epsilon: Tensor, as output: TensorSpec
  ) -> Tensor {
    let (backend, parameters) = (inputs.backend, parameters(inputs))
    let scaleInputs = [variance, epsilon] + parameters.prefix(1)
    let scaleShape = scaleInputs.reduce(Shape([])) { Shape.broadcast($0, $1.shape) ?? $0 }
    let scale = backend.map(
      Self.scales[scaleInputs.count - 2], [], scaleInputs, as: [TensorSpec(scaleShape, variance.dtype)])
    let added = parameters.dropFirst() + (adds ? [inputs[inputs.count - 1]] : [])
    return backend.map(
      Self.results[added.count + (rectifies ? 3 : 0)], [], [inputs[0], mean] + scale + added, as: [output])[0]
  }

  /// From σ², ε (, w).
  private static let scales = [2, 3].map { count in
    Formula(inputs: count) { x, _ in
      let scale = rsqrt(x[0] + x[1])
      return [count > 2 ? scale * x[2] : scale]
    }
  }

  /// From x, μ, r·w and 0 to 2 that are added, then the same of which max(·, 0) is taken.
  private static let results = [false, true].flatMap { rectifies in
    (0...2).map { added in
      Formula(inputs: 3 + added) { x, _ in
        let y = x[3...].reduce((x[0] - x[1]) * x[2]) { $0 + $1 }
        return [rectifies ? maximum(y, 0) : y]
      }
    }
  }

  public func saves(needs: [Bool]) -> Saves {
    var saves: Saves = [.input(0), .output(1), .output(2)]
    if !parameters(needs).isEmpty { saves.insert(.input(1)) }
    return rectifies ? saves.union(.output(0)) : saves
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    if saved.inputSpecs[0].shape.elementCount == 0 {
      // Statistics of nothing are not numbers, but nothing depends on the inputs.
      return saved.inputSpecs.map { Tensor(zeros: $0.shape, dtype: $0.dtype) }
    }
    let parameterCount = parameters(needs).count
    let g = gradients[0] ?? Tensor(zeros: saved.inputSpecs[0].shape, dtype: saved.outputSpecs[0].dtype)
    let mask = rectifies ? [saved.output(0)] : []
    let ofAdded = adds && needs[needs.count - 1]
    var results: [Tensor?] = Array(repeating: nil, count: needs.count)
    if needs[0] || parameters(needs).contains(true) {
      let weight = parameterCount > 0 ? saved.input(1) : nil
      let gradient = NormalizationGradient(
        axes: axes, epsilon: epsilon, hasWeight: weight != nil, hasResult: rectifies, hasMean: gradients[1] != nil,
        hasVariance: gradients[2] != nil, ofInput: needs[0], ofAdded: ofAdded && needs[0])
      let statistics = [saved.output(1), saved.output(2)]
      let operands = [saved.input(0)] + statistics + [g] + [weight].compactMap { $0 } + mask
      let found = apply(gradient, operands + [gradients[1], gradients[2]].compactMap { $0 })
      for index in 0..<parameterCount { results[1 + index] = found[index] }
      let ofInput = found[2...]
      results[0] = ofInput.first
      if ofAdded { results[needs.count - 1] = ofInput.dropFirst().first }
    }
    if ofAdded, results[needs.count - 1] == nil {
      results[needs.count - 1] = run(Self.masks[mask.count], [g] + mask, saved)[0]
    }
    return results
  }

  private func run(_ formula: Formula, _ inputs: [Tensor], _ saved: Saved) -> [Tensor] {
    FormulaMap(formula: formula, parameters: [], axis: nil, dtype: saved.outputSpecs[0].dtype).run(inputs)
  }

  // Each from g, then from g and y.
  private static let masks = [1, 2].map { count in
    Formula(inputs: count) { x, _ in [NormalizationGradient.masked(x[...])] }
  }

  /// With the slopes μ̇ = mean ẋ, that of σ², 2·mean((x - μ)ẋ), and ṙ = -r³/2 times it.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let found = NormalizationGradient.Statistics(
      inputs[0], mean: outputs[1], variance: outputs[2], axes: axes, epsilon: epsilon)
    // In the unit of x, in which t is.
    let (normal, scale) = ((found.x - found.mean) * found.scale, found.scale * found.unit)
    let (weights, moving) = (parameters(inputs), Array(parameters(tangents)))
    var (y, ofMean, ofVariance): (Tensor?, Tensor?, Tensor?)
    if let t = tangents[0]?.converted(to: found.x.dtype) {
      let mean = t.mean(axes: axes, keepDims: true)
      let half = (normal * t).mean(axes: axes, keepDims: true)
      let change = ((t - mean) - normal * half) * scale
      (y, ofMean, ofVariance) = (weights.first.map { change * $0 } ?? change, mean, half / scale * 2)
    }
    if let t = moving.first ?? nil { y = added(y, normal * t) }
    if moving.count > 1 { y = added(y, moving[1]) }
    if adds { y = added(y, tangents[tangents.count - 1]) }
    if rectifies { y = y.map { Tensor.where(outputs[0] .== 0, $0.zerosLike(), $0) } }
    return zip([y, ofMean, ofVariance], outputs).map { $0?.converted(to: $1.dtype) }
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let wide = Normalization(axes: axes.map { $0 + 1 }, epsilon: epsilon, adds: adds, rectifies: rectifies)
    let last = batch.inputs.count - 1
    let operands = batch.inputs.indices.map { index in
      index == 0 || (adds && index == last) || batch.isBatched[index]
        ? batch.whole(index) : batch.inputs[index].unsqueezed(0)
    }
    return apply(wide, operands)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let means = ReferenceArray.reduce(inputs[0], axes, true, mean)
    let variances = ReferenceArray.reduce(inputs[0], axes, true) { group in
      mean(group.map { ($0 - mean(group)) * ($0 - mean(group)) })
    }
    let parameters = Array(parameters(inputs))
    let y = ReferenceArray(shape: inputs[0].shape) { index in
      let normal = (inputs[0][index] - means[index]) / (variances[index] + epsilon).squareRoot()
      let (weight, bias) = (parameters.first?[index] ?? 1, parameters.dropFirst().first?[index] ?? 0)
      var y: Double = normal * weight + bias
      if adds { y += inputs[inputs.count - 1][index] }
      return rectifies ? max(y, 0) : y
    }
    return [y, means, variances]
  }

  public static let samples = [
    Sample(Normalization(axes: [0, 2]), .real([4, 3, 2])),
    Sample(Normalization(axes: [0, 2]), .real([4, 3, 2]), .real([1, 3, 1]), .real([1, 3, 1])),
    Sample(Normalization(axes: [0], epsilon: 0.1), .real([6, 2]), .real([1, 2])),
    Sample(Normalization(axes: [2, 3]), .real([2, 2, 2, 3]), .real([1, 2, 2, 1]), .real([1, 2, 2, 1])),
    Sample(Normalization(axes: [0, 1]), .real([1, 5, 2], in: 10...11)),
    Sample(Normalization(axes: [0]), .real([3, 0])),
    Sample(Normalization(axes: [0, 2], adds: true), .real([4, 3, 2]), .real([1, 3, 1]), .real([4, 3, 2])),
    Sample(Normalization(axes: [0], rectifies: true), apart([6, 2])),
    Sample(
      Normalization(axes: [0, 2], rectifies: true), apart([4, 3, 2]), .real([1, 3, 1], in: 1...2),
      .real([1, 3, 1], in: -0.2...0.2)),
    Sample(
      Normalization(axes: [0, 2], adds: true, rectifies: true), .real([4, 3, 2]), .real([1, 3, 1]), .real([1, 3, 1]),
      apart([4, 3, 2])),
    Sample(Normalization(axes: [1], adds: true, rectifies: true), .real([2, 4]), apart([2, 4])),
  ]

  public static let refusals = [
    Refusal(Normalization(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Normalization(axes: [0, 0]), .real([2, 3]), because: "each axis at most once"),
    Refusal(Normalization(axes: [0]), .real([2, 3]), .real([3]), because: "weight that broadcasts to the input"),
    Refusal(Normalization(axes: [0]), .real([2, 3]), .real([1, 3]), .real([1, 2]), because: "bias that broadcasts"),
    Refusal(
      Normalization(axes: [0], adds: true), .real([2, 3]), .real([3]), because: "a residual of the input's shape"),
  ]

  /// Numbers far from 0 on both sides, so that neither they nor their sum with normal ones comes near the kink.
  private static func apart(_ shape: Shape) -> SampleInput {
    let values = (0..<shape.elementCount).map { (place: Int) -> Double in
      let size = 9 + Double(place * 5 % 7) / 4
      return place % 3 == 1 ? -size : size
    }
    return .exactly(values, shape)
  }
}
