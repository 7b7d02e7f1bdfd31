import Testing
import Weft
import WeftONNX

/// `MatMulNBits` multiplies by what its definition unpacks, whichever kernel does it.
@Suite struct PackedMatrixTests {
  struct Packing: Sendable {
    let bits: Int
    let block: Int
    let inner: Int
    var hasZeros = false
    /// Whether columns have the scales of any blocks.
    var isShuffled = false
  }

  static let packings = [4, 8, 2].flatMap { bits in
    [(16, 48), (32, 96), (64, 128), (32, 80)].flatMap { block, inner in
      [(false, false), (true, false), (false, true), (true, true)].map {
        Packing(bits: bits, block: block, inner: inner, hasZeros: $0, isShuffled: $1)
      }
    }
  }

  private static let rows = 5

  /// Number `place` of those that stand in bytes, the low bits first.
  private static func number(_ bytes: ArraySlice<UInt8>, _ place: Int, _ bits: Int) -> Float {
    let byte = bytes[bytes.startIndex + place * bits / 8]
    return Float(byte >> (place * bits % 8) & UInt8((1 << bits) - 1))
  }

  @Test(arguments: packings) func product(_ packing: Packing) throws {
    let (bits, block, inner, rows) = (packing.bits, packing.block, packing.inner, Self.rows)
    let blocks = (inner + block - 1) / block
    let codes = SampleInput.integers([rows, blocks, block * bits / 8], in: 0..<256, dtype: .uint8).draw(seed: 1)
    let scales = SampleInput.real([rows, blocks]).draw(seed: 2).converted(to: .float32)
    let zeroBytes = (blocks * bits + 7) / 8
    let zeros = SampleInput.integers([rows, zeroBytes], in: 0..<256, dtype: .uint8).draw(seed: 3)
    let groups = SampleInput.integers([inner], in: 0..<blocks, dtype: .int32).draw(seed: 5)
    let x = SampleInput.real([3, inner]).draw(seed: 4).converted(to: .float32)

    let (bytes, zeroList) = (codes.scalars(as: UInt8.self), zeros.scalars(as: UInt8.self))
    let scaleList = scales.scalars(as: Float.self)
    let places = packing.isShuffled ? groups.scalars(as: Int.self) : (0..<inner).map { $0 / block }
    let width = bytes.count / rows
    var numbers: [Float] = []
    for row in 0..<rows {
      for column in 0..<inner {
        let code = Self.number(bytes[row * width..<(row + 1) * width], column, bits)
        let zero =
          packing.hasZeros
          ? Self.number(zeroList[row * zeroBytes..<(row + 1) * zeroBytes], places[column], bits)
          : Float(1 << (bits - 1))
        numbers.append((code - zero) * scaleList[row * blocks + places[column]])
      }
    }
    let expected = x.matmul(Tensor(numbers, shape: [rows, inner]).transposed())

    let given = [x, codes, scales] + (packing.hasZeros ? [zeros] : []) + (packing.isShuffled ? [groups] : [])
    let found = try OneNode.run(node(packing), given)
    let largest = expected.abs().max().item(as: Double.self)
    #expect(found.isClose(to: expected, relative: 0, absolute: 1e-5 * largest), "\(packing)")
  }

  private func node(_ packing: Packing) -> Onnx_NodeProto {
    var names = ["x0", "x1", "x2", packing.hasZeros ? "x3" : ""]
    if packing.isShuffled { names.append(packing.hasZeros ? "x4" : "x3") }
    let numbers = [
      ("K", packing.inner), ("N", Self.rows), ("bits", packing.bits), ("block_size", packing.block),
    ]
    return OneNode.node(
      "MatMulNBits", names, domain: "com.microsoft",
      numbers.map { OneNode.attribute($0.0, [Int64($0.1)], isList: false) })
  }
}
