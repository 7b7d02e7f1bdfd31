// Gradient checking: what the graph says against what finite differences say.

/// How closely recorded gradients must agree with finite differences.
public struct GradientCheckOptions: Sendable {
  /// The distance of the two points a difference is taken between, from the middle; scaled up for large elements.
  public var step = 1e-5
  /// The error allowed for gradients near zero.
  public var absoluteTolerance = 1e-6
  /// The error allowed as a share of the gradient.
  public var relativeTolerance = 1e-5
  /// Decides the random gradients of the outputs.
  public var seed: UInt64 = 0

  /// The settings for functions of numbers around 1.
  public init() {}
}

/// Checks the recorded gradient of `function` against central finite differences, in float64.
///
/// Every element of every floating-point input is moved by ±step; the change of Σ seed·output, with random seeds for
/// every output, must be what the gradient says. Inputs of other types are passed as they are. The function must be
/// smooth around the inputs and give the same results each time.
///
/// - Throws: `TensorError` (code `differentiation`) that lists the elements which differ; or what `function` throws.
public func gradcheck(
  _ function: @escaping ([Tensor]) throws -> [Tensor], at inputs: [Tensor],
  options: GradientCheckOptions = GradientCheckOptions()
) throws {
  try GradientCheck(function, inputs, options).run(named: "gradcheck")
}

/// Checks the recorded gradient of a function with one output; see `gradcheck(_:at:options:)` above.
public func gradcheck(
  _ function: @escaping ([Tensor]) throws -> Tensor, at inputs: [Tensor],
  options: GradientCheckOptions = GradientCheckOptions()
) throws {
  try gradcheck({ [try function($0)] }, at: inputs, options: options)
}

/// Checks second derivatives: the gradient of `function`, as a function of its inputs and of the outputs' gradients,
/// goes through `gradcheck`.
public func gradgradcheck(
  _ function: @escaping ([Tensor]) throws -> [Tensor], at inputs: [Tensor],
  options: GradientCheckOptions = GradientCheckOptions()
) throws {
  let inputs = inputs.map(\.inDoublePrecision)
  var seeds = RandomSeeds(options.seed &+ 1)
  let outputs = try withTensorErrors { try noGrad { try function(inputs) } }
  let outputSeeds = outputs.filter(\.dtype.isFloatingPoint).map { seeds.tensor(of: $0.shape) }
  let gradient = { (arguments: [Tensor]) throws -> [Tensor] in
    let (points, seeds) = (Array(arguments.prefix(inputs.count)), arguments.dropFirst(inputs.count))
    let outputs = try function(points).filter(\.dtype.isFloatingPoint)
    return try recordedGradient(of: outputs, with: points, seeds: Array(seeds), createGraph: true)
  }
  try GradientCheck(gradient, inputs + outputSeeds, options).run(named: "gradgradcheck")
}

/// Checks second derivatives of a function with one output.
public func gradgradcheck(
  _ function: @escaping ([Tensor]) throws -> Tensor, at inputs: [Tensor],
  options: GradientCheckOptions = GradientCheckOptions()
) throws {
  try gradgradcheck({ [try function($0)] }, at: inputs, options: options)
}

/// The gradients of the floating-point inputs, zeros where no path leads.
private func recordedGradient(
  of outputs: [Tensor], with inputs: [Tensor], seeds: [Tensor], createGraph: Bool
) throws -> [Tensor] {
  let differentiable = inputs.filter(\.requiresGrad)
  let recorded = outputs.indices.filter { outputs[$0].requiresGrad }
  guard !recorded.isEmpty else { return differentiable.map { $0.zerosLike() } }
  let found = try grad(
    of: recorded.map { outputs[$0] }, with: differentiable, seeds: recorded.map { seeds[$0] },
    createGraph: createGraph)
  return zip(found, differentiable).map { $0 ?? $1.zerosLike() }
}

private struct GradientCheck {
  let function: ([Tensor]) throws -> [Tensor]
  let inputs: [Tensor]
  let options: GradientCheckOptions

  init(_ function: @escaping ([Tensor]) throws -> [Tensor], _ inputs: [Tensor], _ options: GradientCheckOptions) {
    self.function = function
    self.inputs = inputs.map(\.inDoublePrecision)
    self.options = options
  }

