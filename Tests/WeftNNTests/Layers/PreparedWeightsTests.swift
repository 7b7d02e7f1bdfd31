import Testing
import Weft

/// What is kept of a convolution's weights between calls never outlives the weights.
@Suite("Weights kept in the kernels' layout")
struct PreparedWeightsTests {
  /// Too few channels for Winograd, so that oneDNN computes it, in a layout of its own.
  private static func layer(_ seed: UInt64) -> Conv2d {
    let layer = Conv2d(16, 32, kernelSize: 3, stride: 2, padding: 1, bias: false)
    layer.weight.value = weight(seed)
    return layer
  }

  private static func weight(_ seed: UInt64) -> Tensor {
    SampleInput.real([32, 16, 3, 3]).draw(seed: seed).converted(to: .float32)
  }

  private static let input = SampleInput.real([1, 16, 8, 8]).draw(seed: 99).converted(to: .float32)

  /// Often enough that the weights are kept.
  private static func output(_ layer: Conv2d) -> [Float] {
    noGrad {
      for _ in 0..<3 { _ = layer(input) }
      return layer(input).scalars(as: Float.self)
    }
  }

  /// By a layer that has seen no other weights.
  private static func fresh(_ weight: Tensor) -> [Float] {
    let layer = layer(0)
    layer.weight.value = weight.cloned()
    return noGrad { layer(input).scalars(as: Float.self) }
  }

  @Test func anOptimizerStepIsSeen() {
    let layer = Self.layer(3)
    let before = Self.output(layer)
    let optimizer = SGD(layer.parameters(), learningRate: 0.1)
    for _ in 0..<3 {
      layer(Self.input).sum().backward()
      optimizer.step()
      optimizer.zeroGrad()
      let after = Self.output(layer)
      #expect(after != before)
      #expect(after == Self.fresh(layer.weight.value))
    }
  }

  @Test func aNewValueIsSeen() {
    let layer = Self.layer(3)
    let before = Self.output(layer)
    layer.weight.value = Self.weight(7)
    let after = Self.output(layer)
    #expect(after != before)
    #expect(after == Self.fresh(Self.weight(7)))
  }

  @Test func writingElementsIsSeen() {
    var weight = Self.weight(3)
    let output = { (weight: Tensor) in
      for _ in 0..<3 { _ = convolution(Self.input, weight: weight, stride: 2, padding: 1) }
      return convolution(Self.input, weight: weight, stride: 2, padding: 1).scalars(as: Float.self)
    }
    let before = output(weight)
    weight[3] = Tensor(ones: [16, 3, 3])
    let after = output(weight)
    #expect(after != before)
    #expect(after == Self.fresh(weight))
  }

  @Test func twoModelsAndTwoPartsOfOneTensorStayApart() {
    let (a, b) = (Self.layer(3), Self.layer(7))
    for _ in 0..<3 {
      #expect(Self.output(a) == Self.fresh(Self.weight(3)))
      #expect(Self.output(b) == Self.fresh(Self.weight(7)))
    }
    let both = concatenated([Self.weight(3), Self.weight(7)])
    for _ in 0..<4 {
      for (part, seed) in [(both[0..<32], UInt64(3)), (both[32..<64], UInt64(7))] {
        let found = convolution(Self.input, weight: part, stride: 2, padding: 1).scalars(as: Float.self)
        #expect(found == Self.fresh(Self.weight(seed)))
      }
    }
  }

  /// In a process of its own: the counters are the whole process's.
  @Test func whatIsKeptIsBoundedAndFreed() async {
    await #expect(processExitsWith: .success) {
      do {
        let layers = (0..<20).map { PreparedWeightsTests.layer(UInt64($0)) }
        for layer in layers { _ = PreparedWeightsTests.output(layer) }
        let bytes = PreparedWeights.byteCount
        precondition(bytes >= 20 * 32 * 16 * 9 * 4, "nothing was kept")
        precondition(bytes <= PreparedWeights.limit)
        let optimizer = SGD(layers[0].parameters(), learningRate: 0.1)
        layers[0](PreparedWeightsTests.input).sum().backward()
        optimizer.step()
        precondition(PreparedWeights.byteCount < bytes, "changed weights were kept")
      }
      precondition(PreparedWeights.byteCount == 0, "weights that are gone were kept")
    }
  }

  @Test func manyThreadsMayUseOneModel() async {
    let layer = Self.layer(3)
    let wanted = Self.fresh(Self.weight(3))
    let weight = layer.weight.value
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<50).allSatisfy { _ in
            convolution(Self.input, weight: weight, stride: 2, padding: 1).scalars(as: Float.self) == wanted
          }
        }
      }
      for await same in group { #expect(same) }
    }
  }
}
