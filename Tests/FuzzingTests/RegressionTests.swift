import Foundation
import FuzzTargets
import Testing

/// The files that fuzzing begins with, and those that it found: each is read or refused, in little time.
@Suite struct RegressionTests {
  @Test(arguments: FuzzTarget.all.map(\.name)) func filesAreReadOrRefused(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let seeds = target.seeds
    #expect(!seeds.isEmpty)
    var read = 0
    for path in seeds + target.regressions {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      let start = ContinuousClock.now
      if target.read(Array(bytes)) { read += 1 }
      #expect(ContinuousClock.now - start < .seconds(5), "\(path)")
    }
    #expect(read > 0, "none is a file of the format")
  }
}
