import Testing
import WeftModels

/// Where a window's tokens have the next one begin. The token 100 is the time 0, each behind it 0.02 seconds.
@Suite struct SoundWindowsTests {
  private func windows(_ count: Int, times: Bool = true) -> SoundWindows {
    SoundWindows(count: count, size: 100, pieceSeconds: 0.01, firstTimestamp: times ? 100 : nil)
  }

  @Test func aSoundIsHeardAgainFromTheLastWholePart() {
    var windows = windows(250)
    let parts = windows.take([105, 1, 2, 120, 120, 3])
    #expect(parts.map(\.tokens) == [[105, 1, 2, 120, 120]])
    #expect(parts.map(\.start) == [0.1] && parts.map(\.end) == [0.4])
    #expect(windows.next == 40..<140)
  }

  @Test func oneTimeAtTheEndEndsTheWindow() {
    var windows = windows(150)
    let parts = windows.take([100, 1, 110, 110, 2, 150])
    #expect(parts.map(\.tokens) == [[100, 1, 110], [110, 2, 150]] && parts.map(\.end) == [0.2, 1])
    #expect(windows.next == 100..<150)
    #expect(windows.take([1]).map(\.end) == [1.5] && windows.next == nil && windows.take([1]).isEmpty)
  }

  /// Whatever is written, each window leads on.
  @Test(arguments: [[], [100], [100, 100], [100, 100, 100], [1, 100, 100], [150, 150], [1], [150, 100, 100, 1]])
  func theEndIsReached(_ tokens: [Int]) {
    for times in [true, false] {
      var (windows, steps) = (windows(1000, times: times), 0)
      while windows.next != nil, steps < 100 {
        let parts = windows.take(tokens)
        #expect(parts.allSatisfy { $0.start <= 10 && $0.end <= 11 })
        steps += 1
      }
      #expect(windows.next == nil)
    }
  }
}
