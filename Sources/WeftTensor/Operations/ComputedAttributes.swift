// What holds of every geometry and window that the program computes, for those that come from a file.

extension ConvolutionGeometry: ComputedAttribute {
  package var isConsistent: Bool {
    let axes = [inSize, outSize, kernel, stride, dilation, paddingBefore, paddingAfter]
    let room = Int(Int32.max)
    guard (1...3).contains(kernel.count), axes.allSatisfy({ $0.count == kernel.count }),
      axes.joined().allSatisfy({ (0...room).contains($0) }), (kernel + stride + dilation).allSatisfy({ $0 > 0 }),
      groups > 0, batch >= 0, [batch, inChannels, outChannels].allSatisfy({ $0 <= room }),
      inChannels > 0, inChannels.isMultiple(of: groups), outChannels > 0, outChannels.isMultiple(of: groups)
    else { return false }
    return kernel.indices.allSatisfy { axis in
      let rest = inSize[axis] + paddingBefore[axis] + paddingAfter[axis] - dilation[axis] * (kernel[axis] - 1) - 1
      return rest >= 0 && outSize[axis] == rest / stride[axis] + 1
    }
  }
}

extension PoolGeometry: ComputedAttribute {
  package var isConsistent: Bool {
    let axes = [inSize, outSize, kernel, stride, padding, dilation]
    let room = Int(Int32.max)
    guard (1...3).contains(kernel.count), axes.allSatisfy({ $0.count == kernel.count }),
      divisor.map({ $0 > 0 }) ?? true,
      axes.joined().allSatisfy({ (0...room).contains($0) }), inSize.allSatisfy({ $0 > 0 }),
      [batch, channels].allSatisfy({ (0...room).contains($0) })
    else { return false }
    if isAdaptive { return [kernel, stride, padding, dilation].allSatisfy { $0 == outSize } }
    return kernel.indices.allSatisfy { axis in
      let reach = dilation[axis] * (kernel[axis] - 1)
      guard kernel[axis] > 0, stride[axis] > 0, dilation[axis] > 0, padding[axis] <= (reach + 1) / 2 else {
        return false
      }
      let rest = inSize[axis] + 2 * padding[axis] - reach - 1
      // A single one where no whole window fits.
      if rest < 0 { return outSize[axis] == 1 && rest + stride[axis] > 0 }
      let count = rest / stride[axis] + 1
      // One more where a last window reaches beyond the padding.
      let isLast = outSize[axis] == count + 1 && count * stride[axis] < inSize[axis] + padding[axis]
      return outSize[axis] == count || (isLast && !rest.isMultiple(of: stride[axis]))
    }
  }
}

/// Sizes that a tensor may have; `Reshape` alone computes one that is -1.
extension Shape: ComputedAttribute {
  package var isConsistent: Bool { Shape(sizes.map { $0 == -1 ? 1 : $0 }).validElementCount != nil && rank <= 16 }
}
