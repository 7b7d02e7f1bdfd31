import Testing
import WeftTensor

/// Small inputs at which something was wrong once: what is infinite, empty, equal or far from 0.
@Suite struct EdgeValueTests {
  private let inf = Double.infinity, nan = Double.nan

  private func numbers(_ tensor: Tensor) -> [Double] { tensor.scalars(as: Double.self) }

  @Test func theMedianGivesItsGradientToWhatItIs() throws {
    func slopes(_ values: [Double], _ function: (Tensor) -> Tensor) throws -> [Double] {
      try slope(at: Tensor(values, dtype: .float64), function).scalars(as: Double.self)
    }
    #expect(try slopes([1, nan, 3]) { $0.median() } == [0, 1, 0])
    #expect(try slopes([nan, 2, nan]) { $0.median() } == [0.5, 0, 0.5])
    #expect(try slopes([inf, 1, inf]) { $0.median() } == [0.5, 0, 0.5])
    #expect(try slopes([nan, inf, 3, inf]) { $0.nanMedian() } == [0, 0.5, 0, 0.5])
    #expect(try slopes([1, 2, 2, 3]) { $0.median() } == [0, 0.5, 0.5, 0])
    #expect(numbers(Tensor([1, inf, inf]).median()) == [inf])
    let tangents = try jvp(at: [Tensor([1, nan, 3])], along: [Tensor([1.0, 10, 100])]) { [$0[0].median()] }.tangents
    #expect(numbers(tangents[0]) == [10])
  }

  /// e^x of large x: as 1e5 differs from it in float32 by steps of 1/128, the largest is kept apart.
  @Test func cumulativeSumsOfExponentialsHaveExactSlopes() throws {
    let small = [0, -1, -2.5, 3, 3, -4]
    for axis in [0, -1] {
      let expected = try slope(at: Tensor(small, dtype: .float64)) { $0.logCumulativeSumExp(axis: axis)[5] }
      for shift in [1e5, -1e5, 220] {
        let x = Tensor(small.map { $0 + shift })
        let exact = Tensor(small.map { Double(Float($0 + shift)) - shift }, dtype: .float64)
        let found = try slope(at: x) { $0.logCumulativeSumExp(axis: axis)[5] }.converted(to: .float64)
        // Beside 220 and 1e5 the elements themselves are rounded.
        #expect(found.isClose(to: expected, relative: 1e-5, absolute: 1e-6), "at \(shift): \(found), not \(expected)")
        let values = (x.logCumulativeSumExp(axis: axis) - shift).converted(to: .float64)
        #expect(values.isClose(to: exact.logCumulativeSumExp(axis: axis), relative: 0, absolute: 0.008))
      }
    }
    let infinite = Tensor([-inf, 0, inf, 1])
    #expect(numbers(infinite.logCumulativeSumExp(axis: 0)) == [-inf, 0, inf, inf])
    #expect(numbers(Tensor([-inf, -inf]).logCumulativeSumExp(axis: 0)) == [-inf, -inf])
    let half = Tensor(zeros: [1000], dtype: .bfloat16).logCumulativeSumExp(axis: 0)
    #expect(half.dtype == .bfloat16 && half[999].item() == Tensor(6.907755, dtype: .bfloat16).item())
  }

  @Test func trapezoidsStayInRange() {
    #expect(numbers(Tensor([3e38, 3e38]).trapezoid()) == [Double(Float(3e38))])
    #expect(numbers(Tensor([3e38, 3e38]).trapezoid(at: Tensor([0.0, 1]))) == [Double(Float(3e38))])
    #expect(numbers(Tensor([200, 200], dtype: .uint8).trapezoid()) == [200])
    #expect(numbers(Tensor([1.0, 2, 4]).cumulativeTrapezoid(step: 2)) == [3, 9])
  }

