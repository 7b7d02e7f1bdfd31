import WeftTensor

/// A layer beside whose weight W a product s·B·A of low rank can stand: linear maps, tables, convolutions.
protocol LowRankLayer: Module {
  /// W.
  var weight: Parameter { get }
  /// The shapes of A and B, or why there are none.
  func lowRankShapes(_ rank: Int) throws(TensorError) -> (a: Shape, b: Shape)
  /// Whether A begins as zeros, rather than B.
  var beginsWithZeroA: Bool { get }
  /// What the product makes of the layer's input.
  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor
  /// B·A, of W's shape: what the product adds to W where it is merged.
  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor
}

extension LowRankLayer {
  var beginsWithZeroA: Bool { false }
}

extension Linear: LowRankLayer {
  func lowRankShapes(_ rank: Int) -> (a: Shape, b: Shape) { ([rank, weight.shape[1]], [weight.shape[0], rank]) }

  /// The scale is taken where there are fewest numbers: of A·x.
  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor {
    linear(linear(input, weight: a) * scale, weight: b)
  }

  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor { b.matmul(a) }
}

extension Embedding: LowRankLayer {
  func lowRankShapes(_ rank: Int) -> (a: Shape, b: Shape) { ([rank, weight.shape[0]], [weight.shape[1], rank]) }

  var beginsWithZeroA: Bool { true }

  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor {
    linear(a.transposed().embedding(input, paddingIndex: paddingIndex) * scale, weight: b)
  }

  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor { b.matmul(a).transposed() }
}

extension ConvolutionLayer: LowRankLayer {
  /// A has the layer's window, B one of a single element.
  func lowRankShapes(_ rank: Int) throws(TensorError) -> (a: Shape, b: Shape) {
    guard groups == 1 else {
      throw TensorError(
        .unsupported, operation: "LoRA", expected: "a convolution of all channels", got: "one in \(groups) groups",
        hint: "leave it out of the targets")
    }
    let kernel = Array(weight.shape.sizes.dropFirst(2))
    return (
      Shape([rank, weight.shape[1]] + kernel), Shape([weight.shape[0], rank] + kernel.map { _ in 1 })
    )
  }

  func lowRankOutput(_ input: Tensor, a: Tensor, b: Tensor, scale: Double) -> Tensor {
    input.asBatch(axes: weight.shape.rank - 2) { convolution(convolved($0, weight: a, bias: nil) * scale, weight: b) }
  }

  func lowRankProduct(a: Tensor, b: Tensor) -> Tensor {
    b.flattened(from: 1).matmul(a.flattened(from: 1)).reshaped(to: weight.shape)
  }
}
