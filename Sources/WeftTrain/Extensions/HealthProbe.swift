import WeftNN
import WeftTensor

/// Looks into one step: at activations as they pass, at gradients before the update, at weights before and after.
package final class HealthProbe {
  private let parameters: [(layer: String, parameter: Parameter)]
  private var handles: [ForwardHookHandle] = []
  private var units: [HealthReport.Units] = []
  private var before: [Tensor] = []
  private var gradientSquares: [Double] = []
  private var unitAxis: UnitAxis?
  /// Modules that are activations: what they call is looked at as their result.
  private var activations: Set<String> = []
  /// How often each function was called in this step, by its module and name.
  private var calls: [String: Int] = [:]

  package init(_ model: Module) {
    parameters = model.namedParameters().map { name, parameter in
      (name.lastIndex(of: ".").map { String(name[..<$0]) } ?? "", parameter)
    }
    for (name, module) in model.namedModules() {
      if Self.isActivation(module) {
        activations.insert(name)
        handles.append(module.registerForwardHook { [unowned self] call in look(at: call.output, of: name) })
      } else if let axis = Self.unitAxis(of: module) {
        handles.append(module.registerForwardHook { [unowned self] _ in unitAxis = axis })
      }
    }
  }

  deinit { for handle in handles { handle.remove() } }

  private static func isActivation(_ module: Module) -> Bool {
    switch module {
    case is ReLU, is ReLU6, is LeakyReLU, is PReLU, is RReLU, is Threshold, is Hardtanh, is Hardshrink, is Softshrink,
      is ELU, is CELU, is SELU, is GELU, is SiLU, is Mish, is Softplus, is Hardswish, is Sigmoid, is Hardsigmoid,
      is LogSigmoid, is Tanh, is Tanhshrink, is Softsign:
      true
    default: false
    }
  }

  /// Looks at an operation of the forward pass: activations that are called as functions, as `x.relu()`, and what tells
  /// where units stand. What is called outside of the model, as in a loss, has no units.
  package func look(at operation: String, in path: String, _ result: Tensor) {
    guard !path.isEmpty || Modes.current.calledModel != nil, !activations.contains(path) else { return }
    if let axis = Self.operationAxes[operation] { unitAxis = axis }
    guard Self.functions.contains(operation) else { return }
    let name = path.isEmpty ? operation : "\(path).\(operation)"
    calls[name, default: 0] += 1
    let count = calls[name] ?? 1
    look(at: result, of: count == 1 ? name : "\(name) \(count)")
  }

  /// Activations by the names of their operations.
  private static let functions: Set<String> = [
    "relu", "relu6", "leakyReLU", "prelu", "rrelu", "threshold", "hardtanh", "hardshrink", "softshrink", "elu", "celu",
    "selu", "gelu", "geluTanh", "silu", "mish", "softplus", "hardswish", "sigmoid", "hardsigmoid", "logSigmoid", "tanh",
    "tanhshrink", "softsign",
  ]

  private static let operationAxes: [String: UnitAxis] = [
    "convolution": .second, "convolutionTransposed": .second, "linear": .last, "matmul": .last,
  ]

  private enum UnitAxis { case second, last }

  /// Where a layer's results have its units; nil for one that leaves them where they were.
  private static func unitAxis(of module: Module) -> UnitAxis? {
    switch module {
    case is ConvolutionLayer, is ConvolutionTransposedLayer: .second
    case is Linear, is Bilinear, is Embedding, is EmbeddingBag, is LayerNorm, is RMSNorm, is MultiheadAttention,
      is LSTM, is GRU, is RNN:
      .last
    default: nil
    }
  }

  /// Units stand where the last layer before put them: the channels of convolutions along axis 1, the features of linear
  /// layers along the last one. Over samples and places each is to vary.
  private func look(at output: Tensor, of name: String) {
    guard output.rank >= 2, output.elementCount > 0, output.shape[0] > 1 else { return }
    // Where no such layer was called, three axes are [samples, places, units].
    let isSecond = unitAxis.map { $0 == .second } ?? (output.rank != 3)
    let unitAxis = isSecond ? 1 : output.rank - 1
    let dead = noGrad {
      let values = output.detach()
      let axes = Array(0..<values.rank).filter { $0 != unitAxis }
      let range = values.max(axes: axes) - values.min(axes: axes)
      return range.scalars(as: Float.self).count { $0 == 0 }
    }
    units.append(HealthReport.Units(name: name, dead: dead, count: output.shape[unitAxis]))
  }

  /// Looks that are for the step that begins now; of an accumulation the last one counts.
  func beginStep() { (units, calls) = ([], [:]) }

  package func takeGradients() {
    before = parameters.map { $0.parameter.value }
    gradientSquares = parameters.map { $0.parameter.grad.map { $0.detach().squares } ?? 0 }
  }

  /// Whether the gradients that were taken may hold numbers that are not finite: squares that overflow look alike.
  var mayBeBroken: Bool { gradientSquares.contains { !$0.isFinite } }

  /// What was seen; nil where there was no update.
  package func report(step: Int) -> HealthReport? {
    guard !before.isEmpty || parameters.isEmpty else { return nil }
    var layers: [HealthReport.Layer] = []
    var sums: [String: (weight: Double, gradient: Double, update: Double)] = [:]
    for (place, entry) in parameters.enumerated() {
      if sums[entry.layer] == nil {
        layers.append(HealthReport.Layer(name: entry.layer, weightNorm: 0, gradientNorm: 0, updateRatio: 0))
      }
      let change = noGrad { entry.parameter.value - before[place] }.squares
      let own = sums[entry.layer] ?? (0, 0, 0)
      sums[entry.layer] = (
        own.weight + before[place].squares, own.gradient + gradientSquares[place], own.update + change
      )
    }
    for (place, layer) in layers.enumerated() {
      guard let sum = sums[layer.name] else { continue }
      layers[place].weightNorm = sum.weight.squareRoot()
      layers[place].gradientNorm = sum.gradient.squareRoot()
      layers[place].updateRatio = sum.weight == 0 ? 0 : (sum.update / sum.weight).squareRoot()
    }
    return HealthReport(step: step, layers: layers, units: units)
  }
}
