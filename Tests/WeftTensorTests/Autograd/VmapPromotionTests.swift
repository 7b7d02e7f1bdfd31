import Testing
import WeftTensor

/// Types inside `vmap` are those of the example, whatever axes the batch adds (`Note: Promotion`).
@Suite struct VmapPromotionTests {
  private static let functions: [(String, @Sendable (Tensor, Tensor) throws -> Tensor)] = [
    ("add", { $0 + $1 }), ("subtract", { $1 - $0 }), ("multiply", { $0 * $1 }), ("divide", { $1 / $0 }),
    ("lerp", { $0.lerp(to: $1, weight: 0.25) }), ("where", { Tensor.where($1 .> 0, $0, $1) }),
    ("pow", { $1.pow($0) }), ("maximum", { maximum($0, $1) }), ("squared error", { ($0 - $1).squared().sum() }),
    ("stacked", { stacked([$0 * $1[0], $0], axis: 0) }), ("literal", { stacked([$1[0], 2.5], axis: 0) }),
    ("twice", { ($0 + $0) * $1 }), ("reshaped", { $0.reshaped(to: [1]) * $1 }),
  ]

  private static func types(_ scalar: DType, _ row: DType) -> (Tensor, Tensor) {
    (Tensor([1.5, 2, 3], dtype: scalar), Tensor([[1, 2], [3, 4], [5, 7]], dtype: row))
  }

  @Test(arguments: functions.indices) func typesAreThoseOfALoop(_ place: Int) throws {
    let (name, function) = Self.functions[place]
    for (a, b) in [
      (DType.float64, DType.float32), (.float32, .float16), (.int64, .int32), (.float32, .int64), (.int64, .float32),
      (.int64, .bool), (.float64, .bfloat16),
    ] {
      let (scalars, rows) = Self.types(a, b)
      let loop = try withTensorErrors { try (0..<3).map { try function(scalars[$0], rows[$0]) } }
      for axes in [[0, 0], [nil, 0], [0, nil]] as [[Int?]] {
        let inputs = [axes[0] == nil ? scalars[1] : scalars, axes[1] == nil ? rows[1] : rows]
        let found = try vmap(over: inputs, axes: axes) { [try function($0[0], $0[1])] }[0]
        #expect(found.dtype == loop[1].dtype, "\(name) of a scalar of \(a) and a row of \(b), axes \(axes)")
        #expect(found[1].elementsEqual(loop[1]), "\(name) of a scalar of \(a) and a row of \(b), axes \(axes)")
      }
    }
  }

  @Test func nestedTransforms() throws {
    let (scalars, rows) = Self.types(.float64, .float32)
    let nested = try vmap(over: [Tensor(ones: [2], dtype: .float64)]) { outer in
      [try vmap(over: [scalars, rows]) { [($0[0] + outer[0]) * $0[1]] }[0]]
    }[0]
    #expect(nested.dtype == .float32)
    let tangents = try vmap(over: [scalars, rows]) { inputs in
      [try jvp(at: [inputs[0]], along: [Tensor(1.0, dtype: .float64)]) { $0[0] * inputs[1] }.tangent]
    }[0]
    #expect(tangents.dtype == .float32)
    let around = try jvp(at: [scalars], along: [scalars]) { x in
      try vmap(over: [x[0], rows]) { [$0[0] * $0[1]] }[0]
    }
    #expect(around.value.dtype == .float32 && around.tangent.dtype == .float32)
  }

  @Test func gradientsKeepTheirInputsTypes() throws {
    let (scalars, rows) = Self.types(.float64, .float32)
    let (a, b) = (scalars.requiringGrad(), rows.requiringGrad())
    let products = try vmap(over: [a, b]) { [$0[0] * $0[1]] }[0]
    #expect(products.dtype == .float32)
    products.sum().backward()
    #expect(a.grad?.dtype == .float64 && b.grad?.dtype == .float32)
    // A gradient that is an input itself is an ordinary tensor.
    let gradient = try #require(b.grad)
    #expect((gradient * Tensor([1.0, 1], dtype: .float64)).dtype == .float64)
    let perSample = try vmap(over: [scalars, rows]) { inputs in
      try valueAndGrad(at: inputs) { ($0[0] * $0[1]).sum() }.gradients
    }
    #expect(perSample.map(\.dtype) == [.float64, .float32])
  }
}
