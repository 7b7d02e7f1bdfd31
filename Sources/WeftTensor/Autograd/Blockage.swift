/// Why a tensor made from others that required a gradient requires none: kept for the message of a `backward()` that
/// would reach nothing.
package final class Blockage: Sendable {
  package enum Reason: Sendable {
    case detached
    case recordingOff(SourceLocation)
    /// Passed through an operation without a derivative.
    case operation(String)
  }

  package let reason: Reason
  package init(_ reason: Reason) { self.reason = reason }

  static let detached = Blockage(.detached)
}

extension Tensor {
  func blocked(by blockage: Blockage?) -> Tensor {
    var tensor = self
    tensor.blockage = blockage
    return tensor
  }
}
