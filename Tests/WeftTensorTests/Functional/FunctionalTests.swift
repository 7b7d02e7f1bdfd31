import Testing
import WeftTensor

/// What the goldens do not say: edges, refusals, random functions, and how functions batch.
@Suite struct FunctionalTests {
  private func message(_ body: () -> Tensor) -> String {
    let error = #expect(throws: TensorError.self) { _ = try withTensorErrors(body) }
    return error?.description ?? ""
  }

  // MARK: - Windows

  @Test func foldingCountsEachPixelOncePerWindow() throws {
    let image = Tensor(ones: [1, 1, 3, 4], dtype: .float64)
    let counts = image.unfolded(kernel: 2).folded(outputSize: [3, 4], kernel: 2)
    #expect(counts.scalars(as: Double.self) == [1, 2, 2, 1, 2, 4, 4, 2, 1, 2, 2, 1])
  }

  @Test func aConvolutionIsAProductWithTheUnfoldedImage() {
    let x = SampleInput.real([2, 3, 5, 6]).draw(seed: 1)
    let weight = SampleInput.real([4, 3, 2, 3]).draw(seed: 2)
    let columns = x.unfolded(kernel: [2, 3], stride: [1, 2], padding: 1)
    let product = weight.flattened(from: 1).matmul(columns).reshaped(to: [2, 4, 6, 3])
    expectAgree(product, convolution(x, weight: weight, stride: [1, 2], padding: 1), within: 1e-12, "unfold")
  }

  @Test func foldIsTheAdjointOfUnfold() {
    let (x, y) = (SampleInput.real([1, 2, 7]).draw(seed: 3), SampleInput.real([1, 6, 3]).draw(seed: 4))
    let there = (x.unfolded(kernel: 3, stride: 2, spatialAxes: 1) * y).sum().item()
    let back = (x * y.folded(outputSize: [7], kernel: 3, stride: 2)).sum().item()
    #expect(abs(there - back) < 1e-12)
  }

  @Test func windowsAreAView() {
    let x = Tensor([1.0, 2, 3, 4])
    #expect(x.slidingWindows(axis: 0, size: 3).storage === x.storage)
  }

  @Test func shufflesUndoEachOther() {
    let x = SampleInput.real([2, 3, 12, 2, 3]).draw(seed: 5)
    #expect(x.pixelShuffled(by: 2).pixelUnshuffled(by: 2).elementsEqual(x))
    let channels = SampleInput.real([2, 12, 3]).draw(seed: 6)
    #expect(channels.channelShuffled(groups: 3).channelShuffled(groups: 4).elementsEqual(channels))
  }

  @Test func windowsThatDoNotFitAreRefused() {
    let image = Tensor(zeros: [1, 4, 3, 3])
    #expect(message { image.unfolded(kernel: 4) }.contains("a window fits into"))
    #expect(message { image.unfolded(kernel: [2, 2, 2]) }.contains("kernel of 1 number, or 2"))
    #expect(message { image.folded(outputSize: [3, 3], kernel: 2) }.contains("4 windows"))
    #expect(message { image.pixelShuffled(by: 3) }.contains("a multiple of 9 channels"))
    #expect(message { image.pixelUnshuffled(by: 2) }.contains("multiples of a factor"))
    #expect(message { image.channelShuffled(groups: 3) }.contains("3 groups"))
    #expect(message { image.localResponseNormalized(size: 0) }.contains("a size from 1"))
  }

  // MARK: - Resampling

