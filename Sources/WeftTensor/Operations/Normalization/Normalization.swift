/// y = (x - μ)·r·w + b with the mean μ over `axes`, r = 1/√(σ² + ε) and σ² the biased variance: batch, group and
/// instance normalization, which differ in the axes.
///
/// Gradients, with n elements to a statistic, h = g·w and sums over `axes`:
/// of x, g·(w·r) - r/n·Σh - (x - μ)·r³/n·Σh(x - μ); of w, g(x - μ)r and of b, g, summed by the engine.
/// Results: y, μ and σ² (axes kept at size 1). Ioffe, Szegedy 2015; Wu, He 2018.
public struct Normalization: Operation {
  public static let name = "normalize"
  /// What a statistic is taken over, ascending from 0.
  public let axes: [Int]
  public let epsilon: Double

  public init(axes: [Int], epsilon: Double = 1e-5) {
    self.axes = axes
    self.epsilon = epsilon
  }

  /// Inputs: x, then w, then b, both of them optional, of x's rank with size 1 on axes they do not vary along.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let x = inputs[0]
    let axes = try x.shape.reducedAxes(axes, operation: Self.name)
    for (name, parameter) in zip(["weight", "bias"], inputs.dropFirst()) {
      guard parameter.shape.rank == x.shape.rank, Shape.broadcast(parameter.shape, x.shape) == x.shape else {
        throw TensorError(
          .shape, operation: Self.name, operands: [("input", x), (name, parameter)],
          expected: "\(name) that broadcasts to the input", got: "\(parameter.shape)")
      }
    }
    let statistics = TensorSpec(x.shape.removing(axes: axes, keepDims: true), x.dtype.floating.statistics)
    return [TensorSpec(x.shape, x.dtype.floating), statistics, statistics]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let backend = Device.cpu.backend
    let (mean, variance) = Moments.of(inputs[0], over: axes, as: outputs[1])
    let scaleInputs = [variance] + inputs.dropFirst().prefix(1)
    let scaleShape = scaleInputs.reduce(Shape([])) { Shape.broadcast($0, $1.shape) ?? $0 }
    let scale = backend.map(
      Self.scales[scaleInputs.count - 1], [epsilon], scaleInputs, as: [TensorSpec(scaleShape, outputs[1].dtype)])
    let y = backend.map(
      Self.results[inputs.count > 2 ? 1 : 0], [], [inputs[0], mean] + scale + inputs.dropFirst(2), as: [outputs[0]])
    return y + [mean, variance]
  }

  /// From σ² (, w).
  private static let scales = [1, 2].map { count in
    Formula(inputs: count, parameters: 1) { x, p in
      let scale = rsqrt(x[0] + p[0])
      return [count > 1 ? scale * x[1] : scale]
    }
  }

  /// From x, μ, r·w (, b).
  private static let results = [3, 4].map { count in
    Formula(inputs: count) { x, _ in
      let y = (x[0] - x[1]) * x[2]
      return [count > 3 ? y + x[3] : y]
    }
  }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .input(1), .output(1), .output(2)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (x, mean) = (saved.input(0), saved.output(1))
    let weight = needs.count > 1 ? saved.input(1) : nil
    let g = gradients[0] ?? Tensor(zeros: x.shape, dtype: saved.outputSpecs[0].dtype)
    let scale = (saved.output(2) + epsilon).rsqrt()
    // Where w does not vary, Σg and Σg(x - μ) serve both x and w: one pass.
    let shared = axes.filter { axis in weight.map { $0.shape[axis] == 1 } ?? true }
    let sums = FormulaSum(formula: Self.sums, axes: shared, dtype: mean.dtype)
    let found = apply(sums, [g, x, mean])
    let (sum, moment) = (found[0], found[1])
    var results: [Tensor?] = [nil, moment * scale, sum]
    if needs[0] {
      func total(_ part: Tensor) -> Tensor {
        let weighted = weight.map { $0 * part } ?? part
        return shared == axes ? weighted : weighted.sum(axes: axes, keepDims: true)
      }
      let count = Double(x.shape.count(along: axes))
      var factor = -(scale * scale * scale * total(moment)) / count
      var shift = -(scale * total(sum)) / count
      if let ofMean = gradients[1] { shift = shift + ofMean / count }
      if let ofVariance = gradients[2] { factor = factor + ofVariance * (2 / count) }
      let slope = weight.map { $0 * scale } ?? scale
      let map = FormulaMap(formula: Self.slopes, parameters: [], axis: nil, dtype: saved.outputSpecs[0].dtype)
      results[0] = map.run([g, x, mean, slope, factor, shift])[0]
    }
    return Array(results.prefix(needs.count))
  }

  private static let sums = Formula(inputs: 3) { x, _ in [x[0], x[0] * (x[1] - x[2])] }
  private static let slopes = Formula(inputs: 6) { x, _ in [x[0] * x[3] + ((x[1] - x[2]) * x[4] + x[5])] }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let means = ReferenceArray.reduce(inputs[0], axes, true, mean)
    let variances = ReferenceArray.reduce(inputs[0], axes, true) { group in
      mean(group.map { ($0 - mean(group)) * ($0 - mean(group)) })
    }
    let y = ReferenceArray(shape: inputs[0].shape) { index in
      let normal = (inputs[0][index] - means[index]) / (variances[index] + epsilon).squareRoot()
      return normal * (inputs.count > 1 ? inputs[1][index] : 1) + (inputs.count > 2 ? inputs[2][index] : 0)
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
  ]
}
