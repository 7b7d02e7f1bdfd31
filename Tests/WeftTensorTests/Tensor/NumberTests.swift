import Testing
import WeftTensor

/// Numbers that are put into integers and bool, by whatever operation, become the nearest that the type holds (0 for NaN),
/// and true for anything but 0: what conversions of real numbers give.
@Suite struct NumberTests {
  private static let integers: [(DType, low: Int, high: Int)] = [
    (.int8, -128, 127), (.uint8, 0, 255), (.int16, -32768, 32767), (.uint16, 0, 65535),
    (.int32, -2_147_483_648, 2_147_483_647), (.uint32, 0, 4_294_967_295), (.int64, .min, .max),
  ]
  private static let numbers: [Double] = [-.infinity, -1e30, -1.9, 0.5, 7, 1e30, .infinity, .nan]

  /// Every way to put a number into a tensor of this type, and what it gives.
  private static func ways(_ number: Double, _ dtype: DType) -> [(String, Tensor)] {
    let (zero, mask) = (Tensor(zeros: [1], dtype: dtype), Tensor([true]))
    var assigned = zero
    assigned[0] = Tensor(number)
    return [
      ("full", Tensor(full: [1], number, dtype: dtype)), ("fullLike", zero.fullLike(number)),
      ("maskedFilled", zero.maskedFilled(where: mask, with: number)),
      ("padded", zero.padded([(1, 0)], mode: .constant(number))[..<1]),
      ("indexFilled", zero.indexFilled(number, at: Tensor([0]), axis: 0)), ("assigned", assigned),
      ("converted", Tensor([number], dtype: .float64).converted(to: dtype)),
      ("number converted", Tensor(number).converted(to: dtype).reshaped(to: [1])),
      ("created", Tensor([number], dtype: dtype)),
    ]
  }

  @Test(arguments: integers.indices) func integersHoldTheNearest(_ place: Int) {
    let (dtype, low, high) = Self.integers[place]
    for number in Self.numbers {
      let whole = number.isNaN ? 0 : number.rounded(.towardZero)
      let nearest = whole <= Double(low) ? low : whole >= Double(high) ? high : Int(whole)
      for (way, found) in Self.ways(number, dtype) {
        #expect(found.dtype == dtype)
        #expect(found.scalars(as: Int.self) == [nearest], "\(number) \(way) in \(dtype)")
      }
    }
  }

  @Test func theLargestOfAll() {
    for (way, found) in Self.ways(.infinity, .uint64) {
      #expect(found.scalars(as: UInt64.self) == [.max], "\(way)")
    }
    for (way, found) in Self.ways(1e19, .uint64) {
      #expect(found.scalars(as: UInt64.self) == [10_000_000_000_000_000_000], "\(way)")
    }
    for (way, found) in Self.ways(-3, .uint64) { #expect(found.scalars(as: UInt64.self) == [0], "\(way)") }
  }

  @Test func boolIsWhetherItIsOtherThanZero() {
    for (number, truth) in [(0.5, true), (.nan, true), (-.infinity, true), (0, false), (-0.0, false), (2, true)] {
      for (way, found) in Self.ways(number, .bool) {
        #expect(found.scalars(as: Bool.self) == [truth], "\(number) \(way)")
      }
    }
  }

  @Test func boundsAreNumbersToo() {
    let bytes = Tensor([0, 100, 255], dtype: .uint8)
    #expect(bytes.clamped(low: 300).scalars(as: Int.self) == [255, 255, 255])
    #expect(bytes.clamped(low: 10, high: 300).scalars(as: Int.self) == [10, 100, 255])
    #expect(bytes.clamped(high: -5).scalars(as: Int.self) == [0, 0, 0])
    #expect(bytes.clamped(low: Tensor(300), high: Tensor(400)).scalars(as: Int.self) == [255, 255, 255])
    #expect(maximum(bytes, 300).scalars(as: Int.self) == [255, 255, 255])
    #expect(Tensor.where(Tensor([true, false, true]), bytes, -1).scalars(as: Int.self) == [0, 0, 255])
  }

  @Test func integersOfTheProgram() {
    #expect(Tensor(arange: 120, 140, step: 5, dtype: .int8).scalars(as: Int.self) == [120, 125, 127, 127])
    #expect(Tensor(arange: 2, -3, step: -2, dtype: .uint16).scalars(as: Int.self) == [2, 0, 0])
    #expect(Tensor(arange: 120.0, 140, step: 5, dtype: .int8).scalars(as: Int.self) == [120, 125, 127, 127])
    #expect(Tensor([300, -300], dtype: .int8).scalars(as: Int.self) == [127, -128])
    #expect(Tensor([-1, .max], dtype: .uint64).scalars(as: UInt64.self) == [0, UInt64(Int.max)])
    #expect(Tensor([UInt64.max, 3], dtype: .int64).scalars(as: Int.self) == [.max, 3])
    var bytes = Tensor(zeros: [2], dtype: .int8)
    bytes[1] = 300
    #expect(bytes.scalars(as: Int.self) == [0, 127])
  }

  /// Arithmetic and conversions from integer to integer wrap, as in PyTorch.
  @Test func whatIsComputedWraps() {
    #expect((Tensor([Int8(100)]) + 100).scalars(as: Int.self) == [-56])
    #expect((Tensor([Int8(100)]) * Tensor([Int8(100)])).scalars(as: Int.self) == [16])
    #expect(Tensor([300, -1]).converted(to: .uint8).scalars(as: Int.self) == [44, 255])
    #expect(Tensor([100, 100], dtype: .int8).cumulativeSum(axis: 0).scalars(as: Int.self).first == 100)
  }

  @Test func aDoubleKeepsItsPrecision() {
    let x = Double.pi
    #expect((Tensor([1.0], dtype: .float64) * Tensor(x)).scalars(as: Double.self) == [x])
    #expect((Tensor([1.0], dtype: .float64) * x).scalars(as: Double.self) == [x])
    #expect((Tensor([1.0]) * Tensor(x)).dtype == .float32)
    #expect((Tensor([1.0], dtype: .bfloat16) * Tensor(x)).dtype == .bfloat16)
    // With axes it is a number of the program still.
    #expect((Tensor([[1.0]], dtype: .float64) * Tensor(x).reshaped(to: [1, 1])).item() == x)
    #expect((Tensor([[1.0]]) * Tensor(x).reshaped(to: [1, 1])).dtype == .float32)
    #expect((Tensor([[1.0]]) * Tensor(x).expanded(to: [2, 1])).dtype == .float32)
    #expect(Tensor(x).requiringGrad().dtype == .float32)
    #expect(Tensor(x, dtype: .float64).requiringGrad().dtype == .float64)
    #expect(stacked([Tensor(x), Tensor(x)], axis: 0).dtype == .float32)
  }
}
