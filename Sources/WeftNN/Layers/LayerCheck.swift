import WeftTensor

/// What can be wrong with a layer before it sees any input.
enum LayerCheck {
  /// A kernel's size along each axis.
  static func kernel(_ size: PerAxis, _ axes: Int, layer: String) -> [Int] {
    do {
      return try size.resolved(axes, "kernelSize", atLeast: 1, operation: layer)
    } catch {
      report(error)
      return Array(repeating: 1, count: axes)
    }
  }

  /// Whether `groups` divides the channels of each side.
  static func groups(_ groups: Int, _ channels: [(side: String, count: Int)], layer: String) {
    for (side, count) in channels where groups < 1 || !count.isMultiple(of: groups) {
      return report(
        TensorError(
          .value, operation: layer, expected: "groups that divide the \(count) \(side) channels", got: "\(groups)"))
    }
  }

  /// A size that others are computed from: itself, or 1 where no tensor could have it, which is reported.
  static func size(_ size: Int, _ name: String, layer: String) -> Int {
    bounded(size, name, 0...Int(Int32.max), layer: layer)
  }

  /// A number of layers to make: itself, or 1 where it is below `least` or more than anybody could wait for, which is
  /// reported.
  static func layers(_ count: Int, atLeast least: Int = 0, layer: String) -> Int {
    bounded(count, "layers", least...100_000, layer: layer)
  }

  private static func bounded(_ value: Int, _ name: String, _ range: ClosedRange<Int>, layer: String) -> Int {
    if range.contains(value) { return value }
    report(
      TensorError(
        .value, operation: layer, expected: "\(name) in \(range.lowerBound) ... \(range.upperBound)", got: "\(value)"))
    return 1
  }

  /// Whether the weight of a new batch in running statistics is one, nil for their average; otherwise that is reported.
  @discardableResult
  static func momentum(_ share: Double?, layer: String) -> Bool {
    guard let share, !(0...1).contains(share) else { return true }
    report(TensorError(.value, operation: layer, expected: "a momentum in 0 ... 1", got: "\(share)"))
    return false
  }

  /// Whether a probability of dropping is one.
  static func probability(_ p: Double, layer: String) {
    guard !(0...1).contains(p) else { return }
    report(TensorError(.value, operation: layer, expected: "a probability in 0 ... 1", got: "\(p)"))
  }
}

extension Tensor {
  /// `body` of this tensor of `axes` spatial axes as [N, C, spatial...]: a single [C, spatial...] becomes a batch of one
  /// and its result single again.
  func asBatch(axes: Int, _ body: (Tensor) -> Tensor) -> Tensor {
    guard rank == axes + 1 else { return body(self) }
    return asBatchOfOne { [body($0)] }[0]
  }
}
