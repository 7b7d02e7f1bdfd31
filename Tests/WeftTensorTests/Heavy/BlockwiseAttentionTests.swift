import Testing
import WeftTensor

/// The kernel that goes through keys in blocks, against the weights of all keys at once.
@Suite("Attention in blocks")
struct BlockwiseAttentionTests {
  enum Mask: CaseIterable { case none, bool, added }

  /// In a process of its own: the instruction set is the whole process's.
  @Test(arguments: InstructionSet.available.map(\.name), [true, false])
  func agreesWithAllWeightsAtOnce(_ set: String, _ isCausal: Bool) async {
    await #expect(processExitsWith: .success) { [set, isCausal] in
      useInstructionSet(set)
      for (mask, sizes) in zip(
        Mask.allCases + [.none], [[130, 200, 40, 33], [33, 70, 32, 32], [5, 129, 64, 3], [70, 3, 1, 130]])
      {
        BlockwiseAttentionTests.compare(sizes, mask, isCausal)
      }
    }
  }

  private static func compare(_ sizes: [Int], _ mask: Mask, _ isCausal: Bool) {
    let (rows, keys, depth, width) = (sizes[0], sizes[1], sizes[2], sizes[3])
    func real(_ shape: Shape, _ seed: UInt64) -> Tensor {
      SampleInput.real(shape).draw(seed: seed).converted(to: .float32)
    }
    let inputs = [real([2, 3, rows, depth], 1), real([3, keys, depth], 2), real([2, 1, keys, width], 3)]
    let bools = SampleInput.bools([rows, keys]).draw(seed: 4)
    let given = mask == .none ? nil : mask == .bool ? bools : real([2, 1, rows, keys], 5)
    let g = real([2, 3, rows, width], 6)
    let scale = 0.3
    func derivatives(_ attend: ([Tensor]) -> Tensor) -> [Tensor] {
      let leaves = inputs.map { $0.requiringGrad() }
      let result = attend(leaves)
      result.backward(gradient: g)
      return [result.detach()] + leaves.compactMap(\.grad)
    }
    let blocks = derivatives {
      scaledDotProductAttention(
        query: $0[0], key: $0[1], value: $0[2], attentionMask: given, isCausal: isCausal, scale: scale)
    }
    let whole = derivatives {
      attentionWeights(query: $0[0], key: $0[1], attentionMask: given, isCausal: isCausal, scale: scale).matmul($0[2])
    }
    precondition(blocks.count == 4 && whole.count == 4)
    for (a, b) in zip(blocks, whole) {
      // Sums of up to some hundred products, in another order.
      precondition((a - b).abs().max().item() <= 2e-5 * max(1, b.abs().max().item()), "\(sizes), \(mask)")
    }
  }

  @Test func theResultLiesAsTheQueryDoes() {
    let joined = SampleInput.real([2, 5, 3, 4, 8]).draw(seed: 1).converted(to: .float32).requiringGrad()
    let parts = joined.permuted(2, 0, 3, 1, 4).unbound()
    let result = scaledDotProductAttention(query: parts[0], key: parts[1], value: parts[2], isCausal: true)
    #expect(result.transposed(1, 2).isContiguous)
    result.backward(gradient: result.onesLike())
    #expect(joined.grad?.isContiguous == true)
  }

  @Test func piecesOfOneMemoryAreJoinedAsAView() {
    let x = SampleInput.real([4, 3, 5]).draw(seed: 1)
    #expect(stacked(x.unbound(axis: 1), axis: 1).storage === x.storage)
    #expect(concatenated(x.split(into: [1, 1, 1], axis: 1), axis: 1).storage === x.storage)
    #expect(
      concatenated(x.split(into: [1, 1, 1], axis: 1), axis: 1).scalars(as: Double.self) == x.scalars(as: Double.self))
    // In another order, or with gaps, they are copied.
    let parts = x.unbound(axis: 1)
    #expect(stacked([parts[1], parts[0], parts[2]]).storage !== x.storage)
    #expect(stacked([parts[0], parts[1]]).storage !== x.storage)
  }

  /// Float32 halves' results in their own type, within its rounding.
  @Test(arguments: [DType.float16, .bfloat16])
  func halfTypesFollowFloat32(_ dtype: DType) {
    let x = SampleInput.real([3, 2, 70, 16]).draw(seed: 1).converted(to: dtype)
    let wide = x.converted(to: .float32)
    let result = scaledDotProductAttention(query: x[0], key: x[1], value: x[2])
    let expected = scaledDotProductAttention(query: wide[0], key: wide[1], value: wide[2])
    #expect(result.dtype == dtype)
    let error = (result.converted(to: .float32) - expected).abs().max().item()
    #expect(error <= (dtype == .float16 ? 0x1p-10 : 0x1p-7))
  }
}
