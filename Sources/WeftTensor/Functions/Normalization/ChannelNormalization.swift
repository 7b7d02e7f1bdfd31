// Batch, group and instance normalization: `Normalization` over the axes each of them means.

extension Tensor {
  /// Batch normalization in training: each channel (axis 1) brought to mean 0 and variance 1 over all other axes, then
  /// scaled and shifted.
  ///
  /// Shape: self [N, C, ...], `weight` and `bias` [C], the result and `residual` like self, `mean` and `variance` [C].
  ///
  /// - Parameters:
  ///   - residual: Added to the result.
  ///   - rectified: Take max(·, 0) of that. Both cost hardly more than the normalization alone.
  /// - Returns: Also the batch's mean and biased variance, for running statistics (PyTorch's running variance is
  ///   n/(n - 1) times the biased one).
  public func batchNormalized(
    weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5, adding residual: Tensor? = nil,
    rectified: Bool = false
  ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    if let error = channelError("batchNorm", [("weight", weight), ("bias", bias)]) {
      return (.failed(error), .invalid, .invalid)
    }
    guard elementCount != shape[1] || elementCount == 0 else {
      return (.failed(singleElementError("batchNorm")), .invalid, .invalid)
    }
    let operation = Normalization(
      axes: (0..<rank).filter { $0 != 1 }, epsilon: epsilon, adds: residual != nil, rectifies: rectified)
    let results = normalized(operation, perChannel(weight), perChannel(bias), residual)
    return (results[0], results[1].reshaped(to: [shape[1]]), results[2].reshaped(to: [shape[1]]))
  }

  /// Batch normalization with known statistics, as in evaluation: (x - mean)/√(variance + ε)·weight + bias, one pass.
  ///
  /// Shape: self [N, C, ...], all others [C], the result like self.
  public func batchNormalized(
    mean: Tensor, variance: Tensor, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    let operands = [("mean", mean), ("variance", variance), ("weight", weight), ("bias", bias)]
    if let error = channelError("batchNorm", operands) { return .failed(error) }
    let unit = (variance + epsilon).rsqrt()
    let scale = weight.map { $0 * unit } ?? unit
    let shift = bias ?? Tensor(zeros: [shape[1]], dtype: mean.dtype)
    return apply(Affine(), [self] + [mean, scale, shift].compactMap { perChannel($0) })[0]
  }

  /// Group normalization: channels (axis 1) in `groups` equal groups, each group of each sample brought to mean 0 and
  /// variance 1, then each channel scaled and shifted. Wu, He 2018.
  ///
  /// Shape: self [N, C, ...], `weight` and `bias` [C], the result like self.
  public func groupNormalized(
    groups: Int, weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    if let error = channelError("groupNorm", [("weight", weight), ("bias", bias)]) { return .failed(error) }
    guard groups > 0, shape[1] % groups == 0 else {
      return .failed(
        TensorError(
          .value, operation: "groupNorm", operands: [("input", spec)],
          expected: "a number of groups that divides the \(shape[1]) channels (axis 1)", got: "\(groups)"))
    }
    let width = shape[1] / groups
    let grouped = reshaped(to: Shape([shape[0], groups, width] + shape.sizes[2...]))
    func parameter(_ tensor: Tensor?) -> Tensor? {
      tensor?.reshaped(to: Shape([1, groups, width] + Array(repeating: 1, count: rank - 2)))
    }
    let operation = Normalization(axes: Array(2...rank), epsilon: epsilon)
    return grouped.normalized(operation, parameter(weight), parameter(bias))[0].reshaped(to: shape)
  }

  /// Instance normalization: each channel of each sample brought to mean 0 and variance 1 over the axes after it, then
  /// scaled and shifted. Ulyanov et al. 2016.
  ///
  /// Shape: self [N, C, spatial...], `weight` and `bias` [C], the result like self.
  public func instanceNormalized(weight: Tensor? = nil, bias: Tensor? = nil, epsilon: Double = 1e-5) -> Tensor {
    if let error = channelError("instanceNorm", [("weight", weight), ("bias", bias)]) { return .failed(error) }
    guard shape.sizes[2...].reduce(1, *) != 1 else { return .failed(singleElementError("instanceNorm")) }
    let operation = Normalization(axes: Array(2..<rank), epsilon: epsilon)
    return normalized(operation, perChannel(weight), perChannel(bias))[0]
  }

  private func normalized(
    _ operation: Normalization, _ weight: Tensor?, _ bias: Tensor?, _ residual: Tensor? = nil
  ) -> [Tensor] {
    apply(operation, [self] + [weight ?? bias?.onesLike(), bias, residual].compactMap { $0 })
  }

  /// A parameter [C] as [C, 1, ...], to be read along axis 1.
  private func perChannel(_ parameter: Tensor?) -> Tensor? {
    parameter?.reshaped(to: Shape([1, shape[1]] + Array(repeating: 1, count: rank - 2)))
  }

  private func channelError(_ operation: String, _ parameters: [(String, Tensor?)]) -> TensorError? {
    guard rank >= 2 else {
      return TensorError(
        .shape, operation: operation, operands: [("input", spec)], expected: "an input [N, C, ...]", got: "\(shape)",
        hint: "no batch axis? `x.unsqueezed(0)` adds one")
    }
    for case (let name, let parameter?) in parameters where parameter.shape != [shape[1]] {
      return TensorError(
        .shape, operation: operation, operands: [("input", SingleExample.spec(spec)), (name, parameter.spec)],
        expected: "\(name) with one number per channel (axis \(SingleExample.axis(1))): [\(shape[1])]",
        got: "\(parameter.shape)", hint: "channels last? they belong on axis \(SingleExample.axis(1))")
    }
    return nil
  }

  private func singleElementError(_ operation: String) -> TensorError {
    TensorError(
      .shape, operation: operation, operands: [("input", SingleExample.spec(spec))],
      expected: "more than one value per channel, to take a variance of", got: "one",
      hint: "a batch of one sample? use evaluation mode or larger batches")
  }
}
