import Testing
import Weft

/// Types join in layers as in any operation: what Documentation/PyTorch.md says of a float64 input.
@Suite struct MixedTypeTests {
  @Test func aWiderInputGivesAWiderResult() {
    for layer in [
      Linear(3, 3), LayerNorm(3), ReLU(),
      Sequential {
        Linear(3, 4); Tanh(); Linear(4, 2)
      },
    ] as [Module] {
      #expect(layer(Tensor(ones: [2, 3], dtype: .float64)).dtype == .float64, "\(type(of: layer))")
      #expect(layer(Tensor(ones: [2, 3])).dtype == .float32, "\(type(of: layer))")
    }
    #expect(Conv1d(1, 2, kernelSize: 2)(Tensor(ones: [1, 1, 4], dtype: .float64)).dtype == .float64)
  }

  /// A number of the program is none of these.
  @Test func aNumberLeavesTheTypeAsItIs() {
    let x = 0.25
    #expect(Linear(1, 2)(Tensor(x).reshaped(to: [1, 1])).dtype == .float32)
  }
}
