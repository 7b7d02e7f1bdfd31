import WeftTensor

/// Samples along the first axis of two tensors: what a network reads, and what it should give.
///
/// ```swift
/// let data = try TensorDataset(features, prices)                 // [N, 8] and [N, 1]
/// for batch in DataLoader(data, batchSize: 32, shuffle: true) {
///   let loss = meanSquaredError(model(batch.inputs), batch.targets)
/// }
/// ```
/// With classes as targets, `LabeledTensors` says more.
public struct TensorDataset: Dataset {
  /// Some of the samples, in the order asked for.
  public struct Batch: TensorBatch {
    /// [n, ...], a row for each sample asked for.
    public var inputs: Tensor
    /// [n, ...], a row for each sample asked for.
    public var targets: Tensor

    /// A batch of these.
    public init(inputs: Tensor, targets: Tensor) { (self.inputs, self.targets) = (inputs, targets) }
    public init(tensors: [Tensor]) { self.init(inputs: tensors[0], targets: tensors[1]) }

    /// The inputs and the targets.
    public var tensors: [Tensor] { [inputs, targets] }
  }

  /// [N, ...].
  public let inputs: Tensor
  /// [N, ...].
  public let targets: Tensor

  /// The samples of these tensors; no gradient flows into them.
  ///
  /// - Throws: `TensorError` where one is a scalar, or they differ in their first axis.
  public init(_ inputs: Tensor, _ targets: Tensor) throws(TensorError) {
    try checkSamples([("inputs", inputs), ("targets", targets)], operation: "TensorDataset")
    self.inputs = inputs.detach()
    self.targets = targets.detach()
  }

  public var count: Int { inputs.shape[0] }

  public func batch(at indices: [Int], context: LoadingContext) -> Batch {
    Batch(inputs: inputs.samples(at: indices), targets: targets.samples(at: indices))
  }
}

/// Samples along the first axis of a tensor, with a class each.
///
/// ```swift
/// let data = try LabeledTensors(features, labels: species, classCount: 3)   // [N, 4] and [N]
/// let (train, validation) = try data.split(validation: 0.2, seed: 7)
/// let trainer = Trainer(classifier: model, AdamW(model.parameters()), classCount: 3)
/// try trainer.fit(DataLoader(train, batchSize: 16, shuffle: true), validation: DataLoader(validation), epochs: 20)
/// ```
public struct LabeledTensors: LabeledDataset {
  /// [N, ...].
  public let inputs: Tensor
  /// [N] in int64.
  public let labels: Tensor
  public let classCount: Int

  /// The samples of this tensor; no gradient flows into it.
  ///
  /// - Parameters:
  ///   - labels: [N], the class of each sample, from 0 to `classCount - 1`, in an integer type.
  ///   - classCount: Left out, one above the largest label.
  /// - Throws: `TensorError` where the tensors do not fit together, or a label is no class.
  public init(_ inputs: Tensor, labels: Tensor, classCount: Int? = nil) throws(TensorError) {
    try checkSamples([("inputs", inputs), ("labels", labels)], operation: "LabeledTensors")
    guard labels.rank == 1, !labels.dtype.isFloatingPoint, labels.dtype != .bool else {
      throw TensorError(
        .dtype, operation: "LabeledTensors", operands: [("labels", labels.spec)],
        expected: "labels of shape [\(inputs.shape[0])] in an integer type", got: "\(labels.spec)")
    }
    let numbers = labels.scalars(as: Int.self)
    let (above, isTooLarge) = max(0, numbers.max() ?? 0).addingReportingOverflow(1)
    guard !isTooLarge else {
      throw TensorError(
        .index, operation: "LabeledTensors", operands: [("labels", labels.spec)],
        expected: "labels that number classes",
        got: "\(Int.max)")
    }
    let classCount = classCount ?? above
    try checkLabels(numbers, classCount, operation: "LabeledTensors")
    self.inputs = inputs.detach()
    self.labels = labels.detach().converted(to: .int64)
    self.classCount = classCount
  }

  /// The samples of this tensor with the classes of an array.
  ///
  /// - Throws: `TensorError` where they do not fit together, or a label is no class.
  public init(_ inputs: Tensor, labels: [Int], classCount: Int? = nil) throws(TensorError) {
    try self.init(inputs, labels: Tensor(labels), classCount: classCount)
  }

  public var count: Int { inputs.shape[0] }

  public func batch(at indices: [Int], context: LoadingContext) -> LabeledBatch {
    LabeledBatch(inputs: inputs.samples(at: indices), labels: labels.samples(at: indices))
  }
}

extension Tensor {
  /// The entries of the first axis at `indices`.
  fileprivate func samples(at indices: [Int]) -> Tensor { noGrad { indexSelected(Tensor(indices), axis: 0) } }
}

private func checkSamples(_ tensors: [(name: String, tensor: Tensor)], operation: String) throws(TensorError) {
  let operands = tensors.map { (name: $0.name, spec: $0.tensor.spec) }
  if let scalar = tensors.first(where: { $0.tensor.rank == 0 }) {
    throw TensorError(
      .shape, operation: operation, operands: operands, expected: "samples along a first axis",
      got: "\(scalar.name) without axes")
  }
  let counts = tensors.map { $0.tensor.shape[0] }
  if let place = counts.firstIndex(where: { $0 != counts[0] }) {
    throw TensorError(
      .shape, operation: operation, operands: operands,
      expected: "as many \(tensors[place].name) as \(tensors[0].name)",
      got: "\(counts[place]) and \(counts[0])")
  }
}
