import WeftTensor
@_spi(Locks) import WeftTensor

/// The sum of a tensor over all ranks: each has a part in every rank's loss, so its gradient is the sum of theirs.
struct ReplicaSum: TensorOperation {
  static let name = "replicaSum"
  static let operands: Operands = ["input"]
  static let equation = "y = Σ over ranks of x"
  static let testedBy: String? = "twoRanksNormalizeAsOne"
  static let samples: [Sample] = []
  /// Which communicator, by the order in which they were made: an operation is a value, and holds no connection.
  let number: Int

  private static let communicators = Guarded([Communicator]())

  static func over(_ communicator: Communicator) -> ReplicaSum {
    ReplicaSum(
      number: communicators.withLock { known in
        known.append(communicator)
        return known.count - 1
      })
  }

  func callAsFunction(_ input: Tensor) -> Tensor { apply(self, [input])[0] }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let found = Self.communicators.withLock { $0.indices.contains(number) ? $0[number] : nil }
    do {
      guard let found else { throw MPIError.failed("a sum over the ranks", "none that are connected") }
      return [try found.startAllReduce(inputs[0], .sum, name: "statistics of a batch", lane: .statistics).wait()]
    } catch {
      return [
        .failed(TensorError(.unsupported, operation: Self.name, expected: "a sum over all ranks", got: "\(error)"))
      ]
    }
  }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    [gradients[0].map { callAsFunction($0) }]
  }
}
