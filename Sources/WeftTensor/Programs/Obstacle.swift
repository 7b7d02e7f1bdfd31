/// Why a run is not written down as a program.
package struct Obstacle: Error {
  package let reason: TensorError
  /// Whether another run may be without it, as where threads met by chance (`Note: Recordings and threads`).
  package let mayPass: Bool

  /// How many runs are recorded in which threads meet, before none is recorded any more.
  package static let chances = 4
}

extension TensorError {
  /// Something that a replay would not do again.
  static func past(_ what: String, _ tensor: Tensor? = nil, hint: String = "") -> TensorError {
    TensorError(
      .unsupported, operation: "recording", operands: tensor.map { [("tensor", $0.spec)] } ?? [],
      expected: "a run that is the same for all inputs of these shapes, through operations alone", got: what, hint: hint
    )
  }
}
