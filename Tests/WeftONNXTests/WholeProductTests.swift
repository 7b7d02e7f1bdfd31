import Testing
import Weft
import WeftONNX

/// Products of whole numbers are exact, whatever their types and zero points.
@Suite struct WholeProductTests {
  private static func bytes(_ shape: Shape, _ dtype: DType, seed: UInt64) -> Tensor {
    let range = dtype == .uint8 ? 0..<256 : -128..<128
    return SampleInput.integers(shape, in: range, dtype: dtype).draw(seed: seed)
  }

  /// A node's result, and the product of what is left behind the zero points.
  @Test(arguments: [DType.int8, .uint8], [DType.int8, .uint8])
  func matMulInteger(_ left: DType, _ right: DType) throws {
    let (a, b) = (Self.bytes([2, 5, 70], left, seed: 1), Self.bytes([70, 9], right, seed: 2))
    let zeros: [(Shape, Shape)?] = [nil, ([], []), ([], [9]), ([5], [9])]
    for shapes in zeros {
      var inputs = [a, b]
      if let shapes {
        inputs += [Self.bytes(shapes.0, left, seed: 3), Self.bytes(shapes.1, right, seed: 4)]
      }
      let found = try OneNode.run(OneNode.node("MatMulInteger", inputs: inputs.count), inputs)
      let wide = inputs.map { $0.converted(to: .int32) }
      let (p, q) = shapes == nil ? (Tensor(0, dtype: .int32), Tensor(0, dtype: .int32)) : (wide[2], wide[3])
      let expected = (wide[0] - (p.rank == 1 ? p.unsqueezed(-1) : p)).matmul(wide[1] - q)
      #expect(found.dtype == .int32 && found.elementsEqual(expected), "\(left) x \(right), zero points \(inputs.count)")
    }
  }
}
