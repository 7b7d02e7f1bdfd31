import Testing
import WeftTensor

/// Which axes are spatial is said or told, never guessed; expected values are PyTorch's.
@Suite("Windows: axes, sizes, borders")
struct SpatialAxesTests {
  private func message(_ body: () -> Tensor) -> String {
    do {
      _ = try withTensorErrors(body)
      return ""
    } catch {
      return "\(error)"
    }
  }

  // MARK: - Three axes

  private static let pools: [(name: String, call: @Sendable (Tensor, Int?) -> Tensor)] = [
    ("maxPool", { $0.maxPooled(kernel: 2, spatialAxes: $1) }),
    ("maxPool", { $0.maxPooledWithIndices(kernel: 2, spatialAxes: $1).values }),
    ("adaptiveMaxPool", { $0.adaptiveMaxPooled(to: 4, spatialAxes: $1) }),
    ("adaptiveMaxPool", { $0.adaptiveMaxPooledWithIndices(to: 4, spatialAxes: $1).values }),
    ("averagePool", { $0.averagePooled(kernel: 2, spatialAxes: $1) }),
    ("adaptiveAveragePool", { $0.adaptiveAveragePooled(to: 4, spatialAxes: $1) }),
    ("lpPool", { $0.lpPooled(order: 2, kernel: 2, spatialAxes: $1) }),
  ]

