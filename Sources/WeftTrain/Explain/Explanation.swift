import WeftNN
import WeftTensor

/// What happens inside a network for one batch: each operation with what it got and gave, its formula and its gradient's,
/// and the gradients that came back, for a page on which a reader walks forward and then backward through the pass.
///
/// ```swift
/// let explanation = try Explanation(of: model, title: "Digits", inputs: [("images", images)]) {
///   crossEntropy(model(images), classIndices: labels)
/// }
/// try explanation.write(to: "inside.html")
/// ```
/// The page is one file that needs nothing else, on a network or off it.
public struct Explanation: Sendable {
  /// The page's title.
  public let title: String
  /// The loss that the pass came to.
  public let loss: Double
  /// How many numbers the model learns.
  public let parameterCount: Int
  /// How long the forward pass took, looked at as it was.
  public let forwardSeconds: Double
  /// How long the backward pass took; 0 where there was none.
  public let backwardSeconds: Double
  /// Whether there was a backward pass: not where nothing learns, of which the page shows the way forward alone.
  public let goesBack: Bool
  /// The types of the model's modules by their paths.
  public let modules: [String: String]
  /// The operations in the order in which they ran.
  public let steps: [ExplainedStep]
  /// The tensors that they read and made, by their numbers.
  public let tensors: [ExplainedTensor]

  /// Runs a forward and a backward pass and looks on. Gradients that parameters have are as they were afterwards; what
  /// else a forward pass changes (running statistics, random streams) it changes here too.
  ///
  /// - Parameters:
  ///   - model: What learns: its parameters are shown by their names.
  ///   - inputs: The tensors of the batch, by the names that the page shall call them.
  ///   - loss: The forward pass, to one number.
  /// - Throws: `TensorError` for a misuse of an operation, or a loss that is not one number, or depends on no parameter of a
  ///   model that has some that learn; what `loss` throws.
  public init(
    of model: Module, title: String, inputs: [(name: String, tensor: Tensor)] = [], loss body: () throws -> Tensor
  ) throws {
    let tracer = Tracer()
    let parameters = model.namedParameters()
    // A part that is called by itself, as one of two networks, is to stand under its name in the whole.
    model.membersChanged()
    let before = parameters.map(\.parameter.grad)
    defer {
      tracer.finish()
      for (entry, gradient) in zip(parameters, before) { entry.parameter.grad = gradient }
    }
    let clock = ContinuousClock()
    var names: [Int: String] = [:]
    var result = Tensor(0)
    var (seconds, goesBack) = ((forward: 0.0, backward: 0.0), true)
    try withTensorErrors {
      seconds.forward = try clock.measure { result = try tracer.trace { try body() } }.inSeconds
      goesBack = result.requiresGrad || result.rank > 0 || parameters.contains { $0.parameter.requiresGrad }
      if goesBack { seconds.backward = clock.measure { result.backward() }.inSeconds }
    }
    for (name, parameter) in parameters { names[tracer.number(of: parameter.tensor)] = name }
    for (name, tensor) in inputs { names[tracer.number(of: tensor)] = name }
    let (calls, values, last) = (tracer.calls, tracer.values, tracer.number(of: result))
    let made = Set(calls.flatMap(\.outputs))
    let learned = Set(parameters.map { tracer.number(of: $0.parameter.tensor) })
    self.title = title
    self.loss = result.item()
    parameterCount = model.parameterCount
    modules = Dictionary(
      model.namedModules().map { ($0.name, "\(type(of: $0.module))") }, uniquingKeysWith: { first, _ in first })
    (forwardSeconds, backwardSeconds) = seconds
    self.goesBack = goesBack
    tensors = values.enumerated().map { number, value in
      let kind: ExplainedTensor.Kind =
        number == last ? .loss : made.contains(number) ? .computed : learned.contains(number) ? .learned : .given
      return ExplainedTensor(value, name: names[number] ?? "", kind)
    }
    steps = calls.map { call in ExplainedStep(call, values) }
  }
}

extension Duration {
  fileprivate var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
