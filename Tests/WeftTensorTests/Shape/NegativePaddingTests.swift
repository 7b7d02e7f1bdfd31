import Testing
import WeftTensor

/// `F.pad` with negative amounts, in all of its modes.
@Suite("Padding that crops")
struct NegativePaddingTests {
  private static let line = Tensor([1.0, 2, 3, 4, 5])

  @Test(arguments: [
    (-1, 2, [2.0, 3, 4, 5, 4, 3], [2.0, 3, 4, 5, 5, 5], [2.0, 3, 4, 5, 2, 3]),
    (2, -1, [3, 2, 1, 2, 3, 4], [1, 1, 1, 2, 3, 4], [3, 4, 1, 2, 3, 4]),
    (-1, -1, [2, 3, 4], [2, 3, 4], [2, 3, 4]), (-3, 2, [4, 5, 4, 3], [4, 5, 5, 5], [4, 5, 4, 5]),
    (-4, 1, [5, 4], [5, 5], [5, 5]), (1, -4, [2, 1], [1, 1], [1, 1]),
    (3, -1, [4, 3, 2, 1, 2, 3, 4], [1, 1, 1, 1, 2, 3, 4], [2, 3, 4, 1, 2, 3, 4]), (-2, -2, [3], [3], [3]),
    (-3, -2, [], [], []),
  ])
  func oneAxis(_ before: Int, _ after: Int, _ reflected: [Double], _ replicated: [Double], _ circular: [Double]) {
    for (mode, wanted) in [(PaddingMode.reflect, reflected), (.replicate, replicated), (.circular, circular)] {
      #expect(Self.line.padded([(before, after)], mode: mode).scalars(as: Double.self) == wanted, "\(mode)")
    }
  }

  @Test func severalAxes() throws {
    let image = Tensor(arange: 12, dtype: .float64).reshaped(1, 1, 3, 4)
    let wanted: [(PaddingMode, [Double])] = [
      (.reflect, [5, 6, 7, 6, 1, 2, 3, 2, 5, 6, 7, 6]), (.replicate, [1, 2, 3, 3, 1, 2, 3, 3, 5, 6, 7, 7]),
      (.circular, [5, 6, 7, 5, 1, 2, 3, 1, 5, 6, 7, 5]),
    ]
    for (mode, values) in wanted {
      #expect(image.padded([(1, -1), (-1, 1)], mode: mode).scalars(as: Double.self) == values, "\(mode)")
      try gradcheck({ [$0[0].padded([(1, -1), (-1, 1)], mode: mode)] }, at: [image])
    }
    let volume = Tensor(arange: 24, dtype: .float64).reshaped(1, 1, 2, 3, 4)
    let circular = volume.padded([(1, 0), (-1, 1), (1, -2)], mode: .circular)
    let rows: [Double] = [17, 16, 17, 21, 20, 21, 17, 16, 17, 5, 4, 5, 9, 8, 9, 5, 4, 5]
    #expect(circular.scalars(as: Double.self) == rows + rows[..<9])
  }

  @Test func whatCannotBeIsNamed() {
    func message(_ mode: PaddingMode, _ before: Int, _ after: Int) -> String {
      do {
        _ = try withTensorErrors { Self.line.padded([(before, after)], mode: mode) }
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(message(.reflect, 5, -3).contains("amounts of at most 4 for axis 0 of size 5"))
    #expect(message(.circular, 4, -3).contains("amounts of at most 2 for axis 0 of size 2"))
    for mode in [PaddingMode.reflect, .replicate, .circular, .constant(0)] {
      #expect(message(mode, -3, -3).contains("no negative size"), "\(mode)")
      #expect(message(mode, .min, .max).contains("got"), "\(mode)")
    }
  }
}
