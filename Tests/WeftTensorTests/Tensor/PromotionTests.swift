import Testing
import WeftTensor

/// The type two operands join to, against PyTorch 2.13 (`torch.promote_types`, `torch.result_type`).
@Suite struct PromotionTests {
  private static let order: [DType] = [
    .float32, .float64, .float16, .bfloat16, .int8, .uint8, .int32, .int64, .bool,
  ]

  private static let joined: [[DType]] = [
    [.float32, .float64, .float32, .float32, .float32, .float32, .float32, .float32, .float32],
    [.float64, .float64, .float64, .float64, .float64, .float64, .float64, .float64, .float64],
    [.float32, .float64, .float16, .float32, .float16, .float16, .float16, .float16, .float16],
    [.float32, .float64, .float32, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16],
    [.float32, .float64, .float16, .bfloat16, .int8, .int16, .int32, .int64, .int8],
    [.float32, .float64, .float16, .bfloat16, .int16, .uint8, .int32, .int64, .uint8],
    [.float32, .float64, .float16, .bfloat16, .int32, .int32, .int32, .int64, .int32],
    [.float32, .float64, .float16, .bfloat16, .int64, .int64, .int64, .int64, .int64],
    [.float32, .float64, .float16, .bfloat16, .int8, .uint8, .int32, .int64, .bool],
  ]

  // A tensor of one axis (row) with a tensor of none (column).
  private static let withScalar: [[DType]] = [
    [.float32, .float32, .float32, .float32, .float32, .float32, .float32, .float32, .float32],
    [.float64, .float64, .float64, .float64, .float64, .float64, .float64, .float64, .float64],
    [.float16, .float16, .float16, .float16, .float16, .float16, .float16, .float16, .float16],
    [.bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16, .bfloat16],
    [.float32, .float64, .float16, .bfloat16, .int8, .int8, .int8, .int8, .int8],
    [.float32, .float64, .float16, .bfloat16, .uint8, .uint8, .uint8, .uint8, .uint8],
    [.float32, .float64, .float16, .bfloat16, .int32, .int32, .int32, .int32, .int32],
    [.float32, .float64, .float16, .bfloat16, .int64, .int64, .int64, .int64, .int64],
    [.float32, .float64, .float16, .bfloat16, .int8, .uint8, .int32, .int64, .bool],
  ]

  @Test func everyPairOfTypes() {
    for (row, a) in Self.order.enumerated() {
      for (column, b) in Self.order.enumerated() {
        #expect(DType.promoted(a, b) == Self.joined[row][column], "\(a) with \(b)")
        #expect((Tensor(ones: [1], dtype: a) + Tensor(ones: [1], dtype: b)).dtype == Self.joined[row][column])
        #expect((Tensor(ones: [], dtype: a) + Tensor(ones: [], dtype: b)).dtype == Self.joined[row][column])
      }
    }
  }

  /// int16 as PyTorch has it; the unsigned types, which PyTorch joins with floating point alone, by the smallest integer
  /// type that holds both, or float64 (`numpy.promote_types`).
  @Test func theOtherIntegers() {
    let others: [DType] = [.int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .uint64, .bool]
    let joined: [DType: [DType]] = [
      .int16: [.int16, .int16, .int16, .int32, .int32, .int64, .int64, .float64, .int16],
      .uint16: [.int32, .uint16, .int32, .uint16, .int32, .uint32, .int64, .uint64, .uint16],
      .uint32: [.int64, .uint32, .int64, .uint32, .int64, .uint32, .int64, .uint64, .uint32],
      .uint64: [.float64, .uint64, .float64, .uint64, .float64, .uint64, .float64, .uint64, .uint64],
    ]
    for (a, row) in joined {
      for (b, expected) in zip(others, row) {
        #expect(DType.promoted(a, b) == expected && DType.promoted(b, a) == expected, "\(a) with \(b)")
        let sum = Tensor([3], dtype: a) + Tensor([1], dtype: b)
        #expect(sum.dtype == expected && sum.item() == 4, "\(a) with \(b)")
        let scalar = Tensor([3], dtype: a) + Tensor(ones: [], dtype: b)
        #expect(scalar.dtype == a && scalar.item() == 4)
      }
      for b in Self.order.prefix(4) { #expect(DType.promoted(a, b) == b && DType.promoted(b, a) == b) }
    }
  }

  @Test func everyPairWithATensorWithoutAxes() {
    for (row, a) in Self.order.enumerated() {
      for (column, b) in Self.order.enumerated() {
        let (vector, scalar) = (Tensor(ones: [1], dtype: a), Tensor(ones: [], dtype: b))
        #expect((vector + scalar).dtype == Self.withScalar[row][column], "\(a) with a scalar of \(b)")
        #expect((scalar + vector).dtype == Self.withScalar[row][column], "a scalar of \(b) with \(a)")
      }
    }
  }

  @Test func numbersInTheProgramYield() {
    for dtype in Self.order {
      for shape in [Shape([1]), []] {
        let tensor = Tensor(ones: shape, dtype: dtype)
        #expect((tensor * 2.0).dtype == (dtype.isFloatingPoint ? dtype : .float32), "\(dtype)")
        #expect((tensor * 2).dtype == (dtype == .bool ? .int64 : dtype), "\(dtype) times an integer")
        #expect((2.0 - tensor).dtype == (dtype.isFloatingPoint ? dtype : .float32))
      }
    }
  }

  @Test func numbersInTheProgramKeepTheirPrecision() {
    let tenth = Tensor([1.0], dtype: .float64) * 0.1
    #expect(tenth.values == [0.1], "not the float32 nearest to 0.1")
    #expect((Tensor([1.0], dtype: .float64) + (0.1 as Tensor) * 3.0).values == [1 + 0.1 * 3.0])
    #expect((Tensor([Int64(1) << 60]) + 1).scalars(as: Int64.self) == [(1 << 60) + 1])
  }

  @Test func integersAreExact() {
    let big = Tensor([Int64.max - 1, Int64.min + 1])
    #expect((big + Tensor([Int64(1), -1])).scalars(as: Int64.self) == [.max, .min])
    #expect((Tensor([Int8(127)]) + Tensor([Int8(1)])).scalars(as: Int8.self) == [-128], "wraps, as in PyTorch")
    #expect((Tensor([UInt8(3)]) - Tensor([UInt8(5)])).scalars(as: UInt8.self) == [254])
    #expect((Tensor([true, false]) + Tensor([true, false])).scalars(as: Bool.self) == [true, false])
  }

  @Test func divisionOfIntegersIsReal() {
    #expect((Tensor([1, 2]) / Tensor([2, 2])).dtype == .float32)
    #expect((Tensor([1, 2]) / 2).values == [0.5, 1])
    #expect((Tensor([1, 2]) / Tensor([2.0, 2], dtype: .float16)).dtype == .float16)
  }

  @Test func conversions() {
    let reals = Tensor([-1.9, -0.5, 0, 0.5, 1.9], dtype: .float64)
    #expect(reals.converted(to: .int32).scalars(as: Int.self) == [-1, 0, 0, 0, 1])
    #expect(reals.converted(to: .bool).scalars(as: Bool.self) == [true, true, false, true, true])
    #expect(Tensor([300, -1]).converted(to: .uint8).scalars(as: Int.self) == [44, 255])
    #expect(Tensor([1.0 / 3]).converted(to: .bfloat16).values == [0.333984375])
    #expect(Tensor([1.0 / 3]).converted(to: .float16).values == [0.333251953125])
    #expect(Tensor([65520.0, -1e9]).converted(to: .float16).values == [.infinity, -.infinity])
  }
}
