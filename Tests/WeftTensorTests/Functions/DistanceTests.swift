import Testing
import WeftTensor

/// Distances of rows, which have kernels of their own for several orders, beside the differences themselves.
@Suite struct DistanceTests {
  static let orders = [0, 1, 2, 3, .infinity]
  static let shapes: [(a: Shape, b: Shape)] = [
    ([5, 1], [6, 1]), ([300, 17], [70, 17]), ([2, 1, 9, 3], [4, 33, 3]), ([40, 2], [3, 2]), ([3, 2], [2100, 2]),
    ([7, 0], [5, 0]),
  ]

  private static func direct(_ a: Tensor, _ b: Tensor, _ order: Double) -> Tensor {
    let d = (a.unsqueezed(-2) - b.unsqueezed(-3)).abs()
    switch order {
    case 0: return (d .> 0).converted(to: a.dtype).sum(axis: -1)
    case 1: return d.sum(axis: -1)
    case .infinity: return d.shape[-1] == 0 ? d.sum(axis: -1) : d.max(axis: -1)
    default: return d.pow(order).sum(axis: -1).pow(1 / order)
    }
  }

  @Test(arguments: orders, [DType.float32, .float64, .bfloat16])
  func ofRows(_ order: Double, _ dtype: DType) throws {
    for (place, shapes) in Self.shapes.enumerated() {
      let a = Tensor(normal: shapes.a, using: RandomStream(seed: UInt64(place))).converted(to: dtype)
      let b = Tensor(normal: shapes.b, using: RandomStream(seed: UInt64(100 + place))).converted(to: dtype)
      let found = cdist(a, b, order: order, usesProducts: false)
      #expect(found.dtype == dtype)
      let expected = Self.direct(a.converted(to: .float64), b.converted(to: .float64), order)
      let label = "order \(order), \(dtype), \(shapes.a) and \(shapes.b)"
      #expect(Self.gap(found, expected) <= (dtype == .bfloat16 ? 0.01 : 1e-5), "\(label)")
      guard order != 0, dtype != .bfloat16 || order == .infinity, a.elementCount > 0 else { continue }
      let weights = Tensor(normal: found.shape, using: RandomStream(seed: 7)).converted(to: dtype)
      for isFirst in [true, false] {
        let slopes = try [true, false].map { usesKernel in
          try slope(at: isFirst ? a : b) { x in
            let pair = isFirst ? (x, b) : (a, x)
            if usesKernel { return (cdist(pair.0, pair.1, order: order, usesProducts: false) * weights).sum() }
            // Of equal differences, which rounded numbers have, each is the largest: as in float32, found by itself.
            let y =
              dtype == .bfloat16
              ? cdist(pair.0.converted(to: .float32), pair.1.converted(to: .float32), order: order, usesProducts: false)
              : Self.direct(pair.0, pair.1, order)
            return (y * weights).sum()
          }
        }
        #expect(Self.gap(slopes[0], slopes[1]) <= (dtype == .bfloat16 ? 0.01 : 1e-4), "the gradient, \(label)")
      }
    }
  }

  /// Equal rows have no slope, several largest differences each their own; NaN and ∞ stay where they are.
  @Test func oddNumbers() throws {
    let a = Tensor([[1.0, 2], [3, .nan], [.infinity, 0], [1, 2], [0, 0]])
    let b = Tensor([[1.0, 2], [0, 0], [4, 5], [2, 3], [1, 1]])
    for order in [0, 1, 2, .infinity] {
      let y = cdist(a, b, order: order, usesProducts: false)
      #expect(y[0][0].item() == 0)
      #expect(order == 0 ? y[1][1].item() == 2 : y[1].isNaN().all().item() != 0)
      #expect(order == 0 ? y[2][1].item() == 1 : y[2][0].item() == .infinity)
      guard order != 0 else { continue }
      let slopes = try slope(at: a) { cdist($0, b, order: order, usesProducts: false)[0, 0].sum() }
      #expect(slopes[0].abs().sum().item() == 0)
    }
    let ties = try slope(at: Tensor([[0.0, 0], [0, 0], [0, 0], [0, 0]])) {
      cdist($0, b, order: .infinity, usesProducts: false)[0, 4].sum()
    }
    #expect(ties[0].sum().item() == -2)
  }

  /// The gradient has one, which is that of the differences themselves.
  @Test func twice() throws {
    let a = Tensor(normal: [6, 3], using: RandomStream(seed: 1))
    let b = Tensor(normal: [5, 3], using: RandomStream(seed: 2))
    func curvature(_ distance: (Tensor, Tensor) -> Tensor) throws -> Tensor {
      try slope(at: a) { x in
        let first = try grad(of: distance(x, b).sum(), with: x, createGraph: true)
        return first.squared().sum()
      }
    }
    let found = try curvature { cdist($0, $1, usesProducts: false) }
    #expect(Self.gap(found, try curvature { Self.direct($0, $1, 2) }) <= 1e-4)
  }

  private static func gap(_ a: Tensor, _ b: Tensor) -> Double {
    guard a.shape == b.shape else { return .infinity }
    if a.elementCount == 0 { return 0 }
    let (a, b) = (a.converted(to: .float64), b.converted(to: .float64))
    return (a - b).abs().max().item() / (1 + b.abs().max().item())
  }
}
