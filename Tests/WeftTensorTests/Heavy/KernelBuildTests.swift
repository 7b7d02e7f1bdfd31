import Glibc
import Testing
import WeftTensor

/// Kernels that were compiled without optimization say so, once, and what to do about it.
@Suite struct KernelBuildTests {
  static let notice = """
    weft: the kernels were compiled without optimization, which makes them up to ten times slower: build with \
    `-c release`, or with `-Xcc -O2` for a debug build (WEFT_QUIET=1 leaves this out)

    """

  @Test func theNoticeNamesTheCure() async throws {
    let run = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      unsetenv("WEFT_QUIET")
      KernelBuild.sayUnoptimized()
    }
    #expect(try String(decoding: #require(run).standardErrorContent, as: UTF8.self).contains(Self.notice))
  }

  @Test func theNoticeCanBeSilenced() async throws {
    let run = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      setenv("WEFT_QUIET", "1", 1)
      KernelBuild.sayUnoptimized()
    }
    #expect(try !String(decoding: #require(run).standardErrorContent, as: UTF8.self).contains("weft:"))
  }

  @Test func onlyKernelsWithoutOptimizationSpeak() async throws {
    let run = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      unsetenv("WEFT_QUIET")
      let x = Tensor([1.0, 2.0])
      _ = matmul(x.unsqueezed(0), (x * x + x).unsqueezed(1)).sum().item()
    }
    let said = try String(decoding: #require(run).standardErrorContent, as: UTF8.self)
    #expect(said.split(separator: "\n").count { $0.hasPrefix("weft:") } == (KernelBuild.isOptimized ? 0 : 1))
  }
}
