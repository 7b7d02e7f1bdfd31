import WeftTensor

/// What a model lost when its weights became codes: the errors by layer, the bytes, and the score of its task before and
/// after.
///
/// ```swift
/// let report = try QuantizationReport(quantizing: model, .int4Weights(), sample: { _ = model(tokens) }) {
///   accuracy(of: model)
/// }
/// print(report)
/// ```
public struct QuantizationReport: Sendable {
  /// One weight.
  public struct Layer: Sendable {
    /// The weight's full name.
    public let name: String
    /// Its shape, [out, in].
    public let shape: Shape
    /// What its codes are.
    public let format: CodeFormat
    /// ‖W' - W‖ / ‖W‖.
    public let weightError: Double
    /// ‖y' - y‖ / ‖y‖ for the layer's first input in the sample; nil where it was not called with one tensor.
    public let outputError: Double?
    /// The bytes of the weight before, and of codes and scales.
    public let bytes: (before: Int, after: Int)
  }

  /// The weights, in the order of the model.
  public let layers: [Layer]
  /// The score before and after, if one was asked for.
  public let score: (before: Double, after: Double)?

  /// The bytes of the weights before, and of codes and scales.
  public var bytes: (before: Int, after: Int) {
    layers.reduce((0, 0)) { ($0.0 + $1.bytes.before, $0.1 + $1.bytes.after) }
  }

  /// Quantizes `model` and looks at what that does.
  ///
  /// - Parameters:
  ///   - condition: Whether a weight, by its full name, is to be changed.
  ///   - sample: Runs the model on an input, from which the errors of layers' outputs are taken; all of the layers' inputs
  ///     are kept meanwhile.
  ///   - score: What the model is worth, as its accuracy.
  /// - Throws: As `Module.quantized(_:where:)`, and what `sample` and `score` throw.
  public init(
    quantizing model: Module, _ scheme: QuantizationScheme, where condition: (String) -> Bool = { _ in true },
    sample: (() throws -> Void)? = nil, score: (() throws -> Double)? = nil
  ) throws {
    let before = try score?()
    let weights = model.quantizableWeights(where: condition)
    let calls = try Self.calls(of: weights.map(\.layer), in: sample)
    let values = weights.map(\.parameter.value)
    try model.quantized(scheme, where: condition)
    layers = zip(weights, values).map { weight, value in
      noGrad { Self.layer(weight.name, weight.parameter, value, weight.layer, calls[ObjectIdentifier(weight.layer)]) }
    }
    self.score = try before.flatMap { before in try score.map { (before, try $0()) } }
  }

  /// The first call of each layer while `sample` runs.
  private static func calls(
    of layers: [Module], in sample: (() throws -> Void)?
  ) throws -> [ObjectIdentifier: ForwardCall] {
    guard let sample else { return [:] }
    var calls: [ObjectIdentifier: ForwardCall] = [:]
    let handles = layers.map { layer in
      layer.registerForwardHook { (call: ForwardCall) -> Void in
        if calls[ObjectIdentifier(layer)] == nil { calls[ObjectIdentifier(layer)] = call }
      }
    }
    defer { for handle in handles { handle.remove() } }
    try noGrad(sample)
    return calls
  }

  private static func layer(
    _ name: String, _ parameter: Parameter, _ value: Tensor, _ layer: Module, _ call: ForwardCall?
  ) -> Layer {
    let quantized = parameter.quantized
    let outputError = call.flatMap { call in
      call.input.map { distance(layer.forward($0), call.output) }
    }
    return Layer(
      name: name, shape: value.shape, format: quantized?.format ?? .int8,
      weightError: distance(parameter.tensor, value), outputError: outputError,
      bytes: (value.spec.byteCount, quantized?.byteCount ?? 0))
  }

  /// ‖a - b‖ / ‖b‖; 0 where both are 0.
  private static func distance(_ a: Tensor, _ b: Tensor) -> Double {
    let wide = b.converted(to: .float64)
    let difference = (a.converted(to: .float64) - wide).norm().item(as: Double.self)
    let size = wide.norm().item(as: Double.self)
    return size == 0 && difference == 0 ? 0 : difference / size
  }
}

extension QuantizationReport: CustomStringConvertible {
  /// A table of the layers, then the sums.
  public var description: String {
    var table = TextTable(["weight", "shape", "codes", "error", "of outputs"], leftColumns: 3, longestName: 60)
    for layer in layers {
      table.add([
        layer.name, "\(layer.shape)", layer.format.rawValue, Self.percent(layer.weightError),
        layer.outputError.map(Self.percent) ?? "",
      ])
    }
    var lines = table.lines
    lines.append("\(NumberText.bytes(bytes.before)) became \(NumberText.bytes(bytes.after))")
    if let score { lines.append("score \(score.before) before, \(score.after) after") }
    return lines.joined(separator: "\n")
  }

  private static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }
}