  @Test func sizesThatStayAreTheImageItself() {
    let x = SampleInput.real([1, 2, 3, 4]).draw(seed: 7)
    for mode in InterpolationMode.allCases { #expect(x.interpolated(size: [3, 4], mode: mode).elementsEqual(x)) }
  }

  @Test func nearestTakesIntegers() {
    let x = Tensor([1, 2, 3]).reshaped(1, 1, 3)
    #expect(x.interpolated(scales: [2]).scalars(as: Int.self) == [1, 1, 2, 2, 3, 3])
  }

  @Test func resamplingRefusesWhatHasNoMeaning() {
    let image = Tensor(zeros: [1, 1, 3, 3])
    #expect(message { image.interpolated(size: [2, 2, 2]) }.contains("size of 1 number, or 2"))
    #expect(message { image.interpolated(scales: [0.1]) }.contains("leave 1 element or more"))
    #expect(message { image.interpolated(size: 2, mode: .area, antialias: true) }.contains("other than `area`"))
    #expect(message { image.interpolated(size: 2, alignCorners: true) }.contains("`linear` or `cubic`"))
    #expect(message { image[0].interpolated(size: [2, 2]) }.contains("size of 1 number, or 1"))
    #expect(message { image.gridSampled(Tensor(zeros: [1, 2, 2, 3])) }.contains("[N, H', W', 2]"))
    #expect(message { image.gridSampled(Tensor(zeros: [1, 2, 2, 2]), mode: .area) }.contains("mode linear"))
    #expect(message { affineGrid(Tensor(zeros: [1, 2, 2]), size: [1, 1, 2, 2]) }.contains("maps [N, 2, 3]"))
  }

  @Test(arguments: [InterpolationMode.linear, .nearest, .cubic], GridPadding.allCases)
  func positionsThatAreNoNumbersStayInside(_ mode: InterpolationMode, _ padding: GridPadding) throws {
    let image = Tensor(arange: 1, 13, dtype: .float64).reshaped(1, 1, 3, 4)
    let grid = Tensor([.nan, 0, .infinity, 0, -.infinity, 1e30, 1e300, -1e300], shape: [1, 1, 4, 2], dtype: .float64)
    let values = image.gridSampled(grid, mode: mode, padding: padding).scalars(as: Double.self)
    #expect(values.allSatisfy { $0.isNaN || (0...12).contains($0) }, "\(values)")
    guard padding == .zeros else { return }
    // As in PyTorch.
    #expect(values[0].isNaN == (mode != .nearest) && values.dropFirst() == [0, 0, 0], "\(values)")
  }

  /// Values and slopes are PyTorch's.
  @Test func cubicSamplesFarOutside() throws {
    let image = Tensor([0.0, 1, 2, 3], shape: [1, 1, 1, 4], dtype: .float64)
    let places: [Double] = [5, 3.5, -4.25, 1e9]
    let grid = Tensor(places.flatMap { [$0, 0] }, shape: [1, 1, 4, 2], dtype: .float64)
    for (padding, values, slopes) in [
      (GridPadding.border, [3.0, 3, 0, 3], [0.0, 0, 0, 0]),
      (.reflection, [3.1875, 0.40625, 1, 1.5], [0, 1.875, 3, 1.5]),
    ] {
      let leaf = grid.requiringGrad()
      let found = image.gridSampled(leaf, mode: .cubic, padding: padding)
      #expect(found.scalars(as: Double.self) == values, "\(padding)")
      found.sum().backward()
      let slope = try #require(leaf.grad).reshaped(4, 2).scalars(as: Double.self)
      for place in 0..<4 { #expect(abs(slope[2 * place] - slopes[place]) < 1e-9, "\(padding), \(slope)") }
    }
  }

  @Test func sizesThatNoMemoryHoldsAreRefused() {
    let most = Int(Int32.max)
    let columns = Tensor(zeros: [1, 1, 1])
    #expect(message { columns.folded(outputSize: [3, 3, 3], kernel: PerAxis(most)) }.contains("memory can hold"))
    let wide = PerAxis(arrayLiteral: most, most, most)
    let cube = Tensor(zeros: [1, 1, 1, 1, 1])
    let places = Tensor(zeros: [1, 1, 1, 1, 1], dtype: .int64)
    #expect(message { cube.maxUnpooled(places, kernel: wide) }.contains("memory can hold"))
    #expect(!message { cube.lpPooled(order: 2, kernel: wide) }.isEmpty)
    #expect(message { Tensor(zeros: [1, 1, 0, 0]).pixelUnshuffled(by: .max) }.contains("multiples of a factor"))
  }

  @Test func theIdentityMapGivesTheImage() {
    let image = SampleInput.real([1, 2, 3, 5]).draw(seed: 8)
    let identity = Tensor([1, 0, 0, 0, 1, 0], shape: [1, 2, 3], dtype: .float64)
    for alignCorners in [false, true] {
      let grid = affineGrid(identity, size: [1, 2, 3, 5], alignCorners: alignCorners)
      expectAgree(image.gridSampled(grid, alignCorners: alignCorners), image, within: 1e-12, "identity")
    }
  }

  @Test func slopesOfSamplingAreThoseOfDifferences() throws {
    let image = SampleInput.real([1, 2, 4, 3]).draw(seed: 9)
    let grid = SampleInput.real([1, 2, 2, 2], in: -0.9...0.9).draw(seed: 10)
    for (mode, padding) in [(InterpolationMode.linear, GridPadding.zeros), (.cubic, .border), (.linear, .reflection)] {
      try gradcheck({ [$0[0].gridSampled($0[1], mode: mode, padding: padding)] }, at: [image, grid])
      try gradgradcheck({ [$0[0].gridSampled($0[1], mode: mode, padding: padding)] }, at: [image, grid])
    }
  }

  // MARK: - Pools

  /// A window of dilation 2 around an axis of one element has no element inside.
  @Test func aWindowInThePaddingHasNoPlaceAndNoGradient() {
    let x = Tensor([3.0, 4, 5, 6, 7], shape: [1, 5, 1, 1])
    for (layout, image) in [
      ("channels first", x), ("channels last", x.permuted(0, 2, 3, 1).contiguous().permuted(0, 3, 1, 2)),
    ] {
      let leaf = image.requiringGrad()
      let pool = leaf.maxPooledWithIndices(kernel: 2, stride: 1, padding: 1, dilation: 2)
      #expect(pool.values.scalars(as: Double.self) == Array(repeating: -.infinity, count: 5), "\(layout)")
      #expect(pool.indices.scalars(as: Int.self) == Array(repeating: -1, count: 5), "\(layout)")
      pool.values.sum().backward()
      #expect(leaf.grad?.scalars(as: Double.self) == [0, 0, 0, 0, 0], "\(layout)")
    }
  }

  @Test func unpoolingRefusesPlacesOutside() {
    let (values, places) = (Tensor(ones: [1, 1, 2]), Tensor([0, 4]).reshaped(1, 1, 2))
    #expect(message { values.maxUnpooled(places, kernel: 2, spatialAxes: 1) }.contains("0 ..< 4"))
    #expect(message { values.maxUnpooled(places, kernel: 2, outputSize: [9]) }.contains("nearer to [4]"))
    #expect(message { values.maxUnpooled(Tensor([0]), kernel: 2, spatialAxes: 1) }.contains("of one shape"))
  }

  @Test func fractionalWindowsComeFromTheStream() {
    let x = SampleInput.distinct([1, 2, 9, 9]).draw(seed: 11)
    let stream = RandomStream(seed: 3)
    let a = x.fractionalMaxPooled(kernel: 2, outputSize: 4, using: stream).values
    let b = x.fractionalMaxPooled(kernel: 2, outputSize: 4, using: stream).values
    #expect(a.elementsEqual(b) && a.shape == [1, 2, 4, 4])
    #expect(message { x.fractionalMaxPooled(kernel: 3, outputSize: 8).values }.contains("at least 10 elements"))
  }

  // MARK: - Distances

  @Test func productsAreNearTheDifferences() {
    let (a, b) = (SampleInput.real([30, 4]).draw(seed: 12), SampleInput.real([28, 4]).draw(seed: 13))
    expectAgree(cdist(a, b), cdist(a, b, usesProducts: false), within: 1e-12, "cdist")
  }

  @Test func equalPointsHaveSlopeZero() throws {
    let points = Tensor(ones: [3, 2], dtype: .float64)
    for order in [0, 0.5, 1, 1.5, 2, 3, .infinity] {
      let slope = try grad { cdist($0, points, order: order).sum() }(points)
      #expect(slope.scalars(as: Double.self).allSatisfy { $0 == 0 }, "order \(order)")
    }
  }

  // MARK: - Embeddings

  @Test func bagsRefuseWrongOffsets() {
    let (table, list) = (Tensor(zeros: [4, 2]), Tensor([0, 1, 2]))
    #expect(message { table.embeddingBag(list, offsets: Tensor([1, 2])) }.contains("begin with 0"))
    #expect(message { table.embeddingBag(list, offsets: Tensor([0, 4])) }.contains("stay within the list"))
    #expect(message { table.embeddingBag(list) }.contains("or a list with offsets"))
    #expect(message { table.embeddingBag(Tensor([[0, 9]])) }.contains("0 ..< 4"))
    #expect(
      message { table.embeddingBag(Tensor([[0, 1]]), perSampleWeights: Tensor([[1.0, 2]])) }.contains("with mode sum"))
  }

  // MARK: - Random functions

  @Test func dropoutOfChannelsDropsThemWhole() {
    let x = Tensor(ones: [20, 30, 4])
    let dropped = x.featureDropout(probability: 0.4, using: RandomStream(seed: 1))
    let (least, most) = (dropped.min(axis: -1), dropped.max(axis: -1))
    #expect(least.elementsEqual(most))
    let kept = least.scalars(as: Double.self).filter { $0 != 0 }
    #expect(kept.allSatisfy { abs($0 - 1 / 0.6) < 1e-6 })
    #expect((300...420).contains(kept.count), "\(kept.count) of 600")
  }

  @Test func alphaDropoutKeepsMeanAndVariance() {
    let x = Tensor(normal: [200_000], dtype: .float64, using: RandomStream(seed: 2))
    let y = x.alphaDropout(probability: 0.3, using: RandomStream(seed: 3))
    #expect(abs(y.mean().item()) < 0.02 && abs(y.variance().item() - 1) < 0.02)
    let channels = Tensor(ones: [4, 50, 3]).featureAlphaDropout(probability: 0.5, using: RandomStream(seed: 4))
    #expect(channels.min(axis: -1).elementsEqual(channels.max(axis: -1)))
    #expect(Set(channels.scalars(as: Float.self)).count == 2)
  }

  @Test func randomSlopesStayInTheirRange() {
    let x = Tensor(full: [1000], -1)
    let y = x.rrelu(low: 0.1, high: 0.3, using: RandomStream(seed: 5)).scalars(as: Double.self)
    #expect(y.allSatisfy { -0.3...(-0.1) ~= $0 } && Set(y).count > 900)
    #expect((-x).rrelu(using: RandomStream(seed: 5)).elementsEqual(-x))
  }
}
