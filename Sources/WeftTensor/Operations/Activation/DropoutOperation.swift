/// x/(1 - p) with probability 1 - p, else 0. Gradient: the same of g, by the same mask, which the stream draws again.
///
/// Srivastava et al. 2014, with the scaling in training.
public struct DropoutOperation: RandomOperation {
  public static let name = "dropout"
  public static let operands: Operands = ["x"]
  public static let equation = "yᵢ = xᵢ/(1 - p) with probability 1 - p, else 0"
  /// p, the probability with which an element becomes 0, in 0 ... 1.
  public let probability: Double
  /// What the mask is drawn from, twice the same.
  public internal(set) var stream: RandomStream

  public init(probability: Double, stream: RandomStream) {
    self.probability = probability
    self.stream = stream
  }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard (0...1).contains(probability) else {
      throw TensorError(.value, operation: Self.name, expected: "a probability in 0 ... 1", got: "\(probability)")
    }
    return [TensorSpec(inputs[0].shape, inputs[0].dtype.floating)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    inputs.backend.map(Self.masked, [scale], [inputs[0], mask(inputs[0].shape)], as: outputs)
  }

  private var scale: Double { probability < 1 ? 1 / (1 - probability) : 0 }

  private static let masked = Formula(inputs: 2, parameters: 1) { x, p in [select(x[1], x[0] * p[0], 0)] }

  /// Which elements stay: the place in row-major order decides, not the layout in memory.
  private func mask(_ shape: Shape) -> Tensor {
    let mask = Tensor(uninitialized: TensorSpec(shape, .bool))
    mask.backend.random(.bernoulli(probability: 1 - probability), stream, into: mask)
    return mask
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { apply(self, [$0])[0] }]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    linearTangents(tangents, inputs)
  }

  /// The same elements of every example, as a loop over them drops with this stream. So the mask depends on nothing but
  /// the stream and an example's shape, and derivatives, in whose batches the examples may not be, draw it again.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let keeps = mask(batch.specs[0].shape)
    let x = batch.inputs[0].converted(to: batch.inputs[0].dtype.floating)
    return [Tensor.where(keeps, x * scale, x.zerosLike())]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let keeps = mask(Shape(inputs[0].shape)).scalars(as: Bool.self)
    let values = zip(inputs[0].values, keeps).map { $1 ? $0 / (1 - probability) : 0 }
    return [ReferenceArray(shape: inputs[0].shape, values: values)]
  }

  public static let samples = [
    Sample(DropoutOperation(probability: 0.5, stream: RandomStream(seed: 7)), .real([4, 5])),
    Sample(DropoutOperation(probability: 0.2, stream: RandomStream(seed: 7, offset: 3)), .real([2, 3, 2])),
    Sample(DropoutOperation(probability: 1, stream: RandomStream(seed: 1)), .real([3])),
    Sample(DropoutOperation(probability: 0, stream: RandomStream(seed: 1)), .real([0, 3])),
  ]

  public static let refusals = [
    Refusal(
      DropoutOperation(probability: 1.5, stream: RandomStream(seed: 1)), .real([2]), because: "a probability in 0 ... 1"
    ),
    Refusal(
      DropoutOperation(probability: .nan, stream: RandomStream(seed: 1)), .real([2]),
      because: "a probability in 0 ... 1"),
  ]
}

extension Tensor {
  /// Each element 0 with the given probability, else scaled by 1/(1 - probability), as `stream` decides: the same
  /// stream drops the same elements.
  ///
  /// - Parameter stream: Left out, the next stream of the process-wide generator.
  public func dropout(probability: Double, using stream: RandomStream = Random.nextStream()) -> Tensor {
    probability == 0 ? self : apply(DropoutOperation(probability: probability, stream: stream), [self])[0]
  }

  /// The same under an older label.
  @available(*, deprecated, renamed: "dropout(probability:using:)")
  public func dropout(probability: Double, stream: RandomStream) -> Tensor {
    dropout(probability: probability, using: stream)
  }
}
