import Synchronization
import WeftTensor

/// The identity, which counts how often its kernel runs.
struct CountingOperation: TensorOperation {
  static let name = "counting"
  static let runs = Atomic<Int>(0)
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    Self.runs.wrappingAdd(1, ordering: .relaxed)
    return inputs
  }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { gradients }
  static let samples = [Sample(CountingOperation(), .real([3]))]
}
