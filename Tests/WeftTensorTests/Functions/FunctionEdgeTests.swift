import Testing
import WeftTensor

/// What functions refuse, and what they make of nothing.
@Suite struct FunctionEdgeTests {
  static let x = Tensor([[1.0, 2, 3], [4, 5, 6]])
  static let list = Tensor([1, 2, 3])

  static let refused: [(message: String, call: @Sendable () -> Void)] = [
    ("an axis in -2 ..< 2, got axis 2", { _ = x.median(axis: 2) }),
    ("an axis in -2 ..< 2, got axis 2", { _ = x.mode(axis: 2) }),
    ("an axis in -2 ..< 2, got axis 2", { _ = x.kthValue(1, axis: 2) }),
    ("k in 1 ... 3, the size of axis 1, got 4", { _ = x.kthValue(4) }),
    ("k in 1 ... 3, the size of axis 1, got 0", { _ = x.kthValue(0) }),
    ("at least one element along the axis, got axis 0 of size 0", { _ = Tensor(zeros: [0, 2]).median(axis: 0) }),
    ("at least one element along the axis, got axis 0 of size 0", { _ = Tensor(zeros: [0, 2]).mode(axis: 0) }),
    ("q in 0 ... 1, got [1.5]", { _ = x.quantile(1.5) }),
    ("floating-point numbers, got int64", { _ = list.quantile(0.5) }),
    ("q with one axis, a list of quantiles, got [1, 1]", { _ = x.quantile(Tensor([[0.5]])) }),
    ("an axis in -2 ..< 2, got axis 5", { _ = x.logCumulativeSumExp(axis: 5) }),
    ("an order from 0, got -1", { _ = x.difference(order: -1) }),
    ("observations of one variable", { _ = Tensor(zeros: [2, 2, 2]).covariance() }),
    ("one weight for each of 3 observations", { _ = x.covariance(weights: Tensor([1.0])) }),
    ("a list, or values with the tensor's axes but the last", { _ = x.searchSorted(Tensor(zeros: [3, 1])) }),
    ("boundaries with one axis", { _ = x.bucketized(x) }),
    ("tensor of an integer type", { _ = x.binCount() }),
    ("integers from 0, got -1", { _ = Tensor([0, -1]).binCount() }),
    ("integers from 0, got -2", { _ = Tensor([0, -2]).binCount(weights: Tensor([1.0, 1])) }),
    ("at least 1 bin", { _ = x.histogram(bins: 0) }),
    ("at least two edges", { _ = x.histogram(edges: Tensor([1.0])) }),
    ("a weight for each element, [2, 3], got [2]", { _ = x.histogram(bins: 2, weights: Tensor([1.0, 1])) }),
    ("edges in ascending order, got others", { _ = x.histogram(edges: Tensor([1.0, 0])) }),
    ("edges in ascending order, got NaN among them", { _ = x.histogram(edges: Tensor([0, .nan, 1])) }),
    (
      "probabilities in 0 ... 1, got 1 NaN, 1 negative, 2 above 1 of 5",
      {
        _ = Tensor(bernoulli: Tensor([.nan, -1, 2, 3, 0.5]))
      }
    ),
    ("rates in 0 ..< 2⁴⁰, got 1 NaN, 1 too large of 3", { _ = Tensor(poisson: Tensor([.nan, .infinity, 1])) }),
    (
      "deviation in 0 ..., got 1 NaN, 1 negative of 3",
      {
        _ = Tensor(normal: Tensor([0.0]), deviation: Tensor([.nan, -1, 1]))
      }
    ),
    ("a temperature above 0, got 0.0", { _ = x.gumbelSoftmax(temperature: 0) }),
    ("a temperature above 0, got nan", { _ = x.gumbelSoftmax(temperature: .nan) }),
    ("at least one block, of two axes at most, got none", { _ = blockDiagonal([]) }),
    ("vectors, at least one, got none", { _ = cartesianProduct([]) }),
    ("may be vectors), got none", { _ = chainProduct([]) }),
    ("a hop of at least 1 and at most 2147483647, got 0", { _ = list.stft(ShortTimeFourier(size: 4, hop: 0)) }),
    (
      "a window of 1 through 4 weights, the size, got [5]",
      {
        _ = Tensor(ones: [16]).stft(ShortTimeFourier(size: 4, window: Tensor(ones: [5])))
      }
    ),
    (
      "a signal of at least 3, as it is continued by 2 at both ends, got 2",
      {
        _ = Tensor(ones: [2]).stft(ShortTimeFourier(size: 4))
      }
    ),
    ("finite range", { _ = Tensor([1, .infinity]).histogram(bins: 2) }),
    (
      "a finite range, from the smallest element to the largest, got NaN among the elements",
      { _ = Tensor([1, .nan]).histogram(bins: 2) }
    ),
    ("a finite range, got 0.0...inf", { _ = x.histogram(bins: 2, range: 0...(.infinity)) }),
    ("floating-point numbers, got int64", { _ = list.histogram(bins: 2) }),
    (
      "finite weights from 0, got 1 NaN, 1 infinite, 2 negative of 5",
      { _ = Tensor([1, .nan, .infinity, -1, -2]).multinomial(1) }
    ),
    ("at least 2 of them above 0 in each row, got 1", { _ = Tensor([1.0, 0]).multinomial(2) }),
    (
      "a length from 1, got 0",
      { _ = ComplexTensor(Tensor(ones: [3, 4])).istft(ShortTimeFourier(size: 4, hop: 1), length: 0) }
    ),
    (
      "a length that memory holds, got \(Int.max)",
      { _ = ComplexTensor(Tensor(ones: [3, 4])).istft(ShortTimeFourier(size: 4, hop: 1), length: .max) }
    ),
    ("at most 2147483647", { _ = x.histogram(bins: .max) }),
    ("a number of choices that memory holds", { _ = list.combinations(of: 1 << 40, withReplacement: true) }),
    ("a number of choices that memory holds", { _ = list.combinations(of: .max, withReplacement: true) }),
    ("a number of choices that memory holds", { _ = list.combinations(of: .max) }),
    ("a number of choices that memory holds", { _ = Tensor(arange: 100).combinations(of: 50) }),
    ("[oneHot]", { _ = Tensor([Int.max]).oneHot() }),
    (
      "an output size from [3, 3]",
      {
        _ = convolutionTransposed(
          Tensor(ones: [1, 1, 2, 2]), weight: Tensor(ones: [1, 1, 2, 2]), outputSize: [.min, .min])
      }
    ),
    ("[topK]: expected an axis in -2 ..< 2, got axis 2", { _ = x.topK(1, axis: 2) }),
    ("[topK]: expected a count in 0 ... 3, the size of axis 1, got 4", { _ = x.topK(4) }),
    ("[normalized]: expected an axis in -2 ..< 2, got axis 2", { _ = x.normalized(axis: 2) }),
    ("[countNonzero]: expected an axis in -2 ..< 2, got axis 2", { _ = x.countNonzero(axis: 2) }),
    ("[vectorDot]: expected an axis in -2 ..< 2, got axis -3", { _ = x.vectorDot(list, axis: -3) }),
    ("[cosineSimilarity]: expected an axis in -2 ..< 2, got axis 2", { _ = cosineSimilarity(x, x, axis: 2) }),
    ("[fftShifted]: expected an axis in -2 ..< 2, got axis 2", { _ = x.fftShifted(axis: 2) }),
    ("[ifftShifted]: expected an axis in -2 ..< 2, got axis 2", { _ = x.ifftShifted(axis: 2) }),
    (
      "[adaptiveAveragePool]: expected outputSize of at least -1, got [-2]",
      { _ = Tensor(ones: [1, 1, 4]).adaptiveAveragePooled(to: -2, spatialAxes: 1) }
    ),
    (
      "[adaptiveMaxPool]: expected outputSize of at most 2147483647, got [4294967296]",
      { _ = Tensor(ones: [1, 1, 4]).adaptiveMaxPooled(to: 4_294_967_296, spatialAxes: 1) }
    ),
    (
      "[lpPool]: expected kernel of at least 1, got [0]",
      { _ = Tensor(ones: [1, 1, 4]).lpPooled(order: 2, kernel: 0, spatialAxes: 1) }
    ),
    ("[averagePool]: expected an input of 3, 4 or 5 axes", { _ = list.lpPooled(order: 2, kernel: 1) }),
    ("integers below 9223372036854775807", { _ = Tensor([0, Int.max]).binCount() }),
    ("floating-point numbers, or 0 decimals", { _ = list.rounded(decimals: -1) }),
    ("hop of at least 1 and at most 2147483647", { _ = Tensor(ones: [9]).stft(ShortTimeFourier(size: 4, hop: .max)) }),
    ("largest 3", { _ = x.indexAdded(x, at: Tensor([0, 3]), axis: 0) }),
    ("a list of indices, and values of shape [1, 3]", { _ = x.indexCopied(x, at: Tensor([0]), axis: 0) }),
    ("largest 6", { _ = x.taken(at: Tensor([6])) }),
    ("smallest -7", { _ = x.taken(at: Tensor([-7])) }),
    ("indices of an integer type", { _ = x.taken(at: x) }),
    ("values of the indices' shape", { _ = x.putting(x, at: Tensor([0])) }),
    ("largest 2", { _ = x.putting(Tensor(1.0), at: [Tensor([2])]) }),
    ("a mask of the shape [2, 3] it covers", { _ = x.putting(Tensor(1.0), at: [Tensor([[true]])]) }),
    ("values that broadcast to [1, 3]", { _ = x.putting(Tensor([1.0, 2]), at: [Tensor([1])]) }),
    ("at least 4 elements", { _ = x.maskedScattered(Tensor([true, false, true]), from: Tensor([1.0, 2, 3])) }),
    ("values of shape [3]", { _ = x.selectScattered(x, axis: 0, index: 1) }),
    ("an index in -2 ..< 2", { _ = x.selectScattered(x[0], axis: 0, index: 2) }),
    ("values of shape [2]", { _ = x.diagonalScattered(x) }),
    ("slices inside 0 ..< 3 of axis 1, got 3 from 1", { _ = x.narrowed(axis: 1, from: 1, count: 3) }),
    ("at least 1 part, got 0", { _ = x.split(parts: 0) }),
    ("a number of parts that divides 3", { _ = x.splitHorizontally(parts: 2) }),
    ("two different axes", { _ = x.rotated(from: 1, to: -1) }),
    ("a shift for each axis", { _ = x.rolled(by: [1], axes: [0, 1]) }),
    ("as many places as axes", { _ = x.movedAxes([0], to: [0, 1]) }),
    ("sizes that multiply to 3", { _ = x.unflattened(axis: 1, into: [2, -1]) }),
    ("lists", { _ = meshGrid([x]) }), ("a list, and a count from 0", { _ = x.combinations() }),
    ("a dimension from 1", { _ = x.multivariateLogGamma(dimension: 0) }),
    ("operands of integer type or bool, got float32", { _ = x.bitwiseAnd(x) }),
    ("operands of integer type, got bool", { _ = gcd(Tensor([true]), Tensor([false])) }),
    ("two tensors of type float32", { _ = x.nextAfter(towards: x.converted(to: .float16)) }),
    ("a rate above 0", { _ = Tensor(exponential: [2], rate: 0) }),
    ("rates in", { _ = Tensor(poisson: Tensor([-1.0])) }),
    ("bounds low < high", { _ = Tensor(truncatedNormal: [2], low: 1, high: 1) }),
    ("deviation in 0 ..., got 1 negative of 1", { _ = Tensor(normal: Tensor([0.0]), deviation: Tensor([-1.0])) }),
  ]

