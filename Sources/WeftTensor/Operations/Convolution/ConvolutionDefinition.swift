extension ConvolutionGeometry {
  /// Those of the definition, products with padding included; the same for the convolution and its gradients.
  var floatingPointOperations: Int { 2 &* outputShape.elementCount &* (weightShape.elementCount / outChannels) }

  /// Calls `body` with the indices of every product that a convolution adds up: the definition in loops.
  func forEachProduct(_ body: (_ input: [Int], _ weight: [Int], _ output: [Int]) -> Void) {
    let (perGroupIn, perGroupOut) = (inChannels / groups, outChannels / groups)
    let kernels = ReferenceArray.indices(of: [perGroupIn] + kernel)
    for output in ReferenceArray.indices(of: outputShape.sizes) {
      for taken in kernels {
        let places = kernel.indices.map { axis in
          output[axis + 2] * stride[axis] + taken[axis + 1] * dilation[axis] - paddingBefore[axis]
        }
        guard zip(places, inSize).allSatisfy({ (0..<$1).contains($0) }) else { continue }
        let channel = output[1] / perGroupOut * perGroupIn + taken[0]
        body([output[0], channel] + places, [output[1]] + taken, output)
      }
    }
  }
}