  func run(named name: String) throws {
    var random = RandomSeeds(options.seed)
    let leaves = inputs.map(\.asLeaf)
    let outputs = try evaluate(leaves)
    let seeds = outputs.map { random.tensor(of: $0.shape) }
    let gradients = try withTensorErrors {
      try recordedGradient(of: outputs, with: leaves, seeds: seeds, createGraph: false)
    }
    let weights = seeds.map { $0.scalars(as: Double.self) }
    var differing: [String] = []
    for (gradient, input) in zip(gradients, inputs.indices.filter { inputs[$0].dtype.isFloatingPoint }) {
      differing += try check(gradient, of: input, weights)
    }
    if !differing.isEmpty { throw failure(named: name, differing) }
  }

  /// What is wrong with the gradient of one input, element by element.
  private func check(_ gradient: Tensor, of index: Int, _ weights: [[Double]]) throws -> [String] {
    let (input, analytic) = (inputs[index], gradient.scalars(as: Double.self))
    guard gradient.shape == input.shape else {
      return ["input \(index) (\(input.spec)): the gradient has shape \(gradient.shape)"]
    }
    let values = input.scalars(as: Double.self)
    var differing: [String] = []
    for place in values.indices {
      let numeric = try slope(values, place, of: index, weights)
      let allowed = options.absoluteTolerance + options.relativeTolerance * Swift.abs(numeric)
      let agree = Swift.abs(analytic[place] - numeric) <= allowed || (analytic[place].isNaN && numeric.isNaN)
      if !agree {
        let position = input.shape.index(of: place)
        differing.append(
          "input \(index) (\(input.spec)), element \(position): recorded \(analytic[place]), by differences \(numeric)")
      }
    }
    return differing
  }

  private func slope(_ values: [Double], _ place: Int, of index: Int, _ weights: [[Double]]) throws -> Double {
    let step = options.step * Swift.max(1, Swift.abs(values[place]))
    var sums: [Double] = []
    for moved in [values[place] + step, values[place] - step] {
      var (values, points) = (values, inputs)
      values[place] = moved
      points[index] = Tensor(values, shape: inputs[index].shape, dtype: .float64)
      sums.append(weighted(try evaluate(points.map(\.asLeaf)), weights))
    }
    return (sums[0] - sums[1]) / (2 * step)
  }

  private func evaluate(_ points: [Tensor]) throws -> [Tensor] {
    try withTensorErrors { try enableGrad { try function(points).filter(\.dtype.isFloatingPoint) } }
  }

  /// Σ weight·output, outside any graph.
  private func weighted(_ outputs: [Tensor], _ weights: [[Double]]) -> Double {
    var sum = 0.0
    for (output, weights) in zip(outputs, weights) {
      for (value, weight) in zip(output.scalars(as: Double.self), weights) { sum += value * weight }
    }
    return sum
  }

  private func failure(named name: String, _ differing: [String]) -> TensorError {
    let rest = differing.count > 8 ? "\n  and \(differing.count - 8) more" : ""
    return TensorError(
      .differentiation, operation: name,
      operands: inputs.enumerated().map { ("input \($0)", $1.spec) },
      expected: "the recorded gradient to be the slope that finite differences find",
      got: "\(differing.count) elements that differ\n  " + differing.prefix(8).joined(separator: "\n  ") + rest,
      hint: "the gradient rule is wrong, or the function has a kink or a random part near these inputs")
  }
}

/// Random gradients of outputs: away from zero, so that none hides an error.
private struct RandomSeeds {
  private var generator: SplitMix

  init(_ seed: UInt64) { generator = SplitMix(state: seed) }

  mutating func tensor(of shape: Shape) -> Tensor {
    let values = (0..<shape.elementCount).map { _ in generator.real(in: -1.5...1.5, avoiding: [-0.05, 0, 0.05]) }
    return Tensor(values, shape: shape, dtype: .float64)
  }
}

extension Tensor {
  fileprivate var inDoublePrecision: Tensor {
    dtype.isFloatingPoint ? noGrad { detach().converted(to: .float64) } : self
  }

  fileprivate var asLeaf: Tensor { dtype.isFloatingPoint ? requiringGrad() : self }
}
