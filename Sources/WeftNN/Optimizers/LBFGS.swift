import WeftTensor

/// Limited-memory BFGS (Liu and Nocedal, 1989): steps along the gradient turned by what the last steps told of the
/// curvature. For losses that are the same at each evaluation: no dropout, all the data at once.
///
/// ```swift
/// let optimizer = LBFGS(model.parameters(), lineSearch: .strongWolfe)
/// for _ in 0..<10 { optimizer.step { meanSquaredError(model(x), y) } }
/// ```
/// A step evaluates the loss many times. Gradients that are missing count as zero, with or without
/// `skipsMissingGradients`. There is one group of parameters; where its `maximize` is set before the first step, the
/// loss climbs.
public final class LBFGS: Optimizer {
  /// How the length of a step is found.
  public enum LineSearch: String, Sendable, Codable {
    /// The learning rate itself.
    case none
    /// The loss falls enough and its slope is small enough (Nocedal and Wright, chapter 3).
    case strongWolfe
  }

  /// The most iterations in one step.
  public let maxIterations: Int
  /// The most evaluations of the loss in one step.
  public let maxEvaluations: Int
  /// A gradient whose elements are all at most this ends the step.
  public let gradientTolerance: Double
  /// A change of the loss or of all parameters smaller than this ends the step.
  public let changeTolerance: Double
  /// How the length of a step is found; `.none` takes the learning rate.
  public let lineSearch: LineSearch
  var memory: LBFGSMemory

  /// One group of all `parameters`, by default with PyTorch's settings.
  ///
  /// - Parameters:
  ///   - maxEvaluations: Left out, a quarter more than `maxIterations`.
  ///   - historySize: How many past steps tell of the curvature.
  public init(
    _ parameters: [Parameter], learningRate: Double = 1, maxIterations: Int = 20, maxEvaluations: Int? = nil,
    gradientTolerance: Double = 1e-7, changeTolerance: Double = 1e-9, historySize: Int = 100,
    lineSearch: LineSearch = .none
  ) {
    self.maxIterations = maxIterations
    let (quarterMore, overflows) = maxIterations.addingReportingOverflow(maxIterations / 4)
    self.maxEvaluations = max(1, maxEvaluations ?? (overflows ? .max : quarterMore))
    self.gradientTolerance = gradientTolerance
    self.changeTolerance = changeTolerance
    self.lineSearch = lineSearch
    memory = LBFGSMemory(limit: historySize)
    super.init(parameters, learningRate: learningRate)
    check("at least one iteration", Double(maxIterations), in: 1...)
    check("at least one evaluation", Double(maxEvaluations ?? 1), in: 1...)
    check("a history of at least one step", Double(historySize), in: 1...)
    check("a gradient tolerance from 0", gradientTolerance, in: 0...)
    check("a change tolerance from 0", changeTolerance, in: 0...)
  }

  /// Reports that this optimizer needs the loss: `step(_:)`.
  public override func step() {
    report(
      TensorError(
        .unsupported, operation: "LBFGS.step", expected: "the loss, which a step evaluates several times",
        got: "a step without it", hint: "optimizer.step { loss }"))
  }

  /// Reports that this optimizer has one group only.
  @discardableResult
  public override func addGroup(
    _ parameters: [Parameter], learningRate: Double? = nil, maximize: Bool? = nil
  ) -> ParameterGroup {
    report(
      TensorError(.unsupported, operation: "LBFGS.addGroup", expected: "one group of parameters", got: "a second"))
    return groups[0]
  }

  /// Reports that what is remembered belongs to the other direction.
  override func validateMaximize(of group: ParameterGroup) {
    if stepCount == 0 { return }
    report(
      TensorError(
        .unsupported, operation: "LBFGS", expected: "`maximize` as in the first step",
        got: "another after \(stepCount) steps"))
  }

  /// Iterates until the loss or its gradient hardly changes, or the limits are reached.
  ///
  /// - Parameter loss: Computes the loss by the present parameters. Its gradients are computed here.
  /// - Returns: The loss before the step.
  @discardableResult
  public func step(_ loss: () -> Tensor) -> Double {
    profileRange("optimizer.step") { iterate(loss) }
  }

