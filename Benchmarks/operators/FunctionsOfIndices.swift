import Weft

// Functions that move elements, look them up and put them in order.
extension Functions {
  static let shapes: [String: MakeFunction] = [
    "pad-constant": plain { $0.padded([(2, 2), (2, 2)]) },
    "pad-reflect": plain { $0.padded([(2, 2), (2, 2)], mode: .reflect) },
    "pad-replicate": plain { $0.padded([(2, 2), (2, 2)], mode: .replicate) },
    "pad-circular": plain { $0.padded([(2, 2), (2, 2)], mode: .circular) },
    "pad-reflect1": plain { $0.padded([(3, 3)], mode: .reflect) },
    "flip-last": plain { $0.flipped(axis: -1).contiguous() },
    "flip-first": plain { $0.flipped(axis: 0).contiguous() },
    "flip-both": plain { $0.flipped(axes: [2, 3]).contiguous() },
    "roll-last": plain { $0.rolled(by: 5, axis: -1) },
    "roll-first": plain { $0.rolled(by: 5, axis: 0) },
    "concat-first": { x in
      let other = Tensor(normal: x.shape)
      return { concatenated([$0, other], axis: 0) }
    },
    "concat-last": { x in
      let other = Tensor(normal: x.shape)
      return { concatenated([$0, other], axis: -1) }
    },
    "concat-middle": { x in
      let other = Tensor(normal: x.shape)
      return { concatenated([$0, other], axis: 1) }
    },
    "stack-last": { x in
      let other = Tensor(normal: x.shape)
      return { stacked([$0, other], axis: -1) }
    },
    "repeat": plain { $0.repeated(2, 2) },
    "repeat-interleave": plain { $0.repeatInterleaved(2, axis: 1) },
    "tril": plain { $0.tril() },
  ]

  /// Random places below the size of `axis`, one for each element.
  private static func places(_ x: Tensor, axis: Int) -> Tensor {
    Tensor(integers: x.shape, in: 0..<x.shape[axis])
  }

  static let indices: [String: MakeFunction] = [
    "gather-last": { x in
      let index = places(x, axis: -1)
      return { $0.gathered(index, axis: -1) }
    },
    "gather-first": { x in
      let index = places(x, axis: 0)
      return { $0.gathered(index, axis: 0) }
    },
    "gather-one": { x in
      let index = Tensor(integers: [x.shape[0], 1], in: 0..<x.shape[1])
      return { $0.gathered(index, axis: 1) }
    },
    "scatteradd-last": { x in
      let (index, zeros) = (places(x, axis: -1), Tensor(zeros: x.shape, dtype: x.dtype))
      return { zeros.scatterAdded($0, at: index, axis: -1) }
    },
    "scatteradd-first": { x in
      let (index, zeros) = (places(x, axis: 0), Tensor(zeros: x.shape, dtype: x.dtype))
      return { zeros.scatterAdded($0, at: index, axis: 0) }
    },
    "scatteradd-line": { x in
      let (index, zeros) = (Tensor(integers: x.shape, in: 0..<1000), Tensor(zeros: [1000], dtype: x.dtype))
      return { zeros.scatterAdded($0, at: index, axis: 0) }
    },
    "scatter-last": { x in
      let (index, zeros) = (places(x, axis: -1), Tensor(zeros: x.shape, dtype: x.dtype))
      return { zeros.scattered($0, at: index, axis: -1) }
    },
    "select-rows": { x in
      let index = Tensor(integers: [x.shape[0]], in: 0..<x.shape[0])
      return { $0.indexSelected(index, axis: 0) }
    },
    "select-last": { x in
      let index = Tensor(integers: [x.shape[1]], in: 0..<x.shape[1])
      return { $0.indexSelected(index, axis: 1) }
    },
    "embedding": { x in
      let index = Tensor(integers: [4096], in: 0..<x.shape[0])
      return { $0.embedding(index) }
    },
    "take": { x in
      let index = Tensor(integers: x.shape, in: 0..<x.elementCount)
      return { $0.taken(at: index) }
    },
    "masked-fill": { x in
      let mask = x .> 0
      return { $0.maskedFilled(where: mask, with: 0) }
    },
    "masked-select": { x in
      let mask = x .> 0
      return { $0.maskedSelected(mask) }
    },
    "nonzero": plain { $0.nonzero() },
    "onehot": { x in
      let index = Tensor(integers: x.shape, in: 0..<32)
      return { _ in index.oneHot(classes: 32) }
    },
  ]

  static let orders: [String: MakeFunction] = [
    "histogram100": plain { $0.histogram(bins: 100, range: -4...4).counts },
    "histogram10": plain { $0.histogram(bins: 10, range: -4...4).counts },
    "histogram-range": plain { $0.histogram(bins: 100).counts },
    "bincount": { x in
      let index = Tensor(integers: x.shape, in: 0..<1000)
      return { _ in index.binCount() }
    },
    "bincount-weights": { x in
      let (index, weights) = (Tensor(integers: x.shape, in: 0..<1000), Tensor(normal: x.shape))
      return { _ in index.binCount(weights: weights) }
    },
    "unique": { x in
      let values =
        x.dtype.isFloatingPoint ? x : Tensor(integers: x.shape, in: 0..<x.elementCount).converted(to: x.dtype)
      return { _ in values.unique().inverse }
    },
    "unique-few": { x in
      let values = Tensor(integers: x.shape, in: 0..<1000)
      return { _ in values.unique().inverse }
    },
    "sort-last": plain { $0.sorted(axis: -1).values },
    "sort-first": plain { $0.sorted(axis: 0).values },
    "argsort-line": { x in
      let values = x.dtype.isFloatingPoint ? x : Tensor(integers: x.shape, in: 0..<x.elementCount)
      return { _ in values.argsort() }
    },
    "topk-last": plain { $0.topK(10).values },
    "searchsorted": { x in
      let edges = Tensor(linspace: -4, 4, count: 1001)
      return { edges.searchSorted($0) }
    },
    "median-last": plain { $0.median(axis: -1).values },
    "kthvalue-last": plain { $0.kthValue(100, axis: -1).values },
    "isin": { x in
      let (values, known) = (
        Tensor(integers: x.shape, in: 0..<x.elementCount), Tensor(integers: [1000], in: 0..<x.elementCount)
      )
      return { _ in values.isIn(known) }
    },
  ]
}
