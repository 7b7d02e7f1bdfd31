import Testing
import WeftTensor

@Suite("Factorizations")
struct FactorizationTests {
  static let shapes: [Shape] = [
    [1, 1], [3, 3], [5, 2], [2, 5], [2, 3, 4, 3], [40, 40], [70, 33], [0, 3, 3], [2, 0, 0], [3, 0], [0, 3],
  ]
  static let dtypes: [DType] = [.float64, .float32]

  private func matrices(_ shape: Shape, _ dtype: DType) -> Tensor {
    SampleInput.real(shape).draw(seed: 5).converted(to: dtype)
  }

  private func expectEqual(_ a: Tensor, _ b: Tensor, _ label: String) {
    let tolerance = a.dtype == .float64 ? 1e-12 : 1e-4
    let isClose = a.isClose(to: b, relative: tolerance, absolute: tolerance * 10)
    #expect(a.dtype == b.dtype && isClose, "\(label)")
  }

  private func expectOrthonormal(_ columns: Tensor, _ label: String) {
    let product = columns.transposed().matmul(columns)
    expectEqual(product, Tensor(eye: columns.shape[-1], dtype: columns.dtype).expanded(to: product.shape), label)
  }

  @Test(arguments: shapes, dtypes)
  func qrMultipliesBack(_ shape: Shape, _ dtype: DType) {
    let x = matrices(shape, dtype)
    for complete in [false, true] {
      let (q, r) = x.qr(complete: complete)
      expectEqual(q.matmul(r), x, "q·r, \(shape), complete: \(complete)")
      expectOrthonormal(q, "q, \(shape), complete: \(complete)")
      #expect(r.tril(diagonal: -1).elementsEqual(r.zerosLike()))
      #expect(q.shape[-1] == (complete ? shape[-2] : min(shape[-2], shape[-1])))
    }
  }

  @Test(arguments: shapes, dtypes)
  func svdMultipliesBack(_ shape: Shape, _ dtype: DType) {
    let x = matrices(shape, dtype)
    let (u, s, vt) = x.svd()
    expectEqual((u * s.unsqueezed(-2)).matmul(vt), x, "u·s·vᵀ, \(shape)")
    expectOrthonormal(u, "u, \(shape)")
    expectOrthonormal(vt.transposed(), "v, \(shape)")
    let values = s.scalars(as: Double.self)
    let count = s.shape[-1]
    #expect(values.indices.allSatisfy { $0 % max(count, 1) == 0 || values[$0 - 1] >= values[$0] })
    #expect(values.allSatisfy { $0 >= 0 })
    expectEqual(x.singularValues(), s, "values alone, \(shape)")
    let full = x.svd(fullMatrices: true)
    #expect(full.u.shape[-1] == shape[-2] && full.vt.shape[-2] == shape[-1])
    expectOrthonormal(full.u, "whole u, \(shape)")
    expectOrthonormal(full.vt.transposed(), "whole v, \(shape)")
  }

  @Test(arguments: shapes.filter { $0[-1] == $0[-2] }, dtypes)
  func symmetricEigenMultipliesBack(_ shape: Shape, _ dtype: DType) {
    let x = matrices(shape, dtype)
    let (values, v) = x.symmetricEigen()
    expectEqual((v * values.unsqueezed(-2)).matmul(v.transposed()), (x + x.transposed()) * 0.5, "v·λ·vᵀ, \(shape)")
    expectOrthonormal(v, "v, \(shape)")
    expectEqual(x.symmetricEigenvalues(), values, "values alone, \(shape)")
    let numbers = values.scalars(as: Double.self)
    #expect(numbers.indices.allSatisfy { $0 % max(shape[-1], 1) == 0 || numbers[$0 - 1] <= numbers[$0] })
  }

  @Test(arguments: shapes, dtypes)
  func luMultipliesBack(_ shape: Shape, _ dtype: DType) {
    let x = matrices(shape, dtype)
    let (p, l, u) = x.lu()
    expectEqual(p.matmul(l).matmul(u), x, "p·l·u, \(shape)")
  }

  @Test(arguments: dtypes)
  func manyMatricesAreTheSameAsOneByOne(_ dtype: DType) {
    let (a, b) = (matrices([300, 4, 4], dtype), matrices([300, 4, 2], dtype))
    let (together, inverses, values) = (solve(a, b), a.inverse(), a.singularValues())
    for place in stride(from: 0, to: 300, by: 37) {
      expectEqual(together[place], solve(a[place], b[place]), "solution \(place)")
      expectEqual(inverses[place], a[place].inverse(), "inverse \(place)")
      expectEqual(values[place], a[place].singularValues(), "values \(place)")
    }
  }