  @Test func threeAxesAreABatchOfSequencesOrAnImage() {
    let x = SampleInput.real([3, 8, 8], in: 0.1...1).draw(seed: 1)
    for (name, call) in Self.pools {
      #expect(
        message { call(x, nil) } == """
          [\(name)]: expected an input of three axes with the number of its spatial axes, got [3, 8, 8]
            input: float64 [3, 8, 8]
            hint: `spatialAxes: 1` reads [batch, channels, length], `spatialAxes: 2` one image [channels, height, width]
          """)
      #expect(call(x, 1).shape == [3, 8, 4])
      expectAgree(call(x, 2), call(x.unsqueezed(0), nil).squeezed(0), within: 0, name)
      #expect(message { call(x, 3) }.contains("an input of 5 axes, [batch, channels, 3 spatial], or 4, without"))
      #expect(message { call(x, 4) }.contains("1, 2 or 3 spatial axes"))
    }
    #expect(message { x.unfolded(kernel: 2) }.contains("spatialAxes: 2"))
    #expect(x.unfolded(kernel: 2, spatialAxes: 2).shape == [12, 49])
    #expect(x.unfolded(kernel: 2, spatialAxes: 1).shape == [3, 16, 7])
    #expect(message { x.globalAveragePooled() }.contains("spatialAxes: 2"))
    #expect(x.globalMaxPooled(spatialAxes: 2).shape == [3, 1, 1])
    #expect(x.fractionalMaxPooled(kernel: 2, outputSize: 4).values.shape == [3, 4, 4])
  }

  @Test func severalNumbersSayIt() throws {
    let x = SampleInput.real([3, 8, 8]).draw(seed: 1)
    #expect(x.maxPooled(kernel: [2, 2]).shape == [3, 4, 4])
    #expect(x.averagePooled(kernel: 2, stride: [2, 4]).shape == [3, 4, 2])
    #expect(x.adaptiveAveragePooled(to: [2, 3]).shape == [3, 2, 3])
    #expect(x.lpPooled(order: 2, kernel: [2, 4]).shape == [3, 4, 2])
    #expect(message { x.maxPooled(kernel: [2, 2, 2]) }.contains("or 4, without the batch"))
    let (values, places) = x.maxPooledWithIndices(kernel: 2, spatialAxes: 2)
    #expect(values.maxUnpooled(places, kernel: 2, spatialAxes: 2).shape == [3, 8, 8])
    #expect(values.maxUnpooled(places, kernel: 2, outputSize: [8, 8]).shape == [3, 8, 8])
    #expect(message { values.maxUnpooled(places, kernel: 2) }.contains("spatialAxes: 1"))
    let batch = try vmap { $0.maxPooled(kernel: 2, spatialAxes: 2) }(x.unsqueezed(0))
    #expect(batch.shape == [1, 3, 4, 4])
  }

  // MARK: - The last window

  /// `F.max_pool1d` and `F.avg_pool1d` of 1, 2, 3...; with `ceil_mode` there is a window even where no whole one fits.
  @Test(arguments: [
    (length: 4, kernel: 3, stride: 3, padding: 0, dilation: 2, highest: 3.0, mean: nil as Double?, meanInside: 0.0),
    (length: 4, kernel: 5, stride: 3, padding: 0, dilation: 1, highest: 4, mean: 2.5, meanInside: 2.5),
    (length: 2, kernel: 5, stride: 4, padding: 1, dilation: 1, highest: 2, mean: 0.75, meanInside: 1.5),
    (length: 1, kernel: 4, stride: 4, padding: 2, dilation: 1, highest: 1, mean: 0.25, meanInside: 1),
  ])
  func aWindowBeyondTheEnd(
    _ c: (
      length: Int, kernel: Int, stride: Int, padding: Int, dilation: Int, highest: Double, mean: Double?,
      meanInside: Double
    )
  ) {
    let x = (Tensor(arange: c.length, dtype: .float64) + 1).reshaped(1, 1, c.length)
    let (kernel, stride, padding) = (PerAxis(c.kernel), PerAxis(c.stride), PerAxis(c.padding))
    let highest = x.maxPooled(
      kernel: kernel, stride: stride, padding: padding, dilation: PerAxis(c.dilation), ceilMode: true, spatialAxes: 1)
    #expect(highest.shape == [1, 1, 1] && highest.item() == c.highest)
    guard let mean = c.mean else { return }
    for (counts, wanted) in [(true, mean), (false, c.meanInside)] {
      let found = x.averagePooled(
        kernel: kernel, stride: stride, padding: padding, ceilMode: true, countsPadding: counts, spatialAxes: 1)
      #expect(found.shape == [1, 1, 1] && abs(found.item() - wanted) < 1e-12)
    }
  }

  @Test func withoutAnyWindowItIsRefused() {
    let x = Tensor(ones: [1, 1, 4])
    #expect(
      message { x.maxPooled(kernel: 7, stride: 3, ceilMode: true, spatialAxes: 1) }
        .contains("axis 2 to have at least size 5, so that a window fits in, got 4"))
    #expect(x.maxPooled(kernel: 6, stride: 3, ceilMode: true, spatialAxes: 1).shape == [1, 1, 1])
    #expect(!message { x.maxPooled(kernel: 5, stride: 3, spatialAxes: 1) }.isEmpty)
  }

  // MARK: - Transposed convolutions

  /// `F.conv_transpose1d` of [1, 10] by [1, 2, 3], bias 0.5: output padding below the dilation reaches nothing but the bias.
  @Test func outputPaddingBelowTheDilation() throws {
    let (x, w) = (Tensor([1.0, 10], shape: [1, 1, 2]), Tensor([1.0, 2, 3], shape: [1, 1, 3]))
    func output(_ stride: PerAxis, _ padding: Padding, _ extra: PerAxis, _ dilation: PerAxis) -> [Double] {
      convolutionTransposed(
        x, weight: w, bias: Tensor([0.5]), stride: stride, padding: padding, outputPadding: extra, dilation: dilation
      ).scalars(as: Double.self)
    }
    #expect(output(1, 0, 1, 2) == [1.5, 10.5, 2.5, 20.5, 3.5, 30.5, 0.5])
    #expect(output(2, 0, 2, 3) == [1.5, 0.5, 10.5, 2.5, 0.5, 20.5, 3.5, 0.5, 30.5, 0.5, 0.5])
    #expect(output(1, 1, 2, 3) == [10.5, 0.5, 2.5, 20.5, 0.5, 3.5, 30.5, 0.5])
    let sized = convolutionTransposed(x, weight: w, stride: 1, outputSize: [7], dilation: 2)
    #expect(sized.scalars(as: Double.self) == [1, 10, 2, 20, 3, 30, 0])
    let images = SampleInput.real([2, 3, 3, 2]).draw(seed: 1)
    let weight = SampleInput.real([3, 2, 2, 3]).draw(seed: 2)
    try gradcheck(
      { [convolutionTransposed($0[0], weight: $0[1], outputPadding: [1, 2], dilation: [2, 3])] }, at: [images, weight])
    let y = convolutionTransposed(images, weight: weight, outputPadding: [1, 2], dilation: [2, 3])
    #expect(y.shape == [2, 2, 6, 10] && y.strides == [120, 1, 20, 2])
    let half = convolutionTransposed(
      images.converted(to: .bfloat16), weight: weight.converted(to: .bfloat16), outputPadding: 1, dilation: 2)
    #expect(half.shape == [2, 2, 6, 7] && half[0, 0, 5, 6].item() == 0)
  }
}
