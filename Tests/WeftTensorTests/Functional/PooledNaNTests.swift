import Testing
import WeftTensor

/// Of several NaN in a window the last is the maximum, as in PyTorch; of equal numbers the first.
@Suite("NaN in windows of a maximum")
struct PooledNaNTests {
  private static let windows: [(numbers: [Double], place: Int32)] = [
    ([1, .nan, 2, .nan, 3], 3), ([.nan, 1, .nan, 0, -1], 2), ([.nan, 5, 4, 3, 2], 0), ([1, 2, 3, 4, .nan], 4),
    ([.infinity, 1, .infinity, 0, 0], 0), ([-.infinity, -.infinity, -.infinity, -.infinity, -.infinity], 0),
  ]

  /// Pooled along the last axis, the one before it and channels that lie side by side; by sliding and by adaptive
  /// windows.
  @Test(arguments: [DType.float32, .float64, .float16, .bfloat16]) func lastNaNWins(_ dtype: DType) {
    for (numbers, place) in Self.windows {
      let line = Tensor(numbers, dtype: dtype)
      let row = line.reshaped(to: [1, 1, 1, 5]).expanded(to: [2, 3, 1, 5])
      let column = line.reshaped(to: [1, 1, 5, 1]).expanded(to: [2, 3, 5, 40])
      let apart = line.reshaped(to: [1, 5, 1, 1]).expanded(to: [2, 5, 1, 9]).contiguous().permuted([0, 3, 2, 1])
      let results = [
        row.contiguous().maxPooledWithIndices(kernel: [1, 5]),
        row.contiguous().adaptiveMaxPooledWithIndices(to: [1, 1]),
        row.contiguous().maxPooledWithIndices(kernel: [1, 5], stride: 1), apart.maxPooledWithIndices(kernel: [1, 5]),
        apart.adaptiveMaxPooledWithIndices(to: [1, 1]),
      ]
      for (values, indices) in results {
        #expect(indices.scalars(as: Int32.self).allSatisfy { $0 == place }, "\(numbers): \(indices)")
        #expect(values.isNaN().any().item(as: Bool.self) == numbers.contains(where: \.isNaN))
      }
      let columns = [
        column.contiguous().maxPooledWithIndices(kernel: [5, 1]),
        column.contiguous().adaptiveMaxPooledWithIndices(to: [1, 40]),
      ]
      for (_, indices) in columns {
        let expected = (0..<6).flatMap { _ in (0..<40).map { place * 40 + Int32($0) } }
        #expect(indices.scalars(as: Int32.self) == expected, "\(numbers)")
      }
    }
  }

  /// The last row by row, not column by column.
  @Test func orderIsThatOfRows() {
    let image = Tensor([.nan, 1, .nan, 3, .nan, 2, .nan, .nan, 1] as [Double], shape: [1, 1, 3, 3])
    for (_, indices) in [image.maxPooledWithIndices(kernel: 3), image.adaptiveMaxPooledWithIndices(to: 1)] {
      #expect(indices.item(as: Int.self) == 7)
    }
  }

  @Test func gradientGoesToTheLastNaN() {
    let x = Tensor([1, .nan, 2, .nan, 3] as [Double], shape: [1, 1, 5]).requiringGrad()
    x.maxPooled(kernel: 5, spatialAxes: 1).sum().backward()
    #expect(x.grad?.scalars(as: Double.self) == [0, 0, 0, 1, 0])
  }
}