  /// A matrix large enough for the library's own threads.
  @Test func aLargeSystem() {
    let a = matrices([400, 400], .float64) + Tensor(eye: 400, dtype: .float64) * 40
    let b = matrices([400, 3], .float64)
    expectEqual(a.matmul(solve(a, b)), b, "a·x")
    expectEqual(a.inverse().matmul(a), Tensor(eye: 400, dtype: .float64), "a⁻¹·a")
    let square = a.matmul(a.transposed())
    let l = square.cholesky()
    expectEqual(l.matmul(l.transposed()) / square.max(), square / square.max(), "l·lᵀ")
    let (logarithm, eigenvalues) = (square.logAbsDeterminant().logarithm, square.symmetricEigenvalues())
    #expect(logarithm.isClose(to: eigenvalues.log().sum(), relative: 1e-10))
  }

  @Test func theGradientOfACompleteBasisIsAnError() {
    let x = matrices([4, 2], .float64).requiringGrad()
    let error = #expect(throws: TensorError.self) { try withTensorErrors { x.qr(complete: true).q.sum().backward() } }
    #expect(error?.description.contains("`qr()` without `complete`") == true)
  }

  @Test func theGradientOfADeterminantOfLowRank() {
    // Of ranks 2, 1 and 0. PyTorch gives zeros for the first.
    for values in [[1, 2, 3, 4, 5, 6, 5, 7, 9], [1, 2, 2, 2, 4, 4, 3, 6, 6], [0, 0, 0, 0, 0, 0, 0, 0, 0]] as [[Double]]
    {
      let x = Tensor(values, shape: [3, 3], dtype: .float64)
      #expect(throws: Never.self) { try gradcheck({ $0[0].determinant() }, at: [x]) }
    }
  }

  /// The second derivatives of a determinant of 3x3 are the elements themselves, with signs: ∂²det/∂x₀₀∂x₁₁ = x₂₂.
  /// (Differences of cofactors beside a singular matrix are too rough to compare with.)
  @Test func theSecondDerivativeOfADeterminantOfLowRank() throws {
    let x = Tensor([1.0, 2, 3, 4, 5, 6, 5, 7, 9], shape: [3, 3], dtype: .float64)
    let second = try hessian(at: x) { $0.determinant() }
    for (i, j, k, l) in [(0, 0, 1, 1), (0, 1, 1, 2), (1, 0, 2, 2), (0, 2, 2, 1)] {
      let (row, column) = (3 - i - k, 3 - j - l)
      let isEven = ((k - i + 3) % 3 == 1) == ((l - j + 3) % 3 == 1)
      let expected = x[row, column].item() * (isEven ? 1 : -1)
      #expect(abs(second[i, j, k, l].item() - expected) < 1e-9)
    }
    #expect(second.isClose(to: second.permuted([2, 3, 0, 1]), relative: 1e-9, absolute: 1e-9))
  }

  /// Rows of unlike scales make no matrix singular; a singular neighbour in a batch changes nothing.
  @Test func theGradientOfADeterminantOfUnlikeScales() throws {
    let x = Tensor([2e-4, 1e-4, 1e-4, 1, 3, 1, 1e4, 1e4, 4e4], shape: [3, 3])
    let cofactors = try grad(of: { $0.determinant() })(x)
    #expect(cofactors[1].isClose(to: Tensor([-3, 7, -1]), relative: 1e-4))
    #expect(cofactors[2].isClose(to: Tensor([-2e-4, -1e-4, 5e-4]), relative: 1e-4, absolute: 1e-9))
    let batch = Tensor([2.0, 0, 0, 2, 1, 1, 1, 1], shape: [2, 2, 2], dtype: .float64)
    let second = try hessian(at: batch) { $0.determinant().sum() }
    #expect(abs(second[0, 0, 0, 0, 1, 1].item() - 1) < 1e-12)
    #expect(abs(second[1, 0, 0, 1, 1, 1].item() - 1) < 1e-9)
    #expect(abs(second[0, 0, 1, 0, 1, 0].item() + 1) < 1e-12)
  }

