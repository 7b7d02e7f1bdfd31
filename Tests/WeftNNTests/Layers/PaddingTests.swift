import Testing
import Weft

@Suite struct PaddingTests {
  @Test func goldens() throws {
    let layers: [String: Module] = [
      "constant_pad1d": ConstantPad1d(before: 1, after: 2, value: 0.5), "constant_pad2d": ConstantPad2d(2, value: -1.5),
      "constant_pad3d": ConstantPad3d(before: [0, 2, 1], after: [3, 1, 0], value: 2),
      "constant_pad2d_crop": ConstantPad2d(before: [-1, 1], after: [2, -1], value: 0.5), "zero_pad1d": ZeroPad1d(2),
      "zero_pad2d": ZeroPad2d(before: [3, 1], after: [0, 2]),
      "zero_pad3d": ZeroPad3d(before: [3, 0, 1], after: [0, 1, 2]),
      "reflection_pad1d": ReflectionPad1d(before: 2, after: 1),
      "reflection_pad2d": ReflectionPad2d(before: [3, 1], after: [0, 2]),
      "reflection_pad3d": ReflectionPad3d(before: [0, 2, 1], after: [1, 0, 1]),
      "reflection_pad2d_unbatched": ReflectionPad2d(1), "replication_pad1d": ReplicationPad1d(before: 3, after: 1),
      "replication_pad2d": ReplicationPad2d(before: [3, 1], after: [0, 2]),
      "replication_pad3d": ReplicationPad3d(before: [0, 2, 1], after: [3, 0, 1]),
      "circular_pad1d": CircularPad1d(before: 2, after: 3),
      "circular_pad2d": CircularPad2d(before: [3, 1], after: [0, 2]),
      "circular_pad3d": CircularPad3d(before: [0, 2, 1], after: [1, 0, 1]), "softmax2d": Softmax2d(),
      "softmax2d_unbatched": Softmax2d(),
    ]
    let cases = try GoldenCase.family("padding")
    #expect(cases.count == layers.count)
    for (name, golden) in cases { golden.compare(try #require(layers[name])) }
  }

  @Test func whatCannotBePaddedIsNamed() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { ReflectionPad1d(4)(Tensor(zeros: [1, 2, 4])) }
    }
    #expect(error.code == .value)
    let sizes = try #require(throws: TensorError.self) {
      try withTensorErrors { ZeroPad2d([1, 2, 3])(Tensor(zeros: [1, 2, 4, 4])) }
    }
    #expect(
      sizes.description.hasPrefix("[ZeroPad2d]: expected before of 1 number, or 2, one per spatial axis, got [1, 2, 3]")
    )
    let rank = try #require(throws: TensorError.self) { try withTensorErrors { Softmax2d()(Tensor(zeros: [2, 3])) } }
    #expect(rank.code == .shape)
  }
}