  private func iterate(_ loss: () -> Tensor) -> Double {
    followSchedule()
    if reportsWrongSettings() { return .nan }
    Modes.current.recorder?.cannotRepeat(
      "there was a step of LBFGS", hint: "it decides by the losses how often the loss is computed")
    stepCount += 1
    var now = evaluate(loss)
    let sign: Double = groups[0].maximize ? -1 : 1
    let first = sign * now.value
    if largest(now.gradient) <= gradientTolerance { return first }
    var evaluations = 1
    for iteration in 1...max(1, maxIterations) {
      memory.turn(at: now.gradient)
      memory.length = memory.iterations == 1 ? min(1, 1 / total(now.gradient)) * learningRate : learningRate
      let slope = dot(now.gradient, memory.direction)
      if slope > -changeTolerance { break }
      let before = now.value
      let isLast = iteration == maxIterations
      (now, evaluations) = move(from: now, slope, loss, evaluations, isLast: isLast)
      if isLast || evaluations >= maxEvaluations || largest(now.gradient) <= gradientTolerance { break }
      if abs(memory.length) * largest(memory.direction) <= changeTolerance { break }
      if abs(now.value - before) < changeTolerance { break }
    }
    return first
  }

  /// Moves the parameters along the direction.
  ///
  /// - Returns: Where they are then, and the number of evaluations so far. The last step without a line search is not
  ///   evaluated: the next call begins with that.
  private func move(
    from start: Evaluation, _ slope: Double, _ loss: () -> Tensor, _ evaluations: Int, isLast: Bool
  ) -> (Evaluation, Int) {
    let origin = noGrad { parameters.map(\.value.inFullPrecision) }
    if lineSearch == .none {
      place(at: origin, plus: memory.length)
      return isLast ? (start, evaluations) : (evaluate(loss), evaluations + 1)
    }
    return withoutActuallyEscaping(loss) { loss in
      var search = WolfeSearch(
        start: WolfeSearch.Point(length: 0, value: start.value, slope: slope, gradient: start.gradient),
        directionSize: largest(memory.direction), tolerance: changeTolerance, limit: maxEvaluations - evaluations
      ) { [self] length in
        place(at: origin, plus: length)
        let found = evaluate(loss)
        return WolfeSearch.Point(
          length: length, value: found.value, slope: dot(found.gradient, memory.direction), gradient: found.gradient)
      }
      let end = search.run(from: memory.length)
      memory.length = end.length
      place(at: origin, plus: end.length)
      return (Evaluation(value: end.value, gradient: end.gradient), evaluations + search.evaluations)
    }
  }

  /// A loss and its gradients, all in one row.
  private struct Evaluation {
    let value: Double
    let gradient: Tensor
  }

  private func evaluate(_ loss: () -> Tensor) -> Evaluation {
    zeroGrad()
    let value = loss()
    value.backward()
    let gradients = parameters.map { parameter in
      (parameter.grad?.detach() ?? parameter.value.zerosLike()).inFullPrecision.reshaped(to: [parameter.elementCount])
    }
    let gradient = noGrad { concatenated(gradients, axis: 0) }
    if groups[0].maximize { return Evaluation(value: -value.item(), gradient: noGrad { -gradient }) }
    return Evaluation(value: value.item(), gradient: gradient)
  }

  /// Sets the parameters to `origin` + `length` times the direction.
  private func place(at origin: [Tensor], plus length: Double) {
    var start = 0
    for (parameter, value) in zip(parameters, origin) {
      let part = memory.direction[start..<start + parameter.elementCount].reshaped(to: parameter.shape)
      noGrad { parameter.value = value + length * part }
      start += parameter.elementCount
    }
  }

  override func commonState() -> [(name: String, tensor: Tensor)] { memory.state }
  override var commonStateNames: [String] { LBFGSMemory.names }

  override func commonStateProblems(_ saved: [String: Tensor]) -> [String] {
    LBFGSMemory.problems(in: saved, size: parameters.reduce(0) { $0 + $1.elementCount })
  }

  override func restoreCommonState(_ saved: [String: Tensor]) {
    memory.restore(
      saved, dtype: noGrad { concatenated(parameters.map { $0.value.inFullPrecision.flattened() }, axis: 0).dtype })
  }
}

/// In float64, in which the product of two float32 always fits.
func dot(_ a: Tensor, _ b: Tensor) -> Double {
  noGrad { (a.converted(to: .float64) * b.converted(to: .float64)).sum().item() }
}

private func largest(_ x: Tensor) -> Double { noGrad { x.elementCount == 0 ? 0 : x.abs().max().item() } }

private func total(_ x: Tensor) -> Double { noGrad { x.abs().sum().item() } }