  @Test(arguments: refused.indices)
  func refusals(_ number: Int) {
    let (message, call) = Self.refused[number]
    let error = #expect(throws: TensorError.self) { try withTensorErrors { call() } }
    let text = error?.description ?? "no error"
    #expect(text.contains(message), "\(text)")
  }

  @Test func nothingGivesNothing() {
    let none = Tensor(zeros: [0])
    #expect(none.nanSum().item() == 0 && none.nanMean().item().isNaN && none.countNonzero().item() == 0)
    #expect(none.median().item().isNaN && none.trapezoid().item() == 0)
    #expect(none.cumulativeMax(axis: 0).values.shape == [0] && none.logCumulativeSumExp(axis: 0).shape == [0])
    #expect(none.unique().values.shape == [0] && none.unique().counts.shape == [0])
    #expect(Tensor(zeros: [0, 2]).unique(axis: 0).values.shape == [0, 2])
    #expect(none.searchSorted(Tensor([1.0, 2])).scalars(as: Int.self) == [0, 0])
    #expect(Self.x.isIn(none).scalars(as: Bool.self) == Array(repeating: false, count: 6))
    #expect(Tensor(zeros: [0], dtype: .int64).binCount().shape == [0])
    #expect(none.histogram(bins: 4).counts.scalars(as: Int.self) == [0, 0, 0, 0])
    #expect(none.histogram(bins: 4).edges.scalars(as: Double.self) == [0, 0.25, 0.5, 0.75, 1])
    #expect(
      Self.x.indexAdded(Tensor(zeros: [0, 3]), at: Tensor(zeros: [0], dtype: .int64), axis: 0).elementsEqual(Self.x))
    #expect(none.combinations().shape == [0, 2] && Self.list.combinations(of: 0).shape == [0, 0])
    #expect(none.difference(order: 3).shape == [0] && Self.list.difference(order: 9).shape == [0])
  }

  /// In the order of itertools, of which PyTorch's are.
  @Test func choicesOfAnyCount() {
    let list = Tensor(arange: 4)
    #expect(list.combinations(of: 3).rows(as: Int.self) == [[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]])
    #expect(list.combinations(of: 4).rows(as: Int.self) == [[0, 1, 2, 3]])
    #expect(list.combinations(of: 5).shape == [0, 5])
    #expect(
      Tensor(arange: 2).combinations(of: 3, withReplacement: true).rows(as: Int.self)
        == [[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1]])
    #expect(Tensor(arange: 1).combinations(of: 2, withReplacement: true).rows(as: Int.self) == [[0, 0]])
    #expect(Tensor(arange: 7).combinations(of: 4, withReplacement: true).shape == [210, 4])
  }

  /// As NumPy and PyTorch have it.
  @Test func differencesOfOrderZero() {
    let x = Tensor([1.0, 4, 9])
    #expect(x.difference(order: 0, prepend: Tensor([7.0]), append: Tensor([7.0])).elementsEqual(x))
    #expect(x.difference(order: 1, prepend: Tensor([7.0])).scalars(as: Double.self) == [-6, 3, 5])
  }

  /// One variable has one variance, not a matrix of it.
  @Test func covarianceOfOneVariable() {
    for x in [Tensor([1.0, 2, 4]), Tensor([[1.0, 2, 4]])] {
      let (covariance, correlation) = (x.covariance(), x.correlation())
      #expect(covariance.shape == [] && abs(covariance.item() - 7 / 3) < 1e-6)
      #expect(correlation.shape == [] && abs(correlation.item() - 1) < 1e-6)
    }
    #expect(Tensor(2.5).covariance(correction: 0).item() == 0 && Tensor(2.5).covariance().item().isNaN)
    #expect(Self.x.covariance().shape == [2, 2])
  }

  /// The mean of nothing is NaN, and so is what is made of it: not what memory held before.
  @Test func statisticsOfEmptyRows() {
    for (operation, count) in [(RMSNormalization() as any TensorOperation, 2), (LayerNormalization(), 3)] {
      let results = apply(operation, [Tensor(zeros: [3, 0])])
      #expect(results[0].shape == [3, 0])
      for statistic in results.prefix(count).dropFirst() {
        #expect(statistic.shape == [3, 1] && statistic.isNaN().all().item(as: Bool.self), "\(statistic)")
      }
    }
  }

  @Test func integersStayIntegers() {
    let x = Tensor([[3, 1, 2], [9, 8, 7]])
    #expect(x.median().scalars(as: Int.self) == [3])
    #expect(x.median(axis: 1).values.scalars(as: Int.self) == [2, 8])
    #expect(x.kthValue(1).values.dtype == .int64 && x.mode().values.scalars(as: Int.self) == [1, 7])
    #expect(x.difference().scalars(as: Int.self) == [-2, 1, -1, -1])
    #expect(
      x.putting(Tensor([0, 5]), at: Tensor([0, 5]), accumulates: true).scalars(as: Int.self) == [3, 1, 2, 9, 8, 12])
    let wide = Tensor([Int.max - 1, Int.max, 5])
    #expect(wide.unique().values.scalars(as: Int.self) == [5, Int.max - 1, Int.max])
    #expect(wide.isIn(Tensor([Int.max])).scalars(as: Bool.self) == [false, true, false])
    #expect(Tensor([250, 3] as [UInt8]).bitwiseNot().scalars(as: Int.self) == [5, 252])
    #expect(Tensor([true, false]).bitwiseNot().scalars(as: Bool.self) == [false, true])
  }

  @Test func scatteredExtremesOfIntegersStartFromTheSmallest() {
    let start = Tensor([7, 7, 7] as [Int32])
    let values = Tensor([-5, -9] as [Int32])
    let result = start.scatterReduced(values, at: Tensor([0, 0]), axis: 0, by: .maximum, includesSelf: false)
    #expect(result.scalars(as: Int.self) == [-5, 7, 7])
  }
}
