import Testing
import WeftTensor

/// Convolutions of one example, without an axis of the batch, are those of a batch of one.
@Suite("Convolutions of a single example") struct SingleExampleConvolutionTests {
  private func values(_ shape: Shape) -> Tensor { Tensor(uniform: shape, low: -1, high: 1, dtype: .float64) }

  @Test(arguments: [[7], [6, 5], [4, 5, 3]])
  func equalsABatchOfOne(_ spatial: [Int]) {
    let input = values(Shape([4] + spatial)).requiringGrad()
    let kernel = spatial.map { _ in 2 }
    let (weight, bias) = (values(Shape([6, 2] + kernel)), values([6]))
    let single = convolution(input, weight: weight, bias: bias, stride: 2, padding: 1, groups: 2)
    let batch = convolution(input.unsqueezed(0), weight: weight, bias: bias, stride: 2, padding: 1, groups: 2)
    #expect(single.elementsEqual(batch[0]))
    single.sum().backward()
    #expect(input.grad?.shape == input.shape)

    let (turned, few) = (values(Shape([4, 3] + kernel)), values([3]))
    let larger = convolutionTransposed(input, weight: turned, bias: few, stride: 2, outputPadding: 1)
    #expect(
      larger.elementsEqual(
        convolutionTransposed(input.unsqueezed(0), weight: turned, bias: few, stride: 2, outputPadding: 1)[0]))
    let sizes = spatial.map { 2 * $0 + 1 }
    let sized = convolutionTransposed(input, weight: turned, bias: few, stride: 2, outputSize: sizes)
    #expect(sized.shape == Shape([3] + sizes) && sized.elementsEqual(larger))
  }

  /// torch.nn.functional.conv1d(torch.tensor([[1., 2, 4]]), torch.tensor([[[1., -1]]])) is [[-1, -2]].
  @Test func aLineOfOneChannel() {
    let result = convolution(Tensor([[1.0, 2, 4]]), weight: Tensor([[[1.0, -1]]]))
    #expect(result.rows(as: Double.self) == [[-1, -2]])
  }

  @Test func underABatchOfTheTransforms() throws {
    let (inputs, weight) = (values([3, 2, 5]), values([4, 2, 3]))
    let mapped = try vmap(over: [inputs]) { [convolution($0[0], weight: weight)] }[0]
    #expect(mapped.isClose(to: convolution(inputs, weight: weight), relative: 1e-12, absolute: 1e-12))
  }
}
