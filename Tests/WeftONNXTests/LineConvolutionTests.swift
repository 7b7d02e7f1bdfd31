import Testing
import Weft
import WeftONNX

/// Axes along which nothing moves are left out of convolutions, and are there again in the results.
@Suite struct LineConvolutionTests {
  @Test(arguments: [
    ([9, 1], [3, 1], [0, 0, 0, 0]), ([1, 9], [1, 3], [0, 1, 0, 1]), ([1, 1], [1, 1], [0, 0, 0, 0]),
    ([1, 7, 1], [1, 3, 1], [0, 0, 0, 0, 0, 0]), ([1, 7], [1, 3], [1, 0, 0, 0]), ([1], [1], [0, 0]),
  ])
  func isThatOfAllAxes(_ size: [Int], _ kernel: [Int], _ pads: [Int]) throws {
    let (x, weight, bias) = (
      Tensor(normal: Shape([2, 3] + size)), Tensor(normal: Shape([4, 3] + kernel)), Tensor(normal: [4])
    )
    let node = OneNode.node("Conv", inputs: 3, [OneNode.attribute("pads", pads.map(Int64.init), isList: true)])
    let found = try OneNode.run(node, [x, weight, bias])
    let count = size.count
    let expected = convolution(
      x, weight: weight, bias: bias,
      padding: Padding(before: PerAxis(Array(pads[..<count])), after: PerAxis(Array(pads[count...]))))
    #expect(found.shape == expected.shape, "\(size), \(kernel)")
    #expect(found.isClose(to: expected, relative: 1e-5, absolute: 1e-5), "\(size), \(kernel)")
  }
}