  @Test func powerPoolsStayInRange() throws {
    func pooled(_ values: [Double], _ order: Double, _ dtype: DType) -> Tensor {
      Tensor(values, shape: [1, 1, 2], dtype: dtype).lpPooled(order: order, kernel: 2, stride: 2, spatialAxes: 1)
    }
    #expect(pooled([3e30, 4e30], 2, .float32).isClose(to: Tensor([[[5e30]]])))
    #expect(pooled([3e-30, 4e-30], 2, .float32).isClose(to: Tensor([[[5e-30]]]), relative: 1e-6, absolute: 0))
    #expect(numbers(pooled([300, 400], 2, .float16)) == [500] && pooled([1, 2], 2, .float16).dtype == .float16)
    let found = try slope(at: Tensor([3e30, 4e30])) {
      $0.reshaped(1, 1, 2).lpPooled(order: 2, kernel: 2, stride: 2, spatialAxes: 1).sum()
    }
    #expect(found.isClose(to: Tensor([0.6, 0.8])))
    for size in [1e200, 1e-200, 1] {
      #expect(
        pooled([3 * size, 4 * size], 2, .float64)
          .isClose(to: Tensor([[[5 * size]]], dtype: .float64), relative: 1e-15, absolute: 0))
      let slopes = try slope(at: Tensor([3 * size, 4 * size], dtype: .float64)) {
        $0.reshaped(1, 1, 2).lpPooled(order: 2, kernel: 2, stride: 2, spatialAxes: 1).sum()
      }
      #expect(slopes.isClose(to: Tensor([0.6, 0.8], dtype: .float64), relative: 1e-15))
    }
    #expect(numbers(pooled([0, 0], 2, .float64)) == [0] && numbers(pooled([inf, 1], 2, .float64)) == [inf])
    // The last windows reach beyond the image.
    let image = (Tensor(arange: 70, dtype: .float64) / 7).reshaped(1, 2, 5, 7)
    for (kernel, stride, ceilMode) in [([2, 3], [2, 2], true), ([3, 2], [1, 3], false), ([3, 4], [3, 4], true)] {
      let windows = { (x: Tensor) in
        x.lpPooled(order: 3, kernel: PerAxis(kernel), stride: PerAxis(stride), ceilMode: ceilMode)
      }
      let (found, expected) = (windows(image), windows(image.converted(to: .float32)))
      #expect(found.isClose(to: expected.converted(to: .float64), relative: 1e-6), "\(kernel) \(stride)")
    }
  }

  /// What an exact position falls on counts alone.
  @Test func interpolationAtItsSourcesSeesNothingElse() {
    let x = Tensor([[[-inf, 1, 2]]])
    #expect(
      numbers(x.interpolated(size: [5], mode: .linear, alignCorners: true)) == [-inf, -inf, 1, 1.5, 2])
    #expect(
      numbers(x.interpolated(size: [6], mode: .linear)) == [-inf, -inf, -inf, 1.25, 1.75, 2])
    let spoiled = Tensor([[[nan, 1, 2]]])
    #expect(numbers(spoiled.interpolated(size: [5], mode: .linear, alignCorners: true)).map(\.isNaN).count { $0 } == 2)
  }

  @Test func correlationsOfNothingAreNaN() {
    #expect(Tensor(zeros: [0]).correlation().item().isNaN)
    #expect(Tensor(zeros: [2, 0]).correlation().isNaN().all().item(as: Bool.self))
  }

  @Test func convolutionsWithoutChannelsSaySo() throws {
    let image = Tensor(zeros: [1, 0, 4, 4])
    let errors = [
      try #require(throws: TensorError.self) {
        try withTensorErrors { convolution(image, weight: Tensor(zeros: [3, 0, 3, 3])) }
      },
      try #require(throws: TensorError.self) {
        try withTensorErrors { convolution(Tensor(zeros: [1, 2, 4, 4]), weight: Tensor(zeros: [0, 2, 3, 3])) }
      },
    ]
    #expect(errors[0].description.contains("expected a weight for at least 1 input channel (its axis 1), got 0"))
    #expect(errors[1].description.contains("expected the weight's axis 0 (output channels) of at least 1, got 0"))
  }

  /// A determinant is a sum of products: of zeros too it has derivatives of every order.
  @Test(arguments: [1, 2, 3, 4])
  func determinantsOfZerosHaveDerivatives(_ size: Int) throws {
    let zeros = Tensor(zeros: [size, size], dtype: .float64).requiringGrad()
    // The derivative of order `size` along the diagonal's elements, one after the other, is 1.
    var y = zeros.determinant()
    for place in 0..<size {
      let found = try #require(try grad(of: [y], with: [zeros], createGraph: true)[0])
      #expect(!found.isNaN().any().item(as: Bool.self))
      y = found[place, place]
    }
    #expect(y.item() == 1)
    let x = Tensor([[0.0, 0, 0], [1, 2, 3], [4, 5, 6]], dtype: .float64)
    let exact = Tensor([[0.0, 0, 1e-3], [1, 2, 3], [4, 5, 6]], dtype: .float64)
    let slopes = try [x, exact].map { try hessian(at: $0) { $0.determinant() } }
    #expect(slopes[0].isClose(to: slopes[1], relative: 1e-9, absolute: 1e-2))
  }

  @Test(arguments: [DType.int16, .uint16, .uint32, .uint64, .int8, .uint8, .int32, .int64])
  func integersOfEverySizeAreMultiplied(_ dtype: DType) throws {
    let (a, b) = (Tensor([[1, 2], [3, 4]], dtype: dtype), Tensor([[5, 6], [7, 100]], dtype: dtype))
    let product = try withTensorErrors { a.matmul(b) }
    #expect(product.dtype == dtype)
    let wide = a.converted(to: .int64).matmul(b.converted(to: .int64)).converted(to: dtype)
    #expect(product.elementsEqual(wide))
    #expect(try withTensorErrors { einsum("i,i->", a[0], b[0]) }.item() == 17)
    #expect(try withTensorErrors { a[0].dot(b[0]) }.dtype == dtype)
  }
}
