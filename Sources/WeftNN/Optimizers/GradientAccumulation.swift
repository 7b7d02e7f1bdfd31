import WeftTensor

/// Averages gradients over several batches before each step. With batches of one size and losses that are means, that
/// is the gradient of one large batch; a smaller batch counts as much as the others.
///
/// ```swift
/// var accumulation = GradientAccumulation(over: 4)
/// for batch in loader {
///   if accumulation.backward(loss(of: batch)) {
///     optimizer.step()
///     optimizer.zeroGrad()
///   }
/// }
/// ```
public struct GradientAccumulation: Sendable {
  /// How many losses make a step.
  public let count: Int
  /// How many there were since the last step.
  public private(set) var done = 0

  /// - Parameter count: How many losses make a step. Misuse: less than 1.
  public init(over count: Int) {
    if count < 1 {
      report(
        TensorError(.value, operation: "GradientAccumulation", expected: "at least one loss a step", got: "\(count)"))
    }
    self.count = max(1, count)
  }

  /// Whether the next loss is the first of a step.
  public var isEmpty: Bool { done == 0 }

  /// Adds the gradients of a loss, divided by the number of losses.
  ///
  /// - Returns: Whether it is time for the step.
  public mutating func backward(_ loss: Tensor) -> Bool {
    (count == 1 ? loss : loss / Double(count)).backward()
    done = (done + 1) % count
    return done == 0
  }
}
