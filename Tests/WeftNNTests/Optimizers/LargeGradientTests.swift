import Testing
import WeftNN
import WeftTensor

/// Gradients whose squares are beyond float32, while the shares of them that averages take are not.
@Suite struct LargeGradientTests {
  static let optimizers: [String: @Sendable ([Parameter]) -> Optimizer] = [
    "Adam": { Adam($0, learningRate: 0.1) }, "AdamW": { AdamW($0, learningRate: 0.1, amsgrad: true) },
    "NAdam": { NAdam($0, learningRate: 0.1) }, "RAdam": { RAdam($0, learningRate: 0.1) },
    "RMSprop": { RMSprop($0, learningRate: 0.1) },
    "centred RMSprop": { RMSprop($0, learningRate: 0.1, centered: true) },
    "Adadelta": { Adadelta($0) }, "LAMB": { LAMB($0, learningRate: 0.1) },
  ]

  @Test(arguments: optimizers.keys.sorted()) func moveAsInFloat64(_ name: String) throws {
    let make = try #require(Self.optimizers[name])
    func value(_ dtype: DType) -> [Double] {
      let parameter = Parameter(Tensor([1, -2] as [Double], dtype: dtype))
      let optimizer = make([parameter])
      for factor in [1.0, -0.5] {
        parameter.grad = Tensor([3e19 * factor, -2.5e19], dtype: dtype)
        optimizer.step()
      }
      return parameter.value.scalars(as: Double.self)
    }
    for (found, exact) in zip(value(.float32), value(.float64)) {
      #expect(Swift.abs(found - exact) <= 1e-5 * Swift.abs(exact), "\(found), not \(exact)")
    }
  }
}