  /// The minors of a batch are not all in memory at once: they would be a hundred times its size. (In a process of its own,
  /// where nothing else takes memory.)
  @Test func cofactorsOfSingularMatricesTakeLittleMemory() async {
    await #expect(processExitsWith: .success) {
      let x = Tensor(ones: [400, 12, 12], dtype: .float64).requiringGrad()
      let before = Memory.stats.live
      Memory.resetPeak()
      x.determinant().sum().backward()
      precondition(x.grad?.abs().max().item() == 0, "cofactors of ones")
      precondition(Memory.stats.peak - before < 80 * 8 * x.elementCount, "\(Memory.stats.peak - before) bytes")
    }
  }

  @Test func singularMatricesAreNamed() {
    let x = Tensor([1.0, 0, 0, 1, 2, 1, 1, 1, 1, 2, 2, 4], shape: [3, 1, 2, 2], dtype: .float64)
    for body in [{ x.inverse() }, { solve(x, Tensor(ones: [2, 1], dtype: .float64)) }] {
      let error = #expect(throws: TensorError.self) { try withTensorErrors { _ = body() } }
      #expect(error?.description.contains("got matrix [2, 0]: a singular one (pivot 2 is zero)") == true)
    }
    let error = #expect(throws: TensorError.self) { try withTensorErrors { _ = (-x).cholesky() } }
    #expect(error?.description.contains("matrix [0, 0]: one whose leading minor of order 1 is not positive") == true)
    #expect(x.determinant().scalars(as: Double.self)[2] == 0)
    #expect(x.logAbsDeterminant().logarithm.scalars(as: Double.self)[2] == -.infinity)
  }

  @Test func numbersThatAreNotFinite() {
    let x = Tensor([1, Double.nan, 3, 4], shape: [2, 2], dtype: .float64)
    for body in [{ x.svd().s }, { x.symmetricEigen().values }, { x.matrixExponential() }, { x.pseudoInverse() }] {
      #expect(throws: TensorError.self) { try withTensorErrors { _ = body() } }
    }
    #expect(x.determinant().item().isNaN)
    #expect(throws: TensorError.self) { try withTensorErrors { _ = x.cholesky() } }
    let (q, r) = x.qr()
    #expect(q.shape == [2, 2] && r.shape == [2, 2])
    #expect(x.inverse().scalars(as: Double.self).contains { $0.isNaN })
  }

  @Test func emptyMatrices() {
    let none = Tensor(zeros: [2, 0, 0], dtype: .float64)
    #expect(none.determinant().scalars(as: Double.self) == [1, 1])
    #expect(none.inverse().shape == [2, 0, 0])
    #expect(none.matrixRank().scalars(as: Int.self) == [0, 0])
    #expect(Tensor(zeros: [3, 0]).pseudoInverse().shape == [0, 3])
    #expect(solve(Tensor(zeros: [0, 3, 3]), Tensor(zeros: [3, 2])).shape == [0, 3, 2])
    #expect(Tensor(zeros: [3, 0]).qr(complete: true).q.elementsEqual(Tensor(eye: 3)))
  }

  @Test func theGradientOfVectorsOfASquareMatrixOfLowRank() throws {
    // The last column is the first, twice the second and less the third.
    let x = Tensor([1, 2, -1, 6, 3, 1, 2, 3, 0, 2, 1, 3, 2, 1, -1, 5], shape: [4, 4], dtype: .float64)
    let leaf = x.requiringGrad()
    let weights = Tensor([1, 2, 3, 4], dtype: .float64)
    (weights * leaf.svd().u.sliced(axis: 1, from: 3).squeezed(1).squared()).sum().backward()
    // PyTorch's.
    let wanted = [
      0.033702403456656975, -0.03921145017553346, -0.2197137456116662, 0.17499324871725636, 0.011234134485552317,
      -0.013070483391844483, -0.07323791520388868, 0.058331082905752084, -0.02246826897110465, 0.02614096678368897,
      0.14647583040777745, -0.11666216581150424, -0.03370240345665698, 0.03921145017553347, 0.21971374561166623,
      -0.17499324871725638,
    ]
    let slope = try #require(leaf.grad)
    #expect(slope.isClose(to: Tensor(wanted, shape: [4, 4], dtype: .float64), relative: 1e-9, absolute: 1e-12))
  }

  @Test func aSingularMatrixIsNamedByItsOwnPlace() {
    let a = Tensor([1.0, 0, 0, 1, 1, 2, 0, 0], shape: [2, 1, 2, 2], dtype: .float64)
    let b = Tensor(ones: [2, 3, 2, 1], dtype: .float64)
    for body in [{ solve(a, b) }, { solveTriangular(a, b, upper: true) }] {
      let error = #expect(throws: TensorError.self) { try withTensorErrors { _ = body() } }
      #expect(error?.description.contains("matrix [1, 0]: a") == true, "\(error?.description ?? "")")
    }
    let error = #expect(throws: TensorError.self) { try withTensorErrors { _ = solve(a[1, 0], b) } }
    #expect(error?.description.contains("got a singular one") == true, "\(error?.description ?? "")")
  }

  @Test func anExponentialThatOverflows() {
    for dtype in Self.dtypes {
      let large = dtype == .float64 ? 1e308 : 3e38
      let values = Tensor(full: [2, 2], large, dtype: dtype).matrixExponential()
      #expect(!values.isFinite().any().item(as: Bool.self))
    }
  }
}
