import WeftTensor

extension Operator {
  /// Losses.
  static let losses: [Operator] = [
    Operator("NegativeLogLikelihoodLoss", fixed: [1, 2]) { call in
      try loss(call, try call.tensor(0))
    },
    .several("SoftmaxCrossEntropyLoss", fixed: [1, 2]) { call in
      let logs = try call.tensor(0).logSoftmax(axis: 1)
      return [try loss(call, logs), logs]
    },
  ]

  /// Minus the logarithms of the right classes' probabilities, each with its class's weight.
  private static func loss(_ call: NodeCall, _ logs: Tensor) throws -> Tensor {
    let (classes, weights) = (try call.tensor(1).converted(to: .int64), try call.tensorIfAny(2))
    guard logs.rank >= 2, classes.rank == logs.rank - 1, classes.dtype.isInteger else {
      throw NodeFailure(expected: "[N, C, ...] and classes [N, ...]", got: "\(logs.spec) and \(classes.spec)")
    }
    let ignored = try call.attributes.int("ignore_index")
    let counts = ignored.map { classes .!= $0 }
    let safe = counts.map { Tensor.where($0, classes, classes.zerosLike()) } ?? classes
    let chosen = logs.gathered(safe.unsqueezed(1), axis: 1).squeezed(1)
    var share = weights.map { $0.indexSelected(safe.reshaped(-1), axis: 0).reshaped(to: safe.shape) }
    if let counts {
      let kept = counts.converted(to: logs.dtype)
      share = share.map { $0 * kept } ?? kept
    }
    let losses = share.map { -chosen * $0 } ?? -chosen
    switch try call.attributes.text("reduction", "mean") {
    case "none": return losses
    case "sum": return losses.sum()
    default: return share.map { losses.sum() / $0.sum() } ?? losses.mean()
    }
  }
}
