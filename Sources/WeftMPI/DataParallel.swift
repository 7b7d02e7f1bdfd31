import WeftData
import WeftNN
import WeftTensor
import WeftTrain

/// A model of which every rank has a copy that learns from its part of each batch, so that all take the step of the whole.
///
/// ```swift
/// let communicator = try Communicator.launched()
/// let parallel = try DataParallel(model, communicator)
/// trainer.replicas = parallel                 // with a Trainer this is all
/// ```
/// In a loop of one's own:
///
/// ```swift
/// try parallel.begin(optimizer)
/// loader.share = parallel.share
/// for (place, batch) in loader.enumerated() {
///   let (own, all) = loader.samples(ofBatch: place)
///   parallel.beginStep(own: own, all: all)      // parts may differ by a sample, and weigh as much as they have
///   optimizer.zeroGrad()
///   try parallel.backward(loss(batch))        // the gradients are then the mean of all ranks'
///   optimizer.step()
///   try parallel.shareUpdates(of: optimizer)
/// }
/// ```
/// Gradients are sent in buckets while the backward pass still runs. A batch is that of all ranks together, and a loss the
/// mean over its samples: two ranks with half a batch each take the step of one with all of it, but for rounding.
///
/// Running statistics of batch normalization are averaged with the gradients; the statistics that a step itself
/// normalizes with are those of each rank's part, unless `synchronizesBatchNorm`.
public final class DataParallel: Replicas {
  /// What it is made by; the same on every rank.
  public struct Settings: Sendable, Hashable {
    /// How many bytes of gradients are sent together.
    public var bucketBytes = 4 << 20
    /// Whether batch normalization takes the statistics of all ranks' parts together, as of one batch.
    public var synchronizesBatchNorm = false
    /// Whether each rank keeps the optimizer's state of a part of the parameters alone, and updates that (ZeRO stage 1).
    /// Of optimizers that update each parameter by itself: all but `LBFGS`.
    public var sharesOptimizer = false

    /// Buckets of 4 MiB, statistics and optimizer of each rank's own.
    public init() {}
  }

  /// The model.
  public let model: Module
  /// The ranks.
  public let communicator: Communicator
  /// What it is made by.
  public let settings: Settings
  private var buckets: GradientBuckets?
  private var bucketed: [ObjectIdentifier] = []
  private var shares: UpdateShares?
  private let normalizations: [BatchNormLayer]
  private let part = BatchPart()

  /// Sees that all ranks have such a model, and gives all of them the values of rank 0.
  ///
  /// - Throws: `MPIError` that names who differs.
  public init(_ model: Module, _ communicator: Communicator, settings: Settings = Settings()) throws(MPIError) {
    (self.model, self.communicator, self.settings) = (model, communicator, settings)
    normalizations = model.namedModules().compactMap { $0.module as? BatchNormLayer }
    if settings.synchronizesBatchNorm, communicator.size > 1 {
      let (sum, part) = (ReplicaSum.over(communicator), part)
      for layer in normalizations {
        layer.sumOverReplicas = { part.isAlone ? $0 : sum.callAsFunction(part.isEmpty ? $0 * 0 : $0) }
      }
    }
    try shareValues()
  }

  public var rank: Int { communicator.rank }
  public var count: Int { communicator.size }
  /// The part of each batch that this rank loads: for `DataLoader.share`.
  public var share: BatchShare { BatchShare(rank, of: count) }

