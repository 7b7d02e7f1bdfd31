import Testing
import WeftTensor

@Suite("Products and einsum")
struct ProductTests {
  private func message(_ body: () -> Tensor) -> String {
    let error = #expect(throws: TensorError.self) { try withTensorErrors { _ = body() } }
    return error?.description ?? ""
  }

  @Test(arguments: [
    ("ij,jk->ik", "one size for each label"), ("ij,kl->iz", "a result of labels that operands have"),
    ("ij,kl->ii", "a result of labels that operands have"), ("ij->i", "one operand for each part"),
    ("ijk,jk", "as many labels as axes"), ("i1,jk", "letters for axes"), ("ij,jk->i->k", "letters for axes"),
    ("i......,jk", "letters for axes"), ("i-j,jk", "letters for axes"), ("ii,jk", "one size for"),
  ])
  func badEquations(_ equation: String, _ expected: String) {
    let (a, b) = (Tensor(ones: [2, 3]), Tensor(ones: [4, 5]))
    let text = message { einsum(equation, a, b) }
    #expect(text.contains(expected), "\(text)")
  }

  @Test func einsumOfIntegersAndHalves() {
    let (a, b) = (Tensor([[1, 2], [3, 4]]), Tensor([[5, 6], [7, 8]]))
    #expect(einsum("ij,jk->ik", a, b).elementsEqual(Tensor([[19, 22], [43, 50]])))
    #expect(einsum("ii", a).item(as: Int.self) == 5)
    let half = einsum("ij,jk", a.converted(to: .bfloat16), b.converted(to: .bfloat16))
    #expect(half.dtype == .bfloat16 && half.converted(to: .int64).elementsEqual(Tensor([[19, 22], [43, 50]])))
  }

  @Test func einsumOfEmptyAxes() {
    let result = einsum("ij,jk->ik", Tensor(zeros: [2, 0]), Tensor(zeros: [0, 3]))
    #expect(result.elementsEqual(Tensor(zeros: [2, 3])))
    #expect(einsum("bij,bjk->bik", Tensor(zeros: [0, 2, 3]), Tensor(zeros: [0, 3, 4])).shape == [0, 2, 4])
  }

  /// Joined in the order given, the first product would have 10⁹ elements.
  @Test func einsumJoinsTheSmallPairFirst() {
    let vectors = (0..<3).map { _ in Tensor(ones: [1000]) }
    let result = einsum("i,j,k,ijk->", vectors + [Tensor(ones: [1, 1, 1])])
    #expect(result.item() == 1e9)
    let chain = einsum("a,b,c,ab,bc->", vectors + [Tensor(ones: [1000, 1]), Tensor(ones: [1, 1000])])
    #expect(chain.item() == 1e9)
  }

  @Test func refusals() {
    let (a, b) = (Tensor(ones: [2, 3]), Tensor(ones: [4, 5]))
    #expect(message { tensorDot(a, b) }.contains("as many axes of a as of b"))
    #expect(message { tensorDot(a, b, axes: 3) }.contains("a number of axes that both have"))
    #expect(message { a.cross(b) }.contains("vectors of 3 numbers"))
    #expect(message { Tensor(ones: [3, 3]).cross(Tensor(ones: [2, 3, 3]), axis: 1) }.contains("as many axes in both"))
    #expect(message { chainProduct([a, b]) }.contains("matrices [m, a], [a, b]"))
    #expect(message { chainProduct([]) }.contains("matrices [m, a], [a, b]"))
    #expect(message { blockDiagonal([Tensor(ones: [1, 1, 1])]) }.contains("two axes at most"))
    #expect(message { cartesianProduct([a]) }.contains("vectors, at least one"))
    #expect(message { a.matrixPower(2) }.contains("square matrices"))
    #expect(message { a.matrixNorm(axes: (0, 0)) }.contains("two different axes"))
    #expect(message { a.householderProduct(scales: b) }.contains("[..., m, n] with m ≥ n"))
    #expect(message { a.vander(count: -1) }.contains("a count from 0"))
    #expect(message { a.tensorInverse() }.contains("a number of axes in 1 ..< 2"))
    #expect(message { tensorSolve(a, b) }.contains("b's axes as the first of a's"))
    #expect(message { a.luSolved(factors: a, pivots: b) }.contains("pivots [..., n] of integers"))
    #expect(MatrixNormOrder(3) == nil && MatrixNormOrder(-2) == .spectral(smallest: true))
  }

  /// All four ways around, as PyTorch's `lu_solve` gives them.
  @Test func solvingByFactors() {
    let a = Tensor([[2.0, 1, -1], [-3, -1, 2], [-2, 1, 2]], dtype: .float64)
    let b = Tensor([[1.0, 2], [3, -1], [0.5, 4]], dtype: .float64)
    let (factors, pivots) = a.luFactored()
    let plain = Tensor([[12.5, 1], [-7.5, 2], [16.5, 2]], dtype: .float64)
    let adjoint = Tensor([[0.5, 30], [-1, 24], [1.5, -7]], dtype: .float64)
    func solved(_ b: Tensor, _ left: Bool, _ adjoint: Bool) -> Tensor {
      b.luSolved(factors: factors, pivots: pivots, left: left, adjoint: adjoint)
    }
    #expect(solved(b, true, false).isClose(to: plain) && solved(b, true, true).isClose(to: adjoint))
    #expect(solved(b.transposed(), false, true).isClose(to: plain.transposed()))
    #expect(solved(b.transposed(), false, false).isClose(to: adjoint.transposed()))
  }

  @Test(arguments: [[3, 3], [4, 2], [2, 4], [2, 3, 3], [0, 2]])
  func unpackingFactors(_ sizes: [Int]) {
    let a = SampleInput.real(Shape(sizes)).draw(seed: 3)
    let (factors, pivots) = a.luFactored()
    let (p, l, u) = factors.luUnpacked(pivots: pivots)
    let whole = a.lu()
    #expect(p.elementsEqual(whole.p) && l.elementsEqual(whole.l) && u.elementsEqual(whole.u))
    #expect(p.matmul(l).matmul(u).isClose(to: a))
    #expect(message { factors.luUnpacked(pivots: pivots.unsqueezed(0)).p }.contains("pivots [..., min(m, n)]"))
  }

  @Test func addingWithoutTheTensorItself() {
    let result = Tensor([Float.nan]).addingMatrixProduct(Tensor(ones: [2, 3]), Tensor(ones: [3, 1]), beta: 0)
    #expect(result.elementsEqual(Tensor(full: [2, 1], 3)))
  }

  @Test func crossOfUnitVectors() {
    let unit = Tensor(eye: 3)
    #expect(unit[0].cross(unit[1]).elementsEqual(unit[2]))
    #expect(unit[1].cross(unit[2]).elementsEqual(unit[0]))
  }
}
