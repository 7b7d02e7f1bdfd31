/// All sizes of a convolution. One geometry serves the convolution and both of its gradients.
public struct ConvolutionGeometry: Hashable, Sendable, Codable {
  package internal(set) var batch, inChannels, outChannels, groups: Int
  // One number per spatial axis.
  package internal(set) var inSize, outSize, kernel, stride, dilation, paddingBefore, paddingAfter: [Int]

  var inputShape: Shape { Shape([batch, inChannels] + inSize) }
  var outputShape: Shape { Shape([batch, outChannels] + outSize) }
  var weightShape: Shape { Shape([outChannels, inChannels / groups] + kernel) }

  /// The bias's axes in an output: all but the channels.
  var axesWithoutChannels: [Int] { [0] + Array(2..<(kernel.count + 2)) }
}

// Geometries of the rules for batches.
extension ConvolutionGeometry {
  /// That of `count` batches in one.
  func repeated(_ count: Int) -> ConvolutionGeometry {
    var wide = self
    wide.batch *= count
    return wide
  }

  /// That of `count` convolutions side by side, each with channels and a weight of its own.
  func grouped(_ count: Int) -> ConvolutionGeometry {
    var wide = self
    wide.inChannels *= count
    wide.outChannels *= count
    wide.groups *= count
    return wide
  }
}
