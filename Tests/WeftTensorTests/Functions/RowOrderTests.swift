import Testing
import WeftTensor

/// Rows that lie across memory are computed side by side; none depends on how many others there are.
@Suite struct RowOrderTests {
  private static let lengths = [2, 16, 17, 63, 64, 65, 200, 1000]

  /// The same row in every place gives the same bits, in groups of any width.
  @Test(arguments: lengths) func equalRowsGiveEqualBits(_ length: Int) {
    for dtype in [DType.float32, .float64] {
      let row = Tensor(normal: [length, 1], deviation: 3, using: RandomStream(seed: 5)).converted(to: dtype)
      for count in [16, 20, 64, 100, 260] {
        let result = row.expanded(to: [length, count]).contiguous().softmax(axis: 0)
        let first = result.sliced(axis: 1, to: 1).expanded(to: [length, count])
        #expect(result.elementsEqual(first), "\(count) rows of \(length), \(dtype)")
      }
    }
  }

  /// An example alone gives the bits that it gives in a batch.
  @Test(arguments: lengths) func examplesDoNotDependOnTheirBatch(_ length: Int) {
    let batch = Tensor(normal: [8, length, 64], deviation: 3, using: RandomStream(seed: 6))
    let together = batch.softmax(axis: 1)
    let alone = batch.sliced(axis: 0, from: 2, to: 3).contiguous().softmax(axis: 1)
    #expect(together.sliced(axis: 0, from: 2, to: 3).elementsEqual(alone))
    let few = batch.sliced(axis: 2, to: 20).contiguous().softmax(axis: 1)
    #expect(together.sliced(axis: 2, to: 20).elementsEqual(few))
  }

  /// So do gradients.
  @Test(arguments: lengths) func gradientsDoNotDependOnTheirBatch(_ length: Int) throws {
    let batch = Tensor(normal: [8, length, 64], using: RandomStream(seed: 6))
    let seed = Tensor(normal: [8, length, 64], using: RandomStream(seed: 7))
    func slopes(_ first: Int, _ end: Int) throws -> Tensor {
      func part(_ x: Tensor) -> Tensor { x.sliced(axis: 0, from: first, to: end).contiguous() }
      return try grad(of: { (x: Tensor) in (x.softmax(axis: 1) * part(seed)).sum() })(part(batch))
    }
    #expect(try slopes(0, 8).sliced(axis: 0, from: 2, to: 3).elementsEqual(try slopes(2, 3)))
  }

  /// A row gives the same numbers along memory as across it, whatever kernel computes it.
  @Test(arguments: [127, 128, 513, 1025, 3000]) func rowsAndColumnsAgree(_ length: Int) {
    for (dtype, tolerance) in [(DType.float32, 1e-6), (.float64, 1e-14), (.bfloat16, 1e-2)] {
      let rows = Tensor(normal: [20, length], deviation: 3, using: RandomStream(seed: 8)).converted(to: dtype)
      let columns = rows.transposed().contiguous()
      for function in [{ $0.softmax(axis: $1) }, { $0.logSoftmax(axis: $1) }] as [(Tensor, Int) -> Tensor] {
        let (along, across) = (function(rows, -1), function(columns, 0).transposed())
        #expect(along.isClose(to: across, relative: tolerance, absolute: tolerance), "\(length) of \(dtype)")
      }
    }
  }

  /// So do the cross-entropy and its gradient, in pictures of any size.
  @Test(arguments: [3, 15, 16, 17, 63, 64, 100, 196]) func crossEntropiesAgree(_ inner: Int) throws {
    let logits = Tensor(normal: [3, 21, inner], deviation: 3, using: RandomStream(seed: 9))
    let classes = Tensor(integers: [3, inner], in: 0..<21, using: RandomStream(seed: 10))
    func loss(_ x: Tensor, _ axis: Int) -> Tensor {
      x.meanCrossEntropy(classIndices: classes, axis: axis, ignoredIndex: 4)
    }
    let moved = logits.movedAxis(1, to: -1).contiguous()
    #expect(loss(logits, 1).isClose(to: loss(moved, -1), relative: 1e-6))
    let across = try grad(of: { (x: Tensor) in loss(x, 1) })(logits)
    let along = try grad(of: { (x: Tensor) in loss(x, -1) })(moved)
    #expect(across.isClose(to: along.movedAxis(-1, to: 1), relative: 1e-6, absolute: 1e-9))
  }

  /// Nor does an element depend on its neighbours, however far they lie from it.
  @Test func elementsDoNotDependOnTheirNeighbours() {
    let near: [Float] = [0.3, -0.7, 2.5, 0.01, 1, 2, 3, 3.98, -2.25, 0.5, -1.5, 3.5, -3.25, 0.125, 5.5]
    for far: Float in [3.99, -4, 9, -7, .nan, .infinity] {
      for function in [{ $0.erfc() }, { $0.gelu() }, { $0.exp() }, { $0.tanh() }] as [(Tensor) -> Tensor] {
        let together = function(Tensor(near + [far])).scalars(as: Float.self)
        let alone = near.map { function(Tensor([$0])).scalars(as: Float.self)[0] }
        #expect(Array(together.dropLast()) == alone, "beside \(far)")
      }
    }
  }
}
