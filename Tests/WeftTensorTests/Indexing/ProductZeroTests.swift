import Testing
import WeftTensor

/// Products whose factors hold zeros: derivatives are those of the polynomial, at any number of zeros and to any order.
@Suite struct ProductZeroTests {
  typealias Function = @Sendable (Tensor) -> Tensor

  /// Functions of four numbers, each with the same one written with `*` alone.
  static let functions: [String: (product: Function, polynomial: Function)] = [
    "scattered": (
      { $0[..<1].scatterReduced($0[1...], at: Tensor([0, 0, 0]), axis: 0, by: .product) },
      { $0[0] * $0[1] * $0[2] * $0[3] }
    ),
    "scattered apart": (
      { $0[..<2].scatterReduced($0[1...], at: Tensor([1, 0, 1]), axis: 0, by: .product) },
      { $0[0] * $0[2] + 3 * $0[1] * $0[1] * $0[3] }
    ),
    "scattered without the tensor": (
      { $0[..<2].scatterReduced($0[1...], at: Tensor([0, 0, 0]), axis: 0, by: .product, includesSelf: false) },
      { $0[1] * $0[2] * $0[3] + 3 * $0[1] }
    ),
    "index reduced": (
      { $0[..<2].reshaped(2, 1).indexReduced($0[2...].reshaped(2, 1), at: Tensor([1, 1]), axis: 0, by: .product) },
      { $0[0] + 3 * $0[1] * $0[2] * $0[3] }
    ),
    "product": ({ $0.product() }, { $0[0] * $0[1] * $0[2] * $0[3] }),
    "cumulative product": (
      { $0.cumulativeProduct(axis: 0) },
      { $0[0] + 3 * $0[0] * $0[1] + 9 * $0[0] * $0[1] * $0[2] + 27 * $0[0] * $0[1] * $0[2] * $0[3] }
    ),
  ]

  /// 1, 3, 9, … of the results, so that each counts otherwise.
  private static func weighted(_ results: Tensor) -> Tensor {
    let list = results.reshaped(-1)
    return (list * Tensor([1.0, 3, 9, 27], dtype: .float64).sliced(axis: 0, to: list.elementCount)).sum()
  }

  @Test(arguments: functions.keys.sorted())
  func derivatives(_ name: String) throws {
    let pair = try #require(Self.functions[name])
    let (product, polynomial): (Function, Function) = (
      { Self.weighted(pair.product($0)) }, { pair.polynomial($0).sum() }
    )
    for zeros in 0..<16 {
      let values = (0..<4).map { place -> Double in zeros >> place & 1 == 1 ? 0 : Double(place) - 1.5 }
      let x = Tensor(values, dtype: .float64)
      #expect(product(x).item() == polynomial(x).item())
      let (first, second) = (grad(of: product), grad(of: polynomial))
      #expect(try first(x).elementsEqual(second(x)), "\(name), gradient at \(x)")
      #expect(
        try hessian(at: x, product).elementsEqual(hessian(at: x, polynomial)), "\(name), second derivatives at \(x)")
      let third = try jacobian(at: x) { try hessian(at: $0, product) }
      #expect(
        try third.elementsEqual(jacobian(at: x) { try hessian(at: $0, polynomial) }), "\(name), third ones at \(x)")
    }
  }

  @Test(arguments: functions.keys.sorted())
  func forwardModeAndBatches(_ name: String) throws {
    let function = try #require(Self.functions[name]?.product)
    let rows = Tensor([[0.0, 0, 2, 3], [0, 5, 0, 0], [1, 2, 3, 4]], dtype: .float64)
    let tangent = Tensor([1.0, -2, 0.5, 3], dtype: .float64)
    let whole = try vmap { x in try grad(of: { Self.weighted(function($0)) })(x) }(rows)
    for (place, x) in rows.unbound(axis: 0).enumerated() {
      let slopes = try grad(of: { Self.weighted(function($0)) })(x)
      #expect(whole[place].elementsEqual(slopes))
      let moved = try jvp(at: [x], along: [tangent]) { Self.weighted(function($0[0])) }.1
      #expect(moved.item() == (slopes * tangent).sum().item())
    }
  }

  /// The example of two numbers: ∂²(1·x₀·x₁) is 1 off the diagonal, whatever the numbers are.
  @Test(arguments: [[0.0, 5], [0, 0], [2, 0]])
  func secondDerivativesOfTwo(_ numbers: [Double]) throws {
    let second = try hessian(at: Tensor(numbers, dtype: .float64)) {
      Tensor(ones: [1], dtype: .float64).scatterReduced($0, at: Tensor([0, 0]), axis: 0, by: .product).sum()
    }
    #expect(second.rows(as: Int.self) == [[0, 1], [1, 0]])
  }

  /// Along an axis that is not the first, with fewer indices than elements on the other.
  @Test func indicesOfFewerLines() throws {
    let x = Tensor([[0.0, 2, 3], [4, 0, 6]], dtype: .float64).requiringGrad()
    let values = Tensor([[0.0, 5, 7, 2]], dtype: .float64).requiringGrad()
    let y = x.scatterReduced(values, at: Tensor([[1, 1, 0, 1]]), axis: 1, by: .product)
    #expect(y.rows(as: Int.self) == [[0, 0, 3], [4, 0, 6]])
    let gradients = try grad(of: [y.sum()], with: [x, values])
    #expect(gradients[0]?.rows(as: Int.self) == [[7, 0, 1], [1, 1, 1]])
    #expect(gradients[1]?.rows(as: Int.self) == [[20, 0, 0, 0]])
  }
}
