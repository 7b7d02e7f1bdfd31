import Testing
import WeftTensor

/// int16, uint16, uint32 and uint64: held, converted, moved, compared and computed with.
@Suite struct ElementTypeTests {
  private static let types: [DType] = [.int16, .uint16, .uint32, .uint64]

  @Test func theySayWhatTheyAre() {
    #expect(Self.types.map(\.byteCount) == [2, 2, 4, 8])
    #expect(Self.types.allSatisfy { $0.isInteger && !$0.isFloatingPoint })
    #expect(Self.types.map(\.isUnsigned) == [false, true, true, true])
    #expect(Tensor([Int16(-1)]).dtype == .int16)
    #expect(Tensor([UInt16(1)]).dtype == .uint16)
    #expect(Tensor([UInt32(1)]).dtype == .uint32)
    #expect(Tensor([UInt64(1)]).dtype == .uint64)
    #expect(Tensor([UInt(1)]).dtype == .uint64)
  }

  @Test func extremesComeBack() {
    #expect(Tensor([Int16.min, .max]).scalars(as: Int16.self) == [.min, .max])
    #expect(Tensor([UInt16.min, .max]).scalars(as: UInt16.self) == [.min, .max])
    #expect(Tensor([UInt32.min, .max]).scalars(as: UInt32.self) == [.min, .max])
    #expect(Tensor([UInt64.min, .max]).scalars(as: UInt64.self) == [.min, .max])
    #expect(Tensor([UInt32.max]).scalars(as: Double.self) == [4_294_967_295])
    #expect(Tensor([UInt64.max]).scalars(as: Double.self) == [0x1p64])
    #expect(Tensor([UInt64.max]).scalars(as: Float.self) == [0x1p64])
  }

  @Test func theyPrint() {
    #expect("\(Tensor([UInt64.max, 5]))" == "[18446744073709551615,                    5] uint64 [2]")
    #expect("\(Tensor([Int16(-3)]))" == "[-3] int16 [1]")
  }

  /// From and to every type, with values that all hold.
  @Test(arguments: types) func conversions(_ dtype: DType) {
    for other in DType.allCases {
      let values = other == .bool ? [0, 1, 1] : [0, 1, 100]
      let there = Tensor(values, dtype: other).converted(to: dtype)
      #expect(there.dtype == dtype)
      #expect(there.scalars(as: Int.self) == values, "\(other) to \(dtype)")
      let back = Tensor([0, 1, 100], dtype: dtype).converted(to: other)
      #expect(back.scalars(as: Int.self) == values, "\(dtype) to \(other)")
    }
  }

  @Test func realNumbersSaturate() {
    let numbers = Tensor([-1e30, -1.5, 3.9, 1e30, .nan], dtype: .float64)
    for source in [DType.float64, .float32] {
      let numbers = numbers.converted(to: source)
      #expect(numbers.converted(to: .int16).scalars(as: Int.self) == [-32768, -1, 3, 32767, 0])
      #expect(numbers.converted(to: .uint16).scalars(as: Int.self) == [0, 0, 3, 65535, 0])
      #expect(numbers.converted(to: .uint32).scalars(as: Int.self) == [0, 0, 3, 4_294_967_295, 0])
      #expect(numbers.converted(to: .uint64).scalars(as: UInt64.self) == [0, 0, 3, .max, 0])
    }
  }

