import WeftTensor

/// Averages of a model's weights over its training, which often do better than the last ones.
///
/// ```swift
/// let average = WeightAverage(of: model, by: .exponential(decay: 0.999))
/// for batch in loader {
///   ...
///   optimizer.step()
///   average.update()
/// }
/// let accuracy = average.applied { evaluate(model) }
/// ```
/// For stochastic weight averaging (Izmailov et al., 2018) update an `.equal` average once an epoch from some epoch on,
/// with the rate of `Schedules.averaging`; at the end `apply()` and `updateBatchNorm`.
///
/// Averages of half-precision weights are kept in float32: in bfloat16 a small share of a new value is lost in rounding.
public final class WeightAverage {
  /// How values are averaged.
  public enum Rule: Sendable {
    /// The mean of all.
    case equal
    /// a ← decay·a + (1−decay)·p: the later, the more.
    case exponential(decay: Double)
    /// The new average from the present one, the present value and how many were averaged; of the average's shape.
    case custom(@Sendable (_ average: Tensor, _ value: Tensor, _ count: Int) -> Tensor)
  }

  /// The model whose weights are averaged, and which `apply()` changes.
  public let model: Module
  /// How values are averaged.
  public let rule: Rule
  /// How many were averaged.
  public var count: Int {
    Modes.current.recorder?.cannotRepeat("the count of a WeightAverage was read", hint: "read it outside")
    return updates
  }
  private var updates = 0
  private let places: [Place]
  /// The parameters and buffers that are averaged.
  private let holders: Set<ObjectIdentifier>
  private let includesBuffers: Bool
  private var averages: [Tensor]

  /// Something averaged.
  private struct Place {
    /// The parameter or buffer.
    let holder: AnyObject
    let name: String
    let value: () -> Tensor
    let set: (Tensor) -> Void

    /// The present value as an average of one.
    var present: Tensor { noGrad { value().inFullPrecision } }
  }

  /// - Parameter includesBuffers: Whether buffers, as the running means of batch normalization, are averaged too.
  ///   Those of whole numbers are copied.
  public init(of model: Module, by rule: Rule = .equal, includesBuffers: Bool = false) {
    (self.model, self.rule, self.includesBuffers) = (model, rule, includesBuffers)
    let parameters = model.namedParameters().map { name, parameter in
      Place(holder: parameter, name: name, value: { parameter.value }, set: { parameter.value = $0 })
    }
    let buffers = model.namedBuffers().map { name, buffer in
      Place(
        holder: buffer, name: name, value: { buffer.value.detach() },
        set: { average in buffer.value = noGrad { average.converted(to: buffer.value.dtype) } })
    }
    places = parameters + (includesBuffers ? buffers : [])
    holders = Set(places.map { ObjectIdentifier($0.holder) })
    averages = places.map { $0.present }
    if case .exponential(let decay) = rule, !(0...1).contains(decay) {
      report(TensorError(.value, operation: "WeightAverage", expected: "a decay in 0 ... 1", got: "\(decay)"))
    }
  }

  /// Takes the model's present values into the averages; the first ones are taken as they are.
  public func update() {
    if let recorder = Modes.current.recorder {
      return recorder.perform("an update of a WeightAverage", of: [self]) { [self] in takeUpdate() }
    }
    takeUpdate()
  }

  private func takeUpdate() {
    if reportsReplaced() { return }
    switch rule {
    case _ where updates == 0: averages = places.map { $0.present }
    case .equal: mix(share: 1 / Double(updates + 1))
    case .exponential(let decay): mix(share: 1 - decay)
    case .custom(let average):
      guard let new = averaged(by: average) else { return }
      averages = new
    }
    updates += 1
  }

  /// Whether the model has other parameters, or buffers, than it had: their averages would be of what nobody uses. That is
  /// reported.
  private func reportsReplaced() -> Bool {
    func isNew(_ holder: AnyObject) -> Bool { !holders.contains(ObjectIdentifier(holder)) }
    // Each step comes here: names are made where there is something to say.
    guard model.parameters().contains(where: isNew) || includesBuffers && model.buffers().contains(where: isNew) else {
      return false
    }
    let parameters = model.namedParameters().filter { isNew($0.parameter) }.map(\.name)
    let new = parameters + (includesBuffers ? model.namedBuffers().filter { isNew($0.buffer) }.map(\.name) : [])
    report(
      TensorError(
        .value, operation: "WeightAverage", expected: "the parameters that the model had",
        got: "another "
          + new.prefix(5).joined(separator: ", ") + (new.count > 5 ? ", ..." : ""),
        hint: "make an average of the model as it is now"))
    return true
  }

