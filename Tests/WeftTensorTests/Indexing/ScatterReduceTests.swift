import Testing
import WeftTensor

/// What is in place does not take part where `includesSelf` is off, whatever stands in for it.
@Suite struct ScatterReduceTests {
  /// Values that equal what stands in: it gets none of the gradient.
  @Test(arguments: [ScatterReduction.maximum, .minimum, .product])
  func neutralElementsTakeNoPart(_ reduction: ScatterReduction) throws {
    let neutral = reduction == .maximum ? -Double.infinity : reduction == .minimum ? .infinity : 1
    let x = Tensor(zeros: [2], dtype: .float64).requiringGrad()
    let values = Tensor([neutral], dtype: .float64).requiringGrad()
    let indices = Tensor([0])
    let results = [
      x.scatterReduced(values, at: indices, axis: 0, by: reduction, includesSelf: false),
      x.indexReduced(values, at: indices, axis: 0, by: reduction, includesSelf: false),
    ]
    for y in results {
      #expect(y.scalars(as: Double.self) == [neutral, 0])
      let gradients = try grad(of: [y.sum()], with: [x, values])
      #expect(gradients[0]?.scalars(as: Double.self) == [0, 1])
      #expect(gradients[1]?.scalars(as: Double.self) == [1])
    }
    let one = Tensor(ones: [1], dtype: .float64)
    let moved = try jvp(at: [x.detach(), values.detach()], along: [Tensor(ones: [2], dtype: .float64), one]) {
      $0[0].scatterReduced($0[1], at: indices, axis: 0, by: reduction, includesSelf: false)
    }.1
    #expect(moved.scalars(as: Double.self) == [1, 1])
  }

  /// With the tensor it does: equal extremes share.
  @Test func theTensorSharesWhereItCounts() throws {
    let x = Tensor([-Double.infinity], dtype: .float64).requiringGrad()
    let values = Tensor([-Double.infinity], dtype: .float64).requiringGrad()
    let y = x.scatterReduced(values, at: Tensor([0]), axis: 0, by: .maximum)
    let gradients = try grad(of: [y.sum()], with: [x, values])
    #expect(gradients.map { $0?.item() } == [0.5, 0.5])
  }

  /// Where no value arrives the element stays and has its gradient, NaN or not.
  @Test func elementsThatNothingReaches() throws {
    let x = Tensor([Double.nan, 3, 5], dtype: .float64).requiringGrad()
    let y = x.scatterReduced(
      Tensor([7.0], dtype: .float64), at: Tensor([1]), axis: 0, by: .maximum, includesSelf: false)
    #expect(try grad(of: y.sum(), with: x).scalars(as: Double.self) == [1, 0, 1])
  }

  @Test(arguments: ScatterReduction.allCases)
  func batchesAreAsExamples(_ reduction: ScatterReduction) throws {
    let x = Tensor([[-Double.infinity, 2, 0], [1, 0, 4]], dtype: .float64)
    let values = Tensor([[0.0, 0, 3, -1], [2, 2, 0, 0]], dtype: .float64)
    let indices = Tensor([[0, 0, 2, 2], [1, 1, 1, 0]])
    func one(_ x: Tensor, _ values: Tensor, _ indices: Tensor) throws -> [Tensor] {
      try grad { (x: [Tensor]) in
        x[0].scatterReduced(x[1], at: indices, axis: 0, by: reduction, includesSelf: false).sum()
      }([x, values])
    }
    let whole = try vmap(over: [x, values, indices]) { try one($0[0], $0[1], $0[2]) }
    for example in 0..<2 {
      let single = try one(x[example], values[example], indices[example])
      for (found, wanted) in zip(whole, single) { #expect(found[example].elementsEqual(wanted)) }
    }
  }

  @Test func valuesOfAnotherTypeAreRefused() {
    let x = Tensor(zeros: [2], dtype: .bfloat16)
    for reduction in ScatterReduction.allCases {
      let error = #expect(throws: TensorError.self) {
        try withTensorErrors { x.scatterReduced(Tensor([1.0]), at: Tensor([0]), axis: 0, by: reduction) }
      }
      #expect(error?.description.contains("the tensor's type") == true)
    }
  }
}
