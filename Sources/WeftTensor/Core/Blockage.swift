/// Why a tensor made from others that required a gradient requires none: kept for the message of a `backward()` that
/// would reach nothing.
package final class Blockage: Sendable {
  package enum Reason: Sendable {
    /// The name of the operation whose result was detached, nil of a leaf, and where.
    case detached(String?, CallSite)
    case recordingOff(CallSite)
    /// Passed through an operation without a derivative, for the reason given.
    case operation(String, String)
    /// Anything else, put into words only when they are needed.
    case other(@Sendable () -> String)
  }

  package let reason: Reason
  package init(_ reason: Reason) { self.reason = reason }
}

extension Blockage: CustomStringConvertible {
  /// As the reason in a sentence about a result.
  package var description: String {
    switch reason {
    case .detached(let name, let place):
      "the history was cut off by `detach()` of \(name.map { "a result of `\($0)`" } ?? "a leaf") at \(place)"
    case .recordingOff(let place): "gradients were off, by the `noGrad` opened at \(place)"
    case .operation(let name, let why): "the history ended at `\(name)`, which has no derivative: \(why)"
    case .other(let describe): describe()
    }
  }
}