  /// What a rule of the user's makes of all averages; nil where one has another shape, which is reported.
  private func averaged(by rule: (Tensor, Tensor, Int) -> Tensor) -> [Tensor]? {
    var all: [Tensor] = []
    for (old, place) in zip(averages, places) {
      let new = noGrad { rule(old, place.present, updates).detach() }
      guard new.shape == old.shape else {
        reportWrong(new, place, old)
        return nil
      }
      all.append(new.converted(to: old.dtype))
    }
    return all
  }

  private func reportWrong(_ new: Tensor, _ place: Place, _ old: Tensor) {
    report(
      TensorError(
        .shape, operation: "WeightAverage", operands: [("average of \(place.name)", old.spec), ("result", new.spec)],
        expected: "a rule that gives an average of shape \(old.shape)", got: "\(new.shape)"))
  }

  private func mix(share: Double) {
    var batch = UpdateBatch()
    for (index, place) in places.enumerated() {
      let value = place.value()
      if value.dtype.isFloatingPoint {
        averages[index].makeUnique()
        batch.add(UpdateRule(Self.formula, [share]), averages[index], gradient: value, state: [])
      } else {
        averages[index] = value
      }
    }
    batch.run()
  }

  private static let formula = Formula(inputs: 2, parameters: 1) { x, c in [x[0] + c[0] * (x[1] - x[0])] }

  /// Gives the model the averages for good.
  public func apply() {
    if reportsReplaced() { return }
    Modes.current.recorder?.cannotRepeat(
      "a model got the averages of its weights", hint: "a model of its own for the averages is handed in as others are")
    for (place, average) in zip(places, averages) { place.set(average) }
  }

  /// Runs `body` while the model has the averages, then gives it its own values back.
  public func applied<Result>(_ body: () throws -> Result) rethrows -> Result {
    let own = places.map { $0.value() }
    apply()
    defer { for (place, value) in zip(places, own) { place.set(value) } }
    return try body()
  }
}

// In files, under PyTorch's names.
extension WeightAverage {
  /// `n_averaged`, and the averages by the names of what they are averages of, as `module.encoder.weight`.
  public func state() -> [(name: String, tensor: Tensor)] {
    [("n_averaged", Tensor(updates))] + zip(places, averages).map { ("module." + $0.name, $1) }
  }

  /// Takes up saved averages. Nothing is changed unless all of them fit; names beyond them are left out.
  ///
  /// - Throws: `TensorError` that names what is missing or of another shape.
  public func restore(_ saved: [String: Tensor]) throws(TensorError) {
    Modes.current.recorder?.cannotRepeat("averages were restored", hint: "do it before the step")
    var problems: [String] = []
    let found = zip(places, averages).map { place, average in
      let tensor = saved["module." + place.name]
      if tensor?.shape != average.shape {
        problems.append("module.\(place.name) " + (tensor.map { "of \($0.spec)" } ?? "missing"))
      }
      return tensor?.detach().converted(to: average.dtype) ?? average
    }
    let steps = saved["n_averaged"].flatMap { $0.elementCount == 1 ? Int(exactly: $0.item()) : nil } ?? -1
    if steps < 0 { problems.append("n_averaged missing") }
    guard problems.isEmpty else {
      throw TensorError(
        .value, operation: "WeightAverage.restore", expected: "averages of these \(places.count) tensors",
        got: problems.prefix(20).joined(separator: ", ") + (problems.count > 20 ? ", ..." : ""))
    }
    (averages, updates) = (found, steps)
  }
}

/// Computes the running statistics of batch normalization anew, as their plain average over `batches`: needed when a
/// model got weights that it was not trained with, as averages are.
public func updateBatchNorm(_ model: Module, with batches: some Sequence<Tensor>) {
  let layers = model.namedModules().compactMap { $0.module as? BatchNormLayer }
  if layers.isEmpty { return }
  let (wasTraining, momenta) = (model.isTraining, layers.map(\.momentum))
  for layer in layers {
    layer.momentum = nil
    layer.resetStatistics()
  }
  model.train()
  for batch in batches { noGrad { _ = model(batch) } }
  model.train(wasTraining)
  for (layer, momentum) in zip(layers, momenta) { layer.momentum = momentum }
}

extension BatchNormLayer {
  /// Sets the running statistics to those of a new layer.
  public func resetStatistics() {
    for buffer in [runningMean, numBatchesTracked] {
      if let buffer { buffer.value = buffer.value.zerosLike() }
    }
    if let runningVar { runningVar.value = Tensor(ones: runningVar.value.shape, dtype: runningVar.value.dtype) }
  }
}
