import Testing

@testable import WeftTensor

@Suite("Operations on shapes")
struct ShapeOperationTests {
  @Test func samplesHold() throws {
    try checkSamples(of: Split.self)
    try checkSamples(of: Unbind.self)
    try checkSamples(of: Stack.self)
    try checkSamples(of: Pad.self)
  }

  @Test func splitAndChunkedSizes() {
    let x = Tensor(arange: 10)
    #expect(x.split(size: 4).map(\.shape) == [[4], [4], [2]])
    #expect(x.chunked(3).map(\.shape) == [[4], [4], [2]])
    #expect(x.chunked(6).map(\.shape) == [[2], [2], [2], [2], [2]])
    #expect(x.split(into: [3, 7])[1].scalars(as: Int.self) == [3, 4, 5, 6, 7, 8, 9])
  }

  @Test func paddingModes() {
    let x = Tensor([1, 2, 3, 4])
    #expect(x.padded([(2, 1)]).scalars(as: Int.self) == [0, 0, 1, 2, 3, 4, 0])
    #expect(x.padded([(2, 3)], mode: .reflect).scalars(as: Int.self) == [3, 2, 1, 2, 3, 4, 3, 2, 1])
    #expect(x.padded([(2, 1)], mode: .replicate).scalars(as: Int.self) == [1, 1, 1, 2, 3, 4, 4])
    #expect(x.padded([(1, 2)], mode: .circular).scalars(as: Int.self) == [4, 1, 2, 3, 4, 1, 2])
    let image = Tensor(arange: 4).reshaped(1, 2, 2).padded([(1, 0), (0, 1)])
    #expect(image.shape == [1, 3, 3])
    #expect(image.scalars(as: Int.self) == [0, 0, 0, 0, 1, 0, 2, 3, 0])
  }
}
