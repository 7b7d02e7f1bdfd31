import Testing
import WeftTensor

/// Products with what a mask leaves out, of numbers that are none.
@Suite struct MaskedProductTests {
  private static let numbers: [Double] = [1, -2, 0, .infinity, -.infinity, .nan]

  /// All pairs of kinds of numbers, beside a pair that the mask hides.
  @Test func aPairsProductIsWhatItIsByItself() {
    let mask = Tensor([true, false])
    for (a, b) in Self.numbers.flatMap({ a in Self.numbers.map { (a, $0) } }) {
      for hidden in Self.numbers {
        let row = Tensor([a, hidden], shape: [1, 2], dtype: .float64)
        let found = row.masked(by: mask, times: Tensor([b, hidden], shape: [2, 1], dtype: .float64)).item()
        #expect(found == a * b || (found.isNaN && (a * b).isNaN), "\(a)·\(b) beside \(hidden): \(found)")
      }
    }
  }

  /// A sum of infinities of both signs is none.
  @Test func infinitiesAddUp() {
    let mask = Tensor([true, true, false])
    for (a, b, expected) in [
      ([Double.infinity, 1], [Double.infinity, .infinity], Double.infinity),
      ([-.infinity, 2], [.infinity, 3], -.infinity), ([.infinity, 1], [.infinity, -.infinity], .nan),
    ] {
      let row = Tensor(a + [.infinity], shape: [1, 3], dtype: .float32)
      let found = row.masked(by: mask, times: Tensor(b + [.nan], shape: [3, 1], dtype: .float32)).item()
      #expect(found == expected || (found.isNaN && expected.isNaN), "\(a)·\(b): \(found)")
    }
  }
}