  private var named: [(name: String, tensor: Tensor)] {
    model.namedParameters().map { ($0.name, $0.parameter.value) }
      + model.namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  private func shareValues() throws(MPIError) {
    guard count > 1 else { return }
    let structure = ModelFingerprint(named, values: false).structure
    try communicator.checkSame(
      structure.split(separator: "\n").map(String.init), "the model", hint: "build the same model on every rank")
    guard try !communicator.isSame(ModelFingerprint.sum(named.map(\.tensor)), name: "values") else { return }
    let pending = try named.map { entry throws(MPIError) in
      try communicator.startBroadcast(entry.tensor, name: entry.name)
    }
    let values = try pending.map { entry throws(MPIError) in try entry.wait() }
    let parameters = model.namedParameters()
    for (entry, value) in zip(parameters, values) { entry.parameter.value = value }
    for (entry, value) in zip(model.namedBuffers(), values.dropFirst(parameters.count)) { entry.buffer.value = value }
    try checkValues()
  }

  private func checkValues() throws(MPIError) {
    let lines = model.namedParameters().map { "\($0.name) with the sum \(ModelFingerprint.sum([$0.parameter.value]))" }
    try communicator.checkSame(
      lines, "the parameters",
      hint: "nothing but the mean gradients may change them: look for what one rank alone does to its model")
  }

  public func begin(_ optimizer: Optimizer) throws {
    guard count > 1 else { return }
    try shareValues()
    guard settings.sharesOptimizer else { return }
    guard optimizer.parameters.allSatisfy({ $0.value.dtype == .float32 }) else {
      throw TensorError(
        .dtype, operation: "DataParallel", expected: "parameters of float32, for an optimizer that is shared out",
        got: "others", hint: "leave `sharesOptimizer` off")
    }
    let shares = UpdateShares(optimizer, communicator)
    shares.apply(to: optimizer)
    self.shares = shares
  }

  public func checkAgreement() throws { if count > 1 { try checkValues() } }

  public func beginStep(own: Int, all: Int) { part.set(own: own, all: all, count: count) }

  public func expectGradients() {
    guard count > 1 else { return }
    let learning = model.parameters().filter { $0.requiresGrad && $0.tensor.isLeaf }
    let known = learning.map { ObjectIdentifier($0) }
    if buckets == nil || known != bucketed {
      (buckets, bucketed) = (GradientBuckets(learning, communicator, bytes: settings.bucketBytes), known)
    }
    buckets?.expect()
  }

  public func averageGradients() throws {
    guard count > 1 else { return }
    // Each rank has sent another number of buckets by now, where it used other parameters: all are on their way before
    // anything else is.
    try buckets?.sendRest()
    let statistics = try startStatistics()
    try buckets?.finish()
    try statistics?()
  }

  public func averageStatistics() throws {
    if count > 1 { try startStatistics()?() }
  }

  public func alone(_ body: () throws -> Void) rethrows { try part.alone(body) }

  /// The backward pass of a loss, after which the gradients are the means of all ranks'.
  ///
  /// - Parameter samples: How many samples of the batch were this rank's, and how many there were; where it is left out,
  ///   what was said last, here or by `beginStep`, and equal parts where nothing was.
  public func backward(_ loss: Tensor, samples: (own: Int, all: Int)? = nil) throws {
    if let samples { beginStep(own: samples.own, all: samples.all) }
    expectGradients()
    let weight = part.weight
    (weight == 1 ? loss : loss * weight).backward()
    try averageGradients()
  }

  /// Begins to average the running statistics of batch normalization.
  private func startStatistics() throws -> (() throws -> Void)? {
    let buffers = normalizations.flatMap { [$0.runningMean, $0.runningVar].compactMap { $0 } }
    guard !buffers.isEmpty else { return nil }
    let all = noGrad { concatenated(buffers.map { $0.value.flattened() }, axis: 0) * part.weight }
    let pending = try communicator.startAllReduce(all, .mean, name: "running statistics")
    return {
      let means = try pending.wait()
      var start = 0
      for buffer in buffers {
        let end = start + buffer.value.elementCount
        buffer.value = noGrad { means.sliced(axis: 0, from: start, to: end).reshaped(to: buffer.value.shape) }
        start = end
      }
    }
  }

  public func shareUpdates(of optimizer: Optimizer) throws { try shares?.exchange(optimizer) }

  public func startSum(_ numbers: [Double]) throws -> () throws -> [Double] {
    let pending = try communicator.startAllReduce(Tensor(numbers, dtype: .float64), name: "step")
    return { try pending.wait().scalars(as: Double.self) }
  }

  public func gather(_ text: String, for purpose: String) throws -> [String] {
    try communicator.gather(text, name: purpose)
  }

  public func gather(_ tensors: [(name: String, tensor: Tensor)]) throws -> [(name: String, tensor: Tensor)] {
    guard count > 1, shares != nil else { return tensors }
    return try communicator.joined(tensors)
  }

  public func leave(because error: any Error) { communicator.leave(because: error) }
}

extension Communicator {
  /// Tensors with those that only later ranks have, on every rank.
  func joined(_ tensors: [(name: String, tensor: Tensor)]) throws -> [(name: String, tensor: Tensor)] {
    struct Entry: Codable {
      var name: String
      var shape: [Int]
      var type: String
    }
    let own = tensors.map { Entry(name: $0.name, shape: Array($0.tensor.shape), type: "\($0.tensor.dtype)") }
    let all = try gather(try StateText.encode(own), name: "names of the state")
      .map { try StateText.decode([Entry].self, from: $0) }
    var (result, known) = (tensors, Set(all[0].map(\.name)))
    result.removeAll { rank != 0 && !known.contains($0.name) }
    for (source, entries) in all.enumerated().dropFirst() {
      for entry in entries where known.insert(entry.name).inserted {
        let mine = source == rank ? tensors.first { $0.name == entry.name }?.tensor : nil
        let dtype = DType.allCases.first { "\($0)" == entry.type } ?? .float32
        let tensor = mine ?? Tensor(zeros: Shape(entry.shape), dtype: dtype)
        result.append((entry.name, try broadcast(tensor, from: source, name: entry.name)))
      }
    }
    return result
  }
}
