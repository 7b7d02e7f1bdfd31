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
  }

  static let packings = [4, 8, 2].flatMap { bits in
    [(16, 48), (32, 96), (64, 128), (32, 80)].flatMap { block, inner in
      [false, true].map { Packing(bits: bits, block: block, inner: inner, hasZeros: $0) }
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
    let x = SampleInput.real([3, inner]).draw(seed: 4).converted(to: .float32)

    let (bytes, zeroList) = (codes.scalars(as: UInt8.self), zeros.scalars(as: UInt8.self))
    let scaleList = scales.scalars(as: Float.self)
    let width = bytes.count / rows
    var numbers: [Float] = []
    for row in 0..<rows {
      for column in 0..<inner {
        let code = Self.number(bytes[row * width..<(row + 1) * width], column, bits)
        let zero =
          packing.hasZeros
          ? Self.number(zeroList[row * zeroBytes..<(row + 1) * zeroBytes], column / block, bits)
          : Float(1 << (bits - 1))
        numbers.append((code - zero) * scaleList[row * blocks + column / block])
      }
    }
    let expected = x.matmul(Tensor(numbers, shape: [rows, inner]).transposed())

    let node = OneNode.node(
      "MatMulNBits", inputs: packing.hasZeros ? 4 : 3, domain: "com.microsoft",
      [("K", inner), ("N", rows), ("bits", bits), ("block_size", block)].map {
        OneNode.attribute($0.0, [Int64($0.1)], isList: false)
      })
    let found = try OneNode.run(node, [x, codes, scales] + (packing.hasZeros ? [zeros] : []))
    let largest = expected.abs().max().item(as: Double.self)
    #expect(found.isClose(to: expected, relative: 0, absolute: 1e-5 * largest), "\(packing)")
  }
}
