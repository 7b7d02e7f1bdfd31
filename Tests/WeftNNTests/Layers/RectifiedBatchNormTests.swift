import Testing
import Weft

/// Batch normalization with what residual networks do after it, against the same in separate operations.
@Suite struct RectifiedBatchNormTests {
  private func tensors() -> (x: Tensor, residual: Tensor) {
    func draw(_ seed: UInt64) -> Tensor { SampleInput.real([6, 20, 9, 7]).draw(seed: seed).converted(to: .float32) }
    return (draw(1), draw(2))
  }

  private func layer() -> BatchNorm2d {
    let layer = BatchNorm2d(20)
    layer.weight?.value = Tensor((0..<20).map { 0.5 + Double($0) / 20 }, dtype: .float32)
    layer.bias?.value = Tensor((0..<20).map { Double($0 % 5) / 10 - 0.2 }, dtype: .float32)
    return layer
  }

  /// The result and all gradients, and the running statistics.
  private func results(channelsLast: Bool, _ body: (BatchNorm2d, Tensor, Tensor) -> Tensor) -> [Tensor] {
    var (x, residual) = tensors()
    if channelsLast { x = x.permuted(0, 2, 3, 1).contiguous().permuted(0, 3, 1, 2) }
    (x, residual) = (x.requiringGrad(), residual.requiringGrad())
    let layer = layer()
    let y = body(layer, x, residual)
    (y * y).sum().backward()
    let statistics = [layer.runningMean, layer.runningVar].compactMap { $0?.value }
    return [y.detach()] + [x, residual].compactMap(\.grad) + layer.parameters().compactMap(\.grad) + statistics
  }

  /// But for rounding.
  private func expectEqual(_ one: Tensor, _ other: Tensor) {
    #expect((one - other).abs().max().item() <= 1e-5 * other.abs().max().item())
  }

  @Test(arguments: [false, true]) func isNormalizedThenAddedThenRectified(_ channelsLast: Bool) {
    let fused = results(channelsLast: channelsLast) { $0.rectified($1, adding: $2) }
    let apart = results(channelsLast: channelsLast) { ($0($1) + $2).relu() }
    #expect(fused.count == 7)
    for (one, other) in zip(fused, apart) { expectEqual(one, other) }
  }

  @Test(arguments: [false, true]) func withoutAResidual(_ channelsLast: Bool) {
    let fused = results(channelsLast: channelsLast) { layer, x, _ in layer.rectified(x) }
    let apart = results(channelsLast: channelsLast) { layer, x, _ in layer(x).relu() }
    #expect(fused.count == 6)
    for (one, other) in zip(fused, apart) { expectEqual(one, other) }
  }

  @Test func inEvaluation() {
    let (x, residual) = tensors()
    let layer = layer()
    layer.eval()
    let apart = (layer(x) + residual).relu()
    #expect((layer.rectified(x, adding: residual) - apart).abs().max().item() == 0)
  }

  @Test func aResidualOfAnotherShape() {
    let (x, _) = tensors()
    let layer = BatchNorm2d(20)
    for isTraining in [true, false] {
      layer.train(isTraining)
      let message = error { layer.rectified(x, adding: Tensor(zeros: [6, 20, 9, 1])) }
      #expect(message.contains("expected a residual of the input's shape, \(x.shape), got [6, 20, 9, 1]"))
    }
  }

  private func error(_ body: () -> Tensor) -> String {
    do {
      _ = try withTensorErrors { body() }
      return "nothing"
    } catch {
      return "\(error)"
    }
  }
}
