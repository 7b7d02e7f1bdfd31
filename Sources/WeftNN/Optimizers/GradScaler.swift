import WeftTensor

/// Keeps small gradients of float16 from vanishing (Micikevicius et al., 2018): the loss is multiplied by a factor, the
/// gradients are divided by it, and steps with gradients that overflowed are left out. The factor falls after such a step
/// and grows after many good ones. Training in bfloat16 needs none.
///
/// ```swift
/// scaler.scaled(loss).backward()
/// scaler.step(optimizer)
/// scaler.update()
/// ```
public final class GradScaler {
  /// What the loss is multiplied by.
  public var scale: Double {
    Modes.current.recorder?.cannotRepeat("the factor of a GradScaler was read", hint: "`scaled(loss)` asks for it anew")
    return factor
  }
  private var factor: Double
  /// What the factor is multiplied by after enough good steps; above 1.
  public let growthFactor: Double
  /// What the factor is multiplied by after a step whose gradients overflowed; below 1.
  public let backoffFactor: Double
  /// After how many good steps in a row the factor grows.
  public let growthInterval: Int
  /// Whether it does anything; otherwise steps are taken as they are.
  public let isEnabled: Bool
  /// How many good steps there were since the factor last changed.
  public var goodSteps: Int {
    Modes.current.recorder?.cannotRepeat("the steps of a GradScaler were read", hint: "read them outside")
    return good
  }
  private var good = 0
  private var found: [ObjectIdentifier: Finding] = [:]

  /// What is known of an optimizer's gradients since the last `update()`.
  private struct Finding {
    var isFinite: Bool
    var stepped = false
  }

  /// By default with PyTorch's settings.
  ///
  /// Misuse: a scale that is not finite or not above 0, a growth factor not above 1, a backoff factor outside 0 ..< 1,
  /// an interval below 1.
  public init(
    scale: Double = 65536, growthFactor: Double = 2, backoffFactor: Double = 0.5, growthInterval: Int = 2000,
    enabled: Bool = true
  ) {
    (factor, self.growthFactor, self.backoffFactor) = (scale, growthFactor, backoffFactor)
    (self.growthInterval, isEnabled) = (growthInterval, enabled)
    if !Self.isPossible(scale) { reportWrong("a finite scale above 0", "\(scale)") }
    if !(growthFactor > 1 && growthFactor.isFinite) { reportWrong("a growth factor above 1", "\(growthFactor)") }
    if growthInterval < 1 { reportWrong("a growth interval of at least one step", "\(growthInterval)") }
    if !(0..<1).contains(backoffFactor) { reportWrong("a backoff factor from 0, below 1", "\(backoffFactor)") }
  }

  private static func isPossible(_ scale: Double) -> Bool { scale > 0 && scale.isFinite }

  /// The loss times the factor.
  public func scaled(_ loss: Tensor) -> Tensor {
    guard isEnabled else { return loss }
    let number = factor.asTensor
    Modes.current.recorder?.willUse(number, of: self)
    return loss * number
  }

  /// Divides the gradients by the factor, for code between that and the step, as clipping. `step` does it otherwise.
  ///
  /// Misuse: twice for an optimizer between two updates.
  public func unscale(_ optimizer: Optimizer) {
    repeatably("an unscaling of gradients", optimizer) { $0.takeUnscaling(optimizer) }
  }

  private func takeUnscaling(_ optimizer: Optimizer) {
    guard isEnabled else { return }
    if let known = found[ObjectIdentifier(optimizer)] {
      return reportWrong(
        "gradients that were not unscaled since the last `update()`",
        known.stepped ? "an optimizer that has taken its step" : "unscaled ones")
    }
    var isFinite = true
    for parameter in optimizer.parameters {
      guard let gradient = parameter.grad?.detach() else { continue }
      isFinite = isFinite && countOfNonfinite(gradient) == 0
      parameter.grad = noGrad { gradient * (1 / factor) }
    }
    found[ObjectIdentifier(optimizer)] = Finding(isFinite: isFinite)
  }

