import Testing
import Weft

/// Batches without elements, no channels, no bias, and calls that are repeated for a checkpoint.
@Suite struct NormalizationEdgeTests {
  private func numbers(_ buffer: Buffer?) -> [Double]? { buffer?.value.scalars(as: Double.self) }

  @Test func anEmptyBatchLeavesRunningStatisticsAsTheyAre() throws {
    for shape: Shape in [[0, 2], [0, 2, 3], [3, 2, 0]] {
      for momentum in [0.1, nil] {
        let layer = BatchNorm1d(2, momentum: momentum)
        let output = try withTensorErrors { layer(Tensor(zeros: shape)) }
        #expect(output.shape == shape)
        #expect(numbers(layer.runningMean) == [0, 0])
        #expect(numbers(layer.runningVar) == [1, 1])
        #expect(layer.numBatchesTracked?.value.item() == 0)
      }
    }
    for shape: Shape in [[0, 2, 3], [3, 2, 0]] {
      let layer = InstanceNorm1d(2, affine: true, trackRunningStats: true)
      #expect(try withTensorErrors { layer(Tensor(zeros: shape)) }.shape == shape)
      #expect(numbers(layer.runningMean) == [0, 0])
      #expect(numbers(layer.runningVar) == [1, 1])
      #expect(try withTensorErrors { layer.eval()(Tensor(zeros: shape)) }.shape == shape)
    }
    #expect(try withTensorErrors { GroupNorm(1, 2)(Tensor(zeros: [0, 2, 3])) }.shape == [0, 2, 3])
    #expect(try withTensorErrors { LayerNorm(2)(Tensor(zeros: [0, 2])) }.shape == [0, 2])
    #expect(try withTensorErrors { RMSNorm(2)(Tensor(zeros: [0, 2])) }.shape == [0, 2])
  }

  @Test func noChannelsAreNormalizedToNone() throws {
    let layers: [Module] = [
      BatchNorm1d(0), BatchNorm1d(0, affine: false, trackRunningStats: false), GroupNorm(1, 0), InstanceNorm1d(0),
      InstanceNorm1d(0, affine: true, trackRunningStats: true),
    ]
    for layer in layers {
      #expect(try withTensorErrors { layer(Tensor(zeros: [4, 0, 3])) }.shape == [4, 0, 3])
      #expect(try withTensorErrors { layer.eval()(Tensor(zeros: [4, 0, 3])) }.shape == [4, 0, 3])
    }
    #expect(try withTensorErrors { LayerNorm(0)(Tensor(zeros: [4, 0])) }.shape == [4, 0])
    #expect(try withTensorErrors { RMSNorm(0)(Tensor(zeros: [4, 0])) }.shape == [4, 0])
  }

  @Test func gradientsOfAnEmptyBatchAreZero() throws {
    let layers: [Module] = [BatchNorm1d(2), InstanceNorm1d(2, affine: true), GroupNorm(1, 2), LayerNorm(3)]
    for (place, layer) in layers.enumerated() {
      for shape: Shape in [[0, 2, 3], [3, 2, 0]] where place < 3 || shape[2] == 3 {
        layer.zeroGrad()
        try withTensorErrors { layer(Tensor(zeros: shape)).sum().backward() }
        for parameter in layer.parameters() {
          #expect(
            parameter.grad?.scalars(as: Double.self) == Array(repeating: 0, count: parameter.elementCount),
            "\(layer) \(shape)")
        }
      }
    }
  }

  @Test func aNormWithoutABiasOnlyScales() {
    let layers: [(without: Module, with: Module)] = [
      (BatchNorm2d(4, bias: false), BatchNorm2d(4)), (GroupNorm(2, 4, bias: false), GroupNorm(2, 4)),
      (InstanceNorm2d(4, affine: true, bias: false), InstanceNorm2d(4, affine: true)),
    ]
    let x = Tensor(normal: [3, 4, 2, 2])
    for (without, with) in layers {
      for layer in [without, with] { layer.parameter(named: "weight")?.value = Tensor([1.0, 2, 3, 4]) }
      #expect(without.namedParameters().map(\.name) == ["weight"])
      for isTraining in [true, false] {
        #expect(without.train(isTraining)(x).isClose(to: with.train(isTraining)(x)))
      }
    }
    #expect(BatchNorm1d(3, affine: false).parameters().isEmpty)
  }

  @Test func aBatchUnderACheckpointCountsOnce() {
    let x = Tensor(normal: [4, 2, 3])
    let (plain, kept) = (BatchNorm1d(2), BatchNorm1d(2))
    plain(x).sum().backward()
    checkpoint { checkpoint { kept(x) } * 1 }.sum().backward()
    #expect(kept.numBatchesTracked?.value.item() == 1)
    #expect(numbers(kept.runningMean) == numbers(plain.runningMean))
    #expect(numbers(kept.runningVar) == numbers(plain.runningVar))

    let (first, second) = (
      InstanceNorm1d(2, trackRunningStats: true), InstanceNorm1d(2, affine: true, trackRunningStats: true)
    )
    _ = first(x)
    checkpoint { second(x) }.sum().backward()
    #expect(numbers(second.runningMean) == numbers(first.runningMean))
  }

  @Test func aSpectralNormUnderACheckpointIteratesOnce() throws {
    let layer = Linear(3, 2).spectrallyNormalized()
    let twin = try Linear(3, 2).spectrallyNormalized().copyState(from: layer)
    let x = Tensor(normal: [4, 3])
    layer(x).sum().backward()
    checkpoint { twin(x) }.sum().backward()
    for (own, other) in zip(layer.buffers(), twin.buffers()) {
      #expect(own.value.isClose(to: other.value, relative: 0, absolute: 0))
    }
    for (own, other) in zip(layer.parameters(), twin.parameters()) {
      #expect(other.grad.map { own.grad?.isClose(to: $0) == true } == true)
    }
  }
}
