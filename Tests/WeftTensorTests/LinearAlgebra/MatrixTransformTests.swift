import Testing
import WeftTensor

/// Functions of a matrix [3, 3] under the transforms of functions: an example at a time, and all at once.
@Suite("Linear algebra and Fourier transforms inside vmap and jvp")
struct MatrixTransformTests {
  typealias Function = @Sendable (Tensor) -> Tensor

  private static let weights = SampleInput.real([3, 3]).draw(seed: 21)

  static let functions: [String: Function] = [
    "determinant": { $0.determinant() },
    "logAbsDeterminant": { $0.logAbsDeterminant().logarithm },
    "solve": { (solve($0, weights) * weights).sum() },
    "solve for it": { (solve(weights, $0) * weights).sum() },
    "solve a vector": { (solve($0, weights[0]) * weights[1]).sum() },
    "inverse": { ($0.inverse() * weights).sum() },
    "cholesky": { (($0.matmul($0.transposed()) + Tensor(eye: 3, dtype: .float64)).cholesky() * weights).sum() },
    "qr": { x in
      let (q, r) = x.qr()
      return (q * weights).sum() + (r * weights).sum()
    },
    "svd": { x in
      let (u, s, vt) = x.svd()
      return (u.matmul(vt) * weights).sum() + (s * weights[0]).sum()
    },
    "symmetricEigen": { x in
      let (values, vectors) = x.symmetricEigen()
      return (values * weights[0]).sum() + (vectors.squared() * weights).sum()
    },
    "lu": { x in
      let (_, l, u) = x.lu()
      return (l * weights).sum() + (u * weights).sum()
    },
    "luSolved": { x in
      let (factors, pivots) = x.luFactored()
      return (weights.luSolved(factors: factors, pivots: pivots) * weights).sum()
    },
    "luSolved on the right": { x in
      let (factors, pivots) = x.luFactored()
      return (weights.luSolved(factors: factors, pivots: pivots, left: false) * weights).sum()
    },
    "luSolved adjoint": { x in
      let (factors, pivots) = x.luFactored()
      return (weights.luSolved(factors: factors, pivots: pivots, adjoint: true) * weights).sum()
    },
    "luUnpacked": { x in
      let (factors, pivots) = x.luFactored()
      let (p, l, u) = factors.luUnpacked(pivots: pivots)
      return (p.matmul(l).matmul(u) * weights * l).sum()
    },
    "matrixExponential": { ($0.matrixExponential() * weights).sum() },
    "matrixPower": { ($0.matrixPower(3) * weights).sum() },
    "pseudoInverse": { ($0.sliced(axis: 0, to: 2).pseudoInverse() * weights.sliced(axis: 1, to: 2)).sum() },
    "leastSquares": {
      (leastSquares($0.sliced(axis: 1, to: 2), weights).solution * weights.sliced(axis: 0, to: 2)).sum()
    },
    "norms": {
      $0.matrixNorm(.nuclear) + $0.matrixNorm(.spectral()) + $0.matrixNorm(.columns()) + $0.conditionNumber()
    },
    "householderProduct": { ($0.householderProduct(scales: weights[2]) * weights).sum() },
    "einsum": { einsum("ij,jk,ii->", $0, weights, $0) + einsum("...i,ki->k", $0, weights).sum() },
    "products": { x in
      (x.kronecker(weights).squared().sum() + tensorDot(x, weights, axes: 1).sum() + x.inner(weights).sum()
        + (x.cross(weights) * weights).sum() + chainProduct([x, weights, x]).sum()
        + blockDiagonal([x, x]).squared().sum()
        + x.trace())
    },
    "fft": { x in (x.fft2().pairs * ComplexTensor(real: weights, imaginary: weights.transposed()).pairs).sum() },
    "rfft": { x in (x.rfft(count: 5).abs() * weights).sum() + x.complex.irfft(count: 4).squared().sum() },
    "stft": { x in
      let settings = ShortTimeFourier(size: 4, hop: 2, window: Tensor(window: .hamming(), count: 4, dtype: .float64))
      let spectra = x.reshaped(9).stft(settings)
      return spectra.abs().sum() + spectra.istft(settings).squared().sum()
    },
  ]

  @Test(arguments: functions.keys.sorted())
  func gradientsOfExamples(_ name: String) throws {
    guard let function = Self.functions[name] else { return }
    let batch = SampleInput.real([4, 3, 3]).draw(seed: 22)
    let gradient: (Tensor) throws -> Tensor = grad(of: function)
    let together = try vmap(gradient)(batch)
    let oneByOne = try (0..<4).map { try gradient(batch[$0]) }
    #expect(together.isClose(to: stacked(oneByOne), relative: 1e-9, absolute: 1e-9))
  }

  @Test(arguments: functions.keys.sorted())
  func forwardAndReverseAgree(_ name: String) throws {
    guard let function = Self.functions[name] else { return }
    let (x, direction) = (SampleInput.real([3, 3]).draw(seed: 23), SampleInput.real([3, 3]).draw(seed: 24))
    let forward = try jvp(at: [x], along: [direction]) { function($0[0]) }.tangent
    let reverse = (try grad(of: function)(x) * direction).sum()
    #expect(forward.isClose(to: reverse, relative: 1e-9, absolute: 1e-9))
    try gradcheck({ function($0[0]) }, at: [x])
  }
  /// The cofactors, whether or not a matrix of the batch is singular.
  @Test func determinantsOfSingularExamples() throws {
    let batch = Tensor([[[1.0, 2], [2, 4]], [[3, 1], [0, 2]], [[0, 0], [0, 0]]], dtype: .float64)
    let gradients = try vmap(grad(of: { $0.determinant() }))(batch)
    let right = Tensor([[[4.0, -2], [-2, 1]], [[2, 0], [-1, 3]], [[0, 0], [0, 0]]], dtype: .float64)
    #expect(gradients.isClose(to: right, relative: 1e-12, absolute: 1e-12))
    let ofThree = Tensor(ones: [2, 3, 3], dtype: .float64) * Tensor(arange: 1, 3).reshaped(2, 1, 1)
    #expect(try vmap(grad(of: { $0.determinant() }))(ofThree).abs().max().item() < 1e-12)
    let empty = Tensor(zeros: [2, 0, 0], dtype: .float64)
    #expect(try vmap(grad(of: { $0.determinant() }))(empty).shape == [2, 0, 0])
  }

  /// A unit matrix depends on no number, which is a gradient of 0 and not an error.
  @Test func powerOfZeroHasAGradient() throws {
    let x = Tensor([[1.0, 2], [3, 4]], dtype: .float64)
    #expect(try grad(of: { $0.matrixPower(0).sum() })(x).elementsEqual(x.zerosLike()))
  }
}