  /// What moves elements.
  @Test(arguments: types) func moves(_ dtype: DType) {
    let x = Tensor(arange: 12, dtype: dtype).reshaped(to: [3, 4])
    func same(_ a: Tensor, _ b: Tensor, _ what: String) {
      #expect(a.dtype == dtype, "\(what)")
      #expect(a.scalars(as: Int.self) == b.scalars(as: Int.self), "\(what)")
    }
    let y = x.converted(to: .int64)
    same(x.transposed().contiguous(), y.transposed().contiguous(), "transposed")
    same(x.flipped(axes: [1]), y.flipped(axes: [1]), "flipped")
    same(concatenated([x, x], axis: 1), concatenated([y, y], axis: 1), "concatenated")
    same(x[1..<3, Tensor([0, 2])], y[1..<3, Tensor([0, 2])], "indexed")
    same(x[x .> 4], y[y .> 4], "masked")
    same(
      x.gathered(Tensor([[0, 1], [2, 3], [1, 1]]), axis: 1), y.gathered(Tensor([[0, 1], [2, 3], [1, 1]]), axis: 1),
      "gathered")
    same(x.sorted(axis: 1, descending: true).values, y.sorted(axis: 1, descending: true).values, "sorted")
    same(x.padded([(1, 2)]), y.padded([(1, 2)]), "padded")
    same(x.repeated([2, 1]), y.repeated([2, 1]), "repeated")
    same(x.cumulativeSum(axis: 0).converted(to: dtype), y.cumulativeSum(axis: 0), "running sum")
    same(x.max(axes: [1]), y.max(axes: [1]), "maximum")
    same(
      x.scatterAdded(x, at: Tensor(zeros: [3, 4], dtype: .int64), axis: 1),
      y.scatterAdded(y, at: Tensor(zeros: [3, 4], dtype: .int64), axis: 1), "scattered")
    #expect(x.argMax(axis: 1).scalars(as: Int.self) == [3, 3, 3])
    #expect(x.nonzero().shape == [11, 2])
    #expect(x.sum().item() == 66)
    #expect(x.unique().values.elementCount == 12)
  }

  @Test(arguments: types) func arithmetic(_ dtype: DType) {
    let (a, b) = (Tensor([7, 100, 9], dtype: dtype), Tensor([2, 3, 9], dtype: dtype))
    for (found, wanted) in [
      (a + b, [9, 103, 18]), (a - b, [5, 97, 0]), (a * b, [14, 300, 81]), (a.floorDivided(by: b), [3, 33, 1]),
      (a % b, [1, 1, 0]), (maximum(a, b), [7, 100, 9]), (a.bitwiseAnd(b), [2, 0, 9]), (a * 2, [14, 200, 18]),
    ] {
      #expect(found.dtype == dtype)
      #expect(found.scalars(as: Int.self) == wanted)
    }
    #expect((a / b).dtype == .float32)
    #expect((a * 0.5).values == [3.5, 50, 4.5])
    #expect((a .> b).scalars(as: Bool.self) == [true, true, false])
    #expect(a.sqrt().dtype == .float32)
  }

  /// Above 2^63, where a signed number would be negative.
  @Test func theUpperHalfOfUInt64() {
    let (a, b) = (Tensor([UInt64.max, 1 << 63]), Tensor([UInt64(3), 1 << 62]))
    #expect((a .> b).scalars(as: Bool.self) == [true, true])
    #expect((a .< 5).scalars(as: Bool.self) == [false, false])
    #expect(maximum(a, b).elementsEqual(a))
    #expect(minimum(a, b).elementsEqual(b))
    #expect(a.floorDivided(by: b).scalars(as: UInt64.self) == [UInt64.max / 3, 2])
    #expect((a % b).scalars(as: UInt64.self) == [0, 0])
    #expect((a + 2).scalars(as: UInt64.self) == [1, 1 << 63 + 2], "wraps")
    #expect(a.bitsShiftedRight(by: Tensor([UInt64(63)])).scalars(as: UInt64.self) == [1, 1])
    #expect(a.max().scalars(as: UInt64.self) == [.max])
    #expect(a.sorted(axis: 0).values.scalars(as: UInt64.self) == [1 << 63, .max])
    #expect(a.cumulativeMax(axis: 0).values.scalars(as: UInt64.self) == [.max, .max])
    #expect(a.elementsEqual(Tensor([UInt64.max, 1 << 63])))
    #expect(Tensor.where(Tensor([true, false]), a, b).scalars(as: UInt64.self) == [.max, 1 << 62])
  }

  @Test(arguments: [DType.int16, .uint16, .uint32, .uint64]) func productsOfMatrices(_ dtype: DType) {
    let x = Tensor([[1, 2], [3, 4]]).converted(to: dtype)
    let product = x.matmul(x)
    #expect(product.dtype == dtype && product.scalars(as: Int.self) == [7, 10, 15, 22])
  }
}