  /// Takes the optimizer's step, unless a gradient is infinite or not a number.
  ///
  /// Misuse: twice for an optimizer between two updates.
  /// - Returns: Whether the step was taken. In a step that is being recorded that is true of the present one alone: let the
  ///   step decide nothing by it.
  @discardableResult
  public func step(_ optimizer: Optimizer) -> Bool {
    var isTaken = false
    repeatably("a scaled step of \(type(of: optimizer))", optimizer) { isTaken = $0.takeStep(optimizer) }
    return isTaken
  }

  private func takeStep(_ optimizer: Optimizer) -> Bool {
    guard isEnabled else {
      optimizer.step()
      return true
    }
    let key = ObjectIdentifier(optimizer)
    if found[key]?.stepped == true {
      reportWrong("one step between two updates", "a second one", hint: "call `update()` after each step")
      return false
    }
    if found[key] == nil { takeUnscaling(optimizer) }
    found[key]?.stepped = true
    guard found[key]?.isFinite == true else { return false }
    optimizer.step()
    return true
  }

  /// Changes the factor by what the steps since the last update found.
  ///
  /// - Parameter scale: A new factor of the program's choosing.
  public func update(to scale: Double? = nil) {
    repeatably("an update of a GradScaler\(scale.map { " to \($0)" } ?? "")") { $0.takeUpdate(to: scale) }
  }

  /// Does something that changes what lasts, also in each replay of a recorded step.
  private func repeatably(
    _ what: String, _ optimizer: Optimizer? = nil, _ body: @escaping (GradScaler) -> Void
  ) {
    guard let recorder = Modes.current.recorder else { return body(self) }
    recorder.perform(what, of: [self] + (optimizer.map { [$0] } ?? [])) { [self] in body(self) }
  }

  private func takeUpdate(to scale: Double?) {
    guard isEnabled else { return }
    defer { found = [:] }
    if let scale {
      if !Self.isPossible(scale) { return reportWrong("a finite scale above 0", "\(scale)") }
      factor = scale
    } else if found.isEmpty {
      reportWrong("a step before the update", "none", hint: "scaler.step(optimizer)")
    } else if found.values.contains(where: { !$0.isFinite }) {
      (factor, good) = (factor * backoffFactor, 0)
    } else {
      good += 1
      if good >= growthInterval { grow() }
    }
  }

  /// Only as far as float32 reaches.
  private func grow() {
    good = 0
    if Float(factor * growthFactor).isFinite { factor *= growthFactor }
  }

  private func reportWrong(_ expected: String, _ got: String, hint: String = "") {
    report(TensorError(.value, operation: "GradScaler", expected: expected, got: got, hint: hint))
  }
}

extension GradScaler {
  /// What a checkpoint needs: the factor and the number of good steps.
  public func state() -> [(name: String, tensor: Tensor)] {
    [("scale", Tensor(factor, dtype: .float64)), ("_growth_tracker", Tensor(good))]
  }

  /// Takes up a saved state.
  ///
  /// - Throws: `TensorError` if one of the two is missing or not a number that it could be.
  public func restore(_ saved: [String: Tensor]) throws(TensorError) {
    Modes.current.recorder?.cannotRepeat("a scaler's state was restored", hint: "do it before the step")
    func number(_ name: String) -> Double? { saved[name].flatMap { $0.elementCount == 1 ? $0.item() : nil } }
    guard let scale = number("scale"), Self.isPossible(scale),
      let steps = number("_growth_tracker").flatMap({ Int(exactly: $0) }), steps >= 0
    else {
      throw TensorError(
        .value, operation: "GradScaler.restore", expected: "a finite `scale` above 0 and `_growth_tracker` from 0",
        got: saved.keys.sorted().map { "\($0) \(number($0).map { "\($0)" } ?? "of another shape")" }
          .joined(separator: ", "))
    }
    (factor, good) = (scale, steps)
  }
}

// The factor, as a number that a recorded step asks for anew.
extension GradScaler: Cell {
  package var cellName: String { "scale" }
  package var isNumber: Bool { true }
  package var content: Tensor? { factor.asTensor }
  package func setContent(_ tensor: Tensor?) {}
  package func uniqueContent() -> Tensor? { nil }
}

private let isNonfinite = Formula { x in 1 - isFinite(x) }

private func countOfNonfinite(_ x: Tensor) -> Double {
  noGrad { apply(FormulaSum(formula: isNonfinite, axes: Array(0..<x.rank), dtype: .float32), [x])[0].item() }
}
